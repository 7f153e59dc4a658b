"""Delays that tenants ask for, what they are answered, and the parts of a plan. Amounts in cents, no free text."""

from django.db import models

from palier.estate.models import Residence
from palier.leases.models import Lease
from palier.ledger.models import Account

STATES = [
    ("ASKED", "à répondre"),
    ("OFFERED", "autre délai proposé"),
    ("AGREED", "accordé"),
    ("REFUSED", "refusé"),
    ("WITHDRAWN", "retiré"),
    ("ENDED", "arrêté"),
]
# Said to the tenant, beside « Nous ne pouvons pas accepter ce délai. »
REFUSALS = [
    ("PAID", "Votre compte est à jour, il n’y a rien à étaler."),
    ("TOO_LONG", "Le délai demandé est trop long pour cette somme."),
    ("PLAN_BROKEN", "Un plan précédent n’a pas été suivi."),
    ("IN_COURT", "Un juge est déjà saisi de cette dette."),
    ("TALK_FIRST", "Cette somme demande un rendez-vous avec nous."),
]


class Delay(models.Model):
    """A request for time, and its answer. `parts` is 1 when the whole is paid at once, later."""

    lease = models.ForeignKey(Lease, on_delete=models.PROTECT)
    account = models.ForeignKey(Account, on_delete=models.PROTECT)
    residence = models.ForeignKey(Residence, on_delete=models.PROTECT)
    # Who asked, a holder of the lease.
    person_id = models.BigIntegerField()
    # The same form sent twice is one request.
    key = models.UUIDField()
    # What was late on the day of the request.
    debt_cents = models.BigIntegerField()
    parts = models.SmallIntegerField()
    first_on = models.DateField()
    state = models.CharField(max_length=9, choices=STATES, default="ASKED")
    ground = models.CharField(max_length=11, choices=REFUSALS, blank=True)
    asked_at = models.DateTimeField()
    answer_due_on = models.DateField()
    answered_by = models.BigIntegerField(null=True)
    answered_at = models.DateTimeField(null=True)
    # Nobody is waited for any more: agreed, refused, withdrawn; then the day a plan is ended.
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person_id", "key"], name="delay_asked_once"),
            models.UniqueConstraint(
                fields=["lease"],
                name="delay_one_at_a_time",
                condition=models.Q(state__in=("ASKED", "OFFERED")),
            ),
            models.CheckConstraint(
                name="delay_refused_for_a_reason",
                condition=models.Q(state="REFUSED") & ~models.Q(ground="") | ~models.Q(state="REFUSED"),
            ),
            # Row security lets a tenant accept what the agency offered: nothing is agreed before it answered.
            models.CheckConstraint(
                name="delay_answered_before_it_holds",
                condition=~models.Q(state__in=("OFFERED", "AGREED")) | models.Q(answered_at__isnull=False),
            ),
            models.CheckConstraint(
                name="delay_within_bounds", condition=models.Q(debt_cents__gt=0, parts__gte=1, parts__lte=12)
            ),
        ]
        indexes = [models.Index(fields=["residence", "state", "answer_due_on"], name="delay_to_answer")]


class PlanPart(models.Model):
    """One part of a delay that is offered or agreed: they add up to the debt."""

    delay = models.ForeignKey(Delay, on_delete=models.CASCADE)
    lease = models.ForeignKey(Lease, on_delete=models.PROTECT, db_index=False)
    residence = models.ForeignKey(Residence, on_delete=models.PROTECT, db_index=False)
    rank = models.SmallIntegerField()
    due_on = models.DateField()
    amount_cents = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["delay", "rank"], name="plan_part_rank_once"),
            models.CheckConstraint(name="plan_part_is_positive", condition=models.Q(amount_cents__gt=0)),
        ]
