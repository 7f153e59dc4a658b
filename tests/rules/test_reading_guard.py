"""While a page is read, what is a reading passes and what writes is refused before it is sent."""

import pytest

from palier.web.guard import GetMayNotWrite, refuse_writes


def attempt(statement: str) -> object:
    return refuse_writes(lambda text, _params, _many, _context: text, statement, None, False, {})


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT id FROM leases_lease WHERE id = %s",
        "  select 1",
        "WITH late AS (SELECT id FROM leases_lease) SELECT * FROM late",
        "SELECT 'INSERT INTO x' AS label",
        "SELECT updated_at FROM foundation_jobprogress",
        "SAVEPOINT s1",
        "RELEASE SAVEPOINT s1",
        "ROLLBACK TO SAVEPOINT s1",
    ],
)
def test_a_reading_passes(statement: str) -> None:
    assert attempt(statement) == statement


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO leases_lease DEFAULT VALUES",
        "UPDATE leases_lease SET debit_day = 1",
        "DELETE FROM leases_lease",
        "TRUNCATE leases_lease",
        "WITH gone AS (DELETE FROM leases_lease RETURNING id) SELECT * FROM gone",
        "WITH w AS (\n  UPDATE leases_lease\n  SET debit_day = 1 RETURNING id) SELECT * FROM w",
        "SELECT id FROM leases_lease FOR UPDATE",
        "SELECT id FROM leases_lease FOR NO KEY UPDATE",
        "SELECT palier.defer_job('t', '{}', 'q', NULL, NULL)",
        "SELECT set_config('role', 'palier_headquarters', true)",
        "SET LOCAL ROLE palier_headquarters",
        "RESET ROLE",
        "COMMIT",
        "ROLLBACK",
        "CREATE TABLE x ()",
        "COPY leases_lease TO STDOUT",
        "DO $$ BEGIN END $$",
        "CALL anything()",
    ],
)
def test_a_writing_is_refused(statement: str) -> None:
    with pytest.raises(GetMayNotWrite):
        attempt(statement)
