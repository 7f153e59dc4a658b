"""The paper of a sending: lots of the exact PDFs that were kept, each sheet with its mark, the same each time."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.conf import settings

from palier.correspondence.access import SendingNotFound
from palier.correspondence.models import CHANNELS
from palier.correspondence.operations.checking import at_work
from palier.correspondence.queries.sendings import PaperLetter, SendingRow, letters_on_paper, sending_row
from palier.foundation.errors import Refusal
from palier.leases.models import Occupant
from palier.mail.documents import kept_of
from palier.mail.print_lot import LotPaper, bound, pages_of
from palier.mail.report import Grid, Report, Text, render_report
from palier.mail.sender import landlord_as_sender
from palier.mail.store import DocumentStore

# Some 12 MB: what a mail room folds in an hour, and what a page may make while someone waits.
LOT_LETTERS: Final = 250
_READ: Final = ("IDENTITE", "BAIL", "DOCUMENTS")
_CHANNELS: Final = dict(CHANNELS)


class LettersNotMade(Refusal):
    """Les lettres de cet envoi ne sont pas toutes faites : attendez la fin du travail, puis imprimez."""


class NothingOnPaper(Refusal):
    """Aucune lettre de cet envoi ne part par la poste."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """One PDF to print, and whose letters are in it."""

    name: str
    pdf: bytes
    count: int
    person_ids: list[int]


def lot_of_sending(row: SendingRow, lot: int, *, store: DocumentStore) -> Lot:
    """One lot of a sending, counted from 1. Inside `acting` or `batch`.

    Raises LettersNotMade, NothingOnPaper, DocumentMissing, DocumentAltered, KeyUnreadable.
    """
    if row.state != "MADE" or row.issued_on is None:
        raise LettersNotMade
    letters = letters_on_paper(row.id, limit=LOT_LETTERS, skip=(lot - 1) * LOT_LETTERS)
    if not letters:
        raise NothingOnPaper
    name = f"ENVOI-{row.id}-LOT-{lot}"
    kept = kept_of(each.document_id for each in letters)
    pdfs = [store.open(kept[each.document_id]) for each in letters]
    index = render_report(_index(name, row, letters, [pages_of(pdf) for pdf in pdfs]))
    papers = (LotPaper(rank=rank, pdf=pdf) for rank, pdf in enumerate(pdfs, start=1))
    leases = [each.lease_id for each in letters]
    holders = Occupant.objects.filter(lease_id__in=leases, role__in=("HOLDER", "COHOLDER"))
    return Lot(
        name=name,
        pdf=bound(name, index, papers, total=len(pdfs)).pdf,
        count=len(pdfs),
        person_ids=list(holders.values_list("person_id", flat=True).distinct()),
    )


def take_out_lot(sending_id: int, lot: int, *, operator: str) -> Lot:
    """The same for a command, in its own transaction. Raises SendingNotFound and what `lot_of_sending` does."""
    with at_work(operator, None, *_READ):
        row = sending_row(sending_id)
        if row is None:
            raise SendingNotFound
        return lot_of_sending(row, lot, store=DocumentStore(Path(settings.DOCUMENT_ROOT)))


def _index(name: str, row: SendingRow, letters: list[PaperLetter], pages: list[int]) -> Report:
    if row.issued_on is None:
        raise LettersNotMade
    return Report(
        number=name,
        title="Lettres à poster",
        subtitle=row.name,
        issued_on=row.issued_on,
        sender=landlord_as_sender(),
        blocks=(
            Text(
                f"Lettres : {len(letters)}. Feuilles : {sum(pages)}. Chaque feuille porte ce numéro, son rang, sa page."
            ),
            Grid(
                columns=("Rang", "Lettre", "Bail", "Envoi", "Pages"),
                widths=(2, 6, 5, 4, 2),
                figures=frozenset({0, 4}),
                rows=tuple(
                    (str(rank), each.number, each.reference, _CHANNELS[each.channel], str(count))
                    for rank, (each, count) in enumerate(zip(letters, pages, strict=True), start=1)
                ),
            ),
        ),
    )
