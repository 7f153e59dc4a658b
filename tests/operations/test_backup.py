"""A backup is whole, journaled, closed without its key; it restores into nothing, all of it or nothing at all."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from tests.conftest import TEST_HOME, Cluster
from tests.operations.backups import THE_OPERATOR, key_in, new_home, palier, server_in, server_of, version_1
from tests.operations.test_vault import one_page
from tests.places import disk_of_one_megabyte

from palier.admission.operations.helping import Wanted, helpers_of, let_help, withdraw_help
from palier.admission.operations.letters import Asked, make_one_letter
from palier.continuity.archiving import Archive
from palier.continuity.census import Census, census_of, compare
from palier.continuity.envelope import EnvelopeAltered, EnvelopeCut, OtherKey, SealingStream
from palier.continuity.instants import InstantMalformed, parse_instant
from palier.continuity.keys import BackupKeyMissing, FileInPlace, make_key, read_key, recipient_of, recipient_path
from palier.continuity.operations.create import BackupFailed, Made, WholeCopyNotPossible, create
from palier.continuity.operations.look_after import FolderNotThere, KeptTooShort, expire, listed
from palier.continuity.package import Closing, Package, writing
from palier.continuity.schema import NewerSchema, check_known
from palier.continuity.signing import NotSignedByTheMachine, signer_of
from palier.demo.operations import Made as Demonstration
from palier.foundation.clock import PARIS, now, today
from palier.foundation.home import DiskFull, Home
from palier.foundation.postgres import Server, State, status
from palier.mail.deposits import deposit_paper, destroy_deposit
from palier.mail.store import DocumentStore
from palier.privacy.actor import Actor, OperatorNotNamed, UnknownMotive, acting
from palier.privacy.declare import Role
from palier.privacy.ended import register_path

LEAP_DAY = datetime(2028, 2, 29, 3, 0, tzinfo=PARIS)


def back_up(cluster: Cluster, path: Path, *, operator: str = THE_OPERATOR, motive: str = "SAUVEGARDE") -> Made:
    return create(
        server_of(cluster), path, operator=operator, motive=motive, prefix="palier", form=None, clock=now,
        listener=lambda _phase, _done, _total: None,
    )  # fmt: skip


def package(path: Path, key: Path) -> Package:
    return Package(path=path, key=read_key(key))


@pytest.fixture
def key(cluster: Cluster, tmp_path: Path) -> Path:
    return key_in(tmp_path)


@pytest.fixture
def backup(cluster: Cluster, fresh_world: Demonstration, key: Path, tmp_path: Path) -> Path:
    path = tmp_path / "nuit.palier"
    back_up(cluster, path)
    return path


# --- Making one ------------------------------------------------------------------------------------------------------


def test_a_backup_is_whole_closed_to_others_and_journaled(
    cluster: Cluster, fresh_world: Demonstration, key: Path, tmp_path: Path
) -> None:
    path = tmp_path / "nuit.palier"
    made = back_up(cluster, path)
    assert (made.form, made.bytes) == ("DUMP", path.stat().st_size)
    assert path.stat().st_mode & 0o077 == 0
    assert sorted(each.name for each in tmp_path.iterdir()) == ["cle-de-sauvegarde", "nuit.palier"]
    server = server_of(cluster)
    with cluster.as_superuser(server.address.database) as looking:
        trace = looking.execute(
            "SELECT operator, role, motive, is_mass, screen FROM privacy_readevent ORDER BY id DESC LIMIT 1"
        ).fetchone()
        names = [name for (name,) in looking.execute("SELECT DISTINCT last_name FROM people_person LIMIT 20")]
    assert trace == (THE_OPERATOR, "batch_operator", "SAUVEGARDE", True, "backup create")
    content = path.read_bytes()
    assert b"PGDMP" not in content
    assert not any(name.encode() in content for name in names if len(name) > 5)
    closing = package(path, key).check()
    manifest = package(path, key).manifest()
    # What was counted in the snapshot is what the database holds, the trace of the backup among it.
    assert manifest.census == closing.census == census_of(server)
    assert manifest.census.rows["privacy_readevent"] > 0
    assert {"home/secrets/django_key", "home/secrets/document_key"} <= closing.digests.keys()


@pytest.mark.parametrize(
    ("refused", "asking"),
    [
        (UnknownMotive, {"motive": "CURIOSITE"}),
        (OperatorNotNamed, {"operator": " "}),
    ],
)
def test_a_backup_without_a_name_or_a_motive_is_not_made(
    cluster: Cluster, fresh_world: Demonstration, key: Path, tmp_path: Path, refused: type[Exception],
    asking: dict[str, str],
) -> None:  # fmt: skip
    with pytest.raises(refused):
        back_up(cluster, tmp_path / "nuit.palier", **asking)
    assert not (tmp_path / "nuit.palier").exists()


def test_a_backup_is_refused_without_a_key_without_a_folder_or_over_a_file(
    cluster: Cluster, fresh_world: Demonstration, key: Path, tmp_path: Path
) -> None:
    (tmp_path / "prise.palier").write_text("gardez-moi")
    with pytest.raises(FileInPlace):
        back_up(cluster, tmp_path / "prise.palier")
    assert (tmp_path / "prise.palier").read_text() == "gardez-moi"
    with pytest.raises(BackupFailed, match="n’existe pas"):
        back_up(cluster, tmp_path / "absent" / "nuit.palier")
    with pytest.raises(WholeCopyNotPossible):
        create(server_of(cluster), tmp_path / "nuit.palier", operator=THE_OPERATOR, motive="SAUVEGARDE",
               prefix="palier", form="BASE", clock=now, listener=lambda _phase, _done, _total: None)  # fmt: skip
    recipient_path(Home(TEST_HOME)).unlink()
    with pytest.raises(BackupKeyMissing, match="palier backup key"):
        back_up(cluster, tmp_path / "nuit.palier")
    assert not (tmp_path / "nuit.palier").exists()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    with disk_of_one_megabyte(tmp_path / "petit") as place:
        yield place


def test_a_disk_that_fills_up_leaves_nothing_and_says_so(
    cluster: Cluster, fresh_world: Demonstration, key: Path, small_disk: Path
) -> None:
    with pytest.raises(DiskFull):
        back_up(cluster, small_disk / "nuit.palier")
    assert list(small_disk.iterdir()) == []


# --- Reading one -----------------------------------------------------------------------------------------------------


def test_a_backup_that_was_touched_cut_or_closed_by_another_key_is_found_before_anything_is_restored(
    backup: Path, key: Path, tmp_path: Path
) -> None:
    make_key(Home(tmp_path / "ailleurs"), tmp_path / "autre-cle", replaces=False)
    with pytest.raises(OtherKey):
        package(backup, tmp_path / "autre-cle").check()
    sound = backup.read_bytes()
    flipped = bytearray(sound)
    flipped[len(sound) // 2] ^= 1
    backup.write_bytes(flipped)
    with pytest.raises(EnvelopeAltered):
        package(backup, key).check()
    backup.write_bytes(sound[: len(sound) * 2 // 3])
    with pytest.raises((EnvelopeAltered, EnvelopeCut)):
        package(backup, key).check()
    with new_home() as home:
        refused = palier(home, "restore", backup, "--key", key, "--as", THE_OPERATOR)
        assert refused.code == 1
        assert "coupé" in refused.said
        assert "Traceback" not in refused.said
        assert status(home, {}) is State.ABSENT
        assert not home.secrets.exists() or list(home.secrets.iterdir()) == []


def test_a_member_that_would_leave_the_home_is_refused(cluster: Cluster, key: Path, tmp_path: Path) -> None:
    path = tmp_path / "forgee.palier"
    with (
        path.open("wb") as file,
        writing(SealingStream(file, recipient_of(Home(TEST_HOME)), {"kind": "DUMP"})) as forged,
    ):
        forged.add("home/../../etc/passwd", b"root")
    with pytest.raises(EnvelopeAltered):
        list(package(path, key).files())


def test_a_backup_that_another_machine_wrote_is_refused_whole(key: Path, tmp_path: Path) -> None:
    path = tmp_path / "forgee.palier"
    census = Census(rows={}, ledger="", unbalanced=0, journal_number=0, journal_head="")
    closing = Closing(ended_at=LEAP_DAY.isoformat(), census=census, digests={}, total_bytes=0)
    intruder = Home(tmp_path / "intrus")
    intruder.prepare()
    for signer in (signer_of(intruder), None):
        with (
            path.open("wb") as file,
            writing(SealingStream(file, recipient_of(Home(TEST_HOME)), {"kind": "DUMP"})) as forged,
        ):
            if signer is None:
                forged.add("closing.json", closing.content())
            else:
                forged.close(closing, signer)
        with pytest.raises(NotSignedByTheMachine, match="la clé de son époque"):
            package(path, key).check()
        # The key of a Palier without signatures asks for none: those backups are read as they were.
        assert package(path, version_1(key, tmp_path / "cle-1")).check() == closing
        (tmp_path / "cle-1").unlink()
        with new_home() as home:
            refused = palier(home, "backup", "verify", path, "--key", key)
            assert refused.code == 1
            assert "n’est pas signé" in refused.said


def test_a_database_of_a_newer_version_is_not_restored() -> None:
    check_known([("ledger", "0001_initial")])
    with pytest.raises(NewerSchema, match=r"ledger\.9999_demain"):
        check_known([("ledger", "0001_initial"), ("ledger", "9999_demain")])


# --- Comparing -------------------------------------------------------------------------------------------------------


def census(ledger: str = "a", unbalanced: int = 0, **rows: int) -> Census:
    return Census(rows=rows, ledger=ledger, unbalanced=unbalanced, journal_number=1, journal_head="h")


def test_a_copy_has_the_rows_that_were_counted_before_or_after_it_and_a_missing_one_is_said() -> None:
    before, after = census(leases=10, readings=5), census(leases=10, readings=9)
    assert compare(census(leases=10, readings=7), before=before, after=after).differences == ()
    assert compare(census(leases=10, readings=7), before=before, after=after).moved == ("readings",)
    (said,) = compare(census(leases=9, readings=7), before=before, after=after).differences
    assert said == "leases\u00a0: 9 lignes dans la copie, 10 à l’origine."
    (said,) = compare(census(readings=7), before=before, after=after).differences
    assert "absente" in said
    (said,) = compare(census(leases=10, readings=5, notes=1), before=before, after=before).differences
    assert "notes" in said


def test_a_ledger_that_changed_or_does_not_balance_is_said() -> None:
    still = census(leases=1)
    assert not compare(census("b", leases=1), before=still, after=still).ledger_is_equal
    assert len(compare(census("b", leases=1), before=still, after=still).differences) == 1
    assert len(compare(census(unbalanced=2, leases=1), before=still, after=still).differences) == 1


def test_the_ledgers_hash_changes_with_an_amount_and_not_with_a_name(
    cluster: Cluster, fresh_world: Demonstration
) -> None:
    server = server_of(cluster)
    before = census_of(server)
    with cluster.as_superuser(server.address.database) as arranging:
        arranging.execute("SET session_replication_role = replica")
        arranging.execute("UPDATE ledger_account SET label = 'Personne'")
        assert census_of(server).ledger == before.ledger
        arranging.execute("UPDATE ledger_posting SET amount_cents = amount_cents + 1 WHERE amount_cents > 0")
    after = census_of(server)
    assert after.ledger != before.ledger
    assert after.unbalanced > 0


def what_somebody_ends(server: Server) -> tuple[Callable[[], None], list[str]]:
    """A paper, a helper and a letter of one tenant; what ends the three; what tells that each is ended."""
    with psycopg.connect(server.administrator_conninfo()) as looking:
        (person,) = looking.execute(
            """SELECT o.person_id FROM leases_occupant AS o
               WHERE o.role <> 'OCCUPANT' AND o.moved_out_on IS NULL
               AND NOT EXISTS (SELECT FROM admission_accessletter AS a WHERE a.person_id = o.person_id)
               ORDER BY o.id LIMIT 1"""
        ).fetchone() or (0,)
    them = Actor(role=Role.TENANT, purpose="ESPACE_LOCATAIRE", person_id=person)
    by = Asked(operator="essai")
    wanted = Wanted(name="Rose Exemple", link="PROCHE", may_see=True, may_report=False,
                    until_on=today() + timedelta(days=30))  # fmt: skip
    with acting(them):
        paper = deposit_paper(person_id=person, family="ASSURANCE", given=one_page(b"a"),
                              store=DocumentStore(settings.DOCUMENT_ROOT), at=now())  # fmt: skip
        let_help(person_id=person, wanted=wanted, at=now())
        helper = helpers_of(person)[0].id
    make_one_letter(person_id=person, by_hand=False, by=by, at=now())

    def end() -> None:
        with acting(them):
            destroy_deposit(deposit_id=paper, person_id=person, at=now())
            withdraw_help(helper, person_id=person, at=now())
        make_one_letter(person_id=person, by_hand=False, by=by, at=now())

    return end, [
        f"SELECT kept_key IS NULL AND destroyed_at IS NOT NULL FROM mail_deposit WHERE id = {paper}",
        f"SELECT ended_at IS NOT NULL FROM admission_helper WHERE id = {helper}",
        f"SELECT ended_by = 'REPLACED' FROM admission_accessletter WHERE person_id = {person}",
    ]


# --- Restoring -------------------------------------------------------------------------------------------------------


@pytest.mark.timeout(400)
def test_a_backup_restores_everything_is_purged_again_and_never_onto_a_database_that_holds_something(
    cluster: Cluster, fresh_world: Demonstration, key: Path, tmp_path: Path
) -> None:
    server = server_of(cluster)
    with cluster.as_superuser(server.address.database) as arranging:
        # Over for years: a purge ended it, and the backup brings it back.
        arranging.execute(
            "INSERT INTO agents_signinattempt (identifier_sha256, site, at) VALUES ('x', 'desk', '2020-01-01')"
        )
    path = tmp_path / "nuit.palier"
    end, looked_for = what_somebody_ends(server)
    back_up(cluster, path)
    end()
    expected = package(path, key).manifest().census
    with new_home() as home:
        # Kept with the heads, outside what is restored: what was ended since the backup is there.
        (home.root / "journal").mkdir()
        shutil.copy(register_path(), home.root / "journal" / register_path().name)
        restored = palier(home, "restore", path, "--key", key, "--as", THE_OPERATOR, "--json",
                          PALIER_DATABASE=server.address.database)  # fmt: skip
        told = json.loads(restored.out)
        assert (restored.code, told["holds"]) == (0, True), restored.said
        assert told["differences"] == []
        assert told["census"]["rows"] == expected.rows
        assert (told["ledger"], told["ledger_equal"]) == (expected.ledger, True)
        assert (told["missing_documents"], told["journal_holds"]) == (0, True)
        assert told["purged_rows"] > 0
        assert "échues" in restored.said
        own = server_in(home, server.address.database)
        with psycopg.connect(own.administrator_conninfo()) as looking:
            lines = looking.execute(
                "SELECT operator, motive FROM privacy_readevent WHERE screen = 'restore'"
            ).fetchall()
            attempts = looking.execute("SELECT count(*) FROM agents_signinattempt").fetchone()
            assert [looking.execute(one).fetchone() for one in looked_for] == [(True,), (True,), (True,)]
        # Who restored, then what was ended again: nobody's file is read.
        assert lines == [(THE_OPERATOR, "SAUVEGARDE")]
        assert "3 papiers, aidants, accords ou moyens d’entrer" in restored.said
        assert (expected.rows["agents_signinattempt"], attempts) == (1, (0,))
        assert home.secret("django_key") == Home(TEST_HOME).secret("django_key")
        for secret in home.secrets.iterdir():
            assert secret.stat().st_mode & 0o077 == 0
        checked = palier(home, "policy", "check", PALIER_DATABASE=server.address.database)
        assert checked.code == 0, checked.out
        refused = palier(home, "restore", path, "--key", key, "--as", THE_OPERATOR,
                         PALIER_DATABASE=server.address.database)  # fmt: skip
        assert refused.code == 1
        assert refused.said.strip().splitlines()[-1].startswith(f"La base {server.address.database} contient déjà")
        with psycopg.connect(own.administrator_conninfo()) as looking:
            assert looking.execute("SELECT count(*) FROM privacy_readevent WHERE screen = 'restore'").fetchone() == (1,)


@pytest.mark.timeout(400)
def test_a_rehearsal_restores_beside_compares_all_and_leaves_nothing(
    cluster: Cluster, backup: Path, key: Path, tmp_path: Path
) -> None:
    database = server_of(cluster).address.database
    with new_home() as elsewhere:
        done = palier(elsewhere, "backup", "rehearse", backup, "--key", key, "--as", THE_OPERATOR, "--json",
                      "--place", elsewhere.root, PALIER_DATABASE=database)  # fmt: skip
        assert done.code == 0, done.said
        told = json.loads(done.out)
        expected = package(backup, key).manifest().census
        assert (told["holds"], told["differences"], told["ledger_equal"]) == (True, [], True)
        assert (told["tables"], told["rows"]) == (len(expected.rows), sum(expected.rows.values()))
        assert (told["ledger"], told["journal_holds"], told["missing_documents"]) == (expected.ledger, True, 0)
        assert told["rto_seconds"] > 0
        assert told["rpo_seconds"] > 0
        assert [path.name for path in elsewhere.root.iterdir() if path.name.startswith("palier-repetition")] == []
        assert status(elsewhere, {}) is State.ABSENT
        flipped = bytearray(backup.read_bytes())
        flipped[-100] ^= 1
        backup.write_bytes(flipped)
        refused = palier(elsewhere, "backup", "rehearse", backup, "--key", key, "--as", THE_OPERATOR,
                         "--place", elsewhere.root, PALIER_DATABASE=database)  # fmt: skip
        assert refused.code == 1
        assert refused.said.startswith("La répétition a échoué")


def test_an_instant_is_not_reached_without_the_log(backup: Path, key: Path) -> None:
    with new_home() as home:
        refused = palier(home, "restore", backup, "--key", key, "--as", THE_OPERATOR, "--to", "2028-02-29T10:00:00")
        assert refused.code == 1
        assert "archive" in refused.said
        assert status(home, {}) is State.ABSENT


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("2028-02-29T10:30:00", "2028-02-29T10:30:00+01:00"),
        ("2026-07-01T10:30:00", "2026-07-01T10:30:00+02:00"),
        ("2026-07-01T10:30:00+00:00", "2026-07-01T10:30:00+00:00"),
    ],
)
def test_an_instant_is_read_in_paris_time(text: str, told: str) -> None:
    assert parse_instant(text).isoformat() == told


@pytest.mark.parametrize("text", ["2027-02-29T10:00:00", "hier", "", "10:30"])
def test_an_instant_that_is_none_is_a_sentence(text: str) -> None:
    with pytest.raises(InstantMalformed):
        parse_instant(text)


# --- Looking after them ----------------------------------------------------------------------------------------------


def envelope(folder: Path, name: str, *, made_at: datetime, kind: str = "DUMP") -> Path:
    path = folder / name
    with path.open("wb") as file:
        facts = {"kind": kind, "made_at": made_at.isoformat()}
        SealingStream(file, recipient_of(Home(TEST_HOME)), facts).finish()
    return path


def test_backups_are_listed_without_their_key_the_newest_first(key: Path, tmp_path: Path) -> None:
    for days in (3, 1, 2):
        envelope(tmp_path, f"{days}.palier", made_at=LEAP_DAY - timedelta(days=days))
    (tmp_path / "autre.palier").write_text("rien")
    assert [each.path.name for each in listed(tmp_path)] == ["1.palier", "2.palier", "3.palier"]
    assert [each.age_days(LEAP_DAY) for each in listed(tmp_path)] == [1, 2, 3]
    with pytest.raises(FolderNotThere):
        listed(tmp_path / "absent")


def test_a_backup_of_29_february_is_a_year_old_on_28_february_and_more_on_the_first_of_march(
    key: Path, tmp_path: Path
) -> None:
    envelope(tmp_path, "bissextile.palier", made_at=LEAP_DAY)
    envelope(tmp_path, "derniere.palier", made_at=LEAP_DAY + timedelta(days=360))
    on_the_28th, on_the_1st = (datetime(2029, 2, 28, 3, 0, tzinfo=PARIS), datetime(2029, 3, 1, 3, 1, tzinfo=PARIS))
    assert expire(tmp_path, None, keep_days=365, at=on_the_28th).backups == ()
    assert [path.name for path in expire(tmp_path, None, keep_days=365, at=on_the_1st).backups] == ["bissextile.palier"]


def test_old_backups_go_with_the_log_that_only_they_needed_and_the_newest_always_stays(
    key: Path, tmp_path: Path
) -> None:
    archive = Archive(folder=tmp_path / "archive")
    archive.wal.mkdir(parents=True)
    for days in (90, 40, 20):
        envelope(tmp_path, f"{days}.palier", made_at=LEAP_DAY - timedelta(days=days), kind="BASE")
    for days in (95, 50, 25, 19):
        path = archive.wal / f"0000000100000000000000{days:02d}.sealed"
        path.touch()
        os.utime(path, times=(0, (LEAP_DAY - timedelta(days=days)).timestamp()))
    tried = expire(tmp_path, archive, keep_days=35, at=LEAP_DAY, is_dry_run=True)
    assert ([path.name for path in tried.backups], tried.segments, tried.kept) == (["40.palier", "90.palier"], 3, 1)
    assert len(listed(tmp_path)) == 3
    assert expire(tmp_path, archive, keep_days=35, at=LEAP_DAY) == tried
    assert [each.path.name for each in listed(tmp_path)] == ["20.palier"]
    assert [path.name for path in archive.wal.iterdir()] == ["000000010000000000000019.sealed"]
    assert expire(tmp_path, archive, keep_days=1, at=LEAP_DAY + timedelta(days=900)).backups == ()
    with pytest.raises(KeptTooShort):
        expire(tmp_path, None, keep_days=0, at=LEAP_DAY)
