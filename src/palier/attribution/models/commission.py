"""The commission (CALEOL): the landlord's own versioned rules, its members, its sittings and their agenda."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from palier.agents.models import Agent
from palier.attribution.models.vacancies import Vacancy
from palier.attribution.rules.words import EXCEPTIONS


class CommissionRules(models.Model):
    """What the landlord's règlement intérieur says, between two days: quorum, tie, how many candidates."""

    version = models.CharField(max_length=20, unique=True)
    first_day = models.DateField()
    adopted_on = models.DateField()
    # Members with a vote who must be there, or represented unless proxies are not counted.
    quorum = models.SmallIntegerField()
    quorum_in_person = models.BooleanField(default=False, db_default=False)
    # Whose voice counts double when votes are equal (CCH L441-2: the mayor of the dwelling's commune).
    casting = models.CharField(
        max_length=9, choices=[("MAYOR", "le maire de la commune du logement"), ("PRESIDENT", "le président")]
    )
    least_candidates = models.SmallIntegerField(default=3)
    proxies_each = models.SmallIntegerField(default=1)
    remote_allowed = models.BooleanField(default=False)
    convened_days_before = models.SmallIntegerField(default=0)


class CommissionMember(models.Model):
    """A seat and who holds it, between two days."""

    agent = models.ForeignKey(Agent, on_delete=models.PROTECT)
    quality = models.CharField(
        max_length=13,
        choices=[
            ("ADMINISTRATOR", "membre désigné par le conseil d’administration"),
            ("TENANTS", "représentant des locataires"),
            ("PREFET", "préfet ou son représentant"),
            ("EPCI", "président de l’EPCI ou de l’EPT, ou son représentant"),
            ("MAYOR", "maire de la commune du logement, ou son représentant"),
            ("MANDATING", "organisme mandant"),
            ("INSERTION", "association d’insertion"),
            ("HOLDER", "réservataire"),
            ("CCAS", "CCAS ou service social"),
        ],
    )
    has_vote = models.BooleanField()
    is_president = models.BooleanField(default=False)
    # For a mayor: the communes (INSEE codes) for whose dwellings they sit; empty: all.
    communes = ArrayField(models.CharField(max_length=5), default=list)
    first_day = models.DateField()
    last_day = models.DateField(null=True)


class Sitting(models.Model):
    """One meeting of the commission, from its draft to its sealed minutes."""

    number = models.CharField(max_length=20, unique=True)
    held_on = models.DateField()
    mode = models.CharField(
        max_length=6, choices=[("ROOM", "en salle"), ("REMOTE", "à distance"), ("MIXED", "en salle et à distance")]
    )
    # The convocation says both; no place for a sitting held remotely.
    hour = models.TimeField(null=True)
    place = models.CharField(max_length=120, blank=True, db_default="")
    rules = models.ForeignKey(CommissionRules, on_delete=models.PROTECT)
    state = models.CharField(
        max_length=9,
        choices=[
            ("DRAFT", "en préparation"),
            ("CONVENED", "convoquée"),
            ("OPEN", "ouverte"),
            ("CLOSED", "levée"),
            ("SEALED", "procès-verbal scellé"),
            ("CANCELLED", "annulée"),
        ],
        default="DRAFT",
    )
    convened_on = models.DateField(null=True)
    opened_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    secretary = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="sittings_as_secretary")
    president = models.ForeignKey(CommissionMember, on_delete=models.PROTECT, null=True)
    version = models.IntegerField(default=1)


class Handover(models.Model):
    """A sitting taken over by another secretary, who acts on it from then on and answers for it."""

    sitting = models.ForeignKey(Sitting, on_delete=models.PROTECT)
    left_by = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="sittings_left")
    taken_by = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="sittings_taken")
    taken_at = models.DateTimeField()


class Item(models.Model):
    """One dwelling on the agenda of a sitting."""

    sitting = models.ForeignKey(Sitting, on_delete=models.PROTECT)
    vacancy = models.ForeignKey(Vacancy, on_delete=models.PROTECT)
    rank = models.SmallIntegerField()
    # Why fewer candidates than the rules ask for are examined; empty: there are enough.
    exception = models.CharField(max_length=12, choices=list(EXCEPTIONS.items()), blank=True)
    # Sent back to another sitting: nothing was decided on it.
    is_postponed = models.BooleanField(default=False)
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sitting", "vacancy"], name="item_once"),
            models.UniqueConstraint(fields=["sitting", "rank"], name="item_rank_once"),
        ]


class Attendance(models.Model):
    """Whether a member came to a sitting, or gave their voice to another."""

    sitting = models.ForeignKey(Sitting, on_delete=models.PROTECT)
    member = models.ForeignKey(CommissionMember, on_delete=models.PROTECT)
    state = models.CharField(
        max_length=11,
        choices=[
            ("CONVENED", "convoqué"),
            ("PRESENT", "présent"),
            ("REMOTE", "présent à distance"),
            ("REPRESENTED", "représenté"),
            ("ABSENT", "absent"),
        ],
        default="CONVENED",
    )
    proxy_to = models.ForeignKey(CommissionMember, on_delete=models.PROTECT, null=True, related_name="proxies")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sitting", "member"], name="attendance_once"),
            models.CheckConstraint(
                name="attendance_represented_by_someone",
                condition=models.Q(state="REPRESENTED", proxy_to__isnull=False)
                | (~models.Q(state="REPRESENTED") & models.Q(proxy_to__isnull=True)),
            ),
        ]


class Recusal(models.Model):
    """A member who takes no part in one item: a conflict that the secretary noted without unveiling the sheets."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT)
    member = models.ForeignKey(CommissionMember, on_delete=models.PROTECT)
    noted_by = models.ForeignKey(Agent, on_delete=models.PROTECT)
    noted_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "member"], name="recusal_once")]
