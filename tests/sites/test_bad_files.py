"""Bad files and absent neighbours where a tenant gives a paper or a photo: a sentence, and nothing kept."""

import io
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image
from tests.documents.test_s3 import KEY, SECRET, serving
from tests.operations.test_vault import one_page
from tests.rules.test_antivirus import clamd
from tests.sites.answers import text_of
from tests.sites.test_home import ClientAs

from palier.foundation.home import Home
from palier.mail.keys import wrapped

COUNTS = """SELECT (SELECT count(*) FROM mail_deposit), (SELECT count(*) FROM mail_vaultevent),
                   (SELECT count(*) FROM maintenance_ticket), (SELECT count(*) FROM maintenance_ticketphoto)"""


@pytest.fixture
def tenant(
    superuser: psycopg.Connection, client_as: ClientAs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Client:
    # The secret of the tests' own home is read once a process: never that of this folder.
    wrapped(b"k" * 32)
    monkeypatch.setattr(settings, "DOCUMENT_ROOT", tmp_path / "documents")
    return client_as("locataire")


def picture(width: int, height: int) -> bytes:
    out = io.BytesIO()
    Image.new("1", (width, height)).save(out, "PNG")
    return out.getvalue()


def refused(tenant: Client, direct: psycopg.Connection, *, paper: bytes, photo: bytes) -> tuple[str, str]:
    """What each page says: nothing is kept, not a row, not a line of journal, not a pack."""
    form = {"sorte": "BAIL", "fichier": SimpleUploadedFile("bail.pdf", paper)}
    first = tenant.post(reverse("home:deposit_new"), form)
    report = {"envoi": str(uuid4()), "bail": "101", "danger": "", "since": "WEEK", "access": "PRESENT"}
    second = tenant.post(
        "/chez-moi/signaler/probleme/TAP_LEAKS/", report | {"photo1": SimpleUploadedFile("fuite.jpg", photo)}
    )
    assert (first.status_code, second.status_code) == (422, 422)
    assert direct.execute(COUNTS).fetchone() == (0, 0, 0, 0)
    assert not list(Path(settings.DOCUMENT_ROOT).rglob("*.pack"))
    return text_of(first), text_of(second)


def test_a_picture_of_two_hundred_million_points(tenant: Client, superuser: psycopg.Connection) -> None:
    large = picture(20_000, 10_000)
    paper, photo = refused(tenant, superuser, paper=large, photo=large)
    assert "trop" in paper
    assert "trop lourde ou trop grande" in photo


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 418 I am a teapot\0"], ids=["absent", "rubbish"])
def test_an_antivirus_that_does_not_say_yes(
    tenant: Client, superuser: psycopg.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: bytes
) -> None:
    socket = tmp_path / "clamd.ctl"
    monkeypatch.setattr(settings, "PALIER_CLAMD", str(socket))
    if answer:
        with clamd(socket, answer):
            said = refused(tenant, superuser, paper=one_page(b"bail"), photo=picture(40, 30))
    else:
        said = refused(tenant, superuser, paper=one_page(b"bail"), photo=picture(40, 30))
    assert all("antivirus ne répond pas" in each for each in said)


def test_a_storage_that_refuses_the_one_and_answers_500_to_the_other(
    tenant: Client, superuser: psycopg.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(tmp_path)
    home.prepare()
    (home.secrets / "documents_s3").write_text(SECRET)
    monkeypatch.setattr(settings, "PALIER_HOME", tmp_path)
    with serving() as fake:
        monkeypatch.setattr(settings, "PALIER_DOCUMENTS_S3", fake.account.address, raising=False)
        monkeypatch.setattr(settings, "PALIER_DOCUMENTS_S3_REGION", "fr-test", raising=False)
        monkeypatch.setattr(settings, "PALIER_DOCUMENTS_S3_KEY", KEY, raising=False)
        fake.faults = ["403"] + ["500"] * 4
        said = refused(tenant, superuser, paper=one_page(b"bail"), photo=picture(40, 30))
        assert fake.held == {}
    assert all("Aucun fichier ne peut être gardé" in each for each in said)
