"""How long scoring takes on the stock as it is: the product's own path, with policy, journal and figures."""

import time

from palier.demandes.operations.scoring import Asked, score_stock
from palier.demandes.operations.simulating import simulate
from palier.demandes.queries.grids import grids_on
from palier.demandes.rules.facts import Path
from palier.demandes.rules.grids import parse_grid
from palier.foundation.clock import today

_ASKED = Asked(operator="mesure")


def score_seconds() -> float:
    """The whole stock scored by the grids that apply, written, and its figures told."""
    started = time.perf_counter()
    score_stock(on=today(), asked=_ASKED)
    return time.perf_counter() - started


def simulation_seconds() -> float:
    """A new grid tried on the whole stock: that of first access, with a point more for each lone parent."""
    grid = next(grid for grid in grids_on(today()) if grid.path is Path.FIRST)
    tried = parse_grid(grid.text.replace("points = 5\n", "points = 6\n"), file="essai.toml")
    started = time.perf_counter()
    simulate(tried, on=today(), asked=_ASKED)
    return time.perf_counter() - started
