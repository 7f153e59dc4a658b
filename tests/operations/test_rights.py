"""Requests of persons: asked once, answered once in closed sentences, never rewritten; a copy holds everything."""

import io
import json
import threading
import zipfile
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import DatabaseError, connection, connections
from tests.landlord import Landlord

from palier.foundation.clock import PARIS
from palier.privacy.actor import Actor, about_one, acting
from palier.privacy.declare import Batch, Role
from palier.privacy.policy import declared_tables
from palier.retention.operations.deciding import decide
from palier.retention.rules.schedule import Durations, EndAction, Status
from palier.rights.exempt import EXEMPT
from palier.rights.operations.answer import (
    AlreadyAnswered,
    AlreadyExtended,
    AnswerIncomplete,
    NothingToLift,
    TooLateToExtend,
    answer,
    extend,
    lift,
)
from palier.rights.operations.ask import (
    NotOfThisLease,
    ReadingNotFound,
    ReasonNotOffered,
    ask_about_reading,
    ask_right,
    write_down,
)
from palier.rights.operations.copy import PersonNotFound, told_columns
from palier.rights.operations.make import Operator, export_file, make_package
from palier.rights.parts import PARTS
from palier.rights.queries.people import asker, withheld_readings
from palier.rights.queries.requests import awaited, frozen_persons, request_by_id, requests_of, steps_of
from palier.rights.spool import CopyGone, Spool
from palier.rights.wording import thread

AT = datetime(2026, 9, 15, 10, tzinfo=PARIS)
LUCIE, STRANGER = 1, 4
TENANT = Actor(role=Role.TENANT, purpose="ESPACE_LOCATAIRE", person_id=LUCIE)
DPO = Actor(role=Role.DPO, purpose="DROITS_DES_PERSONNES", agent_id=7, name="Agent dpo")
OFFICER = Actor(role=Role.RENT_OFFICER, purpose="DROITS_DES_PERSONNES", agent_id=1, name="Agent gestionnaire_nord")


def officer_reads(*persons: int, purpose: str = "COMPTABILITE") -> None:
    role = Role.SOCIAL_WORKER if purpose == "SUIVI_SOCIAL" else Role.RENT_OFFICER
    with acting(Actor(role=role, purpose=purpose, agent_id=1), screen="compte", categories=("COMPTE",)) as reading:
        reading.saw(persons)


def last_reading(session: psycopg.Connection) -> int:
    row = session.execute("SELECT max(id) FROM privacy_readevent").fetchone()
    assert row is not None
    return int(row[0])


def ask(kind: str = "ACCESS", *, reason: str = "", at: datetime = AT) -> int:
    with acting(TENANT):
        return ask_right(kind=kind, reason=reason, about=[], actor=TENANT, at=at)


# --- asking -----------------------------------------------------------------------------------------------------------


def test_a_question_on_a_reading_reaches_the_dpo_with_its_deadline(superuser: psycopg.Connection) -> None:
    officer_reads(LUCIE)
    reading = last_reading(superuser)
    with acting(TENANT):
        number = ask_about_reading(reading_id=reading, reason="NOTHING_ASKED", actor=TENANT, at=AT)
        again = ask_about_reading(reading_id=reading, reason="TOO_OFTEN", actor=TENANT, at=AT)
    assert again == number
    with acting(DPO):
        (waiting,) = awaited()
        known = asker(LUCIE, on=AT.date())
    assert (waiting.id, waiting.reason, waiting.due_on) == (number, "NOTHING_ASKED", date(2026, 10, 15))
    assert (waiting.reading_role, waiting.reading_purpose, waiting.about) == (
        "rent_officer",
        "COMPTABILITE",
        ["COMPTE"],
    )
    assert known is not None
    assert known.name == "Lucie Amandier"
    assert known.address == "11 rue des Arbres"


