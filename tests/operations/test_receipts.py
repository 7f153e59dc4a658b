"""Quittances, reçus and letterings: what the register, the documents and the settlements hold; twice, two at once."""

import json
import threading
from datetime import date
from itertools import count as numbers

import psycopg
import pytest
from django.conf import settings
from django.db import connections
from tests.agreements import agree
from tests.documents.test_logo import picture
from tests.operations.bank import (
    ACCOUNTANT,
    AT,
    HEADQUARTERS,
    ON,
    balance,
    count,
    owe_september,
    provable_lines,
    settled,
)
from tests.operations.test_month_tasks import context

from palier.banking.operations.payments import Received, receive_by_hand, take_back_by_hand
from palier.cli import main
from palier.estate.operations.landlord_logo import keep_logo, remove_logo
from palier.foundation.errors import Refusal
from palier.foundation.periods import Month
from palier.mail.check import Page, check_bytes
from palier.mail.documents import pdf_of
from palier.mail.receipt import Receipt
from palier.mail.store import DocumentStore
from palier.privacy.actor import Actor, acting, batch
from palier.privacy.declare import Batch, Role
from palier.quittancement import tasks
from palier.quittancement.operations.contra import take_bill_back
from palier.quittancement.operations.issuing import Handed, MonthNotSealed, issue_receipts
from palier.quittancement.operations.lettering import (
    AlreadyLettered,
    AmountsDisagree,
    DebtToLetterNotFound,
    LetteringAlreadyUndone,
    LetteringNotFound,
    PaymentToLetterNotFound,
    PaymentWentBack,
    letter,
    part,
)
from palier.quittancement.operations.receipts import freeze_receipts
from palier.quittancement.rules.month import recompute

OCTOBER = Month(2026, 10)
# Each cheque has its own number.
CHEQUES = numbers(1_000_001)
NOTHING = Handed(quittances=0, receipts=0, withdrawals=0, refused=())


@pytest.fixture
def direct(superuser: psycopg.Connection) -> psycopg.Connection:
    """October owes 400.00 on each of the accounts 101, 102 and 201; its line can be computed again."""
    provable_lines(superuser)
    return superuser


def pay(cents: int, *, account: int = 101, means: str = "CHEQUE", debt: int | None = None, on: date = ON) -> int:
    proof = str(next(CHEQUES)) if means == "CHEQUE" else ""
    received = Received(
        account_id=account, amount_cents=cents, means=means, received_on=on, proof=proof, indicated_id=debt
    )
    with acting(ACCOUNTANT):
        return int(receive_by_hand(received, actor=ACCOUNTANT, at=AT).pk)


def bounce(payment: int) -> None:
    with acting(ACCOUNTANT):
        take_back_by_hand(payment_id=payment, reason="BOUNCED", actor=ACCOUNTANT, at=AT)


def issue(month: Month | None = OCTOBER) -> Handed:
    return issue_receipts(month=month, operator="essai", agent_id=None)


def papers(direct: psycopg.Connection) -> list[tuple[str, int, str, bool]]:
    """(number, paid, why it ended, withdrawn) of each paper, in the order in which they were made."""
    return list(
        direct.execute(
            """SELECT d.number, r.paid_cents, r.ended_why, d.withdrawn_on IS NOT NULL
               FROM quittancement_receipt AS r JOIN mail_document AS d ON d.id = r.document_id ORDER BY r.id"""
        ).fetchall()
    )


def said(direct: psycopg.Connection, number: str) -> Receipt:
    row = direct.execute("SELECT data FROM mail_document WHERE number = %s", [number]).fetchone()
    assert row is not None
    return Receipt.parse(bytes(row[0]))


