"""Double-entry accounts, append-only: nobody updates or deletes an entry; a mistake is corrected by a contra-entry.

Amounts are signed cents: a debit is positive, a credit negative. A tenant account that is positive owes money.
"""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models

from palier.estate.models import Residence

# How rent is paid; the words stand in the middle of a sentence.
PAYMENT_MEANS = [
    ("PRELEVEMENT", "prélèvement"),
    ("VIREMENT", "virement"),
    ("CHEQUE", "chèque"),
    ("ESPECES", "espèces"),
    ("CARTE", "carte"),
]


class Account(models.Model):
    """A tenant's account (411…) or a general one (703…, 512…)."""

    code = models.CharField(max_length=20, unique=True)
    label = models.CharField(max_length=120)
    kind = models.CharField(max_length=8, choices=[("TENANT", "locataire"), ("GENERAL", "général")])
    # Set on tenant accounts: it is what row security looks at.
    residence = models.ForeignKey(Residence, on_delete=models.PROTECT, null=True)
    # ISO 11649, one per lease account, stable for life.
    reference = models.CharField(max_length=25, unique=True, null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="tenant_account_has_residence_and_reference",
                condition=models.Q(kind="GENERAL") | models.Q(residence__isnull=False, reference__isnull=False),
            )
        ]


class Entry(models.Model):
    """One balanced piece, numbered without gap within its journal."""

    journal = models.CharField(
        max_length=4,
        choices=[
            ("QUIT", "quittancement"),
            ("BANK", "encaissements"),
            ("OPEN", "à-nouveaux"),
            ("MISC", "opérations diverses"),
        ],
    )
    number = models.BigIntegerField()
    booked_on = models.DateField()
    label = models.CharField(max_length=120)
    # That of the tenant account: the trigger that checks the postings holds it.
    residence = models.ForeignKey(Residence, on_delete=models.PROTECT, null=True, db_constraint=False, db_index=False)
    # What it settles or states, and the row of that kind.
    source_kind = models.CharField(
        max_length=8,
        choices=[
            ("BILL", "avis"),
            ("CONTRA", "contre-écriture"),
            ("PAYMENT", "paiement"),
            ("RETURN", "paiement repris"),
            ("REFUND", "remboursement"),
            ("BANK", "mouvement de banque"),
            ("AID", "aide au logement"),
            ("MANUAL", "écriture manuelle"),
            ("OPENING", "solde repris"),
        ],
    )
    source_id = models.BigIntegerField()
    means = models.CharField(
        max_length=12,
        choices=PAYMENT_MEANS,
        blank=True,
    )
    posted_at = models.DateTimeField()
    posted_by = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["journal", "number"], name="entry_number_once"),
            models.UniqueConstraint(fields=["source_kind", "source_id"], name="entry_source_once"),
        ]
        # Rows come in the order of their days, or nearly: a few pages tell where a month lies.
        indexes = [BrinIndex(fields=["booked_on"], name="entry_days")]


class Posting(models.Model):
    """One account's side of an entry. The database refuses a statement whose entries do not balance.

    One trigger a statement checks balance, entry and account at once: a foreign key checked row by row would cost
    the month twice its time.
    """

    pk = models.CompositePrimaryKey("entry_id", "account_id")
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, db_constraint=False, db_index=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, db_constraint=False, db_index=False)
    residence = models.ForeignKey(Residence, on_delete=models.PROTECT, null=True, db_constraint=False, db_index=False)
    booked_on = models.DateField()
    amount_cents = models.BigIntegerField()

    class Meta:
        indexes = [
            models.Index(fields=["account", "booked_on"]),
            BrinIndex(fields=["booked_on"], name="posting_days"),
        ]


class ChartNumber(models.Model):
    """The number that the landlord's accountant gave to a general account; the last one given is the one that holds."""

    code = models.CharField(max_length=20)
    number = models.CharField(max_length=12)
    set_by = models.BigIntegerField()
    set_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["code", "-id"])]


PERIOD_ACTS = [
    ("CLOSE", "clôture"),
    ("REOPEN", "réouverture"),
    ("LOCK", "verrouillage"),
]
PERIOD_REASONS = [
    ("MONTH_END", "fin de mois"),
    ("YEAR_END", "fin d’exercice"),
    ("ERROR", "erreur à corriger"),
    ("LATE_PIECE", "pièce arrivée en retard"),
    ("AUDIT", "demande du commissaire aux comptes"),
]


class Period(models.Model):
    """A month of the books. Closed, nothing is dated in it until two people open it again; locked, never again.

    The books are closed up to the last closed month: what is older is closed with it, row or not. The database holds
    it: a trigger refuses the posting, another the unlocking.
    """

    month = models.DateField(unique=True)
    state = models.CharField(
        max_length=6,
        choices=[("OPEN", "ouverte"), ("CLOSED", "close"), ("LOCKED", "verrouillée")],
        default="OPEN",
    )
    # What a first person asked for and a second one has not signed yet.
    asked = models.CharField(max_length=6, choices=PERIOD_ACTS, blank=True)
    asked_reason = models.CharField(max_length=10, choices=PERIOD_REASONS, blank=True)
    asked_by = models.BigIntegerField(null=True)
    asked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="period_asked_by_someone",
                condition=models.Q(asked="", asked_by__isnull=True, asked_at__isnull=True)
                | ~models.Q(asked="") & models.Q(asked_by__isnull=False, asked_at__isnull=False),
            )
        ]


class PeriodAct(models.Model):
    """What became of a period, and the two people who decided it."""

    period = models.ForeignKey(Period, on_delete=models.PROTECT)
    act = models.CharField(max_length=6, choices=PERIOD_ACTS)
    reason = models.CharField(max_length=10, choices=PERIOD_REASONS)
    asked_by = models.BigIntegerField()
    signed_by = models.BigIntegerField()
    signed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="two_different_people_period", condition=~models.Q(asked_by=models.F("signed_by"))
            )
        ]


class ManualEntry(models.Model):
    """An amount moved by hand from one account to another: balanced as it is made, and for a reason of a closed list.

    Above a threshold a second person signs before it is posted.
    """

    reason = models.CharField(
        max_length=10,
        choices=[
            ("BANK_FEES", "frais de la banque"),
            ("TRANSFER", "virement d’un compte à l’autre"),
            ("CORRECTION", "correction d’imputation"),
            ("WAIVER", "remise accordée"),
            ("WRITE_OFF", "admission en non-valeur"),
            ("DEPOSIT", "dépôt de garantie"),
            ("ROUNDING", "écart de règlement"),
        ],
    )
    debit = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    credit = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    amount_cents = models.BigIntegerField()
    booked_on = models.DateField()
    prepared_by = models.BigIntegerField()
    prepared_at = models.DateTimeField()
    signed_by = models.BigIntegerField(null=True)
    signed_at = models.DateTimeField(null=True)
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, null=True, db_constraint=False)

    class Meta:
        constraints = [
            models.CheckConstraint(name="manual_entry_is_positive", condition=models.Q(amount_cents__gt=0)),
            models.CheckConstraint(name="manual_entry_moves_something", condition=~models.Q(debit=models.F("credit"))),
            models.CheckConstraint(
                name="two_different_people_manual_entry",
                condition=models.Q(signed_by__isnull=True) | ~models.Q(signed_by=models.F("prepared_by")),
            ),
            models.CheckConstraint(
                name="manual_entry_signed_by_someone",
                condition=models.Q(signed_by__isnull=True, signed_at__isnull=True)
                | models.Q(signed_by__isnull=False, signed_at__isnull=False),
            ),
        ]
