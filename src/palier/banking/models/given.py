"""Files of a bank given on screen: read to their end first, then applied whole or left."""

from django.db import models

from palier.banking.models.statements import BankFile


class GivenFile(models.Model):
    """A file that someone gave. Its bytes, full of names and accounts, are sealed, and go as soon as it is decided."""

    name = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    size_bytes = models.BigIntegerField()
    content_sealed = models.BinaryField(null=True)
    state = models.CharField(
        max_length=9,
        choices=[
            ("WAITING", "en lecture"),
            ("READ", "à regarder"),
            ("REFUSED", "refusé"),
            ("APPLIED", "appliqué"),
            ("ABANDONED", "laissé"),
        ],
        default="WAITING",
    )
    # What reading it said.
    format = models.CharField(max_length=20, blank=True)
    entry_count = models.IntegerField(default=0)
    total_cents = models.BigIntegerField(default=0)
    warnings = models.JSONField(default=list, blank=True)
    # The sentence on which it was refused.
    refusal = models.CharField(max_length=400, blank=True)
    given_by = models.BigIntegerField()
    given_at = models.DateTimeField()
    decided_by = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)
    # What applying it did.
    created_count = models.IntegerField(default=0)
    matched_count = models.IntegerField(default=0)
    # The same file, applied before: by the screen or by a command.
    file = models.ForeignKey(BankFile, on_delete=models.PROTECT, null=True)

    class Meta:
        indexes = [models.Index(fields=["-given_at"])]
        constraints = [
            models.CheckConstraint(
                name="given_file_is_forgotten",
                condition=models.Q(state__in=("WAITING", "READ")) | models.Q(content_sealed__isnull=True),
            )
        ]
