"""Leaving the old suite: what was taken over, the sheet that two people sign, the two suites compared.

Amounts in signed cents: positive, the tenant owes it.
"""

from django.db import models

from palier.estate.models import Residence
from palier.leases.models import Lease
from palier.ledger.models import Account, Entry

# What a line of the old suite says of an account, in the words of the file.
HEADINGS = [
    ("RENT", "Loyer du logement"),
    ("ANNEX", "Annexe"),
    ("SLS", "Supplément de loyer (SLS)"),
    ("ENERGY_WORKS", "Économies d’énergie"),
    ("PROVISION_WATER", "Avance eau"),
    ("PROVISION_HEATING", "Avance chauffage"),
    ("PROVISION_COMMON", "Avance parties communes"),
    ("ADJUSTMENT", "Régularisation"),
    ("APL", "APL versée par la CAF"),
    ("RLS", "Réduction de loyer (RLS)"),
]
HISTORY_HEADINGS = [*HEADINGS, ("PAYMENT", "Paiement reçu")]
SHEET_KINDS = [("BALANCE", "soldes"), ("DEPOSIT", "dépôts de garantie")]
CAUSES = [
    ("ROUNDING", "arrondi"),
    ("PRORATION_30", "prorata sur 30 jours"),
    ("INDEX", "indice de révision"),
    ("CEILING", "loyer maximum de la convention"),
    ("CHARGE_KEY", "clé de répartition des charges"),
    ("ANNEX_OVERCHARGE", "annexe facturée en trop"),
    ("MISSING_FACT", "fait manquant"),
    ("UNEXPLAINED", "non expliqué"),
]


class Mapping(models.Model):
    """How the files of one old suite are read: its columns and codes, by version. Never changed: a new one is made."""

    source = models.CharField(max_length=30)
    version = models.IntegerField()
    created_by = models.BigIntegerField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "version"], name="mapping_version_once")]


class MappingWord(models.Model):
    """One word of an old suite and ours: a column of its header, or a code in a column."""

    mapping = models.ForeignKey(Mapping, on_delete=models.PROTECT, related_name="words")
    # Our column whose codes are translated; empty for the header itself.
    column = models.CharField(max_length=30, blank=True)
    theirs = models.CharField(max_length=60)
    ours = models.CharField(max_length=30)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["mapping", "column", "theirs"], name="mapping_reads_a_word_one_way")
        ]


class Opening(models.Model):
    """A balance of one term, or a deposit, taken over: one entry of the ledger, sourced OPENING with this number."""

    kind = models.CharField(max_length=8, choices=[("BALANCE", "solde"), ("DEPOSIT", "dépôt de garantie")])
    lease = models.ForeignKey(Lease, on_delete=models.PROTECT, db_index=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, db_index=False)
    # The agents' room has an Opening too.
    residence = models.ForeignKey(Residence, on_delete=models.PROTECT, related_name="+")
    # The first day of the term that is owed; for a deposit, the day it was paid.
    term_on = models.DateField()
    amount_cents = models.BigIntegerField()
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, db_constraint=False)
    taken_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "term_on"], condition=models.Q(kind="BALANCE"), name="one_opening_balance_a_term"
            ),
            models.UniqueConstraint(
                fields=["lease"], condition=models.Q(kind="DEPOSIT"), name="one_deposit_taken_over_a_lease"
            ),
            models.CheckConstraint(
                name="a_deposit_is_not_negative", condition=models.Q(kind="BALANCE") | models.Q(amount_cents__gte=0)
            ),
        ]


class Instalment(models.Model):
    """One payment promised by a plan that was agreed in the old suite."""

    lease = models.ForeignKey(Lease, on_delete=models.PROTECT, db_index=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, db_index=False)
    residence = models.ForeignKey(Residence, on_delete=models.PROTECT, db_index=False)
    plan = models.CharField(max_length=20)
    due_on = models.DateField()
    amount_cents = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "plan", "due_on"], name="one_instalment_a_day"),
            models.CheckConstraint(name="instalment_is_positive", condition=models.Q(amount_cents__gt=0)),
        ]


class FormerLine(models.Model):
    """What the old suite billed or received, heading by heading and month by month: read, never computed with."""

    lease = models.ForeignKey(Lease, on_delete=models.PROTECT, db_index=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, db_index=False)
    residence = models.ForeignKey(Residence, on_delete=models.PROTECT, db_index=False)
    month = models.DateField()
    heading = models.CharField(max_length=18, choices=HISTORY_HEADINGS)
    amount_cents = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "month", "heading"], name="one_former_line_a_heading")
        ]


class Sheet(models.Model):
    """The reconciliation of one file: what it says, what the ledger holds after it, and the two who sign."""

    file_name = models.CharField(max_length=200)
    file_sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    made_by = models.BigIntegerField()
    first_signed_by = models.BigIntegerField(null=True)
    first_signed_at = models.DateTimeField(null=True)
    second_signed_by = models.BigIntegerField(null=True)
    second_signed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="two_different_people_sign_the_sheet",
                condition=models.Q(second_signed_by__isnull=True)
                | (models.Q(first_signed_by__isnull=False) & ~models.Q(second_signed_by=models.F("first_signed_by"))),
            )
        ]


class SheetLine(models.Model):
    """One residence, one kind of amount: the file's total and the ledger's."""

    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT, related_name="lines")
    # Empty: leases of the file that Palier does not know.
    residence = models.ForeignKey(Residence, on_delete=models.PROTECT, null=True)
    kind = models.CharField(max_length=8, choices=SHEET_KINDS)
    file_count = models.IntegerField()
    file_cents = models.BigIntegerField()
    taken_count = models.IntegerField()
    taken_cents = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sheet", "residence", "kind"], name="one_sheet_line_a_residence")
        ]


class Comparison(models.Model):
    """The old suite's lines beside Palier's, for twelve months."""

    file_name = models.CharField(max_length=200)
    file_sha256 = models.CharField(max_length=64)
    first_month = models.DateField()
    last_month = models.DateField()
    lease_count = models.IntegerField()
    line_count = models.IntegerField()
    equal_count = models.IntegerField()
    theirs_cents = models.BigIntegerField()
    ours_cents = models.BigIntegerField()
    made_at = models.DateTimeField()
    made_by = models.BigIntegerField()


class Gap(models.Model):
    """One difference, or the part of it that one cause explains. Positive: the old suite asked too much."""

    comparison = models.ForeignKey(Comparison, on_delete=models.PROTECT, db_index=False)
    # Empty for a lease of the file that Palier does not know.
    lease = models.ForeignKey(Lease, on_delete=models.PROTECT, null=True)
    residence = models.ForeignKey(Residence, on_delete=models.PROTECT, null=True, db_index=False)
    reference = models.CharField(max_length=20)
    month = models.DateField()
    heading = models.CharField(max_length=18, choices=HEADINGS)
    theirs_cents = models.BigIntegerField()
    ours_cents = models.BigIntegerField()
    gap_cents = models.BigIntegerField()
    cause = models.CharField(max_length=16, choices=CAUSES)
    # How the cause gives their amount, in Palier's own words.
    detail = models.CharField(max_length=160)

    class Meta:
        indexes = [models.Index(fields=["comparison", "cause", "id"])]
