"""Papers joined to a thread: rebuilt, sealed, read by its two sides and nobody else, in the copy, gone with it."""

import io
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from PIL import Image
from tests.conftest import ClientAs
from tests.operations.purging import by_table, count, purged_on
from tests.operations.test_vault import one_page
from tests.sites.answers import bytes_of, text_of
from tests.sites.test_exchanges import DOOR, answer, asked, typed
from tests.sites.test_helping import code_given, come_in

from palier.exchanges.queries.joined import held_paper
from palier.foundation.clock import PARIS
from palier.mail.store import DocumentShredded, DocumentStore
from palier.privacy.actor import Actor, acting
from palier.privacy.declare import Role
from palier.rights.operations.make import Operator, export_file
from palier.rights.tasks import retrieve

AT = datetime(2026, 11, 21, 9, tzinfo=PARIS)
LUCIE = Actor(role=Role.TENANT, purpose="ESPACE_LOCATAIRE", person_id=1, name="Lucie Amandier")


@pytest.fixture(autouse=True)
def folder(own_landlord: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(settings, "DOCUMENT_ROOT", tmp_path / "documents")
    return tmp_path


def photo() -> bytes:
    """Taken somewhere, and it says where."""
    out, exif = io.BytesIO(), Image.Exif()
    exif.get_ifd(0x8825)[1] = "N"
    Image.effect_mandelbrot((90, 60), (-2, -1.5, 1, 1.5), 30).save(out, "JPEG", exif=exif)
    return out.getvalue()


def given(*contents: bytes) -> list[SimpleUploadedFile]:
    # The name of a file says things too: none is kept.
    return [SimpleUploadedFile("hospitalisation Lucie.pdf", each) for each in contents]


def papers(direct: psycopg.Connection) -> list[int]:
    return [number for (number,) in direct.execute("SELECT id FROM exchanges_attachment ORDER BY id").fetchall()]


def test_papers_are_read_by_the_two_sides_of_the_thread_and_by_nobody_else(
    client_as: ClientAs, superuser: psycopg.Connection
) -> None:
    tenant, agent, number = client_as("locataire"), client_as("gestionnaire_nord"), asked(client_as)
    here, desk = f"{DOOR}{number}/", f"/bureau/echanges/{number}/"
    # A browser back online sends the same form again.
    sent = typed("Voici le dégât.", key=str(uuid4()))
    for _ in range(2):
        files = {"fichiers": given(photo(), one_page(b"constat"))}
        assert tenant.post(f"{here}repondre/", sent | files).status_code == 302
    assert agent.post(f"{desk}repondre/", answer("Voici le plan.", files=given(one_page(b"plan")))).status_code == 302
    picture, report, plan = papers(superuser)
    for page, where in (
        (text_of(tenant.get(here)), f"{DOOR}joint/"),
        (text_of(agent.get(desk)), "/bureau/echanges/joint/"),
    ):
        assert all(f"{where}{each}/fichier/" in page for each in (picture, report, plan))
        assert "hospitalisation" not in page
    for client, where in ((tenant, f"{DOOR}joint/"), (agent, "/bureau/echanges/joint/")):
        image = client.get(f"{where}{picture}/fichier/")
        assert (image["Content-Type"], image["X-Content-Type-Options"]) == ("image/jpeg", "nosniff")
        assert Image.open(io.BytesIO(image.content)).getexif() == {}
        assert client.get(f"{where}{plan}/fichier/").content.startswith(b"%PDF-")
    read = superuser.execute("SELECT by, person_id, lease_id FROM mail_vaultevent WHERE kind = 'READ' ORDER BY id")
    assert read.fetchall() == [("SELF", 1, None)] * 2 + [("LANDLORD", 1, None)] * 2
    _nobody_else(client_as, picture)


def _nobody_else(client_as: ClientAs, paper: int) -> None:
    assert client_as("locataire_sud").get(f"{DOOR}joint/{paper}/fichier/").status_code == 404
    for name in ("gestionnaire_sud", "siege", "comptable", "dpo"):
        assert client_as(name).get(f"/bureau/echanges/joint/{paper}/fichier/").status_code == 404, name
    helper = come_in(code_given(client_as("locataire"), may_see="on"))
    assert helper.get(f"{DOOR}joint/{paper}/fichier/").status_code == 404
    neighbour = replace(LUCIE, person_id=4)
    with acting(neighbour) as reading, connection.cursor() as cursor:
        reading.showed_nothing()
        cursor.execute("SELECT count(*) FROM exchanges_attachment")
        assert cursor.fetchone() == (0,)


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ([b"MZ\x90\x00 pretends"], "ne se lit pas"),
        ([b"%PDF-1.7 of nothing"], "ne se lit pas"),
        ([photo()] * 4, "Trois fichiers au plus"),
    ],
    ids=["program", "broken", "four"],
)
def test_what_cannot_be_joined_is_said_and_nothing_is_kept(
    client_as: ClientAs, superuser: psycopg.Connection, files: list[bytes], said: str
) -> None:
    tenant, number = client_as("locataire"), asked(client_as)
    shown = text_of(tenant.post(f"{DOOR}sujet/RENT/", typed("Voici.") | {"fichiers": given(*files)}))
    assert said in shown
    assert "Voici." in shown
    assert "Choisissez de nouveau vos fichiers." in shown
    refused = client_as("gestionnaire_nord").post(
        f"/bureau/echanges/{number}/repondre/", answer("Voici.", files=given(*files))
    )
    assert refused.status_code == 422
    assert said in text_of(refused)
    assert (count(superuser, "exchanges_message"), count(superuser, "exchanges_attachment")) == (1, 0)
    assert not list(Path(settings.DOCUMENT_ROOT).rglob("*.pack"))


