"""A grid to try: the points of one in force changed, the file that the command reads, what a trial tells."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from palier.demandes.rules.criteria import QUESTIONS, Shape
from palier.demandes.rules.facts import Path
from palier.demandes.rules.grids import Criterion, Grid, RefusalEffect, Rubric, Step, points_fr
from palier.foundation.errors import Refusal

REFUSED_OFFER = "REFUS"
PATHS_FR = {Path.FIRST: "premier accès", Path.TRANSFER: "mutation"}


class NothingChanged(Refusal):
    """Aucun point ne change : l’essai ne dirait rien. Changez au moins un nombre."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """One number of points of a grid. `key` is its criterion's, followed by the rank of its step if it has any."""

    key: str
    rubric: str
    label: str
    points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a number of points was and becomes; None on the side where the grid does not have it."""

    rubric: str
    label: str
    before: int | None
    after: int | None

    def sentence(self) -> str:
        """« 12 points, au lieu de 5 points »."""
        if self.after is None:
            return "n’y est plus"
        if self.before is None:
            return f"{points_fr(self.after)}, n’y était pas"
        return f"{points_fr(self.after)}, au lieu de {points_fr(self.before)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One objective group. A number is None when it is under eleven, or would tell one that is."""

    family: str
    label: str
    applications: int | None
    winners: int | None
    losers: int | None
    # In hundredths of a point, rounded: « +1,25 ».
    average_change_hundredths: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """How many applications have from `lowest` to `lowest + 19` points, by each grid."""

    lowest: int
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """The trial of a grid on every active application that it weighs."""

    territory: str
    version: str
    before_version: str
    applications: int
    winners: int | None
    losers: int | None
    unchanged: int | None
    groups: tuple[Group, ...]
    bands: tuple[Band, ...]


def weights_of(grid: Grid) -> tuple[Weight, ...]:
    """Every number of points of the grid, in its order; what a refused dwelling takes away comes last."""
    found = [
        Weight(key=key, rubric=rubric.label, label=label, points=points)
        for rubric in grid.rubrics
        for criterion in rubric.criteria
        for key, label, points in _numbers(criterion)
    ]
    last = Weight(
        key=REFUSED_OFFER,
        rubric="Propositions refusées",
        label="Chaque refus d’un logement adapté qui compte",
        points=grid.refusal.points,
    )
    return (*found, last)


def reweighed(grid: Grid, points: Mapping[str, int], *, version: str) -> Grid:
    """The same grid with other points, by the keys of `weights_of`. Raises NothingChanged."""
    if all(points.get(weight.key, weight.points) == weight.points for weight in weights_of(grid)):
        raise NothingChanged
    rubrics = tuple(
        replace(rubric, criteria=tuple(_reweighed(criterion, points) for criterion in rubric.criteria))
        for rubric in grid.rubrics
    )
    refusal = replace(grid.refusal, points=points.get(REFUSED_OFFER, grid.refusal.points))
    changed = replace(grid, rubrics=rubrics, refusal=refusal, version=version)
    return replace(changed, text=grid_toml(changed))


def changes_between(before: Grid, after: Grid) -> tuple[Change, ...]:
    """The numbers of points that differ, in the order of the grid tried; then those that it no longer has."""
    old = {(weight.key, weight.label): weight for weight in weights_of(before)}
    changes = []
    for weight in weights_of(after):
        was = old.pop((weight.key, weight.label), None)
        if was is None or was.points != weight.points:
            changes.append(
                Change(
                    rubric=weight.rubric,
                    label=weight.label,
                    before=was.points if was is not None else None,
                    after=weight.points,
                )
            )
    gone = [Change(rubric=was.rubric, label=was.label, before=was.points, after=None) for was in old.values()]
    return (*changes, *gone)


def grid_toml(grid: Grid) -> str:
    """The grid as a file: `palier applications simulate` reads it, and so does the landlord's folder of grids."""
    return "\n".join([*_head(grid), *(line for rubric in grid.rubrics for line in _rubric(rubric)), ""])


def _numbers(criterion: Criterion) -> Iterator[tuple[str, str, int]]:
    if not criterion.steps:
        yield criterion.code, criterion.label, criterion.points
    unit = f"\u00a0{criterion.question.unit}" if criterion.question.unit else ""
    word = "moins de" if criterion.question.shape is Shape.FALLING else "dès"
    for rank, (bound, points) in enumerate(criterion.steps):
        yield f"{criterion.code}.{rank}", f"{criterion.label}, {word} {bound}{unit}", points


def _reweighed(criterion: Criterion, points: Mapping[str, int]) -> Criterion:
    steps = tuple(
        Step(step.bound, points.get(f"{criterion.code}.{rank}", step.points))
        for rank, step in enumerate(criterion.steps)
    )
    return replace(criterion, points=points.get(criterion.code, criterion.points), steps=steps)


def _head(grid: Grid) -> Iterator[str]:
    yield f"territory = {_text(grid.territory)}"
    yield f"name = {_text(grid.name)}"
    yield f"communes = {_texts(sorted(grid.communes))}"
    yield f"version = {_text(grid.version)}"
    yield f"first_day = {grid.first_day.isoformat()}"
    if grid.last_day is not None:
        yield f"last_day = {grid.last_day.isoformat()}"
    yield f"path = {_text(grid.path.value)}"
    yield f"status = {_text(grid.status.value)}"
    yield f"source = {_text(grid.source)}"
    yield f"ties = {_texts([tie.value for tie in grid.ties])}"
    if grid.seed:
        yield f"seed = {_text(grid.seed)}"
    yield from _refusal(grid.refusal)


def _refusal(refusal: RefusalEffect) -> Iterator[str]:
    yield ""
    yield "[refused_offer]"
    yield f"points = {refusal.points}"
    yield f"tolerated = {refusal.tolerated}"
    yield f"most = {refusal.most}"


def _rubric(rubric: Rubric) -> Iterator[str]:
    yield ""
    yield "[[rubric]]"
    yield f"code = {_text(rubric.code)}"
    yield f"label = {_text(rubric.label)}"
    yield f"mode = {_text(rubric.mode.value)}"
    for criterion in rubric.criteria:
        yield ""
        yield "[[rubric.criterion]]"
        yield f"code = {_text(criterion.code)}"
        yield f"label = {_text(criterion.label)}"
        yield f"question = {_text(_question(criterion))}"
        if criterion.codes:
            yield f"codes = {_texts(sorted(criterion.codes))}"
        if criterion.proofs:
            yield f"proofs = {_texts(sorted(proof.value for proof in criterion.proofs))}"
        if not criterion.steps:
            yield f"points = {criterion.points}"
            continue
        word = "below" if criterion.question.shape is Shape.FALLING else "from"
        steps = ", ".join(f"{{ {word} = {bound}, points = {points} }}" for bound, points in criterion.steps)
        yield f"steps = [{steps}]"


def _question(criterion: Criterion) -> str:
    return next(name for name, question in QUESTIONS.items() if question is criterion.question)


def _text(text: str) -> str:
    # A string of JSON is one of TOML; DEL alone must be escaped there and not here.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _texts(texts: list[str]) -> str:
    return f"[{', '.join(_text(text) for text in texts)}]"
