"""« Mes documents » : one's own papers kept, controlled, proven, destroyed, taken back; nobody else's exist."""

import csv
import hashlib
import io
import json
import zipfile
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.operations.bank import AT, provable_lines
from tests.operations.test_receipts import issue, pay
from tests.operations.test_vault import one_page, verified
from tests.sites.answers import bytes_of, text_of
from tests.sites.test_home import ClientAs

from palier.mail.tasks import night
from palier.mail.vault.rooting import heads_file, make_root
from palier.rights.tasks import retrieve


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "DOCUMENT_ROOT", tmp_path / "documents")
    monkeypatch.setattr(settings, "PALIER_JOURNAL_HEADS", tmp_path / "journal" / "empreintes.jsonl")


@pytest.fixture
def locataire(superuser: psycopg.Connection, client_as: ClientAs) -> Client:
    return client_as("locataire")


def keep(client: Client, content: bytes, family: str = "ASSURANCE") -> str:
    """Keep a paper; the address of its page."""
    form = {"sorte": family, "fichier": SimpleUploadedFile("photo de vacances.pdf", content)}
    answer = client.post(reverse("home:deposit_new"), form)
    assert answer.status_code == 302, answer.content.decode()
    return str(answer.headers["Location"])


def kinds(direct: psycopg.Connection) -> list[tuple[str, str]]:
    return list(direct.execute("SELECT kind, by FROM mail_vaultevent ORDER BY id").fetchall())


# The functions of NF Z42-020, the line that each leaves in the journal, and a word of the page that answers.
FUNCTIONS = {
    "déposer": ("", "DEPOSITED", "Assurance"),
    "lire": ("GET fichier/", "READ", ""),
    "détruire": ("POST detruire/", "DESTROYED", "Votre papier est détruit"),
    "lire les métadonnées": ("GET ", "METADATA", "Assurance"),
    "contrôler": ("POST controler/", "CONTROLLED", "Sa preuve sera faite cette nuit"),
    "lire le journal": ("GET preuve.json", "JOURNAL", ""),
    "lister": ("LIST", "LISTED", "Assurance"),
    "compter": ("LIST", "LISTED", "Mes papiers&nbsp;: 1"),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_each_function_of_the_standard_is_there_and_noted(
    superuser: psycopg.Connection, locataire: Client, name: str
) -> None:
    asked, kind, said = FUNCTIONS[name]
    here = keep(locataire, one_page(b"attestation"))
    verb, _, path = asked.partition(" ")
    if verb == "POST":
        answer = locataire.post(f"{here}{path}", follow=True)
    else:
        answer = locataire.get(reverse("home:documents") if verb == "LIST" else f"{here}{path}")
    assert answer.status_code == 200
    assert not said or said in text_of(answer)
    assert (kind, "SELF") in kinds(superuser)


def test_the_eight_functions_on_a_paper_of_ones_own(
    superuser: psycopg.Connection, locataire: Client, tmp_path: Path
) -> None:
    here = keep(locataire, one_page(b"attestation"))
    listed = text_of(locataire.get(reverse("home:documents")))
    assert "Assurance" in listed
    # The word belongs to a safe of another maker (NF Z42-020), which has its own link.
    assert "coffre" not in listed.replace("/coffre-externe/", "").replace("Mon coffre externe", "")
    assert "<small> Mes papiers&nbsp;: 1</small>" in listed
    kept = bytes_of(locataire.get(f"{here}fichier/"))
    assert kept.startswith(b"%PDF")
    assert b"photo de vacances" not in kept
    shown = text_of(locataire.get(here))
    assert "1 page" in shown or "Pages" in shown
    assert "Sa preuve sera faite cette nuit." in shown
    assert "Sa preuve sera faite cette nuit" in text_of(locataire.post(f"{here}controler/", follow=True))
    make_root(operator="essai", at=AT)
    told = text_of(locataire.post(f"{here}controler/", follow=True))
    assert "intact, et prouvé depuis le" in told
    for said in ("Déposé par vous", "Lu par vous", "Contrôlé\u00a0: intact par vous", "Fiche lue par vous"):
        assert said in told, said
    proof = json.loads(bytes_of(locataire.get(f"{here}preuve.json")))
    (tmp_path / "papier.pdf").write_bytes(kept)
    code, out = verified(
        tmp_path / "p", proof, "--document", str(tmp_path / "papier.pdf"), "--heads", str(heads_file())
    )
    assert code == 0, out
    assert "Personne ne pourra plus le lire" in text_of(locataire.get(f"{here}detruire/"))
    assert "Votre papier est détruit" in text_of(locataire.post(f"{here}detruire/", follow=True))
    assert "Détruit le" in text_of(locataire.get(here))
    assert locataire.get(f"{here}fichier/").status_code == 404
    assert locataire.post(f"{here}controler/").status_code == 404
    assert json.loads(bytes_of(locataire.get(f"{here}preuve.json")))["events"]
    noted = {kind for kind, _ in kinds(superuser)}
    assert noted == {"DEPOSITED", "READ", "METADATA", "CONTROLLED", "JOURNAL", "LISTED", "DESTROYED"}


def test_a_document_that_changed_says_so_and_the_night_finds_it(
    superuser: psycopg.Connection, locataire: Client, client_as: ClientAs
) -> None:
    here = keep(locataire, one_page(b"attestation"))
    (path,) = (settings.DOCUMENT_ROOT / "packs").rglob("*.pack")
    sound = path.read_bytes()
    path.chmod(0o600)
    path.write_bytes(sound[:60] + bytes([sound[60] ^ 8]) + sound[61:])
    assert "ne correspond plus à sa preuve" in text_of(locataire.post(f"{here}controler/", follow=True))
    assert ("FAULTY", "SELF") in kinds(superuser)
    assert locataire.get(f"{here}fichier/", follow=True).status_code == 200
    # The control of the night finds it too, and tells who looks after the machine.
    night.func(timestamp=0)
    assert "Paquets qui ne se tiennent plus&nbsp;: 1" in text_of(client_as("admin_technique").get(reverse("desk:jobs")))


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"MZ cheval", "ne se lit pas"), (b"", "est vide"), (b"<svg onload='x'/>", "ne se lit pas")],
)
def test_what_is_no_paper_is_refused_in_a_sentence_and_nothing_is_kept(
    superuser: psycopg.Connection, locataire: Client, content: bytes, said: str
) -> None:
    form = {"sorte": "BAIL", "fichier": SimpleUploadedFile("bail.pdf", content)}
    answer = locataire.post(reverse("home:deposit_new"), form)
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert not list(settings.DOCUMENT_ROOT.rglob("*.pack"))
    assert kinds(superuser) == []


