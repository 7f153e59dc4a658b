"""The month: facts that come dated, the run and its drafts, what was set aside, what surprises, contra-entries."""

from django.db import models

from palier.estate.models import Residence
from palier.leases.models import Lease
from palier.ledger.models import Account, Entry

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
