"""The CAF's payment files: what they pay for whom, month by month. Amounts in cents; no name, no NIR is kept.

A beneficiary's number is kept as a digest under the installation's secret, with its last characters.
"""

from django.db import models

from palier.estate.models import Residence
from palier.leases.models import Lease

ROW_KINDS = [
    ("APL", "APL du mois"),
    ("RLS", "RLS du mois"),
    ("RAPPEL", "rappel d’un mois passé"),
    ("INDU", "indu retenu"),
    ("TRANSFER", "virement de la CAF"),
]
ROW_STATES = [
    ("MATCHED", "rapprochée"),
    ("UNKNOWN", "allocataire inconnu"),
    ("DIFFERS", "montant différent de l’avis"),
    ("ENDED", "bail fini"),
    ("FROZEN", "données gelées à la demande du locataire"),
    ("ABSENT", "payé le mois d’avant, absent du fichier"),
    ("FOUND", "payé par un autre fichier"),
    ("ACCEPTED", "acceptée"),
]
# Somebody must look at it.
WAITING = ("UNKNOWN", "DIFFERS", "ENDED", "FROZEN", "ABSENT")


class AidFile(models.Model):
    """One file of the CAF, read once whatever is sent again."""

    sha256 = models.CharField(max_length=64, unique=True)
    file_name = models.CharField(max_length=120)
    profile = models.CharField(max_length=40)
    landlord_code = models.CharField(max_length=20)
    month = models.DateField()
    row_count = models.IntegerField()
    # What the CAF transfers: amounts less what it withholds.
    net_cents = models.BigIntegerField()
    imported_by = models.BigIntegerField()
    imported_at = models.DateTimeField()


class Beneficiary(models.Model):
    """Whose lease a number of the CAF leads to."""

    lease = models.ForeignKey(Lease, on_delete=models.PROTECT)
    residence = models.ForeignKey(Residence, on_delete=models.PROTECT, db_index=False)
    # Of the landlord's code and the beneficiary's number together.
    number_digest = models.CharField(max_length=64, unique=True)
    number_end = models.CharField(max_length=3)
    linked_by = models.BigIntegerField()
    linked_at = models.DateTimeField()


class AidRow(models.Model):
    """One amount of a file. Without a lease until somebody says whose it is."""

    file = models.ForeignKey(AidFile, on_delete=models.PROTECT, db_index=False)
    rank = models.IntegerField()
    lease = models.ForeignKey(Lease, on_delete=models.PROTECT, null=True)
    residence = models.ForeignKey(Residence, on_delete=models.PROTECT, null=True, db_index=False)
    number_digest = models.CharField(max_length=64, db_index=True)
    number_end = models.CharField(max_length=3)
    kind = models.CharField(max_length=8, choices=ROW_KINDS)
    month = models.DateField()
    amount_cents = models.IntegerField()
    # What the notice of that month deducted; empty while it is not sealed.
    expected_cents = models.IntegerField(null=True)
    state = models.CharField(max_length=8, choices=ROW_STATES)
    decided_by = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["file", "rank"], name="aid_row_once"),
            # Nothing is paid to who is absent from a file.
            models.CheckConstraint(
                name="aid_amount_positive",
                condition=models.Q(amount_cents__gt=0)
                | models.Q(amount_cents=0, state__in=("ABSENT", "FOUND", "ACCEPTED")),
            ),
        ]
        indexes = [models.Index(fields=["state", "file"], name="aid_row_by_state")]


class GivenAidFile(models.Model):
    """A file given on screen, until a job has read it: its bytes, full of names, are sealed, and forgotten then."""

    name = models.CharField(max_length=120)
    # The import profile given with it, as TOML; empty for Palier's own.
    profile = models.CharField(max_length=20_000, blank=True)
    content_sealed = models.BinaryField(null=True)
    state = models.CharField(
        max_length=8,
        choices=[("WAITING", "en lecture"), ("IMPORTED", "importé"), ("REFUSED", "refusé"), ("LEFT", "laissé")],
        default="WAITING",
    )
    refusal = models.CharField(max_length=400, blank=True)
    given_by = models.BigIntegerField()
    given_at = models.DateTimeField()
    # Who left it unread.
    decided_by = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)
    file = models.ForeignKey(AidFile, on_delete=models.PROTECT, null=True)
    # 0 when the same file had been read before.
    created_count = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="given_aid_file_is_forgotten",
                condition=models.Q(state="WAITING") | models.Q(content_sealed__isnull=True),
            )
        ]
