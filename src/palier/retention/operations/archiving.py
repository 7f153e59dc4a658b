"""The intermediate archive: a file that is no longer in daily use is kept apart, for the few, until its end."""

from datetime import date
from importlib.resources import files

from django.db import connection

from palier.retention.queries import RuleInForce

# The rule whose active time each kind of subject follows.
_ACTIVE_TIMES = {"lease_months": "BAIL", "person_months": "IDENTITE", "household_months": "FOYER"}


def archive_files(rules: dict[str, RuleInForce], *, on: date) -> int:
    """Put in the archive the files whose active time is over on a day, take back those that live again.

    Called after `work_out_facts`, in its transaction. How many leases entered it.
    """
    statement = (files("palier.retention") / "sql" / "archive.sql").read_text(encoding="utf-8")
    parameters: dict[str, date | int] = {"on": on}
    for name, code in _ACTIVE_TIMES.items():
        parameters[name] = rules[code].rule.active_months
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        (entered,) = cursor.fetchone()
        return int(entered)