def test_a_full_payment_gives_a_quittance_and_a_partial_one_a_receipt(direct: psycopg.Connection) -> None:
    pay(40_000)
    pay(15_000, account=102, means="ESPECES")
    assert issue() == Handed(quittances=1, receipts=1, withdrawals=0, refused=())
    assert papers(direct) == [("QU-2026-10-000001", 40_000, "", False), ("RE-2026-10-000001", 15_000, "", False)]
    quittance, receipt = said(direct, "QU-2026-10-000001"), said(direct, "RE-2026-10-000001")
    assert (quittance.nature, quittance.notice, quittance.left_cents) == ("quittance", "AE-2026-10-000001", 0)
    assert [(each.on, each.means, each.amount_cents) for each in quittance.payments] == [(ON, "chèque", 40_000)]
    assert quittance.delivery.channel == "papier"
    assert (receipt.nature, receipt.paid_cents, receipt.left_cents) == ("reçu", 15_000, 25_000)
    assert [(line.label, line.amount_cents) for line in receipt.lines] == [("Loyer du logement", 40_000)]


def test_the_logo_of_the_day_is_printed_and_a_paper_already_frozen_keeps_its_own(direct: psycopg.Connection) -> None:
    office = Actor(role=Role.HEADQUARTERS, name="Siège", agent_id=HEADQUARTERS.agent_id, purpose="EXPLOITATION")
    with acting(office):
        kept = keep_logo(picture(), by=HEADQUARTERS.agent_id or 0, at=AT)
    pay(40_000)
    issue()
    with acting(office):
        remove_logo(by=HEADQUARTERS.agent_id or 0, at=AT)
    pay(15_000, account=102)
    issue()
    assert said(direct, "QU-2026-10-000001").landlord.logo == kept.digest
    assert said(direct, "RE-2026-10-000001").landlord.logo == ""
    store = DocumentStore(settings.DOCUMENT_ROOT)
    rows = direct.execute("SELECT id, pdf_sha256 FROM mail_document WHERE kind IN ('QUITTANCE', 'RECU')").fetchall()
    assert len(rows) == 2
    for document_id, digest in rows:
        with batch(Batch.MAIL, operator="essai", motive="QUITTANCES", command="essai"):
            pdf = pdf_of(document_id, digest, store=store)
        assert check_bytes(pdf, "quittance.pdf", recompute).page is Page.IDENTICAL


def test_asked_again_nothing_more_is_made(direct: psycopg.Connection) -> None:
    pay(40_000)
    issue()
    assert issue() == issue(None) == NOTHING
    assert len(papers(direct)) == 1
    assert count(direct, "mail_document", "kind = 'QUITTANCE'") == 1


def test_the_pdf_is_kept_sealed_and_proves_itself(direct: psycopg.Connection) -> None:
    pay(12_345)
    pay(27_655)
    issue()
    row = direct.execute("SELECT id, pdf_sha256 FROM mail_document WHERE kind = 'QUITTANCE'").fetchone()
    assert row is not None
    store = DocumentStore(settings.DOCUMENT_ROOT)
    assert not store.path(row[1]).exists()
    with batch(Batch.MAIL, operator="essai", motive="QUITTANCES", command="essai"):
        pdf = pdf_of(row[0], row[1], store=store)
    report = check_bytes(pdf, "quittance.pdf", recompute)
    assert (report.number, report.proven, report.page) == ("QU-2026-10-000001", True, Page.IDENTICAL)


def test_a_second_payment_replaces_the_receipt_by_a_quittance(direct: psycopg.Connection) -> None:
    pay(15_000)
    issue()
    pay(25_000)
    assert issue() == Handed(quittances=1, receipts=0, withdrawals=0, refused=())
    # What the reçu says stays true: it is replaced, not withdrawn.
    assert papers(direct) == [
        ("RE-2026-10-000001", 15_000, "REPLACED", False),
        ("QU-2026-10-000001", 40_000, "", False),
    ]
    assert said(direct, "QU-2026-10-000001").replaces == ("RE-2026-10-000001",)


def test_a_bounced_cheque_withdraws_the_quittance_and_says_so(direct: psycopg.Connection) -> None:
    cheque = pay(30_000)
    pay(10_000)
    issue()
    bounce(cheque)
    assert issue() == Handed(quittances=0, receipts=1, withdrawals=0, refused=())
    assert papers(direct) == [("QU-2026-10-000001", 40_000, "UNDONE", True), ("RE-2026-10-000001", 10_000, "", False)]
    receipt = said(direct, "RE-2026-10-000001")
    assert (receipt.reason, receipt.replaces) == ("paiement reparti", ("QU-2026-10-000001",))


