"""A small landlord written by hand: two agencies, three residences, people named after trees, ids that tests know.

Written as superuser, beside every policy: what each role then sees of it is what the tests are about. Whoever checks a
leak looks for the names of the other agency: they appear nowhere else.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import psycopg
from psycopg import sql

from palier.foundation import clock

Row = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Landlord:
    """The ids that tests ask for. 1xx is the Nord agency, 2xx the Sud one; a lease and its account share a number."""

    agents: Mapping[str, int]
    users: tuple[str, ...]
    nord_residences: tuple[int, ...] = (11, 12)
    sud_residences: tuple[int, ...] = (21,)
    nord_leases: tuple[int, ...] = (101, 102)
    sud_leases: tuple[int, ...] = (201,)
    nord_names: tuple[str, ...] = ("Amandier", "Bouleau", "Cerisier")
    sud_names: tuple[str, ...] = ("Datura",)
    holder: int = 1
    coholder_who_left: int = 2
    stranger: int = 4
    without_dwelling: int = 5
    sealed_run: int = 1
    draft_run: int = 2


_AGENTS: tuple[tuple[str, str, int | None], ...] = (
    ("gestionnaire_nord", "rent_officer", 1),
    ("gestionnaire_sud", "rent_officer", 2),
    ("responsable_nord", "agency_manager", 1),
    ("siege", "headquarters", None),
    ("comptable", "accountant", None),
    ("gardien_nord", "caretaker", None),
    ("dpo", "dpo", None),
    ("admin_technique", "technical_admin", None),
    ("gestionnaire_parti", "rent_officer", 1),
    ("gardien_sans_mandat", "caretaker", None),
    ("responsable_sud", "agency_manager", 2),
    ("travailleuse_sociale", "social_worker", None),
    ("auditeur", "auditor", None),
    ("paie", "payroll", None),
    ("paie_seconde", "payroll", None),
)
# (lease, dwelling, residence, occupants as (person, role, moved out on))
_LEASES: tuple[tuple[int, int, int, tuple[tuple[int, str, date | None], ...]], ...] = (
    (101, 1101, 11, ((1, "HOLDER", None), (2, "COHOLDER", date(2025, 6, 30)))),
    (102, 1201, 12, ((3, "HOLDER", None),)),
    (201, 2101, 21, ((4, "HOLDER", None),)),
)
_PERSONS: tuple[tuple[int, int | None, str, str], ...] = (
    (1, 11, "Lucie", "Amandier"),
    (2, 11, "Karim", "Bouleau"),
    (3, 12, "Ana", "Cerisier"),
    (4, 21, "Paul", "Datura"),
    (5, None, "Inès", "Érable"),
)
_AT = datetime(2026, 11, 2, 8, tzinfo=UTC)


def write(connection: psycopg.Connection, *, on: date | None = None) -> Landlord:
    """Fill an empty database. `on` is the day on which mandates are or are not in force: today."""
    today = on or clock.today()
    with connection.transaction():
        _estate(connection)
        agents = _staff(connection, today)
        _people(connection)
        _leases(connection)
        _month(connection)
        _accounts_that_sign_in(connection, agents)
        _number_after_these(connection)
    return Landlord(agents=agents, users=(*agents, "locataire", "locataire_sud", "cotitulaire_partie"))


def insert(connection: psycopg.Connection, table: str, rows: Iterable[Row]) -> None:
    """Rows of one table; a list or a dict becomes JSON unless it is an array of the table."""
    for row in rows:
        values = [json.dumps(value) if isinstance(value, list | dict) else value for value in row.values()]
        connection.execute(
            sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
                sql.Identifier(table),
                sql.SQL(", ").join(map(sql.Identifier, row)),
                sql.SQL(", ").join(sql.Placeholder() for _ in row),
            ),
            values,
        )


def _number_after_these(connection: psycopg.Connection) -> None:
    """Rows written with their ids leave the numbering behind: what a test adds comes after 10 000."""
    identities = connection.execute(
        """SELECT s.relname FROM pg_class AS s JOIN pg_depend AS d ON d.objid = s.oid AND d.deptype = 'i'
           WHERE s.relkind = 'S' AND s.relnamespace = 'public'::regnamespace"""
    )
    for (sequence,) in identities.fetchall():
        connection.execute("SELECT setval(%s::regclass, 10000)", [sequence])


def _estate(connection: psycopg.Connection) -> None:
    insert(
        connection,
        "estate_landlord",
        [
            {
                "name": "Office des Arbres", "legal_form": "OPH", "address_lines": ["1 rue du Bois", "75000 PARIS"],
                "siret": "12345678900011", "phone": "01 00 00 00 00", "opening_hours": "9 h à 17 h",
                "tenant_site": "localhost", "iban": "FR7630006000011234567890189", "bic": "AGRIFRPP",
                "creditor_id": "FR00ZZZ123456", "is_demo": True,
            }
        ],
    )  # fmt: skip
    insert(
        connection,
        "estate_agency",
        [{"id": 1, "code": "NORD", "name": "Nord"}, {"id": 2, "code": "SUD", "name": "Sud"}],
    )
    for residence, agency, name in ((11, 1, "Les Tilleuls"), (12, 1, "Les Pins"), (21, 2, "Les Oliviers")):
        insert(
            connection,
            "estate_residence",
            [
                {
                    "id": residence, "code": f"R{residence}", "name": name, "agency_id": agency, "nature": "FAMILIAL",
                    "address": f"{residence} rue des Arbres", "address_as_given": "", "postcode": "75013",
                    "city": "Paris", "rent_term": "ECHU", "is_qpv": False, "zone_rls": 1, "zone_ceiling": "PARIS",
                    "zone_sls": "1BIS", "source_landlord": "",
                }
            ],
        )  # fmt: skip
        address = f"{residence} rue des Arbres"
        insert(
            connection,
            "estate_building",
            [{"id": residence, "residence_id": residence, "code": "A", "address": address}],
        )
        insert(
            connection,
            "estate_staircase",
            [{"id": residence, "building_id": residence, "code": "1", "has_lift": False}],
        )
        insert(
            connection,
            "estate_dwelling",
            [
                {
                    "id": residence * 100 + rank, "residence_id": residence, "staircase_id": residence,
                    "door": f"{rank}01", "floor": rank, "rooms": 3, "floor_area_m2": "60.00", "annex_area_m2": "0",
                    "financing": "PLUS",
                }
                for rank in (1, 2)
            ],
        )  # fmt: skip


def _staff(connection: psycopg.Connection, today: date) -> dict[str, int]:
    for rank, (identifier, role, agency) in enumerate(_AGENTS, start=1):
        insert(
            connection,
            "agents_agent",
            [
                {
                    "id": rank, "first_name": "Agent", "last_name": identifier, "service": "Service", "function": role,
                    "role": role, "agency_id": agency,
                    "left_on": today - timedelta(days=1) if identifier == "gestionnaire_parti" else None,
                }
            ],
        )  # fmt: skip
    agents = {identifier: rank for rank, (identifier, _, _) in enumerate(_AGENTS, start=1)}
    # In force on the Tilleuls; ended yesterday on the Pins; not begun on the Oliviers.
    insert(
        connection,
        "agents_mandate",
        [
            {"agent_id": agents["gardien_nord"], "residence_id": residence, "first_day": first, "last_day": last}
            for residence, first, last in (
                (11, today - timedelta(days=100), today),
                (12, today - timedelta(days=100), today - timedelta(days=1)),
                (21, today + timedelta(days=1), None),
            )
        ],
    )
    return agents


def _people(connection: psycopg.Connection) -> None:
    for number, residence, first_name, last_name in _PERSONS:
        insert(
            connection,
            "people_person",
            [
                {
                    "id": number, "residence_id": residence, "title": "MME", "first_name": first_name,
                    "last_name": last_name, "birth_date": date(1970, 1, number),
                }
            ],
        )  # fmt: skip
        for channel, shared in (("PHONE", True), ("EMAIL", False)):
            insert(
                connection,
                "people_contact",
                [
                    {
                        "person_id": number, "residence_id": residence, "channel": channel,
                        "value": f"{channel}-{last_name}", "shared_with_caretaker": shared,
                        "shared_at": _AT if shared else None,
                    }
                ],
            )  # fmt: skip
        household = {"id": number, "residence_id": residence, "adults": 1, "dependants": 0, "is_couple": False}
        insert(connection, "people_household", [household | {"first_day": date(2020, 1, 1)}])
        member = {"household_id": number, "person_id": number, "residence_id": residence}
        insert(connection, "people_householdmember", [member])
        income = {"household_id": number, "residence_id": residence, "year": 2024, "rfr_cents": 1_800_000}
        insert(connection, "people_income", [income | {"monthly_resources_cents": 150_000}])


def _leases(connection: psycopg.Connection) -> None:
    insert(connection, "ledger_account", [{"id": 900, "code": "PRD-LOYER", "label": "Loyers", "kind": "GENERAL"}])
    names = {number: (first_name, last_name) for number, _, first_name, last_name in _PERSONS}
    for lease, dwelling, residence, occupants in _LEASES:
        insert(
            connection,
            "ledger_account",
            [
                {
                    "id": lease, "code": f"411-{lease}", "label": f"Compte {lease}", "kind": "TENANT",
                    "residence_id": residence, "reference": f"RF{lease}",
                }
            ],
        )  # fmt: skip
        insert(
            connection,
            "leases_lease",
            [
                {
                    "id": lease, "reference": f"L{lease}", "kind": "LEASE", "dwelling_id": dwelling,
                    "residence_id": residence, "account_id": lease, "household_id": occupants[0][0],
                    "starts_on": date(2020, 1, 1), "deposit_cents": 40_000, "payment_mode": "VIREMENT",
                    "mandate_reference": "", "iban_last4": "",
                }
            ],
        )  # fmt: skip
        insert(
            connection,
            "leases_term",
            [
                {
                    "lease_id": lease, "residence_id": residence, "kind": "RENT", "label": "Loyer du logement",
                    "amount_cents": 40_000, "basis": "", "first_day": date(2020, 1, 1),
                }
            ],
        )  # fmt: skip
        insert(
            connection,
            "leases_occupant",
            [
                {
                    "lease_id": lease, "person_id": person, "residence_id": residence, "dwelling_id": dwelling,
                    "role": role, "display_name": " ".join(names[person]), "door_name": names[person][1],
                    "moved_in_on": date(2020, 1, 1), "moved_out_on": left,
                }
                for person, role, left in occupants
            ],
        )  # fmt: skip


def _month(connection: psycopg.Connection) -> None:
    """October sealed and posted, November computed only: two bills a lease, one document of the sealed month."""
    for run, month, state in ((1, date(2026, 10, 1), "SEALED"), (2, date(2026, 11, 1), "COMPUTED")):
        sealed = {"reviewed_by": 4, "reviewed_at": _AT, "sealed_by": 5, "sealed_at": _AT, "first_number": 1}
        insert(
            connection,
            "quittancement_run",
            [
                {
                    "id": run, "month": month, "kind": "MONTHLY", "scope": "ALL", "rank": 0, "state": state,
                    "rules_digest": "0" * 64, "lease_count": 3, "line_count": 3, "set_aside_count": 0,
                    "total_cents": 120_000, "compute_ms": 1, "computed_by": 4, "computed_at": _AT,
                }
                | (sealed if state == "SEALED" else {})
            ],
        )  # fmt: skip
        for sequence, (lease, _, residence, _) in enumerate(_LEASES, start=1):
            _bill(connection, run=run, month=month, lease=lease, residence=residence, sequence=sequence)
    for lease, _, residence, _ in _LEASES:
        insert(
            connection,
            "ledger_entry",
            [
                {
                    "id": lease, "journal": "QUIT", "number": lease, "booked_on": date(2026, 10, 31),
                    "label": "Avis d’échéance, octobre 2026", "residence_id": residence, "source_kind": "BILL",
                    "source_id": 1_000 + lease, "means": "", "posted_at": _AT, "posted_by": 5,
                }
            ],
        )  # fmt: skip
        connection.execute(
            """INSERT INTO ledger_posting (entry_id, account_id, residence_id, booked_on, amount_cents)
               VALUES (%(lease)s, %(lease)s, %(residence)s, '2026-10-31', 40000),
                      (%(lease)s, 900, %(residence)s, '2026-10-31', -40000)""",
            {"lease": lease, "residence": residence},
        )
        data = json.dumps({"lease": lease}).encode()
        insert(
            connection,
            "mail_document",
            [
                {
                    "kind": "AVIS_ECHEANCE", "number": f"AE-2026-10-{lease:06d}", "lease_id": lease,
                    "account_id": lease, "residence_id": residence, "month": date(2026, 10, 1),
                    "issued_on": date(2026, 10, 31), "data": data, "data_sha256": "0" * 64, "template_sha256": "",
                    "pdf_sha256": "", "frozen_at": _AT,
                }
            ],
        )  # fmt: skip


def _bill(connection: psycopg.Connection, *, run: int, month: date, lease: int, residence: int, sequence: int) -> None:
    last_day = date(2026, month.month, 31 if month.month == 10 else 30)
    insert(
        connection,
        "quittancement_bill",
        [
            {
                "id": run * 1_000 + lease, "run_id": run, "lease_id": lease, "account_id": lease,
                "residence_id": residence, "month": month, "rank": 1, "first_day": month, "last_day": last_day,
                "due_on": last_day, "total_cents": 40_000, "fingerprint": 0, "sequence": sequence,
            }
        ],
    )  # fmt: skip
    insert(
        connection,
        "quittancement_line",
        [
            {
                "run_id": run, "lease_id": lease, "residence_id": residence, "rank": 1, "kind": "RENT",
                "label": "Loyer du logement", "amount_cents": 40_000, "rule": "rent", "inputs": "", "basis": "",
            }
        ],
    )  # fmt: skip
    insert(
        connection,
        "quittancement_anomaly",
        [
            {
                "run_id": run, "lease_id": lease, "residence_id": residence, "kind": "RENT_JUMP",
                "effect_cents": 100, "verdict": "TO_SEE",
            }
        ],
    )  # fmt: skip


def _accounts_that_sign_in(connection: psycopg.Connection, agents: Mapping[str, int]) -> None:
    common: Row = {"password": "!", "is_active": True, "language": ""}
    people = (("locataire", 1), ("locataire_sud", 4), ("cotitulaire_partie", 2))
    insert(
        connection,
        "agents_user",
        [{"identifier": identifier, "agent_id": agent, **common} for identifier, agent in agents.items()],
    )
    insert(
        connection,
        "agents_user",
        [{"identifier": identifier, "person_id": person, **common} for identifier, person in people],
    )


def pay(connection: psycopg.Connection, *, account: int, cents: int) -> None:
    """A transfer received today on the account of a lease."""
    entry = connection.execute("SELECT max(id) + 1, max(number) + 1 FROM ledger_entry").fetchone() or (1, 1)
    connection.execute(
        """INSERT INTO ledger_entry (id, journal, number, booked_on, label, residence_id, source_kind, source_id, means,
                                     posted_at, posted_by)
           SELECT %(entry)s, 'BANK', %(number)s, current_date, 'Virement', residence_id, 'PAYMENT', %(entry)s,
                  'VIREMENT', now(), 5
           FROM ledger_account WHERE id = %(account)s""",
        {"entry": entry[0], "number": entry[1], "account": account},
    )
    connection.execute(
        """INSERT INTO ledger_posting (entry_id, account_id, residence_id, booked_on, amount_cents)
           SELECT %(entry)s, v.account, a.residence_id, current_date, v.cents
           FROM ledger_account AS a, (VALUES (%(account)s, -%(cents)s), (900, %(cents)s)) AS v (account, cents)
           WHERE a.id = %(account)s""",
        {"entry": entry[0], "account": account, "cents": cents},
    )
