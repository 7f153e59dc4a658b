"""Threads between a tenant and their agency, and what is in them: words that both read, and dated steps in codes."""

from typing import Final

from django.db import models

from palier.agents.models import Agent
from palier.estate.models import Residence
from palier.exchanges.words import AUTHORS, KINDS, MOTIVES, STATES, SUBJECTS
from palier.leases.models import Lease
from palier.mail.models import KeptDocument

LONGEST: Final = 2_000


class Thread(models.Model):
    """One subject, one person, one promise at a time. `answer_by` is empty when no answer is owed."""

    lease = models.ForeignKey(Lease, on_delete=models.PROTECT)
    residence = models.ForeignKey(Residence, on_delete=models.PROTECT)
    # Who writes: what one holder writes is not the others'.
    person_id = models.BigIntegerField()
    # The same form sent twice is one thread.
    key = models.UUIDField()
    subject = models.CharField(max_length=10, choices=list(SUBJECTS.items()))
    state = models.CharField(max_length=6, choices=list(STATES.items()), default="OPEN")
    opened_at = models.DateTimeField()
    last_at = models.DateTimeField()
    answer_by = models.DateField(null=True)
    # The colleague whom it was handed to; empty, whoever of the agency comes first.
    agent = models.ForeignKey(Agent, on_delete=models.PROTECT, null=True)
    handed_by = models.BigIntegerField(null=True)
    handed_at = models.DateTimeField(null=True)
    # What the agency last wrote, and when whoever wrote last opened the thread.
    answered_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person_id", "key"], name="thread_sent_once"),
            models.CheckConstraint(
                name="thread_closed_owes_nothing",
                condition=models.Q(state="CLOSED", closed_at__isnull=False, answer_by__isnull=True)
                | models.Q(state="OPEN", closed_at__isnull=True),
            ),
        ]
        indexes = [
            models.Index(fields=["person_id", "-last_at"], name="thread_of_person"),
            models.Index(fields=["residence", "state", "answer_by"], name="thread_to_answer"),
        ]


class Message(models.Model):
    """What was written, or a dated step: an answer put off for a reason of the list, an end, a reopening."""

    thread = models.ForeignKey(Thread, on_delete=models.PROTECT)
    lease = models.ForeignKey(Lease, on_delete=models.PROTECT, db_index=False)
    residence = models.ForeignKey(Residence, on_delete=models.PROTECT, db_index=False)
    person_id = models.BigIntegerField()
    key = models.UUIDField()
    kind = models.CharField(max_length=8, choices=list(KINDS.items()), default="TEXT")
    author = models.CharField(max_length=6, choices=list(AUTHORS.items()))
    agent = models.ForeignKey(Agent, on_delete=models.PROTECT, null=True)
    at = models.DateTimeField()
    body = models.CharField(max_length=LONGEST, blank=True)
    # The screen found something, and the person chose to say it of themself (RGPD, art. 9-2-a).
    is_chosen = models.BooleanField(default=False)
    motive = models.CharField(max_length=13, choices=list(MOTIVES.items()), blank=True)
    # By when, from then on.
    due_on = models.DateField(null=True)
    # When the person was told outside that something waits.
    told_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["thread", "key"], name="message_sent_once"),
            models.CheckConstraint(
                name="message_is_a_text_or_a_step",
                condition=models.Q(kind="TEXT") & ~models.Q(body="") | ~models.Q(kind="TEXT") & models.Q(body=""),
            ),
            models.CheckConstraint(
                name="message_put_off_for_a_reason",
                condition=models.Q(kind="MOVED", author="AGENCY", due_on__isnull=False) & ~models.Q(motive="")
                | ~models.Q(kind="MOVED") & models.Q(motive=""),
            ),
            models.CheckConstraint(
                name="message_of_the_agency_has_its_agent",
                condition=models.Q(author="AGENCY", agent__isnull=False)
                | models.Q(author="TENANT", agent__isnull=True),
            ),
        ]
        indexes = [
            models.Index(fields=["thread", "at"], name="message_of_thread"),
            models.Index(
                fields=["id"], name="message_to_tell", condition=models.Q(author="AGENCY", told_at__isnull=True)
            ),
        ]


class Attachment(KeptDocument):
    """A paper joined to a message, made anew from its pages: a JPEG or a PDF of our own, without its file's name.

    Sealed under a key of its own, kept wrapped in its row: once the row is gone its bytes are noise.
    """

    message = models.ForeignKey(Message, on_delete=models.PROTECT)
    thread = models.ForeignKey(Thread, on_delete=models.PROTECT)
    lease = models.ForeignKey(Lease, on_delete=models.PROTECT, db_index=False)
    residence = models.ForeignKey(Residence, on_delete=models.PROTECT, db_index=False)
    person_id = models.BigIntegerField()
    media_type = models.CharField(max_length=16)
    page_count = models.SmallIntegerField()

    class Meta:
        indexes = [models.Index(fields=["person_id"], name="attachment_of_person")]
