"""The debits of a month: each owed bill asked once, whoever launches and how often; a payment on its day."""

import json
import os
import stat
import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import psycopg
import pytest
from django.db import IntegrityError, connection, connections
from lxml import etree
from tests.conftest import Cluster
from tests.operations.debits import (
    AT,
    COLLECTED_ON,
    LATER,
    MONTH,
    PREPARES,
    SIGNS,
    agent,
    as_batch,
    balance,
    drafted,
    in_file,
    one,
    rows,
    written,
)

from palier.banking.formats.markup import schema_of
from palier.banking.formats.pain008 import Sequence
from palier.banking.models import Debit, DebitRun
from palier.banking.operations.debit_file import (
    DebitFileMoved,
    DebitRunNotSigned,
    NoDebitCanLeave,
    write_debit_file,
)
from palier.banking.operations.debit_posting import post_due_debits
from palier.banking.operations.debits import (
    DebitRunAlreadySigned,
    DebitsMovedSince,
    FormerRunOpen,
    MonthNotBilled,
    NothingToDebit,
    SamePersonPreparesAndSignsDebits,
    draft_debits,
    sign_debits,
)
from palier.banking.operations.mandates import Terms, amend_mandate, end_mandate
from palier.cli import main
from palier.foundation.clock import PARIS
from palier.foundation.periods import Month
from palier.ledger.operations.post import Piece, post_entry
from palier.privacy.actor import Actor, acting
from palier.privacy.declare import Role

pytestmark = pytest.mark.usefixtures("fresh_world")

# What the bill of the month asks of an account that pays by direct debit, and what the account owes on 30 November.
OWED = """
SELECT p.account_id, p.amount_cents,
       (SELECT sum(q.amount_cents) FROM ledger_posting AS q
        WHERE q.account_id = p.account_id AND (q.amount_cents < 0 OR q.booked_on <= '2026-11-30'))::bigint
FROM ledger_entry AS e JOIN ledger_posting AS p ON p.entry_id = e.id
JOIN leases_lease AS l ON l.account_id = p.account_id
WHERE e.source_kind = 'BILL' AND e.booked_on BETWEEN '2026-11-01' AND '2026-11-30' AND l.payment_mode = 'PRELEVEMENT'
"""


@pytest.fixture(autouse=True)
def _close() -> Iterator[None]:
    yield
    connections.close_all()


def account_debited() -> tuple[int, int]:
    """An account that the run debits, and for how much."""
    found = rows("SELECT account_id, amount_cents FROM banking_debit ORDER BY account_id LIMIT 1")[0]
    return int(str(found[0])), int(str(found[1]))


def pay(account_id: int, cents: int) -> None:
    """A payment by hand of that sum, the day after the draft."""
    with as_batch():
        bank = one_in_transaction("SELECT id FROM ledger_account WHERE code = 'BNQ-COURANT'")
        number = one_in_transaction("SELECT coalesce(max(source_id), 0) + 1 FROM ledger_entry WHERE source_kind='BANK'")
        post_entry(
            Piece(
                journal="BANK",
                label="Chèque",
                booked_on=AT.date(),
                source_kind="BANK",
                source_id=number,
                sides={account_id: -cents, bank: cents},
            ),
            by=PREPARES,
            at=LATER,
        )


