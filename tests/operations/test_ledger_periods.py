"""Periods of the books: asked by one, signed by another; the database refuses what is dated in a closed month."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

import psycopg
import pytest
from django.db import DatabaseError, IntegrityError, connections
from tests.conftest import Cluster
from tests.landlord import Landlord

from palier.foundation.periods import Month
from palier.ledger.models import Account, ChartNumber, Entry, ManualEntry, Period, PeriodAct, Posting
from palier.ledger.operations.manual import (
    ManualAccountUnknown,
    ManualAlreadyPosted,
    ManualAmountRefused,
    ManualSameAccount,
    SamePersonPreparesAndSigns,
    prepare_manual_entry,
    sign_manual_entry,
)
from palier.ledger.operations.numbering import ChartCodeUnknown, ChartNumberMalformed, number_account
from palier.ledger.operations.periods import (
    EarlierPeriodOpen,
    LaterPeriodClosed,
    NothingAsked,
    OtherActAsked,
    Outcome,
    PeriodIsLocked,
    PeriodNotClosed,
    PeriodNotOpen,
    SamePersonAsksAndSigns,
    abandon_act,
    close_period,
    lock_period,
    reopen_period,
)
from palier.ledger.operations.post import (
    EntryDoesNotBalance,
    PeriodIsClosed,
    PeriodIsLockedForEntries,
    Piece,
    first_open_day,
    post_entry,
    require_open,
)
from palier.privacy.actor import Actor, acting
from palier.privacy.declare import Role

AT = datetime(2026, 11, 5, 9, tzinfo=UTC)
SEPTEMBER, OCTOBER, NOVEMBER = Month(2026, 9), Month(2026, 10), Month(2026, 11)
FIRST, SECOND = 1, 2


@contextmanager
def accountant(agent_id: int = FIRST) -> Iterator[Actor]:
    with acting(Actor(role=Role.ACCOUNTANT, purpose="COMPTABILITE", agent_id=agent_id), categories=("COMPTE",)) as it:
        yield it.actor


def closed(month: Month) -> Outcome:
    for agent_id in (FIRST, SECOND):
        with accountant(agent_id) as actor:
            outcome = close_period(month=month, reason="MONTH_END", actor=actor, at=AT)
    return outcome


def payment(day: date, *, source_id: int = 1, cents: int = 10_000) -> Piece:
    accounts = dict(Account.objects.filter(code__in=["BNQ-COURANT"]).values_list("code", "id"))
    bank = accounts.get("BNQ-COURANT") or Account.objects.filter(kind="GENERAL").values_list("id", flat=True)[0]
    return Piece(
        journal="BANK",
        label="Paiement reçu",
        booked_on=day,
        source_kind="PAYMENT",
        source_id=source_id,
        sides={bank: cents, 101: -cents},
        means="VIREMENT",
    )


# --- Closing ---------------------------------------------------------------------------------------------------------


def test_a_month_is_closed_by_two_people_and_the_act_keeps_both(own_landlord: Landlord) -> None:
    with accountant(FIRST) as actor:
        first = close_period(month=OCTOBER, reason="MONTH_END", actor=actor, at=AT)
    assert (first.state, first.is_signed) == ("OPEN", False)
    with accountant(SECOND) as actor:
        second = close_period(month=OCTOBER, reason="MONTH_END", actor=actor, at=AT)
    assert (second.state, second.is_signed) == ("CLOSED", True)
    with accountant():
        assert list(PeriodAct.objects.values_list("act", "reason", "asked_by", "signed_by")) == [
            ("CLOSE", "MONTH_END", FIRST, SECOND)
        ]
        assert Period.objects.get().asked == ""


def test_the_same_person_does_not_sign_what_they_asked(own_landlord: Landlord) -> None:
    with accountant(FIRST) as actor:
        close_period(month=OCTOBER, reason="MONTH_END", actor=actor, at=AT)
    with pytest.raises(SamePersonAsksAndSigns), accountant(FIRST) as actor:
        close_period(month=OCTOBER, reason="MONTH_END", actor=actor, at=AT)
    with accountant():
        assert Period.objects.get().state == "OPEN"
        assert not PeriodAct.objects.exists()


def test_a_month_closed_twice_is_refused(own_landlord: Landlord) -> None:
    closed(OCTOBER)
    with pytest.raises(PeriodNotOpen, match="close"), accountant() as actor:
        close_period(month=OCTOBER, reason="MONTH_END", actor=actor, at=AT)


def test_a_month_does_not_close_over_an_open_one(own_landlord: Landlord) -> None:
    closed(SEPTEMBER)
    with pytest.raises(EarlierPeriodOpen, match="octobre 2026"), accountant() as actor:
        close_period(month=NOVEMBER, reason="MONTH_END", actor=actor, at=AT)


def test_the_database_refuses_what_is_dated_in_a_closed_month_or_before_it(
    own_landlord: Landlord, superuser: psycopg.Connection
) -> None:
    closed(OCTOBER)
    superuser.execute(
        """INSERT INTO ledger_entry (id, journal, number, booked_on, label, source_kind, source_id, means, posted_at,
                                     posted_by)
           VALUES (7000, 'MISC', 1, '2026-10-15', 'essai', 'MANUAL', 7000, '', now(), 1)"""
    )
    # In it, before it, and on both sides of it.
    for first, second in (("2026-10-15", "2026-10-15"), ("2026-08-31", "2026-08-31"), ("2026-09-30", "2026-11-01")):
        with pytest.raises(psycopg.errors.CheckViolation, match="clos jusqu’à la fin de 10/2026"):
            superuser.execute(
                """INSERT INTO ledger_posting (entry_id, account_id, booked_on, amount_cents)
                   VALUES (7000, 101, %s, 5), (7000, 900, %s, -5)""",
                [first, second],
            )
    superuser.execute(
        """INSERT INTO ledger_posting (entry_id, account_id, booked_on, amount_cents)
           VALUES (7000, 101, '2026-11-01', 5), (7000, 900, '2026-11-01', -5)"""
    )


def test_an_entry_in_a_closed_month_is_refused_with_a_sentence_and_takes_no_number(own_landlord: Landlord) -> None:
    closed(OCTOBER)
    with pytest.raises(PeriodIsClosed, match="d’octobre 2026"), accountant():
        post_entry(payment(date(2026, 10, 31)), by=FIRST, at=AT)
    with accountant():
        posted = post_entry(payment(date(2026, 11, 1)), by=FIRST, at=AT)
        assert posted.number == 1
        assert sum(Posting.objects.filter(entry=posted).values_list("amount_cents", flat=True)) == 0


def test_a_correction_goes_to_the_first_open_month(own_landlord: Landlord) -> None:
    closed(SEPTEMBER)
    closed(OCTOBER)
    with accountant():
        assert first_open_day(date(2026, 9, 12)) == date(2026, 11, 1)
        assert first_open_day(date(2026, 11, 5)) == date(2026, 11, 5)
        # Nothing is dated before a closed month either, though August never had a row.
        assert first_open_day(date(2026, 8, 31)) == date(2026, 11, 1)
        with pytest.raises(PeriodIsClosed, match=r"d’août 2026 sont clos.*du 01/11/2026 ou après"):
            require_open(date(2026, 8, 31))
        require_open(date(2026, 11, 1))


def test_locked_books_say_that_they_never_open_again(own_landlord: Landlord) -> None:
    closed(OCTOBER)
    both("LOCK", OCTOBER, "YEAR_END")
    closed(NOVEMBER)
    with accountant():
        for day in (date(2026, 10, 31), date(2026, 8, 31)):
            with pytest.raises(PeriodIsLockedForEntries, match="du 01/12/2026 ou après"):
                require_open(day)
        with pytest.raises(PeriodIsClosed, match="faites rouvrir par deux personnes"):
            require_open(date(2026, 11, 30))


def test_an_entry_that_does_not_balance_is_refused_before_the_database(own_landlord: Landlord) -> None:
    with pytest.raises(EntryDoesNotBalance, match="1 centimes"), accountant():
        post_entry(
            Piece(
                journal="MISC", label="essai", booked_on=AT.date(), source_kind="MANUAL", source_id=1,
                sides={101: 100, 900: -99},
            ),
            by=FIRST, at=AT,
        )  # fmt: skip


def test_a_posting_under_way_ends_before_the_month_closes(
    own_landlord: Landlord, superuser: psycopg.Connection
) -> None:
    with accountant(FIRST) as actor:
        close_period(month=OCTOBER, reason="MONTH_END", actor=actor, at=AT)
    done = threading.Event()

    def close() -> None:
        try:
            with accountant(SECOND) as actor:
                close_period(month=OCTOBER, reason="MONTH_END", actor=actor, at=AT)
        finally:
            done.set()
            connections.close_all()

    other = threading.Thread(target=close)
    with accountant(FIRST):
        post_entry(payment(date(2026, 10, 20)), by=FIRST, at=AT)
        other.start()
        assert not done.wait(0.5), "the closing waits for what is being posted"
    other.join(10)
    (state,) = superuser.execute("SELECT state FROM ledger_period").fetchone() or ("",)
    assert state == "CLOSED"
    (inside,) = superuser.execute("SELECT count(*) FROM ledger_posting WHERE booked_on = '2026-10-20'").fetchone() or (
        0,
    )
    assert inside == 2


# --- Opening again, locking ------------------------------------------------------------------------------------------


def both(act: str, month: Month, reason: str) -> None:
    acts = {"REOPEN": reopen_period, "LOCK": lock_period}
    for agent_id in (FIRST, SECOND):
        with accountant(agent_id) as actor:
            acts[act](month=month, reason=reason, actor=actor, at=AT)


def test_a_closed_month_opens_again_by_two_people_the_most_recent_first(own_landlord: Landlord) -> None:
    closed(SEPTEMBER)
    closed(OCTOBER)
    with pytest.raises(LaterPeriodClosed, match="octobre 2026"), accountant() as actor:
        reopen_period(month=SEPTEMBER, reason="ERROR", actor=actor, at=AT)
    both("REOPEN", OCTOBER, "ERROR")
    with accountant():
        post_entry(payment(date(2026, 10, 31)), by=FIRST, at=AT)
        assert list(PeriodAct.objects.order_by("id").values_list("act", flat=True)) == ["CLOSE", "CLOSE", "REOPEN"]


def test_a_locked_month_never_opens_again_not_even_for_the_owner(
    own_landlord: Landlord, superuser: psycopg.Connection
) -> None:
    closed(OCTOBER)
    both("LOCK", OCTOBER, "YEAR_END")
    with pytest.raises(PeriodIsLocked), accountant() as actor:
        reopen_period(month=OCTOBER, reason="ERROR", actor=actor, at=AT)
    for statement in ("UPDATE ledger_period SET state = 'OPEN'", "DELETE FROM ledger_period"):
        with pytest.raises(psycopg.errors.CheckViolation, match="ne change plus"):
            superuser.execute(statement)


def test_months_are_locked_the_oldest_first_and_only_once_closed(own_landlord: Landlord) -> None:
    with pytest.raises(PeriodNotClosed), accountant() as actor:
        lock_period(month=OCTOBER, reason="YEAR_END", actor=actor, at=AT)
    closed(SEPTEMBER)
    closed(OCTOBER)
    with pytest.raises(EarlierPeriodOpen, match="septembre 2026"), accountant() as actor:
        lock_period(month=OCTOBER, reason="YEAR_END", actor=actor, at=AT)


def test_an_act_that_waits_is_signed_or_abandoned_before_another(own_landlord: Landlord) -> None:
    closed(OCTOBER)
    with accountant() as actor:
        reopen_period(month=OCTOBER, reason="ERROR", actor=actor, at=AT)
    with pytest.raises(OtherActAsked, match="réouverture"), accountant(SECOND) as actor:
        lock_period(month=OCTOBER, reason="YEAR_END", actor=actor, at=AT)
    with accountant(SECOND):
        abandon_act(month=OCTOBER)
    with pytest.raises(NothingAsked), accountant(SECOND):
        abandon_act(month=OCTOBER)
    both("LOCK", OCTOBER, "YEAR_END")


def test_an_agency_reads_periods_and_closes_none(own_landlord: Landlord) -> None:
    closed(OCTOBER)
    actor = Actor(role=Role.RENT_OFFICER, purpose="COMPTABILITE", agent_id=own_landlord.agents["gestionnaire_nord"])
    with acting(actor, categories=("COMPTE",)):
        assert Period.objects.count() == 1
    with pytest.raises(DatabaseError), acting(actor, categories=("COMPTE",)):
        Period.objects.update(state="OPEN")


# --- Manual entries --------------------------------------------------------------------------------------------------


def manual(cents: int, *, agent_id: int = FIRST, on: date = date(2026, 11, 5), **codes: str) -> ManualEntry:
    with accountant(agent_id) as actor:
        general = Account.objects.filter(kind="GENERAL").values_list("code", flat=True)[0]
        tenant = Account.objects.get(pk=101).code
        return prepare_manual_entry(
            reason="CORRECTION",
            debit_code=codes.get("debit", general),
            credit_code=codes.get("credit", tenant),
            amount_cents=cents,
            booked_on=on,
            actor=actor,
            at=AT,
        )


def test_a_small_manual_entry_is_posted_at_once_and_balanced(own_landlord: Landlord) -> None:
    made = manual(2_500)
    with accountant():
        entry = Entry.objects.get(source_kind="MANUAL", source_id=made.pk)
        assert entry.label == "Écriture manuelle : correction d’imputation"
        assert (entry.journal, entry.number) == ("MISC", 1)
        assert dict(Posting.objects.filter(entry=entry).values_list("account_id", "amount_cents")) == {
            made.debit_id: 2_500,
            101: -2_500,
        }


def test_above_the_threshold_a_second_person_signs_and_only_once(own_landlord: Landlord) -> None:
    made = manual(100_001)
    with accountant():
        assert not Entry.objects.filter(source_kind="MANUAL").exists()
    with pytest.raises(SamePersonPreparesAndSigns, match="000,00"), accountant(FIRST) as actor:
        sign_manual_entry(manual_id=made.pk, actor=actor, at=AT)
    with accountant(SECOND) as actor:
        sign_manual_entry(manual_id=made.pk, actor=actor, at=AT)
    with pytest.raises(ManualAlreadyPosted), accountant(SECOND) as actor:
        sign_manual_entry(manual_id=made.pk, actor=actor, at=AT)
    with accountant():
        assert Entry.objects.filter(source_kind="MANUAL").count() == 1


def test_a_thousand_euros_exactly_needs_one_signature(own_landlord: Landlord) -> None:
    assert manual(100_000).entry_id is not None


def test_a_manual_entry_is_refused_with_the_reason(own_landlord: Landlord) -> None:
    with pytest.raises(ManualAmountRefused):
        manual(0)
    with pytest.raises(ManualAmountRefused):
        manual(10**15)
    with pytest.raises(ManualAccountUnknown, match="RIEN"):
        manual(100, debit="RIEN")
    with accountant():
        tenant = Account.objects.get(pk=101).code
    with pytest.raises(ManualSameAccount):
        manual(100, debit=tenant, credit=tenant)
    closed(OCTOBER)
    with pytest.raises(PeriodIsClosed):
        manual(100, on=date(2026, 10, 31))
    with accountant():
        assert not ManualEntry.objects.exists()


def test_two_at_once_sign_one_manual_entry_once(own_landlord: Landlord, cluster: Cluster) -> None:
    made = manual(200_000)
    answers: list[str] = []

    def sign(agent_id: int) -> None:
        try:
            with accountant(agent_id) as actor:
                sign_manual_entry(manual_id=made.pk, actor=actor, at=AT)
            answers.append("signed")
        except ManualAlreadyPosted as refusal:
            answers.append(type(refusal).__name__)
        finally:
            connections.close_all()

    people = [threading.Thread(target=sign, args=(agent_id,)) for agent_id in (2, 3)]
    for each in people:
        each.start()
    for each in people:
        each.join(10)
    assert sorted(answers) == ["ManualAlreadyPosted", "signed"]
    with accountant():
        assert Entry.objects.filter(source_kind="MANUAL").count() == 1


def test_the_database_itself_asks_for_two_people(own_landlord: Landlord) -> None:
    made = manual(200_000)
    with pytest.raises(IntegrityError), accountant():
        ManualEntry.objects.filter(pk=made.pk).update(signed_by=FIRST, signed_at=AT)


def test_an_agency_reads_no_manual_entry(own_landlord: Landlord) -> None:
    manual(2_500)
    actor = Actor(role=Role.AGENCY_MANAGER, purpose="COMPTABILITE", agent_id=own_landlord.agents["responsable_nord"])
    with pytest.raises(DatabaseError), acting(actor, categories=("COMPTE",)):
        ManualEntry.objects.count()


# --- The chart -------------------------------------------------------------------------------------------------------


def test_the_number_of_an_account_is_changed_with_its_history(own_landlord: Landlord) -> None:
    from palier.ledger.books import chart, numbers_of_accounts

    for number in ("7043", "7043", "70431"):
        with accountant() as actor:
            number_account(code="PRD-LOYER", number=number, actor=actor, at=AT)
    with accountant():
        assert list(ChartNumber.objects.order_by("id").values_list("number", flat=True)) == ["7043", "70431"]
        assert numbers_of_accounts()["PRD-LOYER"] == "70431"
        rows = {row.code: row for row in chart()}
        assert rows["PRD-LOYER"].is_confirmed
        assert not rows["BNQ-COURANT"].is_confirmed
    with pytest.raises(ChartNumberMalformed), accountant() as actor:
        number_account(code="PRD-LOYER", number="70 43", actor=actor, at=AT)
    with pytest.raises(ChartCodeUnknown), accountant() as actor:
        number_account(code="RIEN", number="70", actor=actor, at=AT)
