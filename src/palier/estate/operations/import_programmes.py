"""Import of the programmes that a city publishes: residences with their dwellings, « à compléter »."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import connection, transaction

from palier.estate.imports.palier_estate import commune_of_paris
from palier.estate.imports.paris_programmes import Programme, ProgrammeReader
from palier.estate.imports.plan import KnownProgramme, Plan, plan_programme
from palier.foundation.staging import insert_rows, next_ids
from palier.foundation.tabular.outcome import Outcome, Verdict
from palier.foundation.tabular.records import Table

# One import at a time: two would both believe that a residence is new.
LOCK = "SELECT pg_advisory_xact_lock(hashtext('palier estate import'))"
BUILDING_CODE = STAIRCASE_CODE = "1"


def import_programmes(
    table: Table, *, landlord: str = "", dry_run: bool = False, keeps_records: bool = False
) -> Outcome:
    """Import a table of programmes: its accepted records all together, the refused ones given back.

    Called inside `batch()` or `acting()`. `landlord` keeps the records of one landlord. With `dry_run` everything is
    counted and nothing is kept. Raises a Refusal when the table is not one of programmes.
    """
    reader = ProgrammeReader(table, landlord=landlord)
    outcome = Outcome(header=table.header, file_warnings=table.warnings, keeps_records=keeps_records)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(LOCK)
        known = _known_programmes()
        planned = list(_planned(reader, known, outcome))
        _write(planned, known)
        transaction.set_rollback(dry_run)
    outcome.left_aside = reader.left_aside
    return outcome


def _planned(
    reader: ProgrammeReader, known: Mapping[str, KnownProgramme], outcome: Outcome
) -> Iterator[tuple[Programme, Plan]]:
    for reading in reader.readings():
        checking, programme = reading.checking, reading.programme
        plan = plan_programme(programme, known.get(programme.key)) if programme else None
        if plan is not None and plan.verdict is Verdict.REFUSED:
            checking.refuse(plan.column, plan.reason)
        if programme is None or plan is None or checking.is_refused:
            outcome.refuse(reading.record, checking.remarks, key=reading.key, occurrence=reading.occurrence)
            continue
        outcome.accept(reading.record, plan.verdict, checking.remarks, key=reading.key, occurrence=reading.occurrence)
        outcome.added += sum(count for _, count in plan.added)
        if plan.added:
            yield programme, plan


def _known_programmes() -> dict[str, KnownProgramme]:
    counts: dict[tuple[str, int], dict[str, int]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT r.import_key, r.id, d.financing, count(d.id)
               FROM estate_residence AS r LEFT JOIN estate_dwelling AS d ON d.residence_id = r.id
               WHERE r.import_key IS NOT NULL GROUP BY 1, 2, 3"""
        )
        for key, residence_id, financing, count in cursor.fetchall():
            held = counts[key, residence_id]
            if financing:
                held[financing] = count
    return {key: KnownProgramme(residence_id=residence, counts=held) for (key, residence), held in counts.items()}


@dataclass(slots=True)
class _Agencies:
    """The agency of a new residence: the one that already holds its postcode, else the first by code."""

    first: int
    by_postcode: dict[str, int]

    def of(self, postcode: str) -> int:
        return self.by_postcode.get(postcode, self.first)


def _agencies() -> _Agencies:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM estate_agency ORDER BY code LIMIT 1")
        found = cursor.fetchone()
        if found is None:
            cursor.execute(
                "INSERT INTO estate_agency (code, name) VALUES ('PRINCIPALE', 'Agence principale') RETURNING id"
            )
            found = cursor.fetchone()
        cursor.execute("SELECT postcode, agency_id, count(*) FROM estate_residence GROUP BY 1, 2 ORDER BY 3, 2 DESC")
        return _Agencies(first=found[0], by_postcode={postcode: agency for postcode, agency, _ in cursor.fetchall()})


@dataclass(slots=True)
class _Codes:
    """Codes of residences, each given once: postcode and number of delivery, then a rank among homonyms."""

    taken: set[str] = field(default_factory=set)

    def new(self, programme: Programme) -> str:
        stem = f"{programme.postcode}-{programme.delivery}"
        code, rank = stem, 1
        while code in self.taken:
            rank += 1
            code = f"{stem}-{rank}"
        self.taken.add(code)
        return code


def _taken_codes() -> _Codes:
    with connection.cursor() as cursor:
        cursor.execute("SELECT code FROM estate_residence")
        return _Codes(taken={code for (code,) in cursor.fetchall()})


