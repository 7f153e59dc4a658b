"""Taking the letters out for whoever prints and folds: the code is on the paper, and from then on nowhere else.

A print lot holds at most 250 letters in postcode order; those to hand over lie in lots of their own, which no page
shows. Its number is committed first, on its own: a kill in the midst may leave a gap in the numbers, never a file whose
marks lead to another lot's papers. The bytes are then given to `keep` before the codes are destroyed, in one
transaction: a file that cannot be written destroys nothing. Once printed, a lot is never taken out again: nobody knows
what it said.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final

from django.db import connection

from palier.admission.letter import LetterPage, LettersFailed, render_letters
from palier.admission.models import AccessEvent, KnownContact
from palier.admission.operations.digests import unsealed_code
from palier.admission.operations.letters import COMMAND, MOTIVE, READ
from palier.admission.rules import letter_number, shown
from palier.dispatch.lot_files import IndexLine, LotFiles, LotHead, ManifestLine, bound_lot
from palier.dispatch.models import PrintLot
from palier.dispatch.operations.numbering import note_taking, open_lot
from palier.foundation.clock import day_of
from palier.foundation.errors import Refusal
from palier.foundation.reading import fetch
from palier.mail.address import home_lines
from palier.mail.glyphs import legible
from palier.mail.print_lot import LotPaper, single_pages
from palier.privacy.actor import BY_COMMAND, batch
from palier.privacy.declare import Batch

FAMILY: Final = "ACCESS"
MOST_LETTERS: Final = 250
_TITLES: Final = {"MME": "Madame", "M": "Monsieur"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """One lot of letters, in the order of the numbers told; its index has `index_pages` before them."""

    name: str
    by_hand: bool
    numbers: tuple[str, ...]
    index_pages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """What was taken out, and the letters whose address cannot be printed."""

    lots: tuple[Lot, ...]
    refused: tuple[str, ...]

    @property
    def letters(self) -> int:
        return sum(len(lot.numbers) for lot in self.lots)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Waiting:
    id: int
    person_id: int
    residence_id: int
    sealed_code: memoryview
    identifier: str
    expires_at: datetime
    title: str
    first_name: str
    last_name: str
    door: str
    floor: int | None
    building: str
    residence: str
    address: str
    postcode: str
    city: str


_WAITING: Final = """
SELECT a.id, a.person_id, a.residence_id, a.sealed_code, a.identifier, a.expires_at, p.title, p.first_name,
       p.last_name, d.door, d.floor, b.code AS building, r.name AS residence, r.address, r.postcode, r.city
FROM admission_accessletter AS a JOIN people_person AS p ON p.id = a.person_id
JOIN leases_lease AS l ON l.id = a.lease_id JOIN estate_dwelling AS d ON d.id = l.dwelling_id
JOIN estate_residence AS r ON r.id = d.residence_id
JOIN estate_staircase AS s ON s.id = d.staircase_id JOIN estate_building AS b ON b.id = s.building_id
WHERE a.sealed_code IS NOT NULL AND a.expires_at > %(at)s AND a.by_hand = %(by_hand)s AND a.id <> ALL (%(but)s)
  -- A protection that began since then: nothing leaves by the post.
  AND (a.by_hand OR a.person_id <> ALL ((SELECT palier.hidden_persons())::bigint[]))
