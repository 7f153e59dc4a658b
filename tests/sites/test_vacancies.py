"""Vacancies, reservations and figures on screen: those who allocate, a public page, and nobody else."""

import re
from contextlib import closing
from datetime import UTC, date, datetime
from html import unescape
from pathlib import Path

import psycopg
import pytest
from django.test import Client
from django.urls import reverse
from tests.conftest import ClientAs
from tests.documents.test_render import text_of as text_of_pdf
from tests.landlord import Landlord
from tests.operations.allocating import ELISE, MONDAY, reserved, vacancy, with_allocation
from tests.operations.test_vacancies import by_night, oriented, sign

from palier.attribution.models import Holder, Orientation, ReservationConvention, Vacancy, VacancySpell
from palier.attribution.operations.figures import publish_figures
from palier.foundation import clock
from palier.privacy.actor import acting

STRANGERS = (
    "gestionnaire_nord", "responsable_nord", "siege", "comptable", "dpo", "admin_technique", "auditeur",
    "travailleuse_sociale",
)  # fmt: skip
VACANCIES, RESERVATIONS = "/bureau/vacances/", "/bureau/reservations/"
FIGURES = "/chez-moi/attributions/"


@pytest.fixture
def office(own_landlord: Landlord, superuser: psycopg.Connection) -> psycopg.Connection:
    with_allocation(superuser)
    return superuser


@pytest.fixture
def oriented_vacancy(office: psycopg.Connection) -> Vacancy:
    with acting(ELISE):
        reserved("ALS", "3", 6000)
        found = vacancy()
        oriented(found)
    return found


