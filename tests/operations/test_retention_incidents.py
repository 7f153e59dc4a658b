"""What a breach still open needs is neither erased nor made anonymous: the file of whom it concerns, the readings."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from django.db import connection
from tests.landlord import Landlord
from tests.operations.purging import by_table, count, purged_on

from palier.foundation.clock import PARIS, now
from palier.privacy.journal.operations import months_to_expire

if TYPE_CHECKING:
    from tests.conftest import Cluster

LONG_AFTER = date(2037, 1, 1)
LUCIE = "people_person", "last_name = 'Amandier'"


@pytest.fixture
def direct(cluster: "Cluster", own_landlord: Landlord) -> Iterator[psycopg.Connection]:
    """Lucie's lease ended and her account is settled: all of her file is due, ten years later."""
    with cluster.as_superuser(str(connection.settings_dict["NAME"])) as session:
        session.execute("UPDATE leases_lease SET ends_on = '2026-10-31', mandate_reference = 'RUM101' WHERE id = 101")
        session.execute("SET session_replication_role = replica")
        session.execute("DELETE FROM ledger_posting WHERE account_id = 101")
        session.execute("SET session_replication_role = origin")
        yield session


def breach(
    session: psycopg.Connection, *, is_exercise: bool = False, at: datetime = datetime(2026, 11, 2, tzinfo=PARIS)
) -> None:
    """A breach that concerns Lucie: an agent, and the hour that follows `at`."""
    session.execute(
        """INSERT INTO oversight_incident (id, number, is_exercise, kind, cause, agent_id, from_at, until_at, aware_at)
           VALUES (70, 'VD-2026-001', %s, 'AGENT', 'CURIOSITY', 1, %s, %s, %s)""",
        [is_exercise, at, at + timedelta(hours=1), at],
    )
    session.execute(
        """INSERT INTO oversight_incidentperson (incident_id, person_id, readings, categories, first_at, last_at)
           VALUES (70, 1, 1, '{COMPTE}', %s, %s)""",
        [at, at],
    )


def close(session: psycopg.Connection, at: datetime) -> None:
    session.execute(
        """INSERT INTO oversight_incidentstep (incident_id, kind, at, by_agent_id, ease, exposure, level, measures,
               receipt, package_sha256) VALUES (70, 'CLOSED', %s, 7, '', '', '', '{}', '', '')""",
        [at],
    )


def left(session: psycopg.Connection) -> dict[str, int]:
    """What is left of Lucie."""
    return {
        "person": count(session, *LUCIE),
        "contacts": count(session, "people_contact", "person_id = 1"),
        "income": count(session, "people_income", "household_id = 1"),
        "terms": count(session, "leases_term", "lease_id = 101"),
        "documents": count(session, "mail_document", "lease_id = 101"),
        "bills": count(session, "quittancement_bill", "lease_id = 101 AND run_id = 1"),
        "door name": count(session, "leases_occupant", "person_id = 1 AND door_name LIKE '%Amandier%'"),
        "account": count(session, "agents_user", "person_id = 1 AND is_active"),
    }


def test_without_a_breach_all_that_is_due_goes(direct: psycopg.Connection, tmp_path: Path) -> None:
    before = left(direct)
    assert all(before.values()), before
    purged_on(LONG_AFTER, tmp_path)
    assert not any(left(direct).values()), left(direct)


def test_a_breach_still_open_holds_the_whole_file_of_whom_it_concerns(
    direct: psycopg.Connection, tmp_path: Path
) -> None:
    before = left(direct)
    breach(direct)
    purged = purged_on(LONG_AFTER, tmp_path)
    assert left(direct) == before
    assert count(direct, "oversight_incident") == count(direct, "oversight_incidentperson") == 1
    # Counted apart, so that the certificate says what waits.
    assert next(each.held for each in purged.ended if each.step.name == "people_person") >= 1
    # Whoever it does not concern is not kept for it.
    assert by_table(purged)["quittancement_bill"] == 2


def test_the_day_after_it_is_closed_time_runs_again(direct: psycopg.Connection, tmp_path: Path) -> None:
    breach(direct)
    purged_on(date(2036, 12, 31), tmp_path / "first")
    assert count(direct, *LUCIE) == 1
    close(direct, datetime(2036, 12, 31, 12, tzinfo=PARIS))
    purged_on(LONG_AFTER, tmp_path / "second")
    assert count(direct, *LUCIE) == 0
    # The breach itself has its own five years.
    assert count(direct, "oversight_incident") == 1


def test_an_exercise_holds_nothing(direct: psycopg.Connection, tmp_path: Path) -> None:
    breach(direct, is_exercise=True)
    purged_on(LONG_AFTER, tmp_path)
    assert count(direct, *LUCIE) == 0


def test_the_months_of_the_journal_that_an_open_breach_covers_do_not_expire(direct: psycopg.Connection) -> None:
    later = now() + timedelta(days=400)
    over = months_to_expire(at=later)
    assert over
    breach(direct, at=now() - timedelta(minutes=30))
    assert set(over) - set(months_to_expire(at=later)) != set()
    close(direct, now())
    assert months_to_expire(at=later) == over
