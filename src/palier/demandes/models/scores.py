"""Scores: the territory's own, the control computed here, and what may be told of all of them together."""

from django.db import models

from palier.demandes.rules.facts import Path


class OfficialScore(models.Model):
    """The score computed by the territory's own system: kept with its date and source, never computed here."""

    application = models.ForeignKey("demandes.Application", on_delete=models.PROTECT)
    territory = models.CharField(max_length=20)
    points = models.DecimalField(max_digits=7, decimal_places=2)
    computed_on = models.DateField()
    source = models.CharField(max_length=40)
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["application", "territory", "computed_on"], name="official_score_once")
        ]


class Standing(models.Model):
    """Palier's own computation of a score, for control and simulation: an aid, never a decision (CCH L441-2-8)."""

    application = models.ForeignKey("demandes.Application", on_delete=models.PROTECT)
    territory = models.CharField(max_length=20)
    grid_version = models.CharField(max_length=20)
    points = models.IntegerField()
    # Repeated from the application, so that an order is one index.
    filed_on = models.DateField()
    # That of the application when it was scored: another one says that it is to be scored again.
    application_version = models.IntegerField(default=0)
    scored_on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["application", "territory"], name="standing_once")]
        indexes = [models.Index(fields=["territory", "-points", "filed_on", "application"], name="standing_order")]


class ScoreFigure(models.Model):
    """What an applicant is told of others (CCH R441-2-17): a band of scores, or the wait observed. No person in it.

    A number under eleven is never written.
    """

    territory = models.CharField(max_length=20)
    path = models.CharField(
        max_length=8, choices=[(Path.FIRST.value, "premier accès"), (Path.TRANSFER.value, "mutation")]
    )
    # Of the dwelling asked for.
    rooms = models.SmallIntegerField()
    kind = models.CharField(max_length=4, choices=[("BAND", "tranche de points"), ("WAIT", "attente observée")])
    # The lowest points of the band, or the median number of months.
    value = models.IntegerField()
    # Empty: fewer than eleven.
    applications = models.IntegerField(null=True)
    figured_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["territory", "path", "rooms", "kind", "value"], name="score_figure_once"),
            models.CheckConstraint(
                name="score_figure_hides_small_numbers",
                condition=models.Q(applications__isnull=True) | models.Q(applications__gte=11),
            ),
        ]
