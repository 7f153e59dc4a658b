"""Vacancies, reservation holders and their conventions (gestion en flux), the orientation of each vacancy."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Value

from palier.agents.models import Agent
from palier.attribution.rules.words import CHOICES, CONTINGENTS, WITHDRAWALS
from palier.estate.models import Dwelling, Residence
from palier.foundation.fields import DateRange


class Holder(models.Model):
    """A reservation holder (réservataire): the State, an employer's body, a local authority, or the landlord itself."""

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=80)
    contingent = models.CharField(max_length=1, choices=list(CONTINGENTS.items()))


class ReservationConvention(models.Model):
    """What a holder may propose of the yearly flow, on a territory, between two days (décret 2020-145)."""

    holder = models.ForeignKey(Holder, on_delete=models.PROTECT)
    # A département (« 75 ») or a commune (INSEE code) when the commune is the holder.
    territory = models.CharField(max_length=5)
    first_day = models.DateField()
    last_day = models.DateField(null=True)
    # Of the flow of the year, in hundredths of a percent.
    share_bp = models.IntegerField()
    # Days left to the holder to propose candidates.
    propose_within_days = models.SmallIntegerField()
    managed_in = models.CharField(max_length=5, choices=[("FLOW", "en flux"), ("STOCK", "en stock")], default="FLOW")

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="reservation_one_convention_at_a_time",
                expressions=[
                    ("holder", RangeOperators.EQUAL),
                    ("territory", RangeOperators.EQUAL),
                    (DateRange("first_day", "last_day", Value("[]")), RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                name="reservation_share_is_a_share", condition=models.Q(share_bp__gte=0, share_bp__lte=10000)
            ),
            models.CheckConstraint(
                name="reservation_ends_after_it_starts",
                condition=models.Q(last_day__isnull=True) | models.Q(last_day__gte=models.F("first_day")),
            ),
        ]


class Vacancy(models.Model):
    """A dwelling that becomes free: from the notice to leave to the next lease."""

    dwelling = models.ForeignKey(Dwelling, on_delete=models.PROTECT)
    residence = models.ForeignKey(Residence, on_delete=models.PROTECT)
    # The lease that ends; empty for a new dwelling.
    lease_id = models.BigIntegerField(null=True)
    announced_on = models.DateField()
    # When the tenant leaves: forecast, then true.
    expected_on = models.DateField()
    left_on = models.DateField(null=True)
    # From this day it can be let, works done.
    available_on = models.DateField()
    rent_cents = models.IntegerField()
    charges_cents = models.IntegerField(default=0)
    state = models.CharField(
        max_length=9,
        choices=[
            ("OPEN", "à orienter"),
            ("ORIENTED", "orienté vers un réservataire"),
            ("MATCHED", "candidats retenus"),
            ("AGENDA", "à l’ordre du jour"),
            ("OFFERED", "proposé"),
            ("LET", "loué"),
            ("WITHDRAWN", "retiré"),
        ],
        default="OPEN",
    )
    # Outside the flow of reservations, or out of letting: why.
    withdrawn_for = models.CharField(max_length=11, choices=list(WITHDRAWALS.items()), blank=True)
    # What it said before the notice was taken back: said again should the tenant leave after all.
    withdrawn_before = models.CharField(
        max_length=11, choices=list(WITHDRAWALS.items()), blank=True, default="", db_default=""
    )
    let_on = models.DateField(null=True)
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dwelling"],
                name="vacancy_once_at_a_time",
                condition=~models.Q(state__in=["LET", "WITHDRAWN"]),
            ),
            models.CheckConstraint(
                name="vacancy_withdrawal_says_why", condition=~models.Q(state="WITHDRAWN") | ~models.Q(withdrawn_for="")
            ),
        ]
        indexes = [models.Index(fields=["state", "available_on"], name="vacancy_by_state")]


class VacancySpell(models.Model):
    """Days of a vacancy that have one cause, and what was spent: so that a cost of vacancy is told by its causes."""

    vacancy = models.ForeignKey(Vacancy, on_delete=models.PROTECT)
    cause = models.CharField(
        max_length=10,
        choices=[
            ("WORKS", "travaux"),
            ("PROPOSAL", "attente de candidats"),
            ("COMMISSION", "attente de la commission"),
            ("OFFER", "offre en cours"),
            ("TECHNICAL", "vacance technique"),
        ],
    )
    first_day = models.DateField()
    last_day = models.DateField(null=True)
    cost_cents = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="vacancy_spell_ends_after_it_starts",
                condition=models.Q(last_day__isnull=True) | models.Q(last_day__gte=models.F("first_day")),
            )
        ]


class Orientation(models.Model):
    """To whom a vacancy goes, with the reason: proposed by the counters, decided by an agent."""

    vacancy = models.ForeignKey(Vacancy, on_delete=models.PROTECT)
    holder = models.ForeignKey(Holder, on_delete=models.PROTECT)
    convention = models.ForeignKey(ReservationConvention, on_delete=models.PROTECT, null=True)
    proposed_holder = models.ForeignKey(Holder, on_delete=models.PROTECT, related_name="orientations_proposed")
    reason = models.CharField(
        max_length=12,
        choices=[
            ("LATE", "le plus en retard sur sa part du flux"),
            ("PREFET", "sans convention : le flux revient au préfet"),
            ("UNRESERVED", "part non réservée"),
            ("CHOSEN", "choisi par l’agent, autre que la proposition"),
        ],
    )
    # Another than the proposed one: why, from a closed list.
    chosen_for = models.CharField(max_length=9, choices=list(CHOICES.items()), blank=True)
    decided_on = models.DateField()
    decided_by = models.ForeignKey(Agent, on_delete=models.PROTECT)
    due_on = models.DateField()
    # « Remis à disposition »: the holder gave it back, or the time is over.
    released_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["vacancy"], name="orientation_once_at_a_time", condition=models.Q(released_on__isnull=True)
            ),
            models.CheckConstraint(
                name="orientation_choice_says_why",
                condition=(models.Q(reason="CHOSEN") & ~models.Q(chosen_for=""))
                | (~models.Q(reason="CHOSEN") & models.Q(chosen_for="")),
            ),
        ]


class PublishedFigure(models.Model):
    """One figure of a year as the public reads it: small numbers already hidden, nothing to subtract (CCH L441-1)."""

    year = models.SmallIntegerField()
    family = models.CharField(
        max_length=11,
        choices=[
            ("ALL", "attributions suivies d’un bail"),
            ("OUTSIDE_QPV", "premier quartile hors QPV"),
            ("IN_QPV", "autres quartiles en QPV"),
            ("PRIORITY", "DALO et prioritaires, par contingent"),
            ("DELAY", "attente, par taille de ménage"),
        ],
    )
    # A contingent or a number of persons; empty for the families of one figure.
    code = models.CharField(max_length=2, blank=True)
    # Of how many, and how many of them; empty: hidden.
    of = models.IntegerField(null=True)
    counted = models.IntegerField(null=True)
    # What the law asks, in percent; 0: nothing.
    target = models.SmallIntegerField(default=0)
    median_days = models.IntegerField(null=True)
    computed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["year", "family", "code"], name="published_figure_once"),
            models.CheckConstraint(
                name="published_figure_is_never_small",
                condition=models.Q(of__isnull=True, counted__isnull=True, median_days__isnull=True)
                | (
                    (models.Q(of=0) | models.Q(of__gte=11))
                    & (models.Q(counted__isnull=True) | models.Q(counted=0) | models.Q(counted__gte=11))
                ),
            ),
        ]
