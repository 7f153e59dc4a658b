"""All of a person's documents at once, in an open format: folders by year and family, an index, each one's proof.

Made by a job as a copy of one's file is: row security gives it that person's rows alone.
"""

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from django.db.models import QuerySet

from palier.exchanges.queries.joined import papers_of_person
from palier.foundation.clock import PARIS
from palier.foundation.errors import Refusal
from palier.foundation.turns import take_turns
from palier.mail.deposits import FAMILIES, destroy_deposit, kept_deposit, own_deposits
from palier.mail.documents import held_documents, kept_of
from palier.mail.models import DOCUMENT_KINDS
from palier.mail.store import UNREADABLE, DocumentStore, Kept
from palier.mail.vault.noting import Noted, Owner, note
from palier.mail.vault.queries import proof_of, verifier_source
from palier.privacy.actor import about_one
from palier.privacy.deferring import AlreadyAsked, defer
from palier.rights.models import Retrieval
from palier.rights.spool import KEPT, Spool

COMMAND: Final = "reprise des documents"
_MOTIVE: Final = "DROITS"
_QUEUE: Final = "rights"
_OPERATOR: Final = "file d’attente"
# One at a time: what is being made, or was made less than an hour ago, is taken as it is.
_NOT_AGAIN: Final = timedelta(hours=1)
_KINDS: Final = dict(DOCUMENT_KINDS)
_ENDS: Final = {"application/pdf": "pdf", "image/jpeg": "jpg"}
_README: Final = """Vos documents

Chaque dossier est une année. Les fichiers sont ceux que nous avons gardés, octet pour octet.
index.json et index.csv disent de chacun sa sorte, sa date, sa taille et son empreinte.
Le dossier preuves tient une preuve par document. Pour en vérifier une :

    python3 palier_document_verify.py preuves/EMPREINTE.json --document FICHIER
"""


class RetrievalJustAsked(Refusal):
    """Vos documents sont en préparation, ou prêts. Attendez une heure pour recommencer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the index."""

    path: str
    family: str
    number: str
    dated: str
    byte_count: int
    sha256: str
    proof: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRetrieval:
    """A retrieval as the person sees it; `made_at` is None while it is made."""

    id: int
    asked_at: datetime
    made_at: datetime | None
    expires_at: datetime | None
    sha256: str
    kept_key: bytes | None
    byte_count: int | None
    document_count: int | None
    missing_count: int


def ask_retrieval(*, person_id: int, at: datetime) -> int:
    """Ask for all one's documents; the number. Inside `acting` as the person. Raises RetrievalJustAsked."""
    if Retrieval.objects.filter(person_id=person_id, asked_at__gt=at - _NOT_AGAIN).exists():
        raise RetrievalJustAsked
    number = int(Retrieval.objects.create(person_id=person_id, asked_at=at).pk)
    try:
        defer(
            "palier.rights.tasks.retrieve",
            queue=_QUEUE,
            queueing_lock=f"retrieval:{person_id}",
            args={"retrieval_id": number, "person_id": person_id},
        )
    except AlreadyAsked as error:
        raise RetrievalJustAsked from error
    return number


def make_retrieval(*, retrieval_id: int, person_id: int, at: datetime, documents: Path) -> None:
    """Gather them and leave the ZIP for its person. Run twice, the second finds it made. Raises DiskFull."""
    with about_one(person_id, operator=_OPERATOR, motive=_MOTIVE, command=COMMAND, categories=("DOCUMENTS",)):
        asked = Retrieval.objects.filter(pk=retrieval_id, person_id=person_id, made_at=None)
        if not asked.exists():
            return
        _one_at_a_time(person_id)
        entries, content, missing = _zipped(person_id, DocumentStore(documents), at)
        spool = Spool(documents)
        _take_away(Retrieval.objects.filter(person_id=person_id), spool, at=at)
        digest, key = spool.keep_sealed(content, at=at)
        asked.update(
            made_at=at,
            expires_at=at + KEPT,
            sha256=digest,
            kept_key=key,
            byte_count=len(content),
            document_count=len(entries),
            missing_count=missing,
        )
        note([Noted(kind="RETRIEVED", owner=Owner(person_id=person_id))], by="SELF", at=at)


