"""Ten years later: what is due goes, once, with its certificate; what is not due, held or kept by law stays."""

import io
import json
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import pikepdf
import psycopg
import pytest
from django.db import ProgrammingError, connection, connections, transaction
from tests.landlord import Landlord
from tests.operations.purging import MADE, as_dpo, asked, by_table, count, end_and_settle, purged_on

from palier.foundation.clock import today
from palier.mail.store import DocumentStore
from palier.privacy.actor import acting, batch
from palier.privacy.declare import Batch, Role
from palier.retention.models import Decision
from palier.retention.operations.deciding import (
    DecidedMeanwhile,
    HoldEndsBeforeItBegins,
    HoldWithoutSubject,
    NoSuchHold,
    NothingChanges,
    decide,
    hold,
    lift,
)
from palier.retention.operations.purge import NotBeforeItsDay, dry_run, purge
from palier.retention.queries import due_by_forecast, rules_in_force
from palier.retention.rules.schedule import Durations, DurationTooShort, EndAction, EndNotOffered, Status
from palier.retention.steps import NOBODY

if TYPE_CHECKING:
    from tests.conftest import Cluster


NAMES = ("Amandier", "Lucie", "Bouleau", "Karim")


@pytest.fixture
def direct(cluster: "Cluster", own_landlord: Landlord) -> Iterator[psycopg.Connection]:
    """Beside every policy: to arrange the past, and to look at what is left."""
    with cluster.as_superuser(str(connection.settings_dict["NAME"])) as superuser:
        yield superuser


@pytest.fixture
def ended(direct: psycopg.Connection) -> psycopg.Connection:
    """Lucie Amandier's lease ended on 31 October 2026 and her account was settled on 15 November."""
    end_and_settle(direct)
    return direct


# --- What is due, and when -------------------------------------------------------------------------------------------


def test_of_a_running_lease_only_the_door_name_of_who_left_goes(own_landlord: Landlord, tmp_path: Path) -> None:
    assert by_table(purged_on(date(2026, 11, 21), tmp_path)) == {"leases_occupant (porte)": 1}


def test_contacts_go_the_day_after_the_account_is_settled(ended: psycopg.Connection, tmp_path: Path) -> None:
    assert "people_contact" not in by_table(purged_on(date(2026, 11, 15), tmp_path))
    # Lucie's and Karim's, two each: he held the lease with her, and was bound by its account until then.
    assert by_table(purged_on(date(2026, 11, 16), tmp_path))["people_contact"] == 4
    assert count(ended, "people_contact", "person_id IN (1, 2)") == 0
    assert count(ended, "people_contact") == 6


def test_a_debt_keeps_the_identity_and_the_contacts(ended: psycopg.Connection, tmp_path: Path) -> None:
    ended.execute("SET session_replication_role = replica")
    ended.execute("UPDATE ledger_posting SET amount_cents = -39999 WHERE entry_id = 9001 AND account_id = 101")
    assert {"people_contact", "people_person"} & by_table(purged_on(date(2036, 11, 21), tmp_path)).keys() == set()
    assert count(ended, "people_person", "last_name = 'Amandier'") == 1


def test_three_years_after_the_lease_its_household_and_terms_go(ended: psycopg.Connection, tmp_path: Path) -> None:
    before = by_table(purged_on(date(2029, 10, 31), tmp_path))
    assert {"people_household", "leases_term", "leases_lease (mandat)"} & before.keys() == set()
    after = by_table(purged_on(date(2029, 11, 1), tmp_path))
    assert after["people_household"] == 1
    assert after["people_income"] == 1
    assert after["leases_term"] == 1
    assert after["leases_lease (mandat)"] == 1
    assert count(ended, "people_householdmember", "household_id = 1") == 0
    assert count(ended, "leases_lease", "id = 101 AND household_id IS NULL AND mandate_reference = ''") == 1


def test_an_income_of_2024_goes_after_2029_even_when_the_lease_runs(direct: psycopg.Connection, tmp_path: Path) -> None:
    assert "people_income" not in by_table(purged_on(date(2029, 12, 31), tmp_path))
    assert by_table(purged_on(date(2030, 1, 1), tmp_path))["people_income"] == 5
    assert count(direct, "people_household") == 5


def test_identity_becomes_nobody_three_years_after_the_account_is_settled(
    ended: psycopg.Connection, tmp_path: Path
) -> None:
    assert "people_person" not in by_table(purged_on(date(2029, 11, 15), tmp_path))
    purged_on(date(2029, 11, 16), tmp_path)
    assert count(ended, "people_person", f"id = 1 AND last_name = '{NOBODY}' AND birth_date IS NULL") == 1
    assert count(ended, "people_person", "last_name = 'Cerisier'") == 1
    assert count(ended, "leases_occupant", "display_name ~ 'Amandier' OR door_name ~ 'Amandier'") == 0


