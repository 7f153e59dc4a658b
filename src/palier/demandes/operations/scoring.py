"""The stock scored by its territories' grids: Palier's control computation, block by block, each block kept as it ends.

Stopped halfway, it goes on where it was: what is already scored of the day, by the same grid and from the same version
of the application, is not due.
"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from django.db import connection

from palier.demandes.operations.score_figures import tell_figures
from palier.demandes.queries.facts import facts_of
from palier.demandes.queries.grids import grids_on
from palier.demandes.rules.cotation import points_only
from palier.demandes.rules.facts import Facts
from palier.demandes.rules.grids import Grid
from palier.foundation.reading import fetch_count
from palier.foundation.staging import columns_of, copy_rows
from palier.privacy.actor import Reading, batch
from palier.privacy.declare import Batch

COMMAND = "cotation"
MOTIVE = "ATTRIBUTION"
BLOCK = 20_000
# Seniority moves a score by whole months: a score of the month is still one when nothing else moved.
_STALE_AFTER = timedelta(days=31)
_COLUMNS = (
    "application_id",
    "territory",
    "grid_version",
    "points",
    "filed_on",
    "application_version",
    "scored_on",
)
# One look by index for each application: while a first run fills the scores, PostgreSQL still takes them for empty, and
# as an anti join it read them whole again for every application.
_DUE = """
SELECT a.id, a.version FROM demandes_application AS a
LEFT JOIN LATERAL (SELECT true AS is_scored FROM demandes_standing AS s
                   WHERE s.application_id = a.id AND s.application_version = a.version AND s.scored_on >= %(since)s
                     AND s.scored_on <= %(on)s AND s.grid_version = ANY(%(versions)s) LIMIT 1) AS d ON true
WHERE a.id > %(after)s AND a.state = 'ACTIVE' AND d.is_scored IS NULL
  AND EXISTS (SELECT FROM demandes_wish AS w WHERE w.application_id = a.id AND w.commune = ANY(%(communes)s))
ORDER BY a.id LIMIT %(block)s
"""
_COUNT = "SELECT count(*) FROM demandes_application WHERE state = 'ACTIVE'"
_UPSERT = """
INSERT INTO demandes_standing ({columns}) SELECT {columns} FROM {into}
ON CONFLICT (application_id, territory) DO UPDATE SET
    grid_version = EXCLUDED.grid_version, points = EXCLUDED.points, filed_on = EXCLUDED.filed_on,
    application_version = EXCLUDED.application_version, scored_on = EXCLUDED.scored_on
"""
_NO_LONGER_WEIGHED = """
DELETE FROM demandes_standing AS s
WHERE NOT EXISTS (SELECT FROM demandes_application AS a WHERE a.id = s.application_id AND a.state = 'ACTIVE')
   OR (s.scored_on <> %(on)s AND %(whole)s)
"""


class Shown(Protocol):
    """Where the progress is told."""

    def at(self, phase: str, done: int, total: int) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Who has the stock scored."""

    operator: str
    agent_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """How many applications were read, and how many scores written: one a territory."""

    applications: int
    scores: int


def score_stock(
    *, on: date, asked: Asked, whole: bool = True, shown: Shown | None = None, block: int = BLOCK
) -> Scored:
    """Score every active application that asks for a commune of a grid; its figures are told after a whole run.

    `whole` false: only those that changed since they were scored, or never were.
    """
    grids = grids_on(on)
    after = applications = scores = 0
    with _batch(asked, categories=()):
        total = fetch_count(_COUNT, {})
    while True:
        with _batch(asked):
            due = _due(grids, after=after, on=on, whole=whole, block=block)
            if due:
                scores += _write(grids, due, on)
        if not due:
            break
        after, applications = due[-1][0], applications + len(due)
        if shown is not None:
            shown.at("Calcul des points", applications, max(total, applications))
    with _batch(asked):
        _delete_unweighed(on=on, whole=whole)
        if whole:
            tell_figures(on=on, territories=_territories(grids))
    return Scored(applications=applications, scores=scores)


def scores_of(facts: dict[int, Facts], grids: Sequence[Grid], on: date) -> Iterator[tuple[int, Facts, Grid, int]]:
    """Each application with each grid that weighs it, and its points."""
    for number, known in facts.items():
        for grid in grids:
            if grid.weighs(known):
                yield number, known, grid, points_only(known, grid, on)


def _due(grids: Sequence[Grid], *, after: int, on: date, whole: bool, block: int) -> list[tuple[int, int]]:
    values: dict[str, int | date | list[str]] = {
        "after": after,
        "communes": sorted({commune for grid in grids for commune in grid.communes}),
        "versions": [grid.version for grid in grids],
        "on": on,
        "since": on if whole else on - _STALE_AFTER,
        "block": block,
    }
    with connection.cursor() as cursor:
        cursor.execute(_DUE, values)
        return [(number, version) for number, version in cursor.fetchall()]


def _write(grids: Sequence[Grid], due: list[tuple[int, int]], on: date) -> int:
    versions = dict(due)
    stage = columns_of("demandes_standing", _COLUMNS, into="staged_standing")
    facts = facts_of(list(versions), on=on)
    copy_rows(
        stage,
        (
            (number, grid.territory, grid.version, points, known.filed_on, versions[number], on)
            for number, known, grid, points in scores_of(facts, grids, on)
        ),
    )
    with connection.cursor() as cursor:
        cursor.execute(stage.named(_UPSERT))
        written: int = cursor.rowcount
    return written


def _batch(asked: Asked, categories: Sequence[str] | None = None) -> AbstractContextManager[Reading]:
    return batch(
        Batch.ALLOCATION,
        operator=asked.operator,
        motive=MOTIVE,
        command=COMMAND,
        agent_id=asked.agent_id,
        categories=categories,
    )


def _delete_unweighed(*, on: date, whole: bool) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_NO_LONGER_WEIGHED, {"on": on, "whole": whole})


def _territories(grids: Sequence[Grid]) -> dict[str, list[str]]:
    covered: dict[str, set[str]] = {}
    for grid in grids:
        covered.setdefault(grid.territory, set()).update(grid.communes)
    return {territory: sorted(communes) for territory, communes in covered.items()}
