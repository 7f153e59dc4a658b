"""`palier bench letters`: a letter to a whole filtered list, from its frozen filter to one reprint.

By the product's own path: row security, journal, numbers, PDFs sealed each under its key.
"""

import os
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from multiprocessing import get_context
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
_READ: Final = ("IDENTITE", "BAIL", "DOCUMENTS")
# The two signatures: nobody of these numbers works there.
_FIRST, _SECOND = 900_001, 900_002


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
    lots: int
    lots_seconds: float
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


class _Laps:
    """The seconds of each step, one after the other."""

    def __init__(self) -> None:
        self.last = time.perf_counter()
        self.of: dict[str, float] = {}

    def end(self, step: str) -> None:
        """The step that ends here began where the last one ended."""
        before, self.last = self.last, time.perf_counter()
        self.of[step] = self.last - before


def _measure() -> LettersBench:
    """Write, try, sign twice, send, look up, put in lots, print a sheet again; send again, which must do nothing."""
    import django

    django.setup()
    from palier.correspondence.operations.checking import at_work, try_letters
    from palier.correspondence.operations.issuing import issue_letters
    from palier.correspondence.queries.register import Wanted, register_rows
    from palier.dispatch.operations.lots import make_print_lots
    from palier.foundation.clock import now
    from palier.privacy.actor import BY_COMMAND

    at, laps = now(), _Laps()
    with at_work(_OPERATOR, None, *_READ):
        sending_id, chosen = _chosen(_signer(_FIRST), at)
    laps.end("freeze")
    tried = try_letters(sending_id=sending_id, operator=_OPERATOR, agent_id=None, at=at)
    laps.end("dry run")
    _signed_twice(sending_id, at)
    laps.end("signatures")
    sent = issue_letters(sending_id=sending_id, operator=_OPERATOR, agent_id=None, at=at)
    laps.end("send")
    with at_work(_OPERATOR, None, *_READ):
        register_rows(Wanted(number=f"{sent.letters:06d}"))
    laps.end("register")
    lots = make_print_lots(by=BY_COMMAND, operator=_OPERATOR, agent_id=None, at=at)
    laps.end("lots")
    _printed_again(lots, at)
    laps.end("reprint")
    again = issue_letters(sending_id=sending_id, operator=_OPERATOR, agent_id=None, at=at)
    told = _Counts(chosen=chosen, refused=tried.refused, letters=sent.letters, lots=len(lots), again=again.letters)
    return _figures(told, laps.of)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Counts:
    chosen: int
    refused: int
    letters: int
    lots: int
    again: int


def _figures(told: _Counts, seconds: Mapping[str, float]) -> LettersBench:
    from palier.correspondence.operations.checking import at_work

    with at_work(_OPERATOR, None):
        whole = _numbers_without_gap(told.letters)
    return LettersBench(
        chosen=told.chosen,
        letters=told.letters,
        refused=told.refused,
        freeze_seconds=round(seconds["freeze"], 2),
        dry_run_seconds=round(seconds["dry run"], 2),
        send_seconds=round(seconds["send"], 2),
        letters_per_second=round(told.letters / seconds["send"], 1),
        register_ms=round(1000 * seconds["register"], 1),
        lots=told.lots,
        lots_seconds=round(seconds["lots"], 2),
        reprint_ms=round(1000 * seconds["reprint"], 1),
        again_letters=told.again - told.letters,
        peak_rss_mb=peak_rss_mb(),
        numbers_without_gap=whole,
    )


def _signer(number: int) -> "Actor":
    from palier.privacy.actor import Actor
    from palier.privacy.declare import Role

    return Actor(role=Role.HEADQUARTERS, purpose="GESTION_LOCATIVE", agent_id=number)


def _signed_twice(sending_id: int, at: datetime) -> None:
    from palier.correspondence.operations.checking import at_work
    from palier.correspondence.operations.signing import launch_sending, sign_sending

    with at_work(_OPERATOR, None):
        sign_sending(sending_id=sending_id, actor=_signer(_FIRST), at=at)
        launch_sending(sending_id=sending_id, actor=_signer(_SECOND), at=at)


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


def _printed_again(lots: Sequence[str], at: datetime) -> None:
    """The last sheet of the last lot of letters, bound again and written down."""
    from palier.correspondence.operations.checking import at_work
    from palier.dispatch.models import PrintLot
    from palier.dispatch.operations.printing import reprinted_sheet
    from palier.privacy.actor import BY_COMMAND

    with at_work(_OPERATOR, None, *_READ):
        of_letters = PrintLot.objects.filter(number__in=lots, family="LETTERS").order_by("number")
        number, papers = of_letters.values_list("number", "paper_count").last() or ("", 0)
        reprinted_sheet(number, rank=papers, sheet=1, by=BY_COMMAND, at=at)


def _numbers_without_gap(count: int) -> bool:
    from palier.foundation.reading import fetch_count

    statement = """SELECT count(DISTINCT number) FROM correspondence_letter
                   WHERE number <> '' AND right(number, 6)::int BETWEEN 1 AND %(count)s"""
    return fetch_count(statement, {"count": count}) == count
