"""Making PDFs while another session holds some of them: the work ends when none is left, whoever made it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.conf import settings
from django.db import connections
from django.db.transaction import atomic
from tests.operations.bank import AT, provable_lines
from tests.operations.test_receipts import OCTOBER, issue, pay

from palier.mail.operations import DocumentsHeldElsewhere, render_block
from palier.mail.store import DocumentStore
from palier.privacy.actor import batch
from palier.privacy.declare import Batch
from palier.quittancement.operations.issuing import render_until_done

LEFT = "SELECT count(*) FROM mail_document WHERE kind = 'RECU' AND rendered_at IS NULL"


@pytest.fixture
def three(superuser: psycopg.Connection) -> psycopg.Connection:
    """Three reçus of October are frozen, and none has its PDF any more."""
    provable_lines(superuser)
    for cents, account in ((11_111, 101), (22_222, 102), (33_333, 201)):
        pay(cents, account=account)
    issue()
    superuser.execute("UPDATE mail_document SET rendered_at = NULL, pdf_sha256 = '' WHERE kind = 'RECU'")
    return superuser


@contextmanager
def held(direct: psycopg.Connection) -> Iterator[psycopg.Connection]:
    """Another session that holds the first of them, as a process in the middle of its block does."""
    with psycopg.connect(direct.info.dsn, password=direct.info.password, autocommit=False) as other:
        other.execute("SELECT id FROM mail_document WHERE kind = 'RECU' ORDER BY id LIMIT 1 FOR UPDATE")
        yield other


def left(direct: psycopg.Connection) -> int:
    row = direct.execute(LEFT).fetchone()
    assert row is not None
    return int(row[0])


def in_a_thread(work: Callable[[], int]) -> tuple[threading.Thread, list[int]]:
    made: list[int] = []

    def run() -> None:
        try:
            made.append(work())
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    return thread, made


def waits_for(direct: psycopg.Connection, thread: threading.Thread) -> bool:
    """True once a session waits for the one that holds; False when the work ended without waiting."""
    while thread.is_alive():
        waiting = direct.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        ).fetchone()
        if waiting is not None and waiting[0]:
            return True
        thread.join(0.1)
    return False


def test_what_a_dying_session_held_is_made_before_the_work_ends(three: psycopg.Connection) -> None:
    with held(three) as other:
        thread, made = in_a_thread(lambda: render_until_done(str(OCTOBER), "essai", "", "RECU"))
        assert waits_for(three, thread)
        # The two others have their PDF already; the work is not told done.
        assert (left(three), made) == (1, [])
        other.close()
        thread.join(60)
    assert (left(three), made) == (0, [3])


def test_what_the_other_session_made_meanwhile_is_left_alone(three: psycopg.Connection) -> None:
    with held(three) as other:
        thread, made = in_a_thread(lambda: render_until_done(str(OCTOBER), "essai", "", "RECU"))
        assert waits_for(three, thread)
        other.execute(
            """UPDATE mail_document SET rendered_at = now(), pdf_sha256 = repeat('a', 64)
               WHERE id = (SELECT min(id) FROM mail_document WHERE kind = 'RECU')"""
        )
        other.commit()
        thread.join(60)
    assert (left(three), made) == (0, [2])
    kept = three.execute("SELECT count(*) FROM mail_document WHERE pdf_sha256 = repeat('a', 64)").fetchone()
    assert kept == (1,)


def test_a_document_held_too_long_is_told_and_the_work_is_not_done(three: psycopg.Connection) -> None:
    store = DocumentStore(settings.DOCUMENT_ROOT)
    with held(three), batch(Batch.MAIL, operator="essai", motive="QUITTANCES", command="essai"):
        with connections["default"].cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '200ms'")
        with pytest.raises(DocumentsHeldElsewhere, match="relancez l’édition"), atomic():
            render_block(month=OCTOBER, store=store, at=AT, kind="RECU", waits=True)
    assert left(three) == 3
