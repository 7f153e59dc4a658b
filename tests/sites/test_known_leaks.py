"""The leaks that other systems really had, each a test of this one (design, who reads what)."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

import psycopg
import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from tests.sites.answers import text_of
from tests.sites.crawl import MARKS, addresses, mark, numbers_of

from palier.foundation.clock import today
from palier.privacy.declare import Role, Scope
from palier.privacy.policy import declared_pages, declared_tables

if TYPE_CHECKING:
    from tests.conftest import Cluster

    from palier.demo.operations import Made

ClientAs = Callable[[str], Client]
NORD, SUD = MARKS[1], MARKS[2]


@pytest.fixture
def superuser(cluster: "Cluster", fresh_world: "Made") -> Iterator[psycopg.Connection]:
    with cluster.as_superuser(connection.settings_dict["NAME"]) as connected:
        mark(connected)
        yield connected


def test_an_id_guessed_in_a_preview_or_a_pdf_address(superuser: psycopg.Connection, client_as: ClientAs) -> None:
    theirs = numbers_of(superuser, 1)
    stranger, tenant = client_as("gestionnaire_sud"), client_as("locataire_1")
    for name, number in (("document_pdf", "document_id"), ("bill_notice", "bill_id"), ("bill", "bill_id")):
        assert stranger.get(reverse(f"desk:{name}", args=[theirs[number]])).status_code == 404, name
    (own,) = superuser.execute(
        "SELECT person_id FROM agents_user WHERE identifier LIKE 'locataire_1@%'"
    ).fetchone() or (0,)
    foreign = superuser.execute(
        """SELECT id FROM mail_document WHERE lease_id NOT IN
               (SELECT lease_id FROM leases_occupant WHERE person_id = %s) ORDER BY id LIMIT 20""",
        [own],
    ).fetchall()
    for (document,) in foreign:
        assert tenant.get(reverse("home:document_pdf", args=[document])).status_code == 404
        assert tenant.get(reverse("home:document", args=[document])).status_code == 404


def test_an_unscoped_lookup_in_an_update(superuser: psycopg.Connection, client_as: ClientAs) -> None:
    theirs = numbers_of(superuser, 1)
    stranger = client_as("gestionnaire_sud")
    before = superuser.execute("SELECT max(id) FROM leases_change").fetchone()
    for name, args, posted in (
        (
            "lease_term",
            [theirs["lease_id"]],
            {"which": "RENT:Loyer du logement", "amount": "1", "first_day": "2027-01-01"},
        ),
        ("lease_end", [theirs["lease_id"]], {"notice_given_on": "2026-11-01", "ends_on": "2027-02-01"}),
        ("contact_share", [theirs["lease_id"], theirs["contact_id"]], {"partage": "oui"}),
        ("dwelling_area", [theirs["dwelling_id"]], {"floor_area_m2": "50", "annex_area_m2": "0", "rooms": "2"}),
    ):
        assert stranger.post(reverse(f"desk:{name}", args=args), posted).status_code == 404, name
    assert superuser.execute("SELECT max(id) FROM leases_change").fetchone() == before


def test_select_all_pages_in_a_list_stops_at_ones_own_residences(
    superuser: psycopg.Connection, client_as: ClientAs
) -> None:
    officer = client_as("gestionnaire_sud")
    for name in ("tenants_export", "leases_export", "residences_export"):
        text = text_of(
            officer.get(reverse(f"desk:{name}", args=["csv"]), {"tout": "1", "page": "-1", "limit": "999999"})
        )
        assert NORD not in text, name
        assert SUD in text or name == "leases_export", name


def test_a_list_of_the_same_address(superuser: psycopg.Connection, client_as: ClientAs) -> None:
    superuser.execute("UPDATE estate_residence SET address = '1 rue Commune', name = 'Commune'")
    text = text_of(client_as("gestionnaire_sud").get(reverse("desk:search"), {"q": "rue commune"}))
    assert "Commune" in text
    theirs = superuser.execute("SELECT id FROM estate_residence WHERE agency_id = 1 ORDER BY id LIMIT 50").fetchall()
    assert not [number for (number,) in theirs if f"/residences/{number}/" in text]
    assert NORD not in text


def test_an_agents_name_in_what_a_tenant_reads(superuser: psycopg.Connection, client_as: ClientAs) -> None:
    superuser.execute("UPDATE agents_agent SET first_name = 'ZQAGENT', last_name = 'ZQNOM'")
    client = client_as("locataire_1")
    (person,) = superuser.execute(
        "SELECT person_id FROM agents_user WHERE identifier LIKE 'locataire_1@%'"
    ).fetchone() or (0,)
    (lease, account) = superuser.execute(
        """SELECT l.id, l.account_id FROM leases_lease AS l JOIN leases_occupant AS o ON o.lease_id = l.id
           WHERE o.person_id = %s""",
        [person],
    ).fetchone() or (0, 0)
    assert client_as("siege").get(reverse("desk:account", args=[account])).status_code == 200
    (document,) = superuser.execute("SELECT max(id) FROM mail_document WHERE lease_id = %s", [lease]).fetchone() or (0,)
    pages = ["home", "documents", "file", "readings", "who_sees"]
    paths = [reverse(f"home:{name}") for name in pages] + [
        reverse("home:document", args=[document]),
        reverse("home:document_pdf", args=[document]),
        reverse("home:why", args=[lease]),
    ]
    shown = [path for path in paths if re.search("ZQAGENT|ZQNOM", text_of(client.get(path)))]
    assert shown == []
    assert "Siège" in text_of(client.get(reverse("home:readings")))


def test_a_log_page_open_to_all(superuser: psycopg.Connection, client_as: ClientAs) -> None:
    who = {name: client_as(name) for name in ("gestionnaire_nord", "siege", "comptable", "admin_technique", "auditeur")}
    for name, client in who.items():
        assert client.get(reverse("desk:readings")).status_code == 404, name
    assert client_as("dpo").get(reverse("desk:readings")).status_code == 200
    assert Client().get(reverse("desk:readings")).status_code == 302


def test_the_previous_users_tabs_on_the_lodges_shared_computer(
    superuser: psycopg.Connection, client_as: ClientAs
) -> None:
    client = client_as("gardien_nord")
    (residence,) = superuser.execute(
        "SELECT m.residence_id FROM agents_mandate AS m JOIN agents_user AS u ON u.agent_id = m.agent_id"
        " WHERE u.identifier LIKE 'gardien_nord@%' ORDER BY 1 LIMIT 1"
    ).fetchone() or (0,)
    tab = reverse("field:doors", args=[residence])
    first = client.get(tab)
    assert first.status_code == 200
    # Nothing is kept by the browser, so that « back » asks again.
    assert "no-store" in first["Cache-Control"]
    stolen = {name: morsel.value for name, morsel in client.cookies.items()}
    client.post(reverse("field:sign_out"))
    assert client.get(tab).status_code == 302
    replay = Client()
    for cookie, value in stolen.items():
        replay.cookies[cookie] = value
    assert replay.get(tab).status_code == 302


def test_a_file_with_no_owner_is_visible_to_no_agency(superuser: psycopg.Connection, client_as: ClientAs) -> None:
    superuser.execute("UPDATE people_person SET residence_id = NULL")
    superuser.execute("UPDATE people_contact SET residence_id = NULL, value = 'ZQORPHELIN' || id")
    for name in ("gestionnaire_nord", "responsable_nord", "gardien_nord"):
        client = client_as(name)
        numbers = numbers_of(superuser, 1)
        for address in addresses():
            page = declared_pages()[address.name]
            if not page.public and "GET" in page.methods and Role.TENANT not in page.roles:
                assert "ZQORPHELIN" not in text_of(client.get(address.path(numbers))), address.name


def test_no_row_is_deleted_softly(superuser: psycopg.Connection) -> None:
    flags = superuser.execute(
        """SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = 'public'
             AND column_name ~ '(is_)?(deleted|removed|archived|hidden|visible)(_at|_on)?$'
             -- The intermediate archive is a list that row security reads, not a flag that a query may forget.
             AND table_name <> 'retention_archived'"""
    ).fetchall()
    assert flags == []


def test_who_has_moved_out_is_not_on_the_caretakers_doors(superuser: psycopg.Connection, client_as: ClientAs) -> None:
    superuser.execute(
        "UPDATE leases_occupant SET moved_out_on = %s, door_name = 'ZQPARTI' || id", [today() - timedelta(days=1)]
    )
    (residence,) = superuser.execute(
        "SELECT min(m.residence_id) FROM agents_mandate AS m JOIN agents_user AS u ON u.agent_id = m.agent_id"
        " WHERE u.identifier LIKE 'gardien_nord@%'"
    ).fetchone() or (0,)
    names = superuser.execute("SELECT door_name FROM leases_occupant WHERE residence_id = %s", [residence]).fetchall()
    text = text_of(client_as("gardien_nord").get(reverse("field:doors", args=[residence])))
    assert names
    assert [name for (name,) in names if name in text] == []


def test_a_contractor_reads_no_employee_and_an_employee_no_tenant() -> None:
    outsiders = (Role.SUPPLIER, Role.EMPLOYEE, Role.BUYER, Role.APPLICANT)
    reading = {
        (access.table, role)
        for access in declared_tables()
        if access.category
        for read in access.reads
        for role in outsiders
        if role in read.by and read.scope is Scope.ALL and not read.where
    }
    assert reading == set()


def test_an_export_that_ignores_the_screens_filter(superuser: psycopg.Connection, client_as: ClientAs) -> None:
    officer = client_as("siege")
    superuser.execute(
        """UPDATE leases_occupant AS o
           SET display_name = CASE l.payment_mode WHEN 'CARTE' THEN 'Zqoui' ELSE 'Zqnon' END || o.id
           FROM leases_lease AS l WHERE l.id = o.lease_id"""
    )
    for asked in ({"paiement": "CARTE"}, {"paiement": "CARTE", "etat": "EN_COURS"}):
        exported = text_of(officer.get(reverse("desk:tenants_export", args=["csv"]), asked))
        assert "Zqoui" in exported
        assert "Zqnon" not in exported
    assert "Zqnon" in text_of(officer.get(reverse("desk:tenants_export", args=["csv"])))
