"""Double-entry accounts, append-only: nobody updates or deletes an entry; a mistake is corrected by a contra-entry.

Amounts are signed cents: a debit is positive, a credit negative. A tenant account that is positive owes money.
"""

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
        choices=[("QUIT", "quittancement"), ("BANK", "encaissements"), ("OPEN", "à-nouveaux")],
    )
    number = models.BigIntegerField()
    booked_on = models.DateField()
    label = models.CharField(max_length=120)
    # That of the tenant account: the trigger that checks the postings holds it.
    residence = models.ForeignKey(Residence, on_delete=models.PROTECT, null=True, db_constraint=False, db_index=False)
    # What it settles or states: BILL, CONTRA, PAYMENT, OPENING and the row of that kind.
    source_kind = models.CharField(
        max_length=8,
        choices=[("BILL", "avis"), ("CONTRA", "contre-écriture"), ("PAYMENT", "paiement"), ("OPENING", "solde repris")],
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
        indexes = [models.Index(fields=["account", "booked_on"])]
