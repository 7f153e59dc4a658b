"""Putting a demonstration's landlord into an empty database: one transaction, all or nothing."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from django.db import connection

from palier.demo.accounts import DemoFile, Reach, create_staff, create_users, give_mandates, reach_of, write_file
from palier.demo.applicants import seed_applications
from palier.demo.estate import NORTH, SOUTH, Door, Place
from palier.demo.leases import Situation
from palier.demo.mandates import sealed_rows
from palier.demo.population import Chunk, Plan, Shown, fictional_population, populated
from palier.demo.rows import TABLES, DwellingRow, MandateRow, Row, Rows
from palier.estate.models import Agency, Landlord
from palier.foundation.errors import Refusal
from palier.foundation.home import Home
from palier.foundation.staging import columns_of, copy_rows, insert_rows
from palier.ledger.models import Account
from palier.privacy.actor import batch
from palier.privacy.declare import Batch

Listener = Callable[[str, int, int], None]

OPERATOR = "démonstration"
BANK_CODE, OPENING_CODE = "BNQ-COURANT", "REP-SOLDES"
LANDLORD_NAME = "Habitat du Val Serein"


class DatabaseIsNotADemonstration(Refusal):
    """Cette base est celle de « {landlord} », qui n’est pas une démonstration : palier demo n’y touche pas. Indiquez un
    autre dossier avec PALIER_HOME."""


class DatabaseHoldsResidences(Refusal):
    """Cette base contient déjà des résidences ({count}) qui ne viennent pas d’une démonstration : palier demo n’y
    touche pas. Indiquez un autre dossier avec PALIER_HOME."""


class NoDwellingToPeople(Refusal):
    """Le fichier n’a donné aucun logement : rien à peupler. Vérifiez le nom du bailleur donné avec --landlord."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What a load put in the database."""

    dwellings: int
    leases: int


def demonstration_in_place() -> bool:
    """Whether the database already holds a demonstration, with its people.

    Raises DatabaseIsNotADemonstration and DatabaseHoldsResidences when it holds something else.
    """
    with batch(Batch.IMPORT, operator=OPERATOR, motive="DEMONSTRATION", command="demo", categories=()):
        landlord = Landlord.objects.first()
        if landlord is not None and not landlord.is_demo:
            raise DatabaseIsNotADemonstration(landlord=landlord.name)
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM estate_residence")
            (residences,) = cursor.fetchone()
            cursor.execute("SELECT EXISTS (SELECT FROM leases_lease)")
            (peopled,) = cursor.fetchone()
    if landlord is None and residences:
        raise DatabaseHoldsResidences(count=residences)
    return landlord is not None and bool(peopled)


def create_landlord() -> None:
    """The fictional landlord and its two agencies; left as they are when they are there. Inside a batch transaction."""
    if not Landlord.objects.exists():
        Landlord.objects.create(
            name=LANDLORD_NAME,
            legal_form="office public de l’habitat imaginaire",
            address_lines=["1 place du Modèle", "00000 Villefictive"],
            siret="000 000 000 00000",
            phone="01 99 00 00 00",
            opening_hours="lundi à vendredi, 9 h à 17 h",
            tenant_site="espace.valserein.example",
            iban="FR7600000000000000000000097",
            bic="",
            creditor_id="FR76ZZZ000000",
            is_demo=True,
        )
    for number, code, name in ((NORTH, "NORD", "Agence Nord"), (SOUTH, "SUD", "Agence Sud")):
        Agency.objects.get_or_create(code=code, defaults={"pk": number, "name": name})
    push_sequence("estate_agency", 2)


def load_fictional(plan: Plan, *, home: Home, listener: Listener) -> Loaded:
    """A landlord that exists nowhere, from its residences to its accounts."""
    with batch(Batch.IMPORT, operator=OPERATOR, motive="DEMONSTRATION", command="demo"):
        create_landlord()
        rows, shown = Rows(), Shown()
        return _load(fictional_population(plan, rows, shown), plan, rows, shown, home=home, listener=listener)


def load_on_estate(plan: Plan, *, home: Home, source: str, listener: Listener) -> Loaded:
    """People for the dwellings that an import brought: their insides, then households and leases."""
    with batch(Batch.IMPORT, operator=OPERATOR, motive="DEMONSTRATION", command="demo"):
        _share_between_agencies()
        places = _imported_places()
        if not places:
            raise NoDwellingToPeople
        rows, shown = Rows(), Shown()
        chunks = populated(plan, places, rows, shown)
        return _load(chunks, plan, rows, shown, home=home, listener=listener, source=source)


