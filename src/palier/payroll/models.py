"""Employees as the payroll knows them, batches of payslips, what was set aside, and what each employee may open.

A payslip is sealed under a key of its own, kept wrapped in its row: once the row is gone its bytes are noise.
"""

from django.db import models

from palier.dispatch.models import PrintLot
from palier.mail.models import KeptDocument
from palier.payroll.rules.splitting import REASONS_FR
from palier.people.models import Person

MEANS = [
    ("RECOMMANDE", "lettre recommandée avec avis de réception"),
    ("REMISE", "remise en main propre contre signature"),
    ("EMBAUCHE", "clause du contrat, à l’embauche"),
]
STATES = [("READ", "à relire"), ("REVIEWED", "relu"), ("RELEASED", "diffusé"), ("UNDONE", "annulé")]
OWN_SPACE, PAPER = "OWN_SPACE", "PAPER"
ROUTES = [(OWN_SPACE, "espace du salarié"), (PAPER, "papier")]
PAPER_REASONS = [("OPPOSED", "s’est opposé à l’électronique"), ("NOT_TOLD", "pas encore informé depuis un mois")]
OUTCOMES = [
    ("MATCHED", "rattaché au salarié, depuis inscrit au registre"),
    ("RETURNED", "rendu à la paie, qui le corrigera"),
]


class Employee(models.Model):
    """Someone on the payroll, by their number: matching is by it alone, never by a name."""

    number = models.CharField(max_length=20, unique=True)
    person = models.OneToOneField(Person, on_delete=models.PROTECT)
    work_address = models.CharField(max_length=160)
    private_email = models.CharField(max_length=120, blank=True)
    # A payslip stays available until an age (D3243-8).
    birth_date = models.DateField(null=True)
    entered_on = models.DateField()
    left_on = models.DateField(null=True)
    notice_given_on = models.DateField(null=True)
    notice_means = models.CharField(max_length=10, choices=MEANS, blank=True)
    # The last sheet printed for them: another stops its code.
    sheet_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="employee_notice_has_its_means",
                condition=models.Q(notice_given_on__isnull=True, notice_means="")
                | (models.Q(notice_given_on__isnull=False) & ~models.Q(notice_means="")),
            ),
            models.CheckConstraint(
                name="employee_leaves_after_entering",
                condition=models.Q(left_on__isnull=True) | models.Q(left_on__gte=models.F("entered_on")),
            ),
        ]


class Opposition(models.Model):
    """An employee wants paper: said one day, perhaps taken back another."""

    employee = models.ForeignKey(Employee, on_delete=models.PROTECT)
    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    said_on = models.DateField()
    taken_back_on = models.DateField(null=True)
    said_by = models.CharField(max_length=8, choices=[("EMPLOYEE", "le salarié"), ("PAYROLL", "le service de la paie")])

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["employee"], condition=models.Q(taken_back_on__isnull=True), name="opposition_once_at_a_time"
            ),
            models.CheckConstraint(
                name="opposition_taken_back_later",
                condition=models.Q(taken_back_on__isnull=True) | models.Q(taken_back_on__gte=models.F("said_on")),
            ),
        ]


class PayLayout(models.Model):
    """The words of the payroll's pages, as the landlord declares them: the latest is in force."""

    number_label = models.CharField(max_length=40)
    net_label = models.CharField(max_length=40)
    totals_label = models.CharField(max_length=40, blank=True)
    count_label = models.CharField(max_length=40, blank=True)
    sum_label = models.CharField(max_length=40, blank=True)
    # The number of the agent who declared it; 0 for a command.
    decided_by = models.BigIntegerField()
    at = models.DateTimeField()


class PayBatch(models.Model):
    """One file of the payroll: read, reviewed by someone, released by someone else, or undone before that."""

    month = models.DateField()
    issued_on = models.DateField()
    file_name = models.CharField(max_length=120)
    file_sha256 = models.CharField(max_length=64)
    pages = models.IntegerField()
    state = models.CharField(max_length=8, choices=STATES, default="READ")
    # What was found: payslips, set aside or not, and the sum of their nets.
    found_count = models.IntegerField()
    found_net_cents = models.BigIntegerField()
    # What the page of totals says; empty when there is none.
    told_count = models.IntegerField(null=True)
    told_net_cents = models.BigIntegerField(null=True)
    # Agents' numbers; 0 for a command.
    imported_by = models.BigIntegerField()
    imported_at = models.DateTimeField()
    reviewed_by = models.BigIntegerField(null=True)
    reviewed_at = models.DateTimeField(null=True)
    released_by = models.BigIntegerField(null=True)
    released_at = models.DateTimeField(null=True)
    undone_by = models.BigIntegerField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["file_sha256"], condition=~models.Q(state="UNDONE"), name="pay_batch_file_once"
            ),
            models.CheckConstraint(
                name="pay_batch_released_by_a_second_person",
                condition=~models.Q(state="RELEASED")
                | (
                    models.Q(reviewed_by__isnull=False, released_by__isnull=False, released_at__isnull=False)
                    & ~models.Q(released_by=models.F("reviewed_by"))
                    & ~models.Q(released_by=models.F("imported_by"))
                ),
            ),
        ]

    @property
    def agrees(self) -> bool:
        """True when what was found is what the page of totals says, or when there is no such page."""
        counts = self.told_count in {None, self.found_count}
        return counts and self.told_net_cents in {None, self.found_net_cents}


