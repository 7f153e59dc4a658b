"""One clock, read at the edges and passed down. Rules read none: the same facts give the same amounts, any day."""

import ast
from pathlib import Path

from tests.house.tree import SOURCE, named, python_files, tree_of

CLOCK = "src/palier/foundation/clock.py"
READINGS = {
    ("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"), ("time", "time"),
    ("time", "time_ns"), ("timezone", "now"), ("timezone", "localdate"),
}  # fmt: skip
EDGES = {
    # The browser is told, in seconds, when its cookie ends: the session itself says how long it lasts.
    "src/palier/web/middleware.py": {("time", "time")},
    # A file's age is told by the machine that dated it.
    "src/palier/mail/store/folder.py": {("time", "time")},
}
# Those that pass the time on: the edges (commands, jobs, pages) and what measures or follows their work.
CLOCK_USERS = {"cli", "bench", "demo", "desk", "field", "home", "web"}

_SOURCES = [path for path in python_files() if SOURCE in path.parents]
_RULES = [path for path in _SOURCES if "rules" in {*path.parts, path.stem}]


def clock_readings(path: Path) -> set[tuple[str, str]]:
    """The calls that read a clock: `datetime.now(…)`, `module.date.today()`."""
    found = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            name = owner.attr if isinstance(owner, ast.Attribute) else owner.id if isinstance(owner, ast.Name) else ""
            found.add((name, node.func.attr))
    return found & READINGS


def imported_by(path: Path) -> set[str]:
    """Every module and name that a file imports, in full: « palier.foundation.clock.now »."""
    names: set[str] = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def test_only_the_clock_reads_the_time() -> None:
    found = {named(path): clock_readings(path) - EDGES.get(named(path), set()) for path in _SOURCES}
    assert {name: readings for name, readings in found.items() if readings} == {CLOCK: {("datetime", "now")}}


def test_no_rule_knows_a_clock() -> None:
    known = {named(path): {n for n in imported_by(path) if "clock" in n or n.startswith("time")} for path in _RULES}
    assert len(known) >= 8
    assert {name: names for name, names in known.items() if names} == {}


def test_what_writes_is_told_the_time() -> None:
    """An operation that reads the clock cannot be played again: `at` and `on` are given to it.

    Issuing notices opens its own transactions, one a block, and dates each.
    """
    readers = [
        named(path)
        for path in _SOURCES
        if path.relative_to(SOURCE).parts[0] not in CLOCK_USERS and "operations" in {*path.parts, path.stem}
        if imported_by(path) & {"palier.foundation.clock.now", "palier.foundation.clock.today"}
    ]
    assert set(readers) <= {"src/palier/quittancement/operations/issuing.py"}
