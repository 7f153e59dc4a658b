"""From the persons to house to the household that the rules read: numbers, days, one yes or no; no name comes in.

The ages of a couple sum to 55 until a day that can be told in advance, which spares the rules a date of birth.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from palier.demandes.rules.facts import Stay
from palier.foundation.periods import after_months

ADULTS: Final = ("APPLICANT", "COHOLDER")
_COUPLE: Final = ("CONJOINT", "PACSE", "CONCUBIN")
# « Jeune ménage »: the sum of the ages is 55 at most (arrêté du 29 juillet 1987, annexe I).
_YOUNG_COUPLE_YEARS: Final = 55
_MAJORITY_MONTHS: Final = 18 * 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Housed:
    """One person to house. `stay` is empty for whoever has none to show."""

    role: str
    birth_date: date | None
    tie: str = ""
    stay: Stay | None = None
    # The last day of a residence permit; empty: French, or a permit without an end.
    stays_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """What the table Composition holds of them, beside what only the form says (unborn, cards « invalidité »)."""

    adults: int
    dependants: int
    shared_custody: int
    visiting: int
    spouses: bool
    young_couple_until: date | None
    dependants_born_on: tuple[date, ...]
    stays_regularly: bool | None


def composed(persons: Sequence[Housed], *, on: date) -> Composed:
    """The household of these persons, as it stands on that day."""
    roles = [person.role for person in persons]
    adults = [person for person in persons if person.role in ADULTS]
    spouses = any(person.role == "COHOLDER" and person.tie in _COUPLE for person in persons)
    return Composed(
        adults=len(adults),
        dependants=roles.count("DEPENDANT"),
        shared_custody=roles.count("SHARED"),
        visiting=roles.count("VISITING"),
        spouses=spouses,
        young_couple_until=young_couple_until(adults) if spouses else None,
        dependants_born_on=tuple(
            sorted(person.birth_date for person in persons if person.role == "DEPENDANT" and person.birth_date)
        ),
        stays_regularly=stays_regularly(persons, on=on),
    )


def young_couple_until(adults: Sequence[Housed]) -> date | None:
    """The last day on which the ages of two adults sum to 55 at most; None when it cannot be told."""
    births = [person.birth_date for person in adults if person.birth_date is not None]
    if len(adults) != 2 or len(births) != 2:
        return None
    turning = _YOUNG_COUPLE_YEARS + 1
    # Each adds a year at their birthday: the sum passes in one of these two or three years.
    middle = (births[0].year + births[1].year + turning) // 2
    birthdays = sorted(
        after_months(born, 12 * (year - born.year)) for year in range(middle - 1, middle + 2) for born in births
    )
    passed = next(day for day in birthdays if sum(_age(born, day) for born in births) >= turning)
    return passed - timedelta(days=1)


def stays_regularly(persons: Sequence[Housed], *, on: date) -> bool | None:
    """True when every adult stays regularly, False when one does not, None when one is to be checked.

    A permit that is over is to be checked again: it may have been renewed.
    """
    states = [_stay(person, on) for person in persons if _is_adult(person, on) or person.stay is not None]
    if Stay.IRREGULAR in states:
        return False
    return None if Stay.UNCHECKED in states or not states else True


def _stay(person: Housed, on: date) -> Stay:
    if person.stay is None or (person.stay is Stay.REGULAR and person.stays_until and person.stays_until < on):
        return Stay.UNCHECKED
    return person.stay


def _is_adult(person: Housed, on: date) -> bool:
    if person.birth_date is None:
        return person.role in ADULTS
    # An emancipated minor who applies signs: what the law asks of adults is asked of them.
    return person.role in ADULTS or (
        person.role == "DEPENDANT" and after_months(person.birth_date, _MAJORITY_MONTHS) <= on
    )


def _age(born: date, day: date) -> int:
    """In years: whoever was born on 29 February is a year older on 28 February of the other years."""
    years = day.year - born.year
    return years if after_months(born, 12 * years) <= day else years - 1