def one_in_transaction(statement: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return int(cursor.fetchone()[0])


def test_each_account_is_asked_its_bill_never_more_than_it_owes(tmp_path: Path) -> None:
    path = tmp_path / "prelevements.xml"
    run = written(path)
    told = in_file(path)
    expected = {
        f"PRL-{run.pk}-{account}": min(int(str(bill)), int(str(owed)))
        for account, bill, owed in rows(OWED)
        if min(int(str(bill)), int(str(owed))) > 0
    }
    assert {reference: round(float(facts[0]) * 100) for reference, facts in told.items()} == expected
    assert {facts[1] for facts in told.values()} == {"2026-12-07"}
    assert run.total_cents == sum(expected.values())
    assert run.count == len(expected) > 10
    assert run.set_aside_count == len(rows(OWED)) - len(expected)


def test_a_draft_moves_nothing_in_the_books(tmp_path: Path) -> None:
    before = one("SELECT count(*) FROM ledger_entry")
    written(tmp_path / "p.xml")
    assert one("SELECT count(*) FROM ledger_entry") == before
    assert rows("SELECT DISTINCT state FROM banking_debit") == [("ASKED",)]


def test_launched_again_it_is_the_same_run_and_the_same_bytes(tmp_path: Path) -> None:
    first, second = tmp_path / "un.xml", tmp_path / "deux.xml"
    run = written(first)
    again = written(second, at=LATER)
    assert (again.pk, again.written_at) == (run.pk, run.written_at)
    assert first.read_bytes() == second.read_bytes()
    assert one("SELECT count(*) FROM banking_debitrun") == 1
    assert one("SELECT count(*) FROM banking_debit") == run.count


def test_a_mandate_withdrawn_after_the_signature_is_in_no_file(tmp_path: Path) -> None:
    run = drafted()
    with acting(agent(SIGNS)):
        sign_debits(run_id=run.pk, actor=agent(SIGNS), at=AT)
    mandate, account, cents = rows(
        "SELECT mandate_id, account_id, amount_cents FROM banking_debit ORDER BY id LIMIT 1"
    )[0]
    head = Actor(role=Role.HEADQUARTERS, purpose="COMPTABILITE", name="Agent siège", agent_id=PREPARES)
    with acting(head):
        end_mandate(mandate_id=int(str(mandate)), why="REVOKED", pays_by="VIREMENT", actor=head, at=AT)
    with as_batch():
        made = write_debit_file(run_id=run.pk, path=tmp_path / "p.xml", at=AT)
    assert f"PRL-{run.pk}-{account}" not in in_file(tmp_path / "p.xml")
    assert (made.count, made.total_cents) == (run.count - 1, run.total_cents - int(str(cents)))
    assert rows("SELECT reason FROM banking_debitaside WHERE account_id = %s", account) == [("NO_MANDATE",)]
    # Taken again, it is the same file.
    with as_batch():
        write_debit_file(run_id=run.pk, path=tmp_path / "q.xml", at=LATER)
    assert (tmp_path / "p.xml").read_bytes() == (tmp_path / "q.xml").read_bytes()


def test_a_debit_whose_day_is_too_near_when_the_file_is_made_is_left_out(tmp_path: Path) -> None:
    run = drafted()
    account, cents = account_debited()
    # Announced for Friday 27 November, when the others are for 7 December.
    with as_batch(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE banking_debit SET collected_on = '2026-11-27' WHERE run_id = %s AND account_id = %s",
            [run.pk, account],
        )
    with acting(agent(SIGNS)):
        sign_debits(run_id=run.pk, actor=agent(SIGNS), at=AT)
    # Made on that Friday: its banks work on it from Monday 30.
    with as_batch():
        made = write_debit_file(run_id=run.pk, path=tmp_path / "p.xml", at=datetime(2026, 11, 27, 9, tzinfo=PARIS))
    assert {facts[1] for facts in in_file(tmp_path / "p.xml").values()} == {"2026-12-07"}
    assert f"PRL-{run.pk}-{account}" not in in_file(tmp_path / "p.xml")
    assert (made.count, made.total_cents) == (run.count - 1, run.total_cents - cents)
    assert made.set_aside_count == run.set_aside_count + 1
    assert rows("SELECT reason FROM banking_debitaside WHERE account_id = %s", account) == [("TOO_LATE",)]
    # Taken again when every day has gone by, it is the same file.
    with as_batch():
        write_debit_file(run_id=run.pk, path=tmp_path / "q.xml", at=LATER)
    assert (tmp_path / "p.xml").read_bytes() == (tmp_path / "q.xml").read_bytes()


def test_a_signed_run_whose_day_went_by_is_refused_and_drafted_again(tmp_path: Path) -> None:
    run = drafted()
    with acting(agent(SIGNS)):
        sign_debits(run_id=run.pk, actor=agent(SIGNS), at=AT)
    on_its_day = datetime(2026, 12, 7, 9, tzinfo=PARIS)
    with pytest.raises(NoDebitCanLeave), as_batch():
        write_debit_file(run_id=run.pk, path=tmp_path / "p.xml", at=on_its_day)
    assert not (tmp_path / "p.xml").exists()
    assert rows("SELECT count, written_at FROM banking_debitrun") == [(run.count, None)]
    # The Friday before, it can still leave: it stays signed.
    assert drafted(at=datetime(2026, 12, 4, 9, tzinfo=PARIS)).signed_at is not None
    again = drafted(at=on_its_day)
    assert (again.pk, again.count, again.signed_at) == (run.pk, 0, None)
    assert one("SELECT count(*) FROM banking_debitaside WHERE reason = 'TOO_LATE'") == run.count


def test_the_file_of_a_run_is_closed_to_other_accounts(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        written(tmp_path / "p.xml")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "p.xml").stat().st_mode) == 0o600


