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
