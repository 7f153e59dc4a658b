"""The read journal: one row a screen, written in the transaction of the reading. INSERT only."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.expressions import RawSQL


class ReadEvent(models.Model):
    """Who read whose file, why, and which categories: no trace, no page."""

    at = models.DateTimeField()
    agent_id = models.BigIntegerField(null=True)
    person_id = models.BigIntegerField(null=True)
    # A command or a job: the operator's name as given, and the job family in `role`.
    operator = models.CharField(max_length=80, blank=True)
    role = models.CharField(max_length=20)
    purpose = models.CharField(max_length=24)
    motive = models.CharField(max_length=24, blank=True)
    # A monthly run reads everyone: its scope is said (« ALL »), the persons are not listed one by one.
    is_mass = models.BooleanField(default=False)
    subjects = ArrayField(models.BigIntegerField())
    categories = ArrayField(models.CharField(max_length=16))
    screen = models.CharField(max_length=40)
    terms = models.CharField(max_length=120, blank=True)
    # The transaction that read: blocks are to be sealed over committed rows only.
    xid = models.BigIntegerField(db_default=RawSQL("(pg_current_xact_id()::text::bigint)", []))

    class Meta:
        indexes = [
            models.Index(fields=["at"]),
            # A person asks who read their file: the rows that name them, and those that name everyone.
            GinIndex(fields=["subjects"], name="read_about"),
            models.Index(fields=["id"], name="read_about_everyone", condition=models.Q(is_mass=True)),
        ]
