"""What the tests of backups and exports share: a server that looks at one database, a command in a home of its own."""

import base64
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from django.conf import settings
from tests.conftest import TEST_HOME, Cluster
from tests.places import PLACE

from palier.continuity.keys import make_key, recipient_path
from palier.foundation.home import Home
from palier.foundation.postgres import Server, stop
from palier.foundation.postgres.address import PORT, Address

THE_OPERATOR = "Aline Cormier"
_OURS = ("PALIER_", "DATABASE_URL", "DJANGO_SETTINGS_MODULE")


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    said: str


def server_of(cluster: Cluster, database: str | None = None) -> Server:
    """The test server, seen as the home's own server would be: on the database that the application is on."""
    name = database or str(settings.DATABASES["default"]["NAME"])
    return replace(cluster.server, address=replace(cluster.server.address, database=name))


def server_in(home: Home, database: str) -> Server:
    """The server of another home."""
    address = Address(host=str(home.socket_directory), port=PORT, database=database, outside=False)
    return Server(address=address, home=home)


def key_in(folder: Path) -> Path:
    """The private key of the test home's backups, drawn anew: the home keeps the public one."""
    recipient_path(Home(TEST_HOME)).unlink(missing_ok=True)
    path = folder / "cle-de-sauvegarde"
    make_key(Home(TEST_HOME), path, replaces=False)
    return path


def version_1(key: Path, path: Path) -> Path:
    """The same key as a Palier without signatures wrote it."""
    held = base64.urlsafe_b64decode(key.read_text().split()[1])[:32]
    path.write_text(f"palier-backup-key-1 {base64.urlsafe_b64encode(held).decode()}\n")
    return path


@contextmanager
def new_home() -> Iterator[Home]:
    """A place for a restoration, which the server's account can cross; removed with its server."""
    folder = Path(tempfile.mkdtemp(prefix="palier-r-", dir=PLACE))
    folder.chmod(0o711)
    home = Home(folder)
    try:
        yield home
    finally:
        stop(home, {})
        shutil.rmtree(folder, ignore_errors=True)


def palier(home: Home, *arguments: object, **more: str) -> Done:
    """A command in that home, as somebody types it."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    done = subprocess.run(
        [sys.executable, "-m", "palier", *map(str, arguments)],
        env=environment | {"PALIER_HOME": str(home.root)} | more,
        capture_output=True,
        text=True,
        check=False,
    )
    return Done(code=done.returncode, out=done.stdout, said=done.stderr)
