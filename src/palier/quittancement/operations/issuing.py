"""The notices of a month: all the facts are frozen, then the PDFs made on every core. Safe to run again at any time."""

import os
from concurrent.futures import wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from palier.foundation import jobs
from palier.foundation.clock import now
from palier.foundation.errors import Refusal
from palier.foundation.jobs import Progress
from palier.foundation.periods import Month
from palier.mail.keys import make_keys
from palier.mail.operations import left_to_render, render_block
from palier.mail.store import DocumentStore
from palier.privacy.actor import batch
from palier.privacy.declare import Batch
from palier.quittancement.models import Run
from palier.quittancement.operations.notices import forget_refused_notices, freeze_block

COMMAND = "avis du mois"
# Below this, starting another process costs more than it saves.
_WORTH_A_PROCESS = 400


class MonthNotSealed(Refusal):
    """Le mois {of_month} n’est pas scellé : ses avis se font une fois le mois relu et scellé."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """Notices of the month: with their PDF, and set aside because one could not be made."""

    notices: int
    refused: int


def issue_notices(*, month: Month, operator: str, agent_id: int | None, progress: Progress | None = None) -> Issued:
    """Freeze and make every notice of the month's sealed runs. Raises MonthNotSealed, DiskFull.

    Opens its own transactions: a kill loses at most the block in hand, and the next call goes on from there.
    """
    with batch(Batch.MAIL, operator=operator, motive="AVIS", command=COMMAND, agent_id=agent_id, categories=()):
        runs = list(Run.objects.filter(month=month.first_day, state="SEALED").values_list("id", "lease_count"))
        for run_id, _ in runs:
            forget_refused_notices(run_id=run_id)
    if not runs:
        raise MonthNotSealed(of_month=month.of_fr())
    looked_at = _freeze(runs, operator, agent_id, progress)
    _render(month, operator, agent_id, progress)
    with batch(Batch.MAIL, operator=operator, motive="AVIS", command=COMMAND, agent_id=agent_id, categories=()):
        _, notices = left_to_render(month=month)
    return Issued(notices=notices, refused=max(0, looked_at - notices))


def _freeze(runs: list[tuple[int, int]], operator: str, agent_id: int | None, progress: Progress | None) -> int:
    total = sum(lease_count for _, lease_count in runs)
    done = 0
    for run_id, _ in runs:
        while True:
            with batch(Batch.MAIL, operator=operator, motive="AVIS", command=COMMAND, agent_id=agent_id):
                frozen = freeze_block(run_id=run_id, at=now())
            if not frozen:
                break
            done += frozen
            if progress is not None:
                progress.at("Avis figés", min(done, total), total)
    return total


def _render(month: Month, operator: str, agent_id: int | None, progress: Progress | None) -> None:
    with batch(Batch.MAIL, operator=operator, motive="AVIS", command=COMMAND, agent_id=agent_id, categories=()):
        make_keys(month=month, at=now())
        left, _ = left_to_render(month=month)
    if left < _WORTH_A_PROCESS:
        render_until_done(str(month), operator, str(agent_id or ""))
        return
    futures = jobs.in_processes(
        os.cpu_count() or 1,
        f"{__name__}.{render_until_done.__name__}",
        str(month),
        operator,
        str(agent_id or ""),
    )
    while True:
        done, working = wait(futures, timeout=1.0)
        if progress is not None:
            with batch(Batch.MAIL, operator=operator, motive="AVIS", command=COMMAND, agent_id=agent_id, categories=()):
                left, total = left_to_render(month=month)
            progress.at("PDF des avis", total - left, total)
        if not working:
            break
    try:
        for future in done:
            future.result()
    except BrokenProcessPool:
        # The system killed one of them, for its memory most often: what is left is made here, alone.
        render_until_done(str(month), operator, str(agent_id or ""))


def render_until_done(month: str, operator: str, agent_id: str) -> int:
    """Make PDFs of the month until none is left that no one else holds; how many this process made."""
    store = DocumentStore(Path(settings.DOCUMENT_ROOT))
    made = 0
    while True:
        with batch(
            Batch.MAIL, operator=operator, motive="AVIS", command=COMMAND, agent_id=int(agent_id) if agent_id else None
        ):
            block = render_block(month=Month.parse(month), store=store, at=now())
        if not block:
            return made
        made += block
