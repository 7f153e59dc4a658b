"""Files of orders for the bank: made by a job that sees everyone, kept sealed, handed over to whoever may pay."""

from django.db import models


class OrderFile(models.Model):
    """The file of a debit run or of signed refunds, as it leaves. Its bytes, and the persons it names, are sealed: a
    bookkeeper hands it to the bank without a protected person's row in any list."""

    message_id = models.CharField(max_length=35, unique=True)
    kind = models.CharField(max_length=7, choices=[("DEBITS", "prélèvements"), ("REFUNDS", "remboursements")])
    # The schema that a file of debits follows; refunds have one only.
    version = models.CharField(
        max_length=15, choices=[("pain.008.001.08", "de 2019"), ("pain.008.001.02", "de 2009")], blank=True
    )
    count = models.IntegerField()
    total_cents = models.BigIntegerField()
    content_sealed = models.BinaryField()
    people_sealed = models.BinaryField()
    # The landlord's own side, as the file tells it: a file of a former account does not leave.
    own_sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["kind", "-made_at"])]


class OrderVoid(models.Model):
    """The voiding of an order file that was not sent: asked by one person, signed by another, carried out by a job."""

    message_id = models.CharField(max_length=35)
    kind = models.CharField(max_length=7, choices=[("DEBITS", "prélèvements"), ("REFUNDS", "remboursements")])
    reason = models.CharField(
        max_length=8,
        choices=[
            ("SHEET", "la fiche de l’organisme a changé"),
            ("WRONG", "le fichier est faux"),
            ("LATE", "il est trop tard pour l’envoyer"),
        ],
    )
    asked_by = models.BigIntegerField()
    asked_at = models.DateTimeField()
    signed_by = models.BigIntegerField(null=True)
    signed_at = models.DateTimeField(null=True)
    # Given up before its signature, or by the job because the bank had answered (0).
    dropped_by = models.BigIntegerField(null=True)
    dropped_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["message_id"], condition=models.Q(dropped_at__isnull=True), name="order_void_once"
            ),
            models.CheckConstraint(
                name="two_different_people_void",
                condition=models.Q(signed_by__isnull=True) | ~models.Q(signed_by=models.F("asked_by")),
            ),
            # A signature without its person would pass by the constraint above.
            models.CheckConstraint(
                name="order_void_signed_by_someone",
                condition=models.Q(signed_by__isnull=True, signed_at__isnull=True)
                | models.Q(signed_by__isnull=False, signed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="order_void_done_once_signed",
                condition=models.Q(done_at__isnull=True) | models.Q(signed_by__isnull=False),
            ),
        ]
