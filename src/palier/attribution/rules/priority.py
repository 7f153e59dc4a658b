"""Whether a candidate was set aside for one who has less priority: said before a sitting is closed, and in its audit.

A warning: the commission decides. « DALO » is a proved recognition (CCH L441-2-3); points are those of the one grid
that weighs most of the dwelling's candidates. No database here.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from palier.attribution.rules.changed_grid import grid_fr
from palier.attribution.rules.deciding import ALLOCATING, Verdict
from palier.attribution.rules.words import REFUSAL_MOTIVES
from palier.demandes.rules.grids import points_fr

_SET_ASIDE = "AUTRE_CANDIDAT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """A candidate of a dwelling: what is decided, and what gives priority. `points`: by name of grid."""

    pseudonym: str
    verdict: Verdict
    is_dalo: bool
    points: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_set_aside(self) -> bool:
        """Refused because another had more priority."""
        return _SET_ASIDE in (self.verdict.motive, self.verdict.other_motive)


def passed_over(candidates: Sequence[Weighed]) -> tuple[str, ...]:
    """One sentence for each candidate set aside for who has less priority than theirs."""
    ordered = sorted(candidates, key=lambda each: (each.verdict.rank or 0, each.pseudonym))
    chosen = [each for each in ordered if each.verdict.kind in ALLOCATING]
    grid = shared_grid(candidates)
    told = []
    for each in ordered:
        if each.is_set_aside:
            below = [less for other in chosen if (less := _below(other, each, grid))]
            if below:
                told.append(
                    f"{_of(each, grid)}, n’est pas retenu («\u00a0{REFUSAL_MOTIVES[_SET_ASIDE]}\u00a0»), alors que le "
                    f"logement est attribué à {_among(below)}."
                )
    return tuple(told)


def _among(told: Sequence[str]) -> str:
    """« A, B et C »."""
    *others, last = told
    return f"{', '.join(others)} et {last}" if others else last


def shared_grid(candidates: Iterable[Weighed]) -> str:
    """The grid that weighs most of them; the first by its name when several do."""
    weighed = Counter(name for each in candidates for name in each.points)
    return min(weighed, key=lambda name: (-weighed[name], name), default="")


def _of(candidate: Weighed, grid: str) -> str:
    points = candidate.points.get(grid)
    parts = ["reconnu prioritaire (DALO)"] if candidate.is_dalo else []
    parts += [f"{points_fr(points)} par la grille du {grid_fr(grid)}"] if points is not None else []
    return f"{candidate.pseudonym}, {', '.join(parts)}"


def _below(chosen: Weighed, aside: Weighed, grid: str) -> str:
    """The chosen one in words, where they have less priority."""
    mine, theirs = aside.points.get(grid), chosen.points.get(grid)
    if aside.is_dalo != chosen.is_dalo:
        # The law's priority is before the territory's points.
        has_less = aside.is_dalo
    else:
        has_less = mine is not None and theirs is not None and theirs < mine
    if not has_less:
        return ""
    parts = [f"rang {chosen.verdict.rank}"]
    parts += ["sans cette priorité"] if aside.is_dalo and not chosen.is_dalo else []
    parts += [points_fr(theirs)] if theirs is not None and mine is not None else []
    return f"{chosen.pseudonym} ({', '.join(parts)})"
