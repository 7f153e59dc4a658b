"""Every work that shows its progress has its page at the desk: its name in the code is looked for there."""

import ast
from collections.abc import Iterator

import pytest
from scripts.words import SOURCE
from tests.house.tree import named

from palier.desk.work_pages import page_of, page_url
from palier.privacy.declare import Role

# Helpers that hand on the name they were given.
HANDING_ON = frozenset({"_shown", "_told", "_worked"})
EXAMPLES = {
    "commission:3/57": (Role.ALLOCATION_OFFICER, Role.ACCOUNTANT),
    "match:3/57": (Role.ALLOCATION_OFFICER, Role.PAYROLL),
    "bankfile:3/57": (Role.ACCOUNTANT, Role.ALLOCATION_OFFICER),
    "access:letters:3": (Role.RENT_OFFICER, Role.PAYROLL),
    "letters:3/57": (Role.HEADQUARTERS, Role.ALLOCATION_OFFICER),
}


def _starts(node: ast.AST) -> Iterator[str]:
    """How the names that an expression may give begin."""
    match node:
        case ast.IfExp():
            yield from _starts(node.body)
            yield from _starts(node.orelse)
        case ast.JoinedStr(values=[ast.Constant(value=str() as start), *_]):
            yield start
        case ast.Constant(value=str() as start):
            yield start


def _names(tree: ast.Module) -> Iterator[str]:
    """Names given on the spot, by a function « …_key », by a constant « …_KEY »."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name.endswith("_key") and not node.name.startswith("_"):
            for given in ast.walk(node):
                if isinstance(given, ast.Return) and given.value is not None:
                    yield from _starts(given.value)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
            if node.target.id.endswith("_KEY") and not node.target.id.startswith("_"):
                yield from (start for start in _starts(node.value) if ":" in start)
        elif isinstance(node, ast.Call) and _is_progress(node.func) and node.args:
            yield from (start for start in _starts(node.args[0]) if " " not in start)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "JobProgress":
            yield from (start for each in node.keywords if each.arg == "key" for start in _starts(each.value))


def _is_progress(func: ast.expr) -> bool:
    is_method = isinstance(func, ast.Attribute) and func.attr == "progress"
    is_helper = isinstance(func, ast.Name) and func.id in HANDING_ON
    return is_method or is_helper


def every_name() -> dict[str, str]:
    """How the name of each work begins, with a file that gives it. The desk and the look only follow them."""
    found: dict[str, str] = {}
    for path in sorted(SOURCE.rglob("*.py")):
        if path.relative_to(SOURCE).parts[0] not in ("desk", "web", "bench", "foundation"):
            found |= dict.fromkeys(_names(ast.parse(path.read_text(encoding="utf-8"))), named(path))
    return found


def test_every_work_has_a_page_that_follows_it() -> None:
    found = every_name()
    assert [f"{where}: {start}" for start, where in found.items() if not page_of(start)] == []
    # Those that were seen by hand in the code, so that the search itself cannot go blind.
    assert {"month:", "match:", "bankfile:", "access:letters:", "dispatch:lots", "rights:", "scores"} <= found.keys()
    assert len(found) >= 28


@pytest.mark.parametrize("key", EXAMPLES)
def test_a_work_leads_to_its_page_for_who_may_open_it_and_nobody_else(key: str) -> None:
    opens, does_not = EXAMPLES[key]
    assert page_url(opens, key).startswith("/bureau/")
    assert page_url(does_not, key) == ""


def test_a_work_of_no_room_is_told_to_nobody() -> None:
    assert page_of("unheard:3") == ""
    assert page_url(Role.HEADQUARTERS, "unheard:3") == ""


def test_some_function_opens_the_page_of_every_work() -> None:
    assert [start for start in every_name() if not any(page_url(role, start) for role in Role)] == []
