"""A file of the payroll given on screen: taken by a job that may stop and begin again; a bad one is told in words."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pikepdf
import psycopg
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.landlord import Landlord
from tests.operations.payroll import file_of, fill_register, office, page, saved, slip, totals
from tests.sites.answers import bytes_of

from palier.desk.work_pages import told_to
from palier.foundation.clock import now
from palier.foundation.queries import WorkRow
from palier.mail.store import DocumentStore
from palier.payroll.operations import giving
from palier.payroll.tasks import take_given
from palier.privacy.actor import acting, batch
from palier.privacy.declare import Batch, Role

ClientAs = Callable[[str], Client]
# Ines Érable's own, and one for a number that nobody on the register bears.
FILE = file_of([slip("A001", "1 234,56"), slip("Z999", "900,00"), totals(2, "2 134,56")])
COUNTS = """SELECT (SELECT count(*) FROM payroll_paybatch), (SELECT count(*) FROM payroll_payslip),
                   (SELECT count(*) FROM payroll_quarantined)"""


@pytest.fixture
def clerk(own_landlord: Landlord, client_as: ClientAs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Someone of the payroll; packs of the test's own."""
    monkeypatch.setattr(settings, "DOCUMENT_ROOT", tmp_path / "documents")
    with acting(office(own_landlord.agents["paie"])):
        fill_register(tmp_path, by=own_landlord.agents["paie"])
    return client_as("paie")


def give(browser: Client, content: bytes, name: str = "novembre.pdf") -> str:
    """Where the page of the file is."""
    sent = {"file": SimpleUploadedFile(name, content), "month": "2026-11", "issued_on": "2026-11-30"}
    answer = browser.post("/bureau/paie/lots/", sent)
    assert answer.status_code == 302, bytes_of(answer).decode()
    return str(answer.headers["Location"])


def shown(browser: Client, address: str) -> str:
    return bytes_of(browser.get(address, follow=True)).decode()


def number_in(address: str) -> int:
    return int(address.rstrip("/").rsplit("/", 1)[1])


def taken(address: str, landlord: Landlord, *, job_id: int = 8) -> None:
    """What the job does, twice as after a kill."""
    for _ in range(2):
        job = SimpleNamespace(job=SimpleNamespace(id=job_id))
        take_given.func(job, given_id=number_in(address), asked_by=landlord.agents["paie"])


def test_a_batch_is_taken_by_a_job_that_was_stopped_once(
    own_landlord: Landlord, clerk: Client, client_as: ClientAs, superuser: psycopg.Connection
) -> None:
    place = give(clerk, FILE)
    assert "Le fichier est scellé en attendant" in shown(clerk, place)
    packs = b"".join(path.read_bytes() for path in Path(settings.DOCUMENT_ROOT).rglob("*.pack"))
    assert b"%PDF" not in packs
    told: list[tuple[str, int, int]] = []

    def stopped(phase: str, done: int, total: int) -> None:
        told.append((phase, done, total))
        if phase == "Bulletins scellés":
            raise KeyboardInterrupt

    store = DocumentStore(settings.DOCUMENT_ROOT)
    with pytest.raises(KeyboardInterrupt), batch(Batch.PAYROLL, operator="essai", motive="PAIE", command="essai"):
        giving.take_given(given_id=number_in(place), store=store, by=1, at=now(), listener=stopped)
    assert told == [("Pages lues", 1, 3), ("Pages lues", 2, 3), ("Pages lues", 3, 3), ("Bulletins scellés", 1, 2)]
    assert superuser.execute(COUNTS).fetchone() == (0, 0, 0)
    taken(place, own_landlord)
    assert superuser.execute(COUNTS).fetchone() == (1, 1, 1)
    # Its key is gone: what is left of the file on the disk is noise.
    assert superuser.execute("SELECT state, kept_key FROM payroll_givenpayfile").fetchall() == [("TAKEN", None)]
    lot = shown(clerk, place)
    assert "Z999" in lot
    assert "A001" in lot
    for stranger in ("siege", "comptable", "gestionnaire_nord", "gardien_nord"):
        assert client_as(stranger).get(place).status_code == 404
    answer = clerk.post(
        "/bureau/paie/lots/",
        {"file": SimpleUploadedFile("deux.pdf", FILE), "month": "2026-11", "issued_on": "2026-11-30"},
    )
    assert answer.status_code == 422
    assert "a déjà été pris" in bytes_of(answer).decode()