def test_nobody_questions_a_reading_of_someone_else(superuser: psycopg.Connection) -> None:
    officer_reads(STRANGER)
    with pytest.raises(ReadingNotFound), acting(TENANT):
        ask_about_reading(reading_id=last_reading(superuser), reason="TOO_OFTEN", actor=TENANT, at=AT)


def test_a_reason_outside_the_list_is_refused(own_landlord: Landlord) -> None:
    with pytest.raises(ReasonNotOffered), acting(TENANT):
        ask_right(kind="ERASURE", reason="UNKNOWN_SERVICE", about=[], actor=TENANT, at=AT)
    with pytest.raises(ReasonNotOffered), acting(TENANT):
        ask_right(kind="ACCESS", reason="", about=["HOROSCOPE"], actor=TENANT, at=AT)


def test_the_same_right_asked_twice_is_one_request_while_it_is_open(own_landlord: Landlord) -> None:
    assert ask() == ask()
    assert ask("PORTABILITY") != ask()


def test_two_clicks_at_once_ask_once(own_landlord: Landlord) -> None:
    numbers: list[int] = []

    def click() -> None:
        try:
            numbers.append(ask())
        finally:
            connections.close_all()

    clicks = [threading.Thread(target=click) for _ in range(4)]
    for each in clicks:
        each.start()
    for each in clicks:
        each.join()
    assert len(numbers) == 4
    assert len(set(numbers)) == 1


def test_an_agent_writes_down_what_a_tenant_of_theirs_asks_at_the_counter(own_landlord: Landlord) -> None:
    with acting(OFFICER):
        number = write_down(
            lease_id=101, person_id=LUCIE, kind="RECTIFICATION", reason="NOT_ACCURATE", about=["IDENTITE"],
            channel="COUNTER", identity_proof="PAPER", actor=OFFICER, at=AT,
        )  # fmt: skip
    with acting(TENANT):
        (seen,) = requests_of(LUCIE)
    assert (seen.id, seen.channel, seen.identity_proof) == (number, "COUNTER", "PAPER")


@pytest.mark.parametrize(("lease", "person"), [(101, STRANGER), (201, STRANGER)])
def test_an_agent_writes_nothing_down_for_a_lease_of_another_agency(
    own_landlord: Landlord, lease: int, person: int
) -> None:
    with pytest.raises(NotOfThisLease), acting(OFFICER):
        write_down(
            lease_id=lease, person_id=person, kind="ACCESS", reason="", about=[], channel="LETTER",
            identity_proof="PAPER", actor=OFFICER, at=AT,
        )  # fmt: skip


