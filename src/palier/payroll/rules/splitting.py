"""A batch of pages told apart: which pages make one payslip, for which employee number, and which set the batch aside.

The layout is declared by the landlord: the words that stand before the number, before the net pay, and on the totals.
A payslip ends on the page that bears its net pay: two nets for one number are two payslips, and nobody can tell why.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from palier.foundation.money import cents_from_text

_SPACES = re.compile(r"[\s\u00a0\u202f]+")
_AMOUNT = r"(-?\d{1,3}(?:[ .]?\d{3})*,\d{2})"
_GAP = r"\s*[:.]?\s*"
LONGEST_NUMBER = 20


class Reason(StrEnum):
    """Why pages were set aside."""

    UNKNOWN = "UNKNOWN"
    TWICE = "TWICE"
    NO_NUMBER = "NO_NUMBER"
    TWO_NUMBERS = "TWO_NUMBERS"
    NO_NET = "NO_NET"


REASONS_FR: dict[Reason, str] = {
    Reason.UNKNOWN: "Bulletin pour un inconnu : ce matricule n’est pas au registre",
    Reason.TWICE: "Matricule présent deux fois dans le lot",
    Reason.NO_NUMBER: "Page sans matricule",
    Reason.TWO_NUMBERS: "Deux matricules sur la même page",
    Reason.NO_NET: "Bulletin sans net à payer",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The words of the payroll's pages. `totals_label` empty: the batch ends without a page of totals."""

    number_label: str
    net_label: str
    totals_label: str = ""
    count_label: str = ""
    sum_label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """Consecutive pages of one payslip, counted from 1. `reason` None: it goes to the employee of that number."""

    first_page: int
    pages: int
    number: str
    net_cents: int | None
    reason: Reason | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """What the last page of the batch says of it; None when it does not say it."""

    count: int | None
    net_cents: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """A whole batch, every page in exactly one slip but those of the totals."""

    slips: tuple[Slip, ...]
    totals: Totals | None

    @property
    def net_cents(self) -> int:
        """The sum of every net pay that was read, set aside or not."""
        return sum(slip.net_cents or 0 for slip in self.slips)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    rank: int
    numbers: tuple[str, ...]
    net_cents: int | None


def split(texts: Sequence[str], layout: Layout, *, known: Iterable[str]) -> Split:
    """The pages' texts, in order, told apart for the employee numbers that the register knows."""
    plain = [_SPACES.sub(" ", text) for text in texts]
    totals: Totals | None = None
    # Totals stand on the last page alone: elsewhere the same words would hide a payslip.
    if layout.totals_label and plain and layout.totals_label.casefold() in plain[-1].casefold():
        totals = _totals(plain.pop(), layout)
    pages = [_page(rank, text, layout) for rank, text in enumerate(plain, start=1)]
    slips = list(_grouped(pages))
    seen = Counter(slip.number for slip in slips if slip.number)
    registered = frozenset(known)
    return Split(slips=tuple(_judged(slip, seen, registered) for slip in slips), totals=totals)


def _page(rank: int, text: str, layout: Layout) -> _Page:
    found = re.findall(
        re.escape(layout.number_label) + _GAP + r"([0-9A-Za-z][0-9A-Za-z-]{0,19})\b", text, re.IGNORECASE
    )
    return _Page(
        rank=rank,
        numbers=tuple(dict.fromkeys(number.upper() for number in found)),
        net_cents=_amount_after(layout.net_label, text),
    )


def _grouped(pages: Iterable[_Page]) -> Iterable[Slip]:
    """Each run of pages of one number, cut after the page that bears the net pay."""
    run: list[_Page] = []
    for page in pages:
        if run and (page.numbers != run[0].numbers or run[-1].net_cents is not None):
            yield _slip(run)
            run = []
        run.append(page)
        # Pages without a single number follow nobody: each stands alone.
        if len(page.numbers) != 1:
            yield _slip(run)
            run = []
    if run:
        yield _slip(run)


def _slip(run: Sequence[_Page]) -> Slip:
    numbers = run[0].numbers
    reason = None
    if not numbers:
        reason = Reason.NO_NUMBER
    elif len(numbers) > 1:
        reason = Reason.TWO_NUMBERS
    elif run[-1].net_cents is None:
        reason = Reason.NO_NET
    return Slip(
        first_page=run[0].rank,
        pages=len(run),
        number=numbers[0] if len(numbers) == 1 else "",
        net_cents=run[-1].net_cents,
        reason=reason,
    )


def _judged(slip: Slip, seen: Counter[str], known: frozenset[str]) -> Slip:
    reason = slip.reason
    if reason is None and slip.number not in known:
        reason = Reason.UNKNOWN
    elif reason is None and seen[slip.number] > 1:
        reason = Reason.TWICE
    return Slip(
        first_page=slip.first_page,
        pages=slip.pages,
        number=slip.number,
        net_cents=slip.net_cents,
        reason=reason,
    )


def _totals(text: str, layout: Layout) -> Totals:
    count = (
        re.search(re.escape(layout.count_label) + _GAP + r"(\d{1,6})\b", text, re.IGNORECASE)
        if layout.count_label
        else None
    )
    return Totals(
        count=int(count.group(1)) if count else None,
        net_cents=_amount_after(layout.sum_label, text) if layout.sum_label else None,
    )


def _amount_after(label: str, text: str) -> int | None:
    found = re.search(re.escape(label) + _GAP + _AMOUNT, text, re.IGNORECASE)
    if found is None:
        return None
    return cents_from_text(found.group(1).replace(" ", "").replace(".", "").replace(",", "."))
