"""A restoration for practice: the very command that would be typed, in a place of its own that is then removed."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from palier.continuity.archiving import Archive
from palier.continuity.census import Census, census_of, compare
from palier.continuity.envelope import read_header
from palier.foundation.errors import Refusal
from palier.foundation.home import Home, told_in_french
from palier.foundation.postgres import Server, stop

# Nothing of a rehearsal reaches the landlord at work: neither its server, nor where its heads are published.
_LEFT_BEHIND = (
    "DATABASE_URL", "PALIER_JOURNAL_HEADS", "PALIER_JOURNAL_MAIL_TO", "PALIER_JOURNAL_TIMESTAMP_URL",
    "PALIER_JOURNAL_TIMESTAMP_CA",
)  # fmt: skip


class RehearsalFailed(Refusal):
    """La répétition a échoué : {reason} La base en service n’a pas été touchée."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsed:
    """What the restoration said, and how long it took."""

    told: Mapping[str, object]
    tables: int
    rows: int
    differences: tuple[str, ...]
    ledger_is_equal: bool
    # Time to be back, from the command to the journal checked; what a loss at that instant would have cost.
    seconds: float
    lost_seconds: float

    @property
    def holds(self) -> bool:
        return self.told["holds"] is True and not self.differences and self.ledger_is_equal


def rehearse(
    backup: Path,
    key: Path,
    *,
    archive: Archive | None,
    to: datetime | None,
    live: Server | None,
    operator: str,
    motive: str,
    place: Path,
    at: datetime,
) -> Rehearsed:
    """Restore beside, compare, verify, remove. Raises RehearsalFailed with the sentence of the restoration.

    A backup alone is compared with what was counted when it was made; played on with its archive, with the database at
    work (`live`), counted before and after.
    """
    with told_in_french(place):
        folder = Path(tempfile.mkdtemp(prefix="palier-repetition-", dir=place))
        # The server's own account must be able to cross it.
        folder.chmod(0o711)
    environment = {name: value for name, value in os.environ.items() if name not in _LEFT_BEHIND}
    environment["PALIER_HOME"] = str(folder)
    command = [sys.executable, "-m", "palier", "restore", str(backup.absolute()), "--key", str(key.absolute())]
    command += ["--as", operator, "--motive", motive, "--json"]
    if archive is not None:
        command += ["--archive", str(archive.folder.absolute())]
    if to is not None:
        command += ["--to", to.isoformat()]
    before = census_of(live) if live is not None else None
    started = time.monotonic()
    try:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        seconds = time.monotonic() - started
        if done.returncode not in (0, 1) or not done.stdout.strip():
            said = done.stderr.strip().splitlines()
            raise RehearsalFailed(reason=said[-1] if said else f"code {done.returncode}.")
        told = json.loads(done.stdout)
        found = Census(**told["census"])
        differences, is_equal = list(told["differences"]), told["ledger_equal"] is not False
        if live is not None and before is not None and archive is not None and to is None:
            compared = compare(found, before=before, after=census_of(live))
            differences, is_equal = [*differences, *compared.differences], compared.ledger_is_equal
        return Rehearsed(
            told=told,
            tables=len(found.rows),
            rows=sum(found.rows.values()),
            differences=tuple(differences),
            ledger_is_equal=is_equal,
            seconds=seconds,
            lost_seconds=_lost(backup, archive, at),
        )
    finally:
        stop(Home(folder), environment)
        shutil.rmtree(folder, ignore_errors=True)


def _lost(backup: Path, archive: Archive | None, at: datetime) -> float:
    """Seconds between now and the newest instant that a restoration reaches."""
    newest = archive.last_kept_at() if archive is not None else None
    if newest is None:
        with backup.open("rb") as file:
            newest = datetime.fromisoformat(read_header(file, backup).facts["made_at"])
    return max(0.0, (at - newest).total_seconds())
