"""Something to repair, and its photos: a place, an equipment, a symptom. Who lives there is not said."""

from typing import Final

from django.db import models
from django.db.models import Case, Value, When

from palier.agents.models import Agent
from palier.estate.models import Dwelling, Residence, Staircase
from palier.mail.models import KeptDocument
from palier.maintenance.words import (
    CLOSINGS,
    EQUIPMENT,
    EQUIPMENT_OF,
    PLACES,
    SOURCES,
    SYMPTOMS,
    TICKET_STATES,
    TRADES,
    URGENCIES,
    WET,
)

_CATEGORY: Final = Case(
    When(equipment="WALL", symptom__in=WET, then=Value("WATER")),
    *(When(equipment__in=held, then=Value(family)) for family, held in EQUIPMENT_OF.items()),
    default=Value("COMMON"),
    output_field=models.CharField(max_length=6),
)


class Ticket(models.Model):
    """Something to repair: a place, an equipment, what is wrong, how urgent. Who lives there is not said."""

    residence = models.ForeignKey(Residence, on_delete=models.PROTECT)
    staircase = models.ForeignKey(Staircase, on_delete=models.PROTECT, null=True)
    dwelling = models.ForeignKey(Dwelling, on_delete=models.PROTECT, null=True)
    place = models.CharField(max_length=8, choices=list(PLACES.items()))
    equipment = models.CharField(max_length=12, choices=list(EQUIPMENT.items()))
    symptom = models.CharField(max_length=14, choices=list(SYMPTOMS.items()))
    urgency = models.CharField(max_length=6, choices=list(URGENCIES.items()))
    state = models.CharField(max_length=8, choices=list(TICKET_STATES.items()), default="OPEN")
    trade = models.CharField(max_length=11, choices=list(TRADES.items()), blank=True)
    # Empty when a tenant reported it themself.
    opened_by = models.ForeignKey(Agent, on_delete=models.PROTECT, null=True)
    source = models.CharField(max_length=6, choices=list(SOURCES.items()), default="LODGE", db_default="LODGE")
    category = models.GeneratedField(expression=_CATEGORY, output_field=models.CharField(max_length=6), db_persist=True)
    # The defect that this one turned out to be: its requests went there.
    grouped_in = models.ForeignKey("self", on_delete=models.PROTECT, null=True)
    # What was told to whoever reported it.
    answer_by = models.DateTimeField(null=True)
    repair_on = models.DateField(null=True)
    reopened_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField()
    assigned_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closing = models.CharField(max_length=9, choices=list(CLOSINGS.items()), blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="ticket_closed_for_a_reason",
                condition=(models.Q(state="CLOSED", closed_at__isnull=False) & ~models.Q(closing=""))
                | (~models.Q(state="CLOSED") & models.Q(closed_at__isnull=True, closing="")),
            ),
            models.CheckConstraint(
                name="ticket_assigned_to_a_trade", condition=~models.Q(state="ASSIGNED") | ~models.Q(trade="")
            ),
            models.CheckConstraint(
                name="ticket_dwelling_where_it_is_one",
                condition=models.Q(place="DWELLING", dwelling__isnull=False)
                | (~models.Q(place="DWELLING") & models.Q(dwelling__isnull=True)),
            ),
            models.CheckConstraint(
                name="ticket_reported_by_someone",
                condition=models.Q(source="TENANT", opened_by__isnull=True)
                | (~models.Q(source="TENANT") & models.Q(opened_by__isnull=False)),
            ),
            models.CheckConstraint(
                name="ticket_grouped_is_closed",
                condition=models.Q(grouped_in__isnull=True) | models.Q(state="CLOSED", closing="DUPLICATE"),
            ),
        ]
        indexes = [models.Index(fields=["residence", "state", "opened_at"], name="ticket_of_residence")]


class TicketPhoto(KeptDocument):
    """A photo of the equipment, drawn anew from its pixels: neither place, nor date, nor device in it.

    Sealed under a key of its own, kept wrapped in its row: once the row is gone its bytes are noise.
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT)
    # The household that sent it: its neighbours never see it. Empty for the photo of an agent.
    lease_id = models.BigIntegerField(null=True)
    residence = models.ForeignKey(Residence, on_delete=models.PROTECT)
    width = models.SmallIntegerField()
    height = models.SmallIntegerField()
