"""The grids that apply here: those of the landlord's folder, or the fictive pair while it has none."""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from palier.demandes.rules.grids import Grid, checked_together, parse_grid
from palier.foundation.errors import Refusal

SHIPPED = Path(__file__).resolve().parents[1] / "grids"
# Under PALIER_HOME: one TOML file a version of a grid.
FOLDER = "grilles"
# A published grid takes a few dozen kilobytes; beyond, it is another file.
LARGEST_BYTES = 500_000


class GridUnreadable(Refusal):
    """La grille {file} ne se lit pas : {reason}."""


def grids() -> tuple[Grid, ...]:
    """Every version of every grid. Raises GridUnreadable, GridRefused, GridsOverlap."""
    own = sorted((settings.PALIER_HOME / FOLDER).glob("*.toml"))
    return _read(tuple((path, path.stat().st_mtime_ns) for path in own or sorted(SHIPPED.glob("*.toml"))))


def grids_on(on: date) -> tuple[Grid, ...]:
    """Those that apply that day."""
    return tuple(grid for grid in grids() if grid.holds_on(on))


def territory_of(commune: str, *, on: date) -> str | None:
    """The code of the territory whose grid covers that commune; none where no grid does."""
    return next((grid.territory for grid in grids_on(on) if commune in grid.communes), None)


def seeds_of(territory: str, *, on: date) -> dict[str, str]:
    """By path, the published seed that draws among equals of the same day; a path without a draw is not in it."""
    return {grid.path.value: grid.seed for grid in grids_on(on) if grid.territory == territory and grid.seed}


def read_grid(path: Path) -> Grid:
    """One grid out of a file, to try it. Raises GridUnreadable and GridRefused."""
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise _too_long(path.name)
        return grid_given(path.read_bytes(), file=path.name)
    except OSError as error:
        raise GridUnreadable(file=path.name, reason="ce fichier ne s’ouvre pas") from error


def grid_given(content: bytes, *, file: str) -> Grid:
    """One grid out of what somebody gives, to try it. Raises GridUnreadable and GridRefused."""
    if len(content) > LARGEST_BYTES:
        raise _too_long(file)
    try:
        return parse_grid(content.decode("utf-8-sig"), file=file)
    except UnicodeDecodeError as error:
        raise GridUnreadable(file=file, reason="il n’est pas en UTF-8") from error


def _too_long(file: str) -> GridUnreadable:
    return GridUnreadable(file=file, reason="elle est bien trop longue pour une grille")


def grid_in_force(territory: str, path: str, *, on: date) -> Grid | None:
    """The grid of that territory and path that applies that day."""
    return next((grid for grid in grids_on(on) if (grid.territory, grid.path.value) == (territory, path)), None)


@lru_cache(maxsize=4)
def _read(paths: Sequence[tuple[Path, int]]) -> tuple[Grid, ...]:
    return checked_together([read_grid(path) for path, _changed in paths])
