"""What accounts lived before the month: balances taken over, and payments, each a balanced entry.

Most households pay in full; the share in arrears pays a part or nothing. Who is who depends on the account's number and
the seed alone: nothing marks a person as a bad payer.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from math import sqrt

from palier.demo.rows import EntryRow, PostingRow, Rows
from palier.demo.targets import ARREARS_SHARE
from palier.foundation.clock import PARIS
from palier.foundation.periods import Month, day_fr

_CREDIT_SHARE = 0.02

_LABELS = {
    "PRELEVEMENT": "Prélèvement",
    "VIREMENT": "Virement reçu",
    "CHEQUE": "Chèque encaissé",
    "CARTE": "Paiement par carte",
    "ESPECES": "Versement en espèces",
}
_DEBIT_DAY = 5


class Payer(StrEnum):
    """How a household pays."""

    FULL = "FULL"
    PART = "PART"
    NOTHING = "NOTHING"
    AHEAD = "AHEAD"


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """What one account owes for a month, in cents, and by which means it is paid."""

    account_id: int
    residence_id: int
    amount_cents: int
    payment_mode: str


@dataclass(slots=True, kw_only=True)
class Books:
    """Where entries are posted: the general accounts, the next number of each journal, who posts."""

    bank_account_id: int
    opening_account_id: int
    next_opening: int
    next_payment: int
    next_payment_source: int
    posted_by: int
    posted_at: datetime


def place_of(account_id: int, seed: int, turn: int) -> float:
    """A number of [0, 1[ of one's own, spread evenly over any run of accounts."""
    return (account_id * (sqrt(5) - 1) / 2 + seed * sqrt(2) + turn * sqrt(3)) % 1


def payer(account_id: int, seed: int, late: frozenset[int]) -> Payer:
    """How this account pays. Those of `late` always leave a debt."""
    place = place_of(account_id, seed, 0)
    if account_id in late or place < ARREARS_SHARE * 0.55:
        return Payer.PART
    if place < ARREARS_SHARE:
        return Payer.NOTHING
    return Payer.AHEAD if place > 1 - _CREDIT_SHARE else Payer.FULL


def opening(rows: Rows, owed: Iterable[Owed], books: Books, *, month: Month, seed: int, late: frozenset[int]) -> None:
    """Balances on the last day of the month before the previous one, and what was paid of them since."""
    closed_on = month.previous().previous().last_day
    for one in owed:
        kind = payer(one.account_id, seed, late)
        # An account whose benefits exceed what it owes has nothing to take over.
        if one.amount_cents <= 0:
            continue
        balance, paid = _opening_of(one, kind, seed)
        _post(
            rows,
            one,
            books,
            booked_on=closed_on,
            label=f"Solde repris au {day_fr(closed_on)}",
            amount_cents=balance,
            is_opening=True,
        )
        if paid:
            _post_payment(rows, one, books, month=month.previous(), seed=seed, amount_cents=paid)


def payments(
    rows: Rows,
    bills: Iterable[Owed],
    books: Books,
    *,
    month: Month,
    seed: int,
    late: frozenset[int],
    until: date,
) -> None:
    """What was paid in `month`, up to the day `until`, of the bills of the month before."""
    for bill in bills:
        kind = payer(bill.account_id, seed, late)
        if bill.amount_cents <= 0 or kind is Payer.NOTHING or paid_on(bill, month, seed) > until:
            continue
        amount = _part_of(bill, seed, 2) if kind is Payer.PART else bill.amount_cents
        _post_payment(rows, bill, books, month=month, seed=seed, amount_cents=amount)


def paid_on(owed: Owed, month: Month, seed: int) -> date:
    """Direct debits go on one day; the others pay during the first ten."""
    if owed.payment_mode == "PRELEVEMENT":
        return date(month.year, month.month, _DEBIT_DAY)
    return date(month.year, month.month, 1 + int(place_of(owed.account_id, seed, 1) * 10))


def _opening_of(owed: Owed, kind: Payer, seed: int) -> tuple[int, int]:
    """The balance taken over, and what was paid of it the month after."""
    match kind:
        case Payer.FULL:
            return owed.amount_cents, owed.amount_cents
        case Payer.AHEAD:
            return owed.amount_cents, owed.amount_cents + round(place_of(owed.account_id, seed, 3) * 120) * 100 + 500
        case Payer.PART:
            months = 1 + int(place_of(owed.account_id, seed, 3) * 3)
            return owed.amount_cents * months, _part_of(owed, seed, 4)
        case Payer.NOTHING:
            return owed.amount_cents * (2 + int(place_of(owed.account_id, seed, 3) * 6)), 0


def _part_of(owed: Owed, seed: int, turn: int) -> int:
    """A round part of what is owed, never the whole."""
    part = owed.amount_cents * (0.3 + 0.5 * place_of(owed.account_id, seed, turn))
    return max(int(part // 1000) * 1000, min(1000, owed.amount_cents // 2))


def _post_payment(rows: Rows, owed: Owed, books: Books, *, month: Month, seed: int, amount_cents: int) -> None:
    _post(
        rows,
        owed,
        books,
        booked_on=paid_on(owed, month, seed),
        label=_LABELS[owed.payment_mode],
        amount_cents=-amount_cents,
        is_opening=False,
    )


def _post(
    rows: Rows, owed: Owed, books: Books, *, booked_on: date, label: str, amount_cents: int, is_opening: bool
) -> None:
    """One entry, its two sides."""
    number, source = (
        (books.next_opening, owed.account_id) if is_opening else (books.next_payment, books.next_payment_source)
    )
    if is_opening:
        books.next_opening += 1
    else:
        books.next_payment += 1
        books.next_payment_source += 1
    entry = EntryRow(
        id=rows.next_id(EntryRow),
        journal="OPEN" if is_opening else "BANK",
        number=number,
        booked_on=booked_on,
        label=label,
        residence_id=owed.residence_id,
        source_kind="OPENING" if is_opening else "PAYMENT",
        source_id=source,
        means="" if is_opening else owed.payment_mode,
        posted_at=min(books.posted_at, datetime(booked_on.year, booked_on.month, booked_on.day, 12, tzinfo=PARIS)),
        posted_by=books.posted_by,
    )
    other = books.opening_account_id if is_opening else books.bank_account_id
    rows.add(entry)
    rows.add(PostingRow(entry.id, owed.account_id, owed.residence_id, booked_on, amount_cents))
    rows.add(PostingRow(entry.id, other, owed.residence_id, booked_on, -amount_cents))
