"""Applications at the desk: who instructs a file sees it whole, a colleague without names, everyone else nothing."""

import io
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from PIL import Image
from tests.applications import HER_NUMBER, HERS, HIS, HIS_NUMBER, MOTHER, write_applications
from tests.landlord import Landlord

if TYPE_CHECKING:
    from tests.conftest import ClientAs, Cluster

LIST = reverse("desk:applications")
HER_FILE = reverse("desk:application", args=[HERS])
HIS_FILE = reverse("desk:application", args=[HIS])
HER_PIECES = reverse("desk:application_pieces", args=[HERS])


@pytest.fixture
def superuser(cluster: "Cluster", own_landlord: Landlord) -> Iterator[psycopg.Connection]:
    with cluster.as_superuser(connection.settings_dict["NAME"]) as session:
        write_applications(session, own_landlord)
        yield session


@pytest.fixture
def officer(superuser: psycopg.Connection, client_as: "ClientAs") -> Client:
    return client_as("attribution")


def _text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return re.sub("[\u00a0\u202f]", " ", answer.content.decode())


def _photo() -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (300, 200), "navy").save(out, "JPEG")
    return SimpleUploadedFile("carte.jpg", out.getvalue(), content_type="image/jpeg")


def _asked(officer: Client) -> int:
    assert officer.post(HER_PIECES, {"piece": f"IDENTITE:{MOTHER}"}).status_code == 302
    page = _text(officer, HER_PIECES)
    found = re.search(rf"{HER_PIECES}(\d+)/recevoir/", page)
    assert found
    return int(found[1])


def test_the_list_shows_numbers_and_a_name_beside_ones_own_files_alone(officer: Client) -> None:
    page = _text(officer, LIST)
    assert HER_NUMBER in page
    assert HIS_NUMBER in page
    assert "Érable Inès" in page
    assert "Figuier" not in page
    for query, hers, his in (
        ("?vue=miens", True, False),
        ("?commune=93001", False, True),
        ("?numero=1110524000501", True, False),
        ("?etat=RADIATED", False, False),
        ("?priorite=DALO", False, False),
        ("?parcours=FIRST&tri=-echeance", True, True),
    ):
        page = _text(officer, LIST + query)
        assert (HER_NUMBER in page.partition("<table")[2], HIS_NUMBER in page.partition("<table")[2]) == (hers, his)
    assert officer.get(LIST + "?etat=INVENTE").status_code == 422


def test_a_file_is_whole_for_who_instructs_it_and_bare_for_a_colleague(officer: Client, client_as: "ClientAs") -> None:
    mine = _text(officer, HER_FILE)
    for shown in ("Inès Érable", "Théo Érable", "15 000,00", "700,00", "Salaire"):
        assert shown in mine, shown
    for client in (client_as("attribution_sud"), client_as("secretaire")):
        bare = _text(client, HER_FILE)
        assert HER_NUMBER in bare
        for hidden in ("Érable", "Théo", "15 000,00", "700,00", "Salaire", "/pieces/"):
            assert hidden not in bare, hidden
        assert client.get(HER_PIECES).status_code == 404


def test_no_other_function_reaches_applications(superuser: psycopg.Connection, client_as: "ClientAs") -> None:
    for identifier in ("gestionnaire_nord", "gardien_nord", "comptable", "travailleuse_sociale"):
        client = client_as(identifier)
        for path in (LIST, HER_FILE, HER_PIECES, reverse("desk:interview")):
            assert client.get(path).status_code in (302, 404), (identifier, path)


def test_a_piece_is_asked_given_examined_and_downloaded_by_who_instructs(
    officer: Client, client_as: "ClientAs", superuser: psycopg.Connection
) -> None:
    piece_id = _asked(officer)
    give = reverse("desk:piece_give", args=[HERS, piece_id])
    assert officer.post(give, {"file": _photo()}).status_code == 302
    path = reverse("desk:piece_file", args=[HERS, piece_id])
    answer = officer.get(path)
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == f'attachment; filename="identite-{piece_id}.jpg"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    # The reading is written: who, of whom, on which screen.
    assert superuser.execute(
        "SELECT count(*) FROM privacy_readevent WHERE screen = 'fichier d’une pièce' AND subjects = '{5}'"
    ).fetchone() == (1,)
    stranger = client_as("attribution_sud")
    judge = reverse("desk:piece_judge", args=[HERS, piece_id])
    assert stranger.get(path).status_code == 404
    assert stranger.post(judge, {"ground": ""}).status_code == 404
    # Reached by the address of another file, it does not exist.
    assert stranger.get(reverse("desk:piece_file", args=[HIS, piece_id])).status_code == 404
    assert officer.post(judge, {"ground": "ILLISIBLE"}).status_code == 302
    assert officer.get(path).status_code == 404


def test_a_file_that_is_not_taken_is_said_and_its_trace_kept(officer: Client, superuser: psycopg.Connection) -> None:
    piece_id = _asked(officer)
    give = reverse("desk:piece_give", args=[HERS, piece_id])
    for name, content in (("vide.pdf", b""), ("dessin.svg", b"<svg><script>1</script></svg>")):
        answer = officer.post(give, {"file": SimpleUploadedFile(name, content, content_type="application/pdf")})
        assert answer.status_code == 422
        assert "Rien n’en est gardé." in answer.content.decode()
    assert superuser.execute("SELECT kind, outcome FROM demandes_refusedpaper").fetchall() == [
        ("UNREADABLE", "DESTROYED"), ("UNREADABLE", "DESTROYED"),
    ]  # fmt: skip


def test_what_the_list_does_not_allow_is_refused_and_a_paper_given_back_is_noted(
    officer: Client, superuser: psycopg.Connection
) -> None:
    for wanted in (f"CERTIFICAT_MEDICAL:{MOTHER}", "GROSSESSE:menage", "", f"IDENTITE:{MOTHER + 100}"):
        assert officer.post(HER_PIECES, {"piece": wanted}).status_code == 422, wanted
    noted = reverse("desk:paper_given_back", args=[HERS])
    assert officer.post(noted, {"kind": "HEALTH", "outcome": "GIVEN_BACK"}).status_code == 302
    assert officer.post(noted, {"kind": "CANCER", "outcome": "GIVEN_BACK"}).status_code == 422
    assert "Document médical, rendu" in _text(officer, HER_PIECES)
    assert superuser.execute("SELECT count(*) FROM demandes_piece").fetchone() == (0,)


def test_the_interview_says_what_may_not_be_asked(officer: Client) -> None:
    page = _text(officer, reverse("desk:interview"))
    for said in ("À quoi ça sert", "Ne se demande pas", "La religion", "le diagnostic", "Le pays d’origine"):
        assert said in page, said
