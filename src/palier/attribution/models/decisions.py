"""Candidates, their sheets without a name, the five decisions of CCH R441-3, votes, minutes, what a replay needs."""

from django.db import models

from palier.agents.models import Agent
from palier.attribution.models.commission import CommissionMember, Item, Sitting
from palier.attribution.models.vacancies import Vacancy
from palier.attribution.rules.words import DECISIONS, REFUSAL_MOTIVES
from palier.demandes.models import Application


class Candidate(models.Model):
    """An application proposed for a vacancy, and by whom. The link to the application ends with it."""

    vacancy = models.ForeignKey(Vacancy, on_delete=models.PROTECT)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, null=True)
    source = models.CharField(
        max_length=8,
        choices=[("MATCHING", "rapprochement"), ("HOLDER", "réservataire"), ("OFFICER", "chargé d’attribution")],
    )
    added_on = models.DateField()
    added_by = models.ForeignKey(Agent, on_delete=models.PROTECT)
    # Withdrawn before the commission: renounced, radiated, housed elsewhere.
    withdrawn_on = models.DateField(null=True)
    withdrawn_for = models.CharField(
        max_length=10,
        choices=[
            ("RENOUNCED", "a renoncé"),
            ("RADIATED", "demande radiée"),
            ("HOUSED", "logé par ailleurs"),
            ("INELIGIBLE", "n’est plus éligible"),
            ("MISTAKE", "ajouté par erreur"),
        ],
        blank=True,
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["vacancy", "application"], name="candidate_once")]


class Sheet(models.Model):
    """What the commission sees of a candidate: objective, without name, nationality, origin, address or text."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT)
    candidate = models.ForeignKey(Candidate, on_delete=models.PROTECT)
    # Drawn for this sitting: « C-07 »; it says nothing and is not the application's number.
    pseudonym = models.CharField(max_length=12)
    # Canonical JSON of the facts shown: composition, resources, rates, points, seniority, priorities.
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "candidate"], name="sheet_once")]


_CONDITIONAL = models.Q(kind="ATTRIBUTION_CONDITION")


class Decision(models.Model):
    """One decision for one sheet; corrected live until the sitting is closed, each state kept."""

    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT)
    kind = models.CharField(max_length=21, choices=list(DECISIONS.items()))
    rank = models.SmallIntegerField(null=True)
    # The piece that is missing, for a condition, and the last day to bring it.
    condition_piece = models.CharField(max_length=32, blank=True)
    condition_due_on = models.DateField(null=True)
    motive = models.CharField(max_length=20, choices=list(REFUSAL_MOTIVES.items()), blank=True)
    # Another one beside it: social mix is never alone.
    other_motive = models.CharField(max_length=20, choices=list(REFUSAL_MOTIVES.items()), blank=True)
    # Facts only, screened before they are kept, shown to the person.
    precision = models.CharField(max_length=120, blank=True)
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(Agent, on_delete=models.PROTECT)
    # A later decision on the same sheet replaces it; both are kept.
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sheet"], name="decision_once_in_force", condition=models.Q(replaced_at__isnull=True)
            ),
            models.CheckConstraint(
                name="decision_refusal_says_why",
                condition=models.Q(kind__in=["NON_ATTRIBUTION", "IRRECEVABILITE"]) & ~models.Q(motive="")
                | ~models.Q(kind__in=["NON_ATTRIBUTION", "IRRECEVABILITE"]) & models.Q(motive=""),
            ),
            models.CheckConstraint(
                name="decision_mix_is_never_alone",
                condition=(~models.Q(motive="") | models.Q(other_motive=""))
                & (~models.Q(motive="MIXITE") | ~models.Q(other_motive="")),
            ),
            models.CheckConstraint(
                name="decision_rank_goes_with_attribution",
                condition=models.Q(kind__in=["ATTRIBUTION", "ATTRIBUTION_RANG", "ATTRIBUTION_CONDITION"], rank__gte=1)
                | models.Q(kind__in=["NON_ATTRIBUTION", "IRRECEVABILITE"], rank__isnull=True),
            ),
            models.CheckConstraint(
                name="decision_condition_is_whole",
                condition=models.Q(_CONDITIONAL, ~models.Q(condition_piece=""), condition_due_on__isnull=False)
                | models.Q(~_CONDITIONAL, condition_piece="", condition_due_on__isnull=True),
            ),
        ]


class Vote(models.Model):
    """A member's voice on a sheet, when the commission votes."""

    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT)
    member = models.ForeignKey(CommissionMember, on_delete=models.PROTECT)
    choice = models.CharField(max_length=7, choices=[("FOR", "pour"), ("AGAINST", "contre"), ("ABSTAIN", "abstention")])
    cast_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sheet", "member"], name="vote_once")]


class Minutes(models.Model):
    """The sealed minutes (procès-verbal): their canonical data and the PDF made from it, by its digest."""

    sitting = models.OneToOneField(Sitting, on_delete=models.PROTECT)
    content = models.JSONField()
    content_sha256 = models.CharField(max_length=64)
    pdf_sha256 = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()
    sealed_by = models.ForeignKey(Agent, on_delete=models.PROTECT)


class Frozen(models.Model):
    """The rules' inputs of a sitting, pseudonymised, under a key that retention shreds; the digest remains."""

    sitting = models.OneToOneField(Sitting, on_delete=models.PROTECT)
    sealed = models.BinaryField(null=True)
    # The sitting's own key, wrapped by the installation's: gone, what backups still hold is noise.
    wrapped = models.BinaryField(max_length=64, null=True)
    digest = models.CharField(max_length=64)
    frozen_at = models.DateTimeField()
    erased_on = models.DateField(null=True)
