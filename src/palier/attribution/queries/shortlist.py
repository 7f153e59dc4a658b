"""The applications that one dwelling may suit, in the order of its territory: one bounded statement, then the rules.

The statement keeps what an index or one comparison tells (commune, size, cost wished); the rules say the rest of the
few that it leaves. Read by the job of allocation: no name, no nationality, no address.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from palier.attribution.models import Offer
from palier.attribution.rules.suiting import Offered, Suiting, suit, wished_as
from palier.demandes.queries.facts import facts_of
from palier.demandes.queries.grids import territory_of
from palier.demandes.rules.indicators import rooms_for
from palier.foundation.reading import fetch

# How many suited are kept, and how many are examined at most to find them.
KEPT: Final = 40
EXAMINED: Final = 400
_BLOCK: Final = 100
_MOST_PERSONS: Final = 30

_FITTING = """
    a.state = 'ACTIVE'
    AND EXISTS (SELECT FROM demandes_wish AS w WHERE w.application_id = a.id AND w.commune = ANY (%(communes)s))
    AND c.adults + c.dependants + c.shared_custody + c.visiting + c.unborn = ANY (%(persons)s)
    AND coalesce(s.wished_rooms_min, 0) <= %(rooms)s AND coalesce(s.wished_rooms_max, %(rooms)s) >= %(rooms)s
    AND coalesce(s.highest_cost_cents, %(cost)s) >= %(cost)s
"""
_BY_POINTS = f"""
SELECT a.id, t.points, a.filed_on
FROM demandes_standing AS t
JOIN demandes_application AS a ON a.id = t.application_id
JOIN demandes_composition AS c ON c.application_id = a.id
JOIN demandes_situation AS s ON s.application_id = a.id
WHERE t.territory = %(territory)s AND {_FITTING}
ORDER BY t.points DESC, t.filed_on, t.application_id
LIMIT %(most)s
"""
_BY_SENIORITY = f"""
SELECT a.id, NULL::integer AS points, a.filed_on
FROM demandes_application AS a
JOIN demandes_composition AS c ON c.application_id = a.id
JOIN demandes_situation AS s ON s.application_id = a.id
WHERE {_FITTING}
ORDER BY a.filed_on, a.id
LIMIT %(most)s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """One application examined for a dwelling: its place from 1, its points, and why it suits or not."""

    application_id: int
    place: int
    points: int | None
    filed_on: date
    suiting: Suiting


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortlist:
    """Those examined, in order, and the territory whose points ordered them; empty: seniority alone."""

    territory: str
    rows: tuple[Examined, ...]

    @property
    def suited(self) -> int:
        """How many it suits."""
        return sum(row.suiting.suits for row in self.rows)


@dataclass(frozen=True, slots=True)
class _Ordered:
    id: int
    points: int | None
    filed_on: date


def shortlist(offered: Offered, *, on: date, vacancy_id: int | None = None) -> Shortlist:
    """The first that suit, and those set aside before them, as things stand that day."""
    territory = territory_of(offered.commune, on=on) or ""
    values = {
        "territory": territory,
        "communes": list(wished_as(offered.commune)),
        "persons": _persons_for(offered.rooms, on),
        "rooms": offered.rooms,
        "cost": offered.cost_cents,
        "most": EXAMINED,
    }
    ordered = fetch(_Ordered, _BY_POINTS if territory else _BY_SENIORITY, values)
    refused = _refused_here(vacancy_id)
    rows: list[Examined] = []
    suited = 0
    for start in range(0, len(ordered), _BLOCK):
        block = ordered[start : start + _BLOCK]
        facts = facts_of([row.id for row in block], on=on)
        for row in block:
            found = suit(facts[row.id], offered, on=on, refused_here=row.id in refused)
            rows.append(
                Examined(
                    application_id=row.id,
                    place=len(rows) + 1,
                    points=row.points,
                    filed_on=row.filed_on,
                    suiting=found,
                )
            )
            suited += found.suits
            if suited == KEPT:
                return Shortlist(territory=territory, rows=tuple(rows))
    return Shortlist(territory=territory, rows=tuple(rows))


def _persons_for(rooms: int, on: date) -> list[int]:
    """The sizes of household for which the landlord's table proposes so many rooms."""
    return [persons for persons in range(1, _MOST_PERSONS + 1) if rooms_for(persons, on).holds(rooms)]


def _refused_here(vacancy_id: int | None) -> frozenset[int]:
    if vacancy_id is None:
        return frozenset()
    answers = Offer.objects.filter(
        vacancy_id=vacancy_id, state__in=["REFUSED", "EXPIRED"], application_id__isnull=False
    )
    return frozenset(answers.values_list("application_id", flat=True))
