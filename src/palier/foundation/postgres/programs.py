"""PostgreSQL's client programs: which one to start, and how it is told where to connect."""

import os
import shutil
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

from palier.foundation.errors import Refusal
from palier.foundation.home import Home
from palier.foundation.postgres.account import server_account
from palier.foundation.postgres.binaries import NoPostgres, find_binaries


class ProgramAbsent(Refusal):
    """Le programme {name} de PostgreSQL est introuvable : installez « postgresql-client », ou relancez ./palier."""


def connection_environment(conninfo: str) -> dict[str, str]:
    """The password by the environment, never on a command line that every account can list."""
    told = conninfo_to_dict(conninfo)
    names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE"}
    kept = {name: os.environ[name] for name in ("PATH", "TERM", "LANG", "LC_ALL", "HOME") if name in os.environ}
    return kept | {names[key]: str(value) for key, value in told.items() if key in names and value is not None}


def postgres_program(home: Home, name: str) -> Path:
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