def test_drafted_twice_at_once_each_bill_is_asked_once() -> None:
    ready = threading.Barrier(2)
    runs: list[int] = []

    def draft() -> None:
        ready.wait()
        try:
            runs.append(drafted().pk)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=draft) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(runs) == 2
    assert len(set(runs)) == 1
    assert rows("SELECT bill_entry_id FROM banking_debit GROUP BY 1 HAVING count(*) > 1") == []


def test_the_database_itself_refuses_a_second_debit_of_a_bill() -> None:
    drafted()
    with as_batch():
        debit = Debit.objects.order_by("id")[0]
        other = DebitRun.objects.create(
            month=MONTH.first_day, rank=2, message_id="PRL-2026-11-2", created_by=SIGNS, created_at=AT
        )
    debit.pk, debit.run, debit.end_to_end_id = None, other, "PRL-X"
    with pytest.raises(IntegrityError), as_batch():
        debit.save(force_insert=True)


def test_what_was_paid_by_hand_is_not_asked_again() -> None:
    drafted()
    account, cents = account_debited()
    pay(account, 100)
    drafted(at=LATER.replace(month=11, day=25))
    owed = one("SELECT amount_cents FROM banking_debit WHERE account_id = %s", account)
    assert int(str(owed)) <= cents
    pay(account, 500_000)
    drafted(at=LATER.replace(month=11, day=26))
    assert rows("SELECT 1 FROM banking_debit WHERE account_id = %s", account) == []
    assert rows("SELECT reason FROM banking_debitaside WHERE account_id = %s", account) == [("NOTHING_OWED",)]


@pytest.mark.parametrize(
    ("arranged", "reason"),
    [
        ("UPDATE banking_sepamandate SET ended_on = '2026-11-20', ended_why = 'REVOKED'", "NO_MANDATE"),
        ("UPDATE banking_sepamandate SET last_used_on = '2023-12-01'", "LAPSED"),
        ("UPDATE banking_sepamandate SET notice_days = 20", "SHORT_NOTICE"),
    ],
)
def test_an_account_that_cannot_be_debited_is_set_aside_with_its_reason(arranged: str, reason: str) -> None:
    drafted()
    account, _ = account_debited()
    with as_batch(), connection.cursor() as cursor:
        cursor.execute(f"{arranged} WHERE account_id = %s", [account])
    drafted()
    assert rows("SELECT 1 FROM banking_debit WHERE account_id = %s", account) == []
    assert rows("SELECT reason FROM banking_debitaside WHERE account_id = %s", account) == [(reason,)]


def test_after_the_day_nothing_is_asked_any_more() -> None:
    run = drafted(at=LATER)
    assert run.count == 0
    assert rows("SELECT DISTINCT reason FROM banking_debitaside WHERE reason <> 'NOTHING_OWED'") == [("TOO_LATE",)]


def test_a_month_without_notices_is_set_aside_whole_and_one_without_bills_is_refused(tmp_path: Path) -> None:
    run = drafted(month=MONTH.previous())
    assert run.count == 0
    assert rows(
        "SELECT DISTINCT reason FROM banking_debitaside WHERE reason NOT IN ('NOTHING_OWED', 'NO_MANDATE')"
    ) in (
        [("NOT_ANNOUNCED",)],
        [],
    )
    with pytest.raises(NothingToDebit), as_batch():
        write_debit_file(run_id=run.pk, path=tmp_path / "p.xml", at=AT, by_command=True)
    with pytest.raises(MonthNotBilled):
        drafted(month=Month(2030, 2))


