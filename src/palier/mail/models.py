"""Documents are data first: the frozen data are kept here, the PDF's exact bytes in the store, by digest."""

from typing import ClassVar

from django.db import models

from palier.estate.models import Residence
from palier.mail.store import Kept

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


class InPack(models.Model):
    """The columns of a table whose rows hold a document: where its sealed bytes are, and the key that opens them.

    The key is wrapped; taken away, the document is shredded: its bytes are noise, in every copy of the packs.
    """

    # Which of the table's own columns says the digest of the readable bytes, and their number.
    DIGEST: ClassVar[str] = "sha256"
    SIZE: ClassVar[str] = "byte_count"

    kept_key = models.BinaryField(max_length=64, null=True)
    kept_pack = models.CharField(max_length=32, blank=True, db_default="")
    kept_slot = models.SmallIntegerField(db_default=0)

    class Meta:
        abstract = True


class KeptDocument(InPack):
    """The same with the digest and the size: what another room's table of documents is made from."""

    sha256 = models.CharField(max_length=64)
    byte_count = models.IntegerField()

    class Meta:
        abstract = True

    @property
    def kept(self) -> Kept:
        """What the store opens."""
        return Kept(
            digest=self.sha256,
            size=self.byte_count,
            wrapped=bytes(self.kept_key or b""),
            pack=self.kept_pack,
            slot=self.kept_slot,
        )

    def hold(self, kept: Kept) -> None:
        """Take what the store gave back for this row's document."""
        self.sha256, self.byte_count = kept.digest, kept.size
        self.kept_key, self.kept_pack, self.kept_slot = kept.wrapped, kept.pack, kept.slot


class Document(InPack):
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

    DIGEST: ClassVar[str] = "pdf_sha256"
    SIZE: ClassVar[str] = "pdf_bytes"

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "number"], name="document_number_once")]
        indexes = [
            models.Index(fields=["lease_id", "month"]),
            models.Index(fields=["month", "id"], name="document_to_render", condition=models.Q(rendered_at=None)),
        ]


class DocumentKey(models.Model):
    """The key of one account's documents of one year, of before the packs, until they are moved. Wrapped."""

    account_id = models.BigIntegerField()
    year = models.SmallIntegerField()
    # As on the documents: row security looks at these.
    lease_id = models.BigIntegerField()
    residence = models.ForeignKey(Residence, on_delete=models.PROTECT)
    wrapped = models.BinaryField(max_length=64)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account_id", "year"], name="document_key_once")]
