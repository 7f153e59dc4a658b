"""Movements treated by hand, payments at the counter: what the books hold afterwards, twice, and two at once."""

import threading
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import psycopg
import pytest
from django.db import connections
from tests.landlord import Landlord
from tests.operations.bank import (
    ACCOUNTANT,
    AT,
    HEADQUARTERS,
    ON,
    REFERENCES,
    balance,
    count,
    imported,
    name_accounts,
    settled,
    statement,
    transfer,
)

from palier.banking.models import Payment
from palier.banking.operations.manual import sign_entry_by_hand
from palier.banking.operations.payments import (
    AccountToPayNotFound,
    ChequeAlreadyNoted,
    ChequeNumberMissing,
    DebtNotOpen,
    PaymentAlreadyTakenBack,
    PaymentAmountRefused,
    PaymentInTheFuture,
    Received,
    TooMuchCash,
    receive_by_hand,
    take_back_by_hand,
)
from palier.banking.operations.worklist import (
    AccountNotForMovements,
    MovementAlreadyTreated,
    MovementLeaves,
    MovementNotTreated,
    class_without_tenant,
    match_by_hand,
    undo_treatment,
)
from palier.foundation.errors import Refusal
from palier.ledger.operations.manual import ManualNotFound, SamePersonPreparesAndSigns
from palier.privacy.actor import Actor, acting
from palier.quittancement.operations.contra import take_bill_back


@pytest.fixture
def direct(superuser: psycopg.Connection) -> psycopg.Connection:
    name_accounts(superuser)
    return superuser


def number(direct: psycopg.Connection, cents: int) -> int:
    row = direct.execute("SELECT id FROM banking_bankentry WHERE amount_cents = %s", [cents]).fetchone()
    assert row is not None
    return int(row[0])


def match(entry: int, account: int, *, actor: Actor = ACCOUNTANT) -> None:
    with acting(actor):
        match_by_hand(entry_id=entry, account_id=account, indicated_id=None, actor=actor, at=AT)


def undo(entry: int, *, actor: Actor = ACCOUNTANT) -> None:
    with acting(actor):
        undo_treatment(entry_id=entry, actor=actor, at=AT)


def receive(
    means: str, cents: int, *, account: int = 101, proof: str = "", on: date = ON, debt: int | None = None
) -> int:
    received = Received(
        account_id=account, amount_cents=cents, means=means, received_on=on, proof=proof, indicated_id=debt
    )
    with acting(ACCOUNTANT):
        return int(receive_by_hand(received, actor=ACCOUNTANT, at=AT).pk)


def test_a_movement_given_to_an_account_leaves_the_waiting_account_and_settles(
    direct: psycopg.Connection, tmp_path: Path
) -> None:
    imported(statement(tmp_path, transfer(25_000, "?")))
    match(number(direct, 25_000), 101)
    assert (balance(direct, "ATT-BANQUE"), balance(direct, "BNQ-COURANT"), balance(direct, 101)) == (0, 25_000, 15_000)
    assert settled(direct) == [(101, 101, 25_000, "OLDEST")]
    row = direct.execute("SELECT key, matched_by, undone_at FROM banking_match").fetchall()
    assert row == [("HAND", 5, None)]


def test_a_wrong_match_is_undone_by_a_contra_entry_and_matched_again(
    direct: psycopg.Connection, tmp_path: Path
) -> None:
    imported(statement(tmp_path, transfer(40_000, REFERENCES[102])))
    entry = number(direct, 40_000)
    undo(entry)
    assert (balance(direct, 102), balance(direct, "ATT-BANQUE"), balance(direct, "BNQ-COURANT")) == (
        40_000,
        -40_000,
        40_000,
    )
    assert settled(direct) == []
    assert direct.execute("SELECT taken_back_reason FROM banking_payment").fetchall() == [("WRONG",)]
    match(entry, 101)
    assert (balance(direct, 101), balance(direct, 102), balance(direct, "ATT-BANQUE")) == (0, 40_000, 0)
    assert settled(direct) == [(101, 101, 40_000, "OLDEST")]
    # Nothing was erased: the entry of the bank, the wrong payment, its return, the right payment.
    kinds = direct.execute("SELECT source_kind FROM ledger_entry WHERE journal = 'BANK' ORDER BY number").fetchall()
    assert [kind for (kind,) in kinds] == ["PAYMENT", "RETURN", "PAYMENT"]


