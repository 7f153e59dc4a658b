"""Documents are data first: the frozen data are kept here, the PDF's exact bytes in the store, by digest."""

from django.db import models

from palier.estate.models import Residence

NOTICE_KIND = "AVIS_ECHEANCE"
# What is handed over once a term is paid, wholly or in part (loi du 6 juillet 1989, art. 21).
RECEIPT_KINDS = ("QUITTANCE", "RECU", "RETRAIT")
DOCUMENT_KINDS = [
    (NOTICE_KIND, "avis d’échéance"),
    ("QUITTANCE", "quittance"),
    ("RECU", "reçu d’un paiement partiel"),
    ("RETRAIT", "retrait d’une quittance ou d’un reçu"),
    ("REVISION_LOYER", "révision du loyer"),
    ("SLS_ENQUETE", "enquête de ressources"),
    ("SLS_RELANCE", "relance de l’enquête"),
    ("SLS_DEMEURE", "mise en demeure de répondre"),
    ("SLS_PROVISOIRE", "supplément provisoire"),
    ("SLS_DECOMPTE", "décompte du supplément"),
]


class Document(models.Model):
    """One document for one lease account. `data` is frozen: no one changes it (a trigger says no)."""

    kind = models.CharField(max_length=16, choices=DOCUMENT_KINDS)
    number = models.CharField(max_length=30, unique=True)
    # The lease lives on a higher floor; row security and the tenant's own scope look at these three.
    lease_id = models.BigIntegerField()
    account_id = models.BigIntegerField()
    residence = models.ForeignKey(Residence, on_delete=models.PROTECT)
    month = models.DateField()
    issued_on = models.DateField()
    data = models.BinaryField()
    data_sha256 = models.CharField(max_length=64)
    template_sha256 = models.CharField(max_length=64, blank=True)
    pdf_sha256 = models.CharField(max_length=64, blank=True)
    pdf_bytes = models.IntegerField(null=True)
    frozen_at = models.DateTimeField()
    rendered_at = models.DateTimeField(null=True)
    # It was taken back: it still says what it said, and no longer holds.
    withdrawn_on = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "number"], name="document_number_once")]
        indexes = [
            models.Index(fields=["lease_id", "month"]),
            models.Index(fields=["month", "id"], name="document_to_render", condition=models.Q(rendered_at=None)),
        ]


class DocumentKey(models.Model):
    """The key of one account's documents of one year, wrapped. Destroyed with them: their files are then noise."""

    account_id = models.BigIntegerField()
    year = models.SmallIntegerField()
    # As on the documents: row security looks at these.
    lease_id = models.BigIntegerField()
    residence = models.ForeignKey(Residence, on_delete=models.PROTECT)
    wrapped = models.BinaryField(max_length=64)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account_id", "year"], name="document_key_once")]
