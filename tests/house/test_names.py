"""Names, sizes and the few words that no file of ours holds."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.house.tree import SOURCE, named, package_of, project_files, python_files, text_of, tree_of

REFUSED_NAMES = {"services", "utils", "helpers", "common", "base", "managers", "mixins", "service", "helper", "misc"}
LONGEST_FILE = 600
LONGEST_FUNCTION = 70
# Brackets keep this file from being what it looks for; a member of an enumeration may be called so.
UNFINISHED = re.compile(r"(?<!\.)\b(?:TO[D]O(?! =)|FIX[M]E|XX[X]|HAC[K])\b|raise NotImplemented[E]rror")
MAY_CATCH_ALL = {
    # Work that stops, whatever stops it, is shown as stopped before the error goes on.
    "src/palier/foundation/jobs.py",
    # A drill counts whatever a reader lets out.
    "tests/drills/wrong_files.py",
    "tests/drills/wrong_bank_files.py",
    "tests/drills/uploads.py",
}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def test_no_module_is_named_after_nothing() -> None:
    refused = [
        named(path)
        for path in python_files(migrations=True)
        if REFUSED_NAMES & {*Path(named(path)).parts[:-1], path.stem}
    ]
    assert refused == []


def test_a_file_is_read_in_one_sitting() -> None:
    lines = {named(path): len(path.read_text(encoding="utf-8").splitlines()) for path in python_files()}
    assert {name: count for name, count in lines.items() if count > LONGEST_FILE} == {}


def test_a_function_fits_on_a_screen() -> None:
    lengths = {
        f"{named(path)}:{function.name}": (function.end_lineno or 0) - function.lineno + 1
        for path in python_files()
        for function in ast.walk(tree_of(path))
        if isinstance(function, Function)
    }
    assert {name: length for name, length in lengths.items() if length > LONGEST_FUNCTION} == {}


def test_no_error_is_caught_without_its_name() -> None:
    broad = [f"{named(path)}:{handler.lineno}" for path in python_files() for handler in _broad_handlers(path)]
    assert [place for place in broad if place.partition(":")[0] not in MAY_CATCH_ALL] == []


def _broad_handlers(path: Path) -> Iterator[ast.ExceptHandler]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.ExceptHandler):
            caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
            names = {kind.id if isinstance(kind, ast.Name) else "" for kind in caught if kind is not None}
            if node.type is None or names & {"Exception", "BaseException"}:
                yield node


def test_nothing_is_left_for_later() -> None:
    left = [
        f"{named(path)}:{number}"
        for path in project_files()
        if (text := text_of(path)) is not None and "/vendor/" not in named(path)
        for number, line in enumerate(text.splitlines(), 1)
        if UNFINISHED.search(line)
    ]
    assert left == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        named(path)
        for path in python_files()
        if SOURCE in path.parents and path.name != "apps.py" and path.stat().st_size
        if ast.get_docstring(tree_of(path)) is None
    ]
    assert silent == []


def test_every_public_operation_and_rule_says_what_it_does() -> None:
    silent = [
        f"{package_of(path)}.{node.name}"
        for path in python_files()
        if SOURCE in path.parents and {"operations", "rules"} & {*path.parts, path.stem}
        for node in tree_of(path).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and ast.get_docstring(node) is None
    ]
    assert silent == []
