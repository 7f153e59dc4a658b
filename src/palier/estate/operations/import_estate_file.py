"""Import of Palier's own estate file: residences, conventions and dwellings, created or completed."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import connection, transaction

from palier.estate.imports.palier_estate import (
    ConventionFacts,
    DwellingFacts,
    DwellingReading,
    EstateReader,
    ResidenceFacts,
)
from palier.estate.operations.import_programmes import LOCK
from palier.estate.operations.known_estate import KnownDwelling, KnownEstate, known_estate
from palier.foundation.staging import columns_of, copy_rows, insert_rows, next_ids
from palier.foundation.tabular.outcome import Outcome, Verdict
from palier.foundation.tabular.records import Table

FIRST_AGENCY = ("PRINCIPALE", "Agence principale")
_RESIDENCE_COLUMNS = (
    *("code", "name", "nature", "agency_id", "address", "address_as_given", "postcode", "city", "delivered_year"),
    *("is_qpv", "zone_rls", "zone_ceiling", "zone_sls", "rent_term", "source_landlord", "commune"),
)
_DWELLING_COLUMNS = ("convention_id", "floor", "rooms", "floor_area_m2", "annex_area_m2", "financing")


@dataclass(slots=True)
class _Changes:
    """What the accepted rows bring."""

    new_residences: list[ResidenceFacts] = field(default_factory=list)
    changed_residences: list[ResidenceFacts] = field(default_factory=list)
    new_conventions: list[ConventionFacts] = field(default_factory=list)
    changed_conventions: list[ConventionFacts] = field(default_factory=list)
    new_dwellings: list[DwellingFacts] = field(default_factory=list)
    changed_dwellings: list[KnownDwelling] = field(default_factory=list)


def import_estate_file(table: Table, *, dry_run: bool = False, keeps_records: bool = False) -> Outcome:
    """Import a table of dwellings: its accepted rows all together, the refused ones given back.

    Called inside `batch()` or `acting()`. With `dry_run` everything is counted and nothing is kept.
    Raises a Refusal when the table is not one of dwellings.
    """
    outcome = Outcome(header=table.header, file_warnings=table.warnings, keeps_records=keeps_records)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(LOCK)
            cursor.execute(
                """INSERT INTO estate_agency (code, name) SELECT %s, %s
                   WHERE NOT EXISTS (SELECT FROM estate_agency)""",
                FIRST_AGENCY,
            )
        known = known_estate()
        reader = EstateReader(table, known.facts)
        changes = _Changes()
        for reading in reader.readings():
            _judge(reading, known, changes, outcome)
        _write(changes, known, reader.new_agencies)
        transaction.set_rollback(dry_run)
    return outcome


def _judge(reading: DwellingReading, known: KnownEstate, changes: _Changes, outcome: Outcome) -> None:
    dwelling, remarks = reading.dwelling, reading.checking.remarks
    if dwelling is None:
        outcome.refuse(reading.record, remarks)
        return
    verdict = Verdict.UNCHANGED
    if reading.residence is not None:
        before = known.facts.residences.get(reading.residence.code)
        if before is None:
            changes.new_residences.append(reading.residence)
        elif before != reading.residence:
            changes.changed_residences.append(reading.residence)
            verdict = Verdict.UPDATE
    if reading.convention is not None and reading.convention.number not in known.conventions:
        changes.new_conventions.append(reading.convention)
    elif reading.convention is not None and reading.convention != known.facts.conventions[reading.convention.number]:
        changes.changed_conventions.append(reading.convention)
        verdict = Verdict.UPDATE
    twin = known.dwellings.get(dwelling.key)
    if twin is None:
        changes.new_dwellings.append(dwelling)
        verdict = Verdict.CREATE
        outcome.added += 1
    elif (completed := twin.completed(dwelling)) != twin:
        changes.changed_dwellings.append(completed)
        verdict = Verdict.UPDATE
    outcome.accept(reading.record, verdict, remarks, key=" ".join(dwelling.key))


def _write(changes: _Changes, known: KnownEstate, new_agencies: dict[str, str]) -> None:
    used = {residence.agency for residence in (*changes.new_residences, *changes.changed_residences)}
    agencies = [(code, name) for code, name in new_agencies.items() if code in used]
    known.agencies.update(zip((code for code, _ in agencies), next_ids("estate_agency", len(agencies)), strict=True))
    insert_rows(
        "estate_agency", ("id", "code", "name"), ((known.agencies[code], code, name) for code, name in agencies)
    )
    _write_residences(changes, known)
    _write_conventions(changes.new_conventions, known)
    _write_maxima(changes.changed_conventions)
    _write_places(changes.new_dwellings, known, changes.new_residences)
    _write_dwellings(changes, known)


def _write_residences(changes: _Changes, known: KnownEstate) -> None:
    new = changes.new_residences
    known.residences.update(
        zip((residence.code for residence in new), next_ids("estate_residence", len(new)), strict=True)
    )
    insert_rows(
        "estate_residence",
        ("id", *_RESIDENCE_COLUMNS),
        ((known.residences[residence.code], *_residence_row(residence, known)) for residence in new),
    )
    if changes.changed_residences:
        stage = columns_of("estate_residence", _RESIDENCE_COLUMNS, into="changed_residence")
        copy_rows(stage, (_residence_row(residence, known) for residence in changes.changed_residences))
        with connection.cursor() as cursor:
            cursor.execute(
                """UPDATE estate_residence AS r
                   SET name = c.name, nature = c.nature, agency_id = c.agency_id, address = c.address,
                       postcode = c.postcode, city = c.city, delivered_year = c.delivered_year, is_qpv = c.is_qpv,
                       zone_rls = c.zone_rls, zone_ceiling = c.zone_ceiling, zone_sls = c.zone_sls,
                       rent_term = c.rent_term, commune = c.commune
                   FROM changed_residence AS c WHERE c.code = r.code"""
            )


def _residence_row(residence: ResidenceFacts, known: KnownEstate) -> tuple[object, ...]:
    return (
        *(residence.code, residence.name, residence.nature, known.agencies[residence.agency], residence.address, ""),
        *(residence.postcode, residence.city, residence.delivered_year, residence.is_qpv, residence.zone_rls),
        *(residence.zone_ceiling, residence.zone_sls, residence.rent_term, "", residence.commune),
    )


def _write_conventions(new: Sequence[ConventionFacts], known: KnownEstate) -> None:
    ids = next_ids("estate_convention", len(new))
    known.conventions.update(zip((convention.number for convention in new), ids, strict=True))
    insert_rows(
        "estate_convention",
        (
            "id",
            "residence_id",
            "number",
            "signed_on",
            "financing",
            "max_rent_per_m2_cents",
            "max_rent_on",
            "coefficient",
        ),
        (
            (
                *(known.conventions[convention.number], known.residences[convention.residence], convention.number),
                *(
                    convention.signed_on,
                    convention.financing,
                    convention.max_rent_per_m2_cents,
                    convention.max_rent_on,
                    1,
                ),
            )
            for convention in new
        ),
    )


def _write_maxima(changed: Sequence[ConventionFacts]) -> None:
    """The maximum of a new year of conventions that are known, or the day of one that had none."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE estate_convention SET max_rent_per_m2_cents = %s, max_rent_on = %s WHERE number = %s",
            [(each.max_rent_per_m2_cents, each.max_rent_on, each.number) for each in changed],
        )