def test_two_people_are_needed_and_the_file_waits_for_the_second(tmp_path: Path) -> None:
    run = drafted(PREPARES)
    with pytest.raises(DebitRunNotSigned), as_batch():
        write_debit_file(run_id=run.pk, path=tmp_path / "p.xml", at=AT)
    with pytest.raises(SamePersonPreparesAndSignsDebits), acting(agent(PREPARES)):
        sign_debits(run_id=run.pk, actor=agent(PREPARES), at=AT)
    with acting(agent(SIGNS)):
        sign_debits(run_id=run.pk, actor=agent(SIGNS), at=AT)
    with pytest.raises(DebitRunAlreadySigned), acting(agent(SIGNS)):
        sign_debits(run_id=run.pk, actor=agent(SIGNS), at=AT)
    with as_batch():
        done = write_debit_file(run_id=run.pk, path=tmp_path / "p.xml", at=AT)
    assert done.sha256
    # Drafting now gives the signed run back, untouched.
    assert drafted(at=LATER).signed_by == SIGNS


def test_a_payment_received_since_the_draft_stops_the_signature() -> None:
    run = drafted(PREPARES)
    account, _ = account_debited()
    pay(account, 100)
    with pytest.raises(DebitsMovedSince), acting(agent(SIGNS)):
        sign_debits(run_id=run.pk, actor=agent(SIGNS), at=LATER)
    assert one("SELECT signed_at FROM banking_debitrun") is None


def test_a_file_made_again_after_the_landlord_changed_its_account_is_refused(tmp_path: Path) -> None:
    written(tmp_path / "un.xml")
    with connections["owner"].cursor() as cursor:
        cursor.execute("UPDATE estate_landlord SET name = 'Autre organisme'")
    with pytest.raises(DebitFileMoved):
        written(tmp_path / "deux.xml")
    assert not (tmp_path / "deux.xml").exists()


def test_a_complement_waits_for_the_first_file_and_asks_only_what_was_left(tmp_path: Path) -> None:
    drafted()
    account, _ = account_debited()
    with as_batch(), connection.cursor() as cursor:
        cursor.execute("UPDATE banking_sepamandate SET notice_days = 20 WHERE account_id = %s", [account])
    run = drafted(PREPARES)
    with acting(agent(SIGNS)):
        sign_debits(run_id=run.pk, actor=agent(SIGNS), at=AT)
    with pytest.raises(FormerRunOpen), as_batch() as reading:
        draft_debits(month=MONTH, actor=reading.actor, at=AT, is_complement=True)
    with as_batch():
        write_debit_file(run_id=run.pk, path=tmp_path / "un.xml", at=AT)
    with as_batch(), connection.cursor() as cursor:
        cursor.execute("UPDATE banking_sepamandate SET notice_days = 14 WHERE account_id = %s", [account])
    with as_batch() as reading:
        complement = draft_debits(month=MONTH, actor=reading.actor, at=AT, is_complement=True)
    assert (complement.run.rank, complement.created) == (2, 1)
    assert rows("SELECT account_id FROM banking_debit WHERE run_id = %s", complement.run.pk) == [(account,)]


def test_on_its_day_each_debit_becomes_a_payment_once(tmp_path: Path) -> None:
    run = written(tmp_path / "p.xml")
    account, cents = account_debited()
    before = balance(account)
    with as_batch():
        assert post_due_debits(on=COLLECTED_ON.replace(day=6), by=SIGNS, at=LATER) == 0
    with as_batch():
        assert post_due_debits(on=COLLECTED_ON, by=SIGNS, at=LATER) == run.count
    with as_batch():
        assert post_due_debits(on=COLLECTED_ON, by=SIGNS, at=LATER) == 0
    assert int(str(balance(account))) == int(str(before)) - cents
    assert balance("PRL-ENCOURS") == run.total_cents
    assert rows("SELECT DISTINCT state FROM banking_debit") == [("COLLECTED",)]
    paid = one(
        """SELECT sum(p.amount_cents)::bigint FROM banking_payment AS p
           WHERE p.id IN (SELECT payment_id FROM banking_debit) AND p.received_on = %s""",
        COLLECTED_ON,
    )
    assert paid == run.total_cents
    settled = rows(
        """SELECT s.debt_id = d.bill_entry_id, sum(s.amount_cents)::bigint FROM banking_debit AS d
           JOIN banking_settlement AS s ON s.payment_id = d.payment_id WHERE d.account_id = %s GROUP BY 1""",
        account,
    )
    assert settled == [(True, cents)]
    numbers = [int(str(number)) for (number,) in rows("SELECT number FROM ledger_entry WHERE journal = 'BANK'")]
    assert sorted(numbers) == list(range(1, len(numbers) + 1))


