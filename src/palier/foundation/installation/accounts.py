"""The system accounts of an installation: one owns the database, one serves the sites, one does the jobs.

A site that is broken into then reads the secrets of its own account and no other: it cannot open the database as its
owner, nor as the jobs.
"""

import grp
import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from palier.foundation.errors import Refusal
from palier.foundation.postgres.account import SERVICE_ACCOUNT, ServiceAccountImpossible, make_system_account

WEB: Final = "palier-web"
WORKER: Final = "palier-worker"
# What the two of them share: documents, and the keys that seal what both read.
GROUP: Final = "palier-sites"
_SYSTEM_PATH: Final = "/usr/sbin:/sbin:/usr/bin:/bin"
_MEMBER_ALREADY: Final = 9


class GroupImpossible(Refusal):
    """Le groupe système « {name} » n’a pas pu être créé : créez-le avec « groupadd --system {name} », puis relancez la
    commande."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """A system account by its numbers."""

    name: str
    uid: int
    gid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounts:
    """The three accounts, and the group that they share."""

    owner: Identity
    web: Identity
    worker: Identity
    sites_gid: int

    @property
    def all(self) -> tuple[Identity, ...]:
        return (self.owner, self.web, self.worker)


def ensure_accounts() -> Accounts:
    """The accounts, made when they are absent; root only. Raises ServiceAccountImpossible, GroupImpossible."""
    _ensure_group()
    for name in (SERVICE_ACCOUNT, WEB, WORKER):
        if _identity(name) is None:
            make_system_account(name)
        _join(name)
    found = known_accounts()
    if found is None:
        raise ServiceAccountImpossible(name=WEB)
    return found


def known_accounts() -> Accounts | None:
    """The accounts when this machine has all of them."""
    owner, web, worker = (_identity(name) for name in (SERVICE_ACCOUNT, WEB, WORKER))
    try:
        sites_gid = grp.getgrnam(GROUP).gr_gid
    except KeyError:
        return None
    if owner is None or web is None or worker is None:
        return None
    return Accounts(owner=owner, web=web, worker=worker, sites_gid=sites_gid)


def cannot_run(identities: Sequence[Identity], program: Path) -> list[str]:
    """The accounts to which a program is closed, by name. Asked of the system itself, as root."""
    closed = []
    for identity in identities:
        asked = subprocess.run(
            ["/usr/bin/test", "-x", program],
            user=identity.uid,
            group=identity.gid,
            extra_groups=[],
            check=False,
            timeout=10,
            cwd="/",
        )
        if asked.returncode != 0:
            closed.append(identity.name)
    return closed


def runs_as_root() -> bool:
    return os.geteuid() == 0


def _identity(name: str) -> Identity | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return Identity(name=name, uid=entry.pw_uid, gid=entry.pw_gid)


def _ensure_group() -> None:
    try:
        grp.getgrnam(GROUP)
    except KeyError:
        made = _administer("groupadd", "--system", GROUP)
        if made is None or made not in (0, _MEMBER_ALREADY):
            raise GroupImpossible(name=GROUP) from None


def _join(name: str) -> None:
    if name not in grp.getgrnam(GROUP).gr_mem and _administer("usermod", "--append", "--groups", GROUP, name) != 0:
        raise GroupImpossible(name=GROUP)


def _administer(program: str, *arguments: str) -> int | None:
    """The exit code of a program of the system's administration; None when it is not there."""
    found = shutil.which(program, path=_SYSTEM_PATH)
    if found is None:
        return None
    return subprocess.run([found, *arguments], capture_output=True, check=False, timeout=60).returncode
