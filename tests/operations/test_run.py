"""The month: computed, replaced, reviewed, sealed once, taken back, completed; what the tables hold afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from typing import TYPE_CHECKING

import psycopg
import pytest
from django.db import DatabaseError, connection
from django.db.models import Sum
from tests.conftest import WORLD_MADE_AT, Cluster

from palier.banking.operations.own_accounts import general_account
from palier.banking.operations.payments import Received, receive, take_back
from palier.banking.operations.settling import open_debts
from palier.foundation.clock import PARIS
from palier.foundation.periods import Month
from palier.leases.models import Term
from palier.ledger.models import Entry, Posting
from palier.mail.notice import Notice
from palier.privacy.actor import Reading, batch
from palier.privacy.declare import Batch
from palier.quittancement.models import Anomaly, Bill, Contra, Line, Run, SetAside
from palier.quittancement.operations.compute import (
    MonthAlreadySealed,
    MonthNotSealedYet,
    NothingToCompute,
    compute_run,
)
from palier.quittancement.operations.contra import BillAlreadyTakenBack, BillNotSealed, take_bill_back
from palier.quittancement.operations.notices import freeze_block
from palier.quittancement.operations.reading import UnknownScope
from palier.quittancement.operations.review import AnomaliesLeft, judge_anomaly, review_run
from palier.quittancement.operations.seal import (
    RunAlreadySealed,
    RunNotReviewed,
    SamePersonReviewsAndSeals,
    seal_run,
)

if TYPE_CHECKING:
    from palier.demo.operations import Made

NOVEMBER, DECEMBER = Month(2026, 11), Month(2026, 12)
AT: datetime = WORLD_MADE_AT
REVIEWER, SEALER = 4, 5


@contextmanager
def as_batch(agent_id: int = REVIEWER) -> Iterator[Reading]:
    with batch(Batch.RENT, operator="essai", motive="MOIS", command="essai", agent_id=agent_id) as reading:
        yield reading


def computed(month: Month = DECEMBER, kind: str = "MONTHLY", scope: str = "ALL") -> Run:
    with as_batch():
        return compute_run(month=month, kind=kind, scope=scope, by=REVIEWER, at=AT)


def reviewed(run: Run) -> None:
    with as_batch() as reading:
        for anomaly_id in Anomaly.objects.filter(run=run, verdict="TO_SEE").values_list("id", flat=True):
            judge_anomaly(run_id=run.pk, anomaly_id=anomaly_id, verdict="JUSTIFIED", actor=reading.actor, at=AT)
        review_run(run_id=run.pk, actor=reading.actor, at=AT)


def sealed(run: Run) -> Run:
    reviewed(run)
    with as_batch(SEALER) as reading:
        return seal_run(run_id=run.pk, actor=reading.actor, at=AT)


def test_computing_twice_replaces_the_drafts_and_changes_nothing_else(fresh_world: "Made") -> None:
    first = computed()
    with as_batch():
        lines = sorted(Line.objects.filter(run=first).values_list("lease_id", "rank", "kind", "amount_cents"))
        postings = Posting.objects.count()
    second = computed()
    with as_batch():
        assert second.pk == first.pk
        assert sorted(Line.objects.filter(run=second).values_list("lease_id", "rank", "kind", "amount_cents")) == lines
        assert Bill.objects.filter(run=second).count() == second.lease_count
        assert Posting.objects.count() == postings


def test_the_total_of_the_run_is_the_sum_of_its_bills_and_of_their_lines(world: "Made") -> None:
    with as_batch(), connection.cursor() as cursor:
        cursor.execute(
            """SELECT sum(b.total_cents), (SELECT sum(amount_cents) FROM quittancement_line WHERE run_id = %(run)s)
               FROM quittancement_bill AS b WHERE b.run_id = %(run)s""",
            {"run": world.run.pk},
        )
        bills, lines = cursor.fetchone()
    assert bills == lines == world.run.total_cents


def test_differences_by_cause_add_up_to_the_difference_of_the_two_months(world: "Made") -> None:
    with as_batch(), connection.cursor() as cursor:
        cursor.execute("SELECT sum(amount_cents) FROM quittancement_difference WHERE run_id = %s", [world.run.pk])
        (moved,) = cursor.fetchone()
        before = Run.objects.get(month=NOVEMBER.previous().first_day, kind="MONTHLY")
    assert moved == world.run.total_cents - before.total_cents


def test_a_lease_without_rent_is_set_aside_with_a_sentence_and_blocks_no_other(world: "Made") -> None:
    with as_batch():
        reasons = list(SetAside.objects.filter(run=world.run).values_list("code", "reason"))
    assert reasons
    assert all(code == "NoRentForMonth" and "saisissez le loyer" in reason for code, reason in reasons)
    assert world.run.lease_count > 0


def test_the_complementary_run_takes_the_lease_once_its_rent_is_entered(fresh_world: "Made") -> None:
    with as_batch():
        left_out = SetAside.objects.filter(run=fresh_world.run).first()
        assert left_out is not None
    with batch(Batch.IMPORT, operator="essai", motive="REPRISE", command="essai"):
        Term.objects.create(
            lease_id=left_out.lease_id,
            residence_id=left_out.residence_id,
            kind="RENT",
            label="Loyer du logement",
            amount_cents=41_000,
            first_day=NOVEMBER.first_day,
        )
    complement = computed(NOVEMBER, "COMPLEMENT")
    assert complement.lease_count == 1
    done = sealed(complement)
    monthly = fresh_world.run
    assert done.first_number == (monthly.first_number or 0) + monthly.lease_count
    with pytest.raises(NothingToCompute):
        computed(NOVEMBER, "COMPLEMENT")


def test_what_was_paid_ahead_settles_the_bill_when_it_is_sealed(fresh_world: "Made") -> None:
    december = computed()
    with as_batch():
        bill = Bill.objects.filter(run=december, total_cents__gt=20_000).order_by("id").first()
        assert bill is not None
        owed = Posting.objects.filter(account_id=bill.account_id).aggregate(cents=Sum("amount_cents"))["cents"]
        paid = Received(
            account_id=bill.account_id,
            amount_cents=max(0, owed) + 10_000,
            means="CHEQUE",
            received_on=AT.date(),
            proof="1234567",
        )
        receive(paid, counterpart_id=general_account("CHQ-ENCAISSER"), by=SEALER, at=AT)
    sealed(december)
    with as_batch():
        entry = Entry.objects.get(source_kind="BILL", source_id=bill.pk)
        left = [debt.cents for debt in open_debts([bill.account_id]) if debt.entry_id == entry.pk]
    assert left == [bill.total_cents - 10_000]


def test_a_notice_tells_the_debit_as_its_mandate_wants_and_no_payment_that_came_back(fresh_world: "Made") -> None:
    run = computed()
    with as_batch(), connection.cursor() as cursor:
        cursor.execute(
            """SELECT m.account_id FROM banking_sepamandate AS m JOIN quittancement_bill AS b USING (account_id)
               WHERE m.ended_on IS NULL AND m.debit_day = 5 AND b.run_id = %s ORDER BY 1 LIMIT 1""",
            [run.pk],
        )
        (account,) = cursor.fetchone()
        cursor.execute("UPDATE banking_sepamandate SET notice_days = 20 WHERE account_id = %s", [account])
        cheques = general_account("CHQ-ENCAISSER")
        bounced, kept = (
            receive(
                Received(account_id=account, amount_cents=cents, means="CHEQUE", received_on=AT.date(), proof="1"),
                counterpart_id=cheques,
                by=SEALER,
                at=AT,
            )
            for cents in (7_000, 3_000)
        )
        take_back(bounced, reason="BOUNCED", counterpart_id=cheques, by=SEALER, at=AT)
    reviewed(run)
    late = datetime(2026, 12, 20, 9, tzinfo=PARIS)
    with as_batch(SEALER) as reading:
        seal_run(run_id=run.pk, actor=reading.actor, at=late)
    with (
        batch(Batch.MAIL, operator="essai", motive="AVIS", command="essai"),
        connection.cursor() as cursor,
    ):
        freeze_block(run_id=run.pk, at=late)
        cursor.execute(
            "SELECT data FROM mail_document WHERE account_id = %s AND kind = 'AVIS_ECHEANCE' AND month = %s",
            [account, DECEMBER.first_day],
        )
        notice = Notice.parse(bytes(cursor.fetchone()[0]))
    assert [payment.amount_cents for payment in notice.account.payments] == [kept.amount_cents]
    assert notice.account.before_cents - 3_000 + notice.total_cents == notice.account.due_cents
    # Announced on 20 December, twenty days before: 5 January is too near.
    assert notice.payment.debit is not None
    assert notice.payment.debit.on == date(2027, 2, 5)


@pytest.mark.parametrize(("day", "is_due"), [(date(2026, 11, 30), False), (date(2026, 12, 1), True)])
def test_a_notice_calls_late_what_fell_due_before_its_day_alone(fresh_world: "Made", day: date, is_due: bool) -> None:
    run = computed()
    with as_batch(), connection.cursor() as cursor:
        # November was told, falls due on the 30th, and was the first of its account.
        cursor.execute(
            """SELECT b.account_id, n.total_cents FROM quittancement_bill AS b
               JOIN quittancement_bill AS n ON n.account_id = b.account_id AND n.run_id <> b.run_id
               WHERE b.run_id = %s AND n.total_cents > 0 AND b.total_cents > 0
                 AND (SELECT count(*) FROM ledger_posting AS p WHERE p.account_id = b.account_id) = 1
                 AND (SELECT max(p.booked_on) FROM ledger_posting AS p WHERE p.account_id = b.account_id) = %s
               ORDER BY 1 LIMIT 1""",
            [run.pk, date(2026, 11, 30)],
        )
        account, november_cents = cursor.fetchone()
    reviewed(run)
    at = datetime.combine(day, time(9), PARIS)
    with as_batch(SEALER) as reading:
        seal_run(run_id=run.pk, actor=reading.actor, at=at)
    with batch(Batch.MAIL, operator="essai", motive="AVIS", command="essai"), connection.cursor() as cursor:
        freeze_block(run_id=run.pk, at=at)
        cursor.execute(
            "SELECT data FROM mail_document WHERE account_id = %s AND kind = 'AVIS_ECHEANCE' AND month = %s",
            [account, DECEMBER.first_day],
        )
        strip = Notice.parse(bytes(cursor.fetchone()[0])).account
    assert strip.before_cents - strip.payments_cents == november_cents
    assert strip.late_cents == (november_cents if is_due else 0)


def test_no_complement_before_the_month_is_sealed(fresh_world: "Made") -> None:
    with pytest.raises(MonthNotSealedYet):
        computed(DECEMBER, "COMPLEMENT")


def test_anomalies_are_judged_before_the_review_is_signed(fresh_world: "Made") -> None:
    run = computed()
    with as_batch():
        lease = Bill.objects.filter(run=run).values_list("lease_id", "residence_id").first()
        assert lease is not None
        Anomaly.objects.create(run=run, lease_id=lease[0], residence_id=lease[1], kind="SLS_HIGH", effect_cents=1)
    with pytest.raises(AnomaliesLeft), as_batch() as reading:
        review_run(run_id=run.pk, actor=reading.actor, at=AT)


def test_a_month_is_sealed_only_once_reviewed_and_by_someone_else(fresh_world: "Made") -> None:
    run = computed()
    with pytest.raises(RunNotReviewed), as_batch(SEALER) as reading:
        seal_run(run_id=run.pk, actor=reading.actor, at=AT)
    reviewed(run)
    with pytest.raises(SamePersonReviewsAndSeals), as_batch(REVIEWER) as reading:
        seal_run(run_id=run.pk, actor=reading.actor, at=AT)
    with as_batch(SEALER) as reading:
        seal_run(run_id=run.pk, actor=reading.actor, at=AT)
    with pytest.raises(RunAlreadySealed), as_batch(SEALER) as reading:
        seal_run(run_id=run.pk, actor=reading.actor, at=AT)
    with pytest.raises(MonthAlreadySealed):
        computed(DECEMBER)


def test_sealing_posts_each_bill_once_balanced_and_numbered_without_gap(fresh_world: "Made") -> None:
    run = sealed(computed())
    with as_batch(), connection.cursor() as cursor:
        cursor.execute(
            """SELECT count(*), min(e.number), max(e.number), count(DISTINCT e.number)
               FROM ledger_entry AS e JOIN quittancement_bill AS b ON b.id = e.source_id
               WHERE e.source_kind = 'BILL' AND b.run_id = %s""",
            [run.pk],
        )
        entries, first, last, distinct = cursor.fetchone()
        cursor.execute(
            "SELECT count(*) FROM (SELECT entry_id FROM ledger_posting GROUP BY 1 HAVING sum(amount_cents) <> 0) x"
        )
        (unbalanced,) = cursor.fetchone()
        cursor.execute(
            """SELECT sum(p.amount_cents) FROM ledger_posting AS p
               JOIN ledger_entry AS e ON e.id = p.entry_id AND e.source_kind = 'BILL'
               JOIN quittancement_bill AS b ON b.id = e.source_id AND b.account_id = p.account_id
               WHERE b.run_id = %s""",
            [run.pk],
        )
        (owed,) = cursor.fetchone()
        numbers = list(Entry.objects.filter(journal="QUIT").order_by("number").values_list("number", flat=True))
        assert entries == run.lease_count == distinct == last - first + 1
        assert unbalanced == 0
        assert owed == run.total_cents
        assert numbers == list(range(1, len(numbers) + 1))


def test_a_bill_is_taken_back_once_and_the_lease_can_be_billed_again(fresh_world: "Made") -> None:
    with as_batch():
        bill = Bill.objects.filter(run=fresh_world.run).order_by("sequence").first()
        assert bill is not None
    with as_batch(SEALER) as reading:
        take_bill_back(bill_id=bill.pk, motive="WRONG_TERMS", actor=reading.actor, at=AT)
    with as_batch():
        balance = sum(
            Posting.objects.filter(
                entry__source_kind__in=("BILL", "CONTRA"), entry__source_id=bill.pk, account_id=bill.account_id
            ).values_list("amount_cents", flat=True)
        )
        assert balance == 0
        assert Contra.objects.get(bill=bill).motive == "WRONG_TERMS"
    with pytest.raises(BillAlreadyTakenBack), as_batch(SEALER) as reading:
        take_bill_back(bill_id=bill.pk, motive="WRONG_TERMS", actor=reading.actor, at=AT)
    complement = computed(NOVEMBER, "COMPLEMENT")
    with as_batch():
        again = Bill.objects.get(run=complement, lease_id=bill.lease_id)
        assert (again.rank, again.total_cents) == (2, bill.total_cents)


def test_a_draft_is_not_taken_back(fresh_world: "Made") -> None:
    run = computed()
    with as_batch():
        bill = Bill.objects.filter(run=run).first()
        assert bill is not None
    with pytest.raises(BillNotSealed), as_batch(SEALER) as reading:
        take_bill_back(bill_id=bill.pk, motive="WRONG_TERMS", actor=reading.actor, at=AT)


def test_an_unknown_scope_is_refused_with_a_sentence(fresh_world: "Made") -> None:
    with pytest.raises(UnknownScope, match="périmètre"):
        computed(scope="VILLE:3; DROP TABLE")


def test_a_month_before_the_first_lease_computes_nothing_and_leaves_nothing(fresh_world: "Made") -> None:
    with pytest.raises(NothingToCompute):
        computed(Month(1950, 1))
    with as_batch():
        assert not Run.objects.filter(month=Month(1950, 1).first_day).exists()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE quittancement_line SET amount_cents = 0 WHERE run_id = {run}",
        "DELETE FROM quittancement_bill WHERE run_id = {run}",
        "UPDATE quittancement_run SET state = 'COMPUTED' WHERE id = {run}",
    ],
)
def test_what_is_sealed_does_not_move_even_for_the_job_that_made_it(fresh_world: "Made", statement: str) -> None:
    with pytest.raises(DatabaseError, match="scellé"), as_batch(), connection.cursor() as cursor:
        cursor.execute(statement.format(run=fresh_world.run.pk))


@pytest.mark.parametrize("verb", ["UPDATE {0} SET {1} = {1}", "DELETE FROM {0}", "TRUNCATE {0} CASCADE"])
@pytest.mark.parametrize(("table", "column"), [("ledger_entry", "label"), ("ledger_posting", "amount_cents")])
def test_nobody_rewrites_the_ledger_not_even_the_superuser(
    fresh_world: "Made", cluster: Cluster, verb: str, table: str, column: str
) -> None:
    name = connection.settings_dict["NAME"]
    with cluster.as_superuser(name) as superuser, pytest.raises(psycopg.Error):
        superuser.execute(verb.format(table, column))


def test_the_database_refuses_an_entry_that_does_not_balance(fresh_world: "Made") -> None:
    with pytest.raises(DatabaseError, match="équilibre"), as_batch(), connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO ledger_posting (entry_id, account_id, residence_id, booked_on, amount_cents)
               SELECT e.id, a.id, NULL, e.booked_on, 1 FROM ledger_entry AS e, ledger_account AS a
               WHERE a.kind = 'GENERAL' ORDER BY e.id, a.id LIMIT 1"""
        )
