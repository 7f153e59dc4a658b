"""Grids tried on the whole stock: what was tried, and its figures, from which small numbers are already gone."""

from django.db import models
from django.db.models import Q

from palier.agents.models import Agent
from palier.demandes.rules.facts import Path

LEAST = 11


def _hides(name: str, *columns: str) -> list[models.BaseConstraint]:
    """None, zero, or eleven at least."""
    return [
        models.CheckConstraint(
            name=f"{name}_hides_small_{column}",
            condition=Q(**{f"{column}__isnull": True}) | Q(**{column: 0}) | Q(**{f"{column}__gte": LEAST}),
        )
        for column in columns
    ]


class GridTrial(models.Model):
    """A grid tried against the one in force. Nothing is put in force by it; its figures come with `done_at`."""

    territory = models.CharField(max_length=30)
    path = models.CharField(
        max_length=8, choices=[(Path.FIRST.value, "premier accès"), (Path.TRANSFER.value, "mutation")]
    )
    version = models.CharField(max_length=20)
    # The file itself, written again from what was read: no comment of its author is kept.
    text = models.TextField()
    asked_by = models.ForeignKey(Agent, on_delete=models.PROTECT)
    asked_at = models.DateTimeField()
    # The day whose seniorities and grids count.
    on = models.DateField()
    done_at = models.DateTimeField(null=True)
    # The versions in force it was compared with; empty where no grid applied.
    before_version = models.CharField(max_length=200, blank=True)
    applications = models.IntegerField(null=True)
    winners = models.IntegerField(null=True)
    losers = models.IntegerField(null=True)
    unchanged = models.IntegerField(null=True)

    class Meta:
        constraints = _hides("grid_trial", "winners", "losers", "unchanged")


class GridTrialGroup(models.Model):
    """What one objective group gains and loses in a trial. Nobody's row."""

    trial = models.ForeignKey(GridTrial, on_delete=models.CASCADE, related_name="groups")
    place = models.SmallIntegerField()
    family = models.CharField(max_length=30)
    label = models.CharField(max_length=120)
    applications = models.IntegerField(null=True)
    winners = models.IntegerField(null=True)
    losers = models.IntegerField(null=True)
    # In hundredths of a point.
    average_change_hundredths = models.IntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["trial", "place"], name="grid_trial_group_once"),
            *_hides("grid_trial_group", "applications", "winners", "losers"),
        ]


class GridTrialBand(models.Model):
    """How many applications of a trial have points of one band, before and after."""

    trial = models.ForeignKey(GridTrial, on_delete=models.CASCADE, related_name="bands")
    lowest = models.IntegerField()
    before = models.IntegerField(null=True)
    after = models.IntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["trial", "lowest"], name="grid_trial_band_once"),
            *_hides("grid_trial_band", "before", "after"),
        ]