ORDER BY r.postcode, r.city, r.address, d.door, a.id LIMIT %(limit)s FOR UPDATE OF a
"""


class NoLetterWaits(Refusal):
    """Aucune lettre d’accès n’attend d’être imprimée : préparez-les d’abord, au bureau ou par « palier access
    letters »."""


def print_letters(*, keep: Callable[[str, bytes], None], operator: str, at: datetime) -> Printed:
    """Every letter that waits, lot by lot; each printed once. `keep` is given the PDF of a lot, then its manifests.

    Opens its own transactions. Raises NoLetterWaits.
    """
    lots: list[Lot] = []
    refused: list[int] = []
    for by_hand in (False, True):
        while True:
            with batch(Batch.MAIL, operator=operator, motive=MOTIVE, command=COMMAND, categories=READ) as reading:
                pages, bad = _next_pages(by_hand=by_hand, but=refused, at=at)
                refused += bad
                # A page of the desk shows no lot of those who are handed theirs: most keep their address secret.
                row = (
                    open_lot(family=FAMILY, papers=len(pages), is_protected=by_hand, by=BY_COMMAND, at=at)
                    if pages
                    else None
                )
                reading.showed_nothing()
            if row is None:
                if not bad:
                    break
                continue
            with batch(Batch.MAIL, operator=operator, motive=MOTIVE, command=COMMAND, categories=READ) as reading:
                again, _ = _next_pages(by_hand=by_hand, but=refused, at=at)
                # Another printing took some meanwhile: the number stays a gap, the next holds what is left.
                if [each.id for each, _ in again] == [each.id for each, _ in pages]:
                    lots.append(_filled(row, again, keep=keep, at=at))
                else:
                    reading.showed_nothing()
    if not lots and not refused:
        raise NoLetterWaits
    return Printed(lots=tuple(lots), refused=tuple(letter_number(each) for each in refused))


def _next_pages(*, by_hand: bool, but: list[int], at: datetime) -> tuple[list[tuple[_Waiting, LetterPage]], list[int]]:
    """The letters of the next lot, locked, and those whose address cannot be printed."""
    asked = {"at": at, "by_hand": by_hand, "but": but, "limit": MOST_LETTERS}
    waiting = fetch(_Waiting, _WAITING, asked)
    ways = _ways([each.id for each in waiting])
    pages: list[tuple[_Waiting, LetterPage]] = []
    refused: list[int] = []
    for each in waiting:
        try:
            pages.append((each, _page(each, ways.get(each.id, ()), by_hand=by_hand)))
        except Refusal:
            # Told by its number: the address is to be mended at its source.
            refused.append(each.id)
    return pages, refused


def _filled(
    lot: PrintLot, pages: list[tuple[_Waiting, LetterPage]], *, keep: Callable[[str, bytes], None], at: datetime
) -> Lot:
    made = _files(lot, pages, at=at)
    for name, content in made.files():
        keep(name, content)
    note_taking(lot.pk, digest=made.sha256, sheets=made.sheet_count, by=BY_COMMAND, at=at)
    _close(lot, [each for each, _ in pages], at=at)
    numbers = tuple(page.number for _, page in pages)
    return Lot(name=lot.number, by_hand=lot.is_protected, numbers=numbers, index_pages=made.index_pages)


def _files(lot: PrintLot, pages: list[tuple[_Waiting, LetterPage]], *, at: datetime) -> LotFiles:
    compiled = render_letters(lot.number, [page for _, page in pages], on=day_of(at))
    places = single_pages(compiled, len(pages))
    if None in places:
        raise LettersFailed(reason="une lettre ne tient pas sur sa page")
    ranked = list(enumerate(pages, start=1))
    made = bound_lot(
        LotHead(number=lot.number, family=lot.family, envelopes=len(pages), made_at=at),
        [IndexLine(rank=rank, document=page.number, pages=1) for rank, (_, page) in ranked],
        [LotPaper(rank=rank, page=place) for rank, place in enumerate(places, start=1)],
        compiled=compiled,
    )
    return LotFiles(
        number=lot.number,
        family=lot.family,
        pdf=made.pdf,
        sha256=sha256(made.pdf).hexdigest(),
        # No digest of a letter alone: who has the manifest could try codes against it.
        lines=tuple(
            ManifestLine(
                rank=rank,
                document=page.number,
                sheets=1,
                postcode="" if lot.is_protected else each.postcode,
                sha256="",
            )
            for rank, (each, page) in ranked
        ),
        over=(),
        index_pages=made.index_pages,
    )


def _close(lot: PrintLot, printed: list[_Waiting], *, at: datetime) -> None:
    """The codes are on the paper alone from now on, each at its rank of the lot."""
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE admission_accessletter AS a
               SET sealed_code = NULL, printed_at = %s, print_lot_id = %s, print_rank = p.rank
               FROM unnest(%s::bigint[]) WITH ORDINALITY AS p (id, rank) WHERE a.id = p.id""",
            [at, lot.pk, [each.id for each in printed]],
        )
    AccessEvent.objects.bulk_create(
        AccessEvent(person_id=each.person_id, residence_id=each.residence_id, kind="CODE_SENT", at=at)
        for each in printed
    )


def _page(waiting: _Waiting, ways: tuple[str, ...], *, by_hand: bool) -> LetterPage:
    name = " ".join(filter(None, (_TITLES.get(waiting.title, ""), waiting.first_name, waiting.last_name)))
    return LetterPage(
        number=letter_number(waiting.id),
        name=legible(name),
        code=shown(unsealed_code(waiting.sealed_code)),
        identifier=waiting.identifier,
        until=day_of(waiting.expires_at),
        address=() if by_hand else _address(waiting),
        ways=ways,
    )


def _address(waiting: _Waiting) -> tuple[str, ...]:
    return home_lines(
        [(waiting.title, waiting.first_name, waiting.last_name)],
        door=waiting.door,
        floor=waiting.floor,
        building=waiting.building,
        residence=waiting.residence,
        address=waiting.address,
        postcode=waiting.postcode,
        town=waiting.city,
    )


def _ways(letter_ids: list[int]) -> dict[int, tuple[str, ...]]:
    """What the page says a code may be sent to: never the number itself, which whoever steals the letter would read."""
    found: dict[int, set[str]] = {}
    for letter_id, channel in KnownContact.objects.filter(letter_id__in=letter_ids).values_list("letter_id", "channel"):
        found.setdefault(letter_id, set()).add(
            "votre adresse électronique" if channel == "EMAIL" else "votre téléphone"
        )
    return {letter_id: tuple(sorted(ways, reverse=True)) for letter_id, ways in found.items()}
