"""Who asked for a repair, what they were told, the appointments and the steps: codes and dates, read by the tenant."""

from django.db import models

from palier.agents.models import Agent
from palier.estate.models import Residence
from palier.maintenance.models.tickets import Ticket
from palier.maintenance.words import (
    ACCESS,
    COMPLAINTS,
    DANGERS,
    MOVES,
    RATINGS,
    SINCE,
    SOURCES,
    STEP_DETAILS,
    STEPS,
    VISIT_STATES,
    WISHES,
)


class RepairRequest(models.Model):
    """What one household reported, or follows: its neighbours share the ticket, never this row."""

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="requests")
    # The ticket that it opened: where it goes back to when a grouping was a mistake. Empty for who joined another's.
    opened_ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, null=True, related_name="opening_requests")
    # The ticket that it left for the one that it was grouped in: it goes back there, whoever opened it.
    moved_from = models.BigIntegerField(null=True)
    residence = models.ForeignKey(Residence, on_delete=models.PROTECT)
    lease_id = models.BigIntegerField()
    person_id = models.BigIntegerField()
    source = models.CharField(max_length=6, choices=list(SOURCES.items()))
    written_by = models.ForeignKey(Agent, on_delete=models.PROTECT, null=True)
    key = models.UUIDField()
    at = models.DateTimeField()
    guide_version = models.CharField(max_length=8)
    danger = models.CharField(max_length=6, choices=list(DANGERS.items()), blank=True)
    since = models.CharField(max_length=6, choices=list(SINCE.items()), blank=True)
    access = models.CharField(max_length=7, choices=list(ACCESS.items()), blank=True)
    rating = models.CharField(max_length=3, choices=list(RATINGS.items()), blank=True)
    complaint = models.CharField(max_length=12, choices=list(COMPLAINTS.items()), blank=True)
    rated_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lease_id", "key"], name="repair_request_sent_once"),
            models.UniqueConstraint(fields=["ticket", "lease_id"], name="repair_request_once_a_home"),
            models.CheckConstraint(
                name="repair_request_rated_is_dated",
                condition=models.Q(rating="", rated_at__isnull=True, complaint="")
                | models.Q(rating="YES", rated_at__isnull=False, complaint="")
                | (models.Q(rating="NO", rated_at__isnull=False) & ~models.Q(complaint="")),
            ),
        ]
        indexes = [models.Index(fields=["lease_id", "-at"], name="repair_request_of_lease")]


class Visit(models.Model):
    """A moment proposed to a household for the repair, and what became of it."""

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT)
    residence = models.ForeignKey(Residence, on_delete=models.PROTECT)
    lease_id = models.BigIntegerField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=list(VISIT_STATES.items()), default="PROPOSED")
    wish = models.CharField(max_length=9, choices=list(WISHES.items()), blank=True)
    reason = models.CharField(max_length=16, choices=list(MOVES.items()), blank=True)
    proposed_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="visit_ends_after", condition=models.Q(ends_at__gt=models.F("starts_at"))),
            models.UniqueConstraint(
                fields=["ticket", "lease_id"], name="visit_one_at_a_time", condition=models.Q(state="ACCEPTED")
            ),
            models.CheckConstraint(
                name="visit_moved_for_a_reason",
                condition=(models.Q(state="MOVED") & ~models.Q(reason=""))
                | (~models.Q(state="MOVED") & models.Q(reason="")),
            ),
        ]
        indexes = [models.Index(fields=["lease_id", "starts_at"], name="visit_of_lease")]


class TicketStep(models.Model):
    """One dated step: of the whole ticket, or of one household when `lease_id` says whose."""

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT)
    lease_id = models.BigIntegerField(null=True)
    residence = models.ForeignKey(Residence, on_delete=models.PROTECT)
    kind = models.CharField(max_length=10, choices=list(STEPS.items()))
    detail = models.CharField(max_length=16, choices=list(STEP_DETAILS.items()), blank=True)
    at = models.DateTimeField()
    # Whose act it was, of the agency or the lodge; nobody's for a household's own.
    agent_id = models.BigIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["ticket", "at"], name="ticket_step_of_ticket")]
