"""Bad files and absent neighbours where a tenant gives a paper or a photo: a sentence, and nothing kept."""

import io
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image
from tests.documents.test_s3 import KEY, SECRET, Fake, serving
from tests.operations.test_vault import one_page
from tests.rules.test_antivirus import clamd
from tests.sites.answers import text_of
from tests.sites.test_home import ClientAs

from palier.foundation.clock import now
from palier.foundation.home import Home
from palier.mail.keys import wrapped
from palier.mail.store import DocumentStore
from palier.mail.vault.control import control

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


@pytest.fixture
def fake(tenant: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Fake]:
    """The bucket that the settings name, where everything of the test is kept."""
    home = Home(tmp_path)
    home.prepare()
    (home.secrets / "documents_s3").write_text(SECRET)
    monkeypatch.setattr(settings, "PALIER_HOME", tmp_path)
    with serving() as served:
        monkeypatch.setattr(settings, "PALIER_DOCUMENTS_S3", served.account.address, raising=False)
        monkeypatch.setattr(settings, "PALIER_DOCUMENTS_S3_REGION", "fr-test", raising=False)
        monkeypatch.setattr(settings, "PALIER_DOCUMENTS_S3_KEY", KEY, raising=False)
        yield served


def test_a_storage_that_refuses_the_one_and_answers_500_to_the_other(
    tenant: Client, superuser: psycopg.Connection, fake: Fake
) -> None:
    fake.faults = ["403"] + ["500"] * 4
    said = refused(tenant, superuser, paper=one_page(b"bail"), photo=picture(40, 30))
    assert fake.held == {}
    assert all("Aucun fichier ne peut être gardé" in each for each in said)
    fake.faults = ["403"]
    certificate = tenant.post("/chez-moi/bail/101/attestations/", {"kind": "ATTEST_RESIDENCE"})
    assert certificate.status_code == 422
    assert "Aucun fichier ne peut être gardé" in text_of(certificate)
    assert superuser.execute("SELECT count(*) FROM mail_document WHERE kind = 'ATTEST_RESIDENCE'").fetchone() == (0,)


def test_a_storage_that_no_longer_gives_what_it_holds(
    tenant: Client, superuser: psycopg.Connection, fake: Fake
) -> None:
    """The tenant is told to come back, never which machine it is; nothing is noted as read, nor as spoilt."""
    report = {"envoi": str(uuid4()), "bail": "101", "danger": "", "since": "WEEK", "access": "PRESENT"}
    sent = report | {"photo1": SimpleUploadedFile("fuite.jpg", picture(40, 30))}
    assert tenant.post("/chez-moi/signaler/probleme/TAP_LEAKS/", sent).status_code == 302
    assert tenant.post("/chez-moi/bail/101/attestations/", {"kind": "ATTEST_RESIDENCE"}).status_code == 302
    form = {"sorte": "BAIL", "fichier": SimpleUploadedFile("bail.pdf", one_page(b"bail"))}
    assert tenant.post(reverse("home:deposit_new"), form).status_code == 302
    ((document, paper, photo),) = superuser.execute(
        """SELECT (SELECT max(id) FROM mail_document WHERE kind = 'ATTEST_RESIDENCE'),
                  (SELECT max(id) FROM mail_deposit), (SELECT max(id) FROM maintenance_ticketphoto)"""
    ).fetchall()
    noted = "SELECT kind FROM mail_vaultevent WHERE kind IN ('READ', 'CONTROLLED', 'FAULTY')"
    asked = (
        (tenant.get, reverse("home:document_pdf", args=[document]), "Ce PDF n’est pas disponible aujourd’hui"),
        (tenant.get, reverse("home:deposit_file", args=[paper]), "Ce papier n’est pas disponible aujourd’hui"),
        (tenant.post, reverse("home:deposit_control", args=[paper]), "Ce papier n’est pas disponible aujourd’hui"),
        (tenant.get, reverse("home:repair_photo", args=[photo]), "n’existe pas"),
    )
    for rank, (ask, address, sentence) in enumerate(asked):
        fake.faults = ["403"] if rank else ["500"] * 4
        said = text_of(ask(address, follow=True))
        assert sentence in said
        assert "127.0.0.1" not in said
        assert "hébergeur" not in said
    assert superuser.execute(noted).fetchall() == []
    assert tenant.post(reverse("home:deposit_control", args=[paper])).status_code == 302
    assert superuser.execute(noted).fetchall() == [("CONTROLLED",)]


def test_the_control_goes_on_after_a_pack_that_the_storage_does_not_give(
    tenant: Client, superuser: psycopg.Connection, fake: Fake
) -> None:
    for mark in (b"un", b"deux"):
        form = {"sorte": "BAIL", "fichier": SimpleUploadedFile("bail.pdf", one_page(mark))}
        assert tenant.post(reverse("home:deposit_new"), form).status_code == 302
    store = DocumentStore(Path(settings.DOCUMENT_ROOT))
    fake.faults = ["403"]
    done = control(store, everything=True, operator="essai", at=now())
    assert (done.packs, done.documents, done.faults, len(done.unread)) == (1, 1, (), 1)
    # It is not written as read, and so passes first.
    assert superuser.execute("SELECT count(*) FROM mail_packcontrol").fetchone() == (1,)
    again = control(store, everything=False, operator="essai", at=now())
    assert (again.packs, again.unread) == (1, ())
    assert superuser.execute("SELECT count(*) FROM mail_packcontrol").fetchone() == (2,)