def test_the_tenants_account_that_signs_in_is_closed(ended: psycopg.Connection, tmp_path: Path) -> None:
    purged_on(date(2027, 11, 16), tmp_path)
    row = ended.execute("SELECT identifier, is_active, password FROM agents_user WHERE person_id = 1").fetchone()
    assert row is not None
    assert row[0].startswith("anonyme-")
    assert row[1:] == (False, "!")


def test_accounting_pieces_stay_ten_years_after_their_year_then_go(ended: psycopg.Connection, tmp_path: Path) -> None:
    kept = purged_on(date(2036, 12, 31), tmp_path)
    assert {"quittancement_bill", "mail_document", "ledger_account"} & by_table(kept).keys() == set()
    gone = by_table(purged_on(date(2037, 1, 1), tmp_path))
    # The three sealed bills of October 2026, whoever's lease; the drafts of November are not pieces.
    assert gone["quittancement_bill"] == 3
    assert gone["mail_document"] == 3
    assert gone["ledger_account"] == 1
    assert count(ended, "quittancement_bill") == 3
    assert count(ended, "quittancement_line", "run_id = 1") == 0


def test_the_ledger_keeps_its_amounts_and_points_to_no_one(ended: psycopg.Connection, tmp_path: Path) -> None:
    sums = "SELECT count(*), sum(amount_cents), sum(abs(amount_cents)) FROM ledger_posting"
    before = ended.execute(sums).fetchone()
    purged_on(date(2037, 1, 1), tmp_path)
    assert ended.execute(sums).fetchone() == before
    assert ended.execute("SELECT label, code, reference FROM ledger_account WHERE id = 101").fetchone() == (
        NOBODY, "ANONYME-101", "ANONYME-101",
    )  # fmt: skip
    assert count(ended, "leases_occupant", "lease_id = 101") == 0
    assert count(ended, "leases_lease", "reference = 'ANONYME-101'") == 1


def test_an_agent_who_left_a_year_ago_has_no_name_any_more(direct: psycopg.Connection, tmp_path: Path) -> None:
    direct.execute("UPDATE agents_agent SET left_on = '2026-01-31' WHERE last_name = 'gestionnaire_parti'")
    purged_on(date(2027, 2, 1), tmp_path)
    assert count(direct, "agents_agent", "last_name = 'gestionnaire_parti'") == 0
    assert count(direct, "agents_agent", "last_name = 'Agent parti' AND service = 'Service'") == 1
    assert count(direct, "agents_agent", "last_name = 'gestionnaire_nord'") == 1


def test_what_is_erased_leaves_no_copy_in_the_history(ended: psycopg.Connection, tmp_path: Path) -> None:
    purged_on(date(2037, 1, 1), tmp_path)
    assert count(ended, "leases_change", "before::text ~ 'Amandier' OR after::text ~ 'Amandier'") == 0


# --- Once, whatever happens ------------------------------------------------------------------------------------------


def test_a_second_purge_of_the_same_day_ends_nothing_and_certifies_nothing(
    ended: psycopg.Connection, tmp_path: Path
) -> None:
    first = purged_on(date(2037, 1, 1), tmp_path)
    assert first.count() > 0
    assert first.certificate == 1
    second = purged_on(date(2037, 1, 1), tmp_path)
    assert (second.count(), second.certificate) == (0, None)
    assert count(ended, "retention_purge") == 1