def _write_places(
    dwellings: Sequence[DwellingFacts], known: KnownEstate, new_residences: Sequence[ResidenceFacts]
) -> None:
    """Buildings and staircases that the new dwellings name for the first time."""
    addresses = {code: facts.address for code, facts in known.facts.residences.items()}
    addresses |= {residence.code: residence.address for residence in new_residences}
    buildings = list(dict.fromkeys((d.residence, d.building) for d in dwellings))
    buildings = [building for building in buildings if building not in known.buildings]
    known.buildings.update(zip(buildings, next_ids("estate_building", len(buildings)), strict=True))
    insert_rows(
        "estate_building",
        ("id", "residence_id", "code", "address"),
        (
            (known.buildings[residence, code], known.residences[residence], code, addresses[residence])
            for residence, code in buildings
        ),
    )
    staircases = list(dict.fromkeys((d.residence, d.building, d.staircase) for d in dwellings))
    staircases = [staircase for staircase in staircases if staircase not in known.staircases]
    known.staircases.update(zip(staircases, next_ids("estate_staircase", len(staircases)), strict=True))
    insert_rows(
        "estate_staircase",
        ("id", "building_id", "code", "has_lift"),
        (
            (known.staircases[residence, building, code], known.buildings[residence, building], code, False)
            for residence, building, code in staircases
        ),
    )


def _write_dwellings(changes: _Changes, known: KnownEstate) -> None:
    insert_rows(
        "estate_dwelling",
        ("residence_id", "staircase_id", "door", *_DWELLING_COLUMNS),
        (
            (
                *(known.residences[d.residence], known.staircases[d.key[:3]], d.door),
                *(known.conventions.get(d.convention), d.floor, d.rooms, d.floor_area_m2, d.annex_area_m2 or 0),
                d.financing,
            )
            for d in changes.new_dwellings
        ),
    )
    if not changes.changed_dwellings:
        return
    stage = columns_of("estate_dwelling", ("id", *_DWELLING_COLUMNS), into="changed_dwelling")
    copy_rows(
        stage,
        (
            (d.id, known.conventions.get(d.convention), d.floor, d.rooms, d.floor_area_m2, d.annex_area_m2, d.financing)
            for d in changes.changed_dwellings
        ),
    )
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE estate_dwelling AS d
               SET convention_id = c.convention_id, floor = c.floor, rooms = c.rooms,
                   floor_area_m2 = c.floor_area_m2, annex_area_m2 = c.annex_area_m2, financing = c.financing
               FROM changed_dwelling AS c WHERE c.id = d.id"""
        )
