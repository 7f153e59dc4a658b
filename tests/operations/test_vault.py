"""The journal of kept documents, its roots and its proofs; the control of packs; what is destroyed is destroyed."""

import io
import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pikepdf
import psycopg
import pytest
from django.conf import settings
from django.db import DatabaseError
from tests.operations.bank import AT, provable_lines
from tests.operations.test_receipts import issue, pay

from palier.cli import main
from palier.foundation.clock import now
from palier.mail.deposits import DepositDestroyed, DepositNotFound, deposit_paper, destroy_deposit, kept_deposit
from palier.mail.documents import kept_of
from palier.mail.keys import wrapped
from palier.mail.store import DocumentShredded, DocumentStore, Kept
from palier.mail.store.packs import bytes_in, sealed
from palier.mail.vault.control import control
from palier.mail.vault.moving import PacksInHand, compact, move_to_packs
from palier.mail.vault.queries import EventNotInRoot, Proven, events_of_document, proof_of, proven, verifier_source
from palier.mail.vault.rooting import heads_file, make_root
from palier.privacy.actor import Actor, acting, batch
from palier.privacy.declare import Batch, Role

LUCIE = Actor(role=Role.TENANT, purpose="ESPACE_LOCATAIRE", name="Lucie Amandier", person_id=1)
NEIGHBOUR = Actor(role=Role.TENANT, purpose="ESPACE_LOCATAIRE", name="voisin", person_id=4)


def one_page(mark: bytes) -> bytes:
    """A PDF of one page, unlike the others."""
    with pikepdf.new() as made:
        made.add_blank_page()
        made.pages[0].Contents = made.make_stream(b"% " + mark)
        out = io.BytesIO()
        made.save(out)
    return out.getvalue()


PAPER = one_page(b"attestation")


@pytest.fixture
def store(settings_home: None) -> DocumentStore:
    return DocumentStore(settings.DOCUMENT_ROOT)


@pytest.fixture
def settings_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Packs and heads of the test's own: the store of the tests is shared."""
    monkeypatch.setattr(settings, "DOCUMENT_ROOT", tmp_path / "documents")
    monkeypatch.setattr(settings, "PALIER_JOURNAL_HEADS", tmp_path / "journal" / "empreintes.jsonl")


@pytest.fixture
def two(store: DocumentStore, superuser: psycopg.Connection) -> psycopg.Connection:
    """A quittance on the lease 101 and a reçu on the lease 102, in one pack each."""
    provable_lines(superuser)
    pay(40_000)
    pay(15_000, account=102)
    issue()
    return superuser


def kept(direct: psycopg.Connection) -> dict[int, Kept]:
    ids = [number for (number,) in direct.execute("SELECT id FROM mail_document WHERE pdf_sha256 <> ''").fetchall()]
    with batch(Batch.MAIL, operator="essai", motive="VERIFICATION", command="essai", categories=()):
        return kept_of(ids)


def verified(folder: Path, proof: object, *options: str) -> tuple[int, str]:
    """By the program given with the proof, alone: neither Palier nor its libraries are on its path."""
    folder.mkdir(exist_ok=True)
    (folder / "preuve.json").write_text(json.dumps(proof))
    (folder / "verify.py").write_text(verifier_source())
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(folder / "verify.py"), str(folder / "preuve.json"), *options],
        capture_output=True, text=True, check=False, timeout=60, env={"PATH": os.environ["PATH"]},
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def test_a_deposit_is_proven_without_palier_and_still_is_once_destroyed(
    superuser: psycopg.Connection, store: DocumentStore, tmp_path: Path
) -> None:
    with acting(LUCIE):
        number = deposit_paper(person_id=1, family="ASSURANCE", given=PAPER, store=store, at=AT)
        other = deposit_paper(person_id=1, family="BAIL", given=one_page(b"bail"), store=store, at=AT)
        where, beside = kept_deposit(number, person_id=1), kept_deposit(other, person_id=1)
        content = store.open(where)
    first = make_root(operator="essai", at=AT)
    assert first is not None
    assert (first.number, first.leaves) == (1, 2)
    with acting(LUCIE):
        destroy_deposit(deposit_id=number, person_id=1, at=AT + timedelta(days=1))
        with pytest.raises(DepositDestroyed):
            kept_deposit(number, person_id=1)
    second = make_root(operator="essai", at=AT + timedelta(days=1))
    again = make_root(operator="essai", at=AT + timedelta(days=2))
    assert second == again
    # The wrapped key is nowhere in the row any more; the pack holds noise, and its neighbour still opens.
    assert superuser.execute("SELECT kept_key FROM mail_deposit WHERE id = %s", [number]).fetchone() == (None,)
    packs = b"".join(path.read_bytes() for path in store.root.rglob("*.pack"))
    assert content[:40] not in packs
    assert where.wrapped not in packs
    with pytest.raises(DocumentShredded):
        store.open(replace(where, wrapped=b""))
    assert store.open(beside).startswith(b"%PDF")
    # The proof, given to someone who has nothing of Palier.
    with acting(LUCIE):
        proof = proof_of(where.digest)
    (tmp_path / "paper.pdf").write_bytes(content)
    heads = str(heads_file())
    code, told = verified(tmp_path / "p", proof, "--document", str(tmp_path / "paper.pdf"), "--heads", heads)
    assert code == 0, told
    assert "2 événements" in told
    _spoilt_proofs_are_refused(tmp_path, proof, heads)
    # A journal rewritten behind Palier's back is told, not a page that breaks.
    superuser.execute("ALTER TABLE mail_vaultevent DISABLE TRIGGER USER")
    superuser.execute(
        "UPDATE mail_vaultevent SET kind = 'READ' WHERE sha256 = %s AND kind = 'DEPOSITED'", [where.digest]
    )
    with acting(LUCIE):
        with pytest.raises(EventNotInRoot):
            proof_of(where.digest)
        assert proven(where.digest, content=content) == Proven(holds=False, since=None, is_stamped=False)


