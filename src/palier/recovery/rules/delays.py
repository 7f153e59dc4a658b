"""A debt paid later, or in parts: what may be asked, what each part is, how far the payments have come.

An agreement between the landlord and the tenant, which takes nothing away from what a judge may grant (Code civil, art.
1343-5: two years at most). It is for what is late: the rent of each month goes on beside it.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from palier.foundation.holidays import working_days_after
from palier.foundation.money import Cents
from palier.foundation.periods import Month

# In how many parts: what the landlord offers to answer without a file of its own.
PARTS: Final = (1, 2, 3, 4, 6, 10, 12)
# A first payment is never put off for longer.
LATEST_FIRST_DAYS: Final = 60
_EARLIEST_FIRST_DAYS: Final = 5
# The days of the month on which a part may fall.
_PAY_DAYS: Final = (5, 15)
_ANSWER_WORKING_DAYS: Final = 5
# Below it a part costs more to follow than it brings.
_SMALLEST_PART_CENTS: Final = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One payment of a plan. `amount_cents` in cents."""

    rank: int
    due_on: date
    amount_cents: Cents


def parts_of(*, debt_cents: Cents, count: int, first_on: date) -> tuple[Part, ...]:
    """Equal parts, one a month, which add up to the debt; the cents that do not divide go to the last one.

    Each falls on the day of the first, or on the last day of a shorter month.
    """
    if debt_cents <= 0 or count < 1:
        raise ValueError("a plan spreads a debt over one part at least")
    equal = debt_cents // count
    month = Month.of(first_on)
    parts = []
    for rank in range(1, count + 1):
        due_on = month.first_day.replace(day=min(first_on.day, month.days))
        amount = equal if rank < count else debt_cents - equal * (count - 1)
        parts.append(Part(rank=rank, due_on=due_on, amount_cents=amount))
        month = month.next()
    return tuple(parts)


def counts_for(debt_cents: Cents) -> tuple[int, ...]:
    """In how many parts a debt may be paid: no part under ten euros, unless it is the whole."""
    return tuple(count for count in PARTS if count == 1 or debt_cents // count >= _SMALLEST_PART_CENTS)


def first_days(asked_on: date) -> tuple[date, ...]:
    """The days on which a first payment may fall, the nearest first."""
    earliest, latest = asked_on + timedelta(days=_EARLIEST_FIRST_DAYS), asked_on + timedelta(days=LATEST_FIRST_DAYS)
    month, found = Month.of(asked_on), []
    while month.first_day <= latest:
        found += [month.first_day.replace(day=day) for day in _PAY_DAYS]
        month = month.next()
    return tuple(day for day in found if earliest <= day <= latest)


def answer_due_on(asked_on: date) -> date:
    """The fifth working day after the request: what the landlord promises."""
    return working_days_after(asked_on, _ANSWER_WORKING_DAYS)


def parts_paid(parts: tuple[Part, ...], *, late_cents: Cents) -> int:
    """How many parts are paid, from the first: what is late today has come down by their sum.

    A new rent left unpaid adds to what is late, and so undoes a part: a plan is for the old debt alone.
    """
    paid_cents = sum(part.amount_cents for part in parts) - late_cents
    done = 0
    for part in parts:
        paid_cents -= part.amount_cents
        if paid_cents < 0:
            break
        done += 1
    return done


def is_behind(parts: tuple[Part, ...], *, late_cents: Cents, on: date) -> bool:
    """True when a part whose day is over is not paid."""
    return parts_paid(parts, late_cents=late_cents) < sum(part.due_on < on for part in parts)