def _write(planned: Sequence[tuple[Programme, Plan]], known: Mapping[str, KnownProgramme]) -> None:
    new = [(programme, plan) for programme, plan in planned if plan.verdict is Verdict.CREATE]
    staircases = _write_residences([programme for programme, _ in new])
    completed = {
        known[programme.key].residence_id: plan for programme, plan in planned if plan.verdict is Verdict.UPDATE
    }
    rows = [
        _Dwellings(residence_id=residence_id, staircase_id=staircase_id, first_door=1, counts=plan.added)
        for (_, plan), (residence_id, staircase_id) in zip(new, staircases, strict=True)
    ]
    rows += _completed(completed)
    insert_rows(
        "estate_dwelling",
        ("residence_id", "staircase_id", "door", "financing", "annex_area_m2"),
        (row for dwellings in rows for row in dwellings.rows()),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Dwellings:
    """Dwellings to write on one staircase, numbered from `first_door`."""

    residence_id: int
    staircase_id: int
    first_door: int
    counts: tuple[tuple[str, int], ...]

    def rows(self) -> Iterator[tuple[int, int, str, str, int]]:
        number = self.first_door
        for financing, count in self.counts:
            for _ in range(count):
                yield self.residence_id, self.staircase_id, f"{number:04d}", financing, 0
                number += 1


def _write_residences(programmes: Sequence[Programme]) -> list[tuple[int, int]]:
    """Write residences with their one building and staircase; the ids of residence and staircase, in order."""
    if not programmes:
        return []
    agencies, codes = _agencies(), _taken_codes()
    residence_ids = next_ids("estate_residence", len(programmes))
    building_ids = next_ids("estate_building", len(programmes))
    staircase_ids = next_ids("estate_staircase", len(programmes))
    insert_rows(
        "estate_residence",
        (
            *("id", "code", "name", "agency_id", "nature", "address", "address_as_given", "postcode", "city"),
            *("delivered_year", "rent_term", "is_qpv", "zone_rls", "zone_ceiling", "zone_sls"),
            *("source_landlord", "import_key", "commune"),
        ),
        (
            (
                *(residence_id, codes.new(programme), programme.address.name[:120], agencies.of(programme.postcode)),
                *(programme.nature, programme.address.main, programme.address.raw, programme.postcode, programme.city),
                # Paris is in zone 1 of housing benefits, « Paris et limitrophes » for ceilings, 1 bis for the SLS.
                *(programme.year, "ECHU", False, 1, "PARIS", "1BIS"),
                *(programme.landlord, programme.key, commune_of_paris(programme.postcode)),
            )
            for residence_id, programme in zip(residence_ids, programmes, strict=True)
        ),
    )
    insert_rows(
        "estate_building",
        ("id", "residence_id", "code", "address"),
        (
            (building_id, residence_id, BUILDING_CODE, programme.address.main)
            for building_id, residence_id, programme in zip(building_ids, residence_ids, programmes, strict=True)
        ),
    )
    insert_rows(
        "estate_staircase",
        ("id", "building_id", "code", "has_lift"),
        (
            (staircase_id, building_id, STAIRCASE_CODE, False)
            for staircase_id, building_id in zip(staircase_ids, building_ids, strict=True)
        ),
    )
    return list(zip(residence_ids, staircase_ids, strict=True))


def _completed(plans: Mapping[int, Plan]) -> list[_Dwellings]:
    """Dwellings added to known residences: on their first staircase, after the highest door number."""
    if not plans:
        return []
    doors: Counter[int] = Counter()
    first: dict[int, int] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT b.residence_id, min(s.id), max(substring(d.door FROM '^[0-9]{1,8}$')::int)
               FROM estate_building AS b JOIN estate_staircase AS s ON s.building_id = b.id
               LEFT JOIN estate_dwelling AS d ON d.residence_id = b.residence_id
               WHERE b.residence_id = ANY(%s) GROUP BY 1""",
            [list(plans)],
        )
        for residence_id, staircase_id, highest in cursor.fetchall():
            first[residence_id] = staircase_id
            doors[residence_id] = highest or 0
    return [
        _Dwellings(
            residence_id=residence_id,
            staircase_id=first[residence_id],
            first_door=doors[residence_id] + 1,
            counts=plan.added,
        )
        for residence_id, plan in plans.items()
    ]
