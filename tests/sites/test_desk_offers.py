"""Letters and offers at the desk: who opens them, the letter that is read leaves a trace, an answer and a signature."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

import psycopg
import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from playwright.sync_api import sync_playwright
from psycopg.types.json import Jsonb
from tests.allocation import HER_DECISION, SITTING, VACANCY, write_sealed_sitting
from tests.applications import HER_NUMBER, HERS, INES, write_applications
from tests.landlord import Landlord
from tests.operations.test_offers import letter_of, letters, offered
from tests.sites.chromium import CHROMIUM, FLAGS
from tests.sites.looking import walked
from tests.sites.test_commission_browser import site

from palier.foundation.clock import today

if TYPE_CHECKING:
    from tests.conftest import Cluster

ClientAs = Callable[[str], Client]
__all__ = ["site"]


@pytest.fixture
def superuser(cluster: "Cluster", own_landlord: Landlord) -> Iterator[psycopg.Connection]:
    with cluster.as_superuser(connection.settings_dict["NAME"]) as session:
        write_applications(session, own_landlord)
        write_sealed_sitting(session)
        yield session


def test_only_those_who_allocate_open_letters_and_offers(superuser: psycopg.Connection, client_as: ClientAs) -> None:
    number = offered(superuser)
    letter = letter_of(superuser, HER_DECISION, "OFFER")
    paths = (
        reverse("desk:offers"),
        reverse("desk:offer", args=[number]),
        reverse("desk:sitting_letters", args=[SITTING]),
        reverse("desk:letter", args=[letter]),
    )
    assert [client_as("secretaire").get(path).status_code for path in paths] == [200] * 4
    for stranger in ("gestionnaire_nord", "siege", "comptable", "dpo", "auditeur"):
        assert [client_as(stranger).get(path).status_code for path in paths] == [404] * 4, stranger
    assert client_as("secretaire").get(reverse("desk:offer", args=[999])).status_code == 404
    assert client_as("secretaire").get(reverse("desk:letter", args=[999])).status_code == 404


def test_a_letter_is_a_pdf_and_its_reading_is_traced_to_the_person(
    superuser: psycopg.Connection, client_as: ClientAs
) -> None:
    letters()
    answer = client_as("secretaire").get(reverse("desk:letter", args=[letter_of(superuser, HER_DECISION, "OFFER")]))
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer.content.startswith(b"%PDF")
    traced = superuser.execute(
        "SELECT subjects, role, purpose FROM privacy_readevent WHERE screen = 'lettre d’attribution'"
    ).fetchall()
    assert traced == [([INES], "commission_secretary", "ATTRIBUTION")]


def test_lists_of_offers_bear_no_name(superuser: psycopg.Connection, client_as: ClientAs) -> None:
    number = offered(superuser)
    for path in (
        reverse("desk:offers"),
        reverse("desk:offer", args=[number]),
        reverse("desk:sitting_letters", args=[SITTING]),
    ):
        shown = client_as("secretaire").get(path).content.decode()
        assert "Érable" not in shown
        assert "Figuier" not in shown


def test_a_refusal_without_a_motive_is_said_on_the_page(superuser: psycopg.Connection, client_as: ClientAs) -> None:
    number = offered(superuser)
    answer = client_as("secretaire").post(
        reverse("desk:offer_answer", args=[number]), {"reponse": "NON", "motif": "", "le": today().isoformat()}
    )
    assert answer.status_code == 422
    assert "Un refus dit pourquoi" in answer.content.decode()
    assert superuser.execute("SELECT state FROM attribution_offer").fetchone() == ("SENT",)


def test_receiving_answering_and_signing_by_the_pages(superuser: psycopg.Connection, client_as: ClientAs) -> None:
    letters()
    secretary, letter = client_as("secretaire"), letter_of(superuser, HER_DECISION, "OFFER")
    late = {"recue_le": (today() + timedelta(days=2)).isoformat(), "moyen": "LRAR"}
    secretary.post(reverse("desk:letter_received", args=[letter]), late)
    assert superuser.execute("SELECT count(*) FROM attribution_offer").fetchone() == (0,)
    secretary.post(reverse("desk:letter_received", args=[letter]), {**late, "recue_le": today().isoformat()})
    row = superuser.execute("SELECT id FROM attribution_offer").fetchone()
    assert row is not None
    offer = row[0]
    said = {"reponse": "OUI", "motif": "", "le": today().isoformat()}
    assert secretary.post(reverse("desk:offer_answer", args=[offer]), said).status_code == 302
    assert superuser.execute("SELECT state FROM attribution_offer").fetchone() == ("ACCEPTED",)
    signed = {"signe_le": today().isoformat(), "debut": today().isoformat(), "depot": "432,10"}
    assert secretary.post(reverse("desk:offer_sign", args=[offer]), signed).status_code == 302
    assert superuser.execute(
        "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'palier.attribution.tasks.write_lease'"
    ).fetchone() == (1,)


@pytest.mark.browser
@pytest.mark.timeout(400)
def test_the_pages_are_accessible_and_fit_the_screen(
    site: str, superuser: psycopg.Connection, client_as: ClientAs
) -> None:
    number = offered(superuser)
    at_desk = (
        reverse("desk:offers"),
        reverse("desk:offer", args=[number]),
        reverse("desk:sitting_letters", args=[SITTING]),
    )
    at_home = (reverse("home:application"), reverse("home:own_offer", args=[HERS, number]))
    pages = [
        *((client_as("secretaire"), path) for path in at_desk),
        *((client_as("demandeuse"), path) for path in at_home),
    ]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        complaints = [wrong for client, path in pages for wrong in walked(browser, site, client, [path])]
        browser.close()
    assert complaints == []


def test_who_holds_something_elsewhere_is_said_to_who_proposes_them_and_not_barred(
    superuser: psycopg.Connection, client_as: ClientAs
) -> None:
    other = 99
    superuser.execute(
        """INSERT INTO attribution_vacancy SELECT (jsonb_populate_record(v, %s)).* FROM attribution_vacancy AS v""",
        [Jsonb({"id": other, "dwelling_id": 2102, "state": "ORIENTED"})],
    )
    superuser.execute("UPDATE estate_residence SET commune = '93066'")
    superuser.execute("UPDATE demandes_resources SET n2_year = 2024, n2_cents = 99999900")
    officer, page = client_as("attribution"), reverse("desk:matching", args=[other])
    add = {"number": HER_NUMBER, "source": "OFFICER"}
    said = officer.post(reverse("desk:candidate_add", args=[other]), add, follow=True).content.decode()
    assert "Un autre logement est attribué au rang 1 à cette demande" in said
    assert "Cette demande est non recevable\u00a0: ressources au-dessus du plafond." in said
    number = offered(superuser)
    until = superuser.execute("SELECT to_char(expires_on, 'DD/MM/YYYY') FROM attribution_offer").fetchone() or ("",)
    told = f"Une proposition court déjà pour cette demande, jusqu’au {until[0]}."
    assert told in officer.get(page).content.decode()
    assert told not in officer.get(reverse("desk:matching", args=[VACANCY])).content.decode()
    # On the agenda of a sitting that is prepared, the secretary reads it beside the sheets.
    superuser.execute(
        """INSERT INTO attribution_sitting SELECT (jsonb_populate_record(s, %s)).* FROM attribution_sitting AS s""",
        [Jsonb({"id": 98, "number": "CAL-TEST-2", "state": "DRAFT", "held_on": f"{today()}"})],
    )
    secretary, agenda = client_as("secretaire"), reverse("desk:sitting_agenda", args=[98])
    assert secretary.post(agenda, {"geste": "inscrire", "vacancy": other, "version": 1}).status_code == 302
    item = superuser.execute("SELECT id FROM attribution_item WHERE sitting_id = 98").fetchone() or (0,)
    assert told in secretary.get(reverse("desk:commission_item", args=[item[0]])).content.decode()
    superuser.execute("UPDATE attribution_offer SET state = 'ACCEPTED' WHERE id = %s", [number])
    assert "Un autre logement est déjà accepté pour cette demande." in officer.get(page).content.decode()
    superuser.execute("UPDATE attribution_offer SET state = 'REFUSED' WHERE id = %s", [number])
    page_after = officer.get(page).content.decode()
    assert [each for each in (told, "déjà accepté", "au rang 1 à cette demande") if each in page_after] == []
