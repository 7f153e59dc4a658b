"""What was waived before a month was closed."""

from django.db import models


class Waiver(models.Model):
    """A line of the closing of a month that someone set aside, for a reason of a closed list."""

    month = models.DateField()
    item = models.CharField(max_length=16)
    reason = models.CharField(
        max_length=14,
        choices=[
            ("NOT_CONCERNED", "sans objet ce mois-ci"),
            ("DONE_ELSEWHERE", "fait hors de Palier"),
            ("CARRIED_OVER", "accepté, suivi le mois suivant"),
        ],
    )
    waived_by = models.BigIntegerField()
    waived_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["month", "item"], name="close_item_waived_once")]
