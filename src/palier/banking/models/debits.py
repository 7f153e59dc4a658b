"""SEPA: mandates and their amendments, debit runs, each debit once, what is set aside, refunds."""

from django.db import models

from palier.banking.models.payments import Payment
from palier.banking.models.statements import BankAccount
from palier.estate.models import Residence
from palier.ledger.models import Account, Entry


class SepaMandate(models.Model):
    """A tenant's authorisation to debit (EPC016-06). The IBAN is encrypted; screens show its ending."""

    # The RUM: unique for the creditor, 35 characters at most.
    reference = models.CharField(max_length=35, unique=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT)
    residence = models.ForeignKey(Residence, on_delete=models.PROTECT, db_index=False)
    holder_name = models.CharField(max_length=70)
    iban_sealed = models.BinaryField()
    iban_digest = models.CharField(max_length=64, db_index=True)
    iban_last4 = models.CharField(max_length=4)
    bic = models.CharField(max_length=11, blank=True)
    # The ICS that the payer's bank knows; when the landlord's changes, the next debit tells it.
    creditor_id = models.CharField(max_length=35, blank=True)
    signed_on = models.DateField()
    debit_day = models.SmallIntegerField()
    # Days between the notice and the debit: 14 unless the mandate agrees on another number (EPC016-06).
    notice_days = models.SmallIntegerField(default=14)
    # 36 months without a debit and the mandate lapses (EPC016-06).
    last_used_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    ended_why = models.CharField(
        max_length=8,
        choices=[
            ("REVOKED", "révoqué par le payeur"),
            ("LAPSED", "36 mois sans usage"),
            ("REPLACED", "remplacé"),
            ("LEASE", "fin du bail"),
            ("BANK", "arrêté après un rejet"),
        ],
        blank=True,
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=models.Q(ended_on__isnull=True), name="one_running_mandate_per_account"
            ),
            models.CheckConstraint(name="mandate_debit_day", condition=models.Q(debit_day__gte=1, debit_day__lte=28)),
            models.CheckConstraint(
                name="mandate_notice_days", condition=models.Q(notice_days__gte=1, notice_days__lte=31)
            ),
        ]


class MandateChange(models.Model):
    """An amendment, told to the bank with the next debit (AmdmntInfDtls): what the mandate said before."""

    mandate = models.ForeignKey(SepaMandate, on_delete=models.PROTECT)
    # The mandate's: row security looks at both.
    account = models.ForeignKey(Account, on_delete=models.PROTECT, db_index=False, db_constraint=False)
    residence = models.ForeignKey(Residence, on_delete=models.PROTECT, db_index=False)
    former_reference = models.CharField(max_length=35, blank=True)
    former_iban_sealed = models.BinaryField(null=True)
    former_creditor_id = models.CharField(max_length=35, blank=True)
    changed_on = models.DateField()
    changed_by = models.BigIntegerField()
    # Empty until a file has carried it.
    told_at = models.DateTimeField(null=True)


class DebitRun(models.Model):
    """The debits of one month, written to one file, once. A month has a second run only when someone asks for one."""

    month = models.DateField()
    rank = models.SmallIntegerField(default=1)
    bank_account = models.ForeignKey(BankAccount, on_delete=models.PROTECT, null=True)
    message_id = models.CharField(max_length=35, unique=True)
    count = models.IntegerField(default=0)
    total_cents = models.BigIntegerField(default=0)
    set_aside_count = models.IntegerField(default=0)
    # Debits whose notice goes by post and was not on paper when the run was drafted: nobody has been told of them yet.
    unprinted_count = models.IntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    # 0: by command, whose operator the journal names.
    created_by = models.BigIntegerField()
    created_at = models.DateTimeField()
    signed_by = models.BigIntegerField(null=True)
    signed_at = models.DateTimeField(null=True)
    # The file has been made, and held against its schema: nothing of the run moves any more.
    written_at = models.DateTimeField(null=True)
    # Its file never left: its debits went with it, and the month is drafted again under another name.
    voided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["month", "rank"], name="debit_run_once"),
            models.CheckConstraint(
                name="two_different_people_debits",
                condition=models.Q(signed_by__isnull=True) | ~models.Q(signed_by=models.F("created_by")),
            ),
            # A signature without its person would pass by the constraint above.
            models.CheckConstraint(
                name="debit_run_signed_by_someone",
                condition=models.Q(signed_by__isnull=True, signed_at__isnull=True)
                | models.Q(signed_by__isnull=False, signed_at__isnull=False),
            ),
        ]


