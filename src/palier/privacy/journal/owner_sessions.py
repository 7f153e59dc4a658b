"""The operator is a reader too: a session as owner of the database names who, why, and ends.

The line of the journal is committed before the program starts: were it impossible to write, nothing would open.
"""

import subprocess
import sys
from datetime import datetime

from palier.foundation.errors import Refusal
from palier.foundation.postgres import Server
from palier.foundation.postgres.programs import connection_environment, postgres_program
from palier.privacy.actor import batch
from palier.privacy.declare import Batch
from palier.privacy.journal.help_windows import Window

# A session left open on a screen is a door: it closes by itself.
LONGEST_MINUTES = 60


class MinutesOutOfBounds(Refusal):
    """Une session en propriétaire dure de 1 à {longest} minutes : choisissez avec --minutes."""


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
    program = postgres_program(server.home, "psql")
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
            command, env=connection_environment(conninfo) | _limits(seconds), check=False, timeout=seconds
        ).returncode
    except subprocess.TimeoutExpired:
        print("La session est terminée : son temps est écoulé.", file=sys.stderr)
        return 1


def _limits(seconds: float) -> dict[str, str]:
    """A statement under way ends with its session: a killed program alone would leave it running in the server."""
    settings = f"-c statement_timeout={max(1, int(seconds * 1000))} -c client_connection_check_interval=500"
    return {"PGOPTIONS": settings}
