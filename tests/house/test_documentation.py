"""What the documents say of the program is true: commands, files, floors, rules, legal values, examples, images."""

import argparse
import importlib
import re
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.house.tree import ROOT, SOURCE, named, project_files

from palier.cli import COMMANDS, module_of
from palier.cli.rule import RULES
from palier.estate.imports.palier_estate import COLUMNS as ESTATE_COLUMNS
from palier.estate.operations.files import PALIER
from palier.estate.operations.files import import_file as import_estate
from palier.foundation.baremes import FOLDER as BAREMES
from palier.leases.imports.lease_file import COLUMNS as LEASE_COLUMNS
from palier.leases.operations.files import import_file as import_leases
from palier.oversight.adapters import ADAPTERS
from palier.privacy.actor import batch
from palier.privacy.declare import Batch

if TYPE_CHECKING:
    from tests.conftest import ClientAs
    from tests.landlord import Landlord

GUIDE = ROOT / "docs" / "guide"
DOCUMENTS = {path: path.read_text(encoding="utf-8") for path in project_files() if path.suffix == ".md"}
ARCHITECTURE = DOCUMENTS[ROOT / "ARCHITECTURE.md"]
NORMES = DOCUMENTS[ROOT / "NORMES.md"]
IMPORTS = DOCUMENTS[GUIDE / "imports.md"]
STATUS = {
    "OFFICIAL": "officielle",
    "COMPUTED": "calculée",
    "TO_CONFIRM": "à confirmer",
    "POLICY": "choix de l’organisme",
}
LARGEST_IMAGE = 120_000
MOST_IMAGES = 18
AT = datetime(2026, 11, 21, 12, tzinfo=UTC)


def actions_of(command: str) -> dict[str, argparse.ArgumentParser]:
    """The actions of one command (`rent` has `run`, `seal`…), or none."""
    parser = argparse.ArgumentParser()
    subparsers = parser.add_subparsers()
    importlib.import_module(module_of(command)).register(subparsers)
    nested = (
        action for action in subparsers.choices[command]._actions if isinstance(action, argparse._SubParsersAction)
    )
    return {name: made for action in nested for name, made in action.choices.items()}


def test_the_readme_begins_with_the_two_commands() -> None:
    readme = DOCUMENTS[ROOT / "README.md"]
    assert "    ./palier demo" in readme
    assert "    ./dev test" in readme
    assert len(readme.splitlines()) <= 100


def test_every_file_named_by_the_architecture_exists() -> None:
    written = re.findall(r"`([\w./*-]+)`", ARCHITECTURE)
    paths = {path for path in written if "/" in path and ("." in path.rsplit("/", 1)[-1] or path.endswith("/"))}
    missing = [path for path in paths if not any(list(place.glob(path.rstrip("/"))) for place in (SOURCE, ROOT))]
    assert len(paths) > 40
    assert sorted(missing) == []


def test_the_architecture_shows_the_floors_that_are_enforced() -> None:
    with (ROOT / "pyproject.toml").open("rb") as file:
        contracts = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    floors = next(contract["layers"] for contract in contracts if contract["id"] == "floors")
    shown = re.findall(r"^\| [\w, ]+ \| ((?:`\w+`(?:, )?)+) \|", ARCHITECTURE.split("## One request")[0], re.MULTILINE)
    assert [set(re.findall(r"`(\w+)`", row)) for row in shown] == [set(floor.split(" | ")) for floor in floors]


def test_every_command_named_by_the_documents_exists() -> None:
    said = {
        (match[1], match[2] or "")
        for text in DOCUMENTS.values()
        for match in re.finditer(
            r"(?:^|[`\s/])palier ([a-z][a-z-]*[a-z])(?: ([a-z][a-z-]+))?", _code_of(text), re.MULTILINE
        )
    }
    commands = {name for name, _ in COMMANDS}
    assert {command for command, _ in said} <= commands
    known = {command: actions_of(command) for command in {command for command, action in said if action}}
    wrong = {f"{command} {action}" for command, action in said if action and known[command]} - {
        f"{command} {action}" for command, actions in known.items() for action in actions
    }
    assert wrong == set()


def test_the_guide_tells_every_command_and_every_action() -> None:
    told = DOCUMENTS[GUIDE / "ligne-de-commande.md"]
    for command, _ in COMMANDS:
        assert f"`palier {command}" in told, command
        for action in actions_of(command):
            assert f"`palier {command} {action}" in told, f"{command} {action}"


def _code_of(text: str) -> str:
    """What is written as code: between backticks, or set off by four spaces."""
    indented = [line.strip() for line in text.splitlines() if line.startswith("    ")]
    return "\n".join([*re.findall(r"`([^`\n]+)`", text), *indented])


def test_every_link_leads_somewhere() -> None:
    broken = [
        f"{named(path)}: {target}"
        for path, text in DOCUMENTS.items()
        for target in re.findall(r"\]\(([^)#:]+)\)", text)
        if not (path.parent / target).exists()
    ]
    assert broken == []