class Debit(models.Model):
    """One sum asked of one account by one run; a payment once its day has come, taken back if the bank returns it.

    What the file says of the mandate is kept as it was: the same file can be made again, byte for byte.
    """

    # Written in the transaction that holds the run. Its account and its residence are the mandate's, whose own foreign
    # keys hold them. Each check of 120,000 rows costs a second a file, and each index half of one.
    run = models.ForeignKey(DebitRun, on_delete=models.PROTECT, db_index=False, db_constraint=False)
    mandate = models.ForeignKey(SepaMandate, on_delete=models.PROTECT)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, db_index=False, db_constraint=False)
    residence = models.ForeignKey(Residence, on_delete=models.PROTECT, db_index=False, db_constraint=False)
    end_to_end_id = models.CharField(max_length=35)
    amount_cents = models.BigIntegerField()
    collected_on = models.DateField()
    sequence = models.CharField(
        max_length=4, choices=[("FRST", "premier"), ("RCUR", "récurrent"), ("FNAL", "dernier"), ("OOFF", "unique")]
    )
    mandate_reference = models.CharField(max_length=35)
    signed_on = models.DateField()
    holder_name = models.CharField(max_length=70)
    iban_sealed = models.BinaryField()
    iban_last4 = models.CharField(max_length=4)
    bic = models.CharField(max_length=11, blank=True)
    # What the file tells of an amendment (AmdmntInfDtls).
    former_reference = models.CharField(max_length=35, blank=True)
    former_creditor_id = models.CharField(max_length=35, blank=True)
    account_changed = models.BooleanField(default=False)
    # The last use of the mandate before this one: given back to it when the file never left.
    used_before_on = models.DateField(null=True)
    # The bill that announced it, 14 days before or as agreed: the pre-notification.
    bill_entry = models.ForeignKey(
        Entry, on_delete=models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False
    )
    state = models.CharField(
        max_length=9,
        choices=[
            ("ASKED", "demandé"),
            ("REFUSED", "refusé par la banque"),
            ("COLLECTED", "encaissé"),
            ("RETURNED", "rejeté"),
            ("REFUNDED", "remboursé au payeur"),
        ],
        default="ASKED",
    )
    # ISO code of a refusal or a return.
    reason = models.CharField(max_length=4, blank=True)
    returned_on = models.DateField(null=True)
    payment = models.OneToOneField(Payment, on_delete=models.PROTECT, null=True)
    # Someone decided to ask for it again; the run that did so.
    again_at = models.DateTimeField(null=True)
    again_by = models.BigIntegerField(null=True)
    again_in = models.ForeignKey(DebitRun, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["end_to_end_id"], name="debit_end_to_end_id"),
            models.UniqueConstraint(fields=["run", "account"], name="debit_once_per_run"),
            # Two runs at once, two files: the same bill is asked once, whoever asks.
            models.UniqueConstraint(
                fields=["bill_entry"],
                condition=models.Q(state__in=("ASKED", "COLLECTED")),
                name="debit_once_per_bill",
            ),
            models.CheckConstraint(name="debit_is_positive", condition=models.Q(amount_cents__gt=0)),
        ]
        indexes = [
            models.Index(fields=["account", "state"]),
            models.Index(fields=["collected_on"], name="debit_to_post", condition=models.Q(state="ASKED")),
        ]


class DebitAside(models.Model):
    """An account that pays by direct debit and is left out of a run, with the reason."""

    run = models.ForeignKey(DebitRun, on_delete=models.CASCADE)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, db_index=False, db_constraint=False)
    residence = models.ForeignKey(Residence, on_delete=models.PROTECT, db_index=False, db_constraint=False)
    reason = models.CharField(
        max_length=16,
        choices=[
            ("NO_MANDATE", "aucun mandat en cours"),
            ("NOTHING_OWED", "rien à prélever"),
            ("LAPSED", "mandat caduc : 36 mois sans prélèvement"),
            ("BANK_REFUSES", "autorisation refusée par la banque du payeur"),
            ("NOT_ANNOUNCED", "prélèvement non annoncé par l’avis du mois"),
            ("SHORT_NOTICE", "annoncé trop tard avant le prélèvement"),
            ("TOO_LATE", "jour de prélèvement passé ou trop proche"),
        ],
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "account"], name="debit_aside_once_per_run")]


class Refund(models.Model):
    """Money given back to a tenant: prepared by one person, signed by another, written to one pain.001."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT)
    residence = models.ForeignKey(Residence, on_delete=models.PROTECT, db_index=False)
    amount_cents = models.BigIntegerField()
    iban_sealed = models.BinaryField()
    iban_last4 = models.CharField(max_length=4)
    holder_name = models.CharField(max_length=70)
    end_to_end_id = models.CharField(max_length=35, unique=True)
    reason = models.CharField(
        max_length=8,
        choices=[
            ("CREDIT", "trop-perçu"),
            ("DEPOSIT", "dépôt de garantie"),
            ("AID", "rappel d’aide"),
            ("CHARGES", "charges"),
        ],
    )
    prepared_by = models.BigIntegerField()
    prepared_at = models.DateTimeField()
    signed_by = models.BigIntegerField(null=True)
    signed_at = models.DateTimeField(null=True)
    # Given up before its signature.
    dropped_at = models.DateTimeField(null=True)
    dropped_by = models.BigIntegerField(null=True)
    message_id = models.CharField(max_length=35, blank=True)
    written_at = models.DateTimeField(null=True)
    # The landlord's own side when the file was made: kept here, where durations do not take it, so that a file made
    # again is for the same account.
    own_sha256 = models.CharField(max_length=64, blank=True)
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, null=True, db_constraint=False)

    class Meta:
        constraints = [
            models.CheckConstraint(name="refund_is_positive", condition=models.Q(amount_cents__gt=0)),
            models.CheckConstraint(
                name="two_different_people_refund",
                condition=models.Q(signed_by__isnull=True) | ~models.Q(signed_by=models.F("prepared_by")),
            ),
            models.CheckConstraint(
                name="refund_signed_by_someone",
                condition=models.Q(signed_by__isnull=True, signed_at__isnull=True)
                | models.Q(signed_by__isnull=False, signed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="refund_leaves_signed",
                condition=models.Q(signed_by__isnull=False)
                | models.Q(message_id="", written_at__isnull=True, entry__isnull=True),
            ),
        ]
