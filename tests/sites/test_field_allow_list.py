"""The caretaker's allow-list, exactly: on the pages, in the statements, in the rights of the database role.

Residence, building, staircase, floor, door, name for the door, shared contact channels, move-in and move-out dates,
coded facts of their audience. The staircase was added because two staircases of a building number their doors alike:
« 301 » twice on a floor led to the wrong one. Then what is done in the residence, in codes: tickets, keys, papers,
tasks. What is not on these lists is not left out of a page: it is out of reach.
"""

import re
from collections.abc import Callable
from dataclasses import fields
from html.parser import HTMLParser
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, connection
from django.test import Client
from tests.landlord import Landlord

from palier.field.pages import PAGES as FIELD_PAGES
from palier.leases.round import Behind, DoorFact, RoundDoor, RoundResidence, SharedContact, doors_of_residence
from palier.maintenance.queries.own import OwnReadings, OwnRound
from palier.maintenance.queries.site import (
    DeliveryRow,
    DoorRow,
    KeyRow,
    RoutineRow,
    RunningRound,
    StaircaseRow,
    TicketRow,
)
from palier.privacy.actor import Actor, acting
from palier.privacy.declare import Role

ClientAs = Callable[[str], Client]

# What the list of doors may show, in the words of the issue.
SHOWN = {
    "residence", "building", "staircase", "floor", "door", "door_name", "channel", "value", "moved_in_on",
    "moved_out_on", "code", "language", "last_day",
}  # fmt: skip
# What carries it: numbers of rows, and who is on the list for the read journal. Never printed.
CARRIES = {"id", "behind", "contacts", "facts"}
PLACE = {"id", "building", "staircase", "door"}
ROUND = {"started_at", "until_at"}
TICKET = PLACE | {
    "place", "equipment", "symptom", "urgency", "state", "trade", "opened_at", "closed_at", "closing", "has_photo",
    "visit_at", "repair_on",
}  # fmt: skip
DELIVERY = PLACE | {"floor", "door_names", "month", "state", "reason", "done_at"}
KEY = PLACE | {"kind", "tag", "holder", "trade", "moved_at"}
ROUTINE = {"code", "done_at"}
FRAME = {"id", "residence"} | ROUND
# Page by page, what the statements send back. `person_id` is for the read journal.
PAGES = {
    "/terrain/residence/11/": SHOWN | {"behind", "person_id"} | FRAME | TICKET | DELIVERY | ROUTINE,
    "/terrain/residence/11/signaler/": FRAME | PLACE | TICKET,
    "/terrain/residence/11/cles/": FRAME | KEY,
    "/terrain/residence/11/avis/": FRAME | DELIVERY | {"person_id"},
    "/terrain/moi/": FRAME | ROUND | {"ended_at", "day", "screen", "times", "last_at"},
    "/terrain/jeton/": set(),
    "/terrain/hors-reseau/": set(),
    "/terrain/veilleur.js": set(),
    "/terrain/application.webmanifest": set(),
}
# Every column of personal data, or of the stock, that the role of caretakers may select, and nothing else.
RIGHTS = {
    "estate_landlord": None,
    "estate_agency": None,
    "estate_residence": {"id", "code", "name", "address", "postcode", "city", "agency_id"},
    "estate_building": {"id", "residence_id", "code", "address"},
    "estate_staircase": None,
    "estate_dwelling": {"id", "residence_id", "staircase_id", "door", "floor"},
    "leases_occupant": {
        "id", "residence_id", "dwelling_id", "lease_id", "person_id", "door_name", "moved_in_on", "moved_out_on",
    },
    "people_contact": {"person_id", "residence_id", "channel", "value"},
    # A fact of their audience, in force: neither why, nor who said it, nor since when.
    "people_codedfact": {"person_id", "residence_id", "code", "language", "last_day"},
    "maintenance_round": None,
    "maintenance_sending": None,
    "maintenance_routine": None,
    "maintenance_routinedone": {"id", "residence_id", "code", "day", "at"},
    "maintenance_ticket": {
        "id", "residence_id", "staircase_id", "dwelling_id", "place", "equipment", "symptom", "urgency", "state",
        "trade", "opened_at", "assigned_at", "closed_at", "closing", "category", "repair_on",
    },
    # When somebody comes, and not to whom.
    "maintenance_visit": {"id", "ticket_id", "residence_id", "starts_at", "ends_at", "state"},
    "maintenance_ticketphoto": None,
    "maintenance_keyset": None,
    "maintenance_keymovement": {"id", "key_set_id", "residence_id", "holder", "trade", "at"},
    "maintenance_delivery": {"id", "residence_id", "dwelling_id", "lease_id", "month", "state", "reason", "done_at"},
    # How long each kind of data is kept, as the landlord decided: nobody's data.
    "retention_decision": None,
    # Their own activity, as the landlord keeps it.
    "privacy_readevent": {"id", "at", "agent_id", "screen", "purpose", "categories"},
}  # fmt: skip
FORBIDDEN = (
    "people_person", "people_household", "people_householdmember", "people_income", "leases_lease", "leases_term",
    "leases_change", "ledger_account", "ledger_entry", "ledger_posting", "quittancement_bill", "quittancement_line",
    "quittancement_datedamount", "quittancement_anomaly", "mail_document", "agents_agent", "agents_user",
    "people_factcontest",
)  # fmt: skip


