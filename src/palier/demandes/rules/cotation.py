"""The score of an application by a territory's grid (CCH L441-2-8, R441-2-17): an aid, never a decision.

`points_only` and `score` assess each rubric by the same function: what is explained is what orders.
"""

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from palier.demandes.rules.criteria import Found, Shape
from palier.demandes.rules.facts import Facts, Path, Proof
from palier.demandes.rules.grids import Criterion, Grid, Mode, Rubric, Tie, points_fr

PROOF_LABELS: dict[Proof, str] = {
    Proof.DECLARED: "déclaré",
    Proof.PROVED: "justifié",
    Proof.REJECTED: "non retenu",
}
REFUSED_OFFERS = "OFFRES_REFUSEES"


class _Assessed(NamedTuple):
    criterion: Criterion
    found: Found
    # What it gives by itself: none while its proof is not one that counts.
    points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One criterion that the application meets. `points` is what it adds, `worth` what it would add alone, proved."""

    rubric: str
    rubric_label: str
    criterion: str
    label: str
    points: int
    worth: int
    why: str
    proof: Proof | None
    # Why it adds nothing, when it does not.
    aside: str = ""

    def sentence(self) -> str:
        """« Publics prioritaires, reconnu DALO (justifié) : 100 points. »."""
        proof = f" ({PROOF_LABELS[self.proof]})" if self.proof is not None else ""
        told = f"{self.rubric_label}\u00a0: {self.why}{proof}, {points_fr(self.points)}"
        return f"{told}\u00a0: {self.aside}." if self.aside else f"{told}."


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """What a grid gives to an application on a day, line by line. The points of the lines sum to `points`."""

    territory: str
    version: str
    path: Path
    on: date
    points: int
    lines: tuple[Line, ...]

    def sentences(self) -> tuple[str, ...]:
        """The explanation, as the applicant reads it."""
        if not self.lines:
            return ("Aucun critère de la grille n’est rempli par la demande\u00a0: 0 point.",)
        return (*(line.sentence() for line in self.lines), f"Total\u00a0: {points_fr(self.points)}.")


def points_only(facts: Facts, grid: Grid, on: date) -> int:
    """The points alone: what `score` gives, without its words."""
    total = grid.refusal.points_of(facts.refused_offers)
    for rubric in grid.rubrics:
        assessed = _assess(rubric, facts, on)
        if assessed:
            total += _total(rubric, assessed)
    return total


def score(facts: Facts, grid: Grid, on: date) -> Score:
    """The points and why, criterion by criterion, in the order of the grid."""
    lines: list[Line] = []
    total = 0
    for rubric in grid.rubrics:
        assessed = _assess(rubric, facts, on)
        if assessed:
            total += _total(rubric, assessed)
            lines.extend(_lines(rubric, assessed))
    taken = grid.refusal.points_of(facts.refused_offers)
    if facts.refused_offers:
        lines.append(_refusals(grid, facts.refused_offers, taken))
    return Score(
        territory=grid.territory, version=grid.version, path=grid.path, on=on, points=total + taken, lines=tuple(lines)
    )


def tie_key(grid: Grid, *, filed_on: date, number: int) -> tuple[date, str]:
    """What orders equal scores: the oldest first, then the published draw when the territory has one."""
    if Tie.SEED not in grid.ties:
        return filed_on, f"{number:020d}"
    return filed_on, hashlib.sha256(f"{grid.seed}:{number}".encode()).hexdigest()


def _assess(rubric: Rubric, facts: Facts, on: date) -> list[_Assessed]:
    """Each criterion that the facts meet, with what it gives."""
    met = []
    for criterion in rubric.criteria:
        found = criterion.question.find(facts, criterion.codes, criterion.proofs, on)
        if found is None:
            continue
        worth = worth_of(criterion, found)
        if worth:
            counts = found.proof is None or found.proof in criterion.proofs
            met.append(_Assessed(criterion, found, worth if counts else 0))
    return met


def worth_of(criterion: Criterion, found: Found) -> int:
    """What the criterion gives for what was found, were it established."""
    value = found.value
    if not criterion.steps or isinstance(value, str):
        return criterion.points
    worth = 0
    for bound, points in criterion.steps:
        if criterion.question.shape is Shape.FALLING:
            if value < bound:
                return points
        elif value >= bound:
            worth = points
        else:
            break
    return worth


def _total(rubric: Rubric, assessed: list[_Assessed]) -> int:
    counted = [one.points for one in assessed if one.points]
    if not counted:
        return 0
    return max(counted) if rubric.mode is Mode.MAX else sum(counted)


def _lines(rubric: Rubric, assessed: list[_Assessed]) -> list[Line]:
    best = max(assessed, key=lambda one: one.points or -(10**9)) if rubric.mode is Mode.MAX else None
    lines = []
    for one in assessed:
        points, aside = one.points, ""
        worth = worth_of(one.criterion, one.found)
        if not one.points:
            aside = f"{points_fr(worth)} une fois justifié"
        elif best is not None and one is not best:
            points, aside = 0, "seul le critère le plus favorable de la rubrique compte"
        lines.append(
            Line(
                rubric=rubric.code,
                rubric_label=rubric.label,
                criterion=one.criterion.code,
                label=one.criterion.label,
                points=points,
                worth=worth,
                why=one.criterion.question.why(one.found),
                proof=one.found.proof,
                aside=aside,
            )
        )
    return lines


def _refusals(grid: Grid, refused: int, taken: int) -> Line:
    plural = "s" if refused > 1 else ""
    return Line(
        rubric=REFUSED_OFFERS,
        rubric_label="Propositions refusées",
        criterion=REFUSED_OFFERS,
        label="Propositions adaptées refusées",
        points=taken,
        worth=taken,
        why=f"{refused} proposition{plural} adaptée{plural} refusée{plural}",
        proof=None,
        aside="" if taken else "sans effet sur la cotation à ce stade",
    )
