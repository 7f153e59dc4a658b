"""The landlord's logo at the desk: given, shown, printed on the next documents, replaced, removed, refused."""

import threading
from http import HTTPStatus

import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connections
from django.test import Client
from django.urls import reverse
from tests.conftest import ClientAs, Statement
from tests.documents.test_logo import noise, picture
from tests.landlord import Landlord
from tests.sites.test_desk_setup import CLOSED_TO, told

from palier.estate.logo import redrawn_logo
from palier.estate.operations.landlord_logo import LogoIsTheSame, keep_logo
from palier.foundation.clock import now
from palier.privacy.actor import Actor, acting
from palier.privacy.declare import Role


def give(client: Client, content: bytes) -> HTTPStatus:
    answer = client.post(reverse("desk:landlord_logo"), {"file": SimpleUploadedFile("logo.png", content)})
    return HTTPStatus(answer.status_code)


def history(statement: Statement) -> list[tuple[object, ...]]:
    return statement(
        "SELECT before, after, state, asked_by FROM estate_landlordchange WHERE subject = 'LOGO' ORDER BY id"
    )


@pytest.mark.parametrize("name", CLOSED_TO)
def test_the_logo_does_not_exist_for_other_functions(own_landlord: Landlord, client_as: ClientAs, name: str) -> None:
    client = client_as(name)
    assert give(client, picture()) == HTTPStatus.NOT_FOUND
    assert client.get(reverse("desk:landlord_logo_image")).status_code == HTTPStatus.NOT_FOUND


def test_a_logo_is_given_replaced_and_removed(
    own_landlord: Landlord, client_as: ClientAs, statement: Statement
) -> None:
    client, by = client_as("siege"), own_landlord.agents["siege"]
    image = reverse("desk:landlord_logo_image")
    assert client.get(image).status_code == HTTPStatus.NOT_FOUND
    assert give(client, picture()) == HTTPStatus.FOUND
    answer = client.get(image)
    assert (answer.headers["Content-Type"], answer.content[:4]) == ("image/png", b"\x89PNG")
    assert "Remplacer le logo" in told(client.get(reverse("desk:landlord")))
    first, second = redrawn_logo(picture()).digest[:8], redrawn_logo(noise()).digest[:8]
    # The same again changes nothing, and says so.
    refused = client.post(reverse("desk:landlord_logo"), {"file": SimpleUploadedFile("logo.png", picture())})
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "C’est déjà le logo" in told(refused)
    assert give(client, noise()) == HTTPStatus.FOUND
    assert client.post(reverse("desk:landlord_logo"), {"acte": "retirer"}).status_code == HTTPStatus.FOUND
    assert client.get(image).status_code == HTTPStatus.NOT_FOUND
    lines = history(statement)
    assert [(str(before)[-8:], str(after)[-8:]) for before, after, _, _ in lines] == [
        ("", first), (first, second), (second, "retiré"),
    ]  # fmt: skip
    assert {(state, asked_by) for _, _, state, asked_by in lines} == {("APPLIED", by)}
    # Documents already made bear them: both are still there.
    assert statement("SELECT count(*) FROM estate_landlordlogo") == [(2,)]
    # Removed once: a second time says that there is none.
    page = client.post(reverse("desk:landlord_logo"), {"acte": "retirer"}, follow=True)
    assert "il n’y a rien à retirer" in told(page)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"<svg onload='x'/>", "exportez-le en PNG"),
        (b"MZ pas une image", "n’est pas une image PNG ou JPEG lisible"),
        (picture((20, 20)), "moins de 40 points"),
        (bytes(3 * 1024 * 1024), "trop lourd"),
    ],
    ids=["svg", "program", "small", "heavy"],
)
def test_a_wrong_file_is_refused_and_nothing_moves(
    own_landlord: Landlord, client_as: ClientAs, statement: Statement, content: bytes, sentence: str
) -> None:
    answer = client_as("admin_technique").post(
        reverse("desk:landlord_logo"), {"file": SimpleUploadedFile("logo.png", content)}
    )
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert sentence in told(answer)
    assert history(statement) == []
    assert statement("SELECT count(*) FROM estate_landlordlogo") == [(0,)]


def test_two_at_once_keep_one_logo(own_landlord: Landlord, statement: Statement) -> None:
    outcomes: list[str] = []

    def work() -> None:
        actor = Actor(
            role=Role.HEADQUARTERS, name="Siège", agent_id=own_landlord.agents["siege"], purpose="EXPLOITATION"
        )
        try:
            with acting(actor):
                keep_logo(picture(), by=own_landlord.agents["siege"], at=now())
            outcomes.append("kept")
        except LogoIsTheSame:
            outcomes.append("same")
        finally:
            connections.close_all()

    both = [threading.Thread(target=work) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(outcomes) == ["kept", "same"]
    assert len(history(statement)) == 1


def test_a_kept_logo_is_never_changed(
    own_landlord: Landlord, client_as: ClientAs, superuser: psycopg.Connection
) -> None:
    give(client_as("siege"), picture())
    actor = Actor(role=Role.HEADQUARTERS, name="Siège", agent_id=own_landlord.agents["siege"], purpose="EXPLOITATION")
    for change in ("UPDATE estate_landlordlogo SET width = 1", "DELETE FROM estate_landlordlogo"):
        with pytest.raises(DatabaseError), acting(actor), connections["default"].cursor() as cursor:
            cursor.execute(change)
    assert superuser.execute("SELECT count(*) FROM estate_landlordlogo WHERE width > 1").fetchone() == (1,)
