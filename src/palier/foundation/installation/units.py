"""The units of systemd of an installation: the database, the sites, the jobs, the archive, each under its account.

Written in a folder of the home: an administrator reads them, then copies them where systemd looks.
"""

import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from palier.foundation.errors import Refusal
from palier.foundation.home import SHARED_FOLDER, Home, told_in_french
from palier.foundation.installation.layout import ends_folder
from palier.foundation.installation.settings_file import settings_path

FOLDER: Final = "systemd"
_SYSTEM: Final = Path("/etc/systemd/system")
_DATABASE, _WEB, _WORKER, _KEEPER = "palier-database", "palier-web", "palier-worker", "palier-keeper"
# The seals of the journal and the archive of the log wait behind no long month, and the archive reads what is the
# owner's alone.
KEEPER_QUEUE: Final = "journal"


class UnitsRefused(Refusal):
    """systemd refuse les unités écrites dans {folder} : {reason}. Le reste de l’installation est fait."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """Who runs what, and on which port the sites answer on this machine."""

    owner: str
    web: str
    worker: str
    port: int
    is_outside: bool


def units(home: Home, served: Served) -> Mapping[str, str]:
    """Name of the file → its text."""
    after = "" if served.is_outside else f"{_DATABASE}.service"
    found = {
        f"{_WEB}.service": _unit(
            "Palier, les sites",
            home,
            user=served.web,
            command=f"serve --only web --port {served.port}",
            after=after,
            process="web",
            # What a tenant gives, and what they end.
            writes=(home.documents, ends_folder(home)),
        ),
        f"{_WORKER}.service": _unit(
            "Palier, les travaux",
            home,
            user=served.worker,
            command=f"worker --all-but {KEEPER_QUEUE}",
            after=after,
            writes=(home.documents, home.root / "courriels", ends_folder(home)),
        ),
        f"{_KEEPER}.service": _unit(
            "Palier, le scellement du journal et l’archive",
            home,
            user=served.owner,
            command=f"worker --queue {KEEPER_QUEUE}",
            after=after,
            writes=(home.root, ends_folder(home)),
        ),
    }
    if not served.is_outside:
        found[f"{_DATABASE}.service"] = _database(home, served.owner)
    return dict(sorted(found.items()))


def write_units(home: Home, served: Served) -> list[Path]:
    """Write them, in place of those written before. Raises DiskFull, HomeUnreachable."""
    folder = home.root / FOLDER
    written = []
    with told_in_french(folder):
        folder.mkdir(mode=0o755, exist_ok=True)
        for name, text in units(home, served).items():
            path = folder / name
            path.write_text(text, encoding="utf-8")
            path.chmod(0o644)
            written.append(path)
    return written


def units_closing(folder: Path, *, home: Home) -> list[Path]:
    """The units, as written before or copied where systemd looks, that keep a service from the folder of the ends."""
    found = []
    for place in (home.root / FOLDER, _SYSTEM):
        for name in (_WEB, _WORKER, _KEEPER):
            path = place / f"{name}.service"
            if path.is_file() and f"ReadWritePaths=-{folder}\n" not in path.read_text(encoding="utf-8"):
                found.append(path)
    return found


def verify_units(paths: list[Path]) -> bool:
    """Ask systemd to read them; False where there is no systemd. Raises UnitsRefused."""
    program = shutil.which("systemd-analyze")
    if program is None:
        return False
    # Without their manual pages; every fault is a line of its answer.
    asked = subprocess.run(
        [program, "verify", "--man=no", *map(str, paths)], capture_output=True, text=True, check=False, timeout=60
    )
    ours = [line for line in asked.stderr.splitlines() if any(path.name in line for path in paths)]
    if ours:
        raise UnitsRefused(folder=paths[0].parent, reason=ours[0].rstrip("."))
    return True


def program() -> str:
    """How this very program is started, whatever the folder and the environment of who starts it."""
    return f"{sys.executable} -P -m palier"


def _database(home: Home, owner: str) -> str:
    return f"""[Unit]
Description=Palier, la base de données
After=local-fs.target

[Service]
Type=oneshot
RemainAfterExit=yes
User={owner}
{_environment(home)}
ExecStart={program()} database start
ExecStop={program()} database stop
TimeoutSec=660
NoNewPrivileges=yes

[Install]
WantedBy=multi-user.target
"""


def _unit(
    description: str,
    home: Home,
    *,
    user: str,
    command: str,
    after: str,
    process: str = "work",
    writes: tuple[Path, ...] = (),
) -> str:
    order = f"After=network.target {after}".rstrip() + (f"\nRequires={after}" if after else "")
    # The minus: a folder that is not there yet stops nothing.
    writable = "".join(f"ReadWritePaths=-{path}\n" for path in writes)
    return f"""[Unit]
Description={description}
{order}

[Service]
User={user}
{_environment(home)}
Environment=PALIER_PROCESS={process}
ExecStart={program()} {command}
Restart=always
RestartSec=2
# What is written is read by the group of the sites and of the jobs, by nobody else.
UMask=0007
NoNewPrivileges=yes
CapabilityBoundingSet=
ProtectSystem=strict
{_passing_files(home)}
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectControlGroups=yes
RestrictSUIDSGID=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
LockPersonality=yes
PrivateDevices=yes
{writable}
[Install]
WantedBy=multi-user.target
"""


def _passing_files(home: Home) -> str:
    """Where a file given on screen waits for its reading: the rest of the system is read only, /tmp like the others."""
    if home.root.is_relative_to(SHARED_FOLDER) or home.socket_directory.is_relative_to(SHARED_FOLDER):
        # A /tmp of its own would hide the home, or the database's socket.
        return f"ReadWritePaths={SHARED_FOLDER}"
    return "PrivateTmp=yes"


def _environment(home: Home) -> str:
    return f"Environment=PALIER_HOME={home.root}\nEnvironmentFile=-{settings_path(home)}"
