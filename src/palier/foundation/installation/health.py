"""What `palier doctor` looks at on the machine itself: program, folder, secrets, disk, server; no application."""

import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Final

import psycopg

from palier.foundation.errors import Refusal
from palier.foundation.home import Home
from palier.foundation.installation.accounts import Accounts, cannot_run, known_accounts, runs_as_root
from palier.foundation.installation.layout import open_secrets, wrong_places
from palier.foundation.installation.settings_file import settings_path
from palier.foundation.postgres import Server, State, status
from palier.foundation.postgres.address import role_prefix_of

OLDEST_PYTHON: Final = (3, 11)
OLDEST_POSTGRES: Final = 15
# A month of 120,000 notices with its backup takes less.
LEAST_FREE_BYTES: Final = 5 * 1024**3
# A code of a second factor lasts thirty seconds.
_MOST_DRIFT_SECONDS: Final = 5


class Verdict(StrEnum):
    OK = "OK"
    # To be known, not to be woken for.
    ADVICE = "ADVICE"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing looked at: what was found, and how to mend it when it is not in order."""

    name: str
    label: str
    verdict: Verdict
    told: str
    mend: str = ""


def ok(name: str, label: str, told: str) -> Check:
    return Check(name=name, label=label, verdict=Verdict.OK, told=told)


def advice(name: str, label: str, told: str, mend: str) -> Check:
    return Check(name=name, label=label, verdict=Verdict.ADVICE, told=told, mend=mend)


def failed(name: str, label: str, told: str, mend: str) -> Check:
    return Check(name=name, label=label, verdict=Verdict.FAILED, told=told, mend=mend)


def machine_checks(home: Home) -> Iterator[Check]:
    """What needs no database."""
    yield _python()
    yield _settings(home)
    yield _secrets(home)
    yield _program()
    yield _disk(home)
    yield _locale()


def server_checks(server: Server, *, prefix: str, at: datetime) -> Iterator[Check]:
    """What needs the server and nothing of its tables; `at` is this machine's clock."""
    if status(server.home) not in (State.RUNNING, State.OUTSIDE):
        yield failed(
            "postgres", "PostgreSQL", f"la base est {status(server.home).value}", "lancez « palier database start »"
        )
        return
    try:
        with psycopg.connect(server.conninfo(f"{prefix}_worker"), autocommit=True) as connection:
            major = connection.info.server_version // 10_000
            encoding = connection.info.parameter_status("server_encoding")
            row = connection.execute("SELECT clock_timestamp()").fetchone()
    except (psycopg.OperationalError, Refusal) as closed:
        yield failed(
            "postgres",
            "PostgreSQL",
            f"elle n’ouvre pas à ce compte : {str(closed).strip().splitlines()[-1].rstrip('.')}",
            "lancez « palier doctor » avec le compte qui a installé Palier, ou « palier database start »",
        )
        return
    told = f"version {major}"
    if major >= OLDEST_POSTGRES:
        yield ok("postgres", "PostgreSQL", told)
    else:
        yield failed("postgres", "PostgreSQL", told, f"passez à la version {OLDEST_POSTGRES} ou plus récente")
    yield _clock(row[0] if row is not None else at, at)
    if encoding != "UTF8":
        yield failed("encoding", "Encodage", f"la base est en {encoding}", "recréez la base en UTF8")


def _clock(of_database: datetime, here: datetime) -> Check:
    drift = abs((of_database - here).total_seconds())
    if drift <= _MOST_DRIFT_SECONDS:
        return ok("clock", "Horloge", "d’accord avec celle de la base")
    return failed(
        "clock",
        "Horloge",
        f"{drift:.0f} secondes d’écart avec celle de la base",
        "réglez les deux machines sur un serveur de temps (NTP)",
    )


def _python() -> Check:
    told = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info >= OLDEST_PYTHON:
        return ok("python", "Python", told)
    wanted = ".".join(map(str, OLDEST_PYTHON))
    return failed("python", "Python", told, f"installez Python {wanted} ou plus récent, puis relancez ./palier")


def _settings(home: Home) -> Check:
    path = settings_path(home)
    if path.is_file():
        return ok("settings", "Réglages", str(path))
    return failed("settings", "Réglages", f"{path} n’existe pas", "lancez « palier init »")


def accounts_of(home: Home) -> Accounts | None:
    """The separate accounts, when the home was given to them."""
    accounts = known_accounts()
    if accounts is None or not home.root.is_dir() or home.secrets.stat().st_gid != accounts.sites_gid:
        return None
    return accounts


def _secrets(home: Home) -> Check:
    if not home.secrets.is_dir():
        return failed("secrets", "Secrets", "il n’y en a pas", "lancez « palier init »")
    accounts = accounts_of(home)
    if accounts is not None:
        wrong = wrong_places(home, accounts, prefix=role_prefix_of(os.environ))
        mend = "lancez « palier init » sous root, qui les remet en ordre"
        told = "séparés entre le propriétaire, les sites et les travaux"
    else:
        wrong, mend = open_secrets(home), "fermez-les avec « chmod go= » à tout autre compte"
        told = "fermés aux autres comptes ; un seul compte système tient tout"
    if wrong:
        some = ", ".join(str(path.relative_to(home.root)) for path in wrong[:4])
        return failed("secrets", "Secrets", f"mauvais droits : {some}", mend)
    return ok("secrets", "Secrets", told)


def _program() -> Check:
    label, accounts = "Programme", known_accounts()
    if accounts is None or not runs_as_root():
        return ok("program", label, sys.executable)
    closed = cannot_run(accounts.all, Path(sys.executable))
    if not closed:
        return ok("program", label, f"{sys.executable}, ouvert aux trois comptes")
    return advice(
        "program",
        label,
        f"{sys.executable} est fermé à {', '.join(closed)}",
        "installez Palier dans un dossier que tous traversent, par exemple /opt/palier",
    )


def _disk(home: Home) -> Check:
    place = home.root if home.root.is_dir() else home.root.parent
    free = shutil.disk_usage(place).free
    told = f"{free / 1024**3:.0f} Go libres"
    if free >= LEAST_FREE_BYTES:
        return ok("disk", "Disque", told)
    least = LEAST_FREE_BYTES // 1024**3
    return failed("disk", "Disque", told, f"libérez de la place : il en faut {least} Go pour un mois et sa sauvegarde")


def _locale() -> Check:
    encoding = sys.getfilesystemencoding()
    if encoding == "utf-8":
        return ok("locale", "Langue du système", "UTF-8")
    return failed("locale", "Langue du système", encoding, "réglez LANG=C.UTF-8 pour les services")
