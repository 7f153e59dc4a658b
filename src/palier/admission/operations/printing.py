"""Taking the letters out for whoever prints and folds: the code is on the paper, and from then on nowhere else.

A lot is a file of at most 250 letters in postcode order; those to hand over lie in a lot of their own. The bytes are
given to `keep` before the codes are destroyed, in one transaction: a file that cannot be written destroys nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from palier.admission.letter import LetterPage, render_letters
from palier.admission.models import AccessEvent, AccessLetter, KnownContact
from palier.admission.operations.digests import unsealed_code
from palier.admission.operations.letters import COMMAND, MOTIVE, READ
from palier.admission.rules import shown
from palier.foundation.clock import day_of
from palier.foundation.errors import Refusal
from palier.foundation.reading import fetch
from palier.mail.address import PostalAddress, postal_lines, street_lines
from palier.mail.glyphs import legible
from palier.privacy.actor import batch
from palier.privacy.declare import Batch

MOST_LETTERS: Final = 250
_TITLES: Final = {"MME": "Madame", "M": "Monsieur"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """One file of letters, its pages in the order of the numbers told."""

    name: str
    by_hand: bool
    numbers: tuple[str, ...]


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
    building: str
    address: str
    postcode: str
    city: str


_WAITING: Final = """
SELECT a.id, a.person_id, a.residence_id, a.sealed_code, a.identifier, a.expires_at, p.title, p.first_name,
       p.last_name, d.door, b.code AS building, r.address, r.postcode, r.city
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
    """Every letter that waits, lot by lot; each printed once. Opens its own transactions. Raises NoLetterWaits."""
    lots: list[Lot] = []
    refused: list[int] = []
    for by_hand in (False, True):
        while True:
            with batch(Batch.MAIL, operator=operator, motive=MOTIVE, command=COMMAND, categories=READ) as reading:
                lot, bad = _next_lot(len(lots) + 1, by_hand=by_hand, but=refused, keep=keep, at=at)
                refused += bad
                if lot is None:
                    reading.showed_nothing()
            if lot is not None:
                lots.append(lot)
            elif not bad:
                break
    if not lots and not refused:
        raise NoLetterWaits
    return Printed(lots=tuple(lots), refused=tuple(_number(each) for each in refused))


def _next_lot(
    rank: int, *, by_hand: bool, but: list[int], keep: Callable[[str, bytes], None], at: datetime
) -> tuple[Lot | None, list[int]]:
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
    if not pages:
        return None, refused
    name = f"lettres-acces-{rank:03d}" + ("-en-main-propre" if by_hand else "")
    keep(f"{name}.pdf", render_letters(name, [page for _, page in pages], on=day_of(at)))
    printed = [each.id for each, _ in pages]
    AccessLetter.objects.filter(pk__in=printed).update(sealed_code=None, printed_at=at)
    AccessEvent.objects.bulk_create(
        AccessEvent(person_id=each.person_id, residence_id=each.residence_id, kind="CODE_SENT", at=at)
        for each, _ in pages
    )
    return Lot(name=name, by_hand=by_hand, numbers=tuple(page.number for _, page in pages)), refused


def _page(waiting: _Waiting, ways: tuple[str, ...], *, by_hand: bool) -> LetterPage:
    name = " ".join(filter(None, (_TITLES.get(waiting.title, ""), waiting.first_name, waiting.last_name)))
    return LetterPage(
        number=_number(waiting.id),
        name=legible(name),
        code=shown(unsealed_code(waiting.sealed_code)),
        identifier=waiting.identifier,
        until=day_of(waiting.expires_at),
        address=() if by_hand else _address(waiting),
        ways=ways,
    )


def _address(waiting: _Waiting) -> tuple[str, ...]:
    street, more = street_lines(waiting.address)
    return postal_lines(
        PostalAddress(
            name=f"{waiting.first_name} {waiting.last_name}",
            unit=f"APPARTEMENT {waiting.door}",
            building=f"BATIMENT {waiting.building}",
            street=street,
            locality=more,
            postcode=waiting.postcode,
            town=waiting.city,
        )
    )


def _ways(letter_ids: list[int]) -> dict[int, tuple[str, ...]]:
    """What the page says a code may be sent to: never the number itself, which whoever steals the letter would read."""
    found: dict[int, set[str]] = {}
    for letter_id, channel in KnownContact.objects.filter(letter_id__in=letter_ids).values_list("letter_id", "channel"):
        found.setdefault(letter_id, set()).add(
            "votre adresse électronique" if channel == "EMAIL" else "votre téléphone"
        )
    return {letter_id: tuple(sorted(ways, reverse=True)) for letter_id, ways in found.items()}


def _number(letter_id: int) -> str:
    """« LA-000123 »: says of nobody who they are."""
    return f"LA-{letter_id:06d}"
