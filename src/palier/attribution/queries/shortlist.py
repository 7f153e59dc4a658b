"""The applications that one dwelling may suit, in the order of its territory: read in order, no further than needed.

The statement keeps what an index or one comparison tells (commune, size, cost wished); the rules say the rest of the
few that it leaves. Read by the job of allocation: no name, no nationality, no address.
"""

import json
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db import connection

from palier.attribution.models import Offer
from palier.attribution.rules.suiting import Offered, Suiting, suit, wished_as
from palier.demandes.queries.facts import facts_of
from palier.demandes.queries.grids import seeds_of, territory_of
from palier.demandes.rules.indicators import rooms_for

# How many suited are kept, and how many are examined at most to find them.
KEPT: Final = 40
EXAMINED: Final = 400
_BLOCK: Final = 50
_MOST_PERSONS: Final = 30

_WISHED = "EXISTS (SELECT FROM demandes_wish AS w WHERE w.application_id = {key} AND w.commune = ANY (%(communes)s))"
_FITTING = """
    c.adults + c.dependants + c.shared_custody + c.visiting + c.unborn = ANY (%(persons)s)
    AND coalesce(s.wished_rooms_min, 0) <= %(rooms)s AND coalesce(s.wished_rooms_max, %(rooms)s) >= %(rooms)s
    AND coalesce(s.highest_cost_cents, %(cost)s) >= %(cost)s
"""
# One look by key for each application, in order (LATERAL, LIMIT 1): as a plain join, PostgreSQL cannot guess that size
# and rooms wished go together, expects a handful, and sorts the whole stock to keep forty.
_BY_POINTS = f"""
SELECT f.id, t.points, f.filed_on
FROM demandes_standing AS t
CROSS JOIN LATERAL (
    SELECT a.id, a.filed_on, a.path
    FROM demandes_composition AS c
    JOIN demandes_situation AS s ON s.application_id = c.application_id
    JOIN demandes_application AS a ON a.id = c.application_id
    WHERE c.application_id = t.application_id AND a.state = 'ACTIVE' AND {_FITTING}
    LIMIT 1
) AS f
WHERE t.territory = %(territory)s AND {_WISHED.format(key="t.application_id")}
ORDER BY t.points DESC, t.filed_on, {{drawn}}t.application_id
LIMIT %(most)s
"""
# demandes.rules.cotation.tie_key, in SQL: the published draw where the grid of that path has one, else the number.
_DRAWN = """
    coalesce(encode(sha256(convert_to((%(seeds)s::jsonb ->> f.path) || ':' || f.id, 'UTF8')), 'hex'),
             lpad(f.id::text, 20, '0')) COLLATE "C",
"""
_BY_SENIORITY = f"""
SELECT a.id, NULL::integer AS points, a.filed_on
FROM demandes_application AS a
CROSS JOIN LATERAL (
    SELECT
    FROM demandes_composition AS c
    JOIN demandes_situation AS s ON s.application_id = c.application_id
    WHERE c.application_id = a.id AND {_FITTING}
    LIMIT 1
) AS f
WHERE a.state = 'ACTIVE' AND {_WISHED.format(key="a.id")}
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
    """The first that suit, and those set aside before them, as things stand that day. Called inside a transaction."""
    territory = territory_of(offered.commune, on=on) or ""
    refused = _refused_here(vacancy_id)
    rows: list[Examined] = []
    suited = 0
    with closing(_in_order(offered, territory, on)) as blocks:
        for block in blocks:
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


def _in_order(offered: Offered, territory: str, on: date) -> Generator[list[_Ordered], None, None]:
    """Those that the statement leaves, block by block, read as far as they are asked for."""
    statement, seeds = _BY_SENIORITY, seeds_of(territory, on=on)
    if territory:
        statement = _BY_POINTS.format(drawn=_DRAWN if seeds else "")
    values: dict[str, str | int | list[str] | list[int]] = {
        "territory": territory,
        "communes": list(wished_as(offered.commune)),
        "persons": _persons_for(offered.rooms, on),
        "rooms": offered.rooms,
        "cost": offered.cost_cents,
        "seeds": json.dumps(seeds),
        "most": EXAMINED,
    }
    with connection.chunked_cursor() as cursor:
        cursor.execute(statement, values)
        while block := cursor.fetchmany(_BLOCK):
            yield [_Ordered(*row) for row in block]


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
