"""The project's files as the house tests look at them: what is tracked, or would be."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "palier"
MADE_BY_MACHINES = {".venv", "__pycache__", ".hypothesis", ".import_linter_cache", ".mypy_cache", ".pytest_cache",
                    ".ruff_cache", ".git", "build", "dist", "screenshots", ".palier"}  # fmt: skip


@cache
def project_files() -> tuple[Path, ...]:
    """Every file that is tracked or that a commit would take; without git, every file that no machine made."""
    command = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    except (FileNotFoundError, subprocess.CalledProcessError):
        return tuple(sorted(path for path in _walk(ROOT)))
    paths = {ROOT / name for name in listed.split("\0") if name}
    return tuple(sorted(path for path in paths if path.is_file()))


def _walk(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.name in MADE_BY_MACHINES or path.name.endswith((".egg-info", ".pyc")):
            continue
        if path.is_dir():
            yield from _walk(path)
        else:
            yield path


def named(path: Path) -> str:
    """The path inside the project, as a message shows it."""
    return path.relative_to(ROOT).as_posix()


def text_of(path: Path) -> str | None:
    """The text of a file, or None for bytes that are not text."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


def python_files(*, migrations: bool = False) -> list[Path]:
    """Our own Python, tests included; migrations are written by the framework and judged apart."""
    found = [path for path in project_files() if path.suffix == ".py"]
    return found if migrations else [path for path in found if "migrations" not in path.parts]


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def package_of(path: Path) -> str:
    """« palier.leases.models » for src/palier/leases/models.py."""
    parts = path.relative_to(ROOT / "src").with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