class GivenPayFile(KeptDocument):
    """A file given on screen, until a job has taken it: sealed under a key of its own, which goes then with its pay."""

    name = models.CharField(max_length=120)
    month = models.DateField()
    issued_on = models.DateField()
    state = models.CharField(
        max_length=7,
        choices=[("WAITING", "en lecture"), ("TAKEN", "pris"), ("REFUSED", "refusé"), ("LEFT", "laissé")],
        default="WAITING",
    )
    # The sentence on which it was refused.
    refusal = models.CharField(max_length=400, blank=True)
    batch = models.ForeignKey(PayBatch, on_delete=models.PROTECT, null=True)
    given_by = models.BigIntegerField()
    given_at = models.DateTimeField()
    # Who left it unread.
    left_by = models.BigIntegerField(null=True)
    left_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="given_pay_file_is_forgotten",
                condition=models.Q(state="WAITING") | models.Q(kept_key__isnull=True),
            )
        ]


class SealedPages(KeptDocument):
    """Pages kept as they came, less what was hidden beside them, sealed under a key of their own."""

    first_page = models.IntegerField()
    pages = models.SmallIntegerField()
    net_cents = models.BigIntegerField(null=True)

    class Meta:
        abstract = True


class Payslip(SealedPages):
    """One payslip of one employee. Theirs to open once its batch is released; never changed, only corrected beside."""

    batch = models.ForeignKey(PayBatch, on_delete=models.PROTECT)
    employee = models.ForeignKey(Employee, on_delete=models.PROTECT)
    # Row security looks at it: an employee reaches their own.
    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    month = models.DateField()
    issued_on = models.DateField()
    route = models.CharField(max_length=9, choices=ROUTES)
    paper_reason = models.CharField(max_length=8, choices=PAPER_REASONS, blank=True)
    # An earlier payslip of the same month, already released, that this one corrects.
    corrects = models.ForeignKey("self", on_delete=models.PROTECT, null=True)
    released_at = models.DateTimeField(null=True)
    # Its place on paper, given with the release: the mark of its sheets says the same.
    print_lot = models.ForeignKey(PrintLot, on_delete=models.PROTECT, null=True)
    print_rank = models.IntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "employee"], name="payslip_once_a_batch"),
            models.UniqueConstraint(fields=["print_lot", "print_rank"], name="payslip_one_a_rank_of_a_lot"),
            models.CheckConstraint(
                name="payslip_on_paper_says_why",
                condition=models.Q(route=OWN_SPACE, paper_reason="")
                | (models.Q(route=PAPER) & ~models.Q(paper_reason="")),
            ),
        ]
        indexes = [models.Index(fields=["person", "month"], name="payslip_of_person")]


class Quarantined(SealedPages):
    """Pages that belong to nobody for sure: set aside with the reason, until someone decides."""

    batch = models.ForeignKey(PayBatch, on_delete=models.PROTECT)
    reason = models.CharField(max_length=11, choices=[(reason.value, label) for reason, label in REASONS_FR.items()])
    number = models.CharField(max_length=20, blank=True)
    outcome = models.CharField(max_length=8, choices=OUTCOMES, blank=True)
    decided_by = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="quarantined_decision_is_dated",
                condition=models.Q(outcome="", decided_by__isnull=True, decided_at__isnull=True)
                | (~models.Q(outcome="") & models.Q(decided_by__isnull=False, decided_at__isnull=False)),
            )
        ]


class ServiceClosing(models.Model):
    """The announcement that electronic payslips will stop being available: three months before, to everyone."""

    announced_on = models.DateField()
    closes_on = models.DateField()
    announced_by = models.BigIntegerField()
    withdrawn_on = models.DateField(null=True)
    withdrawn_by = models.BigIntegerField(null=True)
