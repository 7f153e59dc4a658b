"""The three-year review of an occupation (CCH L442-5-2): what is found, what the commission advises, what follows."""

from django.db import models

from palier.agents.models import Agent
from palier.attribution.models.commission import CommissionMember, Sitting
from palier.attribution.rules.words import OPINIONS, SOLUTIONS
from palier.estate.models import Dwelling, Residence


class OccupationReview(models.Model):
    """The examination of a lease on its three-year day: the situations found, and the inputs that they come from.

    A situation is true, false, or empty while it is to be checked.
    """

    # No foreign key: who allocates reads no lease.
    lease_id = models.BigIntegerField()
    # The tenant, by number: what the trace of a reading needs.
    person_id = models.BigIntegerField(null=True)
    residence = models.ForeignKey(Residence, on_delete=models.PROTECT)
    dwelling = models.ForeignKey(Dwelling, on_delete=models.PROTECT)
    due_on = models.DateField()
    # The inputs of the rule, by numbers and yes or no: frozen with the day and the digest.
    inputs = models.JSONField(default=dict)
    inputs_sha256 = models.CharField(max_length=64, blank=True, db_default="")
    examined_on = models.DateField(null=True)
    is_overcrowded = models.BooleanField(null=True)
    is_under_occupied = models.BooleanField(null=True)
    adaptation_left = models.BooleanField(null=True)
    needs_adaptation = models.BooleanField(null=True)
    is_above_ceiling = models.BooleanField(null=True)
    state = models.CharField(
        max_length=7,
        choices=[
            ("CHECK", "à vérifier"),
            ("NOTHING", "sans situation à examiner"),
            ("FOUND", "à soumettre à la commission"),
            ("AGENDA", "à l’ordre du jour"),
            ("GIVEN", "avis rendu"),
            ("CLOSED", "suite donnée"),
        ],
        default="CHECK",
        db_default="CHECK",
    )
    opinion = models.CharField(max_length=10, choices=list(OPINIONS.items()), blank=True)
    opinion_on = models.DateField(null=True)
    # The landlord sees the tenant again on that opinion: when, what is proposed, whether they agree.
    met_on = models.DateField(null=True)
    solution = models.CharField(max_length=8, choices=list(SOLUTIONS.items()), blank=True, db_default="")
    is_agreed = models.BooleanField(null=True)
    version = models.IntegerField(default=1, db_default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lease_id", "due_on"], name="occupation_review_once"),
            models.CheckConstraint(
                name="occupation_opinion_is_dated",
                condition=models.Q(opinion="", opinion_on__isnull=True)
                | (~models.Q(opinion="") & models.Q(opinion_on__isnull=False)),
            ),
            models.CheckConstraint(
                name="occupation_solution_is_whole",
                condition=models.Q(solution="", met_on__isnull=True, is_agreed__isnull=True)
                | (~models.Q(solution="") & models.Q(met_on__isnull=False, is_agreed__isnull=False)),
            ),
        ]
        indexes = [models.Index(fields=["state", "due_on"], name="occupation_review_by_state")]


class Opinion(models.Model):
    """A review on the agenda of a sitting, by pseudonym, and what the commission advises: neither rank nor motive."""

    sitting = models.ForeignKey(Sitting, on_delete=models.PROTECT)
    review = models.ForeignKey(OccupationReview, on_delete=models.PROTECT, related_name="points")
    rank = models.SmallIntegerField()
    pseudonym = models.CharField(max_length=12)
    # What the members read: the dwelling, the situations in words, what protects the tenant. No name, no number.
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    opinion = models.CharField(max_length=10, choices=list(OPINIONS.items()), blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Agent, on_delete=models.PROTECT, null=True)
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sitting", "review"], name="opinion_once"),
            models.UniqueConstraint(fields=["sitting", "rank"], name="opinion_rank_once"),
            models.CheckConstraint(
                name="opinion_is_dated",
                condition=models.Q(opinion="", decided_at__isnull=True, decided_by__isnull=True)
                | (~models.Q(opinion="") & models.Q(decided_at__isnull=False, decided_by__isnull=False)),
            ),
        ]


class OpinionVote(models.Model):
    """A member's voice on an opinion, when the commission votes."""

    point = models.ForeignKey(Opinion, on_delete=models.PROTECT)
    member = models.ForeignKey(CommissionMember, on_delete=models.PROTECT)
    choice = models.CharField(max_length=7, choices=[("FOR", "pour"), ("AGAINST", "contre"), ("ABSTAIN", "abstention")])
    cast_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["point", "member"], name="opinion_vote_once")]


class OpinionRecusal(models.Model):
    """A member who takes no part in one opinion: a tie with the tenant, noted without saying which."""

    point = models.ForeignKey(Opinion, on_delete=models.PROTECT)
    member = models.ForeignKey(CommissionMember, on_delete=models.PROTECT)
    noted_by = models.ForeignKey(Agent, on_delete=models.PROTECT)
    noted_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["point", "member"], name="opinion_recusal_once")]


class OpinionLetter(models.Model):
    """The letter that tells a tenant the opinion: its frozen data, from which the same PDF is always made."""

    review = models.OneToOneField(OccupationReview, on_delete=models.PROTECT, related_name="letter")
    lease_id = models.BigIntegerField()
    person_id = models.BigIntegerField()
    number = models.CharField(max_length=30, unique=True)
    content = models.BinaryField()
    content_sha256 = models.CharField(max_length=64)
    pdf_sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Agent, on_delete=models.PROTECT, null=True)
