"""Leases, their dated terms, and who lives there. Amounts in cents a month."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Value

from palier.estate.models import Annex, Dwelling, Residence
from palier.foundation.fields import DateRange, FoldedField
from palier.leases.consents import FAMILIES_FR, MEANS_FR, WORDS_FR
from palier.ledger.models import PAYMENT_MEANS, Account
from palier.people.models import Household, Person


class Lease(models.Model):
    """A lease (or, in residences that are not « logement familial », an occupancy contract)."""

    reference = models.CharField(max_length=20, unique=True)
    kind = models.CharField(
        max_length=9, choices=[("LEASE", "bail"), ("OCCUPANCY", "contrat d’occupation")], default="LEASE"
    )
    dwelling = models.ForeignKey(Dwelling, on_delete=models.PROTECT)
    residence = models.ForeignKey(Residence, on_delete=models.PROTECT)
    account = models.OneToOneField(Account, on_delete=models.PROTECT)
    household = models.ForeignKey(Household, on_delete=models.PROTECT, null=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    notice_given_on = models.DateField(null=True)
    deposit_cents = models.IntegerField(default=0)
    payment_mode = models.CharField(
        max_length=12,
        choices=PAYMENT_MEANS,
        default="VIREMENT",
    )
    # Direct debits: mandate, day of the month, last characters of the account, never the whole number.
    mandate_reference = models.CharField(max_length=35, blank=True)
    debit_day = models.SmallIntegerField(null=True)
    iban_last4 = models.CharField(max_length=4, blank=True)

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="one_lease_at_a_time_per_dwelling",
                expressions=[
                    ("dwelling", RangeOperators.EQUAL),
                    (
                        DateRange("starts_on", "ends_on", Value("[]")),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
            models.CheckConstraint(
                name="lease_ends_after_it_starts",
                condition=models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=models.F("starts_on")),
            ),
        ]
        indexes = [models.Index(fields=["residence", "starts_on"])]


class Term(models.Model):
    """One monthly amount of a lease, between two days: rent, an annexe, a provision."""

    lease = models.ForeignKey(Lease, on_delete=models.PROTECT)
    residence = models.ForeignKey(Residence, on_delete=models.PROTECT, db_index=False)
    kind = models.CharField(
        max_length=18,
        choices=[
            ("RENT", "Loyer du logement"),
            ("ANNEX", "Annexe"),
            ("PROVISION_WATER", "Avance eau"),
            ("PROVISION_HEATING", "Avance chauffage"),
            ("PROVISION_COMMON", "Avance parties communes"),
            ("ENERGY_WORKS", "Économies d’énergie"),
        ],
    )
    label = models.CharField(max_length=60)
    amount_cents = models.IntegerField()
    # Why this amount: « 68,40 m² × 6,02 € le m² ».
    basis = models.CharField(max_length=60, blank=True)
    annex = models.ForeignKey(Annex, on_delete=models.PROTECT, null=True)
    first_day = models.DateField()
    last_day = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="term_amount_not_negative", condition=models.Q(amount_cents__gte=0)),
            ExclusionConstraint(
                name="one_term_at_a_time",
                expressions=[
                    ("lease", RangeOperators.EQUAL),
                    ("kind", RangeOperators.EQUAL),
                    ("label", RangeOperators.EQUAL),
                    (DateRange("first_day", "last_day", Value("[]")), RangeOperators.OVERLAPS),
                ],
            ),
        ]


class Occupant(models.Model):
    """A person in a lease, with the name for the door. Each row sorts and is found by its own name."""

    lease = models.ForeignKey(Lease, on_delete=models.PROTECT)
    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    residence = models.ForeignKey(Residence, on_delete=models.PROTECT, db_index=False)
    dwelling = models.ForeignKey(Dwelling, on_delete=models.PROTECT)
    role = models.CharField(
        max_length=9, choices=[("HOLDER", "titulaire"), ("COHOLDER", "cotitulaire"), ("OCCUPANT", "occupant")]
    )
    display_name = models.CharField(max_length=170)
    sort_name = FoldedField("display_name")
    door_name = models.CharField(max_length=80)
    moved_in_on = models.DateField()
    moved_out_on = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lease", "person"], name="occupant_once")]
        indexes = [
            # Under a scope no pattern reaches an index: the names of an agency are read whole, from this index alone.
            models.Index(
                fields=["residence", "sort_name"],
                name="occupant_names",
                include=["id", "role", "moved_in_on", "moved_out_on"],
            ),
            # The landlord's whole list by name: headquarters reads it page after page.
            models.Index(fields=["sort_name", "id"]),
            GinIndex(fields=["sort_name"], name="occupant_name_trigrams", opclasses=["gin_trgm_ops"]),
        ]


class Change(models.Model):
    """Who changed what, and when: written by triggers on leases, terms, occupants and contacts, never by hand.

    Only the columns that changed are kept, before and after. What a file created is told by its import.
    """

    subject = models.CharField(
        max_length=8,
        choices=[("LEASE", "bail"), ("TERM", "montant"), ("OCCUPANT", "occupant"), ("CONTACT", "contact")],
    )
    row_id = models.BigIntegerField()
    verb = models.CharField(max_length=6, choices=[("INSERT", "ajouté"), ("UPDATE", "modifié"), ("DELETE", "retiré")])
    # A contact belongs to a person, the rest to a lease. No foreign key: the trigger that writes it has read the row.
    lease_id = models.BigIntegerField(null=True)
    person_id = models.BigIntegerField(null=True)
    residence_id = models.IntegerField(null=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    # Empty for a job, named by its role.
    agent_id = models.BigIntegerField(null=True)
    role = models.CharField(max_length=63)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["lease_id", "id"], name="change_of_lease"),
            models.Index(fields=["person_id", "id"], name="change_of_person"),
        ]


class Consent(models.Model):
    """What a holder said of one family of documents: given or withdrawn, with its text. Never changed, only followed.

    The last word of each holder counts; a document goes online when the last word of every one of them is an agreement.
    """

    lease = models.ForeignKey(Lease, on_delete=models.PROTECT, db_index=False)
    residence = models.ForeignKey(Residence, on_delete=models.PROTECT)
    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    family = models.CharField(max_length=8, choices=[(code.value, label) for code, label in FAMILIES_FR.items()])
    word = models.CharField(max_length=9, choices=[(code.value, label) for code, label in WORDS_FR.items()])
    said_on = models.DateField()
    means = models.CharField(max_length=8, choices=[(code.value, label) for code, label in MEANS_FR.items()])
    # The text that was shown (leases/consent_texts); 0 and empty when the former system had not kept it.
    text_version = models.SmallIntegerField()
    text_sha256 = models.CharField(max_length=64, blank=True)
    # Who wrote it down for the holder; nobody for a click of their own or a file.
    agent_id = models.BigIntegerField(null=True)
    kept_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="consent_keeps_its_text",
                condition=models.Q(text_version=0, text_sha256="")
                | (models.Q(text_version__gt=0) & ~models.Q(text_sha256="")),
            ),
            models.CheckConstraint(
                name="consent_written_down_by_an_agent_only_off_line",
                condition=models.Q(agent_id__isnull=True) | models.Q(means__in=["PAPER", "COUNTER"]),
            ),
        ]
        indexes = [models.Index(fields=["lease", "person", "family", "-id"], name="consent_last_word")]