def test_all_is_taken_back_with_its_index_and_its_proofs(
    superuser: psycopg.Connection, locataire: Client, client_as: ClientAs, tmp_path: Path
) -> None:
    provable_lines(superuser)
    pay(40_000)
    pay(15_000, account=201)
    issue()
    keep(locataire, one_page(b"attestation"))
    make_root(operator="essai", at=AT)
    here = reverse("home:retrieval")
    assert "C’est demandé" in text_of(locataire.post(here, follow=True))
    assert "Attendez une heure" in text_of(locataire.post(here, follow=True))
    ((task, args),) = superuser.execute("SELECT task_name, args FROM procrastinate_jobs").fetchall()
    assert task == "palier.rights.tasks.retrieve"
    for _ in range(2):
        retrieve.func(**args)
    fetch = reverse("home:retrieval_file", args=[args["retrieval_id"]])
    assert fetch in text_of(locataire.get(here))
    assert client_as("locataire_sud").post(fetch).status_code == 404
    content = bytes_of(locataire.post(fetch))
    _is_whole(content, tmp_path)
    assert [kind for kind, _ in kinds(superuser)].count("RETRIEVED") == 1
    _is_gone_with_the_paper(superuser, locataire, fetch, args)


def _is_gone_with_the_paper(direct: psycopg.Connection, mine: Client, fetch: str, args: dict[str, int]) -> None:
    """Nothing waits in clear; a second copy takes the first one's place; a paper destroyed takes its copies along."""
    (waiting,) = (settings.DOCUMENT_ROOT / "copies").iterdir()
    assert not zipfile.is_zipfile(waiting)
    direct.execute("UPDATE rights_retrieval SET asked_at = asked_at - interval '2 hours'")
    direct.execute("DELETE FROM procrastinate_jobs")
    mine.post(reverse("home:retrieval"))
    ((second,),) = direct.execute("SELECT max(id) FROM rights_retrieval").fetchall()
    retrieve.func(retrieval_id=second, person_id=args["person_id"])
    assert mine.post(fetch).status_code == 404
    fetch = reverse("home:retrieval_file", args=[second])
    assert zipfile.is_zipfile(io.BytesIO(bytes_of(mine.post(fetch))))
    (waiting,) = (settings.DOCUMENT_ROOT / "copies").iterdir()
    sealed = waiting.read_bytes()
    ((paper,),) = direct.execute("SELECT id FROM mail_deposit").fetchall()
    assert "est détruit aussi" in text_of(mine.post(reverse("home:deposit_destroy", args=[paper]), follow=True))
    assert direct.execute("SELECT count(*) FROM rights_retrieval WHERE kept_key IS NOT NULL").fetchone() == (0,)
    # Even where the file was kept elsewhere.
    waiting.write_bytes(sealed)
    assert mine.post(fetch).status_code == 404


