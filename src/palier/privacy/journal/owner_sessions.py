"""The operator is a reader too: a session as owner of the database and a backup name who, why, and end.

The line of the journal is committed before the program starts: were it impossible to write, nothing would open.
"""

import os
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

from palier.foundation.errors import Refusal
from palier.foundation.home import Home, told_in_french
from palier.foundation.postgres import Server
from palier.foundation.postgres.account import server_account
from palier.foundation.postgres.binaries import NoPostgres, find_binaries
from palier.privacy.actor import batch
from palier.privacy.declare import Batch
from palier.privacy.journal.help_windows import Window

# A session left open on a screen is a door: it closes by itself.
LONGEST_MINUTES = 60


class MinutesOutOfBounds(Refusal):
    """Une session en propriétaire dure de 1 à {longest} minutes : choisissez avec --minutes."""


class ProgramAbsent(Refusal):
    """Le programme {name} de PostgreSQL est introuvable : installez « postgresql-client », ou relancez ./palier."""


class BackupFailed(Refusal):
    """La sauvegarde n’a pas pu être faite, rien n’est écrit dans {path} : {reason}"""


def open_session(
    server: Server,
    *,
    operator: str,
    motive: str,
    minutes: int,
    prefix: str,
    statement: str = "",
    window: Window | None = None,
    at: datetime,
) -> int:
    """Run psql as the database's owner for `minutes` at most; its exit code. Journaled as a reading of everyone.

    Within a window of help the vendor is named, and the session ends with the window. Raises MinutesOutOfBounds,
    ProgramAbsent, UnknownMotive, JournalClosed.
    """
    if not 1 <= minutes <= LONGEST_MINUTES:
        raise MinutesOutOfBounds(longest=LONGEST_MINUTES)
    program = _program(server.home, "psql")
    seconds = minutes * 60.0
    if window is None:
        job, named = Batch.OPERATOR, operator
    else:
        window.check_open(at)
        job, named = Batch.VENDOR, f"{window.operator}, {operator}"
        seconds = min(seconds, (window.until_at - at).total_seconds())
    with batch(job, operator=named, motive=motive, command="database shell"):
        pass
    conninfo = server.conninfo(f"{prefix}_owner")
    command = [
        str(program),
        "--no-psqlrc",
        "--set",
        "ON_ERROR_STOP=1",
        *(["--command", statement] if statement else []),
    ]
    try:
        return subprocess.run(
            command, env=_environment(conninfo) | _limits(seconds), check=False, timeout=seconds
        ).returncode
    except subprocess.TimeoutExpired:
        print("La session est terminée : son temps est écoulé.", file=sys.stderr)
        return 1


def back_up(server: Server, path: Path, *, operator: str, motive: str) -> int:
    """Write the whole database to a file, whole or not at all; its size. Journaled as a reading of everyone.

    Raises ProgramAbsent, BackupFailed, UnknownMotive, JournalClosed.
    """
    program = _program(server.home, "pg_dump")
    with told_in_french(path):
        if not path.parent.is_dir():
            raise BackupFailed(path=path, reason="ce dossier n’existe pas.")
        with batch(Batch.OPERATOR, operator=operator, motive=motive, command="backup create"):
            pass
        draft = path.with_name(f".{path.name}.part")
        try:
            # The administrator's account: row security keeps every other one, the owner included, from a whole copy.
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                ran = subprocess.run(
                    [str(program), "--format=custom", "--no-password"],
                    env=_environment(server.administrator_conninfo()),
                    stdout=file,
                    stderr=subprocess.PIPE,
                    check=False,
                )
            if ran.returncode:
                said = ran.stderr.decode(errors="replace").strip().splitlines()
                raise BackupFailed(path=path, reason=said[-1] if said else f"code {ran.returncode}.")
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
        return path.stat().st_size


def _limits(seconds: float) -> dict[str, str]:
    """A statement under way ends with its session: a killed program alone would leave it running in the server."""
    settings = f"-c statement_timeout={max(1, int(seconds * 1000))} -c client_connection_check_interval=500"
    return {"PGOPTIONS": settings}


def _environment(conninfo: str) -> dict[str, str]:
    """The password by the environment, never on a command line that every account can list."""
    told = conninfo_to_dict(conninfo)
    names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE"}
    kept = {name: os.environ[name] for name in ("PATH", "TERM", "LANG", "LC_ALL", "HOME") if name in os.environ}
    return kept | {names[key]: str(value) for key, value in told.items() if key in names and value is not None}


def _program(home: Home, name: str) -> Path:
    """PostgreSQL's own program: the server's, or the one of this machine."""
    try:
        program = find_binaries(home, server_account(home.data), major=None).program(name)
    except NoPostgres:
        program = None
    if program is not None and program.exists():
        return program
    found = shutil.which(name)
    if found is None:
        raise ProgramAbsent(name=name)
    return Path(found)
