"""A letter to a list of the desk: the list's own leases, found again under the rights of who writes, never a number."""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import urlencode
from uuid import uuid4

import psycopg
import pytest
from tests.conftest import ClientAs
from tests.landlord import Landlord, insert
from tests.operations.test_openings import protect
from tests.sites.answers import text_of
from tests.sites.test_desk_mail import MAIL, NEW, TEXT, context, number_in, posted

from palier.correspondence.tasks import try_sending
from palier.foundation.clock import now, today

LIFT = 7_001
START = f"{MAIL}envois/nouveau/"
TOLD = re.compile(r'<a [^>]*href="([^"]+)"[^>]*>(?:<svg.*?</svg>)?Écrire à ces locataires')
PLACES = {101: (1, 11), 102: (3, 12), 201: (4, 21)}
CHANNEL = {"liste": "CHANNEL", "mot": "PRINT", "mois": "2026-10"}


@pytest.fixture(autouse=True)
def listed(superuser: psycopg.Connection, own_landlord: Landlord) -> None:
    """One lift and its three households, one of another agency; each late, asked for a delay, got a notice on paper."""
    lift = {"id": LIFT, "residence_id": 11, "place": "LIFT", "equipment": "LIFT", "symptom": "BROKEN", "trade": ""}
    lift |= {"urgency": "TODAY", "state": "OPEN", "closing": "", "opened_by_id": 1, "opened_at": now()}
    insert(superuser, "maintenance_ticket", [lift])
    for lease, (person, residence) in PLACES.items():
        of_lease = {"lease_id": lease, "residence_id": residence}
        asked = {"ticket_id": LIFT, "person_id": person, "source": "PHONE", "key": uuid4(), "at": now()}
        asked |= dict.fromkeys(("danger", "since", "access", "rating", "complaint"), "")
        insert(superuser, "maintenance_repairrequest", [of_lease | asked | {"guide_version": "1"}])
        sent = {"document_id": lease, "kind": "AVIS_ECHEANCE", "month": "2026-10-01", "channel": "PRINT", "code": ""}
        sent |= {"state": "ACCEPTED", "is_protected": False, "routed_at": now(), "tries": 0, "reference": ""}
        insert(superuser, "dispatch_sending", [of_lease | sent | {"return_reason": ""}])
        delay = {"account_id": lease, "person_id": person, "key": uuid4(), "debt_cents": 30_000, "parts": 3}
        delay |= {"first_on": today() + timedelta(days=12), "state": "ASKED", "ground": "", "asked_at": now()}
        insert(superuser, "recovery_delay", [of_lease | delay | {"answer_due_on": today()}])


@pytest.fixture
def version(client_as: ClientAs, superuser: psycopg.Connection) -> int:
    posted(client_as("siege"), NEW, TEXT)
    (number,) = superuser.execute("SELECT id FROM correspondence_templateversion").fetchone() or (0,)
    return int(number)


def letters(superuser: psycopg.Connection, sending: int) -> list[tuple[int, str]]:
    return superuser.execute(
        "SELECT lease_id, refusal_code FROM correspondence_letter WHERE sending_id = %s ORDER BY lease_id", [sending]
    ).fetchall()


@pytest.mark.parametrize(
    ("page", "said", "expected"),
    [
        (f"/bureau/proximite/demandes/{LIFT}/", f"Foyers de la demande technique {LIFT}", [101, 102]),
        ("/bureau/patrimoine/residences/12/?bat=A&vue=RETARD", "Les Pins, bâtiment A, en retard", [102]),
        ("/bureau/delais/", "tous ceux en cours", [101, 102]),
        ("/bureau/envois/?mois=2026-10", "lot à imprimer", [101, 102]),
    ],
    ids=["lift", "residence", "delays", "channel"],
)
def test_the_dry_run_is_the_list_of_its_page(
    client_as: ClientAs, superuser: psycopg.Connection, version: int, page: str, said: str, expected: list[int]
) -> None:
    north = client_as("responsable_nord")
    found = TOLD.search(text_of(north.get(page)))
    assert found is not None
    start = unescape(found[1])
    shown = text_of(north.get(start))
    assert said in shown
    assert f"Écrire à {len(expected)} ba" in shown.replace("\u00a0", " ")
    here = north.post(start, {"version": version}).headers["Location"]
    sending = number_in(here)
    # Frozen: who leaves the list meanwhile keeps their letter.
    superuser.execute("DELETE FROM maintenance_repairrequest")
    agent = superuser.execute("SELECT selected_by FROM correspondence_sending").fetchone() or (0,)
    try_sending.func(context(1), sending_id=sending, asked_by=agent[0])
    assert letters(superuser, sending) == [(lease, "") for lease in expected]
    assert said in text_of(north.get(here))
    # Headquarters reads what was chosen, and has no door to a page that is not theirs.
    assert said in text_of(client_as("siege").get(here))


def test_a_protected_household_of_the_list_is_told_to_nobody(
    client_as: ClientAs, superuser: psycopg.Connection, own_landlord: Landlord, version: int
) -> None:
    protect(own_landlord, 3)
    north = client_as("responsable_nord")
    start = f"{START}?liste=TICKET&de={LIFT}"
    assert "Écrire à 1 bail" in text_of(north.get(start)).replace("\u00a0", " ")
    here = north.post(start, {"version": version}).headers["Location"]
    sending = number_in(here)
    try_sending.func(context(1), sending_id=sending, asked_by=own_landlord.agents["responsable_nord"])
    assert letters(superuser, sending) == [(101, ""), (102, "PROTECTED")]
    assert "L102" not in text_of(north.get(here))


def test_a_list_that_is_unknown_or_not_shown_to_that_function_is_refused(
    client_as: ClientAs, superuser: psycopg.Connection, version: int
) -> None:
    wrong: tuple[tuple[str, dict[str, object]], ...] = (
        ("responsable_nord", {"liste": "LEASES"}),
        ("responsable_nord", {"liste": "TICKET"}),
        ("responsable_nord", {"liste": "TICKET", "de": "101,102"}),
        ("responsable_nord", {"liste": "RESIDENCE", "de": 11, "vue": "true"}),
        ("responsable_nord", CHANNEL | {"mois": "2026-13"}),
        ("responsable_nord", {"liste": "DELAYS", "vue": "REFUSED"}),
        # Requests for repairs are their agency's; whoever writes to no list finds no list.
        ("siege", {"liste": "TICKET", "de": LIFT}),
        ("gestionnaire_nord", {"liste": "TICKET", "de": LIFT}),
    )
    for who, query in wrong:
        browser, start = client_as(who), f"{START}?{urlencode(query)}"
        assert browser.get(start).status_code == 404, query
        assert browser.post(start, {"version": version}).status_code == 404, query
    # Another agency’s residence, and another’s households, are empty lists.
    for query in ({"liste": "RESIDENCE", "de": 21}, CHANNEL | {"mot": "VAULT"}):
        start = f"{START}?{urlencode(query)}"
        assert client_as("responsable_nord").post(start, {"version": version}).status_code == 422, query
    assert superuser.execute("SELECT count(*) FROM correspondence_sending").fetchone() == (0,)
    assert "Écrire à ces locataires" not in text_of(client_as("gestionnaire_nord").get("/bureau/delais/"))