def test_a_tenant_cannot_ask_in_the_name_of_another(own_landlord: Landlord) -> None:
    with pytest.raises(DatabaseError, match="row-level security"), acting(TENANT), connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO rights_request (person_id, kind, reason, about, channel, identity_proof, received_at, due_on,
                                           reading_role, reading_purpose, reading_screen)
               VALUES (4, 'ACCESS', '', '{}', 'ONLINE', 'SESSION', now(), now(), '', '', '')"""
        )


def test_an_agency_sees_no_request_that_it_did_not_write_down_but_the_freezes(own_landlord: Landlord) -> None:
    ask("ERASURE", reason="UNLAWFUL")
    frozen = ask("RESTRICTION", reason="NOT_ACCURATE")
    with acting(OFFICER), connection.cursor() as cursor:
        cursor.execute("SELECT id FROM rights_request")
        assert cursor.fetchall() == [(frozen,)]
    south = Actor(role=Role.RENT_OFFICER, purpose="DROITS_DES_PERSONNES", agent_id=2)
    with acting(south), connection.cursor() as cursor:
        cursor.execute("SELECT id FROM rights_request")
        assert cursor.fetchall() == []


# --- answering --------------------------------------------------------------------------------------------------------


def say(
    number: int, *, decision: str = "GRANTED", motive: str = "", sentences: tuple[str, ...] = ("COPY_ONLINE",)
) -> None:
    with acting(DPO):
        answer(
            request_id=number,
            decision=decision,
            motive=motive,
            sentences=list(sentences),
            identity="",
            actor=DPO,
            at=AT,
        )


def test_an_answer_is_read_by_the_person_and_given_once(own_landlord: Landlord) -> None:
    number = ask()
    say(number)
    with pytest.raises(AlreadyAnswered):
        say(number, decision="REFUSED", motive="UNFOUNDED", sentences=())
    with acting(TENANT):
        asked = request_by_id(number)
        assert asked is not None
        said = [sentence for each in thread(asked, steps_of(number)) for sentence in each.sentences]
    assert "Nous acceptons votre demande." in said
    assert any("trente jours" in sentence for sentence in said)
    assert any("CNIL" in sentence for sentence in said)


@pytest.mark.parametrize(
    ("decision", "motive", "sentences"),
    [
        ("GRANTED", "", ()),
        ("GRANTED", "", ("ERASED",)),
        ("GRANTED", "UNFOUNDED", ("COPY_ONLINE",)),
        ("REFUSED", "", ()),
        ("REFUSED", "LEGAL_OBLIGATION", ()),
        ("JUSTIFIED", "", ("ORDINARY_WORK",)),
    ],
)
def test_an_answer_outside_the_lists_is_refused(
    own_landlord: Landlord, decision: str, motive: str, sentences: tuple[str, ...]
) -> None:
    number = ask()
    with pytest.raises(AnswerIncomplete):
        say(number, decision=decision, motive=motive, sentences=sentences)


def test_the_deadline_is_extended_once_with_its_reason_and_before_it_passes(own_landlord: Landlord) -> None:
    number = ask()
    with pytest.raises(TooLateToExtend), acting(DPO):
        extend(request_id=number, reason="COMPLEX", actor=DPO, at=datetime(2026, 10, 16, 0, 1, tzinfo=PARIS))
    with acting(DPO):
        extend(request_id=number, reason="COMPLEX", actor=DPO, at=datetime(2026, 10, 15, 23, 59, tzinfo=PARIS))
    with pytest.raises(AlreadyExtended), acting(DPO):
        extend(request_id=number, reason="MANY", actor=DPO, at=AT)
    with acting(TENANT):
        asked = request_by_id(number)
    assert asked is not None
    assert asked.due_on == date(2026, 12, 15)


def test_a_freeze_holds_from_its_answer_until_it_is_lifted(own_landlord: Landlord) -> None:
    number = ask("RESTRICTION", reason="NOT_ACCURATE")
    with acting(OFFICER):
        assert frozen_persons([LUCIE]) == []
    with pytest.raises(NothingToLift), acting(DPO):
        lift(request_id=number, actor=DPO, at=AT)
    say(number, sentences=("FROZEN",))
    with acting(OFFICER):
        assert frozen_persons([LUCIE, 3]) == [LUCIE]
    with acting(DPO):
        lift(request_id=number, actor=DPO, at=AT)
    with acting(OFFICER):
        assert frozen_persons([LUCIE]) == []


@pytest.mark.parametrize("table", ["rights_request", "rights_step", "rights_package"])
def test_what_was_asked_and_answered_is_never_rewritten(superuser: psycopg.Connection, table: str) -> None:
    say(ask())
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        superuser.execute(f"DELETE FROM {table}")


# --- discreet display -------------------------------------------------------------------------------------------------


def test_a_discreet_reading_shows_nowhere_online_and_the_dpo_sees_that_the_rule_held(
    superuser: psycopg.Connection,
) -> None:
    officer_reads(LUCIE, purpose="SUIVI_SOCIAL")
    reading = last_reading(superuser)
    with acting(TENANT), connection.cursor() as cursor:
        cursor.execute("SELECT id FROM privacy_readevent WHERE purpose = 'SUIVI_SOCIAL'")
        assert cursor.fetchall() == []
    with pytest.raises(ReadingNotFound), acting(TENANT):
        ask_about_reading(reading_id=reading, reason="TOO_OFTEN", actor=TENANT, at=AT)
    with acting(DPO):
        (held,) = withheld_readings(at=datetime.now(tz=PARIS))
    assert (held.purpose, held.readings, held.persons) == ("SUIVI_SOCIAL", 1, 1)
    _, online = copied(in_person=False)
    assert [each["finalite"] for each in online["lectures"] if each["finalite"] == "SUIVI_SOCIAL"] == []
    _, handed = copied(in_person=True)
    assert [each["finalite"] for each in handed["lectures"] if each["finalite"] == "SUIVI_SOCIAL"] == ["SUIVI_SOCIAL"]


def test_a_delayed_reading_is_told_once_the_delay_is_over(superuser: psycopg.Connection) -> None:
    for days in (29, 31):
        superuser.execute(
            """INSERT INTO privacy_readevent (at, agent_id, operator, role, purpose, motive, is_mass, subjects,
                                              categories, screen, terms)
               VALUES (now() - make_interval(days => %s), 1, '', 'social_worker', 'SUIVI_SOCIAL', '', false, '{1}',
                       '{IDENTITE}', 'suivi', '')""",
            [days],
        )
    with acting(TENANT), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM privacy_readevent WHERE purpose = 'SUIVI_SOCIAL'")
        assert cursor.fetchone() == (1,)


# --- the copy ---------------------------------------------------------------------------------------------------------


def copied(*, in_person: bool = False, person: int = LUCIE) -> tuple[dict[str, bytes], dict[str, Any]]:
    made = export_file(
        person,
        by=Operator(name="délégué"),
        at=datetime.now(tz=PARIS),
        documents=Path(settings.DOCUMENT_ROOT),
        command="rights export",
        in_person=in_person,
    )
    with zipfile.ZipFile(io.BytesIO(made.zip)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    return files, json.loads(files["dossier.json"])


def test_the_copy_holds_each_category_the_readings_and_nobody_else(superuser: psycopg.Connection) -> None:
    officer_reads(LUCIE)
    ask()
    files, data = copied()
    whole = files["dossier.json"].decode()
    for word in ("Amandier", "EMAIL-Amandier", "L101", "411-101", "1800000", "AE-2026-10-000101", "locataire"):
        assert word in whole, word
    for stranger in ("Datura", "L201", "Cerisier", "gestionnaire_nord"):
        assert stranger not in whole, stranger
    assert [(each["role"], each["page"]) for each in data["lectures"]] == [("rent_officer", "compte")]
    assert files["dossier.pdf"].startswith(b"%PDF-")


def test_the_copy_tells_the_duration_that_the_officer_decided_last(own_landlord: Landlord) -> None:
    shorter = Durations(active_months=0, archive_months=12, action=EndAction.ERASE, status=Status.TO_CONFIRM)
    _, before = copied()
    with acting(Actor(role=Role.DPO, purpose="CONSERVATION", agent_id=7), screen="conservation"):
        decide("FOYER", shorter, replaces=0, by=7, on=date(2026, 11, 21), at=AT)
    _, after = copied()
    told = [copy["categories"]["FOYER"]["conservation"] for copy in (before, after)]
    assert told[0].startswith("3 ans après la fin du bail")
    assert told[1].startswith("1 an après la fin du bail")


def test_the_copy_is_itself_a_reading_told_to_the_person_and_names_its_operator(superuser: psycopg.Connection) -> None:
    copied()
    told = superuser.execute(
        "SELECT operator, role, purpose, motive, is_mass, subjects, person_id FROM privacy_readevent"
    ).fetchall()
    assert told == [("délégué", "batch_rights", "DROITS_DES_PERSONNES", "DROITS", False, [LUCIE], None)]
    with acting(TENANT), connection.cursor() as cursor:
        cursor.execute("SELECT role FROM privacy_readevent")
        assert cursor.fetchall() == [("batch_rights",)]


def test_the_job_of_a_copy_reads_one_person_and_row_security_alone_says_so(own_landlord: Landlord) -> None:
    with about_one(LUCIE, operator="délégué", motive="DROITS", command="essai"), connection.cursor() as cursor:
        for table, column in (("people_person", "id"), ("people_contact", "person_id"), ("leases_lease", "id")):
            cursor.execute(f"SELECT DISTINCT {column} FROM {table}")
            assert cursor.fetchall() == [(LUCIE if table != "leases_lease" else 101,)], table


def test_a_number_that_is_nobody_is_refused_in_a_sentence(own_landlord: Landlord) -> None:
    with pytest.raises(PersonNotFound, match="Aucune personne n’a le numéro 99"):
        copied(person=99)


def test_a_copy_waits_for_its_person_and_for_nobody_else(own_landlord: Landlord) -> None:
    number = ask()
    by = Operator(name="file d’attente", agent_id=7)
    make_package(
        request_id=number, person_id=LUCIE, in_person=False, by=by, at=AT, documents=Path(settings.DOCUMENT_ROOT)
    )
    with acting(TENANT), connection.cursor() as cursor:
        cursor.execute("SELECT request_id FROM rights_package")
        assert cursor.fetchall() == [(number,)]
    stranger = Actor(role=Role.TENANT, purpose="ESPACE_LOCATAIRE", person_id=STRANGER)
    with acting(stranger), connection.cursor() as cursor:
        cursor.execute("SELECT request_id FROM rights_package")
        assert cursor.fetchall() == []


def test_a_copy_in_person_is_not_fetched_online(own_landlord: Landlord) -> None:
    by = Operator(name="file d’attente", agent_id=7)
    make_package(
        request_id=ask(), person_id=LUCIE, in_person=True, by=by, at=AT, documents=Path(settings.DOCUMENT_ROOT)
    )
    with acting(TENANT), connection.cursor() as cursor:
        cursor.execute("SELECT request_id FROM rights_package")
        assert cursor.fetchall() == []


def test_a_copy_leaves_the_disk_when_it_expires(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    first, key = spool.keep_sealed(b"first", at=datetime.now(tz=PARIS))
    with spool.open_sealed(first, key) as stream:
        assert stream.read() == b"first"
    # Kept before copies were sealed: anybody's who reads the disk.
    left = spool.folder / f"{first}.zip"
    left.write_bytes(b"first")
    # As each night does, whether or not another copy is made.
    spool.forget_expired(datetime.now(tz=PARIS))
    assert not left.exists()
    with spool.open_sealed(first, key) as stream:
        assert stream.read() == b"first"
    spool.forget_expired(datetime.now(tz=PARIS) + timedelta(days=31))
    with pytest.raises(CopyGone):
        spool.open_sealed(first, key)


# --- the house --------------------------------------------------------------------------------------------------------


def test_every_table_of_personal_data_is_copied_or_exempted_with_a_reason() -> None:
    personal = {access.table: access for access in declared_tables() if access.category}
    parts = {part.table for part in PARTS}
    assert parts & EXEMPT.keys() == set()
    assert personal.keys() - parts - EXEMPT.keys() == set(), "a table of personal data that no copy holds"
    assert (parts | EXEMPT.keys()) - personal.keys() == set(), "a part of the copy that is no longer a table"
    assert all(reason for reason in EXEMPT.values())


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.table)
def test_every_part_is_readable_by_the_job_and_shows_columns_that_exist(part: object) -> None:
    from palier.rights.shape import Part

    assert isinstance(part, Part)
    access = next(each for each in declared_tables() if each.table == part.table)
    assert any(Batch.RIGHTS in read.by for read in access.reads), f"{part.table} is not open to the copy"
    assert part.shown.keys() <= set(told_columns(part.table))
