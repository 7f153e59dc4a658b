"""The root of the project holds what a newcomer looks for, and nothing that piles up."""

from tests.house.tree import ROOT, named, project_files

FILES = {
    ".gitignore",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "LICENSE",
    "NORMES.md",
    "README.md",
    "dev",
    "palier",
    "pyproject.toml",
    "requirements-dev.in",
    "requirements-dev.lock",
    "requirements.in",
    "requirements.lock",
}
FOLDERS = {".ci", "docs", "scripts", "security", "src", "tests"}
TEST_ROOMS = {"documents", "drills", "house", "imports", "operations", "rules", "sites", "volume"}


def test_the_root_holds_the_listed_files_and_folders_only() -> None:
    first_names = {(named(path).split("/")[0], path.parent == ROOT) for path in project_files()}
    assert {name for name, is_file in first_names if is_file} == FILES
    assert {name for name, is_file in first_names if not is_file} == FOLDERS


def test_the_tests_are_sorted_by_what_they_prove() -> None:
    rooms = {path.relative_to(ROOT / "tests").parts[0] for path in project_files() if named(path).startswith("tests/")}
    assert {name for name in rooms if not name.endswith(".py")} <= TEST_ROOMS
    assert {name for name in rooms if name.endswith(".py")} == {
        "allocation.py",
        "agreements.py",
        "applications.py",
        "commission.py",
        "conftest.py",
        "landlord.py",
        "own_home.py",
        "places.py",
    }


def test_the_two_launchers_are_programs() -> None:
    for name in ("palier", "dev", ".ci/run"):
        assert (ROOT / name).stat().st_mode & 0o111, f"{name} cannot be run"