def said(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    text = re.sub(r"<[^>]+>", " ", answer.content.decode().partition("<main")[2])
    return " ".join(unescape(text).replace("\u00a0", " ").replace("\u202f", " ").split())


def status(client: Client, page: str) -> int:
    answer = client.get(page)
    answer.close()
    return answer.status_code


def sheet(client: Client, page: str) -> str:
    with closing(client.get(page)) as answer:
        return b"".join(answer.streaming_content).decode("utf-8-sig")


def test_those_who_allocate_open_every_page_and_nobody_else_finds_one(
    oriented_vacancy: Vacancy, client_as: ClientAs
) -> None:
    with acting(ELISE):
        holder = Holder.objects.get().pk
    pages = [
        VACANCIES,
        f"{VACANCIES}annoncer/?residence=11",
        f"{VACANCIES}{oriented_vacancy.pk}/",
        f"{VACANCIES}vacances.csv",
        RESERVATIONS,
        f"{RESERVATIONS}chiffres/",
        f"{RESERVATIONS}bilan/{holder}/bilan.csv",
    ]
    for name in ("attribution", "secretaire_caleol"):
        client = client_as(name)
        assert [status(client, page) for page in pages] == [200] * len(pages)
    for name in STRANGERS:
        client = client_as(name)
        assert [status(client, page) for page in pages] == [404] * len(pages), name
        assert client.post(f"{VACANCIES}{oriented_vacancy.pk}/", {"acte": "REMETTRE"}).status_code == 404
    with acting(ELISE):
        assert Vacancy.objects.get().state == "ORIENTED"


def test_a_dwelling_goes_from_announced_to_oriented_and_back(office: psycopg.Connection, client_as: ClientAs) -> None:
    client = client_as("attribution")
    with acting(ELISE):
        reserved("ALS", "3", 6000)
    answer = client.post(
        f"{VACANCIES}annoncer/?residence=11",
        {
            "dwelling": "1102", "announced_on": "2026-11-02", "expected_on": "2026-10-31",
            "available_on": "2026-11-10", "rent": "412,30", "charges": "87",
        },
    )  # fmt: skip
    with acting(ELISE):
        found = Vacancy.objects.get()
    page = reverse("desk:vacancy", args=[found.pk])
    assert (answer.status_code, answer.headers["Location"]) == (302, page)
    assert (found.rent_cents, found.charges_cents) == (41_230, 8_700)
    assert "Als : 0,60 dû sur un flux de 1 logement (60,00 %), 0 orienté : en retard de 0,60" in said(client, page)
    client.post(page, {"acte": "DEBUT", "cause": "WORKS", "first_day": "2026-11-03"})
    client.post(page, {"acte": "FIN", "last_day": "2026-11-12", "cost": "250,00"})
    with acting(ELISE):
        assert VacancySpell.objects.get().cost_cents == 25_000
        version = Vacancy.objects.get().version
    client.post(page, {"acte": "ORIENTER", "holder": "", "chosen_for": "", "version": version})
    text = said(client, page)
    assert "Als (employeurs, Action Logement)" in text
    assert "Le plus en retard sur sa part du flux" in text
    assert "Remettre à disposition" in text
    client.post(page, {"acte": "REMETTRE"})
    with acting(ELISE):
        assert Vacancy.objects.get().state == "OPEN"
        assert Orientation.objects.get().released_on == clock.today()


def test_a_wrong_form_is_answered_and_changes_nothing(office: psycopg.Connection, client_as: ClientAs) -> None:
    client = client_as("attribution")
    with acting(ELISE):
        page = reverse("desk:vacancy", args=[vacancy().pk])
    for sent in (
        {"acte": "DEBUT", "cause": "AUTRE", "first_day": "hier"},
        {"acte": "RETIRER", "cause": "", "version": 1},
        {"acte": "PREVISION", "available_on": "", "version": 1},
    ):
        assert client.post(page, sent).status_code == 422
    assert client.post(page, {"acte": "AUTRE"}).status_code == 404
    assert client.post(f"{VACANCIES}annoncer/?residence=11", {"dwelling": "1102"}).status_code == 422
    # A version already passed: someone else changed it since.
    client.post(page, {"acte": "PREVISION", "available_on": "2026-12-24", "version": 7})
    assert "Quelqu’un d’autre vient de changer cette vacance" in said(client, page)
    with acting(ELISE):
        assert Vacancy.objects.get().available_on == MONDAY
    assert client.get(f"{VACANCIES}999999/").status_code == 404


def test_the_list_keeps_by_state_holder_and_delay(
    oriented_vacancy: Vacancy, office: psycopg.Connection, client_as: ClientAs
) -> None:
    client = client_as("attribution")
    with acting(ELISE):
        vacancy(1202)
        als = Holder.objects.get(code="ALS").pk
        Orientation.objects.all().update(released_on=None)
    assert "2 logements" in said(client, VACANCIES)
    assert "Les Pins" not in said(client, f"{VACANCIES}?reservataire={als}")
    assert "Les Tilleuls" not in said(client, f"{VACANCIES}?etat=OPEN")
    assert "Aucun logement ici" in said(client, f"{VACANCIES}?vue=HORS_FLUX")
    assert "1 logement à orienter" in said(client, "/bureau/")
    office.execute("UPDATE attribution_vacancy SET withdrawn_for = 'NPNRU' WHERE state = 'OPEN'")
    # Out of the flow: nobody orients it, the first page does not ask for it.
    assert "à orienter" not in said(client, "/bureau/")
    assert "Aucun logement ici" in said(client, f"{VACANCIES}?etat=OPEN&vue=DANS_LE_FLUX")
    office.execute("UPDATE attribution_vacancy SET withdrawn_for = '' WHERE state = 'OPEN'")
    assert "Les Pins" in sheet(client, f"{VACANCIES}vacances.csv?etat=OPEN")


def test_the_manager_of_an_agency_follows_its_dwellings_alone(oriented_vacancy: Vacancy, client_as: ClientAs) -> None:
    with acting(ELISE):
        vacancy(2102)
    followed = reverse("desk:agency_vacancies")
    north, south = client_as("responsable_nord"), client_as("responsable_sud")
    told = said(north, followed)
    assert "Les Tilleuls" in told
    assert "als" in told.lower()
    assert "Les Oliviers" not in told
    assert "Annoncer" not in told
    assert "Les Tilleuls" not in said(south, followed)
    sent = sheet(south, f"{followed}vacances.csv")
    assert "Les Oliviers" in sent
    assert "Les Tilleuls" not in sent
    assert [status(north, page) for page in (VACANCIES, f"{VACANCIES}{oriented_vacancy.pk}/")] == [404, 404]
    assert client_as("gestionnaire_nord").get(followed).status_code == 404


def test_holders_and_conventions_are_written_and_ended_on_screen(
    office: psycopg.Connection, client_as: ClientAs
) -> None:
    client = client_as("secretaire_caleol")
    client.post(RESERVATIONS, {"acte": "RESERVATAIRE", "code": "prefet", "name": "Préfet de Paris", "contingent": "2"})
    with acting(ELISE):
        prefet = Holder.objects.get().pk
    sent = {
        "acte": "CONVENTION", "holder": prefet, "territory": "75", "first_day": "2026-01-01", "last_day": "",
        "share": "31", "propose_within_days": "20", "managed_in": "FLOW",
    }  # fmt: skip
    refused = client.post(RESERVATIONS, sent)
    assert refused.status_code == 422
    assert "ne dépasse pas 30" in unescape(refused.content.decode())
    assert client.post(RESERVATIONS, {**sent, "share": "30"}).status_code == 302
    page = said(client, RESERVATIONS)
    assert "Préfet de Paris" in page
    assert "30,00 %" in page
    with acting(ELISE):
        convention = ReservationConvention.objects.get().pk
    client.post(RESERVATIONS, {"acte": "FIN", "convention": convention, "dernier_jour": "2026-12-31"})
    with acting(ELISE):
        assert ReservationConvention.objects.get().last_day == date(2026, 12, 31)
    client.post(RESERVATIONS, {"acte": "FIN", "convention": convention, "dernier_jour": ""})
    assert client.get(f"{RESERVATIONS}?annee=1990").status_code == 404


def test_the_yearly_report_is_a_pdf_and_a_sheet(oriented_vacancy: Vacancy, client_as: ClientAs, tmp_path: Path) -> None:
    client = client_as("attribution")
    with acting(ELISE):
        als = Holder.objects.get(code="ALS").pk
    pdf = client.get(f"{RESERVATIONS}bilan/{als}/bilan.pdf?annee=2026")
    text = " ".join(text_of_pdf(pdf.content, tmp_path).split())
    assert "Bilan 2026 des réservations" in text
    assert "28/02/2027" in text
    assert "de construction" in text
    lines = sheet(client, f"{RESERVATIONS}bilan/{als}/bilan.csv").splitlines()
    assert [line.split(";") for line in lines] == [
        ["Critère", "Valeur", "Proposés", "Attribués"],
        ["Typologie", "T3", "1", "0"],
        ["Financement", "PLUS", "1", "0"],
        ["Quartier prioritaire", "hors QPV", "1", "0"],
        ["Commune", "Paris", "1", "0"],
        ["Période de construction", "année inconnue", "1", "0"],
    ]
    assert client.get(f"{RESERVATIONS}bilan/999999/bilan.pdf").status_code == 404


def test_the_public_reads_figures_without_small_numbers_and_without_signing_in(
    office: psycopg.Connection, client_as: ClientAs
) -> None:
    sign(office, 28, first_quartile=False)
    sign(office, 12, first_quartile=True, dalo=True)
    sign(office, 7, qpv=True, first_quartile=False)
    sign(office, 6, qpv=True, first_quartile=True)
    anyone = Client()
    assert "Aucun chiffre n’est encore publié" in said(anyone, FIGURES)
    by_night(lambda: publish_figures(year=2026, at=datetime(2027, 3, 1, 5, tzinfo=UTC)))
    page = said(anyone, FIGURES)
    assert "53 baux signés" in page
    assert "arrêtés au 31/12/2026, publiés le 01/03/2027" in page
    # Twelve of forty outside; in QPV, seven and six of thirteen: both hidden, thirteen shown.
    assert "ou relogés 12 40 30,0 % 25 %" in page
    assert "trois autres quartiles caché 13 – 50 %" in page
    assert not re.search(r"(?<![\d,])[67](?![\d,]|%)", page.partition("Ressources et quartiers")[2].partition("<")[0])
    assert anyone.get(f"{FIGURES}?annee=2025").status_code == 404
    assert anyone.get(f"{FIGURES}?annee=x").status_code == 404
    assert anyone.post(FIGURES).status_code == 405
    # Inside, whole.
    assert "7 13 53,8 %" in said(client_as("attribution"), f"{RESERVATIONS}chiffres/?annee=2026")
