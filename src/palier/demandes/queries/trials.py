"""Grids tried at the desk: the latest, and the figures of one. No person in them."""

from dataclasses import dataclass
from datetime import date, datetime

from palier.demandes.models import GridTrial, GridTrialBand, GridTrialGroup
from palier.demandes.queries.grids import grid_in_force
from palier.demandes.rules.grids import parse_grid
from palier.demandes.rules.trials import Band, Change, Group, Simulation, changes_between


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialRow:
    """One trial in the list. Its numbers are None while it runs, or when they are hidden."""

    id: int
    territory: str
    path: str
    version: str
    asked_by: str
    asked_at: datetime
    done_at: datetime | None
    winners: int | None
    losers: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One trial. `told` is what the command would tell, None until the job has ended."""

    id: int
    version: str
    territory: str
    path: str
    asked_by: str
    asked_at: datetime
    on: date
    text: str
    told: Simulation | None
    # What differs from the grid in force that day; None where no grid was.
    changes: tuple[Change, ...] | None


def latest_trials(limit: int) -> list[TrialRow]:
    """The latest asked first."""
    return [
        TrialRow(
            id=trial.pk,
            territory=trial.territory,
            path=trial.path,
            version=trial.version,
            asked_by=f"{trial.asked_by.first_name} {trial.asked_by.last_name}",
            asked_at=trial.asked_at,
            done_at=trial.done_at,
            winners=trial.winners,
            losers=trial.losers,
        )
        for trial in GridTrial.objects.select_related("asked_by").defer("text").order_by("-asked_at", "-id")[:limit]
    ]


def trial_of(trial_id: int) -> Trial | None:
    """One trial, with its figures once it has them."""
    trial = GridTrial.objects.select_related("asked_by").filter(pk=trial_id).first()
    if trial is None:
        return None
    return Trial(
        id=trial.pk,
        version=trial.version,
        territory=trial.territory,
        path=trial.path,
        asked_by=f"{trial.asked_by.first_name} {trial.asked_by.last_name}",
        asked_at=trial.asked_at,
        on=trial.on,
        text=trial.text,
        told=_told(trial) if trial.done_at is not None else None,
        changes=_changes(trial),
    )


def _changes(trial: GridTrial) -> tuple[Change, ...] | None:
    before = grid_in_force(trial.territory, trial.path, on=trial.on)
    return changes_between(before, parse_grid(trial.text, file=trial.version)) if before is not None else None


def _told(trial: GridTrial) -> Simulation:
    return Simulation(
        territory=trial.territory,
        version=trial.version,
        before_version=trial.before_version,
        applications=trial.applications or 0,
        winners=trial.winners,
        losers=trial.losers,
        unchanged=trial.unchanged,
        groups=tuple(
            Group(
                family=group.family,
                label=group.label,
                applications=group.applications,
                winners=group.winners,
                losers=group.losers,
                average_change_hundredths=group.average_change_hundredths,
            )
            for group in GridTrialGroup.objects.filter(trial=trial).order_by("place")
        ),
        bands=tuple(
            Band(lowest=band.lowest, before=band.before, after=band.after)
            for band in GridTrialBand.objects.filter(trial=trial).order_by("lowest")
        ),
    )