def test_a_day_of_papers_has_an_end_even_for_who_destroys_them(
    superuser: psycopg.Connection, locataire: Client
) -> None:
    keep(locataire, one_page(b"attestation"))
    superuser.execute(
        """INSERT INTO mail_deposit (person_id, family, media_type, page_count, sha256, byte_count, kept_key, kept_pack,
                                     kept_slot, deposited_at, destroyed_at)
           SELECT person_id, family, media_type, page_count, sha256, byte_count, NULL, kept_pack, kept_slot,
                  deposited_at, deposited_at FROM mail_deposit, generate_series(1, 29)"""
    )
    form = {"sorte": "BAIL", "fichier": SimpleUploadedFile("bail.pdf", one_page(b"bail"))}
    answer = locataire.post(reverse("home:deposit_new"), form)
    assert answer.status_code == 422
    assert "Recommencez demain" in answer.content.decode()


def _is_whole(content: bytes, tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        index = json.loads(archive.read("index.json"))
        rows = list(csv.reader(io.StringIO(archive.read("index.csv").decode("utf-8-sig")), delimiter=";"))
        assert {"LISEZMOI.txt", "palier_document_verify.py"} < set(names)
        assert [row[0] for row in rows[1:]] == [entry["path"] for entry in index]
        # The quittance of their lease and their own paper; not the reçu of a neighbour.
        assert [entry["family"] for entry in index] == ["quittance", "Assurance"]
        assert index[0]["path"].startswith("2026/quittance/QU-2026-10-")
        for entry in index:
            document = archive.read(entry["path"])
            assert hashlib.sha256(document).hexdigest() == entry["sha256"]
            assert len(document) == entry["byte_count"]
            (tmp_path / "one.pdf").write_bytes(document)
            proof = json.loads(archive.read(entry["proof"]))
            assert verified(tmp_path / "p", proof, "--document", str(tmp_path / "one.pdf"))[0] == 0


def test_nothing_of_it_exists_for_a_stranger(
    superuser: psycopg.Connection, locataire: Client, client_as: ClientAs
) -> None:
    here = keep(locataire, one_page(b"attestation"))
    provable_lines(superuser)
    pay(40_000)
    issue()
    (document,) = superuser.execute("SELECT id FROM mail_document WHERE kind = 'QUITTANCE'").fetchone() or (0,)
    theirs = f"/chez-moi/documents/{document}/"
    assert locataire.get(f"{theirs}fiche/").status_code == 200
    other = client_as("locataire_sud")
    before = len(kinds(superuser))
    for path in (
        here,
        f"{here}fichier/",
        f"{here}preuve.json",
        f"{here}detruire/",
        f"{theirs}fiche/",
        f"{theirs}preuve.json",
    ):
        assert other.get(path).status_code == 404, path
    for path in (f"{here}controler/", f"{here}detruire/", f"{theirs}controler/"):
        assert other.post(path).status_code == 404, path
    assert len(kinds(superuser)) == before
    assert superuser.execute("SELECT count(*) FROM mail_deposit WHERE destroyed_at IS NULL").fetchone() == (1,)


def test_an_agent_who_opens_a_document_is_in_its_journal(
    superuser: psycopg.Connection, locataire: Client, client_as: ClientAs
) -> None:
    provable_lines(superuser)
    pay(40_000)
    issue()
    (document,) = superuser.execute("SELECT id FROM mail_document WHERE kind = 'QUITTANCE'").fetchone() or (0,)
    assert client_as("gestionnaire_nord").get(f"/bureau/documents/{document}.pdf").status_code == 200
    shown = text_of(locataire.get(f"/chez-moi/documents/{document}/fiche/"))
    assert "Lu par votre bailleur" in shown
    assert "Déposé par notre système" in shown


def test_a_reading_by_one_holder_is_told_to_the_other_as_that_of_a_co_holder(
    superuser: psycopg.Connection, locataire: Client, client_as: ClientAs
) -> None:
    provable_lines(superuser)
    pay(40_000)
    issue()
    superuser.execute("UPDATE leases_occupant SET moved_out_on = NULL WHERE person_id = 2")
    (document,) = superuser.execute("SELECT id FROM mail_document WHERE kind = 'QUITTANCE'").fetchone() or (0,)
    here = f"/chez-moi/documents/{document}/"
    other = client_as("cotitulaire_partie")
    assert locataire.get(f"{here}avis.pdf").status_code == 200
    theirs = text_of(other.get(f"{here}fiche/"))
    assert "Lu par un cotitulaire" in theirs
    assert "Lu par vous" not in theirs
    assert "Lucie" not in theirs
    mine = text_of(locataire.get(f"{here}fiche/"))
    assert "Lu par vous" in mine
    assert "Fiche lue par un cotitulaire" in mine
    # Noted before the journal held which holder it was: neither is told that it was them.
    superuser.execute("ALTER TABLE mail_vaultevent DISABLE TRIGGER vault_event_frozen")
    superuser.execute("UPDATE mail_vaultevent SET doer_id = NULL")
    superuser.execute("ALTER TABLE mail_vaultevent ENABLE TRIGGER vault_event_frozen")
    for reader in (locataire, other):
        assert "Lu par un titulaire du bail" in text_of(reader.get(f"{here}fiche/"))