def test_the_images_are_few_small_and_shown() -> None:
    images = {path for path in project_files() if GUIDE / "images" in path.parents}
    shown = {
        (path.parent / target).resolve()
        for path, text in DOCUMENTS.items()
        for target in re.findall(r"!\[[^\]]+\]\(([^)]+)\)", text)
    }
    assert images == shown
    assert len(images) <= MOST_IMAGES
    assert {named(path): path.stat().st_size for path in images if path.stat().st_size > LARGEST_IMAGE} == {}


def test_every_rule_is_in_normes() -> None:
    assert [name for name in RULES if f"| `{name}` |" not in NORMES] == []


@pytest.mark.parametrize("file", sorted(BAREMES.glob("*.toml")), ids=lambda path: path.stem)
def test_every_legal_value_is_in_normes_with_its_reference_and_status(file: Path) -> None:
    with file.open("rb") as opened:
        periods = tomllib.load(opened)["period"]
    assert f"(`{file.stem}`)" in NORMES
    section = NORMES.split(f"(`{file.stem}`)")[1].split("\n### ")[0]
    if file.stem == "irl":
        # One value a quarter: the page tells the first, the last and those that are not official.
        told = [periods[0], periods[-1], *(p for p in periods if p["status"] != "OFFICIAL")]
        assert all(period["reference"].rsplit(", ", 1)[1] in section for period in told)
        return
    for period in periods:
        row = f"| {period['first_day']:%d/%m/%Y} |"
        rows = [line for line in section.splitlines() if line.startswith(row) and period["reference"] in line]
        assert any(f"| {STATUS[period['status']]} |" in line for line in rows), row


def example(name: str) -> str:
    """The example file of the guide called `name`."""
    found = re.search(rf"```csv {name}\n(.*?)```", IMPORTS, re.DOTALL)
    assert found is not None
    return found[1]


@pytest.mark.parametrize(("name", "columns"), [("patrimoine", ESTATE_COLUMNS), ("baux", LEASE_COLUMNS)])
def test_the_guide_names_every_column_of_the_files(name: str, columns: tuple[str, ...]) -> None:
    assert tuple(example(name).splitlines()[0].split(";")) == columns
    assert [column for column in columns if f"`{column}`" not in IMPORTS] == []


@pytest.mark.usefixtures("empty_db")
def test_the_examples_of_the_guide_are_imported_without_a_refusal(tmp_path: Path) -> None:
    estate, leases = tmp_path / "patrimoine.csv", tmp_path / "baux.csv"
    estate.write_text(example("patrimoine"), encoding="utf-8")
    leases.write_text(example("baux"), encoding="utf-8")
    for created in (True, False):
        with batch(Batch.IMPORT, operator="tests", motive="REPRISE", command="estate import", categories=()):
            outcome = import_estate(estate, layout=PALIER, created_by=0, at=AT)
        assert [remark.reason for remark in outcome.refusals] == []
        assert (outcome.read, outcome.created, outcome.unchanged) == (4, 4 if created else 0, 0 if created else 4)
        with batch(Batch.IMPORT, operator="tests", motive="REPRISE", command="leases import"):
            outcome = import_leases(leases, created_by=0, at=AT)
        assert [remark.reason for remark in outcome.refusals] == []
        assert (outcome.read, outcome.created, outcome.unchanged) == (3, 3 if created else 0, 0 if created else 3)


def test_the_examples_of_the_guide_are_read_on_the_page_of_imports(
    own_landlord: "Landlord", client_as: "ClientAs", tmp_path: Path
) -> None:
    browser = client_as("siege")
    assert own_landlord
    for kind, name in (("ESTATE", "patrimoine"), ("LEASES", "baux")):
        given = SimpleUploadedFile(f"{name}.csv", example(name).encode())
        answer = browser.post("/bureau/imports/donner/", {"kind": kind, "file": given})
        assert answer.status_code == 302, answer.content.decode()
        page = browser.get(answer.headers["Location"])
        assert page.status_code == 200
        assert page.context["file"].refused_count == 0
        if kind == "ESTATE":
            estate = tmp_path / "patrimoine.csv"
            estate.write_text(example(name), encoding="utf-8")
            with batch(Batch.IMPORT, operator="tests", motive="REPRISE", command="estate import", categories=()):
                import_estate(estate, layout=PALIER, created_by=0, at=AT)


def test_the_guide_says_of_each_connector_what_the_page_says() -> None:
    told = DOCUMENTS[GUIDE / "connecteurs.md"]
    rows = re.findall(r"^\| ([^|]+) \| (réel|simulé|non vérifié|absent) \| ([^|]+) \|$", told, re.MULTILINE)
    assert rows == [(each.name, each.state.value, each.told) for each in ADAPTERS]


def test_every_decision_says_why_what_else_and_what_follows() -> None:
    decisions = {path: text for path, text in DOCUMENTS.items() if path.parent == ROOT / "docs" / "decisions"}
    numbers = sorted(int(path.name[:4]) for path in decisions)
    assert numbers == list(range(1, len(decisions) + 1))
    for path, text in decisions.items():
        parts = re.findall(r"^\*\*(\w+)\.\*\*", text, re.MULTILINE)
        assert parts == ["Context", "Choice", "Rejected", "Consequence"], named(path)
        assert text.startswith(f"# {path.name[:4]}. ")
        assert len(text.splitlines()) <= 60, named(path)
