"""SEPA direct debits in euros, CORE scheme: days, announcement, life of a mandate, what may be asked. Pure.

Sources: EPC016-06, SEPA Direct Debit Core Scheme Rulebook (announcement 14 calendar days before unless agreed
otherwise, file at the bank one TARGET day before, mandate lapsed 36 months after the last collection presented); the
central bank, long-term calendar for TARGET closing days (1 January, Good Friday, Easter Monday, 1 May, 25 and 26
December); EPC409-09, list of SEPA scheme countries; SWIFT IBAN registry (lengths). Amounts in cents.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

from palier.foundation.money import Cents
from palier.foundation.periods import Month

# Calendar days between the announcement and the debit, when nothing else was agreed.
NOTICE_DAYS = 14
LAPSE_MONTHS = 36

# Two first letters of an IBAN of the SEPA area, and the length of the whole. French overseas departments are FR.
SEPA_IBAN_LENGTHS = {
    "AD": 24, "AL": 28, "AT": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "EE": 20,
    "ES": 24, "FI": 18, "FR": 27, "GB": 22, "GI": 23, "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IS": 26, "IT": 27,
    "LI": 21, "LT": 20, "LU": 20, "LV": 21, "MC": 27, "MD": 24, "ME": 22, "MK": 19, "MT": 31, "NL": 18, "NO": 15,
    "PL": 28, "PT": 25, "RO": 24, "RS": 22, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "VA": 22,
}  # fmt: skip


class Aside(StrEnum):
    """Why an account that pays by direct debit is not debited this time."""

    NO_MANDATE = "NO_MANDATE"
    NOTHING_OWED = "NOTHING_OWED"
    LAPSED = "LAPSED"
    BANK_REFUSES = "BANK_REFUSES"
    NOT_ANNOUNCED = "NOT_ANNOUNCED"
    SHORT_NOTICE = "SHORT_NOTICE"
    TOO_LATE = "TOO_LATE"


@dataclass(frozen=True, slots=True, kw_only=True)
class MandateFacts:
    """What a mandate says: signature, last collection presented, days of announcement agreed.

    `is_refused`: the payer's bank sent a debit back for want of an authorisation, and nothing was agreed since.
    """

    signed_on: date
    last_used_on: date | None
    notice_days: int = NOTICE_DAYS
    is_refused: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """What the notice of the month told the tenant: the day it could be had, the day of the debit, the sum at most.

    `issued_on` is no earlier than the day it went on line, or was printed: what is sealed and not made tells nobody.
    """

    issued_on: date
    debited_on: date
    at_most_cents: Cents


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """What the account owes: the month's bill, rejected debits to present again, and the whole, payments deducted."""

    bill_cents: Cents
    again_cents: Cents
    balance_cents: Cents


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One debit to ask for."""

    amount_cents: Cents
    collected_on: date
    is_first: bool


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (anonymous algorithm, Meeus/Jones/Butcher)."""
    century, of_century = divmod(year, 100)
    golden = year % 19
    moved = century - (century + 8) // 25 + 1
    moon = (19 * golden + century - century // 4 - moved // 3 + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (of_century // 4) - moon - of_century % 4) % 7
    late = (golden + 11 * moon + 22 * weekday) // 451
    month, day = divmod(moon + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def is_target_day(day: date) -> bool:
    """Whether the euro payment system works that day (central bank: closed at week-ends and on six days a year)."""
    if day.weekday() >= 5 or (day.month, day.day) in {(1, 1), (5, 1), (12, 25), (12, 26)}:
        return False
    sunday = easter(day.year)
    return day not in {sunday - timedelta(days=2), sunday + timedelta(days=1)}


# A month of debits asks for a handful of days, a hundred thousand times each.
@lru_cache(maxsize=1_000)
def target_day(day: date) -> date:
    """That day, or the first day after it on which payments are settled."""
    while not is_target_day(day):
        day += timedelta(days=1)
    return day


@lru_cache(maxsize=1_000)
def earliest_collection(written_on: date) -> date:
    """The first day that a file given today may ask for: one TARGET day is left to the banks (EPC016-06).

    A file given on a Saturday is read on the Monday: it asks for the Tuesday.
    """
    return target_day(target_day(written_on) + timedelta(days=1))


def debit_day(day: int, earliest: date) -> date:
    """The first such day of a month on or after `earliest`, the last of a month that is too short, moved to the next
    day on which payments are settled: the notice says it and the file asks for it."""
    return target_day(_day_of_a_month(day, earliest))


def _day_of_a_month(day: int, earliest: date) -> date:
    month = Month.of(earliest)
    candidate = earliest.replace(day=min(day, month.days))
    if candidate >= earliest:
        return candidate
    following = month.next()
    return following.first_day.replace(day=min(day, following.days))


def months_after(day: date, months: int) -> date:
    """The same day so many months later; the last of that month when it has no such day (29 February)."""
    rank = day.year * 12 + day.month - 1 + months
    month = Month(rank // 12, rank % 12 + 1)
    return month.first_day.replace(day=min(day.day, month.days))


def last_valid_day(mandate: MandateFacts) -> date:
    """The last day on which the mandate may be used: 36 months after its last collection, or after its signature."""
    return months_after(mandate.last_used_on or mandate.signed_on, LAPSE_MONTHS)


def asked_of(
    owed: Owed, mandate: MandateFacts | None, announced: Announced | None, *, written_on: date
) -> Asked | Aside:
    """What to ask of one account, or why nothing is asked.

    Never more than the bill and what is presented again, than the balance, or than what was announced.
    """
    if mandate is None:
        return Aside.NO_MANDATE
    amount = min(owed.bill_cents + owed.again_cents, owed.balance_cents)
    if amount <= 0:
        return Aside.NOTHING_OWED
    if mandate.is_refused:
        return Aside.BANK_REFUSES
    if announced is None:
        return Aside.NOT_ANNOUNCED
    amount = min(amount, announced.at_most_cents)
    if amount <= 0:
        return Aside.NOT_ANNOUNCED
    if (announced.debited_on - announced.issued_on).days < mandate.notice_days:
        return Aside.SHORT_NOTICE
    collected_on = target_day(announced.debited_on)
    if collected_on < earliest_collection(written_on):
        return Aside.TOO_LATE
    if collected_on > last_valid_day(mandate):
        return Aside.LAPSED
    return Asked(amount_cents=amount, collected_on=collected_on, is_first=mandate.last_used_on is None)
