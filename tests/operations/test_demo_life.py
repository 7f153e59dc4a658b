"""The life of the demonstration's landlord around its months: whole, balanced, and the same when lived again."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import psycopg
import pytest
from django.db import connection
from tests.conftest import WORLD_MADE_AT

from palier.demo.life import live
from palier.demo.months import signers

if TYPE_CHECKING:
    from tests.conftest import Cluster

    from palier.demo.operations import Made

# The databases of a whole landlord are made before the first of these tests.
pytestmark = pytest.mark.timeout(300)
COUNTED = (
    "banking_bankentry", "banking_payment", "banking_debit", "banking_refund", "takeover_sheet", "takeover_gap",
    "aid_aidrow", "campaigns_revisedrent", "ledger_periodact", "ledger_manualentry", "ledger_entry",
    "banking_statedbalance", "closing_waiver", "banking_settlement",
)  # fmt: skip


@pytest.fixture
def superuser(cluster: "Cluster", lived_world: "Made") -> Iterator[psycopg.Connection]:
    with cluster.as_superuser(connection.settings_dict["NAME"]) as session:
        yield session


def counts(superuser: psycopg.Connection) -> dict[str, int]:
    found = {}
    for table in COUNTED:
        (found[table],) = superuser.execute(f"SELECT count(*) FROM {table}").fetchone() or (0,)
    return found


def test_lived_again_nothing_is_added(lived_world: "Made", superuser: psycopg.Connection) -> None:
    before = counts(superuser)
    live(lived_world.kept, by=signers(), at=WORLD_MADE_AT, listener=lambda _phase, _done, _total: None)
    assert counts(superuser) == before
    assert min(before.values()) > 0


def test_the_books_balance_and_the_bank_agrees_to_the_cent(superuser: psycopg.Connection) -> None:
    assert superuser.execute("SELECT sum(amount_cents) FROM ledger_posting").fetchone() == (0,)
    stated = superuser.execute(
        """SELECT s.balance_cents, (SELECT sum(p.amount_cents) FROM ledger_posting AS p
                                    WHERE p.account_id = b.account_id AND p.booked_on <= s.on)
           FROM banking_statedbalance AS s JOIN banking_bankaccount AS b ON b.id = s.bank_account_id"""
    ).fetchall()
    assert len(stated) == 2
    assert all(bank == books for bank, books in stated)


def test_what_the_statement_brought_is_matched_waits_or_is_classed(superuser: psycopg.Connection) -> None:
    states = dict(superuser.execute("SELECT state, count(*) FROM banking_bankentry GROUP BY state").fetchall())
    # Twelve tenants, the fees, a stranger and the CAF: three of them wait for a person, and one more tenant.
    assert states == {"MATCHED": 10, "OTHER": 1, "TO_REVIEW": 4}
    keys = {key for (key,) in superuser.execute("SELECT DISTINCT key FROM banking_match")}
    assert keys == {"RF", "LEASE", "HAND", "OTHER"}


def test_the_comparison_finds_the_planted_faults_alone(superuser: psycopg.Connection) -> None:
    causes = {cause for (cause,) in superuser.execute("SELECT DISTINCT cause FROM takeover_gap")}
    assert causes == {"ANNEX_OVERCHARGE", "PRORATION_30"}
    overcharged = superuser.execute(
        "SELECT DISTINCT gap_cents % 350 FROM takeover_gap WHERE cause = 'ANNEX_OVERCHARGE'"
    ).fetchall()
    assert overcharged == [(0,)]


def test_two_people_closed_the_month_and_others_wait_for_a_second_one(superuser: psycopg.Connection) -> None:
    closed = superuser.execute(
        """SELECT p.month::text, p.state, a.asked_by <> a.signed_by FROM ledger_period AS p
           JOIN ledger_periodact AS a ON a.period_id = p.id"""
    ).fetchall()
    assert closed == [("2026-10-01", "CLOSED", True)]
    assert superuser.execute("SELECT count(*) FROM banking_refund WHERE signed_by IS NULL").fetchone() == (1,)
    assert superuser.execute("SELECT count(*) FROM ledger_manualentry WHERE entry_id IS NULL").fetchone() == (1,)
    assert superuser.execute("SELECT state FROM campaigns_revision").fetchall() == [("SIMULATED",)]


def test_the_bank_refused_two_debits_of_the_month(superuser: psycopg.Connection) -> None:
    refused = superuser.execute("SELECT reason FROM banking_debit WHERE state = 'REFUSED' ORDER BY reason").fetchall()
    assert refused == [("AC04",), ("AM04",)]


def test_nobody_pays_the_debt_of_the_showcase(lived_world: "Made", superuser: psycopg.Connection) -> None:
    paid = superuser.execute(
        "SELECT count(*) FROM banking_payment WHERE account_id = %s AND (bank_entry_id IS NOT NULL OR proof <> '')",
        [lived_world.kept.late_account_id],
    ).fetchone()
    assert paid == (0,)
