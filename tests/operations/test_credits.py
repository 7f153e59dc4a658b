"""What is owed to a tenant without any payment settles their debts: what the books, the settlements and the register
hold; taken back, twice, two at once.

By hand: October owes 400.00 on each account, due on 31 October (Code civil, art. 1347 and 1347-4).
"""

import threading
import time
from datetime import date
from pathlib import Path

import psycopg
import pytest
from django.db import connections
from tests.operations.bank import ACCOUNTANT, AT, HEADQUARTERS, balance, count, owe_september, provable_lines, settled
from tests.operations.test_housing_aid import NUMBERS, detail, imported, linked, working, written
from tests.operations.test_receipts import NOTHING, issue, papers, pay, put_together, said

from palier.banking.operations.manual import enter_by_hand, sign_entry_by_hand
from palier.banking.operations.refunds import RefundAboveCredit, Wanted, prepare_refund, sign_refund
from palier.privacy.actor import Actor, acting, batch
from palier.privacy.declare import Batch
from palier.quittancement.operations.contra import take_bill_back
from palier.quittancement.operations.issuing import Handed
from palier.quittancement.operations.seal import seal_run
from palier.takeover.imports.account_file import BalanceRow, KnownLease
from palier.takeover.operations.posting import post_openings

QUITTANCE = Handed(quittances=1, receipts=0, withdrawals=0, refused=())


def waive(cents: int, *, account: str = "411-101", actor: Actor = ACCOUNTANT) -> int:
    """A sum given up by hand: the rent's account is debited, the tenant's credited; its entry when it is posted."""
    with acting(actor):
        made = enter_by_hand(
            reason="WAIVER",
            debit_code="PRD-LOYER",
            credit_code=account,
            amount_cents=cents,
            booked_on=AT.date(),
            actor=actor,
            at=AT,
        )
    return int(made.pk)


def seal_november() -> None:
    with batch(Batch.RENT, operator="essai", motive="MOIS", command="essai", agent_id=4) as reading:
        seal_run(run_id=2, actor=reading.actor, at=AT)


@pytest.fixture
def direct(superuser: psycopg.Connection) -> psycopg.Connection:
    provable_lines(superuser)
    return superuser


@pytest.fixture
def two_debts(direct: psycopg.Connection) -> psycopg.Connection:
    owe_september(direct)
    return direct


@pytest.fixture
def reviewed(direct: psycopg.Connection) -> psycopg.Connection:
    """November was reviewed by someone else than who seals it; entries are numbered from 1, as sealing goes on."""
    direct.execute("UPDATE quittancement_run SET state = 'REVIEWED', reviewed_by = 5, reviewed_at = now() WHERE id = 2")
    return direct


def in_favour(connection: psycopg.Connection, cents: int) -> None:
    """The November notice of the account 101 owes its tenant that much."""
    connection.execute("SET session_replication_role = replica")
    connection.execute("UPDATE quittancement_bill SET total_cents = %s WHERE id = 2101", [-cents])
    connection.execute(
        "UPDATE quittancement_line SET kind = 'ADJUSTMENT', amount_cents = %s WHERE run_id = 2 AND lease_id = 101",
        [-cents],
    )
    connection.execute("SET session_replication_role = origin")


def test_a_sum_given_up_settles_the_term_and_gives_its_quittance(direct: psycopg.Connection) -> None:
    waive(40_000)
    assert balance(direct, 101) == 0
    assert settled(direct) == [(101, 101, 40_000, "OLDEST")]
    assert issue() == QUITTANCE
    quittance = said(direct, "QU-2026-10-000001")
    assert (quittance.payments, quittance.paid_cents, quittance.left_cents) == ((), 0, 0)
    assert [(each.on, each.means, each.amount_cents) for each in quittance.credits] == [
        (AT.date(), "somme accordée", 40_000)
    ]
    assert issue() == NOTHING


def test_a_credit_alone_gives_no_receipt_and_completes_what_is_paid(direct: psycopg.Connection) -> None:
    waive(1_500)
    assert issue() == NOTHING
    pay(38_000)
    # 400.00 less 15.00 less 380.00: 5.00 are left.
    assert issue().receipts == 1
    assert (said(direct, "RE-2026-10-000001").paid_cents, said(direct, "RE-2026-10-000001").left_cents) == (38_000, 500)
    waive(500)
    assert issue() == QUITTANCE
    assert papers(direct) == [
        ("RE-2026-10-000001", 39_500, "REPLACED", False),
        ("QU-2026-10-000001", 40_000, "", False),
    ]
    quittance = said(direct, "QU-2026-10-000001")
    assert (quittance.paid_cents, quittance.credited_cents) == (38_000, 2_000)


