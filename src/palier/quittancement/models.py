"""The month: facts that come dated, the run and its drafts, what was set aside, what surprises, contra-entries."""

from django.db import models

from palier.banking.models import Payment
from palier.estate.models import Residence
from palier.leases.models import Lease
from palier.ledger.models import Account, Entry
from palier.mail.models import Document

LINE_KINDS = [
    ("RENT", "Loyer du logement"),
    ("ANNEX", "Annexe"),
    ("PROVISION_WATER", "Avance eau"),
    ("PROVISION_HEATING", "Avance chauffage"),
    ("PROVISION_COMMON", "Avance parties communes"),
    ("ENERGY_WORKS", "Économies d’énergie"),
    ("SLS", "Supplément de loyer (SLS)"),
    ("APL", "APL versée par la CAF"),
    ("RLS", "Réduction de loyer (RLS)"),
    ("ADJUSTMENT", "Régularisation"),
]


class DatedAmount(models.Model):
    """What a third party notified for a lease between two days: APL and RLS by the CAF, SLS by the survey.

    `basis` says why in six words; zone, composition and resources of an RLS stay with it, so that it can be checked.
    """

    lease = models.ForeignKey(Lease, on_delete=models.PROTECT)
    residence = models.ForeignKey(Residence, on_delete=models.PROTECT, db_index=False)
    kind = models.CharField(max_length=3, choices=[("APL", "APL"), ("RLS", "RLS"), ("SLS", "SLS")])
    amount_cents = models.IntegerField()
    basis = models.CharField(max_length=60)
    source = models.CharField(max_length=6, choices=[("CAF", "CAF"), ("SURVEY", "enquête ressources")])
    notified_on = models.DateField()
    first_day = models.DateField()
    last_day = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="dated_amount_not_negative", condition=models.Q(amount_cents__gte=0)),
            models.UniqueConstraint(fields=["lease", "kind", "first_day"], name="dated_amount_once"),
        ]


class SuspensionOrder(models.Model):
    """An arrêté that suspends the principal rent (CCH L521-2): from the 1st of the month after its notification."""

    lease = models.ForeignKey(Lease, on_delete=models.PROTECT)
    residence = models.ForeignKey(Residence, on_delete=models.PROTECT, db_index=False)
    order_reference = models.CharField(max_length=60)
    notified_on = models.DateField()
    lifted_on = models.DateField(null=True)


class OneOffLine(models.Model):
    """One amount billed once, in the month named: a correction of months already sealed, a fee, a repayment.

    Positive is owed, negative given back. A bill of that month takes it when it is computed; never changed, never taken
    away: the opposite amount undoes it. `source_key` names what asked for it, so that asking twice writes it once.
    """

    lease = models.ForeignKey(Lease, on_delete=models.PROTECT, db_index=False)
    residence = models.ForeignKey(Residence, on_delete=models.PROTECT, db_index=False)
    month = models.DateField()
    label = models.CharField(max_length=60)
    amount_cents = models.IntegerField()
    basis = models.CharField(max_length=60)
    origin = models.CharField(
        max_length=8,
        choices=[
            ("TERMS", "correction d’un montant passé"),
            ("SLS", "régularisation du supplément de loyer"),
            ("SLS_FEE", "frais de dossier de l’enquête"),
        ],
    )
    source_key = models.CharField(max_length=60, unique=True)
    created_by = models.BigIntegerField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="one_off_not_zero", condition=~models.Q(amount_cents=0)),
            models.CheckConstraint(name="one_off_first_of_month", condition=models.Q(month__day=1)),
        ]
        indexes = [models.Index(fields=["month", "lease"], name="one_off_of_month")]


class Run(models.Model):
    """One computing of a month. Replaceable while computed; sealed once, for ever."""

    month = models.DateField()
    kind = models.CharField(max_length=10, choices=[("MONTHLY", "mensuel"), ("COMPLEMENT", "complémentaire")])
    scope = models.CharField(max_length=20, default="ALL")
    # 0 for the monthly run; the complementary runs of a month are 1, 2, 3…
    rank = models.SmallIntegerField(default=0)
    state = models.CharField(
        max_length=9,
        choices=[("COMPUTED", "calculé"), ("REVIEWED", "relu"), ("SEALED", "scellé")],
        default="COMPUTED",
    )
    rules_digest = models.CharField(max_length=64)
    lease_count = models.IntegerField(default=0)
    line_count = models.IntegerField(default=0)
    set_aside_count = models.IntegerField(default=0)
    total_cents = models.BigIntegerField(default=0)
    compute_ms = models.IntegerField(default=0)
    computed_by = models.BigIntegerField()
    computed_at = models.DateTimeField()
    reviewed_by = models.BigIntegerField(null=True)
    reviewed_at = models.DateTimeField(null=True)
    sealed_by = models.BigIntegerField(null=True)
    sealed_at = models.DateTimeField(null=True)
    # Numbers of the month follow each other without gap from one run to the next: AE-2026-11-000123.
    first_number = models.IntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["month", "kind", "scope", "rank"], name="run_once"),
            models.CheckConstraint(
                name="two_different_people_seal",
                condition=~models.Q(state="SEALED")
                | models.Q(sealed_by__isnull=False, reviewed_by__isnull=False)
                & ~models.Q(sealed_by=models.F("reviewed_by")),
            ),
        ]


