"""Templates: each is used, none carries a script, a style or an address, as the strict policy of the browser asks."""

import re
from pathlib import Path

from tests.house.tree import SOURCE, named, project_files, python_files

# Django shows these by itself, by their name.
SHOWN_BY_DJANGO = {"400.html", "403_csrf.html", "404.html", "500.html"}
TEMPLATE_NAME = re.compile(r"""["']((?:[\w-]+/)*[\w-]+\.html)["']""")
INLINE = re.compile(
    r"""<script(?![^>]*\bsrc=)|<style\b|\sstyle\s*=|\son[a-z]+\s*=\s*["']|\bhx-on|\bhx-vals\s*=\s*["']js:|javascript:""",
    re.IGNORECASE,
)
ADDRESS = re.compile(r"""(?:https?:)?//[a-z0-9-]+\.|\bhttps?:""", re.IGNORECASE)
# An XML name, not an address: nothing is fetched.
NOT_FETCHED = re.compile(r'xmlns(?::\w+)?="[^"]*"')

_TEMPLATES = [path for path in project_files() if SOURCE in path.parents and path.suffix == ".html"]


def template_name(path: Path) -> str:
    """« desk/account.html »: the name by which it is loaded."""
    return path.relative_to(next(parent for parent in path.parents if parent.name == "templates")).as_posix()


def test_there_are_templates_to_look_at() -> None:
    assert len(_TEMPLATES) > 30


def test_every_template_is_used_and_every_one_used_exists() -> None:
    inside = [path for path in python_files() if SOURCE in path.parents] + _TEMPLATES
    asked = {name for path in inside for name in TEMPLATE_NAME.findall(path.read_text(encoding="utf-8"))}
    present = {template_name(path) for path in _TEMPLATES}
    assert sorted(present - asked - SHOWN_BY_DJANGO) == []
    assert sorted(asked - present) == []


def test_no_template_holds_a_script_or_a_style() -> None:
    found = [
        f"{named(path)}:{number}: {line.strip()[:100]}"
        for path in _TEMPLATES
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if INLINE.search(line)
    ]
    assert found == []


def test_nothing_is_fetched_from_elsewhere() -> None:
    served = [
        path
        for path in project_files()
        if SOURCE in path.parents and path.suffix in {".html", ".css", ".js", ".svg"} and "vendor" not in path.parts
    ]
    found = [
        f"{named(path)}:{number}: {line.strip()[:100]}"
        for path in served
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if ADDRESS.search(NOT_FETCHED.sub("", line))
    ]
    assert found == []


def test_the_theme_we_carry_fetches_nothing_either() -> None:
    styles = [path for path in project_files() if path.suffix == ".css" and "vendor" in path.parts]
    fetched = [
        address
        for path in styles
        for address in re.findall(r"url\(\s*[\"']?([^)\"']+)", path.read_text(encoding="utf-8"))
        if not address.startswith(("data:", "#"))
    ]
    assert fetched == []