def test_what_is_treated_is_not_treated_twice(direct: psycopg.Connection, tmp_path: Path) -> None:
    imported(statement(tmp_path, transfer(25_000, "?")))
    entry = number(direct, 25_000)
    with pytest.raises(MovementNotTreated):
        undo(entry)
    match(entry, 101)
    with pytest.raises(MovementAlreadyTreated, match="06/11/2026"):
        match(entry, 102)
    assert count(direct, "banking_payment") == 1


def test_two_accountants_at_once_and_the_second_is_told(direct: psycopg.Connection, tmp_path: Path) -> None:
    imported(statement(tmp_path, transfer(25_000, "?")))
    entry = number(direct, 25_000)
    said: list[str] = []
    ready = threading.Barrier(2)

    def one(actor: Actor, account: int) -> None:
        ready.wait()
        try:
            match(entry, account, actor=actor)
            said.append("fait")
        except Refusal as refusal:
            said.append(type(refusal).__name__)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=args) for args in ((ACCOUNTANT, 101), (HEADQUARTERS, 102))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(said) == ["MovementAlreadyTreated", "fait"]
    assert count(direct, "banking_payment") == count(direct, "banking_match") == 1
    assert balance(direct, "ATT-BANQUE") == 0


def test_a_movement_without_a_tenant_goes_to_an_account_of_the_landlord_and_back(
    direct: psycopg.Connection, tmp_path: Path
) -> None:
    imported(statement(tmp_path, transfer(-1_500, "FRAIS"), transfer(70_000, "REMISE", rank=2)))
    fees, cheques = number(direct, -1_500), number(direct, 70_000)
    with acting(ACCOUNTANT):
        class_without_tenant(entry_id=fees, account_code="PRD-LOYER", reason="BANK_FEES", actor=ACCOUNTANT, at=AT)
        class_without_tenant(entry_id=cheques, account_code="PRL-ENCOURS", reason="TRANSFER", actor=ACCOUNTANT, at=AT)
    assert (balance(direct, "ATT-BANQUE"), balance(direct, "PRL-ENCOURS")) == (0, -70_000)
    assert direct.execute("SELECT DISTINCT state FROM banking_bankentry").fetchall() == [("OTHER",)]
    undo(cheques)
    assert (balance(direct, "ATT-BANQUE"), balance(direct, "PRL-ENCOURS")) == (-70_000, 0)
    assert balance(direct, "BNQ-COURANT") == 68_500


def class_large(entry: int) -> None:
    with acting(ACCOUNTANT):
        class_without_tenant(entry_id=entry, account_code="PRL-ENCOURS", reason="TRANSFER", actor=ACCOUNTANT, at=AT)


def to_sign(direct: psycopg.Connection) -> int:
    row = direct.execute("SELECT id FROM ledger_manualentry WHERE entry_id IS NULL").fetchone()
    assert row is not None
    return int(row[0])


def sign(manual: int, *, actor: Actor = HEADQUARTERS) -> None:
    with acting(actor):
        sign_entry_by_hand(manual_id=manual, actor=actor, at=AT)


def state(direct: psycopg.Connection) -> str:
    row = direct.execute("SELECT state FROM banking_bankentry").fetchone()
    assert row is not None
    return str(row[0])


