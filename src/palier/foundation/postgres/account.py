"""The system account the server runs under: PostgreSQL refuses to run as root."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from palier.foundation.errors import Refusal

SERVICE_ACCOUNT = "palier"


class ServiceAccountImpossible(Refusal):
    """PostgreSQL ne tourne pas sous root et le compte système « palier » n’a pas pu être créé : créez-le avec
    « useradd --system --user-group palier », ou lancez Palier avec un compte ordinaire."""


class ClosedParent(Refusal):
    """Le dossier {path} est fermé au compte « {account} » qui fait tourner la base : choisissez avec PALIER_HOME un
    dossier que ce compte peut traverser, par exemple /var/lib/palier."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Who runs PostgreSQL's programs. `switch` holds its (uid, gid) when it is not the account we run as."""

    name: str
    switch: tuple[int, int] | None

    def run(self, command: Sequence[str | Path], *, seconds: float = 660) -> subprocess.CompletedProcess[bytes]:
        """Run a program under this account, with a bare environment, and wait for it."""
        uid, gid = self.switch or (None, None)
        return subprocess.run(
            [str(part) for part in command],
            cwd="/",
            # A PGDATA, PGHOST or PGOPTIONS left in the shell would change what the programs do.
            env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=seconds,
            check=False,
            user=uid,
            group=gid,
            extra_groups=[] if self.switch else None,
        )

    def check_can_cross(self, folder: Path) -> None:
        """Raises ClosedParent when an existing part of the way to `folder` is closed to this account."""
        if self.switch is None:
            return
        for place in (*reversed(folder.parents), folder):
            if not place.is_dir():
                return
            if self.run(["/usr/bin/test", "-x", place], seconds=10).returncode != 0:
                raise ClosedParent(path=place, account=self.name)


def server_account(data: Path) -> Account:
    """Ourselves, or when we are root the account that owns `data`, else the dedicated one, made when absent.

    Raises ServiceAccountImpossible.
    """
    if os.geteuid() != 0:
        return Account(name=str(os.geteuid()), switch=None)
    if data.exists() and (owner := data.stat()).st_uid != 0:
        # Someone's private installation, looked after by root: PostgreSQL runs only for the owner of its data.
        return Account(name=str(owner.st_uid), switch=(owner.st_uid, owner.st_gid))
    try:
        entry = pwd.getpwnam(SERVICE_ACCOUNT)
    except KeyError:
        make_system_account(SERVICE_ACCOUNT)
        entry = pwd.getpwnam(SERVICE_ACCOUNT)
    if entry.pw_uid == 0:
        raise ServiceAccountImpossible(name=SERVICE_ACCOUNT)
    return Account(name=SERVICE_ACCOUNT, switch=(entry.pw_uid, entry.pw_gid))


def make_system_account(name: str) -> None:
    """An account that runs programs and that nobody signs in by; root only. Raises ServiceAccountImpossible."""
    program = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if program is None:
        raise ServiceAccountImpossible(name=name)
    options = ["--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
    made = subprocess.run([program, *options, "--shell", "/usr/sbin/nologin", name], capture_output=True, check=False)
    # 9: another starter made it in the meantime.
    if made.returncode not in (0, 9):
        raise ServiceAccountImpossible(name=name)
