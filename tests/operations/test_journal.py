"""The journal of readings: months that expire whole, seals over committed readings, heads given outside."""

import gzip
import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connections
from tests.conftest import Cluster
from tests.landlord import Landlord

from palier.agents.tasks import count_alarms
from palier.foundation.clock import now
from palier.mail.journal_letter import write_journal_letter
from palier.privacy import tasks
from palier.privacy.actor import Actor, acting, batch
from palier.privacy.checks import database_differences
from palier.privacy.declare import Batch, Role
from palier.privacy.journal import standalone
from palier.privacy.journal.operations import (
    HeadsUnreadable,
    check,
    hand_over,
    let_months_go,
    months_to_expire,
    prepare_months,
    read_heads,
    seal_and_publish,
)
from palier.privacy.journal.partitions import MonthNotSealed, months
from palier.privacy.journal.sealing import DatabaseWentBack
from palier.privacy.models import JournalBlock, JournalPublication, JournalTombstone, ReadEvent

THE_OPERATOR = "Aline Cormier"


@pytest.fixture(autouse=True)
def heads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "empreintes" / "empreintes.jsonl"
    monkeypatch.setattr(settings, "PALIER_JOURNAL_HEADS", path)
    return path


def read_a_file(landlord: Landlord, *, subject: int = 1, terms: str = "") -> None:
    officer = Actor(
        role=Role.RENT_OFFICER, purpose="COMPTABILITE", agent_id=landlord.agents["gestionnaire_nord"], agency_id=1
    )
    with acting(officer, screen="compte", categories=("COMPTE",)) as reading:
        reading.saw([subject])
        reading.searched(terms)


@contextmanager
def as_superuser(cluster: Cluster) -> Iterator[psycopg.Connection]:
    """The open door of whoever holds the server: no trigger, no policy."""
    with cluster.as_superuser(str(settings.DATABASES["default"]["NAME"])) as connection:
        connection.execute("SET session_replication_role = replica")
        yield connection


def put_reading(connection: psycopg.Connection, at: datetime) -> int:
    (number,) = connection.execute(
        """INSERT INTO privacy_readevent (at, agent_id, operator, role, purpose, motive, is_mass, subjects, categories,
                                          screen, terms)
           VALUES (%s, 1, '', 'rent_officer', 'COMPTABILITE', '', false, '{1}', '{COMPTE}', 'compte', '')
           RETURNING id""",
        [at],
    ).fetchone() or (0,)
    return int(number)


def sealed() -> int:
    return seal_and_publish(operator=THE_OPERATOR, at=now()).sealed.rows


def findings(path: Path | None = None) -> list[str]:
    return check(heads=path, operator=THE_OPERATOR, at=now()).findings


def journal_differences() -> list[str]:
    return [each for each in database_differences(connections["default"]) if "privacy_" in each]


# --- Sealing ---------------------------------------------------------------------------------------------------------


def test_what_was_read_is_sealed_once_and_the_seal_leaves_no_line_of_its_own(own_landlord: Landlord) -> None:
    for subject in (1, 2, 3):
        read_a_file(own_landlord, subject=subject)
    assert sealed() == 3
    assert sealed() == 0
    assert findings() == []


def test_a_reading_committed_after_the_seal_goes_in_the_next_block(own_landlord: Landlord, cluster: Cluster) -> None:
    database = str(settings.DATABASES["default"]["NAME"])
    with psycopg.connect(cluster.server.administrator_conninfo(database=database)) as slow:
        late = put_reading(slow, now())
        read_a_file(own_landlord)
        # The slow page holds the smaller number and is not committed: nothing younger is sealed before it.
        assert sealed() == 0
        slow.commit()
    read_a_file(own_landlord)
    assert sealed() == 3
    with as_superuser(cluster) as looking:
        (first_id,) = looking.execute("SELECT min(first_id) FROM privacy_journalblock").fetchone() or (0,)
    assert first_id == late
    assert findings() == []


def test_numbers_given_back_leave_holes_that_alarm_nobody(own_landlord: Landlord, cluster: Cluster) -> None:
    read_a_file(own_landlord)
    with as_superuser(cluster) as connection:
        connection.execute("SELECT nextval('privacy_readevent_numbers') FROM generate_series(1, 50)")
    read_a_file(own_landlord)
    sealed()
    assert findings() == []


