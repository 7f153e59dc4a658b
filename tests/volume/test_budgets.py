"""The budgets at full size, on demand: `./dev volume`. Each figure comes from the command that anyone can run."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

# (command, figure, comparison, budget): 120,000 dwellings on two cores, the product's own path.
BUDGETS = [
    ("rent-run --dwellings 120000", "seconds", "<=", 15.0),
    ("rent-run --dwellings 120000", "ratio_to_raw_copy", ">=", 0.25),
    ("rent-run --dwellings 120000", "peak_rss_mb", "<=", 400),
    ("notices --count 2000", "documents_per_second_per_core", ">=", 85.0),
    ("search --dwellings 120000", "agency.search_p95_ms", "<=", 100.0),
    ("search --dwellings 120000", "caretaker.search_p95_ms", "<=", 100.0),
    ("search --dwellings 120000", "headquarters.search_p95_ms", "<=", 100.0),
    ("search --dwellings 120000", "agency.list_p95_ms", "<=", 300.0),
    ("takeover --dwellings 10000", "is_every_fault_found_and_nothing_else", ">=", True),
    ("takeover --dwellings 10000", "parallel_seconds", "<=", 60.0),
    ("takeover --dwellings 10000", "peak_rss_mb", "<=", 400),
]


@pytest.fixture(scope="session")
def home() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="palier-volume-", dir="/tmp") as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)
        subprocess.run(
            [sys.executable, "-m", "palier", "database", "stop"], env=os.environ | {"PALIER_HOME": folder}, check=False
        )


@pytest.fixture(scope="session")
def figures(home: Path) -> dict[str, dict[str, object]]:
    """Every command once, its figures printed as they are."""
    found = {}
    for command in dict.fromkeys(command for command, *_ in BUDGETS):
        done = subprocess.run(
            [sys.executable, "-m", "palier", "bench", *command.split(), "--json"],
            env=os.environ | {"PALIER_HOME": str(home)},
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        found[command] = json.loads(done.stdout)
        print(command, done.stdout)
    return found


@pytest.mark.timeout(3600)
@pytest.mark.parametrize(("command", "figure", "comparison", "budget"), BUDGETS)
def test_the_budget_holds(
    figures: dict[str, dict[str, object]], command: str, figure: str, comparison: str, budget: float
) -> None:
    value: object = figures[command]
    for part in figure.split("."):
        assert isinstance(value, dict)
        value = value[part]
    assert isinstance(value, int | float)
    assert value <= budget if comparison == "<=" else value >= budget
