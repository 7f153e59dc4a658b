"""After the commission: letters, offers and their clock, the lease that follows."""

from django.db import models

from palier.agents.models import Agent
from palier.attribution.models.decisions import Decision
from palier.attribution.models.vacancies import Holder, Vacancy
from palier.attribution.rules.words import CONTINGENTS, OFFER_REFUSALS
from palier.demandes.models import Application
from palier.estate.models import Residence


class Notification(models.Model):
    """A letter to a candidate: the decision, or the offer that follows it. Its frozen data, and when it left.

    The PDF is made from `content`, always the same bytes; what it says ends with the application, its digests stay.
    """

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, null=True)
    # Whose letter it is: what the trace of a reading needs.
    person_id = models.BigIntegerField(null=True)
    kind = models.CharField(
        max_length=8, choices=[("DECISION", "décision de la commission"), ("OFFER", "proposition de logement")]
    )
    number = models.CharField(max_length=30, unique=True)
    # The letter's canonical data: who receives it and what it says.
    content = models.BinaryField(null=True)
    content_sha256 = models.CharField(max_length=64)
    pdf_sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    # Empty: the night's job.
    made_by = models.ForeignKey(Agent, on_delete=models.PROTECT, null=True)
    # The day on which the person received it, by what proves it: an offer's clock starts there.
    notified_on = models.DateField(null=True)
    means = models.CharField(
        max_length=6,
        choices=[
            ("LRAR", "lettre recommandée"),
            ("HAND", "remise contre signature"),
            ("EMAIL", "envoi électronique avec accusé"),
        ],
        blank=True,
    )

    class Meta:
        constraints = [
            # An offer whose tenant stayed is made again by a letter of its own number.
            models.UniqueConstraint(fields=["decision"], name="notification_once", condition=models.Q(kind="DECISION")),
            models.CheckConstraint(
                name="notification_receipt_is_whole",
                condition=models.Q(notified_on__isnull=True, means="")
                | (models.Q(notified_on__isnull=False) & ~models.Q(means="")),
            ),
        ]


class Offer(models.Model):
    """A dwelling offered to who was allocated it, with its clock: silence is a refusal (CCH R441-10)."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT)
    vacancy = models.ForeignKey(Vacancy, on_delete=models.PROTECT)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, null=True)
    rank = models.SmallIntegerField()
    days = models.SmallIntegerField()
    notified_on = models.DateField()
    # By the rule offer-deadline.
    expires_on = models.DateField()
    visit_at = models.DateTimeField(null=True)
    visited_on = models.DateField(null=True)
    state = models.CharField(
        max_length=8,
        choices=[
            ("SENT", "en attente de réponse"),
            ("ACCEPTED", "acceptée"),
            ("REFUSED", "refusée"),
            ("EXPIRED", "sans réponse, réputée refusée"),
            ("LAPSED", "condition non remplie"),
            ("GIVEN_UP", "retirée avant la signature"),
            ("STAYS", "sans suite\u00a0: le locataire reste"),
        ],
        default="SENT",
    )
    answered_on = models.DateField(null=True)
    refusal = models.CharField(max_length=15, choices=list(OFFER_REFUSALS.items()), blank=True)
    lease_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="offer_leaves_ten_days",
                condition=models.Q(days__gte=10, expires_on__gte=models.F("notified_on")),
            ),
            # Once, unless it stopped because the tenant stayed: it is then due again.
            models.UniqueConstraint(
                fields=["decision"], name="offer_once_a_decision", condition=~models.Q(state="STAYS")
            ),
            models.UniqueConstraint(
                fields=["vacancy"], name="offer_once_at_a_time", condition=models.Q(state__in=["SENT", "ACCEPTED"])
            ),
        ]


class SignedAttribution(models.Model):
    """An allocation followed by a signed lease, without the person: what the yearly figures count (CCH L441-1)."""

    vacancy = models.OneToOneField(Vacancy, on_delete=models.PROTECT)
    residence = models.ForeignKey(Residence, on_delete=models.PROTECT)
    holder = models.ForeignKey(Holder, on_delete=models.PROTECT, null=True)
    contingent = models.CharField(max_length=1, choices=list(CONTINGENTS.items()))
    signed_on = models.DateField()
    is_transfer = models.BooleanField()
    is_qpv = models.BooleanField()
    is_first_quartile = models.BooleanField(null=True)
    is_relocated = models.BooleanField(default=False)
    is_dalo = models.BooleanField(default=False)
    is_priority = models.BooleanField(default=False)
    persons = models.SmallIntegerField()
    waited_days = models.IntegerField()
    rooms = models.SmallIntegerField(null=True)
    financing = models.CharField(max_length=8)
