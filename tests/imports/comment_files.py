"""Files of comments as old suites export them, and the command that audits them."""

import csv
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

HEADER = ("Bail", "Site", "Date", "Commentaire", "Auteur")
FLAGGED = "M. Marchand est séropositif"
PLAIN = "Robinet de la cuisine à changer"


def write_comments(path: Path, rows: Sequence[Sequence[str]], *, encoding: str = "utf-8") -> Path:
    with path.open("w", encoding=encoding, newline="") as stream:
        writer = csv.writer(stream, delimiter=";")
        writer.writerow(HEADER)
        writer.writerows(rows)
    return path


def many(count: int, *, flagged_every: int = 50) -> list[tuple[str, ...]]:
    """Rows of four sites and ten years; one comment in `flagged_every` is to be flagged."""
    return [
        (
            f"B{rank}",
            f"Site {rank % 4}",
            f"{rank % 28 + 1:02}/03/{2010 + rank % 10}",
            f"{FLAGGED} {rank}" if rank % flagged_every == 0 else f"{PLAIN} {rank}",
            f"agent {rank % 7}",
        )
        for rank in range(count)
    ]


def command(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-P", "-m", "palier", "comments", *map(str, arguments)]


def environment() -> dict[str, str]:
    """No database, no home: the audit needs neither."""
    unwanted = ("PALIER_HOME", "PALIER_DATABASE", "DATABASE_URL", "DJANGO_SETTINGS_MODULE", "PALIER_PROCESS")
    return {name: value for name, value in os.environ.items() if name not in unwanted}


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments), env=environment(), capture_output=True, text=True, timeout=110, check=False
    )


def figures(*arguments: str | Path) -> dict[str, object]:
    """What the command prints with --json; it must have gone well."""
    done = run(*arguments, "--json")
    assert done.returncode == 0, done.stderr
    told: dict[str, object] = json.loads(done.stdout)
    return told


def audit(file: Path, report: Path, *more: str) -> dict[str, object]:
    columns = ("--site-column", "Site", "--date-column", "Date", "--agent-column", "Auteur")
    return figures("audit", file, "--column", "Commentaire", "--report", report, *columns, "--seed", "7", *more)


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream, delimiter=";"))