def test_two_seals_at_once_make_one_chain(own_landlord: Landlord) -> None:
    for _ in range(20):
        read_a_file(own_landlord)
    rows: list[int] = []

    def work() -> None:
        try:
            rows.append(sealed())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(rows) == [0, 0, 0, 20]
    assert findings() == []


def test_a_restored_database_says_so_and_is_sealed_again_on_demand(own_landlord: Landlord, cluster: Cluster) -> None:
    read_a_file(own_landlord)
    sealed()
    with as_superuser(cluster) as connection:
        # As in a server whose transactions begin again at one: those already sealed come from far ahead.
        connection.execute("UPDATE privacy_readevent SET xid = xid + 1000000000000")
        connection.execute("TRUNCATE privacy_journalblock, privacy_journalmark")
    read_before_the_copy(cluster)
    with pytest.raises(DatabaseWentBack):
        sealed()
    assert seal_and_publish(operator=THE_OPERATOR, at=now(), is_restored=True).sealed.rows == 1
    read_a_file(own_landlord)
    assert sealed() == 1
    # What was published before this forged past is not its own.
    settings.PALIER_JOURNAL_HEADS.unlink()
    assert findings() == []


def read_before_the_copy(cluster: Cluster) -> None:
    """One block whose window closed at a transaction that this server has not reached, and one reading after it."""
    from palier.privacy.journal.canonical import GENESIS, LINE, VERSION, Block, hash_of, mark

    with as_superuser(cluster) as connection:
        ((number, line),) = connection.execute(f"SELECT id, {LINE} FROM privacy_readevent").fetchall()
        marks = mark(number, line)
        month = now().astimezone(UTC).strftime("%Y-%m")
        block = Block(
            number=1, version=VERSION, month=month, first_id=number, last_id=number, rows=1, rows_hash=hash_of(marks),
            from_xid=0, until_xid=2_000_000_000_000, after_id=0, sealed_at=now(), previous=GENESIS,
        )  # fmt: skip
        connection.execute(
            """INSERT INTO privacy_journalblock (version, number, month, first_id, last_id, rows, rows_hash, from_xid,
                                                 until_xid, after_id, sealed_at, previous, head)
               VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)""",
            [*block.header[:10], block.sealed_at, block.previous, block.head],
        )
        connection.execute("INSERT INTO privacy_journalmark VALUES (1, %s, %s)", [month, marks])
        after = put_reading(connection, now())
        connection.execute("UPDATE privacy_readevent SET xid = 2000000000005 WHERE id = %s", [after])


# --- Checking --------------------------------------------------------------------------------------------------------


def test_a_sealed_reading_edited_in_sql_is_named(own_landlord: Landlord, cluster: Cluster) -> None:
    read_a_file(own_landlord)
    read_a_file(own_landlord, subject=2)
    sealed()
    with as_superuser(cluster) as connection:
        (victim,) = connection.execute(
            "UPDATE privacy_readevent SET subjects = '{3}' WHERE subjects = '{2}' RETURNING id"
        ).fetchone() or (0,)
    assert findings() == [
        f"Lecture n°\u00a0{victim}\u00a0: elle a été modifiée depuis son scellement (bloc n°\u00a01)."
    ]


def test_a_chain_made_again_from_end_to_end_shows_against_the_published_heads(
    own_landlord: Landlord, cluster: Cluster, heads: Path, tmp_path: Path
) -> None:
    read_a_file(own_landlord)
    sealed()
    kept = tmp_path / "kept.jsonl"
    kept.write_bytes(heads.read_bytes())
    with as_superuser(cluster) as connection:
        connection.execute("UPDATE privacy_readevent SET agent_id = 2")
        connection.execute("TRUNCATE privacy_journalblock, privacy_journalmark")
    heads.unlink()
    sealed()
    assert findings() == []
    assert findings(kept) == ["Bloc n°\u00a01\u00a0: son empreinte n’est pas celle qui a été publiée."]