def test_posted_twice_at_once_each_debit_is_credited_once(tmp_path: Path) -> None:
    run = written(tmp_path / "p.xml")
    ready = threading.Barrier(2)
    done: list[int] = []

    def post() -> None:
        ready.wait()
        try:
            with as_batch():
                done.append(post_due_debits(on=COLLECTED_ON, by=SIGNS, at=LATER))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=post) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(done) == [0, run.count]
    assert balance("PRL-ENCOURS") == run.total_cents


def test_the_first_debit_of_a_mandate_is_said_to_be_the_first(tmp_path: Path) -> None:
    drafted()
    account, _ = account_debited()
    with as_batch(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE banking_sepamandate SET last_used_on = NULL, signed_on = '2026-10-01' WHERE account_id = %s",
            [account],
        )
    path = tmp_path / "p.xml"
    run = written(path)
    sequences = {reference: facts[2] for reference, facts in in_file(path).items()}
    assert sequences[f"PRL-{run.pk}-{account}"] == Sequence.FRST
    assert one("SELECT last_used_on FROM banking_sepamandate WHERE account_id = %s", account) == COLLECTED_ON


def test_an_account_given_since_the_draft_is_told_by_the_next_file(tmp_path: Path) -> None:
    run = drafted()
    account, _ = account_debited()
    mandate = int(str(one("SELECT id FROM banking_sepamandate WHERE account_id = %s AND ended_on IS NULL", account)))
    terms = Terms(holder_name="Titulaire Fictif", debit_day=5)
    head = Actor(role=Role.HEADQUARTERS, purpose="COMPTABILITE", name="Agent siège", agent_id=SIGNS)
    with acting(head):
        amend_mandate(mandate_id=mandate, terms=terms, iban="FR7699999000010000000009912", bic="", actor=head, at=AT)
    path = tmp_path / "p.xml"
    with as_batch():
        write_debit_file(run_id=run.pk, path=path, at=AT, by_command=True)
    assert b"SMNDA" not in path.read_bytes()
    assert rows("SELECT told_at FROM banking_mandatechange WHERE mandate_id = %s", mandate) == [(None,)]


def valid(path: Path, version: str) -> bool:
    """Held against the schema by a reading that is not the product's streamed one."""
    tree = etree.parse(path)
    known = schema_of("pain.008", version)
    assert known is not None
    known.assertValid(tree)
    return etree.QName(tree.getroot()).namespace == f"urn:iso:std:iso:20022:tech:xsd:pain.008.001.{version}"


@pytest.mark.parametrize("first", ["02", "08"])
def test_the_command_writes_the_version_that_the_bank_reads_and_both_ask_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, first: str
) -> None:
    monkeypatch.setattr("palier.foundation.clock.now", lambda: AT)
    told, other = {}, "08" if first == "02" else "02"
    for version in (first, other, first):
        path = tmp_path / f"{version}-{len(told)}.xml"
        asked = ["bank", "debits", "--month", "2026-11", "--output", str(path), "--json"]
        assert main([*asked, *(["--format", "pain.008.001.02"] if version == "02" else [])]) == 0
        figures = json.loads(capsys.readouterr().out)
        told[path] = (figures["debits"], figures["total"], figures["message"])
        assert valid(path, version)
    assert len(set(told.values())) == 1
    one_way, other_way, again = told
    assert in_file(one_way) == in_file(other_way) != {}
    assert one_way.read_bytes() == again.read_bytes()
    assert rows("SELECT count(*) FROM banking_debitrun") == [(1,)]