def destroy_paper(*, deposit_id: int, person_id: int, at: datetime, documents: Path) -> bool:
    """Destroy a paper of one's own, and every copy that holds it: whether there was one. Inside `acting` as the person.

    Raises DepositNotFound, DepositDestroyed.
    """
    # A copy in the making is waited for: it may have read the paper.
    _one_at_a_time(person_id)
    destroy_deposit(deposit_id=deposit_id, person_id=person_id, at=at)
    # All of them, older ones too: a clock set back would leave one.
    held = Retrieval.objects.filter(person_id=person_id)
    return _take_away(held, Spool(documents), at=at)


def _take_away(rows: QuerySet[Retrieval], spool: Spool, *, at: datetime) -> bool:
    """Without its key a copy is noise wherever it is; its file goes too."""
    readable = rows.filter(kept_key__isnull=False)
    digests = list(readable.values_list("sha256", flat=True))
    readable.update(kept_key=None, expires_at=at)
    for digest in digests:
        spool.forget(digest)
    return bool(digests)


def _one_at_a_time(person_id: int) -> None:
    take_turns(f"retrieval:{person_id}")


def own_retrievals(person_id: int, *, at: datetime) -> list[OwnRetrieval]:
    """Those that can still be fetched, or are being made, the newest first."""
    rows = Retrieval.objects.filter(person_id=person_id).exclude(expires_at__lte=at).order_by("-asked_at")[:3]
    return [
        OwnRetrieval(
            id=row.pk,
            asked_at=row.asked_at,
            made_at=row.made_at,
            expires_at=row.expires_at,
            sha256=row.sha256,
            kept_key=bytes(row.kept_key) if row.kept_key else None,
            byte_count=row.byte_count,
            document_count=row.document_count,
            missing_count=row.missing_count,
        )
        for row in rows
    ]


def _zipped(person_id: int, store: DocumentStore, at: datetime) -> tuple[list[Entry], bytes, int]:
    out, entries, missing = io.BytesIO(), list[Entry](), 0
    local = at.astimezone(PARIS)
    stamp = (local.year, local.month, local.day, local.hour, local.minute, local.second)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:

        def write(path: str, content: bytes | str) -> None:
            archive.writestr(zipfile.ZipInfo(path, date_time=stamp), content, compress_type=zipfile.ZIP_DEFLATED)

        for entry, kept in _all_of(person_id):
            try:
                content = store.open(kept)
            except UNREADABLE:
                missing += 1
                continue
            write(entry.path, content)
            write(entry.proof, json.dumps(proof_of(entry.sha256), ensure_ascii=False, indent=1))
            entries.append(entry)
        index = [asdict(entry) for entry in entries]
        write("index.json", json.dumps(index, ensure_ascii=False, indent=1))
        write("index.csv", _as_csv(entries))
        write("palier_document_verify.py", verifier_source())
        write("LISEZMOI.txt", _README)
    return entries, out.getvalue(), missing


def _all_of(person_id: int) -> Iterator[tuple[Entry, Kept]]:
    held = held_documents()
    kept = kept_of(document.id for document in held)
    for document in held:
        family = _KINDS.get(document.kind, document.kind)
        path = f"{document.issued_on.year}/{family}/{document.number}.pdf"
        yield _entry(path, family, document.number, f"{document.issued_on}", kept[document.id]), kept[document.id]
    for paper in own_deposits(person_id):
        if paper.destroyed_at is None:
            where = kept_deposit(paper.id, person_id=person_id)
            day = paper.deposited_at.astimezone(PARIS).date()
            name = f"{FAMILIES[paper.family]}-{paper.id}"
            path = f"{day.year}/Mes papiers/{name}.{_ENDS[paper.media_type]}"
            yield _entry(path, FAMILIES[paper.family], name, f"{day}", where), where
    for joined in papers_of_person(person_id):
        said_on = joined.said_at.astimezone(PARIS).date()
        path = f"{said_on.year}/Mes échanges/{joined.name}"
        yield _entry(path, "Fichier joint à un message", joined.name, f"{said_on}", joined.kept), joined.kept


def _entry(path: str, family: str, number: str, dated: str, kept: Kept) -> Entry:
    return Entry(
        path=path,
        family=family,
        number=number,
        dated=dated,
        byte_count=kept.size,
        sha256=kept.digest,
        proof=f"preuves/{kept.digest}.json",
    )


def _as_csv(entries: list[Entry]) -> bytes:
    out = io.StringIO()
    table = csv.writer(out, delimiter=";")
    table.writerow(["fichier", "sorte", "numero", "date", "octets", "sha256", "preuve"])
    table.writerows([list(asdict(entry).values()) for entry in entries])
    # Spreadsheets know it for UTF-8 by its mark.
    return out.getvalue().encode("utf-8-sig")
