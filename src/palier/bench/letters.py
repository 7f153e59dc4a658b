"""`palier bench letters`: a letter to a whole filtered list, from its frozen filter to one reprint.

By the product's own path: row security, journal, numbers, PDFs sealed each under its key.
"""

import os
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Final

import psycopg

from palier.bench.landlord import cloned, prepared
from palier.bench.memory import peak_rss_mb
from palier.foundation.home import home_of
from palier.foundation.postgres import ensure_running

if TYPE_CHECKING:
    from palier.privacy.actor import Actor

Listener = Callable[[str, int, int], None]

_OPERATOR: Final = "bench"


@dataclass(frozen=True, slots=True, kw_only=True)
class LettersBench:
    """Figures of one sending. Seconds are wall time; a second sending of the same would take no number again."""

    chosen: int
    letters: int
    refused: int
    freeze_seconds: float
    dry_run_seconds: float
    send_seconds: float
    letters_per_second: float
    register_ms: float
    reprint_ms: float
    again_letters: int
    peak_rss_mb: int
    numbers_without_gap: bool


def run(count: int, *, listener: Listener) -> LettersBench:
    """Build a landlord that has as many dwellings when it is missing, then write to every running lease of a copy."""
    name = prepared(count, listener=listener)
    with cloned(name):
        listener("Lettres", 0, 1)
        with psycopg.connect(ensure_running(home_of(os.environ)).administrator_conninfo()) as apart:
            apart.execute("ANALYZE")
            apart.commit()
        # A fresh process: its memory is that of the sending alone.
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            measured = pool.submit(_measure).result()
        listener("Lettres", 1, 1)
    return measured


def _measure() -> LettersBench:
    """Write, try, sign twice, send, look up, print once again; then send again, which must do nothing."""
    import django

    django.setup()
    from palier.correspondence.operations.checking import at_work, try_letters
    from palier.correspondence.operations.issuing import issue_letters
    from palier.correspondence.operations.signing import launch_sending, sign_sending
    from palier.correspondence.queries.register import Wanted, register_rows
    from palier.foundation.clock import now
    from palier.privacy.actor import Actor
    from palier.privacy.declare import Role

    at, read = now(), ("IDENTITE", "BAIL", "DOCUMENTS")
    # The two signatures: nobody of these numbers works there.
    first, second = (
        Actor(role=Role.HEADQUARTERS, purpose="GESTION_LOCATIVE", agent_id=number) for number in (900_001, 900_002)
    )
    began = time.perf_counter()
    with at_work(_OPERATOR, None, *read):
        sending_id, chosen = _chosen(first, at)
    frozen = time.perf_counter()
    tried = try_letters(sending_id=sending_id, operator=_OPERATOR, agent_id=None, at=at)
    dry = time.perf_counter()
    with at_work(_OPERATOR, None):
        sign_sending(sending_id=sending_id, actor=first, at=at)
        launch_sending(sending_id=sending_id, actor=second, at=at)
    signed = time.perf_counter()
    sent = issue_letters(sending_id=sending_id, operator=_OPERATOR, agent_id=None, at=at)
    made = time.perf_counter()
    with at_work(_OPERATOR, None, *read):
        (row, *_) = register_rows(Wanted(number=f"{sent.letters:06d}"))
        looked = time.perf_counter()
        _printed_again(row.document_id or 0)
    printed = time.perf_counter()
    again = issue_letters(sending_id=sending_id, operator=_OPERATOR, agent_id=None, at=at)
    with at_work(_OPERATOR, None):
        whole = _numbers_without_gap(sent.letters)
    return LettersBench(
        chosen=chosen,
        letters=sent.letters,
        refused=tried.refused,
        freeze_seconds=round(frozen - began, 2),
        dry_run_seconds=round(dry - frozen, 2),
        send_seconds=round(made - signed, 2),
        letters_per_second=round(sent.letters / (made - signed), 1),
        register_ms=round(1000 * (looked - made), 1),
        reprint_ms=round(1000 * (printed - looked), 1),
        again_letters=again.letters - sent.letters,
        peak_rss_mb=peak_rss_mb(),
        numbers_without_gap=whole,
    )


def _chosen(actor: "Actor", at: datetime) -> tuple[int, int]:
    """A template of two signatures, and every running lease of the list frozen."""
    from palier.correspondence.operations.selecting import Occasion, choose_leases
    from palier.correspondence.operations.templates import Draft, create_template
    from palier.correspondence.starters import STARTERS
    from palier.leases.queries.lists import LeaseFilter

    text = STARTERS["coupure-eau"]
    draft = Draft(title=text.title, source=text.source, needs_two=True)
    version = create_template(code="mesure", name="Mesure", draft=draft, actor=actor, at=at)
    sending = choose_leases(
        version_id=version.pk,
        kept=LeaseFilter(state="EN_COURS"),
        occasion=Occasion(event_on=at.date() + timedelta(days=14), slot="MATIN"),
        actor=actor,
        at=at,
    )
    return sending.pk, sending.selected_count


def _printed_again(document_id: int) -> None:
    from django.conf import settings

    from palier.mail.documents import pdf_of
    from palier.mail.queries import frozen_document
    from palier.mail.store import DocumentStore

    document = frozen_document(document_id)
    if document is None:
        raise LookupError(document_id)
    pdf_of(document.id, document.pdf_sha256, store=DocumentStore(Path(settings.DOCUMENT_ROOT)))


def _numbers_without_gap(count: int) -> bool:
    from palier.foundation.reading import fetch_count

    statement = """SELECT count(DISTINCT number) FROM correspondence_letter
                   WHERE number <> '' AND right(number, 6)::int BETWEEN 1 AND %(count)s"""
    return fetch_count(statement, {"count": count}) == count
