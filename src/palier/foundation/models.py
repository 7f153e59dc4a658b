"""Work that takes time, and files that come from outside, as rows that survive a kill."""

from django.db import models


class JobProgress(models.Model):
    """How far a long piece of work is; written on its own connection, so that it shows before the work commits."""

    key = models.CharField(max_length=80, unique=True)
    label = models.CharField(max_length=120)
    phase = models.CharField(max_length=80, blank=True)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    state = models.CharField(
        max_length=10,
        choices=[("WAITING", "en attente"), ("RUNNING", "en cours"), ("DONE", "terminé"), ("FAILED", "arrêté")],
        default="WAITING",
    )
    message = models.CharField(max_length=400, blank=True)
    started_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField()


class ImportBatch(models.Model):
    """A file given to Palier: read first, looked at, then applied whole or left."""

    kind = models.CharField(
        max_length=10,
        choices=[
            ("ESTATE", "patrimoine"),
            ("LEASES", "baux"),
            ("ACCOUNTS", "comptes repris"),
            ("DEMANDES", "demandes de logement"),
        ],
    )
    format = models.CharField(max_length=30)
    file_name = models.CharField(max_length=200)
    file_sha256 = models.CharField(max_length=64)
    state = models.CharField(
        max_length=10, choices=[("READ", "lu"), ("APPLIED", "appliqué"), ("ABANDONED", "abandonné")], default="READ"
    )
    read_count = models.IntegerField(default=0)
    created_count = models.IntegerField(default=0)
    updated_count = models.IntegerField(default=0)
    unchanged_count = models.IntegerField(default=0)
    refused_count = models.IntegerField(default=0)
    warning_count = models.IntegerField(default=0)
    # Agents live on a higher floor: the number of the agent, 0 for an operator at the command line.
    created_by = models.BigIntegerField()
    created_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="import_counts_add_up",
                condition=models.Q(
                    read_count=models.F("created_count")
                    + models.F("updated_count")
                    + models.F("unchanged_count")
                    + models.F("refused_count")
                ),
            )
        ]


class ImportRow(models.Model):
    """One record of a file, its cells as read, and what would become of it."""

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="rows")
    record = models.IntegerField()
    line = models.IntegerField()
    verdict = models.CharField(
        max_length=10,
        choices=[("CREATE", "à créer"), ("UPDATE", "à modifier"), ("UNCHANGED", "identique"), ("REFUSED", "refusé")],
    )
    key = models.CharField(max_length=400)
    cells = models.JSONField()
    # A list of findings: column, value, reason, and whether it refuses the record.
    findings = models.JSONField(default=list)
    created_by = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "record"], name="import_row_once")]