def test_a_purge_killed_between_two_blocks_is_gone_on_with(ended: psycopg.Connection, tmp_path: Path) -> None:
    def killed(_phase: str, _done: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        purge(asked(date(2037, 1, 1), tmp_path, block_rows=4), today=today(), listener=killed)
    assert count(ended, "retention_purge", "finished_at IS NULL") == 1
    assert count(ended, "retention_erasure") > 0
    # Another day is asked for: the one that was left is finished first, with its own certificate.
    last = purged_on(date(2038, 1, 1), tmp_path, block_rows=4)
    assert last.certificate in (None, 2)
    assert count(ended, "retention_purge", "finished_at IS NULL") == 0
    assert count(ended, "retention_purge", "number = 1 AND day = '2037-01-01'") == 1
    assert count(ended, "people_contact", "person_id = 1") == 0


def test_two_purges_at_once_end_each_row_once(ended: psycopg.Connection, tmp_path: Path) -> None:
    expected = dry_run(asked(date(2037, 1, 1), tmp_path)).count()
    ended_rows: list[int] = []

    def one() -> None:
        try:
            ended_rows.append(purge(asked(date(2037, 1, 1), tmp_path, block_rows=3), today=today()).count())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    # Both came to their end; the one that closes the purge tells it whole.
    assert sorted(ended_rows) in ([0, expected], [expected, expected])
    row = ended.execute("SELECT sum(row_count) FROM retention_erasure").fetchone()
    assert row is not None
    assert row[0] == expected


def test_a_dry_run_changes_nothing_and_says_what_the_purge_then_does(ended: psycopg.Connection, tmp_path: Path) -> None:
    foreseen = dry_run(asked(date(2037, 1, 1), tmp_path))
    assert count(ended, "people_person", "last_name = 'Amandier'") == 1
    assert count(ended, "retention_purge") == 0
    done = purged_on(date(2037, 1, 1), tmp_path)
    assert by_table(foreseen) == by_table(done)


# --- Holds -----------------------------------------------------------------------------------------------------------


def test_a_lease_in_court_is_not_touched_and_is_counted_apart(ended: psycopg.Connection, tmp_path: Path) -> None:
    with acting(as_dpo(), screen="conservation"):
        hold(
            person_id=None, lease_id=101, ground="LITIGATION", first_day=date(2026, 11, 1), last_day=None, by=7, at=MADE
        )
    purged = purged_on(date(2037, 1, 1), tmp_path)
    assert "people_person" not in by_table(purged)
    # The bills of the other leases went, hers waited.
    assert by_table(purged)["quittancement_bill"] == 2
    assert next(each.held for each in purged.ended if each.step.name == "quittancement_bill") == 1
    assert count(ended, "people_person", "last_name = 'Amandier'") == 1
    assert count(ended, "people_income", "household_id = 1") == 1


def test_a_hold_that_is_lifted_lets_time_run_again(ended: psycopg.Connection, tmp_path: Path) -> None:
    with acting(as_dpo(), screen="conservation"):
        held = hold(
            person_id=1, lease_id=None, ground="ARREARS", first_day=date(2026, 11, 1), last_day=None, by=7, at=MADE
        )
    # Karim's two go; hers wait for the end of the dispute.
    assert by_table(purged_on(date(2026, 11, 21), tmp_path))["people_contact"] == 2
    with acting(as_dpo(), screen="conservation"):
        lift(held.pk, by=7, on=date(2026, 11, 21), at=MADE)
    assert by_table(purged_on(date(2026, 11, 22), tmp_path))["people_contact"] == 2
    with acting(as_dpo(), screen="conservation"), pytest.raises(NoSuchHold):
        lift(held.pk, by=7, on=date(2026, 11, 21), at=MADE)


def test_a_hold_names_one_subject_and_ends_after_it_begins(own_landlord: Landlord) -> None:
    day = date(2026, 11, 1)
    with acting(as_dpo(), screen="conservation"):
        for person, lease in ((None, None), (1, 101)):
            with pytest.raises(HoldWithoutSubject):
                hold(person_id=person, lease_id=lease, ground="LITIGATION", first_day=day, last_day=None, by=7, at=MADE)
        with pytest.raises(HoldEndsBeforeItBegins):
            hold(
                person_id=1,
                lease_id=None,
                ground="LITIGATION",
                first_day=day,
                last_day=date(2026, 10, 1),
                by=7,
                at=MADE,
            )


def ask(direct: psycopg.Connection, kind: str, *, answered: str = "", decision: str = "GRANTED") -> None:
    """Lucie Amandier asked something on 1 November 2026."""
    direct.execute(
        """INSERT INTO rights_request (id, person_id, residence_id, kind, reason, about, channel, identity_proof,
               received_at, due_on, reading_role, reading_purpose, reading_screen)
           VALUES (77, 1, 11, %s, '', '{}', 'ONLINE', 'SESSION', '2026-11-01', '2026-12-01', '', '', '')""",
        [kind],
    )
    if answered:
        direct.execute(
            """INSERT INTO rights_step (request_id, person_id, residence_id, kind, at, reason, decision, motive,
                   sentences, identity) VALUES (77, 1, 11, 'ANSWERED', %s, '', %s, '', '{}', '')""",
            [answered, decision],
        )


def test_nothing_goes_while_the_person_waits_for_an_answer(ended: psycopg.Connection, tmp_path: Path) -> None:
    ask(ended, "ACCESS")
    purged_on(date(2037, 1, 1), tmp_path)
    assert count(ended, "people_person", "last_name = 'Amandier'") == 1
    assert count(ended, "mail_document", "lease_id = 101") == 1


@pytest.mark.parametrize(("kind", "answered", "left"), [("ERASURE", "", 0), ("RESTRICTION", "2026-11-10", 1)])
def test_a_freeze_that_was_granted_holds_and_an_erasure_asked_for_does_not(
    ended: psycopg.Connection, tmp_path: Path, kind: str, answered: str, left: int
) -> None:
    ask(ended, kind, answered=answered)
    purged_on(date(2037, 1, 1), tmp_path)
    assert count(ended, "people_person", "last_name = 'Amandier'") == left


def test_a_request_goes_five_years_after_its_answer(ended: psycopg.Connection, tmp_path: Path) -> None:
    ask(ended, "ACCESS", answered="2026-11-10")
    purged_on(date(2031, 11, 10), tmp_path)
    assert count(ended, "rights_request") == 1
    purged_on(date(2031, 11, 11), tmp_path)
    assert count(ended, "rights_request") == count(ended, "rights_step") == 0


# --- What the database itself refuses --------------------------------------------------------------------------------


def test_nothing_is_erased_ahead_of_its_day_at_a_real_landlord(ended: psycopg.Connection, tmp_path: Path) -> None:
    ended.execute("UPDATE estate_landlord SET is_demo = false")
    with pytest.raises(NotBeforeItsDay):
        purged_on(date(2037, 1, 1), tmp_path)
    # Foreseeing stays open.
    assert dry_run(asked(date(2037, 1, 1), tmp_path)).count() > 0
    with (
        pytest.raises(ProgrammingError, match="ahead of its day"),
        batch(Batch.RETENTION, operator="essai", motive="CONSERVATION", command="essai", categories=()),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT palier.purge_bills(ARRAY[1101]::bigint[], '2037-01-01')")


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("SELECT palier.purge_bills(ARRAY[1101]::bigint[], '2036-12-31')", "ten years"),
        ("SELECT palier.purge_documents((SELECT array_agg(id) FROM mail_document), '2036-12-31')", "ten years"),
        ("DELETE FROM quittancement_bill WHERE id = 1101", "permission denied"),
        ("DELETE FROM mail_document", "permission denied"),
        ("DELETE FROM leases_change", "permission denied"),
        ("DELETE FROM ledger_posting", "permission denied"),
        ("UPDATE ledger_posting SET amount_cents = 0", "permission denied"),
        ("DELETE FROM people_person", "permission denied"),
        ("SELECT first_name FROM people_person", "permission denied"),
        ("SELECT rfr_cents FROM people_income", "permission denied"),
    ],
)
def test_the_job_itself_has_no_right_beyond_its_task(own_landlord: Landlord, statement: str, said: str) -> None:
    with (
        pytest.raises(ProgrammingError, match=said),
        batch(Batch.RETENTION, operator="essai", motive="CONSERVATION", command="essai", categories=()),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.parametrize("role", [Batch.RENT, Batch.IMPORT, Batch.MAIL, Role.DPO, Role.HEADQUARTERS])
def test_no_other_role_calls_the_functions_of_the_purge(own_landlord: Landlord, role: Role | Batch) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('role', %s, true)", [f"palier_{role}"])
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            cursor.execute("SELECT palier.purge_bills(ARRAY[1101]::bigint[], '2037-01-01')")


def test_the_history_of_a_running_lease_is_not_purged(direct: psycopg.Connection) -> None:
    direct.execute("UPDATE leases_lease SET debit_day = 5 WHERE id = 102")
    with (
        pytest.raises(ProgrammingError, match="running lease"),
        batch(Batch.RETENTION, operator="essai", motive="CONSERVATION", command="essai", categories=()),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT palier.purge_changes((SELECT array_agg(id) FROM leases_change), '2026-11-21')")


# --- The certificate -------------------------------------------------------------------------------------------------


def pdf_text(pdf: bytes) -> str:
    return subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()


def test_the_certificate_says_what_went_and_names_no_one(ended: psycopg.Connection, tmp_path: Path) -> None:
    purged = purged_on(date(2037, 1, 1), tmp_path)
    row = ended.execute("SELECT data, data_sha256, pdf_sha256 FROM retention_purge WHERE number = 1").fetchone()
    assert row is not None
    data = bytes(row[0])
    assert sha256(data).hexdigest() == row[1]
    told = json.loads(data)
    assert told["certificate"] == "CE-000001"
    assert told["rows"] == purged.count()
    bills = next(line for line in told["lines"] if line["table"] == "quittancement_bill")
    assert (bills["rows"], bills["action"], bills["months"]) == (3, "ERASE", 120)
    # The digest can be made again by whoever knows the ids: one block, the bills 1101, 1102 and 1201.
    block = sha256(b"1101\n1102\n1201").hexdigest()
    assert bills["ids_sha256"] == sha256(block.encode()).hexdigest()
    pdf = DocumentStore(tmp_path / "documents").read(row[2])
    text = pdf_text(pdf)
    assert "CE-000001" in text
    assert "Ce certificat ne nomme personne" in text
    assert not [name for name in NAMES if name in text or name in data.decode()]
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert opened.Root.MarkInfo.Marked


def test_the_purge_is_in_the_read_journal_with_its_operator(ended: psycopg.Connection, tmp_path: Path) -> None:
    purged_on(date(2026, 11, 21), tmp_path)
    row = ended.execute(
        "SELECT operator, purpose, motive, is_mass, categories FROM privacy_readevent WHERE role = 'batch_retention'"
    ).fetchone()
    assert row is not None
    assert row[:4] == ("essai", "CONSERVATION", "CONSERVATION", True)
    assert set(row[4]) >= {"COORDONNEES", "PORTE"}


# --- What the DPO decides --------------------------------------------------------------------------------------------

SHORTER = Durations(active_months=0, archive_months=12, action=EndAction.ERASE, status=Status.TO_CONFIRM)


def test_a_decision_changes_what_is_due_and_is_kept_with_what_it_touches(
    ended: psycopg.Connection, tmp_path: Path
) -> None:
    dry_run(asked(date(2027, 11, 1), tmp_path))
    with acting(as_dpo(), screen="conservation"):
        assert due_by_forecast("FOYER", months=36, on=date(2027, 11, 1)).rows == 0
        decide("FOYER", SHORTER, replaces=0, by=7, on=date(2027, 11, 1), at=MADE)
        kept = Decision.objects.get()
        assert rules_in_force()["FOYER"].rule.months == 12
    assert (kept.rule, kept.rank, kept.archive_months, kept.due_before, kept.due_after) == ("FOYER", 1, 12, 0, 1)
    # The household waits for its incomes, which keep their own three years.
    assert "people_household" not in by_table(purged_on(date(2027, 11, 1), tmp_path))
    with acting(as_dpo(), screen="conservation"):
        decide("RESSOURCES", SHORTER, replaces=0, by=7, on=date(2027, 11, 1), at=MADE)
        assert Decision.objects.get(rule="RESSOURCES").due_after == 1
    assert by_table(purged_on(date(2027, 11, 1), tmp_path))["people_household"] == 1


def test_a_decision_obeys_the_law_and_what_was_on_screen(own_landlord: Landlord) -> None:
    with acting(as_dpo(), screen="conservation"):
        with pytest.raises(DurationTooShort):
            decide("AVIS", SHORTER, replaces=0, by=7, on=date(2026, 11, 21), at=MADE)
        archive = replace(SHORTER, action=EndAction.ARCHIVE)
        with pytest.raises(EndNotOffered):
            decide("FOYER", archive, replaces=0, by=7, on=date(2026, 11, 21), at=MADE)
        decide("FOYER", SHORTER, replaces=0, by=7, on=date(2026, 11, 21), at=MADE)
        with pytest.raises(DecidedMeanwhile):
            decide("FOYER", replace(SHORTER, archive_months=6), replaces=0, by=8, on=date(2026, 11, 21), at=MADE)
        with pytest.raises(NothingChanges):
            decide("FOYER", SHORTER, replaces=1, by=7, on=date(2026, 11, 21), at=MADE)


def test_rows_for_the_public_archives_are_written_out_before_they_go(ended: psycopg.Connection, tmp_path: Path) -> None:
    archive = Durations(active_months=0, archive_months=36, action=EndAction.ARCHIVE, status=Status.TO_CONFIRM)
    with acting(as_dpo(), screen="conservation"):
        decide("BAIL", archive, replaces=0, by=7, on=date(2026, 11, 21), at=MADE)
    purged = purged_on(date(2029, 11, 1), tmp_path)
    assert purged.count(EndAction.ARCHIVE) > 0
    (written,) = (tmp_path / "archives" / "2029-11-01").glob("leases_term-*.jsonl")
    assert json.loads(written.read_text(encoding="utf-8"))["lease_id"] == 101
    assert written.stat().st_mode & 0o777 == 0o600
    assert count(ended, "leases_term", "lease_id = 101") == 0
