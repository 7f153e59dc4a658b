"""What matching found for a vacancy: the applications examined in the order of the territory, and why each is kept."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from palier.attribution.models.vacancies import Vacancy
from palier.demandes.models import Application


class Matching(models.Model):
    """The last matching of a vacancy, made by a job that reads no name."""

    vacancy = models.OneToOneField(Vacancy, on_delete=models.PROTECT)
    made_at = models.DateTimeField()
    # The day whose rules, tables and ages were applied.
    on = models.DateField()
    # The territory whose points order the list; empty: seniority alone.
    territory = models.CharField(max_length=20, blank=True)
    examined = models.IntegerField()
    suited = models.IntegerField()


class Match(models.Model):
    """One application examined for a vacancy: its place, and codes of attribution.rules.suiting; no amount."""

    matching = models.ForeignKey(Matching, on_delete=models.CASCADE)
    application = models.ForeignKey(Application, on_delete=models.PROTECT)
    # From 1, in the order examined.
    place = models.SmallIntegerField()
    suits = models.BooleanField()
    verdict = models.CharField(
        max_length=12,
        choices=[
            ("ELIGIBLE", "recevable"),
            ("TO_COMPLETE", "à compléter"),
            ("NOT_ELIGIBLE", "non recevable"),
        ],
    )
    against = ArrayField(models.CharField(max_length=24), default=list)
    to_check = ArrayField(models.CharField(max_length=24), default=list)
    # Empty where no grid covers the commune.
    points = models.IntegerField(null=True)
    filed_on = models.DateField()
    persons = models.SmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["matching", "application"], name="match_once"),
            models.UniqueConstraint(fields=["matching", "place"], name="match_place_once"),
            models.CheckConstraint(
                name="match_suits_without_objection",
                condition=models.Q(suits=True, against=[]) | (models.Q(suits=False) & ~models.Q(against=[])),
            ),
        ]