def _load(
    chunks: Iterable[Chunk],
    plan: Plan,
    rows: Rows,
    shown: Shown,
    *,
    home: Home,
    listener: Listener,
    source: str = "",
) -> Loaded:
    dwellings = leases = 0
    for chunk in _one_ahead(chunks):
        for kind, kept in chunk.tables.items():
            if kind is DwellingRow and source:
                _furnish(kept)
            elif kind is MandateRow:
                insert_rows(TABLES[kind], kind._fields, sealed_rows(kept))
            elif kept:
                insert_rows(TABLES[kind], kind._fields, kept)
        dwellings, leases = dwellings + chunk.dwellings, leases + chunk.leases
        listener("Logements peuplés", dwellings, plan.dwellings)
    for kind, table in TABLES.items():
        push_sequence(table, rows.last_id(kind))
    Account.objects.create(code=BANK_CODE, label="Compte bancaire", kind="GENERAL")
    Account.objects.create(code=OPENING_CODE, label="Soldes repris à l’ouverture", kind="GENERAL")
    agents = create_staff(agencies=dict(Agency.objects.values_list("code", "id")))
    reaches = _reaches()
    give_mandates(agents, reaches, on=plan.month.previous().first_day)
    applicants = seed_applications(plan, agents)
    accounts = create_users(home, agents, shown, reaches, applicants)
    # Written before the commit: a database with people always has its file.
    write_file(
        home,
        DemoFile(
            month=str(plan.month),
            seed=plan.seed,
            dwellings=dwellings,
            landlord=LANDLORD_NAME,
            source=source,
            late_account_id=shown.accounts.get(Situation.IN_ARREARS, 0),
            accounts=accounts,
        ),
    )
    return Loaded(dwellings=dwellings, leases=leases)


def _one_ahead(chunks: Iterable[Chunk]) -> Iterator[Chunk]:
    """The chunks, the next one being drawn while the database takes this one."""
    drawn = iter(chunks)
    with ThreadPoolExecutor(max_workers=1) as thread:
        coming = thread.submit(next, drawn, None)
        while (chunk := coming.result()) is not None:
            coming = thread.submit(next, drawn, None)
            yield chunk


def push_sequence(table: str, last_id: int) -> None:
    """Rows came with their numbers: the next ones start after them. A sequence never goes back, nor does this."""
    if not last_id:
        return
    with connection.cursor() as cursor:
        reached = 0
        while reached < last_id:
            cursor.execute(
                "SELECT max(nextval(pg_get_serial_sequence(%s, 'id'))) FROM generate_series(1, %s)",
                [table, max(last_id - reached, 1)],
            )
            (reached,) = cursor.fetchone()


def _reaches() -> dict[str, Reach]:
    """What each agency holds, by its code."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT a.code, r.id, r.name, count(d.id) FROM estate_residence AS r
               JOIN estate_agency AS a ON a.id = r.agency_id JOIN estate_dwelling AS d ON d.residence_id = r.id
               GROUP BY a.code, r.id ORDER BY r.id"""
        )
        found: dict[str, list[tuple[int, str, int]]] = {}
        for code, residence_id, name, dwellings in cursor.fetchall():
            found.setdefault(code, []).append((residence_id, name, dwellings))
    return {code: reach_of(residences) for code, residences in found.items()}


def _share_between_agencies() -> None:
    """A file does not say which agency looks after what: half of the residences each, by postcode."""
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE estate_residence AS r SET agency_id = a.id
               FROM (SELECT id, ntile(2) OVER (ORDER BY postcode, id) AS half FROM estate_residence) AS o,
                    estate_agency AS a
               WHERE o.id = r.id AND a.code = CASE o.half WHEN 1 THEN 'NORD' ELSE 'SUD' END"""
        )


def _imported_places() -> list[Place]:
    """The residences of the file that have dwellings, in the order of the file."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT residence_id, id, staircase_id, door, floor, financing FROM estate_dwelling
               ORDER BY residence_id, id"""
        )
        doors: dict[int, list[Door]] = {}
        for residence_id, number, staircase_id, name, floor, financing in cursor.fetchall():
            door = Door(id=number, staircase_id=staircase_id, name=name, floor=floor, financing=financing)
            doors.setdefault(residence_id, []).append(door)
        cursor.execute(
            """SELECT id, code, nature, delivered_year, is_qpv, zone_rls, zone_ceiling, zone_sls
               FROM estate_residence ORDER BY id"""
        )
        return [
            Place(
                id=number,
                code=code,
                nature=nature,
                delivered_year=year if year is not None else 2000,
                is_qpv=is_qpv,
                zone_rls=zone_rls,
                zone_ceiling=zone_ceiling,
                zone_sls=zone_sls,
                doors=tuple(doors[number]),
            )
            for number, code, nature, year, is_qpv, zone_rls, zone_ceiling, zone_sls in cursor.fetchall()
            if number in doors
        ]


def _furnish(rows: Iterable[Row]) -> None:
    """Give the imported dwellings the inside that the file does not have."""
    columns = ("id", "convention_id", "floor", "rooms", "floor_area_m2", "annex_area_m2")
    stage = columns_of("estate_dwelling", columns, into="furnished_dwelling")
    copy_rows(
        stage,
        (
            (row.id, row.convention_id, row.floor, row.rooms, row.floor_area_m2, row.annex_area_m2)
            for row in rows
            if isinstance(row, DwellingRow)
        ),
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE furnished_dwelling")
        cursor.execute(
            """UPDATE estate_dwelling AS d SET convention_id = f.convention_id, floor = f.floor, rooms = f.rooms,
                      floor_area_m2 = f.floor_area_m2, annex_area_m2 = f.annex_area_m2
               FROM furnished_dwelling AS f WHERE f.id = d.id"""
        )
        cursor.execute("DROP TABLE furnished_dwelling")
