"""The landlord's bank accounts, what banks state of them, the files they send, each movement once, what explains it."""

from django.db import models

from palier.ledger.models import Account, Entry, ManualEntry


class BankAccount(models.Model):
    """An account of the landlord itself: its IBAN is printed on every notice and is nobody's secret.

    One that another replaced is still the landlord's: its statements come until it is empty.
    """

    label = models.CharField(max_length=60)
    iban = models.CharField(max_length=34, unique=True)
    bic = models.CharField(max_length=11, blank=True)
    # The account of the ledger that mirrors it, to the cent.
    account = models.OneToOneField(Account, on_delete=models.PROTECT)
    # The days between which notices bore it: none, since before the books, or still.
    opened_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)


class StatedBalance(models.Model):
    """The balance that the bank states of an account at the end of a day, once a day; the last one stated holds."""

    bank_account = models.ForeignKey(BankAccount, on_delete=models.PROTECT)
    on = models.DateField()
    balance_cents = models.BigIntegerField()
    origin = models.CharField(max_length=4, choices=[("FILE", "relevé lu"), ("HAND", "saisi du relevé")])
    stated_by = models.BigIntegerField()
    stated_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["bank_account", "on", "-id"], name="stated_balance_of_a_day")]


class BankFile(models.Model):
    """A file of a bank, as it came: never read twice. What is odd in it was said when it was read."""

    sha256 = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=120)
    format = models.CharField(
        max_length=20,
        choices=[
            ("CAMT053", "relevé camt.053"),
            ("CAMT054", "avis d’opérations camt.054"),
            ("CFONB120", "relevé CFONB 120"),
            ("PAIN002", "compte rendu pain.002"),
            ("CARDS", "remise de cartes"),
        ],
    )
    entry_count = models.IntegerField()
    total_cents = models.BigIntegerField()
    warnings = models.JSONField(default=list)
    received_at = models.DateTimeField()
    received_by = models.BigIntegerField()


class BankEntry(models.Model):
    """One movement of a bank account, known once however often its bank sends it."""

    # Written by the thousand from the rows they name: a foreign key checked row by row would double the time.
    bank_account = models.ForeignKey(BankAccount, on_delete=models.PROTECT, db_constraint=False, db_index=False)
    file = models.ForeignKey(BankFile, on_delete=models.PROTECT, db_constraint=False)
    # Digest of what the bank says of the movement, and of its rank among movements that say exactly the same.
    identity = models.CharField(max_length=64, unique=True)
    # Digest of the entry as the bank booked it (its reference, day and sum), after W for the whole of it or P for one
    # of its payments: a statement and a notification tell it one way or the other. Empty without a bank's reference.
    booking = models.CharField(max_length=64, blank=True, default="", db_index=True)
    line = models.IntegerField()
    booked_on = models.DateField()
    value_on = models.DateField(null=True)
    # Positive: money comes in.
    amount_cents = models.BigIntegerField()
    # The bank's own code (ISO BkTxCd, CFONB operation code), as it came.
    operation = models.CharField(max_length=20, blank=True)
    rf_reference = models.CharField(max_length=25, blank=True)
    end_to_end_id = models.CharField(max_length=35, blank=True)
    mandate_reference = models.CharField(max_length=35, blank=True)
    # Of a returned debit: the ISO reason (AM04, MD06…).
    return_reason = models.CharField(max_length=4, blank=True)
    # What the payer wrote and their name, as the bank gives them: they serve to match and go with the retention.
    wording = models.CharField(max_length=300, blank=True)
    payer_name = models.CharField(max_length=140, blank=True)
    # Keyed digest of the payer's IBAN and its ending: the number itself is not kept.
    iban_digest = models.CharField(max_length=64, blank=True)
    iban_last4 = models.CharField(max_length=4, blank=True)
    state = models.CharField(
        max_length=9,
        choices=[
            ("TO_REVIEW", "à traiter"),
            ("TO_SIGN", "à signer"),
            ("MATCHED", "rapproché"),
            ("OTHER", "sans locataire"),
        ],
        default="TO_REVIEW",
    )
    # What classes the movement, or takes its class back, while it waits for its second signature: one at a time.
    manual = models.OneToOneField(
        ManualEntry, on_delete=models.PROTECT, null=True, related_name="+", db_constraint=False
    )
    # The entry of the ledger that says the money moved on this bank account.
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, null=True, db_constraint=False)

    class Meta:
        indexes = [
            models.Index(fields=["state", "booked_on"]),
            models.Index(fields=["bank_account", "booked_on"]),
        ]
        constraints = [
            models.CheckConstraint(
                name="bank_entry_waits_for_its_signature",
                condition=models.Q(state="TO_SIGN", manual__isnull=False)
                | (~models.Q(state="TO_SIGN") & models.Q(manual__isnull=True)),
            )
        ]


class Match(models.Model):
    """Which account a movement was given to, by which key or by whom; undone by a contra-entry, never erased."""

    bank_entry = models.ForeignKey(BankEntry, on_delete=models.PROTECT, db_constraint=False, db_index=False)
    # The tenant's account; of a movement without a tenant, the landlord's own account that it was put to.
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    key = models.CharField(
        max_length=12,
        choices=[
            ("RF", "référence du compte"),
            ("END_TO_END", "identifiant de l’opération"),
            ("RUM", "mandat de prélèvement"),
            ("LEASE", "numéro de bail"),
            ("AMOUNT_IBAN", "montant et compte du payeur"),
            ("HAND", "choisi par un agent"),
            ("OTHER", "sans locataire"),
        ],
    )
    amount_cents = models.BigIntegerField()
    matched_by = models.BigIntegerField()
    matched_at = models.DateTimeField()
    undone_by = models.BigIntegerField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            # Two accountants at once: the second one is told, not obeyed.
            models.UniqueConstraint(
                fields=["bank_entry"], condition=models.Q(undone_at__isnull=True), name="bank_entry_matched_once"
            )
        ]