def test_when_nothing_pays_the_term_any_more_a_withdrawal_is_handed_over(direct: psycopg.Connection) -> None:
    cheque = pay(40_000)
    issue()
    bounce(cheque)
    assert issue() == Handed(quittances=0, receipts=0, withdrawals=1, refused=())
    withdrawal = said(direct, "RT-2026-10-000001")
    assert (withdrawal.nature, withdrawal.paid_cents, withdrawal.left_cents) == ("retrait", 0, 40_000)
    assert withdrawal.replaces == ("QU-2026-10-000001",)
    assert issue() == NOTHING
    pay(40_000)
    assert issue().quittances == 1
    assert papers(direct)[-1] == ("QU-2026-10-000002", 40_000, "", False)


def test_a_bill_taken_back_ends_its_quittance(direct: psycopg.Connection) -> None:
    pay(40_000)
    issue()
    with acting(HEADQUARTERS):
        take_bill_back(bill_id=1_101, motive="WRONG_TERMS", actor=HEADQUARTERS, at=AT)
    assert issue().withdrawals == 1
    assert papers(direct)[0] == ("QU-2026-10-000001", 40_000, "BILL_BACK", True)
    assert said(direct, "RT-2026-10-000001").reason == "avis annulé"
    assert issue() == NOTHING


def test_a_tenant_who_agreed_has_the_paper_online(direct: psycopg.Connection) -> None:
    agree(direct, 101, families=["RECEIPTS"], on="2026-03-09")
    pay(40_000)
    issue()
    delivery = said(direct, "QU-2026-10-000001").delivery
    assert (delivery.channel, delivery.agreed_on) == ("espace", date(2026, 3, 9))


def test_an_address_that_cannot_be_printed_stops_no_other_and_takes_no_number(direct: psycopg.Connection) -> None:
    direct.execute("UPDATE people_person SET last_name = %s WHERE id = 1", ["名" * 20])
    pay(40_000)
    pay(40_000, account=102)
    handed = issue()
    assert (handed.quittances, len(handed.refused)) == (1, 1)
    assert handed.refused[0].startswith("Bail L101")
    assert papers(direct) == [("QU-2026-10-000001", 40_000, "", False)]


def test_a_month_that_is_not_sealed_has_no_receipts(direct: psycopg.Connection) -> None:
    with pytest.raises(MonthNotSealed):
        issue(Month(2026, 11))