def test_above_the_threshold_a_movement_is_treated_once_its_entry_is_signed(
    direct: psycopg.Connection, tmp_path: Path
) -> None:
    imported(statement(tmp_path, transfer(200_000, "REMISE")))
    entry = number(direct, 200_000)
    class_large(entry)
    assert (state(direct), count(direct, "banking_match"), balance(direct, "ATT-BANQUE")) == ("TO_SIGN", 0, -200_000)
    with pytest.raises(MovementAlreadyTreated, match="à signer"):
        class_large(entry)
    with pytest.raises(MovementAlreadyTreated, match="à signer"):
        match(entry, 101)
    with pytest.raises(SamePersonPreparesAndSigns):
        sign(to_sign(direct), actor=ACCOUNTANT)
    sign(to_sign(direct))
    assert (state(direct), balance(direct, "ATT-BANQUE"), balance(direct, "PRL-ENCOURS")) == ("OTHER", 0, -200_000)
    assert direct.execute("SELECT key, matched_by FROM banking_match").fetchall() == [("OTHER", 5)]
    assert direct.execute("SELECT manual_id FROM banking_bankentry").fetchall() == [(None,)]


def test_undone_before_its_signature_a_class_leaves_no_entry_to_sign(
    direct: psycopg.Connection, tmp_path: Path
) -> None:
    imported(statement(tmp_path, transfer(200_000, "REMISE")))
    entry = number(direct, 200_000)
    class_large(entry)
    former = to_sign(direct)
    undo(entry)
    assert (state(direct), count(direct, "ledger_manualentry")) == ("TO_REVIEW", 0)
    with pytest.raises(ManualNotFound):
        sign(former)
    with pytest.raises(MovementNotTreated):
        undo(entry)
    class_large(entry)
    assert count(direct, "ledger_manualentry") == 1
    sign(to_sign(direct))
    assert (balance(direct, "ATT-BANQUE"), balance(direct, "PRL-ENCOURS")) == (0, -200_000)


def test_taking_a_large_class_back_waits_for_a_signature_too(direct: psycopg.Connection, tmp_path: Path) -> None:
    imported(statement(tmp_path, transfer(200_000, "REMISE")))
    entry = number(direct, 200_000)
    class_large(entry)
    sign(to_sign(direct))
    undo(entry)
    assert (state(direct), balance(direct, "ATT-BANQUE")) == ("TO_SIGN", 0)
    # Thought better of: the class stands as it was.
    undo(entry)
    assert (state(direct), count(direct, "ledger_manualentry", "entry_id IS NULL")) == ("OTHER", 0)
    undo(entry)
    sign(to_sign(direct))
    assert (state(direct), balance(direct, "ATT-BANQUE"), balance(direct, "PRL-ENCOURS")) == ("TO_REVIEW", -200_000, 0)
    assert count(direct, "banking_match", "undone_at IS NULL") == 0
    match(entry, 101)
    assert balance(direct, "ATT-BANQUE") == 0


def test_signing_and_undoing_at_once_do_one_or_the_other(direct: psycopg.Connection, tmp_path: Path) -> None:
    imported(statement(tmp_path, transfer(200_000, "REMISE")))
    entry = number(direct, 200_000)
    class_large(entry)
    manual = to_sign(direct)
    said: list[str] = []
    ready = threading.Barrier(2)

    def one(act: Callable[[], None]) -> None:
        ready.wait()
        try:
            act()
            said.append("fait")
        except Refusal as refusal:
            said.append(type(refusal).__name__)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=(act,)) for act in (lambda: sign(manual), lambda: undo(entry))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    if "ManualNotFound" in said:
        assert (state(direct), count(direct, "ledger_manualentry")) == ("TO_REVIEW", 0)
    else:
        # Signed first: what undoing prepares then waits for its own signature.
        assert said == ["fait", "fait"]
        assert (state(direct), count(direct, "ledger_manualentry", "entry_id IS NULL")) == ("TO_SIGN", 1)


def test_the_database_holds_a_movement_to_its_entry_to_sign(direct: psycopg.Connection, tmp_path: Path) -> None:
    imported(statement(tmp_path, transfer(200_000, "UN"), transfer(300_000, "DEUX", rank=2)))
    class_large(number(direct, 200_000))
    manual = to_sign(direct)
    with pytest.raises(psycopg.errors.UniqueViolation):
        direct.execute(
            "UPDATE banking_bankentry SET state = 'TO_SIGN', manual_id = %s WHERE amount_cents = 300000", [manual]
        )
    with pytest.raises(psycopg.errors.CheckViolation):
        direct.execute("UPDATE banking_bankentry SET state = 'OTHER' WHERE amount_cents = 200000")


