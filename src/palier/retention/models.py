"""What the landlord decided of its durations, what is held back from them, and the proof of what they ended."""

from django.db import models

from palier.privacy.declare import Secret
from palier.retention.rules.schedule import ACTIONS_FR, STATUSES_FR

GROUNDS = [
    ("LITIGATION", "procédure judiciaire"),
    ("ARREARS", "dette en recouvrement"),
    ("RIGHTS_REQUEST", "demande de la personne en cours"),
    ("INCIDENT", "violation de données en cours d’examen"),
]
# What a file is made of, as row security finds it (privacy/compile.py).
SHELVED_FR = {
    Secret.LEASE: "bail",
    Secret.OCCUPANT: "occupant",
    Secret.ACCOUNT: "compte locatif",
    Secret.PERSON: "personne",
    Secret.HOUSEHOLD: "foyer",
}
_ACTIONS = [(action.value, label) for action, label in ACTIONS_FR.items()]


class Decision(models.Model):
    """A duration decided by the DPO. Never changed: the next one replaces it, and the rows are the history."""

    rule = models.CharField(max_length=20)
    # 1, 2, 3… for each rule: of two decisions taken at once on the same state, the second is refused.
    rank = models.IntegerField()
    active_months = models.IntegerField()
    archive_months = models.IntegerField()
    action = models.CharField(max_length=9, choices=_ACTIONS)
    status = models.CharField(max_length=10, choices=[(status.value, label) for status, label in STATUSES_FR.items()])
    # How many rows were due on that day before and after, by the last measure; empty when nothing was measured.
    due_before = models.BigIntegerField(null=True)
    due_after = models.BigIntegerField(null=True)
    decided_by = models.BigIntegerField()
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rule", "rank"], name="retention_decision_once")]


class Hold(models.Model):
    """A person or a lease whose data wait, whatever their time: a law suit, a request, an incident."""

    person_id = models.BigIntegerField(null=True)
    lease_id = models.BigIntegerField(null=True)
    ground = models.CharField(max_length=14, choices=GROUNDS)
    first_day = models.DateField()
    last_day = models.DateField(null=True)
    placed_by = models.BigIntegerField()
    placed_at = models.DateTimeField()
    lifted_by = models.BigIntegerField(null=True)
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="hold_is_of_one_person_or_one_lease",
                condition=models.Q(person_id__isnull=False, lease_id__isnull=True)
                | models.Q(person_id__isnull=True, lease_id__isnull=False),
            )
        ]


class Purge(models.Model):
    """One passage over the table of durations, for one day; its certificate once it is finished."""

    # 1, 2, 3… without gap, given with the certificate.
    number = models.IntegerField(unique=True, null=True)
    day = models.DateField()
    operator = models.CharField(max_length=80)
    asked_by = models.BigIntegerField(null=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    data = models.BinaryField(null=True)
    data_sha256 = models.CharField(max_length=64, blank=True)
    pdf_sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            # A purge that was killed is gone on with, not begun again beside.
            models.UniqueConstraint(
                fields=["day"], name="one_purge_at_a_time", condition=models.Q(finished_at__isnull=True)
            )
        ]


class Erasure(models.Model):
    """One block of rows that a purge ended, written in the same transaction: how many, and the digest of their ids."""

    purge = models.ForeignKey(Purge, on_delete=models.PROTECT)
    rule = models.CharField(max_length=20)
    step = models.CharField(max_length=40)
    rank = models.IntegerField()
    action = models.CharField(max_length=9, choices=_ACTIONS)
    row_count = models.IntegerField()
    ids_sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["purge", "step", "rank"], name="erasure_once")]


class Forecast(models.Model):
    """How many rows had their event on which day, when it was last measured: what a duration would end, at a glance."""

    rule = models.CharField(max_length=20)
    step = models.CharField(max_length=40)
    since = models.DateField()
    row_count = models.BigIntegerField()
    held_count = models.BigIntegerField()
    measured_on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["step", "since"], name="forecast_once")]


class Archived(models.Model):
    """One number of a file in the intermediate archive: row security keeps it from all but the few who still need it.

    Worked out again by each purge. A number and a date: it names no one.
    """

    kind = models.CharField(max_length=9, choices=[(kind.value, label) for kind, label in SHELVED_FR.items()])
    number = models.BigIntegerField()
    archived_on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "number"], name="archived_once")]