def test_a_version_that_is_not_one_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["bank", "debits", "--month", "2026-11", "--output", str(tmp_path / "p"), "--format", "pain.008.001.09"])


def test_the_command_prints_the_figures_that_were_promised(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("palier.foundation.clock.now", lambda: AT)
    path = tmp_path / "p.xml"
    assert main(["bank", "debits", "--month", "2026-11", "--output", str(path), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["debits"] == len(in_file(path)) > 10
    assert told["total"] == f"{sum(round(float(facts[0]) * 100) for facts in in_file(path).values()) / 100:.2f}"
    assert main(["bank", "debits", "--month", "2026-11", "--output", str(path), "--json"]) == 0
    again = json.loads(capsys.readouterr().out)
    assert (again["debits"], again["total"], again["created"]) == (told["debits"], told["total"], 0)
    assert main(["bank", "debits", "--month", "2030-01", "--output", str(path), "--json"]) == 1
    assert "scellez-le" in capsys.readouterr().err


def sent(superuser: psycopg.Connection, channel: str, account: int | None = None) -> None:
    """November's notices say that they were sent that way."""
    superuser.execute(
        """UPDATE mail_document SET data = convert_to(regexp_replace(
               convert_from(data, 'UTF8'), '"canal":"[a-z]+"', '"canal":"' || %(channel)s::text || '"'), 'UTF8')
           WHERE month = '2026-11-01' AND (%(account)s::bigint IS NULL OR account_id = %(account)s)""",
        {"channel": channel, "account": account},
    )


@pytest.mark.parametrize(
    ("column", "online", "is_short"),
    [
        ("frozen_at", True, True),
        ("frozen_at", False, True),
        # Nobody has a paper before it is printed; who reads on line has it once frozen.
        ("rendered_at", False, True),
        ("rendered_at", True, False),
    ],
)
def test_a_notice_made_after_its_sealing_announces_from_the_day_it_could_be_had(
    cluster: Cluster, column: str, online: bool, is_short: bool
) -> None:
    drafted()
    account, _ = account_debited()
    with cluster.as_superuser(str(connections["default"].settings_dict["NAME"])) as superuser:
        # A document in place says no to any change.
        superuser.execute("SET session_replication_role = replica")
        sent(superuser, "espace" if online else "papier")
        superuser.execute(
            f"UPDATE mail_document SET {column} = '2026-11-24 10:00+01' WHERE account_id = %s AND month = '2026-11-01'",
            [account],
        )
    # Sealed on the 21st, the debit is announced for Monday 7 December: thirteen days after the 24th.
    drafted()
    found = [("SHORT_NOTICE",)] if is_short else []
    assert rows("SELECT reason FROM banking_debitaside WHERE account_id = %s", account) == found


def test_debits_announced_by_a_paper_that_is_not_made_are_counted_and_told(
    cluster: Cluster, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    drafted()
    account, _ = account_debited()
    with cluster.as_superuser(str(connections["default"].settings_dict["NAME"])) as superuser:
        superuser.execute("SET session_replication_role = replica")
        sent(superuser, "espace")
        superuser.execute("UPDATE mail_document SET rendered_at = NULL WHERE month = '2026-11-01'")
    # Who reads on line has the notice once it is frozen.
    assert drafted().unprinted_count == 0
    with cluster.as_superuser(str(connections["default"].settings_dict["NAME"])) as superuser:
        superuser.execute("SET session_replication_role = replica")
        sent(superuser, "papier", account)
    assert drafted().unprinted_count == 1
    monkeypatch.setattr("palier.foundation.clock.now", lambda: AT)
    assert main(["bank", "debits", "--month", "2026-11", "--output", str(tmp_path / "p.xml"), "--json"]) == 0
    assert "pas encore édité : 1 de ces prélèvements" in capsys.readouterr().err


@pytest.mark.parametrize("half", ["signed_at = now()", "signed_by = 7"])
def test_the_database_itself_wants_to_know_who_signed_a_run_and_when(half: str) -> None:
    drafted()
    with (
        pytest.raises(IntegrityError, match="debit_run_signed_by_someone"),
        as_batch(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE banking_debitrun SET {half}")