class Bill(models.Model):
    """What one lease owes for one month: the avis d'échéance before it is a document."""

    run = models.ForeignKey(Run, on_delete=models.PROTECT, db_index=False)
    lease = models.ForeignKey(Lease, on_delete=models.PROTECT, db_index=False, db_constraint=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, db_index=False, db_constraint=False)
    residence = models.ForeignKey(Residence, on_delete=models.PROTECT, db_index=False, db_constraint=False)
    month = models.DateField()
    # 1, and one more after each contra-entry: a lease is billed once for a month.
    rank = models.SmallIntegerField(default=1)
    first_day = models.DateField()
    last_day = models.DateField()
    due_on = models.DateField()
    total_cents = models.BigIntegerField()
    # Of its amounts by kind: a bill with the fingerprint of the month before's has not moved, and need not be compared.
    fingerprint = models.BigIntegerField()
    # 1, 2, 3… without gap within the run: with the run's first number it makes the number of the avis.
    sequence = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lease", "month", "rank"], name="lease_billed_once"),
            models.UniqueConstraint(fields=["run", "sequence"], name="bill_sequence_once"),
        ]


class Line(models.Model):
    """One amount of a bill, with the rule and the inputs that give it again."""

    pk = models.CompositePrimaryKey("run_id", "lease_id", "rank")
    run = models.ForeignKey(Run, on_delete=models.PROTECT, db_index=False, db_constraint=False)
    lease = models.ForeignKey(Lease, on_delete=models.PROTECT, db_index=False, db_constraint=False)
    residence = models.ForeignKey(Residence, on_delete=models.PROTECT, db_index=False, db_constraint=False)
    rank = models.SmallIntegerField()
    kind = models.CharField(max_length=18, choices=LINE_KINDS)
    label = models.CharField(max_length=60)
    amount_cents = models.IntegerField()
    rule = models.CharField(max_length=20)
    # The rule's inputs in the order it declares them, and the words of the basis.
    inputs = models.CharField(max_length=80)
    basis = models.CharField(max_length=60)


class SetAside(models.Model):
    """A lease that could not be priced: the reason, in a sentence. The others went on."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE)
    lease = models.ForeignKey(Lease, on_delete=models.PROTECT)
    residence = models.ForeignKey(Residence, on_delete=models.PROTECT, db_index=False)
    code = models.CharField(max_length=40)
    reason = models.CharField(max_length=300)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "lease"], name="set_aside_once")]


class Anomaly(models.Model):
    """What surprises in a bill, and what its reader concluded."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE)
    lease = models.ForeignKey(Lease, on_delete=models.PROTECT)
    residence = models.ForeignKey(Residence, on_delete=models.PROTECT, db_index=False)
    kind = models.CharField(
        max_length=20,
        choices=[
            ("RENT_JUMP", "Loyer changé de plus d’un cinquième"),
            ("NEGATIVE_TOTAL", "Net négatif : les aides dépassent le dû"),
            ("RENT_ABOVE_MAX", "Loyer au-dessus du maximum de la convention"),
            ("SLS_HIGH", "Supplément supérieur au loyer"),
        ],
    )
    effect_cents = models.BigIntegerField()
    verdict = models.CharField(
        max_length=9,
        choices=[("TO_SEE", "à voir"), ("JUSTIFIED", "vue, justifiée"), ("WRONG", "à corriger")],
        default="TO_SEE",
    )
    seen_by = models.BigIntegerField(null=True)
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "lease", "kind"], name="anomaly_once")]