def _spoilt_proofs_are_refused(tmp_path: Path, proof: dict[str, object], heads: str) -> None:
    events = proof["events"]
    assert isinstance(events, list)
    for spoil in ("at", "kind", "sha256", "ref", "by"):
        told = json.loads(json.dumps(proof))
        told["events"][0]["event"][spoil] = "2020-01-01T00:00:00.000000Z" if spoil == "at" else "x"
        assert verified(tmp_path / "p", told, "--heads", heads)[0] == 1, spoil
    told = json.loads(json.dumps(proof))
    told["events"][1]["root"]["previous"] = "0" * 64
    assert verified(tmp_path / "p", told)[0] == 1
    (tmp_path / "other.pdf").write_bytes(b"%PDF another")
    assert verified(tmp_path / "p", proof, "--document", str(tmp_path / "other.pdf"))[0] == 1
    (tmp_path / "heads.jsonl").write_text(json.dumps({"number": 1, "head": "f" * 64}) + "\n")
    code, said = verified(tmp_path / "p", proof, "--heads", str(tmp_path / "heads.jsonl"))
    assert code == 1
    assert "publiée" in said


def test_a_stranger_reads_neither_the_paper_nor_its_journal_and_destroys_nothing(
    superuser: psycopg.Connection, store: DocumentStore
) -> None:
    with acting(LUCIE):
        number = deposit_paper(person_id=1, family="ASSURANCE", given=PAPER, store=store, at=AT)
        digest = kept_deposit(number, person_id=1).digest
        assert [event.kind for event in events_of_document(digest)] == ["DEPOSITED"]
    with acting(NEIGHBOUR):
        assert events_of_document(digest) == []
        for person in (1, 4):
            with pytest.raises(DepositNotFound):
                kept_deposit(number, person_id=person)
            with pytest.raises(DepositNotFound):
                destroy_deposit(deposit_id=number, person_id=person, at=AT)
    with pytest.raises(DatabaseError, match="row-level security"), acting(NEIGHBOUR):
        deposit_paper(person_id=1, family="AUTRE", given=PAPER, store=store, at=AT)


def test_what_is_noted_is_never_rewritten(superuser: psycopg.Connection, store: DocumentStore) -> None:
    with acting(LUCIE):
        deposit_paper(person_id=1, family="ASSURANCE", given=PAPER, store=store, at=AT)
    make_root(operator="essai", at=AT)
    for statement in (
        "UPDATE mail_vaultevent SET kind = 'READ'",
        "UPDATE mail_vaultevent SET root_number = 7",
        "UPDATE mail_vaultroot SET head_sha256 = repeat('0', 64)",
        "DELETE FROM mail_vaultroot",
    ):
        with pytest.raises(psycopg.errors.CheckViolation), superuser.transaction():
            superuser.execute(statement)


