"""Why an application has its points, and what may be told of the others (CCH R441-2-17): for an officer, for oneself.

The official score is the territory's; the lines are Palier's control computation, labelled as such. The facts are read
under the reader's own role: whoever may not read the resources of a file has no lines for it.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from palier.demandes.queries.facts import facts_of
from palier.demandes.queries.grids import grids_on
from palier.demandes.rules.cotation import Line, score
from palier.demandes.rules.facts import Facts
from palier.demandes.rules.grids import Grid, Status
from palier.foundation.reading import fetch

_MOST_ROOMS = 6
_BAND = 20
_OFFICIAL = """
SELECT DISTINCT ON (o.territory) o.territory, o.points, o.computed_on, o.source
FROM demandes_officialscore AS o WHERE o.application_id = %(application)s
ORDER BY o.territory, o.computed_on DESC, o.id DESC
"""
_FIGURES = """
SELECT f.rooms, f.kind, f.value, f.applications FROM demandes_scorefigure AS f
WHERE f.territory = %(territory)s AND f.path = %(path)s AND f.rooms BETWEEN %(least)s AND %(most)s
ORDER BY f.kind, f.rooms, f.value
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Official:
    """The last score given by a territory's own system."""

    territory: str
    points: Decimal
    computed_on: date
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A band of scores from `value` points, or a wait of `value` months. `applications` None: fewer than eleven."""

    rooms: int
    kind: str
    value: int
    applications: int | None

    @property
    def highest(self) -> int:
        """The highest points of the band."""
        return self.value + _BAND - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """One territory: the control computation line by line, and what is told of all."""

    territory: str
    name: str
    version: str
    source: str
    is_fictive: bool
    points: int
    lines: tuple[Line, ...]
    sentences: tuple[str, ...]
    # What refusing an adapted dwelling does to the score.
    refusal: str
    official: Official | None
    # How scores spread for the smallest dwelling asked for: « similar » in the sense of R441-2-17.
    rooms: int
    bands: tuple[Figure, ...]
    waits: tuple[Figure, ...]


def explained(application_id: int, *, on: date) -> list[Explained]:
    """By territory whose grid weighs the application that day; nothing when its facts are missing."""
    facts = facts_of([application_id], on=on).get(application_id)
    if facts is None:
        return []
    official = {row.territory: row for row in official_scores(application_id)}
    return [_explained(facts, grid, on, official.get(grid.territory)) for grid in grids_on(on) if grid.weighs(facts)]


def official_scores(application_id: int) -> list[Official]:
    """The last one of each territory, those without a grid here included."""
    return fetch(Official, _OFFICIAL, {"application": application_id})


def _explained(facts: Facts, grid: Grid, on: date, official: Official | None) -> Explained:
    told = score(facts, grid, on)
    least = max(1, facts.wish.rooms_min or 1)
    most = min(_MOST_ROOMS, facts.wish.rooms_max or _MOST_ROOMS)
    values = {"territory": grid.territory, "path": grid.path.value, "least": least, "most": max(least, most)}
    figures = fetch(Figure, _FIGURES, values)
    return Explained(
        territory=grid.territory,
        name=grid.name,
        version=grid.version,
        source=grid.source,
        is_fictive=grid.status is Status.FICTIVE,
        points=told.points,
        lines=told.lines,
        sentences=told.sentences(),
        refusal=grid.refusal.sentence(),
        official=official,
        rooms=least,
        bands=tuple(figure for figure in figures if figure.kind == "BAND" and figure.rooms == least),
        waits=tuple(figure for figure in figures if figure.kind == "WAIT"),
    )
