"""A photo of a home is sealed under a key of its own: neither database nor disk shows it, and its end is proven."""

import io
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from PIL import Image
from tests.landlord import Landlord
from tests.operations.purging import by_table, count, purged_on

from palier.foundation.clock import PARIS
from palier.mail.store import DocumentShredded, DocumentStore, Kept
from palier.mail.vault.control import control
from palier.mail.vault.moving import compact
from palier.mail.vault.rooting import make_root
from palier.maintenance.operations.requests import Answers, Asking, ask_repair
from palier.maintenance.operations.tickets import close_ticket
from palier.maintenance.queries.tenant import own_photo
from palier.privacy.actor import Actor, acting
from palier.privacy.declare import Role

AT = datetime(2026, 11, 21, 9, tzinfo=PARIS)
LUCIE = Actor(role=Role.TENANT, purpose="ESPACE_LOCATAIRE", person_id=1, name="Lucie Amandier")
ANA = Actor(role=Role.TENANT, purpose="ESPACE_LOCATAIRE", person_id=3, name="Ana Cerisier")
OFFICER = Actor(role=Role.RENT_OFFICER, purpose="TRAVAUX", agent_id=1, name="gestionnaire_nord")


@pytest.fixture
def store(own_landlord: Landlord, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DocumentStore:
    """Packs of the test's own: the store of the tests is shared."""
    assert own_landlord.agents["gestionnaire_nord"] == 1
    monkeypatch.setattr(settings, "DOCUMENT_ROOT", tmp_path / "documents")
    monkeypatch.setattr(settings, "PALIER_JOURNAL_HEADS", tmp_path / "journal" / "empreintes.jsonl")
    return DocumentStore(settings.DOCUMENT_ROOT)


def jpeg() -> bytes:
    out = io.BytesIO()
    Image.effect_mandelbrot((400, 300), (-2, -1.5, 1, 1.5), 30).save(out, "JPEG")
    return out.getvalue()


def sent(store: DocumentStore, superuser: psycopg.Connection) -> tuple[int, Kept, bytes]:
    """A leak with one photo: its number, where it is kept, and the picture as its sender sees it again."""
    answers = Answers(problem="TAP_LEAKS", since="WEEK", access="PRESENT", photos=(jpeg(),))
    with acting(LUCIE):
        asking = Asking(lease_id=101, person_id=1, source="TENANT", actor=LUCIE)
        ask_repair(asking=asking, answers=answers, key=uuid4(), store=store, at=AT)
    (number,) = superuser.execute("SELECT max(id) FROM maintenance_ticketphoto").fetchone() or (0,)
    with acting(LUCIE):
        kept = own_photo(number)
    assert kept is not None
    return number, kept, store.open(kept)


def packs_of(store: DocumentStore) -> bytes:
    return b"".join(path.read_bytes() for path in store.root.rglob("*.pack"))


def test_neither_the_row_nor_the_disk_shows_the_picture_and_a_flipped_byte_is_found(
    superuser: psycopg.Connection, store: DocumentStore
) -> None:
    number, kept, picture = sent(store, superuser)
    assert Image.open(io.BytesIO(picture)).size == (400, 300)
    (row,) = superuser.execute("SELECT t::text FROM maintenance_ticketphoto AS t").fetchone() or ("",)
    assert picture[200:260].hex() not in row
    assert picture[200:260] not in packs_of(store)
    with acting(ANA):
        assert own_photo(number) is None
    assert control(store, everything=True, operator="essai", at=AT).faults == ()
    path = store.root / "packs" / kept.pack[:2] / f"{kept.pack}.pack"
    sound = path.read_bytes()
    path.chmod(0o600)
    path.write_bytes(sound[:100] + bytes([sound[100] ^ 1]) + sound[101:])
    assert [each.documents for each in control(store, everything=True, operator="essai", at=AT).faults] == [1]


def test_once_its_time_is_over_it_cannot_be_read_and_its_journal_is_proven(
    superuser: psycopg.Connection, store: DocumentStore, tmp_path: Path
) -> None:
    _, kept, picture = sent(store, superuser)
    (ticket,) = superuser.execute("SELECT ticket_id FROM maintenance_ticketphoto").fetchone() or (0,)
    with acting(OFFICER):
        close_ticket(ticket_id=ticket, closing="REPAIRED", key=uuid4(), actor=OFFICER, at=AT)
    assert by_table(purged_on(date(2037, 1, 1), tmp_path))["maintenance_ticketphoto"] == 1
    assert count(superuser, "maintenance_ticketphoto") == 0
    with pytest.raises(DocumentShredded):
        store.open(replace(kept, wrapped=b""))
    assert kept.wrapped not in packs_of(store)
    assert picture[200:260] not in packs_of(store)
    made = make_root(operator="essai", at=AT + timedelta(days=1))
    assert made is not None
    told = superuser.execute(
        "SELECT kind, lease_id, person_id, root_number FROM mail_vaultevent WHERE sha256 = %s AND kind = 'DESTROYED'",
        [kept.digest],
    ).fetchall()
    assert told == [("DESTROYED", None, None, made.number)]
    written = (store.root / "packs" / kept.pack[:2] / f"{kept.pack}.pack").stat().st_mtime
    assert compact(store, operator="essai", at=AT.fromtimestamp(written, tz=PARIS) + timedelta(days=2))[0] == 1
    assert packs_of(store) == b""


def test_pictures_of_before_are_moved_by_the_migration_and_leave_the_table(
    superuser: psycopg.Connection, store: DocumentStore
) -> None:
    picture = jpeg()
    call_command("migrate", "maintenance", "0002", database="owner", verbosity=0)
    superuser.execute("SET session_replication_role = replica")
    superuser.execute(
        """INSERT INTO maintenance_ticketphoto (ticket_id, residence_id, image, width, height)
           SELECT 1, 1, %s, 400, 300 FROM generate_series(1, 2)""",
        [picture],
    )
    call_command("migrate", "maintenance", database="owner", verbosity=0)
    rows = superuser.execute(
        "SELECT sha256, byte_count, kept_key, kept_pack, kept_slot, width FROM maintenance_ticketphoto ORDER BY id"
    ).fetchall()
    (is_forced,) = superuser.execute(
        "SELECT relforcerowsecurity FROM pg_class WHERE relname = 'maintenance_ticketphoto'"
    ).fetchone() or (False,)
    superuser.execute("CHECKPOINT")
    files = superuser.execute(
        """SELECT pg_relation_filepath(c.oid), pg_relation_filepath(c.reltoastrelid)
           FROM pg_class AS c WHERE c.relname = 'maintenance_ticketphoto'"""
    ).fetchone()
    (folder,) = superuser.execute("SHOW data_directory").fetchone() or ("",)
    assert files is not None
    assert all(picture[200:260] not in Path(folder, file).read_bytes() for file in files)
    kept = [Kept(digest=d, size=s, wrapped=bytes(k), pack=p, slot=n) for d, s, k, p, n, _ in rows]
    assert [store.open(each) for each in kept] == [picture, picture]
    assert len({each.wrapped for each in kept}) == 2
    assert is_forced
