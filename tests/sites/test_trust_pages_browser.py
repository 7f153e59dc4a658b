"""Audits, durations, breaches, coded facts, applicants in Chromium: accessible, within the screen at both widths."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

import psycopg
import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from playwright.sync_api import sync_playwright
from tests.sites.chromium import CHROMIUM, FLAGS
from tests.sites.looking import site, walked
from tests.sites.test_audit import run_mission

from palier.foundation.clock import PARIS, now

if TYPE_CHECKING:
    from tests.conftest import Cluster

ClientAs = Callable[[str], Client]
Pages = Callable[[psycopg.Connection, Client], list[str]]

__all__ = ["site"]

pytestmark = pytest.mark.browser


@pytest.fixture
def superuser(cluster: "Cluster", site: str) -> Iterator[psycopg.Connection]:
    with cluster.as_superuser(connection.settings_dict["NAME"]) as session:
        yield session


def number(session: psycopg.Connection, statement: str) -> int:
    (found,) = session.execute(statement).fetchone() or (0,)
    assert found, statement
    return int(found)


def of_the_auditor(session: psycopg.Connection, client: Client) -> list[str]:
    assert b"Aucune mission en cours" not in client.get(reverse("desk:audit")).content
    residence = number(session, "SELECT min(residence_id) FROM people_codedfact")
    names = ("audit", "audit_readings", "audit_reading_rows", "audit_residences", "audit_texts", "audit_retention",
             "audit_pack", "privacy", "purposes")  # fmt: skip
    return [*(reverse(f"desk:{name}") for name in names), reverse("desk:audit_residence", args=[residence])]


def of_the_dpo(session: psycopg.Connection, client: Client) -> list[str]:
    agent = number(session, "SELECT min(agent_id) FROM privacy_readevent WHERE agent_id IS NOT NULL")
    here = now().astimezone(PARIS)
    opened = {
        "kind": "AGENT", "cause": "CURIOSITY", "aware_at": f"{here - timedelta(minutes=5):%Y-%m-%dT%H:%M}",
        "agent_id": str(agent), "from_at": f"{here - timedelta(days=300):%Y-%m-%dT%H:%M}",
        "until_at": f"{here + timedelta(minutes=1):%Y-%m-%dT%H:%M}", "is_exercise": "on",
    }  # fmt: skip
    made = client.post(reverse("desk:incident_new"), opened)
    assert made.status_code == 302, made.content.decode()[:2000]
    names = ("audit_missions", "purposes", "privacy", "readings", "journal_alarms", "journal_seals", "policy",
             "retention", "retention_holds", "retention_certificates", "incidents", "incident_new",
             "rights")  # fmt: skip
    return [
        *(reverse(f"desk:{name}") for name in names),
        reverse("desk:retention_rule", args=["FOYER"]),
        made.headers["Location"],
        f"{reverse('desk:privacy')}?fonction=supplier",
    ]


def of_an_officer(session: psycopg.Connection, client: Client) -> list[str]:
    lease = number(
        session,
        """SELECT min(o.lease_id) FROM people_codedfact AS f JOIN leases_occupant AS o ON o.person_id = f.person_id
           JOIN estate_residence AS r ON r.id = f.residence_id JOIN estate_agency AS a ON a.id = r.agency_id
           WHERE a.code = 'NORD'""",
    )
    return [reverse("desk:facts"), reverse("desk:lease_facts", args=[lease])]


def of_headquarters(session: psycopg.Connection, client: Client) -> list[str]:
    return [reverse("desk:audit_missions"), reverse("desk:landlord_iban")]


def of_the_administrator(session: psycopg.Connection, client: Client) -> list[str]:
    caretaker = number(session, "SELECT min(agent_id) FROM agents_mandate")
    officer = number(session, "SELECT min(id) FROM agents_agent WHERE role = 'rent_officer'")
    client.post(reverse("desk:landlord_iban"), {"acte": "demander", "iban": "FR7699999000010000000000115"})
    client.post(reverse("desk:agencies"), {"code": "EST", "name": "Agence Est"})
    names = ("landlord", "landlord_iban", "agencies", "connectors", "staff", "agent_new")
    agents = [reverse("desk:agent", args=[each]) for each in (caretaker, officer)]
    return [*(reverse(f"desk:{name}") for name in names), *agents]


def of_allocation(session: psycopg.Connection, client: Client) -> list[str]:
    person = number(session, "SELECT person_id FROM agents_user WHERE identifier LIKE 'demandeur_1@%'")
    found = reverse("desk:applicants")
    return [found, f"{found}?nom=juju", reverse("desk:applicant", args=[person])]


@pytest.mark.timeout(400)
@pytest.mark.parametrize(
    ("who", "pages"),
    [
        ("auditeur", of_the_auditor),
        ("dpo", of_the_dpo),
        ("gestionnaire_nord", of_an_officer),
        ("responsable_nord", of_an_officer),
        ("siege", of_headquarters),
        ("admin_technique", of_the_administrator),
        ("attribution", of_allocation),
    ],
)
def test_the_pages_of_trust_are_accessible_and_fit_the_screen(
    site: str, superuser: psycopg.Connection, client_as: ClientAs, who: str, pages: Pages
) -> None:
    client = client_as(who)
    # A reading to look at, of someone who has the page of their readings open next.
    client_as("attribution").get(of_allocation(superuser, client)[-1])
    run_mission(client_as, number(superuser, "SELECT id FROM agents_agent WHERE role = 'auditor'"))
    paths = pages(superuser, client)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        complaints = walked(browser, site, client, paths)
        browser.close()
    assert complaints == []
