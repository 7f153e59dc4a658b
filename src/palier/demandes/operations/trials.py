"""Trying a grid from the desk: asked by the secretary, run by a job as the command runs it, its figures kept."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.utils import timezone

from palier.agents.access import agent_by_id, agent_of
from palier.demandes.models import GridTrial, GridTrialBand, GridTrialGroup
from palier.demandes.operations.scoring import MOTIVE, Asked, Shown
from palier.demandes.operations.simulating import simulate
from palier.demandes.rules.grids import Grid, parse_grid
from palier.demandes.rules.trials import PATHS_FR, Simulation, grid_toml
from palier.foundation.errors import Refusal
from palier.foundation.models import JobProgress
from palier.privacy.actor import Actor, Reading, batch
from palier.privacy.declare import Batch, Role
from palier.privacy.deferring import defer

TASK: Final = "palier.demandes.tasks.try_grid"
QUEUE: Final = "applications"
LABEL: Final = "Essai d’une grille"
COMMAND: Final = "essai de grille"
_MAY_TRY: Final = (Role.COMMISSION_SECRETARY,)


class AnotherGrid(Refusal):
    """Ce fichier est la grille {found} : il ne s’essaie pas contre la grille {wanted}."""


class MayNotTry(Refusal):
    """Cette fonction n’essaie plus de grille : demandez à la secrétaire de la commission."""


class TrialUnknown(Refusal):
    """Cet essai n’existe plus."""


def require_same_kind(grid: Grid, *, against: Grid) -> None:
    """A file is tried against the grid of its own territory and path. Raises AnotherGrid."""
    if (grid.territory, grid.path) != (against.territory, against.path):
        raise AnotherGrid(found=_named(grid), wanted=_named(against))


def ask_trial(*, grid: Grid, on: date, actor: Actor, at: datetime) -> int:
    """Ask for a grid to be tried; the trial's number. One waits at a time. Raises AlreadyAsked."""
    with transaction.atomic():
        trial = GridTrial.objects.create(
            territory=grid.territory,
            path=grid.path.value,
            version=grid.version,
            text=grid_toml(grid),
            asked_by_id=agent_of(actor),
            asked_at=at,
            on=on,
            before_version="",
        )
        job = defer(
            TASK,
            queue=QUEUE,
            lock="grid-trial",
            queueing_lock="grid-trial",
            args={"trial_id": trial.pk, "asked_by": actor.agent_id},
        )
    key = trial_key(trial.pk, job)
    JobProgress.objects.bulk_create([JobProgress(key=key, label=LABEL, state="WAITING", updated_at=at)])
    return trial.pk


def trial_key(trial_id: int, job: int | None = None) -> str:
    """The name under which the work on a trial shows: "grid-trial:3/57"."""
    return f"grid-trial:{trial_id}" if job is None else f"grid-trial:{trial_id}/{job}"


def run_trial(*, trial_id: int, asked_by: int, operator: str, at: Callable[[], datetime], shown: Shown) -> Simulation:
    """Try the grid by the operation of the command, and keep its figures in place of any that a killed job left.

    Raises NoSuchAgent, MayNotTry, TrialUnknown.
    """
    name = _asker(asked_by, operator=operator)
    asked = Asked(operator=f"{operator}, pour {name}", agent_id=asked_by)
    with _batch(asked):
        trial = GridTrial.objects.filter(pk=trial_id).first()
    if trial is None:
        raise TrialUnknown
    grid = parse_grid(trial.text, file=trial.version)
    found = simulate(grid, on=trial.on, asked=asked, shown=shown)
    with _batch(asked):
        _keep(trial_id, found, timezone.localtime(at()))
    return found


def _asker(asked_by: int, *, operator: str) -> str:
    """The name of who asked, still in post and in a function that may. Raises NoSuchAgent, MayNotTry."""
    with batch(
        Batch.LETTERS, operator=operator, motive=MOTIVE, command="qui demande", agent_id=asked_by, categories=()
    ):
        agent = agent_by_id(asked_by)
    if agent.role not in _MAY_TRY:
        raise MayNotTry
    return agent.name


def _batch(asked: Asked) -> AbstractContextManager[Reading]:
    """The job's role, on figures alone."""
    return batch(
        Batch.ALLOCATION,
        operator=asked.operator,
        motive=MOTIVE,
        command=COMMAND,
        agent_id=asked.agent_id,
        categories=(),
    )


def _keep(trial_id: int, found: Simulation, at: datetime) -> None:
    GridTrialGroup.objects.filter(trial_id=trial_id).delete()
    GridTrialBand.objects.filter(trial_id=trial_id).delete()
    GridTrialGroup.objects.bulk_create(
        GridTrialGroup(
            trial_id=trial_id,
            place=place,
            family=group.family,
            label=group.label,
            applications=group.applications,
            winners=group.winners,
            losers=group.losers,
            average_change_hundredths=group.average_change_hundredths,
        )
        for place, group in enumerate(found.groups)
    )
    GridTrialBand.objects.bulk_create(
        GridTrialBand(trial_id=trial_id, lowest=band.lowest, before=band.before, after=band.after)
        for band in found.bands
    )
    GridTrial.objects.filter(pk=trial_id).update(
        done_at=at,
        before_version=found.before_version,
        applications=found.applications,
        winners=found.winners,
        losers=found.losers,
        unchanged=found.unchanged,
    )


def _named(grid: Grid) -> str:
    return f"{grid.territory}, {PATHS_FR[grid.path]}"