def test_money_that_leaves_pays_no_tenant_and_the_bank_is_not_an_account_to_choose(
    direct: psycopg.Connection, tmp_path: Path
) -> None:
    imported(statement(tmp_path, transfer(-1_500, "FRAIS")))
    entry = number(direct, -1_500)
    with pytest.raises(MovementLeaves):
        match(entry, 101)
    for account, reason in (("BNQ-COURANT", "TRANSFER"), ("ATT-BANQUE", "TRANSFER"), ("PRD-LOYER", "WAIVER")):
        with pytest.raises(AccountNotForMovements), acting(ACCOUNTANT):
            class_without_tenant(entry_id=entry, account_code=account, reason=reason, actor=ACCOUNTANT, at=AT)


def test_a_cheque_and_cash_settle_and_wait_where_they_are(direct: psycopg.Connection) -> None:
    receive("CHEQUE", 10_000, proof="1234567")
    receive("ESPECES", 5_000)
    assert (balance(direct, "CHQ-ENCAISSER"), balance(direct, "CAISSE"), balance(direct, 101)) == (
        10_000,
        5_000,
        25_000,
    )
    assert settled(direct) == [(101, 101, 10_000, "OLDEST"), (101, 101, 5_000, "OLDEST")]
    proofs = [proof for (proof,) in direct.execute("SELECT proof FROM banking_payment ORDER BY id")]
    assert proofs[0] == "1234567"
    assert proofs[1].startswith("REC-2026-")


def test_a_cheque_that_bounces_opens_its_debts_again_once(direct: psycopg.Connection) -> None:
    cheque = receive("CHEQUE", 40_000, proof="1234567")
    with acting(ACCOUNTANT):
        take_back_by_hand(payment_id=cheque, reason="BOUNCED", actor=ACCOUNTANT, at=AT)
    assert (balance(direct, 101), balance(direct, "CHQ-ENCAISSER"), settled(direct)) == (40_000, 0, [])
    with pytest.raises(PaymentAlreadyTakenBack), acting(ACCOUNTANT):
        take_back_by_hand(payment_id=cheque, reason="BOUNCED", actor=ACCOUNTANT, at=AT)
    assert balance(direct, 101) == 40_000


def test_a_form_sent_twice_notes_one_cheque(direct: psycopg.Connection) -> None:
    first = receive("CHEQUE", 10_000, proof="1234567")
    with pytest.raises(ChequeAlreadyNoted, match="1234567"):
        receive("CHEQUE", 10_000, proof="1234567")
    assert balance(direct, 101) == 30_000
    # Another number, or another sum: two banks may give the same number.
    receive("CHEQUE", 5_000, proof="1234568")
    receive("CHEQUE", 5_000, proof="1234567")
    with acting(ACCOUNTANT):
        take_back_by_hand(payment_id=first, reason="BOUNCED", actor=ACCOUNTANT, at=AT)
    receive("CHEQUE", 10_000, proof="1234567")
    assert balance(direct, 101) == 20_000


def test_an_advance_settles_a_debt_that_opens_again(direct: psycopg.Connection) -> None:
    first = receive("CHEQUE", 40_000, proof="1")
    receive("ESPECES", 30_000)
    with acting(ACCOUNTANT):
        take_back_by_hand(payment_id=first, reason="BOUNCED", actor=ACCOUNTANT, at=AT)
    assert settled(direct) == [(101, 101, 30_000, "OLDEST")]