def test_a_credit_above_what_is_owed_keeps_the_rest_for_the_next_month(reviewed: psycopg.Connection) -> None:
    waive(55_000)
    assert settled(reviewed) == [(101, 101, 40_000, "OLDEST")]
    seal_november()
    # 550.00 less the 400.00 of October: 150.00 of November.
    assert [cents for account, _, cents, _ in settled(reviewed) if account == 101] == [40_000, 15_000]


def test_an_advance_pays_the_month_when_it_is_sealed(reviewed: psycopg.Connection) -> None:
    pay(80_000)
    seal_november()
    assert [cents for account, _, cents, _ in settled(reviewed) if account == 101] == [40_000, 40_000]
    assert issue(None).quittances == 2
    assert count(reviewed, "banking_settlement", "account_id <> 101") == 0


def test_a_notice_in_the_tenants_favour_settles_the_months_before_and_opens_them_again_when_taken_back(
    reviewed: psycopg.Connection,
) -> None:
    in_favour(reviewed, 40_000)
    seal_november()
    assert balance(reviewed, 101) == 0
    assert settled(reviewed) == [(101, 101, 40_000, "OLDEST")]
    assert issue() == QUITTANCE
    assert [each.means for each in said(reviewed, "QU-2026-10-000001").credits] == ["avis en votre faveur"]
    with acting(HEADQUARTERS):
        take_bill_back(bill_id=2_101, motive="WRONG_TERMS", actor=HEADQUARTERS, at=AT)
    assert balance(reviewed, 101) == 40_000
    assert settled(reviewed) == []
    # Nothing is erased: the opposite row undoes it.
    held = reviewed.execute("SELECT amount_cents, payment_id FROM banking_settlement ORDER BY id").fetchall()
    assert held == [(40_000, None), (-40_000, None)]
    assert issue().withdrawals == 1
    assert said(reviewed, "RT-2026-10-000001").left_cents == 40_000


def test_a_notice_in_favour_pays_a_month_sealed_later(reviewed: psycopg.Connection) -> None:
    pay(40_000)
    in_favour(reviewed, 2_000)
    seal_november()
    assert settled(reviewed) == [(101, 101, 40_000, "OLDEST")]
    with acting(ACCOUNTANT):
        enter_by_hand(
            reason="CORRECTION",
            debit_code="411-101",
            credit_code="PRD-LOYER",
            amount_cents=2_000,
            booked_on=AT.date(),
            actor=ACCOUNTANT,
            at=AT,
        )
    assert [cents for _, _, cents, _ in settled(reviewed)] == [40_000, 2_000]


def test_benefit_paid_late_settles_the_term_once(direct: psycopg.Connection, tmp_path: Path) -> None:
    with working():
        linked(101, residence_id=11)
    paid = written(tmp_path, detail(NUMBERS[101], "2609", 40_000), detail(NUMBERS[102], "2610", 9_000), amount=49_000)
    imported(paid)
    assert settled(direct) == [(101, 101, 40_000, "OLDEST")]
    imported(paid)
    assert count(direct, "banking_settlement") == 1
    assert issue() == QUITTANCE
    assert [each.means for each in said(direct, "QU-2026-10-000001").credits] == ["rappel d’APL"]


def test_a_balance_taken_over_in_the_tenants_favour_is_an_advance(direct: psycopg.Connection) -> None:
    lease = KnownLease(
        id=101,
        account_id=101,
        residence_id=11,
        holder_id=1,
        main_residence_id=11,
        starts_on=date(2024, 1, 1),
        deposit_cents=0,
    )
    with batch(Batch.IMPORT, operator="essai", motive="REPRISE", command="essai", agent_id=5):
        post_openings([BalanceRow(lease, date(2026, 9, 1), -40_000)], at=AT, by=5)
    assert settled(direct) == [(101, 101, 40_000, "OLDEST")]


def test_above_the_threshold_nothing_is_settled_before_the_second_signature(direct: psycopg.Connection) -> None:
    number = waive(150_000)
    assert settled(direct) == []
    with acting(HEADQUARTERS):
        sign_entry_by_hand(manual_id=number, actor=HEADQUARTERS, at=AT)
    assert settled(direct) == [(101, 101, 40_000, "OLDEST")]


