"""Rounds, routines, keys and papers of a residence."""

from django.db import models

from palier.agents.models import Agent
from palier.estate.models import Dwelling, Residence
from palier.maintenance.words import DELIVERY_STATES, HOLDERS, KEY_KINDS, ROUTINES, TRADES, UNDELIVERABLE


class Round(models.Model):
    """A caretaker's round: while it lasts, their phone may keep the pages of their residences; never after."""

    agent = models.ForeignKey(Agent, on_delete=models.PROTECT)
    started_at = models.DateTimeField()
    until_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agent"], name="round_one_at_a_time", condition=models.Q(ended_at__isnull=True)
            )
        ]


class Sending(models.Model):
    """What a phone sent, once: the same key again changes nothing, however often the network made it try."""

    agent = models.ForeignKey(Agent, on_delete=models.PROTECT)
    key = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agent", "key"], name="sending_once")]


class Routine(models.Model):
    """What is done in a residence on given days of the week. `weekdays`: one bit a day, Monday first."""

    residence = models.ForeignKey(Residence, on_delete=models.PROTECT)
    code = models.CharField(max_length=8, choices=list(ROUTINES.items()))
    weekdays = models.SmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["residence", "code"], name="routine_once"),
            models.CheckConstraint(name="routine_has_days", condition=models.Q(weekdays__gte=1, weekdays__lte=127)),
        ]


class RoutineDone(models.Model):
    """A routine ticked for a day."""

    residence = models.ForeignKey(Residence, on_delete=models.PROTECT)
    code = models.CharField(max_length=8, choices=list(ROUTINES.items()))
    day = models.DateField()
    agent = models.ForeignKey(Agent, on_delete=models.PROTECT)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["residence", "code", "day"], name="routine_done_once_a_day")]


class KeySet(models.Model):
    """A set of keys, by the number on its tag."""

    residence = models.ForeignKey(Residence, on_delete=models.PROTECT)
    dwelling = models.ForeignKey(Dwelling, on_delete=models.PROTECT, null=True)
    kind = models.CharField(max_length=9, choices=list(KEY_KINDS.items()))
    tag = models.CharField(max_length=12)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["residence", "tag"], name="key_set_once"),
            models.CheckConstraint(name="key_set_tag_is_a_number", condition=models.Q(tag__regex=r"^[A-Z0-9-]{1,12}$")),
        ]


class KeyMovement(models.Model):
    """A set of keys changes hands. The last movement says who holds it."""

    key_set = models.ForeignKey(KeySet, on_delete=models.PROTECT)
    residence = models.ForeignKey(Residence, on_delete=models.PROTECT)
    holder = models.CharField(max_length=10, choices=list(HOLDERS.items()))
    trade = models.CharField(max_length=11, choices=list(TRADES.items()), blank=True)
    agent = models.ForeignKey(Agent, on_delete=models.PROTECT)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="key_movement_names_the_trade",
                condition=(models.Q(holder="CONTRACTOR") & ~models.Q(trade=""))
                | (~models.Q(holder="CONTRACTOR") & models.Q(trade="")),
            )
        ]
        indexes = [models.Index(fields=["key_set", "-id"], name="key_movement_last")]


class Delivery(models.Model):
    """A paper to slip into a letter box: which door, never what it says."""

    residence = models.ForeignKey(Residence, on_delete=models.PROTECT)
    dwelling = models.ForeignKey(Dwelling, on_delete=models.PROTECT)
    lease_id = models.BigIntegerField()
    document_id = models.BigIntegerField(unique=True)
    month = models.DateField()
    prepared_at = models.DateTimeField()
    state = models.CharField(max_length=13, choices=list(DELIVERY_STATES.items()), default="TO_DELIVER")
    reason = models.CharField(max_length=10, choices=list(UNDELIVERABLE.items()), blank=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(Agent, on_delete=models.PROTECT, null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="delivery_says_why_not",
                condition=(models.Q(state="UNDELIVERABLE") & ~models.Q(reason=""))
                | (~models.Q(state="UNDELIVERABLE") & models.Q(reason="")),
            ),
            models.CheckConstraint(
                name="delivery_done_is_dated",
                condition=models.Q(state="TO_DELIVER", done_at__isnull=True)
                | (~models.Q(state="TO_DELIVER") & models.Q(done_at__isnull=False, done_by__isnull=False)),
            ),
        ]
        indexes = [models.Index(fields=["residence", "state"], name="delivery_of_residence")]
