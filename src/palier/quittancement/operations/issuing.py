"""The notices, quittances and reçus of a month: the facts are frozen first, then the PDFs made on every core.

Safe to run again at any time: what is made is left alone.
"""

import os
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from django.conf import settings

from palier.dispatch.operations.routing import route
from palier.foundation import jobs
from palier.foundation.clock import now, today
from palier.foundation.errors import Refusal
from palier.foundation.jobs import Progress
from palier.foundation.periods import Month
from palier.mail.models import LETTER_KIND, NOTICE_KIND, RECEIPT_KINDS
from palier.mail.operations import left_to_render, render_block
from palier.mail.store import DocumentStore
from palier.privacy.actor import Reading, batch
from palier.privacy.declare import Batch
from palier.quittancement.models import Run
from palier.quittancement.operations.notices import forget_refused_notices, freeze_block
from palier.quittancement.operations.receipts import BLOCK, freeze_receipts, terms_that_changed

COMMAND = "avis du mois"
RECEIPTS_COMMAND = "quittances et reçus"
# The motive and the command that the journal keeps, by kind of document.
_WHY: Final[Mapping[str, tuple[str, str]]] = {
    NOTICE_KIND: ("AVIS", COMMAND),
    **dict.fromkeys(RECEIPT_KINDS, ("QUITTANCES", RECEIPTS_COMMAND)),
    LETTER_KIND: ("COURRIER", "courrier sortant"),
}
# Every other kind is a letter of a campaign.
_LETTERS = ("CAMPAGNE", "lettres d’une campagne")
# Below this, starting another process costs more than it saves.
_WORTH_A_PROCESS = 400


