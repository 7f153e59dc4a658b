"""The two folders of an audit: the one where it works, closed to others, and the report, which appears whole."""

import fcntl
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TypedDict

from palier.foundation.errors import Refusal
from palier.screening.audit.scanning import HelperStopped
from palier.screening.audit.source import Columns

# What the screen is made of: another version of it would give other findings.
_SCREEN = Path(__file__).parents[1]
_PLAN = "plan.json"
_LOCK = "verrou"
AUDIT = "audit.json"
REPORT_CARD = "chiffres.json"


class ReportFolderTaken(Refusal):
    """Le dossier « {name} » n’est pas vide : un rapport y est peut-être déjà. Choisissez un dossier neuf."""


class AnotherAuditUnderway(Refusal):
    """« {name} » contient le travail interrompu d’un autre audit (autre fichier, autres options ou autre version du
    filtre) : choisissez un autre dossier de rapport, ou effacez celui-là."""


class AuditRunning(Refusal):
    """Cet audit est déjà en cours sur cette machine : attendez sa fin, ou choisissez un autre dossier de rapport."""


class FolderNotWritable(Refusal):
    """Le dossier « {name} » ne peut pas être écrit (dossier parent absent, droit refusé ou disque plein) : indiquez un
    autre emplacement."""


class NotAReport(Refusal):
    """« {name} » n’est pas le dossier d’un audit de commentaires terminé : indiquez le dossier donné à --report."""


class Plan(TypedDict):
    """What an audit is: the same plan gives the same report, byte for byte."""

    sha256: str
    columns: list[str]
    sheet: str
    screen: str
    sample: int
    seed: int
    salt: str
    on: str


class AuditCard(TypedDict):
    """What the report's folder says of itself to the commands that come after."""

    file: str
    sha256: str
    column: str
    sheet: str
    screen: str
    flagged: int
    unflagged: int
    aside: int
    sample: int
    seed: int
    last_key: str
    on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkFolder:
    """Where blocks wait until the report is whole."""

    root: Path
    report: Path
    plan: Plan

    @property
    def blocks(self) -> Path:
        return self.root / "blocs"

    @property
    def draft(self) -> Path:
        return self.root / "rapport"

    @property
    def ready(self) -> Path:
        return self.root / "pret"

    def publish(self) -> None:
        """Show the report: one rename, so that it is there whole or not at all; then nothing of the work is left."""
        if self.draft.exists():
            self.draft.rename(self.ready)
        shutil.rmtree(self.blocks, ignore_errors=True)
        self.ready.rename(self.report)
        shutil.rmtree(self.root)


def refuse_taken(report: Path) -> None:
    """Refuse a folder that holds something: another report, or someone's files."""
    if report.is_dir() and any(report.iterdir()):
        raise ReportFolderTaken(name=report.name)
    if report.exists() and not report.is_dir():
        raise FolderNotWritable(name=report.name)


@contextmanager
def working(report: Path, plan: Plan, *, any_seed: bool) -> Iterator[WorkFolder]:
    """Open the work folder beside `report`, or the one that a killed audit of the same plan left.

    With `any_seed` the draw goes on with the seed it began with. Only one process may hold the folder.
    """
    refuse_taken(report)
    root = report.with_name(f"{report.name}.en-cours")
    try:
        root.mkdir(mode=0o700, exist_ok=True)
        lock = (root / _LOCK).open("a", encoding="ascii")
    except OSError as closed:
        raise FolderNotWritable(name=root.name) from closed
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as held:
            raise AuditRunning from held
        folder = WorkFolder(root=root, report=report, plan=_agreed(root, plan, any_seed=any_seed))
        folder.blocks.mkdir(exist_ok=True)
        try:
            yield folder
        except HelperStopped:
            raise
        except OSError as closed:
            raise FolderNotWritable(name=root.name) from closed
        except Refusal:
            # The file or the columns will not do: nothing of this is to be taken up again, and blocks hold texts.
            shutil.rmtree(root)
            raise


def screen_digest() -> str:
    """The digest of the screen: its code and its lexicons."""
    whole = sha256()
    files = [*_SCREEN.glob("engine.py"), *_SCREEN.glob("rules/**/*.py"), *_SCREEN.glob("lexicons/**/*")]
    for path in sorted(path for path in files if path.is_file()):
        whole.update(f"{path.relative_to(_SCREEN)} {sha256(path.read_bytes()).hexdigest()}\n".encode())
    return whole.hexdigest()


def columns_told(columns: Columns) -> list[str]:
    return [columns.comment, columns.site, columns.day, columns.author]


def write_private(path: Path, text: str) -> None:
    """Write a file that only the account of the audit reads, whole or not at all."""
    partial = path.with_name(f"{path.name}.partiel")
    partial.touch(mode=0o600)
    partial.write_text(text, encoding="utf-8")
    partial.rename(path)


def read_card(report: Path) -> AuditCard:
    """What a finished report says of itself. Raises NotAReport."""
    try:
        told: AuditCard = json.loads((report / AUDIT).read_text(encoding="utf-8"))
    except (OSError, ValueError) as absent:
        raise NotAReport(name=report.name) from absent
    return told


def _agreed(root: Path, plan: Plan, *, any_seed: bool) -> Plan:
    path = root / _PLAN
    if not path.exists():
        write_private(path, json.dumps(plan, ensure_ascii=False))
        return plan
    kept: Plan = json.loads(path.read_text(encoding="utf-8"))
    # The salt and the day are drawn once; so is the seed, unless someone asks for another.
    same: Plan = {**plan, "salt": kept["salt"], "on": kept["on"], "seed": kept["seed"] if any_seed else plan["seed"]}
    if same != kept:
        raise AnotherAuditUnderway(name=root.name)
    return kept