class _Main(HTMLParser):
    """The texts of <main> and the addresses of its links."""

    def __init__(self) -> None:
        super().__init__()
        self.inside = 0
        self.texts: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside += tag == "main"
        if self.inside and tag == "a":
            self.links.append(dict(attrs)["href"] or "")

    def handle_endtag(self, tag: str) -> None:
        self.inside -= tag == "main"

    def handle_data(self, data: str) -> None:
        if self.inside and data.strip():
            self.texts.append(" ".join(data.split()))


def as_caretaker(agents: Landlord) -> Actor:
    return Actor(role=Role.CARETAKER, purpose="PROXIMITE", agent_id=agents.agents["gardien_nord"], name="gardien_nord")


def test_the_rows_of_the_page_have_these_fields_and_no_other() -> None:
    known = {
        field.name for row in (RoundResidence, RoundDoor, Behind, SharedContact, DoorFact) for field in fields(row)
    }
    assert known == SHOWN | CARRIES


@pytest.mark.parametrize(
    ("row", "allowed"),
    [
        (TicketRow, TICKET),
        (DeliveryRow, DELIVERY),
        (KeyRow, KEY),
        (RoutineRow, ROUTINE),
        (RunningRound, ROUND),
        (OwnRound, ROUND | {"ended_at"}),
        (OwnReadings, {"day", "screen", "times", "last_at"}),
        (DoorRow, PLACE),
        (StaircaseRow, PLACE - {"door"}),
    ],
)
def test_the_rows_of_the_other_pages_have_these_fields_and_no_other(row: type, allowed: set[str]) -> None:
    assert {field.name for field in fields(row)} == allowed


@pytest.mark.parametrize("page", PAGES)
def test_the_statements_of_each_page_select_these_columns_and_no_other(
    superuser: psycopg.Connection, client_as: ClientAs, page: str
) -> None:
    """Read from the statements themselves: what each sends back to Python."""
    superuser.execute(
        """INSERT INTO maintenance_delivery (residence_id, dwelling_id, lease_id, document_id, month, prepared_at,
                                             state, reason)
           VALUES (11, 1101, 101, 1, '2026-10-01', now(), 'TO_DELIVER', '')"""
    )
    returned: set[str] = set()

    def note(
        execute: Callable[..., object], statement: str, params: object, many: bool, context: dict[str, Any]
    ) -> object:
        result = execute(statement, params, many, context)
        text = str(statement)
        if re.search(r"\b(estate|leases|people|maintenance|ledger|mail)_|FROM privacy_readevent", text):
            returned.update(column.name for column in context["cursor"].description)
            returned.update(re.findall(r"'(\w+)', [pcf]\.", text))
        return result

    client = client_as("gardien_nord")
    with connection.execute_wrapper(note):
        assert client.get(page).status_code == 200
    # The journal names the persons whose doors were shown.
    assert returned == PAGES[page]


def test_every_page_of_the_site_is_looked_at_here() -> None:
    shown = {name for name, page in FIELD_PAGES.items() if "GET" in page.methods and page.roles}
    assert shown - {"home", "who_sees"} == {"doors", "report", "keys", "deliveries", "me", "token", "ticket_photo"}


