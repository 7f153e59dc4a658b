"""What the bank states of its accounts, and what was waived before a month was closed."""

from django.db import models

from palier.banking.models import BankAccount


class StatedBalance(models.Model):
    """The balance that the bank states of an account at the end of a day, once a day; the last one stated holds."""

    bank_account = models.ForeignKey(BankAccount, on_delete=models.PROTECT)
    on = models.DateField()
    balance_cents = models.BigIntegerField()
    origin = models.CharField(max_length=4, choices=[("FILE", "relevé lu"), ("HAND", "saisi du relevé")])
    stated_by = models.BigIntegerField()
    stated_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["bank_account", "on", "-id"])]


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