class MonthNotSealed(Refusal):
    """Le mois {of_month} n’est pas scellé : ses avis se font une fois le mois relu et scellé."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """Notices of the month: with their PDF, and set aside because one could not be made."""

    notices: int
    refused: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """Papers made now: quittances, reçus, withdrawals; and the terms whose paper could not be made, with the reason."""

    quittances: int
    receipts: int
    withdrawals: int
    refused: tuple[str, ...]


def issue_notices(
    *, month: Month, operator: str, agent_id: int | None, progress: Progress | None = None, at: datetime | None = None
) -> Issued:
    """Freeze and make every notice of the month's sealed runs. Raises MonthNotSealed, DiskFull.

    `at`: the instant they are made, for a demonstration that plays another day; without it, each block's own.

    Opens its own transactions: a kill loses at most the block in hand, and the next call goes on from there.
    """
    with batch(Batch.MAIL, operator=operator, motive="AVIS", command=COMMAND, agent_id=agent_id, categories=()):
        runs = list(Run.objects.filter(month=month.first_day, state="SEALED").values_list("id", "lease_count"))
        for run_id, _ in runs:
            forget_refused_notices(run_id=run_id)
    if not runs:
        raise MonthNotSealed(of_month=month.of_fr())
    looked_at = _freeze(runs, operator, agent_id, progress, at)
    with batch(Batch.MAIL, operator=operator, motive="AVIS", command=COMMAND, agent_id=agent_id):
        route(month=month, kinds=(NOTICE_KIND,), at=at or now())
    render_kind(month, NOTICE_KIND, "PDF des avis", operator, agent_id, progress, at)
    with batch(Batch.MAIL, operator=operator, motive="AVIS", command=COMMAND, agent_id=agent_id, categories=()):
        _, notices = left_to_render(month=month)
    return Issued(notices=notices, refused=max(0, looked_at - notices))


def issue_receipts(
    *, month: Month | None, operator: str, agent_id: int | None, progress: Progress | None = None
) -> Handed:
    """Make the papers that the payments since the last time call for, of one month's terms or of every month's.

    Opens its own transactions: a kill loses at most the block in hand, and the next call goes on from there. Done
    twice, the second time makes nothing. Raises MonthNotSealed, DiskFull.
    """
    with _at_work(operator, agent_id, reads=False):
        sealed = Run.objects.filter(state="SEALED", first_number__isnull=False).order_by("month", "rank")
        if month is not None:
            sealed = sealed.filter(month=month.first_day)
        runs = list(sealed)
        changed = [(run, terms_that_changed(run_id=run.pk, on=today())) for run in runs]
    if month is not None and not runs:
        raise MonthNotSealed(of_month=month.of_fr())
    kinds: Counter[str] = Counter()
    refused: list[str] = []
    done, total = 0, sum(len(bills) for _, bills in changed)
    for run, bills in changed:
        for start in range(0, len(bills), BLOCK):
            block = bills[start : start + BLOCK]
            with _at_work(operator, agent_id):
                made = freeze_receipts(
                    run_id=run.pk,
                    first_number=run.first_number or 1,
                    month=Month.of(run.month),
                    bill_ids=block,
                    at=now(),
                )
            kinds.update(made.kinds)
            refused.extend(made.refused)
            done += len(block)
            if progress is not None:
                progress.at("Papiers figés", done, total)
    for first_day in sorted({run.month for run in runs}):
        if kinds:
            with _at_work(operator, agent_id):
                route(month=Month.of(first_day), kinds=RECEIPT_KINDS, at=now())
        for kind in RECEIPT_KINDS:
            render_kind(Month.of(first_day), kind, "PDF des quittances et reçus", operator, agent_id, progress)
    return Handed(
        quittances=kinds["QUITTANCE"],
        receipts=kinds["RECU"],
        withdrawals=kinds["RETRAIT"],
        refused=tuple(refused),
    )


def _at_work(operator: str, agent_id: int | None, *, reads: bool = True) -> AbstractContextManager[Reading]:
    return batch(
        Batch.MAIL,
        operator=operator,
        motive="QUITTANCES",
        command=RECEIPTS_COMMAND,
        agent_id=agent_id,
        categories=None if reads else (),
    )


def _freeze(
    runs: list[tuple[int, int]], operator: str, agent_id: int | None, progress: Progress | None, at: datetime | None
) -> int:
    total = sum(lease_count for _, lease_count in runs)
    done = 0
    for run_id, _ in runs:
        while True:
            with batch(Batch.MAIL, operator=operator, motive="AVIS", command=COMMAND, agent_id=agent_id):
                frozen = freeze_block(run_id=run_id, at=at or now())
            if not frozen:
                break
            done += frozen
            if progress is not None:
                progress.at("Avis figés", min(done, total), total)
    return total


def render_kind(
    month: Month,
    kind: str,
    label: str,
    operator: str,
    agent_id: int | None,
    progress: Progress | None,
    at: datetime | None = None,
) -> None:
    """Make the PDFs that the month's documents of one kind lack, on every core when there are many."""
    motive, command = _WHY.get(kind, _LETTERS)
    with batch(Batch.MAIL, operator=operator, motive=motive, command=command, agent_id=agent_id, categories=()):
        left, _ = left_to_render(month=month, kind=kind)
    if not left:
        return
    instant = at.isoformat() if at is not None else ""
    if left < _WORTH_A_PROCESS:
        render_until_done(str(month), operator, str(agent_id or ""), kind, instant)
        return
    futures = jobs.in_processes(
        os.cpu_count() or 1,
        f"{__name__}.{render_until_done.__name__}",
        str(month),
        operator,
        str(agent_id or ""),
        kind,
        instant,
    )
    while True:
        done, working = wait(futures, timeout=1.0)
        if progress is not None:
            with batch(Batch.MAIL, operator=operator, motive=motive, command=command, agent_id=agent_id, categories=()):
                left, total = left_to_render(month=month, kind=kind)
            progress.at(label, total - left, total)
        if not working:
            break
    try:
        for future in done:
            future.result()
    except BrokenProcessPool:
        # The system killed one of them, for its memory most often: what is left is made here, alone.
        render_until_done(str(month), operator, str(agent_id or ""), kind, instant)


def render_until_done(month: str, operator: str, agent_id: str, kind: str = NOTICE_KIND, instant: str = "") -> int:
    """Make PDFs of the month and kind until none is left, of any process; how many this process made.

    What another holds at the end is waited for: after a kill, a session that is dying would else keep its documents
    from everybody, and the work be told done without them. Raises DocumentsHeldElsewhere.
    """
    store = DocumentStore(Path(settings.DOCUMENT_ROOT))
    motive, command = _WHY.get(kind, _LETTERS)
    asked_by = int(agent_id) if agent_id else None
    made, waits = 0, False
    while True:
        with batch(Batch.MAIL, operator=operator, motive=motive, command=command, agent_id=asked_by):
            at = datetime.fromisoformat(instant) if instant else now()
            block = render_block(month=Month.parse(month), store=store, at=at, kind=kind, waits=waits)
        made += block
        if block:
            waits = False
            continue
        with batch(Batch.MAIL, operator=operator, motive=motive, command=command, agent_id=asked_by, categories=()):
            left, _ = left_to_render(month=Month.parse(month), kind=kind)
        if not left:
            return made
        waits = True