def test_the_page_says_these_facts_and_no_other(superuser: psycopg.Connection, client_as: ClientAs) -> None:
    superuser.execute("SET session_replication_role = replica")
    superuser.execute(
        "UPDATE leases_occupant SET moved_out_on = palier.today() + 10, display_name = 'NOM SECRET' WHERE person_id = 1"
    )
    superuser.execute("UPDATE people_person SET first_name = 'PRÉNOM SECRET', last_name = 'NOM SECRET'")
    main = _Main()
    main.feed(client_as("gardien_nord").get("/terrain/residence/11/").content.decode())
    facts = {"Les Tilleuls", "101", "201", "Amandier", "PHONE-Amandier"}
    frame = [
        r"\w+ \d{1,2}(er)? \w+\. Liste lue à \d{1,2} h \d\d\.",
        r"Bâtiment A",
        r"1|2",
        r"er|e",
        r"étage",
        r"Depuis le 01/01/2020",
        r"Départ le \d{1,2}(er)? [\wé]+\.?|Départ le \d\d/\d\d/\d{4}",
        r"Accepte un appel :",
        r"Commencer la tournée|Pour continuer sans réseau\. À la fin, tout s’efface\.",
        r"Aujourd’hui|Rien de prévu dans cette résidence\.|Portes",
        r"Arrivées et départs (de |d’)\w+ \d{4}|Départ|le \d\d/\d\d/\d{4}|bâtiment A, escalier 1, porte 101",
        r"Vacant",
        r"Cette liste s’arrête là : ni compte, ni dette, ni revenus, ni commentaire\.",
    ]
    said = [text.replace("\u00a0", " ") for text in main.texts]
    assert facts <= set(said)
    strange = [text for text in said if text not in facts and not any(re.fullmatch(each, text) for each in frame)]
    assert strange == []
    assert main.links == ["tel:"]


def test_a_door_is_read_without_a_name_that_is_not_on_it(superuser: psycopg.Connection, own_landlord: Landlord) -> None:
    with acting(as_caretaker(own_landlord), screen="tournée", categories=("PORTE",)):
        doors = doors_of_residence(11)
    assert [(each.door, [one.door_name for one in each.behind]) for each in doors] == [
        ("201", []),
        ("101", ["Amandier"]),
    ]


def test_the_database_gives_the_role_these_columns_and_no_other(superuser: psycopg.Connection) -> None:
    rows = superuser.execute(
        """SELECT c.relname, a.attname FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid
           WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'v', 'm', 'p')
             AND NOT c.relispartition AND a.attnum > 0
             AND NOT a.attisdropped AND has_column_privilege('palier_caretaker', c.oid, a.attnum, 'SELECT')"""
    ).fetchall()
    granted: dict[str, set[str]] = {}
    for table, column in rows:
        granted.setdefault(table, set()).add(column)
    assert granted.keys() == RIGHTS.keys()
    for table, columns in RIGHTS.items():
        assert columns is None or granted[table] == columns, table


def test_the_role_writes_its_own_trace_and_what_is_done_in_codes(superuser: psycopg.Connection) -> None:
    rows = superuser.execute(
        """SELECT DISTINCT table_name, privilege_type FROM information_schema.role_table_grants
           WHERE grantee = 'palier_caretaker' AND privilege_type <> 'SELECT'"""
    ).fetchall()
    assert sorted(rows) == [
        ("maintenance_keymovement", "INSERT"),
        ("maintenance_round", "INSERT"),
        ("maintenance_routinedone", "DELETE"),
        ("maintenance_routinedone", "INSERT"),
        ("maintenance_sending", "INSERT"),
        ("maintenance_ticket", "INSERT"),
        ("maintenance_ticketphoto", "INSERT"),
        ("maintenance_ticketstep", "INSERT"),
        ("privacy_readevent", "INSERT"),
    ]


@pytest.mark.parametrize("table", FORBIDDEN)
def test_direct_sql_under_the_role_is_refused(landlord: Landlord, table: str) -> None:
    with (
        pytest.raises(DatabaseError, match="permission denied"),
        acting(as_caretaker(landlord)),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"SELECT 1 FROM {table} LIMIT 1")


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("leases_occupant", "display_name"),
        ("leases_occupant", "sort_name"),
        ("leases_occupant", "role"),
        ("people_contact", "shared_at"),
        ("people_contact", "digits_reversed"),
        ("estate_dwelling", "financing"),
        ("estate_residence", "is_qpv"),
    ],
)
def test_a_column_beyond_the_list_is_refused(landlord: Landlord, table: str, column: str) -> None:
    with (
        pytest.raises(DatabaseError, match="permission denied"),
        acting(as_caretaker(landlord)),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"SELECT {column} FROM {table} LIMIT 1")