def test_the_export_is_checked_by_one_file_without_palier(own_landlord: Landlord, tmp_path: Path) -> None:
    read_a_file(own_landlord, terms="dupont")
    sealed()
    read_a_file(own_landlord)
    path = tmp_path / "journal.jsonl.gz"
    hand_over(path, operator=THE_OPERATOR, motive="VERIFICATION", at=now())
    assert path.stat().st_mode & 0o077 == 0
    assert (tmp_path / "palier_verify.py").read_text(encoding="utf-8").startswith("#!/usr/bin/env python3")
    with gzip.open(path, "rt", encoding="utf-8") as file:
        report = standalone.verify(file, read_heads(settings.PALIER_JOURNAL_HEADS, is_asked=True))
    assert (report.findings, report.sealed, report.waiting, report.heads) == ([], 1, 1, 1)
    # The line of the export itself was written after it: handing the journal over is a reading of the journal.
    last = trace_of("journal export")
    assert last == (THE_OPERATOR, "batch_journal", "VERIFICATION", True, ["AGENTS", "JOURNAL"])


def trace_of(screen: str) -> tuple[object, ...]:
    dpo = Actor(role=Role.DPO, purpose="PROTECTION_DONNEES", agent_id=7)
    with acting(dpo):
        return tuple(
            ReadEvent.objects.filter(screen=screen)
            .order_by("-id")
            .values_list("operator", "role", "motive", "is_mass", "categories")
            .first()
            or ()
        )