def test_a_made_document_is_noted_and_a_flipped_byte_is_found_and_told(
    two: psycopg.Connection, store: DocumentStore, capsys: pytest.CaptureFixture[str]
) -> None:
    documents = kept(two)
    assert two.execute("SELECT kind, by, lease_id FROM mail_vaultevent ORDER BY lease_id").fetchall() == [
        ("DEPOSITED", "JOB", 101),
        ("DEPOSITED", "JOB", 102),
    ]
    done = control(store, everything=True, operator="essai", at=AT)
    assert (done.documents, done.faults) == (len(documents), ())
    spoilt = documents[max(documents)]
    path = store.root / "packs" / spoilt.pack[:2] / f"{spoilt.pack}.pack"
    sound = path.read_bytes()
    path.chmod(0o600)
    path.write_bytes(sound[:100] + bytes([sound[100] ^ 1]) + sound[101:])
    # It is the first one's turn no more: what never held is read each night, and all are with --all.
    assert main(["documents", "check", "--all", "--json"]) == 1
    figures = json.loads(capsys.readouterr().out)
    assert [fault["finding"] for fault in figures["faults"]] == ["ALTERED"]
    assert two.execute("SELECT count(*) FROM mail_packcontrol WHERE finding <> ''").fetchone() == (1,)
    assert len(control(store, everything=False, operator="essai", at=AT).faults) == 1
    path.write_bytes(sound)
    assert main(["documents", "check", "--json"]) == 0
    path.unlink()
    assert [fault.finding for fault in control(store, everything=True, operator="essai", at=AT).faults] == ["MISSING"]


def test_what_was_kept_before_goes_in_packs_once_and_its_key_with_it(
    two: psycopg.Connection, store: DocumentStore
) -> None:
    documents = kept(two)
    contents = {number: store.open(each) for number, each in documents.items()}
    key = b"k" * 32
    for number, content in contents.items():
        digest = sha256(content).hexdigest()
        place = store.sealed_path(digest)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(sealed(content, key, digest))
        two.execute("UPDATE mail_document SET kept_key = NULL, kept_pack = '', kept_slot = 0 WHERE id = %s", [number])
    two.execute(
        """INSERT INTO mail_documentkey (account_id, year, lease_id, residence_id, wrapped, made_at)
           SELECT DISTINCT account_id, extract(year FROM issued_on)::int, lease_id, residence_id, %s::bytea, now()
           FROM mail_document WHERE pdf_sha256 <> ''""",
        [wrapped(key)],
    )
    assert {number: store.open(each) for number, each in kept(two).items()} == contents
    assert control(store, everything=True, operator="essai", at=AT).faults == ()
    assert move_to_packs(store, operator="essai") == (len(contents), 0)
    assert move_to_packs(store, operator="essai") == (0, 0)
    assert all(each.pack for each in kept(two).values())
    assert {number: store.open(each) for number, each in kept(two).items()} == contents
    assert not list(store.root.rglob("*.sealed"))
    assert two.execute("SELECT count(*) FROM mail_documentkey").fetchone() == (0,)


def test_packs_lose_what_was_destroyed_and_keep_what_is_alive(two: psycopg.Connection, store: DocumentStore) -> None:
    documents = kept(two)
    with acting(LUCIE):
        number = deposit_paper(person_id=1, family="ASSURANCE", given=PAPER, store=store, at=AT)
        where = kept_deposit(number, person_id=1)
        destroy_deposit(deposit_id=number, person_id=1, at=AT)
    # Written within the day: it may be a batch whose rows are not there yet.
    written = (store.root / "packs" / where.pack[:2] / f"{where.pack}.pack").stat().st_mtime
    young = AT.fromtimestamp(written + 3_600, tz=AT.tzinfo)
    assert compact(store, operator="essai", at=young) == (0, 0)
    shortened, won = compact(store, operator="essai", at=young + timedelta(days=2))
    assert shortened == 1
    assert won > where.size
    assert not (store.root / "packs" / where.pack[:2] / f"{where.pack}.pack").exists()
    for each in documents.values():
        assert store.open(each).startswith(b"%PDF")
        assert each.slot in bytes_in(store.shelf, each.pack)


def test_packs_are_made_shorter_by_one_process_at_a_time(two: psycopg.Connection, store: DocumentStore) -> None:
    with acting(LUCIE):
        number = deposit_paper(person_id=1, family="ASSURANCE", given=PAPER, store=store, at=AT)
        destroy_deposit(deposit_id=number, person_id=1, at=AT)
    later = now() + timedelta(days=2)
    two.execute("SELECT pg_advisory_lock(hashtextextended('palier.packs', 0))")
    try:
        with pytest.raises(PacksInHand, match="attendez sa fin"):
            compact(store, operator="essai", at=later)
    finally:
        two.execute("SELECT pg_advisory_unlock(hashtextextended('palier.packs', 0))")
    assert compact(store, operator="essai", at=later)[0] == 1
