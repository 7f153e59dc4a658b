"""The one reader of facts: from the tables of an application to what the rules may know of it.

No column of identity is read: no name, no person, no nationality, no address. An application whose composition or
situation is not written yet has no facts, and is in no answer.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import chain
from typing import Any

from django.db import connection

from palier.demandes.rules.facts import Composition, Current, Facts, Path, Proof, Resources, Stated, Stay, Wish

# Applications read at once: some fifty megabytes of facts at most.
BLOCK = 10_000
_FOURTEEN_YEARS = 14

_MAIN = """
SELECT a.id, a.filed_on, a.path,
       c.adults, c.dependants, c.shared_custody, c.visiting, c.unborn, c.disabled, c.spouses, c.young_couple_until,
       (SELECT count(*) FROM unnest(c.dependants_born_on) AS born WHERE born > %(fourteen)s),
       c.stays_regularly,
       s.housing, s.rooms, s.floor_area_m2, s.occupants, s.cost_cents,
       s.wished_rooms_min, s.wished_rooms_max, s.highest_cost_cents, s.refused_offers,
       r.n2_year, r.n2_cents, r.n1_cents, r.last_12_months_cents, r.nursing_home_cents, r.monthly_cents, r.proof
FROM {source} AS a
JOIN demandes_composition AS c ON c.application_id = a.id
JOIN demandes_situation AS s ON s.application_id = a.id
LEFT JOIN demandes_resources AS r ON r.application_id = a.id
WHERE {which}
ORDER BY a.id
"""
_WISHES = """
SELECT w.application_id, w.commune FROM demandes_wish AS w WHERE {which} ORDER BY w.application_id, w.rank, w.commune
"""
_STATED = """
SELECT t.application_id, t.code, t.proof FROM {table} AS t WHERE {which} ORDER BY t.application_id, t.code
"""
# To the secretary of a sitting, its candidates whose address is protected (privacy/sql/applications.sql); else nobody.
_PROTECTED = "palier.protected_candidates()"
_STATED_TABLES = ("demandes_motive", "demandes_priority", "demandes_need")
_NEXT = """
SELECT min(id), max(id) FROM (
    SELECT a.id FROM demandes_application AS a
    WHERE a.id > %(after)s AND a.id <= %(until)s AND a.state = 'ACTIVE' ORDER BY a.id LIMIT %(block)s
) AS next
"""

_Values = dict[str, int | date | list[int]]
_Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Part of the stock, between two numbers of applications, both included; the whole of it unless told."""

    first: int = 1
    last: int = 2**62


def facts_of(ids: Collection[int], *, on: date) -> dict[int, Facts]:
    """The facts of these applications, whatever their state, as they stand for an examination on that day."""
    if not ids:
        return {}
    values: _Values = {"ids": list(ids)}
    found = dict(_facts("{0} = ANY(%(ids)s)", "{0} = ANY(%(ids)s)", values, on))
    missing = [number for number in ids if number not in found]
    if missing:
        which = "{0} = ANY(%(ids)s)"
        found |= _facts(which, which, {"ids": missing}, on, source=_PROTECTED)
    return found


def stream_facts(*, on: date, span: Span | None = None, block: int = BLOCK) -> Iterator[tuple[int, Facts]]:
    """The facts of every active application in the order of their numbers, without holding them all."""
    return chain.from_iterable(blocks_of_facts(on=on, span=span, block=block))


def blocks_of_facts(*, on: date, span: Span | None = None, block: int = BLOCK) -> Iterator[list[tuple[int, Facts]]]:
    """The same by blocks, each read by five statements that are over when the block is given."""
    within = span or Span()
    after = within.first - 1
    while True:
        bounds = _rows(_NEXT, {"after": after, "until": within.last, "block": block})
        first, last = bounds[0]
        if first is None:
            return
        values: _Values = {"first": first, "last": last}
        between = "{0} BETWEEN %(first)s AND %(last)s"
        yield list(_facts(f"{between} AND a.state = 'ACTIVE'", between, values, on))
        after = last


def _facts(
    main: str, beside: str, values: _Values, on: date, *, source: str = "demandes_application"
) -> Iterator[tuple[int, Facts]]:
    which = beside.format
    wishes: dict[int, list[str]] = defaultdict(list)
    for number, commune in _rows(_WISHES.format(which=which("w.application_id")), values):
        wishes[number].append(commune)
    motives, priorities, needs = (
        _stated(_STATED.format(table=table, which=which("t.application_id")), values) for table in _STATED_TABLES
    )
    none: tuple[Stated, ...] = ()
    days = {"fourteen": _years_before(on, _FOURTEEN_YEARS)}
    for row in _rows(_MAIN.format(source=source, which=main.format("a.id")), {**values, **days}):
        number = row[0]
        yield (
            number,
            Facts(
                filed_on=row[1],
                path=_PATHS[row[2]],
                composition=_composition(row, on),
                resources=_resources(row, on),
                stay=_STAYS[row[12]],
                current=Current(
                    housing=row[13], rooms=row[14], floor_area_m2=row[15], occupants=row[16], cost_cents=row[17]
                ),
                wish=Wish(
                    communes=tuple(wishes.get(number, ())),
                    rooms_min=row[18],
                    rooms_max=row[19],
                    highest_cost_cents=row[20],
                ),
                motives=motives.get(number, none),
                priorities=priorities.get(number, none),
                needs=needs.get(number, none),
                refused_offers=row[21],
            ),
        )


def _composition(row: _Row, on: date) -> Composition:
    return Composition(
        adults=row[3],
        dependants=row[4],
        under_14=row[11],
        shared_custody=row[5],
        visiting=row[6],
        unborn=row[7],
        disabled=row[8],
        spouses=row[9],
        young_couple=row[10] is not None and on <= row[10],
    )


def _resources(row: _Row, on: date) -> Resources:
    """The incomes as that day names them: what was N-1 when it was written is N-2 a year later."""
    year, n2, n1, last_12_months, nursing_home, monthly, proof = row[22:]
    if monthly is None:
        return Resources()
    if year == on.year - 3:
        n2, n1, last_12_months = n1, None, None
    elif year != on.year - 2:
        n2, n1, last_12_months = None, None, None
    return Resources(
        n2_cents=n2,
        n1_cents=n1,
        last_12_months_cents=last_12_months,
        nursing_home_cents=nursing_home,
        monthly_cents=monthly,
        proof=_PROOFS[proof],
    )


def _stated(statement: str, values: _Values) -> dict[int, tuple[Stated, ...]]:
    found: dict[int, tuple[Stated, ...]] = {}
    for number, code, proof in _rows(statement, values):
        one = _one(code, proof)
        found[number] = (*found[number], one) if number in found else (one,)
    return found


@lru_cache(maxsize=512)
def _one(code: str, proof: str) -> Stated:
    return Stated(code=code, proof=_PROOFS[proof])


def _rows(statement: str, values: _Values) -> list[_Row]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows: list[_Row] = cursor.fetchall()
        return rows


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


_PATHS = {path.value: path for path in Path}
_PROOFS = {proof.value: proof for proof in Proof}
_STAYS = {None: Stay.UNCHECKED, True: Stay.REGULAR, False: Stay.IRREGULAR}