def test_the_debt_that_the_payer_names_is_settled_first(direct: psycopg.Connection) -> None:
    direct.execute(
        """INSERT INTO ledger_entry (id, journal, number, booked_on, label, residence_id, source_kind, source_id, means,
                                     posted_at, posted_by)
           VALUES (700, 'OPEN', 1, '2026-09-30', 'Solde repris', 11, 'OPENING', 101, '', now(), 5)"""
    )
    direct.execute(
        """INSERT INTO ledger_posting (entry_id, account_id, residence_id, booked_on, amount_cents)
           VALUES (700, 101, 11, '2026-09-30', 20000), (700, 900, 11, '2026-09-30', -20000)"""
    )
    receive("CHEQUE", 45_000, proof="1", debt=101)
    assert settled(direct) == [(101, 101, 40_000, "INDICATED"), (101, 700, 5_000, "OLDEST")]
    with pytest.raises(DebtNotOpen):
        receive("CHEQUE", 100, proof="2", debt=101)


@pytest.mark.parametrize(
    ("act", "refused"),
    [
        (lambda: receive("ESPECES", 100_001), TooMuchCash),
        (lambda: receive("CHEQUE", 100, proof="12A"), ChequeNumberMissing),
        (lambda: receive("CHEQUE", 0, proof="1"), PaymentAmountRefused),
        (lambda: receive("CHEQUE", 100, proof="1", account=900), AccountToPayNotFound),
        (lambda: receive("ESPECES", 100, on=date(2026, 11, 7)), PaymentInTheFuture),
    ],
)
def test_what_cannot_be_received_is_refused_and_leaves_nothing(
    direct: psycopg.Connection, act: Callable[[], int], refused: type[Refusal]
) -> None:
    with pytest.raises(refused):
        act()
    assert count(direct, "banking_payment") == count(direct, "ledger_entry", "journal = 'BANK'") == 0


def test_settlements_are_never_rewritten(direct: psycopg.Connection) -> None:
    receive("ESPECES", 5_000)
    with pytest.raises(psycopg.Error):
        direct.execute("UPDATE banking_settlement SET amount_cents = 1")
    with pytest.raises(psycopg.Error):
        direct.execute("DELETE FROM banking_settlement")


def test_an_agency_sees_the_payments_of_its_own_residences(own_landlord: Landlord, direct: psycopg.Connection) -> None:
    receive("ESPECES", 5_000, account=101)
    receive("ESPECES", 6_000, account=201)
    from palier.privacy.declare import Role

    for name, seen in (("gestionnaire_nord", [101]), ("gestionnaire_sud", [201])):
        agency = 1 if name.endswith("nord") else 2
        actor = Actor(
            role=Role.RENT_OFFICER, purpose="COMPTABILITE", agent_id=own_landlord.agents[name], agency_id=agency
        )
        with acting(actor):
            assert list(Payment.objects.values_list("account_id", flat=True)) == seen


def test_a_bill_taken_back_frees_what_had_paid_it(direct: psycopg.Connection) -> None:
    receive("ESPECES", 40_000)
    with acting(ACCOUNTANT):
        take_bill_back(bill_id=1_101, motive="WRONG_TERMS", actor=ACCOUNTANT, at=AT)
    assert settled(direct) == []
    assert balance(direct, 101) == -40_000


def test_whoever_waits_for_the_settlements_does_not_hold_the_numbers(direct: psycopg.Connection) -> None:
    """A payment takes the settlements, then the numbers; taken the other way round, two people wait for ever."""
    numbers = "SELECT pg_try_advisory_xact_lock(hashtext('palier.entry_numbers'))"
    waiting = """SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
                 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"""

    def back() -> None:
        try:
            with acting(HEADQUARTERS):
                take_bill_back(bill_id=1_101, motive="WRONG_TERMS", actor=HEADQUARTERS, at=AT)
        finally:
            connections.close_all()

    thread = threading.Thread(target=back)
    with direct.transaction():
        direct.execute("SELECT pg_advisory_xact_lock(hashtext('palier.settlements'))")
        thread.start()
        for _ in range(200):
            if direct.execute(waiting).fetchone() != (0,):
                break
            time.sleep(0.05)
        assert direct.execute(numbers).fetchone() == (True,)
    thread.join(timeout=60)
    assert balance(direct, 101) == 0