def test_a_day_of_files_has_an_end(client_as: ClientAs, superuser: psycopg.Connection) -> None:
    tenant, number = client_as("locataire"), asked(client_as)
    here = f"{DOOR}{number}/repondre/"
    assert tenant.post(here, typed() | {"fichiers": given(photo())}).status_code == 302
    superuser.execute(
        """INSERT INTO exchanges_attachment (message_id, thread_id, lease_id, residence_id, person_id, media_type,
                                             page_count, sha256, byte_count, kept_key, kept_pack, kept_slot)
           SELECT message_id, thread_id, lease_id, residence_id, person_id, media_type, page_count, sha256, byte_count,
                  kept_key, kept_pack, kept_slot FROM exchanges_attachment, generate_series(1, 19)"""
    )
    assert "déjà joint vingt fichiers" in text_of(tenant.post(here, typed() | {"fichiers": given(photo())}))
    # Past the day's measure a file is not even opened, nor made anew: this one could not be.
    for page in (here, f"{DOOR}sujet/RENT/"):
        assert "déjà joint vingt fichiers" in text_of(
            tenant.post(page, typed() | {"fichiers": given(b"MZ of nothing")})
        )
    superuser.execute("UPDATE exchanges_message SET at = at - interval '2 days'")
    superuser.execute(f"UPDATE exchanges_attachment SET byte_count = {50 * 1024 * 1024}")
    assert "contiennent déjà beaucoup" in text_of(tenant.post(here, typed() | {"fichiers": given(photo())}))
    assert count(superuser, "exchanges_attachment") == 20


def test_the_copies_hold_them_and_they_are_noise_once_the_thread_is_over(
    client_as: ClientAs, superuser: psycopg.Connection, folder: Path
) -> None:
    tenant, number = client_as("locataire"), asked(client_as)
    tenant.post(f"{DOOR}{number}/repondre/", typed() | {"fichiers": given(photo())})
    client_as("gestionnaire_nord").post(f"/bureau/echanges/{number}/repondre/", answer("Vu."))
    (paper,) = papers(superuser)
    with acting(LUCIE):
        held = held_paper(paper)
    assert held is not None
    store = DocumentStore(settings.DOCUMENT_ROOT)
    picture = store.open(held.kept)
    made = export_file(
        1, by=Operator(name="délégué"), at=AT, documents=folder / "documents", command="essai", in_person=False
    )
    with zipfile.ZipFile(io.BytesIO(made.zip)) as archive:
        assert archive.read(f"documents/{held.name}") == picture
    _taken_back(tenant, superuser, held.name, picture)
    assert picture[200:260] not in b"".join(each.read_bytes() for each in folder.rglob("*.pack"))
    assert by_table(purged_on(date(2037, 1, 1), folder))["exchanges_attachment"] == 1
    assert (count(superuser, "exchanges_attachment"), count(superuser, "exchanges_thread")) == (0, 0)
    assert held.kept.wrapped not in b"".join(each.read_bytes() for each in folder.rglob("*.pack"))
    with pytest.raises(DocumentShredded):
        store.open(replace(held.kept, wrapped=b""))
    ended = superuser.execute("SELECT person_id FROM mail_vaultevent WHERE kind = 'DESTROYED'").fetchall()
    assert ended == [(None,)]


def _taken_back(tenant: Client, direct: psycopg.Connection, name: str, picture: bytes) -> None:
    """« Tout reprendre »: the paper among the others, in its year."""
    tenant.post("/chez-moi/documents/reprendre/")
    ((number,),) = direct.execute("SELECT max(id) FROM rights_retrieval").fetchall()
    retrieve.func(retrieval_id=number, person_id=1)
    fetched = tenant.post(f"/chez-moi/documents/reprendre/{number}/")
    content = bytes_of(fetched)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        (path,) = [each for each in archive.namelist() if each.endswith(name)]
        assert "Mes échanges" in path
        assert archive.read(path) == picture


def test_what_is_sent_at_once_is_counted_one_after_the_other(
    client_as: ClientAs, superuser: psycopg.Connection
) -> None:
    tenant, number = client_as("locataire"), asked(client_as)
    superuser.execute(
        """INSERT INTO exchanges_message
           SELECT (jsonb_populate_record(m, jsonb_build_object('id', 1000 + n, 'key', gen_random_uuid()))).*
           FROM exchanges_message AS m, generate_series(1, 18) AS n"""
    )

    def send() -> str:
        try:
            page = copy(tenant).post(f"{DOOR}{number}/repondre/", typed(key=str(uuid4())))
            return "" if page.status_code == 302 else text_of(page)
        finally:
            connection.close()

    waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    with ThreadPoolExecutor(2) as both:
        with superuser.transaction():
            superuser.execute("SELECT pg_advisory_xact_lock(hashtextextended('exchanges:1', 0))")
            sent = [both.submit(send) for _ in range(2)]
            until = time.monotonic() + 4
            while superuser.execute(waiting).fetchone() != (2,) and time.monotonic() < until:
                time.sleep(0.02)
        first, second = sorted((each.result() for each in sent), key=len)
    assert first == ""
    assert "beaucoup écrit" in second
    assert count(superuser, "exchanges_message") == 20