def test_two_at_once_hand_over_one_paper(direct: psycopg.Connection) -> None:
    pay(40_000)
    pay(40_000, account=102)
    ready, made = threading.Barrier(2), []

    def run() -> None:
        ready.wait(10)
        try:
            made.append(issue())
        finally:
            connections.close_all()

    both = [threading.Thread(target=run) for _ in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join(60)
    assert sum(each.quittances for each in made) == 2
    assert [number for number, *_ in papers(direct)] == ["QU-2026-10-000001", "QU-2026-10-000002"]
    assert count(direct, "mail_document", "kind = 'QUITTANCE' AND pdf_sha256 <> ''") == 2


def test_one_register_row_holds_for_a_term_whoever_writes_it(direct: psycopg.Connection) -> None:
    pay(40_000)
    issue()
    with pytest.raises(psycopg.errors.UniqueViolation, match="one_receipt_holds_per_bill"):
        direct.execute(
            """INSERT INTO quittancement_receipt (document_id, bill_id, lease_id, residence_id, kind, month, sequence,
                                                  paid_cents, basis, issued_at, ended_why)
               SELECT document_id, bill_id, lease_id, residence_id, kind, month, 99, paid_cents, basis, issued_at, ''
               FROM quittancement_receipt"""
        )


def test_what_a_kill_left_is_made_by_the_next_call_and_nothing_twice(direct: psycopg.Connection) -> None:
    """Killed after the first block of papers, then between the data and their PDF: each paper once, the same bytes."""
    pay(11_111)
    pay(22_222, account=102)
    pay(33_333, account=201)
    with batch(Batch.MAIL, operator="essai", motive="QUITTANCES", command="essai"):
        freeze_receipts(run_id=1, first_number=1, month=OCTOBER, bill_ids=[1_101], at=AT)
    assert issue() == Handed(quittances=0, receipts=2, withdrawals=0, refused=())
    before = direct.execute("SELECT number, data_sha256, pdf_sha256 FROM mail_document WHERE kind = 'RECU'").fetchall()
    assert all(pdf for _, _, pdf in before)
    direct.execute("UPDATE mail_document SET rendered_at = NULL, pdf_sha256 = '' WHERE number = 'RE-2026-10-000002'")
    assert issue() == NOTHING
    after = direct.execute("SELECT number, data_sha256, pdf_sha256 FROM mail_document WHERE kind = 'RECU'").fetchall()
    assert sorted(after) == sorted(before)
    assert [number for number, *_ in papers(direct)] == [f"RE-2026-10-00000{rank}" for rank in (1, 2, 3)]


def test_the_job_makes_them_for_who_asked_and_a_second_finds_nothing(direct: psycopg.Connection) -> None:
    pay(40_000)
    agent = int((direct.execute("SELECT id FROM agents_agent WHERE role = 'accountant'").fetchone() or (0,))[0])
    for job in (81, 82):
        tasks.receipts(context(job), month="2026-10", asked_by=agent)
    tasks.receipts_of_the_day(0)
    assert [number for number, *_ in papers(direct)] == ["QU-2026-10-000001"]
    states = direct.execute("SELECT state FROM foundation_jobprogress WHERE key LIKE 'month:2026-10/%'").fetchall()
    assert states == [("DONE",), ("DONE",)]
    read = direct.execute(
        "SELECT DISTINCT purpose, motive, agent_id FROM privacy_readevent WHERE screen = 'quittances et reçus'"
        " AND agent_id IS NOT NULL"
    ).fetchall()
    assert read == [("QUITTANCEMENT", "QUITTANCES", agent)]


def test_the_job_is_refused_to_who_may_not_issue(direct: psycopg.Connection) -> None:
    pay(40_000)
    caretaker = int((direct.execute("SELECT id FROM agents_agent WHERE role = 'caretaker'").fetchone() or (0,))[0])
    tasks.receipts(context(83), month="2026-10", asked_by=caretaker)
    assert papers(direct) == []
    told = direct.execute("SELECT state, message FROM foundation_jobprogress WHERE key = 'month:2026-10/83'").fetchone()
    assert told is not None
    assert told[0] == "FAILED"
    assert "ne permet pas" in told[1]


def test_the_command_prints_what_it_made(
    direct: psycopg.Connection, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PALIER_PROCESS", "web")
    pay(40_000)
    pay(15_000, account=102)
    for made in ((1, 1), (0, 0)):
        assert main(["rent", "receipts", "--month", "2026-10", "--json"]) == 0
        figures = json.loads(capsys.readouterr().out)
        assert (figures["quittances"], figures["receipts"]) == made
        assert (figures["month"], figures["withdrawals"], figures["refused"]) == ("2026-10", 0, 0)
    assert main(["rent", "receipts", "--month", "2026-11"]) == 1
    assert "n’est pas scellé" in capsys.readouterr().err


# --- Lettering by hand -----------------------------------------------------------------------------------------------


@pytest.fixture
def two_debts(direct: psycopg.Connection) -> psycopg.Connection:
    """The account 101 owes 400.00 for October (entry 101) and 400.00 taken over from before it (entry 7001)."""
    owe_september(direct)
    return direct


def put_together(payment: int, debt: int, *, account: int = 101, actor: Actor = ACCOUNTANT) -> int:
    with acting(actor):
        made = letter(account_id=account, payment_id=payment, debt_id=debt, reason="SAID", actor=actor, at=AT)
    return int(made.pk)


def test_what_the_payer_said_comes_before_the_oldest_debt(two_debts: psycopg.Connection) -> None:
    payment = pay(40_000)
    assert settled(two_debts) == [(101, 7001, 40_000, "OLDEST")]
    put_together(payment, 101)
    held = two_debts.execute("SELECT debt_id, amount_cents, ground FROM banking_settlement ORDER BY id").fetchall()
    # Nothing is erased: what the law had settled is undone by its opposite.
    assert held == [(7001, 40_000, "OLDEST"), (7001, -40_000, "OLDEST"), (101, 40_000, "HAND")]
    assert balance(two_debts, 101) == 40_000
    assert issue().quittances == 1


def test_what_is_freed_settles_the_rest_in_the_order_of_the_law(two_debts: psycopg.Connection) -> None:
    first = pay(40_000)
    second = pay(40_000)
    put_together(second, 7001)
    assert {(debt, cents) for _, debt, cents, _ in settled(two_debts)} == {(7001, 40_000), (101, 40_000)}
    paid = dict(
        two_debts.execute(
            """SELECT payment_id, min(debt_id) FROM banking_settlement
               GROUP BY payment_id, debt_id HAVING sum(amount_cents) > 0"""
        ).fetchall()
    )
    assert paid == {second: 7001, first: 101}


def test_a_lettering_is_undone_by_the_opposite_once(two_debts: psycopg.Connection) -> None:
    lettering = put_together(pay(40_000), 101)
    with acting(HEADQUARTERS):
        part(lettering_id=lettering, account_id=101, reason="REVOKED", actor=HEADQUARTERS, at=AT)
    assert settled(two_debts) == [(101, 7001, 40_000, "OLDEST")]
    row = two_debts.execute("SELECT reason, lettered_by, undone_by, undone_reason FROM quittancement_lettering")
    assert row.fetchall() == [("SAID", 5, 4, "REVOKED")]
    with acting(ACCOUNTANT), pytest.raises(LetteringAlreadyUndone):
        part(lettering_id=lettering, account_id=101, reason="MISTAKE", actor=ACCOUNTANT, at=AT)
    assert count(two_debts, "banking_settlement") == 5


def test_amounts_that_disagree_or_lie_elsewhere_are_refused(two_debts: psycopg.Connection) -> None:
    small, whole, theirs = pay(10_000), pay(40_000), pay(40_000, account=102)
    before = count(two_debts, "banking_settlement")
    refused: tuple[tuple[int, int, type[Refusal]], ...] = (
        (small, 101, AmountsDisagree),
        (theirs, 101, PaymentToLetterNotFound),
        (whole, 102, DebtToLetterNotFound),
        (whole, 999_999, DebtToLetterNotFound),
    )
    for payment, debt, fault in refused:
        with pytest.raises(fault):
            put_together(payment, debt)
    with acting(ACCOUNTANT), pytest.raises(LetteringNotFound):
        part(lettering_id=1, account_id=101, reason="MISTAKE", actor=ACCOUNTANT, at=AT)
    assert count(two_debts, "banking_settlement") == before
    assert count(two_debts, "quittancement_lettering") == 0


def test_a_payment_that_went_back_frees_its_debt_for_another_lettering(two_debts: psycopg.Connection) -> None:
    first = pay(40_000)
    put_together(first, 101)
    with pytest.raises(AlreadyLettered):
        put_together(pay(40_000), 101)
    bounce(first)
    with pytest.raises(PaymentWentBack):
        put_together(first, 101)
    third = pay(40_000)
    put_together(third, 101)
    reasons = two_debts.execute("SELECT undone_reason FROM quittancement_lettering ORDER BY id").fetchall()
    assert reasons == [("LAPSED",), ("",)]


def test_two_who_letter_one_debt_at_once_leave_one_lettering(two_debts: psycopg.Connection) -> None:
    payments = [pay(40_000), pay(40_000)]
    ready, outcomes = threading.Barrier(2), []

    def run(payment: int, actor: Actor) -> None:
        ready.wait(10)
        try:
            put_together(payment, 101, actor=actor)
            outcomes.append("done")
        except AlreadyLettered:
            outcomes.append("refused")
        finally:
            connections.close_all()

    both = [threading.Thread(target=run, args=each) for each in zip(payments, (ACCOUNTANT, HEADQUARTERS), strict=True)]
    for each in both:
        each.start()
    for each in both:
        each.join(60)
    assert sorted(outcomes) == ["done", "refused"]
    assert count(two_debts, "quittancement_lettering", "undone_at IS NULL") == 1
