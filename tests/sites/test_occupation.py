"""The three-year review in the browser: the calendar, what the tenant says, the opinion, who reads what."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

import psycopg
import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from tests.applications import SECRETARY
from tests.commission import MEETING, SEAT_OF_PRESIDENT, SEAT_OF_TENANTS, write_commission
from tests.landlord import Landlord

from palier.attribution.operations.reviewing import file_transfer, open_reviews
from palier.foundation.clock import now, today
from palier.privacy.actor import batch
from palier.privacy.declare import Batch

if TYPE_CHECKING:
    from tests.conftest import ClientAs, Cluster

NUMBER = "1110524000777TEST0"
NAMES = ("Amandier", "Bouleau", "Lucie", "Karim")


@pytest.fixture
def superuser(cluster: "Cluster", own_landlord: Landlord) -> Iterator[psycopg.Connection]:
    """Lucie lives alone in four rooms, on a lease that is three years old today."""
    day = today()
    with cluster.as_superuser(connection.settings_dict["NAME"]) as session:
        write_commission(session, own_landlord)
        session.execute(
            "UPDATE leases_lease SET starts_on = %s WHERE id = 101", [day.replace(year=day.year - 3, day=1)]
        )
        session.execute("UPDATE leases_lease SET starts_on = %s WHERE id <> 101", [day - timedelta(days=90)])
        session.execute("UPDATE estate_dwelling SET rooms = 4, floor_area_m2 = 80 WHERE id = 1101")
        with batch(Batch.ALLOCATION, operator="file d’attente", motive="ATTRIBUTION", command="examens"):
            open_reviews(first_day=day - timedelta(days=40), last_day=day, on=day)
        yield session


@pytest.fixture
def review(superuser: psycopg.Connection) -> int:
    return one(superuser, "SELECT id FROM attribution_occupationreview")


def one(superuser: psycopg.Connection, statement: str) -> int:
    return int((superuser.execute(statement).fetchone() or (0,))[0])


def text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return re.sub("[\u00a0\u202f]", " ", answer.content.decode())


def act(client: Client, superuser: psycopg.Connection, review: int, asked: str, **sent: object) -> int:
    version = one(superuser, "SELECT version FROM attribution_occupationreview")
    path = reverse("desk:occupation_review_do", args=[review])
    return client.post(path, {"geste": asked, "version": version, **sent}).status_code


def step(client: Client, superuser: psycopg.Connection, sitting: int, asked: str, **sent: object) -> int:
    version = one(superuser, "SELECT version FROM attribution_sitting")
    return client.post(
        reverse("desk:sitting_do", args=[sitting]), {"etape": asked, "version": version, **sent}
    ).status_code


def test_a_review_from_the_calendar_to_its_opinion_and_its_solution(
    superuser: psycopg.Connection, review: int, client_as: "ClientAs"
) -> None:
    secretary, member = client_as("secretaire"), client_as("membre_locataires")
    page = text(secretary, reverse("desk:occupation_reviews") + "?situation=UNDER_OCCUPIED")
    assert "À soumettre à la commission (1)" in page
    page += text(secretary, reverse("desk:occupation_review", args=[review]))
    assert "4 pièces pour 1 personne" in page
    assert not [name for name in NAMES if name in page]
    made = {"number": "2026-12", "held_on": today().isoformat(), **MEETING}
    assert secretary.post(reverse("desk:sitting_new"), made).status_code == 302
    sitting = one(superuser, "SELECT id FROM attribution_sitting")
    assert act(secretary, superuser, review, "inscrire", sitting=sitting + 1) == 422
    assert act(secretary, superuser, review, "inscrire", sitting=sitting) == 302
    assert step(secretary, superuser, sitting, "convoquer") == 302
    presences = {
        "version": one(superuser, "SELECT version FROM attribution_sitting"),
        f"presence-{SEAT_OF_PRESIDENT}": "PRESENT",
        f"presence-{SEAT_OF_TENANTS}": "PRESENT",
    }
    assert secretary.post(reverse("desk:sitting_attendance", args=[sitting]), presences).status_code == 302
    assert step(secretary, superuser, sitting, "ouvrir", preside=SEAT_OF_PRESIDENT) == 302
    assert step(secretary, superuser, sitting, "lever") == 422
    point = one(superuser, "SELECT id FROM attribution_opinion")
    path = reverse("desk:sitting_opinion_do", args=[sitting, point])
    assert secretary.post(path, {"geste": "avis", "version": 1, "avis": "AUTRE"}).status_code == 422
    voices = {"geste": "voter", "version": 1, f"voix-{SEAT_OF_TENANTS}": "FOR"}
    assert secretary.post(path, voices).status_code == 302
    assert secretary.post(path, {"geste": "avis", "version": 2, "avis": "SMALLER"}).status_code == 302
    president, agenda = client_as("presidente"), reverse("desk:sitting_agenda", args=[sitting])
    recused = {"geste": "deporter", "point": f"avis-{point}", "membre": SEAT_OF_PRESIDENT}
    assert f'value="avis-{point}"' in text(secretary, reverse("desk:sitting", args=[sitting]))
    assert secretary.post(agenda, {**recused, "point": f"avis-{point + 1}", "version": 4}).status_code == 404
    assert secretary.post(agenda, {**recused, "version": 4}).status_code == 302
    assert "Rose Olivier" in text(secretary, reverse("desk:sitting_opinions", args=[sitting]))
    assert "de 1 avis sur l’occupation" in text(president, reverse("desk:my_sitting", args=[sitting]))
    assert "logement plus petit" not in text(president, reverse("desk:my_opinions", args=[sitting]))
    read = text(member, reverse("desk:my_opinions", args=[sitting]))
    assert "logement plus petit" in read
    assert not [name for name in (*NAMES, "Les Tilleuls") if name in read]
    assert step(secretary, superuser, sitting, "lever") == 302
    late = {"met_on": (today() + timedelta(days=1)).isoformat(), "solution": "STAY", "is_agreed": "OUI"}
    assert act(secretary, superuser, review, "suite", **late) == 422
    assert act(secretary, superuser, review, "suite", **{**late, "met_on": today().isoformat()}) == 302
    assert one(superuser, "SELECT count(*) FROM attribution_occupationreview WHERE state = 'CLOSED'") == 1
    told = superuser.execute(
        "SELECT count(*) FROM privacy_readevent WHERE purpose = 'OCCUPATION' AND subjects = '{1}' AND role = %s",
        ["commission_member"],
    ).fetchone()
    assert told == (1,)


def test_a_transfer_that_is_filed_takes_the_place_of_its_form(
    superuser: psycopg.Connection, review: int, client_as: "ClientAs"
) -> None:
    superuser.execute(
        """UPDATE attribution_occupationreview SET state = 'CLOSED', opinion = 'SMALLER', opinion_on = now(),
                  solution = 'TRANSFER', met_on = now(), is_agreed = true"""
    )
    secretary, shown = client_as("secretaire"), reverse("desk:occupation_review", args=[review])
    assert "Déposer la mutation" in text(secretary, shown)
    with batch(Batch.IMPORT, operator="essai", motive="ATTRIBUTION", command="mutation", agent_id=SECRETARY) as reading:
        filed = file_transfer(review_id=review, number=NUMBER, filed_on=today(), actor=reading.actor, at=now())
    page = text(secretary, shown)
    assert f'<a href="{reverse("desk:application", args=[filed])}">{NUMBER}</a>' in page
    assert "Déposer la mutation" not in page


def test_who_does_not_allocate_finds_no_review(
    superuser: psycopg.Connection, review: int, client_as: "ClientAs"
) -> None:
    for identifier in ("gestionnaire_nord", "membre_locataires"):
        client = client_as(identifier)
        assert client.get(reverse("desk:occupation_review", args=[review])).status_code == 404
        assert act(client, superuser, review, "completer") == 404
    secretary = client_as("secretaire")
    assert secretary.get(reverse("desk:occupation_review", args=[review + 1])).status_code == 404
    assert act(secretary, superuser, review, "autre") == 404