@pytest.mark.parametrize(
    "spoilt",
    [
        "", "[1]\n", '{"block": []}\n', '{"palier_journal": 1}\n{"block": [1,2,3], "head": "", "marks": "zz"}\n',
        "\x00\n", '{"palier_journal": 1}\n{"waiting": true}\n[5, "2026"]\n', '{"tombstone": 3}\n', "null\n",
    ],
)  # fmt: skip
def test_a_spoilt_export_is_a_finding_never_a_traceback(spoilt: str, tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    path.write_text(spoilt, encoding="utf-8")
    assert standalone.main([str(path)]) == 1


def test_heads_that_are_not_heads_are_refused(own_landlord: Landlord, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.jsonl"
    wrong.write_text("bonjour\n", encoding="utf-8")
    for path in (wrong, tmp_path / "absent.jsonl"):
        with pytest.raises(HeadsUnreadable):
            findings(path)


# --- Publishing ------------------------------------------------------------------------------------------------------


def test_each_new_head_is_added_to_the_file_and_kept(own_landlord: Landlord, heads: Path) -> None:
    for _ in range(2):
        read_a_file(own_landlord)
        sealed()
    lines = [json.loads(line) for line in heads.read_text(encoding="utf-8").splitlines()]
    with batch(Batch.JOURNAL, operator=THE_OPERATOR, motive="VERIFICATION", command="essai", categories=()):
        blocks = list(JournalBlock.objects.order_by("number").values_list("number", "head"))
        kept = list(JournalPublication.objects.order_by("id").values_list("number", "channel", "refusal"))
    assert [(line["number"], line["head"]) for line in lines] == blocks
    assert kept == [(1, "FILE", ""), (2, "FILE", "")]


def test_a_head_that_cannot_be_written_does_not_stop_the_seal(
    own_landlord: Landlord, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setattr(settings, "PALIER_JOURNAL_HEADS", tmp_path / "file" / "empreintes.jsonl")
    read_a_file(own_landlord)
    done = seal_and_publish(operator=THE_OPERATOR, at=now())
    assert done.sealed.rows == 1
    (published,) = done.published
    assert published.refusal.startswith(str(tmp_path / "file"))


def test_the_letter_of_the_month_says_the_last_head(own_landlord: Landlord, tmp_path: Path) -> None:
    read_a_file(own_landlord)
    head = seal_and_publish(operator=THE_OPERATOR, at=now()).sealed.head
    assert write_journal_letter(tmp_path / "lettre.pdf", operator=THE_OPERATOR, at=now()) == 1
    ran = subprocess.run(
        ["pdftotext", "-layout", str(tmp_path / "lettre.pdf"), "-"], capture_output=True, text=True, check=True
    )
    said = "".join(ran.stdout.split())
    assert head in said
    assert "OfficedesArbres" in said


def months_held() -> list[str]:
    with connections["default"].cursor() as cursor:
        return months(cursor)


def test_the_jobs_of_the_journal_seal_count_and_turn_its_months(
    own_landlord: Landlord, cluster: Cluster, heads: Path
) -> None:
    with as_superuser(cluster) as connection:
        put_reading(connection, datetime(2025, 3, 8, tzinfo=UTC))
    read_a_file(own_landlord)
    tasks.seal(timestamp=0)
    assert len(heads.read_text(encoding="utf-8").splitlines()) == 1
    count_alarms(timestamp=0)
    tasks.turn_months(timestamp=0)
    assert min(months_held()) > "2025-03"
    assert findings() == []


def test_a_job_that_cannot_seal_says_so_and_does_not_fall(
    own_landlord: Landlord, cluster: Cluster, caplog: pytest.LogCaptureFixture
) -> None:
    read_a_file(own_landlord)
    sealed()
    with as_superuser(cluster) as connection:
        connection.execute("UPDATE privacy_journalblock SET until_xid = until_xid + 1000000000000")
    tasks.seal(timestamp=0)
    assert "a été restaurée" in caplog.text


# --- Months ----------------------------------------------------------------------------------------------------------


def test_a_month_that_nobody_prepared_does_not_lose_the_page_and_is_put_in_place_later(
    own_landlord: Landlord, cluster: Cluster
) -> None:
    with as_superuser(cluster) as connection:
        put_reading(connection, datetime(2031, 5, 4, tzinfo=UTC))
        made = prepare_months(at=now())
        assert made == ["2031-05"]
        places = connection.execute(
            "SELECT tableoid::regclass::text FROM privacy_readevent WHERE at > '2031-01-01'"
        ).fetchall()
    assert places == [("privacy_readevent_2031_05",)]
    assert prepare_months(at=now()) == []
    assert journal_differences() == []


def test_nobody_reaches_a_month_beside_the_journal(own_landlord: Landlord, cluster: Cluster) -> None:
    read_a_file(own_landlord)
    month = f"privacy_readevent_{now().astimezone(UTC):%Y_%m}"
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {month}")
        assert cursor.fetchone() == (0,), "the owner sees no row of it"
        for statement in (f"DELETE FROM {month}", f"TRUNCATE {month}", f"UPDATE {month} SET terms = ''"):
            with pytest.raises(Exception, match="ne se modifient ni ne s’effacent"):
                cursor.execute(statement)
    with as_superuser(cluster) as connection:
        connection.execute(f"ALTER TABLE {month} DISABLE ROW LEVEL SECURITY")
    assert journal_differences() == [f"{month} : ce mois se lit ou se modifie à côté de sa table"]


def test_a_month_past_its_time_goes_whole_its_seals_kept_and_the_chain_still_holds(
    own_landlord: Landlord, cluster: Cluster
) -> None:
    old = datetime(2025, 3, 8, tzinfo=UTC)
    with as_superuser(cluster) as connection:
        for _ in range(3):
            put_reading(connection, old)
    prepare_months(at=now())
    read_a_file(own_landlord)
    assert months_to_expire(at=now()) == ["2025-03"]
    with pytest.raises(MonthNotSealed):
        let_months_go(operator=THE_OPERATOR, at=now())
    sealed()
    gone = let_months_go(operator=THE_OPERATOR, at=now())
    assert [(each.month, each.rows) for each in gone] == [("2025-03", 3)]
    assert "2025-03" not in months_held()
    assert trace_of("journal expire 2025-03")[:3] == (THE_OPERATOR, "batch_journal", "CONSERVATION")
    with batch(Batch.JOURNAL, operator=THE_OPERATOR, motive="VERIFICATION", command="essai", categories=()):
        assert JournalTombstone.objects.get().rows == 3
    assert findings() == []
    assert let_months_go(operator=THE_OPERATOR, at=now()) == []
    assert journal_differences() == []


def test_nothing_goes_before_its_twelve_months(own_landlord: Landlord) -> None:
    read_a_file(own_landlord)
    sealed()
    assert months_to_expire(at=now() + timedelta(days=360)) == []
    assert months_to_expire(at=now() + timedelta(days=400)) == [f"{now().astimezone(UTC):%Y-%m}"]


def test_the_verifier_is_one_short_file_of_the_standard_library() -> None:
    source = Path(standalone.__file__).read_text(encoding="utf-8")
    assert len(source.splitlines()) < 300
    imported = re.findall(r"^(?:from|import) ([\w.]+)", source, re.MULTILINE)
    assert {name.partition(".")[0] for name in imported} <= set(sys.stdlib_module_names)