def test_a_bad_file_is_told_in_a_sentence_and_leaves_nothing(
    own_landlord: Landlord, clerk: Client, superuser: psycopg.Connection
) -> None:
    scripted = page(*slip("A001", "1,00"))
    scripted.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
    place = give(clerk, saved(scripted))
    taken(place, own_landlord)
    said = shown(clerk, place)
    assert "Ce PDF porte un programme" in said
    assert "Relire" not in said
    answer = clerk.post(
        "/bureau/paie/lots/",
        {"file": SimpleUploadedFile("x.pdf", b"PK un classeur"), "month": "2026-11", "issued_on": "2026-11-30"},
    )
    assert "n’est pas un PDF" in bytes_of(answer).decode()
    assert superuser.execute(COUNTS).fetchone() == (0, 0, 0)
    assert superuser.execute("SELECT state, kept_key FROM payroll_givenpayfile").fetchall() == [("REFUSED", None)]


def test_what_another_try_may_mend_waits_and_what_is_left_is_forgotten(
    own_landlord: Landlord, clerk: Client, superuser: psycopg.Connection
) -> None:
    place = give(clerk, FILE)
    superuser.execute("SET session_replication_role = replica")
    superuser.execute("CREATE TEMP TABLE layout AS SELECT * FROM payroll_paylayout")
    superuser.execute("DELETE FROM payroll_paylayout")
    (job_id,) = superuser.execute("SELECT max(id) FROM procrastinate_jobs").fetchone() or (0,)
    taken(place, own_landlord, job_id=job_id)
    said = shown(clerk, place)
    assert "mise en page" in said
    assert "Relire" in said
    superuser.execute("INSERT INTO payroll_paylayout SELECT * FROM layout")
    superuser.execute("DELETE FROM procrastinate_jobs")
    assert clerk.post(f"{place}relire/").status_code == 302
    assert superuser.execute("SELECT task_name FROM procrastinate_jobs").fetchall() == [(giving.TAKES,)]
    with superuser.transaction():
        superuser.execute("SELECT FROM payroll_givenpayfile FOR UPDATE")
        assert "lu en ce moment même" in bytes_of(clerk.post(f"{place}laisser/", follow=True)).decode()
    assert "est laissé" in bytes_of(clerk.post(f"{place}laisser/", follow=True)).decode()
    # A job that was thought dead comes late: what is decided is not decided again.
    taken(place, own_landlord)
    assert superuser.execute("SELECT state, kept_key FROM payroll_givenpayfile").fetchall() == [("LEFT", None)]
    assert superuser.execute(COUNTS).fetchone() == (0, 0, 0)


def test_a_work_is_told_to_who_may_open_its_page_only() -> None:
    def work(number: int, key: str) -> WorkRow:
        return WorkRow(
            id=number, key=key, label="", phase="", done=0, total=0, state="DONE", message="", started_at=None,
            updated_at=datetime(2026, 11, 23, tzinfo=UTC),
        )  # fmt: skip

    both = [work(1, "payfile:3/57"), work(2, "month:2026-11/58")]
    seen = {role: [row.id for row in told_to(role, both)] for role in (Role.PAYROLL, Role.HEADQUARTERS, Role.DPO)}
    assert seen == {Role.PAYROLL: [1], Role.HEADQUARTERS: [2], Role.DPO: []}
    assert [row.id for row in told_to(Role.TECHNICAL_ADMIN, both)] == [1, 2]
