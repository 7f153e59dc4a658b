"""Documents are data first: the frozen data are kept here, the PDF's exact bytes in the store, by digest."""

from typing import ClassVar

from django.db import models

from palier.estate.models import Residence
from palier.mail.store import Kept

NOTICE_KIND = "AVIS_ECHEANCE"
# A letter of the register of outgoing mail (palier.correspondence).
LETTER_KIND = "COURRIER"
# What is handed over once a term is paid, wholly or in part (loi du 6 juillet 1989, art. 21).
RECEIPT_KINDS = ("QUITTANCE", "RECU", "RETRAIT")
# What a tenant takes by themself.
CERTIFICATES = {"ATTEST_PAIEMENT": "attestation de paiement", "ATTEST_RESIDENCE": "attestation de résidence"}
# What a campaign that proposes the space sends (palier.adoption).
INVITATION_KIND = "INVITATION"
PROPOSALS = {
    INVITATION_KIND: "invitation à l’espace en ligne",
    "QUESTIONNAIRE": "questionnaire sur l’espace en ligne",
}
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
    (LETTER_KIND, "courrier"),
    *CERTIFICATES.items(),
    *PROPOSALS.items(),
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


# The functions of NF Z42-020 that leave a line, and what is done to the packs.
VAULT_KINDS = [
    ("DEPOSITED", "déposé"),
    ("READ", "lu"),
    ("METADATA", "description lue"),
    ("CONTROLLED", "contrôlé, intact"),
    ("FAULTY", "contrôlé, abîmé"),
    ("JOURNAL", "journal lu"),
    ("LISTED", "documents listés et comptés"),
    ("RETRIEVED", "repris en lot"),
    ("DESTROYED", "détruit"),
]
VAULT_DOERS = [
    ("SELF", "la personne"),
    ("HELPER", "son aidant"),
    ("LANDLORD", "le bailleur"),
    ("JOB", "un travail automatique"),
]


class VaultEventColumns(models.Model):
    """The columns of a journal of documents. Every table that has them enters the same daily root."""

    # Random: what a leaf of the tree covers cannot be guessed.
    ref = models.UUIDField(unique=True)
    at = models.DateTimeField()
    kind = models.CharField(max_length=10, choices=VAULT_KINDS)
    # Empty: the event is about the list, or the count.
    sha256 = models.CharField(max_length=64, blank=True)
    by = models.CharField(max_length=8, choices=VAULT_DOERS)
    # The only column that is written later, once: the root that covers the event.
    root_number = models.BigIntegerField(null=True)

    class Meta:
        abstract = True


class VaultEvent(VaultEventColumns):
    """What was done to a document of a lease, or of a person. Of neither, once its time is over."""

    lease_id = models.BigIntegerField(null=True)
    residence_id = models.BigIntegerField(null=True)
    person_id = models.BigIntegerField(null=True)
    # Which of the holders it was, or whose helper; null: nobody of theirs, or before this was noted. No leaf holds it.
    doer_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="vault_event_of_one", condition=models.Q(lease_id=None) | models.Q(person_id=None)
            )
        ]
        indexes = [
            models.Index(fields=["sha256"], name="vault_event_of_document"),
            models.Index(fields=["lease_id", "at"], name="vault_event_of_lease"),
            models.Index(fields=["person_id", "at"], name="vault_event_of_person"),
            models.Index(fields=["id"], name="vault_event_to_root", condition=models.Q(root_number=None)),
        ]


class VaultRoot(models.Model):
    """The root of a day's events, chained to the root before. Its leaves are digests: they outlive what they cover."""

    number = models.BigIntegerField(primary_key=True)
    day = models.DateField()
    made_at = models.DateTimeField()
    leaf_count = models.IntegerField()
    leaves = models.BinaryField()
    root_sha256 = models.CharField(max_length=64)
    previous_sha256 = models.CharField(max_length=64)
    head_sha256 = models.CharField(max_length=64)
    published_at = models.DateTimeField(null=True)
    # What the authority answered (RFC 3161), in DER; null until then, or without one.
    stamp = models.BinaryField(null=True)
    stamped_at = models.DateTimeField(null=True)


class PackControl(models.Model):
    """When a pack was last read whole, and what was found. A pack names nobody."""

    pack = models.CharField(max_length=32, primary_key=True)
    controlled_at = models.DateTimeField()
    byte_count = models.BigIntegerField()
    # Empty: whole, and each of its documents opens to its digest.
    finding = models.CharField(max_length=8, choices=[("MISSING", "perdu"), ("ALTERED", "abîmé")], blank=True)
    spoilt_count = models.IntegerField(default=0)


# What a person may say of a paper that they keep here: no title of their own to type.
DEPOSIT_FAMILIES = [
    ("ASSURANCE", "Assurance"),
    ("IDENTITE", "Identité"),
    ("ETAT_DES_LIEUX", "État des lieux"),
    ("BAIL", "Bail"),
    ("FACTURE", "Facture"),
    ("COURRIER", "Courrier"),
    ("AUTRE", "Autre papier"),
]


class Deposit(KeptDocument):
    """A paper that a person keeps for themselves: no agent reads it. Destroyed, its digest and its journal stay."""

    person_id = models.BigIntegerField()
    family = models.CharField(max_length=16, choices=DEPOSIT_FAMILIES)
    media_type = models.CharField(max_length=16)
    page_count = models.SmallIntegerField()
    deposited_at = models.DateTimeField()
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="deposit_destroyed_without_key",
                condition=models.Q(destroyed_at=None, kept_key__isnull=False)
                | models.Q(destroyed_at__isnull=False, kept_key=None),
            )
        ]
        indexes = [models.Index(fields=["person_id", "deposited_at"], name="deposit_of_person")]


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
