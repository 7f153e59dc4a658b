"""The read journal: one row a screen, written in the transaction of the reading. INSERT only, sealed afterwards."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.expressions import RawSQL


class ReadEvent(models.Model):
    """Who read whose file, why, and which categories: no trace, no page.

    In the database: one partition a month of `at` (UTC), so that a month expires whole (privacy.journal.partitions).
    """

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
    # The transaction that read: blocks are sealed over committed rows only.
    xid = models.BigIntegerField(db_default=RawSQL("(pg_current_xact_id()::text::bigint)", []))

    class Meta:
        indexes = [
            models.Index(fields=["at"], name="read_at"),
            # A person asks who read their file: the rows that name them, and those that name everyone.
            GinIndex(fields=["subjects"], name="read_about"),
            models.Index(fields=["id"], name="read_about_everyone", condition=models.Q(is_mass=True)),
            # Each minute the seal takes what was committed since the last one.
            models.Index(fields=["xid"], name="read_by_transaction"),
        ]


class JournalBlock(models.Model):
    """Readings sealed together, chained to the block before: the form is that of privacy.journal.canonical."""

    number = models.BigIntegerField(primary_key=True)
    version = models.SmallIntegerField()
    month = models.CharField(max_length=7)
    first_id = models.BigIntegerField()
    last_id = models.BigIntegerField()
    rows = models.IntegerField()
    rows_hash = models.CharField(max_length=64)
    from_xid = models.BigIntegerField()
    until_xid = models.BigIntegerField()
    after_id = models.BigIntegerField()
    sealed_at = models.DateTimeField()
    previous = models.CharField(max_length=64)
    head = models.CharField(max_length=64)


class JournalMark(models.Model):
    """The marks of a block's readings: they name the one that was touched. They go with the month that expires."""

    number = models.BigIntegerField(primary_key=True)
    month = models.CharField(max_length=7)
    marks = models.BinaryField()


class JournalTombstone(models.Model):
    """A month of readings whose time was over: what it held is gone, what sealed it is kept."""

    month = models.CharField(max_length=7, primary_key=True)
    rows = models.BigIntegerField()
    first_block = models.BigIntegerField()
    last_block = models.BigIntegerField()
    heads_hash = models.CharField(max_length=64)
    expired_at = models.DateTimeField()
    operator = models.CharField(max_length=80)


class PublicationChannel(models.TextChoices):
    FILE = "FILE", "fichier"
    LETTER = "LETTER", "lettre imprimée"
    MAIL = "MAIL", "courriel (simulé)"
    TIMESTAMP = "TIMESTAMP", "horodatage RFC 3161"


class JournalPublication(models.Model):
    """The head of a block, given outside: where, when, and the proof that came back."""

    number = models.BigIntegerField()
    channel = models.CharField(max_length=10, choices=PublicationChannel)
    at = models.DateTimeField()
    # Empty = done; otherwise the code of what was refused.
    refusal = models.CharField(max_length=32, blank=True)
    proof = models.BinaryField()


class AlarmKind(models.TextChoices):
    READINGS_AN_HOUR = "READINGS_AN_HOUR", "beaucoup de lectures en une heure"
    READINGS_A_DAY = "READINGS_A_DAY", "beaucoup de lectures en un jour"
    PERSONS_A_DAY = "PERSONS_A_DAY", "beaucoup de personnes différentes en un jour"
    EXPORTS_A_DAY = "EXPORTS_A_DAY", "beaucoup d’exports en un jour"
    EMPTY_SEARCHES = "EMPTY_SEARCHES", "beaucoup de recherches sans résultat en un jour"
    CONSECUTIVE_FILES = "CONSECUTIVE_FILES", "des dossiers lus dans l’ordre de leurs numéros"


class AlarmAnswer(models.TextChoices):
    USUAL_WORK = "USUAL_WORK", "travail habituel, vérifié auprès du service"
    ONE_OFF = "ONE_OFF", "opération ponctuelle, justifiée par le responsable"
    REMINDED = "REMINDED", "rappel à l’ordre de l’agent"
    CLOSED_ACCESS = "CLOSED_ACCESS", "accès retiré"
    INCIDENT = "INCIDENT", "incident ouvert"


class JournalAlarm(models.Model):
    """What looks like an extraction, computed from the journal: one a kind, an agent and a window."""

    kind = models.CharField(max_length=20, choices=AlarmKind)
    agent_id = models.BigIntegerField()
    first_at = models.DateTimeField()
    until_at = models.DateTimeField()
    count = models.IntegerField()
    threshold = models.IntegerField()
    raised_at = models.DateTimeField()
    answer = models.CharField(max_length=16, choices=AlarmAnswer, blank=True)
    answered_by = models.BigIntegerField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "agent_id", "first_at"], name="one_alarm_a_window"),
            # An answer says who gave it and when, or there is none.
            models.CheckConstraint(
                condition=models.Q(answer="", answered_by=None, answered_at=None)
                | (~models.Q(answer="") & models.Q(answered_by__isnull=False, answered_at__isnull=False)),
                name="alarm_answered_whole",
            ),
        ]


class HelpPurpose(models.TextChoices):
    FAULT = "FAULT", "panne à réparer"
    UPDATE = "UPDATE", "mise à jour"
    MIGRATION = "MIGRATION", "reprise de données"
    ADVICE = "ADVICE", "conseil, sans modification"


class HelpWindow(models.Model):
    """A vendor's help: for a purpose, until an instant; what was read in it is in the journal under its number."""

    vendor = models.CharField(max_length=60)
    purpose = models.CharField(max_length=10, choices=HelpPurpose)
    opened_by = models.CharField(max_length=80)
    opened_at = models.DateTimeField()
    until_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(until_at__gt=models.F("opened_at")), name="help_window_ends"),
        ]
