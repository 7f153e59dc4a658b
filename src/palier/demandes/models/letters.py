"""The letters that the law has written to an applicant."""

from django.db import models

LETTER_KINDS = [
    ("NOTICE", "préavis de renouvellement"),
    ("WARNED", "avertissement"),
    ("RADIATED", "radiation"),
]


class Letter(models.Model):
    """What was written to the applicant after an event: frozen, once for each event."""

    event = models.OneToOneField("demandes.Event", on_delete=models.PROTECT)
    application = models.ForeignKey("demandes.Application", on_delete=models.PROTECT)
    kind = models.CharField(max_length=8, choices=LETTER_KINDS)
    number = models.CharField(max_length=16)
    content = models.BinaryField()
    content_sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField()
