"""Files of the bank given on screen: sealed, read by a job, applied once or left; refused in a sentence."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import psycopg
import pytest
from django.db import connection, connections
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.jobs import Job
from tests.operations.bank import (
    ACCOUNTANT,
    IBAN,
    REFERENCES,
    balance,
    count,
    imported,
    name_accounts,
    statement,
    transfer,
)

from palier.banking import tasks
from palier.banking.models import GivenFile
from palier.banking.operations.given_files import (
    FileGivenBefore,
    GivenFileInHand,
    GivenFileTooLarge,
    Upload,
    ask_apply_file,
    ask_read_again,
    give_file,
    leave_file,
)
from palier.bench.bank_files import write_statuses
from palier.cli import main
from palier.closing.operations.stating import state_by_hand
from palier.closing.queries import closing_list, month_facts
from palier.closing.rules import ItemState
from palier.demo.bank_papers import write_transfers
from palier.foundation.clock import now
from palier.foundation.errors import Refusal
from palier.foundation.periods import Month, day_fr
from palier.foundation.reviews import ReviewAlreadyClosed
from palier.privacy.actor import Actor, acting
from palier.privacy.declare import Role
from palier.privacy.deferring import AlreadyAsked

STATED = """SELECT "on", balance_cents, origin, stated_by FROM banking_statedbalance ORDER BY id"""
REMITTANCE = "remise;jour;sorte;reference;montant\n"


@pytest.fixture
def direct(superuser: psycopg.Connection) -> psycopg.Connection:
    name_accounts(superuser)
    return superuser


def give(path: Path, *, actor: Actor = ACCOUNTANT, largest: int = 1_000_000) -> int:
    upload = Upload(name=path.name, blocks=[path.read_bytes()], largest_bytes=largest)
    with acting(actor):
        return int(give_file(upload, actor=actor, at=now()).pk)


def context(job: int = 1) -> JobContext:
    asked = Job(id=job, queue="imports", lock=None, queueing_lock=None, task_name="")
    return JobContext(app=app, job=asked, start_timestamp=0.0, abort_reason=lambda: None)


def read(given: int) -> None:
    tasks.check_given_file(context(), file_id=given, asked_by=5)


def apply(given: int) -> None:
    tasks.apply_given_file(context(2), file_id=given, asked_by=5)


def told(direct: psycopg.Connection, given: int) -> tuple[object, ...]:
    row = direct.execute(
        "SELECT state, format, entry_count, total_cents, created_count, matched_count, content_sealed IS NULL"
        " FROM banking_givenfile WHERE id = %s",
        [given],
    ).fetchone()
    assert row is not None
    return tuple(row)


def refusal(direct: psycopg.Connection, given: int) -> str:
    row = direct.execute("SELECT refusal FROM banking_givenfile WHERE id = %s", [given]).fetchone()
    return str(row[0]) if row else ""


def test_a_file_is_read_then_applied_and_its_bytes_go(direct: psycopg.Connection, tmp_path: Path) -> None:
    path = statement(tmp_path, transfer(40_000, REFERENCES[101]), transfer(950, "?", rank=2))
    given = give(path)
    (kept,) = direct.execute("SELECT content_sealed FROM banking_givenfile").fetchone() or (b"",)
    assert IBAN.encode() not in bytes(kept)
    assert b"Ntry" not in bytes(kept)
    read(given)
    assert told(direct, given) == ("READ", "CAMT053", 2, 40_950, 0, 0, False)
    assert balance(direct, 101) == 40_000
    apply(given)
    assert told(direct, given) == ("APPLIED", "CAMT053", 2, 40_950, 2, 1, True)
    assert balance(direct, 101) == 0
    apply(given)
    assert count(direct, "banking_bankentry") == 2
    assert direct.execute("SELECT received_by FROM banking_bankfile").fetchall() == [(5,)]


def test_the_same_file_again_is_said_and_brings_nothing(direct: psycopg.Connection, tmp_path: Path) -> None:
    path = statement(tmp_path, transfer(40_000, REFERENCES[101]))
    first, second = give(path), give(path)
    for given in (first, second):
        read(given)
        apply(given)
    assert told(direct, second)[4:6] == (0, 0)
    with pytest.raises(FileGivenBefore, match="releve"):
        give(path)
    assert count(direct, "banking_bankentry") == 1


def test_a_file_that_a_command_has_imported_is_known_to_the_screen(direct: psycopg.Connection, tmp_path: Path) -> None:
    path = statement(tmp_path, transfer(40_000, REFERENCES[101]))
    imported(path)
    with pytest.raises(FileGivenBefore):
        give(path)


def test_a_name_too_long_for_a_folder_does_not_keep_its_file_from_being_read(
    direct: psycopg.Connection, tmp_path: Path
) -> None:
    path = statement(tmp_path, transfer(40_000, REFERENCES[101]))
    long = Upload(name=f"{'’' * 116}.xml", blocks=[path.read_bytes()], largest_bytes=1_000_000)
    with acting(ACCOUNTANT):
        given = int(give_file(long, actor=ACCOUNTANT, at=now()).pk)
    read(given)
    assert told(direct, given)[0] == "READ"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("releve240.txt", ("0" * 240 + "\r\n") * 3, "CFONB 240"),
        ("lettre.txt", "bonjour", "aucun format connu"),
        ("tableau.csv", "a;b;c\n1;2;3\n", "tableau CSV"),
        ("remise.csv", f"{REMITTANCE}R1;2026-11-20;PAIEMENT;CB-1;douze\n", "Ligne 2, colonne « montant »"),
        ("remise.csv", f"{REMITTANCE}R1;2026-11-20;PAIEMENT;A;1\nR2;2026-11-20;PAIEMENT;B;1\n", "plusieurs remises"),
        ("remise.csv", REMITTANCE, "aucune ligne"),
    ],
)  # fmt: skip
def test_what_is_not_read_is_refused_in_a_sentence_and_forgotten(
    direct: psycopg.Connection, tmp_path: Path, name: str, content: str, said: str
) -> None:
    path = tmp_path / name
    path.write_text(content)
    given = give(path)
    read(given)
    assert told(direct, given)[0] == "REFUSED"
    assert told(direct, given)[-1] is True
    assert said in refusal(direct, given).replace("\u00a0", " ")
    with acting(ACCOUNTANT), pytest.raises(ReviewAlreadyClosed):
        ask_apply_file(file_id=given, actor=ACCOUNTANT, at=now())
    apply(given)
    assert count(direct, "banking_bankfile") == 0


def test_a_file_that_is_right_for_its_reader_and_wrong_for_the_books_stays_to_look_at(
    direct: psycopg.Connection, tmp_path: Path
) -> None:
    path = statement(tmp_path, transfer(40_000, REFERENCES[101]))
    path.write_text(path.read_text().replace(IBAN, "FR7699998000020000000000189"))
    given = give(path)
    read(given)
    apply(given)
    assert told(direct, given)[0] == "READ"
    assert count(direct, "banking_bankentry") == 0
    (work,) = direct.execute("SELECT state, message FROM foundation_jobprogress WHERE key LIKE '%/2'").fetchall()
    assert work[0] == "FAILED"
    assert "n’est et n’a jamais été un compte de l’organisme" in work[1]
    with acting(ACCOUNTANT):
        leave_file(file_id=given, actor=ACCOUNTANT, at=now())
    assert told(direct, given)[0] == "ABANDONED"
    assert told(direct, given)[-1] is True


def test_a_report_of_refusals_comes_by_the_same_door(direct: psycopg.Connection, tmp_path: Path) -> None:
    path = tmp_path / "compte-rendu.xml"
    write_statuses(path, 4)
    given = give(path)
    read(given)
    assert told(direct, given)[:3] == ("READ", "PAIN002", 4)
    apply(given)
    # Two refusals, of debits that are not the landlord's: someone looks.
    assert told(direct, given)[4:6] == (2, 0)


def test_two_people_apply_the_same_file_at_once_and_it_enters_once(direct: psycopg.Connection, tmp_path: Path) -> None:
    given = give(statement(tmp_path, *(transfer(1_000 + n, REFERENCES[101], rank=n) for n in range(1, 30))))
    read(given)
    ready = threading.Barrier(2)

    def one(job: int) -> None:
        ready.wait()
        try:
            tasks.apply_given_file(context(job), file_id=given, asked_by=5)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=(job,)) for job in (7, 8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert told(direct, given)[4:6] == (29, 29)
    assert count(direct, "banking_bankentry") == 29


def test_applying_is_asked_once(direct: psycopg.Connection, tmp_path: Path) -> None:
    given = give(statement(tmp_path, transfer(40_000, REFERENCES[101])))
    read(given)
    with acting(ACCOUNTANT):
        ask_apply_file(file_id=given, actor=ACCOUNTANT, at=now())
    with acting(ACCOUNTANT), pytest.raises(AlreadyAsked):
        ask_apply_file(file_id=given, actor=ACCOUNTANT, at=now())


def test_a_file_past_the_limit_and_a_function_that_may_not(direct: psycopg.Connection, tmp_path: Path) -> None:
    path = statement(tmp_path, transfer(40_000, REFERENCES[101]))
    with pytest.raises(GivenFileTooLarge):
        give(path, largest=100)
    officer = Actor(role=Role.RENT_OFFICER, purpose="COMPTABILITE", name="Agent", agent_id=1, agency_id=1)
    with pytest.raises(Refusal, match="la comptabilité et le siège"):
        give(path, actor=officer)
    assert GivenFile.objects.none().count() == 0
    assert count(direct, "banking_givenfile") == 0


def test_the_site_never_reads_the_bytes(direct: psycopg.Connection, tmp_path: Path) -> None:
    give(statement(tmp_path, transfer(40_000, REFERENCES[101])))
    with pytest.raises(Exception, match="permission denied"), acting(ACCOUNTANT), connection.cursor() as cursor:
        cursor.execute("SELECT content_sealed FROM banking_givenfile")


# --- The balance that the bank states --------------------------------------------------------------------------------


def of_the_month_end(folder: Path) -> Path:
    """A statement of 30 November by hand: 400.00 paid to the account 101, and 400.00 at the end."""
    path = folder / "releve.xml"
    write_transfers(path, IBAN, [transfer(40_000, REFERENCES[101])], on=date(2026, 11, 30))
    return path


@pytest.mark.parametrize("by_command", [True, False])
def test_the_closing_balance_is_kept_by_either_door_and_the_closing_list_reads_it(
    direct: psycopg.Connection, tmp_path: Path, by_command: bool
) -> None:
    november, path = Month(2026, 11), of_the_month_end(tmp_path)
    with acting(ACCOUNTANT):
        # The landlord has no bank account in its books yet: its first statement opens it.
        assert (month_facts(november).bank_accounts, month_facts(november).bank_accounts_stated) == (0, 0)
    if by_command:
        connection.close()
        assert main(["bank", "import", str(path), "--json"]) == 0
    else:
        given = give(path)
        read(given)
        assert count(direct, "banking_statedbalance") == 0
        apply(given)
    assert direct.execute(STATED).fetchall() == [(date(2026, 11, 30), 40_000, "FILE", 0 if by_command else 5)]
    with acting(ACCOUNTANT):
        facts = month_facts(november)
        states = {item.code: item.state for item in closing_list(november).items}
    assert (facts.bank_accounts, facts.bank_accounts_stated, facts.bank_differences) == (1, 1, 0)
    assert (states["STATEMENTS"], states["BANK"]) == (ItemState.DONE, ItemState.DONE)


def test_a_statement_without_movement_states_its_balance_too(direct: psycopg.Connection, tmp_path: Path) -> None:
    path = tmp_path / "releve.xml"
    write_transfers(path, IBAN, [], on=date(2026, 11, 30))
    given = give(path)
    read(given)
    apply(given)
    assert direct.execute(STATED).fetchall() == [(date(2026, 11, 30), 0, "FILE", 5)]


def test_the_same_statement_again_does_not_take_back_a_balance_written_since(
    direct: psycopg.Connection, tmp_path: Path
) -> None:
    path = of_the_month_end(tmp_path)
    imported(path)
    (bank,) = direct.execute("SELECT id FROM banking_bankaccount").fetchone() or (0,)
    with acting(ACCOUNTANT):
        state_by_hand(bank_account_id=bank, on=date(2026, 11, 30), balance_cents=1, actor=ACCOUNTANT, at=now())
    imported(path)
    assert [row[1] for row in direct.execute(STATED).fetchall()] == [40_000, 1]


def test_movements_of_a_day_to_come_are_told_where_the_file_was_applied(
    direct: psycopg.Connection, tmp_path: Path
) -> None:
    path = tmp_path / "releve.xml"
    ahead = now().date() + timedelta(days=400)
    write_transfers(path, IBAN, [replace(transfer(40_000, REFERENCES[101]), on=ahead)], on=ahead)
    given = give(path)
    read(given)
    apply(given)
    (warnings,) = direct.execute("SELECT warnings FROM banking_givenfile").fetchone() or ([],)
    said = f"Mouvements datés d’après aujourd’hui\u00a0: 1, jusqu’au {day_fr(ahead)}."
    assert [warning for warning in warnings if warning.startswith(said)] == warnings != []


def stop_its_job(direct: psycopg.Connection) -> None:
    """What is left of a job whose worker was killed and that nobody put back in the queue."""
    direct.execute("DELETE FROM procrastinate_jobs")


def test_a_file_whose_reading_was_stopped_is_read_again(direct: psycopg.Connection, tmp_path: Path) -> None:
    given = give(statement(tmp_path, transfer(40_000, REFERENCES[101])))
    with acting(ACCOUNTANT), pytest.raises(AlreadyAsked):
        ask_read_again(file_id=given, actor=ACCOUNTANT, at=now())
    stop_its_job(direct)
    with acting(ACCOUNTANT):
        ask_read_again(file_id=given, actor=ACCOUNTANT, at=now())
    assert direct.execute("SELECT task_name FROM procrastinate_jobs").fetchall() == [
        ("palier.banking.tasks.check_given_file",)
    ]
    read(given)
    assert told(direct, given)[0] == "READ"
    # Once read, there is nothing to read again.
    with acting(ACCOUNTANT), pytest.raises(ReviewAlreadyClosed):
        ask_read_again(file_id=given, actor=ACCOUNTANT, at=now())


def test_a_file_whose_reading_was_stopped_is_left_and_its_bytes_go(direct: psycopg.Connection, tmp_path: Path) -> None:
    path = statement(tmp_path, transfer(40_000, REFERENCES[101]))
    given = give(path)
    stop_its_job(direct)
    with acting(ACCOUNTANT):
        leave_file(file_id=given, actor=ACCOUNTANT, at=now())
    assert told(direct, given)[0] == "ABANDONED"
    assert told(direct, given)[-1] is True
    # The job that was thought dead comes late: nothing is read, nothing is written.
    read(given)
    apply(given)
    assert told(direct, given)[0] == "ABANDONED"
    assert count(direct, "banking_bankentry") == 0


@pytest.mark.parametrize("act", [ask_read_again, leave_file, ask_apply_file])
def test_a_file_that_a_job_holds_is_said_to_be_in_hand_at_once(
    direct: psycopg.Connection, tmp_path: Path, act: Callable[..., object]
) -> None:
    given = give(statement(tmp_path, transfer(40_000, REFERENCES[101])))
    with direct.transaction():
        direct.execute("SELECT FROM banking_givenfile WHERE id = %s FOR UPDATE", [given])
        with acting(ACCOUNTANT), pytest.raises(GivenFileInHand):
            act(file_id=given, actor=ACCOUNTANT, at=now())
    assert told(direct, given)[0] == "WAITING"