def test_a_refund_spends_the_credit_and_a_lettering_by_hand_frees_it(two_debts: psycopg.Connection) -> None:
    waive(40_000)
    assert settled(two_debts) == [(101, 7001, 40_000, "OLDEST")]
    payment = pay(40_000)
    put_together(payment, 7001)
    # The payment takes the balance taken over; what the credit had settled is free, and settles October.
    rows = two_debts.execute(
        """SELECT payment_id IS NULL, debt_id, sum(amount_cents)::bigint FROM banking_settlement
           GROUP BY 1, 2 HAVING sum(amount_cents) <> 0 ORDER BY 2"""
    ).fetchall()
    assert rows == [(True, 101, 40_000), (False, 7001, 40_000)]


def test_a_credit_and_a_payment_at_once_never_settle_the_same_debt_twice(direct: psycopg.Connection) -> None:
    ready, done = threading.Barrier(2), []

    def run(work: str) -> None:
        ready.wait(10)
        try:
            if work == "waive":
                waive(40_000)
            else:
                pay(40_000)
            done.append(work)
        finally:
            connections.close_all()

    both = [threading.Thread(target=run, args=[each]) for each in ("waive", "pay")]
    for each in both:
        each.start()
    for each in both:
        each.join(60)
    assert len(done) == 2
    assert [(account, debt, cents) for account, debt, cents, _ in settled(direct)] == [(101, 101, 40_000)]
    assert balance(direct, 101) == -40_000


def until_they_wait(connection: psycopg.Connection, count_: int) -> None:
    """Until so many transactions wait for a lock that someone else holds."""
    for _ in range(300):
        row = connection.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted").fetchone()
        if row is not None and row[0] == count_:
            return
        time.sleep(0.1)
    raise AssertionError("they did not meet")


@pytest.mark.parametrize(
    ("first", "ended"), [("sign", ["sealed", "signed"]), ("seal", ["RefundAboveCredit", "sealed"])]
)
def test_a_refund_signed_while_the_month_is_sealed_never_waits_for_it_for_ever(
    reviewed: psycopg.Connection, first: str, ended: list[str]
) -> None:
    waive(60_000)
    iban = "FR7630006000011234567890189"
    wanted = Wanted(account_id=101, amount_cents=20_000, reason="CREDIT", iban=iban, holder_name="Amandier")
    with acting(HEADQUARTERS):
        refund = int(prepare_refund(wanted=wanted, actor=HEADQUARTERS, at=AT).pk)
    done: list[str] = []

    def run(work: str) -> None:
        try:
            if work == "seal":
                seal_november()
                done.append("sealed")
            else:
                with acting(ACCOUNTANT):
                    sign_refund(refund_id=refund, actor=ACCOUNTANT, at=AT)
                done.append("signed")
        except RefundAboveCredit as refusal:
            done.append(type(refusal).__name__)
        finally:
            connections.close_all()

    # The first is stopped where it would number its entry, then the other comes: whoever held numbers before
    # settlements would now wait for the other, and PostgreSQL would end one of them.
    reviewed.execute("SELECT pg_advisory_lock(hashtext('palier.entry_numbers'))")
    threads = [threading.Thread(target=run, args=[each]) for each in sorted(("seal", "sign"), key=first.__ne__)]
    for rank, each in enumerate(threads, start=1):
        each.start()
        until_they_wait(reviewed, rank)
    reviewed.execute("SELECT pg_advisory_unlock(hashtext('palier.entry_numbers'))")
    for each in threads:
        each.join(60)
    assert sorted(done) == ended
    assert reviewed.execute("SELECT state FROM quittancement_run WHERE id = 2").fetchone() == ("SEALED",)
    # Nothing is given back of what the new month has taken.
    signed = first == "sign"
    assert count(reviewed, "banking_refund", "signed_by IS NOT NULL AND entry_id IS NOT NULL") == int(signed)
    assert balance(reviewed, "RMB-ENCOURS") == (-20_000 if signed else 0)


@pytest.mark.parametrize("sources", ["NULL, NULL", "1, 101"])
def test_the_database_wants_a_payment_or_a_credit_and_never_both(direct: psycopg.Connection, sources: str) -> None:
    with pytest.raises(psycopg.errors.CheckViolation, match="settlement_by_a_payment_or_a_credit"):
        direct.execute(
            f"""INSERT INTO banking_settlement (payment_id, credit_id, account_id, residence_id, debt_id, amount_cents,
                                                ground, settled_at, settled_by)
                VALUES ({sources}, 101, 11, 101, 1, 'OLDEST', now(), 5)"""
        )
