"""What an empty dwelling costs, told by its causes: rent and charges lost by days, and what was spent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from palier.foundation.money import Cents, prorata
from palier.foundation.periods import Month

# Days that no spell explains.
UNSTATED: Final = "UNSTATED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spell:
    """Days that have one cause, both included; no last day while it lasts. `spent_cents`: works."""

    cause: str
    first_day: date
    last_day: date | None
    spent_cents: Cents = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseCost:
    """One cause: its days, the rent and charges that they lost, what was spent. In cents."""

    cause: str
    days: int
    lost_cents: Cents
    spent_cents: Cents

    @property
    def total_cents(self) -> Cents:
        return self.lost_cents + self.spent_cents


def vacancy_cost(
    monthly_cents: Cents, spells: Sequence[Spell], *, empty_from: date, until: date
) -> tuple[CauseCost, ...]:
    """The cost of each cause; a day is counted once, for the first spell given that covers it.

    `monthly_cents` is rent and charges; days go from `empty_from` to `until`, both included: none when it is before.
    Each month counts its own number of days, rounded half up for each cause.
    """
    days: dict[str, dict[Month, int]] = {}
    day = empty_from
    while day <= until:
        months = days.setdefault(_cause_of(spells, day), {})
        month = Month.of(day)
        months[month] = months.get(month, 0) + 1
        day += timedelta(days=1)
    spent: dict[str, Cents] = {}
    for spell in sorted(spells, key=lambda each: each.first_day):
        if spell.spent_cents:
            spent[spell.cause] = spent.get(spell.cause, 0) + spell.spent_cents
    return tuple(
        CauseCost(
            cause=cause,
            days=sum(days.get(cause, {}).values()),
            lost_cents=sum(
                prorata(monthly_cents, days=number, of=month.days) for month, number in days.get(cause, {}).items()
            ),
            spent_cents=spent.get(cause, 0),
        )
        for cause in dict.fromkeys((*days, *spent))
    )


def _cause_of(spells: Sequence[Spell], day: date) -> str:
    covering = (spell.cause for spell in spells if _covers(spell, day))
    return next(covering, UNSTATED)


def _covers(spell: Spell, day: date) -> bool:
    return spell.first_day <= day and (spell.last_day is None or day <= spell.last_day)