class Difference(models.Model):
    """What moved since the month before, by cause: the review starts here."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE)
    cause = models.CharField(
        max_length=20,
        choices=[
            ("ARRIVALS", "Arrivées"),
            ("DEPARTURES", "Départs"),
            ("SET_ASIDE", "Baux mis de côté"),
            ("RENT", "Loyers"),
            ("SUSPENSION", "Loyers suspendus par arrêté"),
            ("ANNEX", "Annexes"),
            ("PROVISIONS", "Provisions de charges"),
            ("ENERGY_WORKS", "Économies d’énergie"),
            ("SLS", "SLS après enquête"),
            ("APL", "APL, notifications CAF"),
            ("RLS", "RLS, notifications CAF"),
            ("ADJUSTMENT", "Rappels et régularisations"),
        ],
    )
    lease_count = models.IntegerField()
    amount_cents = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "cause"], name="difference_once")]


class Contra(models.Model):
    """A sealed bill taken back, once, by its mirror image in the ledger."""

    bill = models.OneToOneField(Bill, on_delete=models.PROTECT)
    residence = models.ForeignKey(Residence, on_delete=models.PROTECT, db_index=False)
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT)
    motive = models.CharField(
        max_length=16,
        choices=[
            ("WRONG_TERMS", "Montant du bail erroné"),
            ("WRONG_DATES", "Date d’entrée ou de sortie erronée"),
            ("WRONG_AID", "APL, RLS ou SLS erronés"),
            ("WRONG_TENANT", "Mauvais locataire"),
        ],
    )
    created_by = models.BigIntegerField()
    created_at = models.DateTimeField()


RECEIPT_KINDS = [("QUITTANCE", "quittance"), ("RECU", "reçu"), ("RETRAIT", "retrait")]


class Receipt(models.Model):
    """What was handed over for a term that was paid: the register of quittances, reçus and withdrawals.

    One that no longer says the truth is ended, never deleted, and another says so. Its words are in the document.
    """

    # Written by the thousand from the rows that they name: their own keys hold them.
    document = models.ForeignKey(Document, on_delete=models.PROTECT, db_constraint=False)
    bill = models.ForeignKey(Bill, on_delete=models.PROTECT, db_constraint=False)
    lease = models.ForeignKey(Lease, on_delete=models.PROTECT, db_index=False, db_constraint=False)
    residence = models.ForeignKey(Residence, on_delete=models.PROTECT, db_index=False, db_constraint=False)
    kind = models.CharField(max_length=9, choices=RECEIPT_KINDS)
    # 1, 2, 3… without gap among the papers of that kind for that month: QU-2026-11-000123.
    month = models.DateField()
    sequence = models.IntegerField()
    # What payments and credits had settled of the term.
    paid_cents = models.BigIntegerField()
    # Of the payments, the credits and their parts: the same ones give no second paper.
    basis = models.CharField(max_length=32)
    issued_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(
        max_length=9,
        choices=[
            ("REPLACED", "complété par un autre paiement"),
            ("UNDONE", "un paiement est reparti ou ne règle plus ce mois"),
            ("BILL_BACK", "avis repris par une contre-écriture"),
        ],
        blank=True,
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "month", "sequence"], name="receipt_number_once"),
            models.UniqueConstraint(
                fields=["bill"], condition=models.Q(ended_at__isnull=True), name="one_receipt_holds_per_bill"
            ),
            models.CheckConstraint(
                name="receipt_ended_with_its_reason",
                condition=models.Q(ended_at__isnull=True, ended_why="")
                | models.Q(ended_at__isnull=False) & ~models.Q(ended_why=""),
            ),
        ]


class Lettering(models.Model):
    """A payment and a debt of the same amount that an agent put together, against the order of the law, and why.

    What it settles is in banking_settlement, on the ground HAND; undone there by the opposite row.
    """

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT)
    debt = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(Account, on_delete=models.PROTECT)
    residence = models.ForeignKey(Residence, on_delete=models.PROTECT, db_index=False)
    amount_cents = models.BigIntegerField()
    reason = models.CharField(
        max_length=8,
        choices=[
            ("SAID", "le payeur l’a indiquée (C. civ., art. 1342-10)"),
            ("AGREED", "accord écrit du payeur"),
            ("PLAN", "échéance d’un plan signé"),
            ("RESERVED", "somme réservée par la loi ou un fonds"),
            ("MISTAKE", "erreur de rapprochement"),
        ],
    )
    lettered_by = models.BigIntegerField()
    lettered_at = models.DateTimeField()
    undone_by = models.BigIntegerField(null=True)
    undone_at = models.DateTimeField(null=True)
    undone_reason = models.CharField(
        max_length=8,
        choices=[
            ("MISTAKE", "lettrage fait par erreur"),
            ("REVOKED", "le payeur est revenu sur son indication"),
            ("LAPSED", "le paiement est reparti, ou la dette n’est plus"),
        ],
        blank=True,
    )

    class Meta:
        constraints = [
            models.CheckConstraint(name="lettering_is_positive", condition=models.Q(amount_cents__gt=0)),
            models.UniqueConstraint(
                fields=["payment"], condition=models.Q(undone_at__isnull=True), name="payment_lettered_once"
            ),
            models.UniqueConstraint(
                fields=["debt"], condition=models.Q(undone_at__isnull=True), name="debt_lettered_once"
            ),
            models.CheckConstraint(
                name="lettering_undone_with_its_reason",
                condition=models.Q(undone_at__isnull=True, undone_by__isnull=True, undone_reason="")
                | models.Q(undone_at__isnull=False, undone_by__isnull=False) & ~models.Q(undone_reason=""),
            ),
        ]
