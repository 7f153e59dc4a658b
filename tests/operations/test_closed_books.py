"""What is dated in closed books, or before them: what a person dates is refused with a sentence, what comes from
outside keeps its day and is booked on the first open one. By hand: November is closed, the books open on 1 December."""

from datetime import date, datetime
from pathlib import Path

import psycopg
import pytest
from tests.operations.bank import ACCOUNTANT, ON, count, settled
from tests.operations.test_housing_aid import NUMBERS, detail, linked, working, written
from tests.operations.test_receipts import pay

from palier.aid.operations.import_file import import_aid
from palier.banking.operations.manual import enter_by_hand
from palier.foundation.clock import PARIS
from palier.ledger.operations.post import PeriodIsClosed
from palier.privacy.actor import acting, batch
from palier.privacy.declare import Batch
from palier.takeover.imports.account_file import BalanceRow, KnownLease
from palier.takeover.operations.posting import post_openings

AT = datetime(2026, 11, 28, 9, tzinfo=PARIS)
BOOKED = "SELECT booked_on FROM ledger_entry WHERE source_kind = %s"


@pytest.fixture
def shut(superuser: psycopg.Connection) -> psycopg.Connection:
    """Only November has a row: the months before it are closed with it."""
    superuser.execute(
        "INSERT INTO ledger_period (month, state, asked, asked_reason) VALUES ('2026-11-01', 'CLOSED', '', '')"
    )
    return superuser


def booked(connection: psycopg.Connection, kind: str) -> list[date]:
    return [day for (day,) in connection.execute(BOOKED, [kind]).fetchall()]


@pytest.mark.parametrize("day", [date(2026, 11, 30), date(2026, 6, 15), date(2019, 1, 1)])
def test_an_entry_by_hand_is_refused_and_leaves_nothing(shut: psycopg.Connection, day: date) -> None:
    with acting(ACCOUNTANT), pytest.raises(PeriodIsClosed, match="datez l’écriture du 01/12/2026 ou après"):
        enter_by_hand(
            reason="WAIVER",
            debit_code="PRD-LOYER",
            credit_code="411-101",
            amount_cents=1_000,
            booked_on=day,
            actor=ACCOUNTANT,
            at=AT,
        )
    assert count(shut, "ledger_manualentry") == 0


@pytest.mark.parametrize("term_on", [date(2026, 11, 1), date(2025, 3, 1)])
def test_a_balance_taken_over_is_refused_whole(shut: psycopg.Connection, term_on: date) -> None:
    lease = KnownLease(
        id=101,
        account_id=101,
        residence_id=11,
        holder_id=1,
        main_residence_id=11,
        starts_on=date(2024, 1, 1),
        deposit_cents=0,
    )
    rows = [BalanceRow(lease, term_on, 5_000), BalanceRow(lease, date(2026, 12, 1), 5_000)]
    with (
        batch(Batch.IMPORT, operator="essai", motive="REPRISE", command="essai", agent_id=5),
        pytest.raises(PeriodIsClosed, match="faites rouvrir par deux personnes"),
    ):
        post_openings(rows, at=AT, by=5)
    assert count(shut, "takeover_opening") == 0


def test_a_cheque_keeps_the_day_it_came_and_is_booked_after(shut: psycopg.Connection) -> None:
    pay(40_000)
    assert booked(shut, "PAYMENT") == [date(2026, 12, 1)]
    assert shut.execute("SELECT received_on FROM banking_payment").fetchall() == [(ON,)]
    assert settled(shut) == [(101, 101, 40_000, "OLDEST")]


def test_benefit_paid_late_is_booked_after(shut: psycopg.Connection, tmp_path: Path) -> None:
    with working():
        linked(101, residence_id=11)
    path = written(tmp_path, detail(NUMBERS[101], "2609", 2_000), detail(NUMBERS[102], "2611", 9_000), amount=11_000)
    with working():
        import_aid(path, by=0, at=AT)
    assert booked(shut, "AID") == [date(2026, 12, 1)]
