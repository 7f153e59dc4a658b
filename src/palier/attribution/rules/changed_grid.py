"""A grid of scores in words: its name, and which of its criteria are no longer those of the day it was used."""

from collections.abc import Iterator

from palier.demandes.rules.facts import Path
from palier.demandes.rules.grids import Criterion, Grid, points_fr
from palier.demandes.rules.trials import PATHS_FR


def grid_fr(name: str) -> str:
    """« territoire DEMO, premier accès, version 2026-1 », from the name that a sitting froze of its grid."""
    territory, _, rest = name.partition("/")
    path, _, version = rest.partition("/")
    known = PATHS_FR[Path(path)] if path in {each.value for each in Path} else path
    return f"territoire {territory}, {known}, version {version}" if version else name


def changed_criteria(before: Grid, now: Grid) -> Iterator[tuple[str, str, str]]:
    """Each criterion that changed: in words, what it gave, what it gives; nothing when none did."""
    then, here = _criteria(before), _criteria(now)
    for code in then.keys() | here.keys():
        was, becomes = then.get(code), here.get(code)
        if was != becomes:
            label = (was or becomes or ("", ""))[0]
            yield f"critère «\u00a0{label}\u00a0»", was[1] if was else "absent", becomes[1] if becomes else "absent"


def _criteria(grid: Grid) -> dict[str, tuple[str, str]]:
    return {
        f"{rubric.code}/{each.code}": (each.label, _points(each)) for rubric in grid.rubrics for each in rubric.criteria
    }


def _points(criterion: Criterion) -> str:
    if not criterion.steps:
        return points_fr(criterion.points)
    return ", ".join(f"{points_fr(step.points)} (seuil {step.bound})" for step in criterion.steps)
