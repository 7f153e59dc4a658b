"""Campaigns that propose the tenants' space, who was drawn, how far each came, and answers that belong to nobody."""

from django.db import models

from palier.estate.models import Residence
from palier.leases.models import Lease
from palier.people.models import Person

MEANS = [
    ("ENCLOSED", "avec le prochain avis, dans la même enveloppe"),
    ("LETTER", "par lettre, dans sa propre enveloppe"),
    ("CARETAKER", "par le gardien, sur un dépliant"),
    ("EMAIL", "par courriel"),
]
# Its sheets wait for the next notice of their lease on paper (decision 0027).
WITH_NOTICE = "ENCLOSED"
COHORTS = [("INVITED", "invités"), ("CONTROL", "témoins")]


class Campaign(models.Model):
    """One proposal of the space, on the residences it was drawn for. It has no name: its day says it."""

    means = models.CharField(max_length=9, choices=MEANS)
    # Told beside the draw, so that anyone may do it again.
    seed = models.CharField(max_length=32)
    control_percent = models.SmallIntegerField()
    opened_on = models.DateField()
    opened_by = models.BigIntegerField()
    opened_at = models.DateTimeField()
    # The survey comes first: nobody is invited before it was sent.
    survey_on = models.DateField(null=True)
    invited_on = models.DateField(null=True)
    measured_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="campaign_control_within_bounds",
                condition=models.Q(control_percent__gte=0, control_percent__lte=50),
            ),
            models.CheckConstraint(
                name="campaign_survey_before_invitation",
                condition=models.Q(invited_on__isnull=True) | models.Q(survey_on__lte=models.F("invited_on")),
            ),
        ]


class Invitee(models.Model):
    """A lease in a campaign, by its first holder, with the day of each step. The control cohort is sent nothing."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, db_index=False)
    lease = models.ForeignKey(Lease, on_delete=models.PROTECT)
    residence = models.ForeignKey(Residence, on_delete=models.PROTECT)
    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    cohort = models.CharField(max_length=7, choices=COHORTS)
    # Written on the survey; it opens nothing but one answer. Empty for the control cohort.
    code = models.CharField(max_length=8, blank=True)
    answered_on = models.DateField(null=True)
    invited_on = models.DateField(null=True)
    code_sent_on = models.DateField(null=True)
    signed_in_on = models.DateField(null=True)
    consented_on = models.DateField(null=True)
    came_back_on = models.DateField(null=True)
    withdrew_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "lease"], name="invitee_once_a_campaign"),
            models.UniqueConstraint(fields=["code"], name="invitee_code_once", condition=~models.Q(code="")),
            models.CheckConstraint(
                name="invitee_control_is_sent_nothing",
                condition=~models.Q(cohort="CONTROL") | models.Q(code="", invited_on__isnull=True),
            ),
        ]


class SurveyCount(models.Model):
    """How many gave one answer. Nobody's answer is kept: only that this code answered, and these counts."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, db_index=False)
    question = models.CharField(max_length=8)
    choice = models.CharField(max_length=10)
    count = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["campaign", "question", "choice"], name="survey_count_once")]


class NoProposal(models.Model):
    """« Ne plus me proposer »: who is drawn for no campaign and invited by none. Taken back, it is gone."""

    person = models.OneToOneField(Person, on_delete=models.PROTECT)
    said_at = models.DateTimeField()
