"""A landlord installed by the program itself, in a home of its own, as an administrator would."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.places import PLACE

from palier.foundation.home import Home
from palier.foundation.postgres import stop

SOURCE = Path(__file__).resolve().parents[2] / "src"
ANSWERS: Mapping[str, str] = {
    "landlord": "Habitat du Val Essai",
    "legal-form": "office public de l’habitat",
    "siret": "123 456 782 00010",
    "address": "1 place du Modèle / 00000 VILLEFICTIVE",
    "admin": "admin@val.example",
    "admin-first-name": "Aline",
    "admin-last-name": "Cormier",
}
ENVIRONMENT = {
    name: value
    for name, value in os.environ.items()
    if not name.startswith(("PALIER_", "DATABASE_", "DJANGO_", "PYTHON"))
}


@contextmanager
def own_folder() -> Iterator[Path]:
    """A folder that the accounts of the services can cross, which pytest's own is not; its servers are stopped."""
    made = Path(tempfile.mkdtemp(prefix="palier-init-", dir=PLACE))
    made.chmod(0o711)
    try:
        yield made
    finally:
        for data in made.rglob("PG_VERSION"):
            if data.parent.name == "postgres":
                stop(Home(data.parent.parent), {})
        shutil.rmtree(made)


def palier(home: Path, *arguments: str, more: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """One command, in a process of its own."""
    return subprocess.run(
        [sys.executable, "-P", "-m", "palier", *arguments],
        env={**ENVIRONMENT, "PALIER_HOME": str(home), "PYTHONPATH": str(SOURCE), **(more or {})},
        capture_output=True,
        text=True,
        check=False,
        timeout=110,
        stdin=subprocess.DEVNULL,
    )


def init(home: Path, *arguments: str, more: Mapping[str, str] | None = None, **answers: str) -> dict[str, object]:
    """`palier init` with the usual answers; what it printed."""
    ran = palier(home, "init", *asked(**answers), "--json", *arguments, more=more)
    assert ran.returncode == 0, ran.stderr
    told: dict[str, object] = json.loads(ran.stdout)
    return told


def asked(**answers: str) -> list[str]:
    """The usual answers as options, some of them otherwise."""
    told = {**ANSWERS, **{name.replace("_", "-"): value for name, value in answers.items()}}
    return [part for name, value in told.items() for part in (f"--{name}", value)]
