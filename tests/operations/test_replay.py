"""A decided sitting computed again: identical, then one income, one voice, one point of a grid changed, then erased."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from tests.applications import HERS
from tests.commission import (
    FIRST_VACANCY,
    SEAT_OF_NAMESAKE,
    SEAT_OF_PRESIDENT,
    SEAT_OF_TENANTS,
    SECRETARY,
    write_commission,
)
from tests.landlord import Landlord
from tests.operations.test_commission import as_secretary, closed, decided, item_of, version_of
from tests.operations.test_replay_opinions import changed_by_hand

from palier.attribution.models import Item, Sheet, Vote
from palier.attribution.operations.deciding import record_votes
from palier.attribution.operations.proving import exchanged_columns, product_reader, prove
from palier.attribution.operations.replaying import NothingFrozen, SittingUnknown, export_sitting, replay
from palier.attribution.operations.sittings import close_sitting, note_attendance, note_recusal
from palier.attribution.rules.exported import ExportUnreadable, OtherSitting, replay_export
from palier.attribution.rules.frozen import FrozenBroken
from palier.attribution.rules.replay import Replayed
from palier.attribution.rules.voting import Presence
from palier.demandes.queries.grids import SHIPPED
from palier.demandes.rules.facts import Facts
from palier.foundation.clock import now, today
from palier.privacy.actor import batch
from palier.privacy.declare import Batch

if TYPE_CHECKING:
    from tests.conftest import Cluster

NUMBER = "2026-11"
# The demonstration's grid covers these communes: the three applications then have points.
VILLEFICTIVE = "00100"


@pytest.fixture
def superuser(cluster: "Cluster", own_landlord: Landlord) -> Iterator[psycopg.Connection]:
    with cluster.as_superuser(connection.settings_dict["NAME"]) as session:
        write_commission(session, own_landlord)
        session.execute(
            """INSERT INTO demandes_wish (application_id, commune, rank)
               SELECT id, %s, 9 FROM demandes_application""",
            [VILLEFICTIVE],
        )
        yield session


def replayed() -> Replayed:
    with batch(Batch.ALLOCATION, operator="essai", motive="ATTRIBUTION", command="allocation replay"):
        return replay(NUMBER)


def exported(folder: Path) -> Path:
    with batch(Batch.ALLOCATION, operator="essai", motive="ATTRIBUTION", command="allocation export"):
        held = export_sitting(NUMBER)
    path = folder / "seance.json"
    path.write_text(json.dumps(held), encoding="utf-8")
    return path


def voted() -> int:
    """A sitting where one member voted on the sheet of rank 1, then closed."""
    sitting = decided(FIRST_VACANCY)
    with as_secretary():
        item = Item.objects.get(pk=item_of(sitting).pk)
        sheet = Sheet.objects.filter(item=item).order_by("pseudonym")[0]
        record_votes(
            item_id=item.pk, version=item.version, sheet_id=sheet.pk, votes={SEAT_OF_PRESIDENT: "FOR"}, at=now()
        )
        close_sitting(sitting_id=sitting, version=version_of(sitting), by=SECRETARY, at=now())
    return sitting


def test_nothing_changed_is_identical_twice(superuser: psycopg.Connection) -> None:
    closed(FIRST_VACANCY)
    first = replayed()
    assert (first.session, first.candidates, first.identical, first.differences) == (NUMBER, 3, True, ())
    assert len(first.digest) == 64
    assert replayed() == first


def test_points_were_frozen_by_the_grid_of_the_day(superuser: psycopg.Connection) -> None:
    closed(FIRST_VACANCY)
    with batch(Batch.ALLOCATION, operator="essai", motive="ATTRIBUTION", command="allocation export"):
        held = json.loads(json.dumps(export_sitting(NUMBER)))
    candidates = held["sitting"]["items"][0]["candidates"]
    assert all(candidate["control"] for candidate in candidates)
    assert "Érable" not in json.dumps(held, ensure_ascii=False)


def test_who_is_no_longer_heard_leaves_no_voice_behind_and_the_replay_is_identical(
    superuser: psycopg.Connection,
) -> None:
    sitting = decided(FIRST_VACANCY)
    with as_secretary():
        item = Item.objects.get(pk=item_of(sitting).pk)
        back = {SEAT_OF_NAMESAKE: Presence(state="PRESENT")}
        note_attendance(sitting_id=sitting, version=version_of(sitting), presences=back)
        noted = {"item_id": item.pk, "sitting_id": sitting, "by": SECRETARY, "at": now()}
        note_recusal(member_id=SEAT_OF_PRESIDENT, version=version_of(sitting), **noted)
        sheet = Sheet.objects.filter(item=item).order_by("pseudonym")[0].pk
        votes = {SEAT_OF_NAMESAKE: "FOR", SEAT_OF_TENANTS: "FOR"}
        record_votes(item_id=item.pk, version=item.version + 1, sheet_id=sheet, votes=votes, at=now())
        given = {SEAT_OF_NAMESAKE: Presence(state="REPRESENTED", proxy_to=SEAT_OF_PRESIDENT)}
        note_attendance(sitting_id=sitting, version=version_of(sitting), presences=given)
        assert list(Vote.objects.values_list("member_id", flat=True)) == [SEAT_OF_TENANTS]
        left = {SEAT_OF_TENANTS: Presence(state="ABSENT")}
        note_attendance(sitting_id=sitting, version=version_of(sitting), presences=left)
        assert not Vote.objects.exists()
        close_sitting(sitting_id=sitting, version=version_of(sitting), by=SECRETARY, at=now())
    assert replayed().identical


def test_an_income_changed_by_hand_is_named(superuser: psycopg.Connection) -> None:
    closed(FIRST_VACANCY)
    superuser.execute("UPDATE demandes_resources SET n2_cents = 1600000 WHERE application_id = %s", [HERS])
    found = replayed()
    assert found.identical is False
    (named,) = found.differences
    assert (named.what, named.frozen, named.found) == ("dossier, resources, n2_cents", "1500000", "1600000")


def test_a_voice_changed_by_hand_is_named(superuser: psycopg.Connection) -> None:
    voted()
    assert replayed().identical is True
    superuser.execute("UPDATE attribution_vote SET choice = 'AGAINST'")
    (named,) = replayed().differences
    assert named.what.startswith("voix, siège")
    assert (named.frozen, named.found) == ('"FOR"', '"AGAINST"')


_ADDED = """
    INSERT INTO attribution_vacancy (id, dwelling_id, residence_id, announced_on, expected_on, available_on, rent_cents,
                                     charges_cents, state, withdrawn_for, version)
    SELECT 79, 2102, 21, announced_on, expected_on, available_on, 1, 0, 'LET', '', 1 FROM attribution_vacancy
    WHERE id = 71;
    INSERT INTO attribution_item (sitting_id, vacancy_id, rank, exception, is_postponed, version)
    SELECT id, 79, 2, '', {postponed}, 1 FROM attribution_sitting;"""
_SHEET = """
    INSERT INTO attribution_candidate (id, vacancy_id, source, added_on, added_by_id, withdrawn_for)
    SELECT 900, vacancy_id, source, added_on, added_by_id, '' FROM attribution_candidate LIMIT 1;
    INSERT INTO attribution_sheet (id, item_id, candidate_id, pseudonym, content, digest, made_at)
    SELECT 900, item_id, 900, 'C-00', content, digest, made_at FROM attribution_sheet LIMIT 1;"""
_DECISION = """
    INSERT INTO attribution_decision (sheet_id, kind, rank, condition_piece, motive, other_motive, precision,
                                      decided_at, decided_by_id)
    SELECT 900, 'ATTRIBUTION_RANG', 3, '', '', '', '', decided_at, decided_by_id FROM attribution_decision LIMIT 1"""
_TOUCHED = ("candidate", "sheet", "decision", "item", "sitting", "vacancy", "commissionrules")
# What was done by hand, and which headings are told of it.
_TAMPERED = {
    "a candidate more": (_SHEET + _DECISION, {"fiche"}),
    "the dwelling": (
        "UPDATE attribution_vacancy SET dwelling_id = 2102, state = 'LET' WHERE id = 71", {"ce qu’il désigne"},
    ),
    "the rent": ("UPDATE attribution_vacancy SET rent_cents = 1 WHERE id = 71", {"logement, rent_cents"}),
    "sent back": ("UPDATE attribution_item SET is_postponed = true", {"ordre du jour", "points renvoyés"}),
    "a point more": (_ADDED.format(postponed="false"), {"ordre du jour"}),
    "a point more, sent back": (_ADDED.format(postponed="true"), {"points renvoyés"}),
    "an exception": ("UPDATE attribution_item SET exception = 'DALO_PREFET'", {"exception"}),
    "the day": ("UPDATE attribution_sitting SET held_on = held_on - 1", {"jour"}),
    "how it was held": ("UPDATE attribution_sitting SET mode = 'ROOM'", {"tenue"}),
    "the rules": (
        "UPDATE attribution_commissionrules SET id = 9; UPDATE attribution_sitting SET rules_id = 9",
        {"ce qu’il désigne"},
    ),
    "the presidency": ("UPDATE attribution_sitting SET president_id = NULL", {"présidence"}),
    "a candidacy without its application": (
        "UPDATE attribution_candidate SET application_id = NULL WHERE application_id = 501", {"demande"},
    ),
}  # fmt: skip


def test_what_was_changed_by_hand_around_the_sheets_is_named_and_what_goes_on_is_not(
    superuser: psycopg.Connection,
) -> None:
    closed(FIRST_VACANCY)
    # What honestly follows a sitting: oriented to another, let, candidates who leave, a person and their file erased.
    superuser.execute(
        """UPDATE attribution_vacancy SET state = 'LET', let_on = available_on, version = 9;
           UPDATE attribution_orientation SET released_on = decided_on;
           UPDATE attribution_candidate SET withdrawn_on = added_on, withdrawn_for = 'HOUSED'"""
    )
    assert replayed().identical
    for case, (statements, expected) in _TAMPERED.items():
        with changed_by_hand(superuser, statements, tables=_TOUCHED):
            found = replayed()
        assert expected <= {each.what for each in found.differences}, case
    superuser.execute("UPDATE attribution_candidate SET application_id = NULL WHERE application_id = %s", [HERS])
    superuser.execute(
        """UPDATE attribution_sheet SET content = '{}'
           WHERE candidate_id IN (SELECT id FROM attribution_candidate WHERE application_id IS NULL)"""
    )
    assert replayed().identical


def test_a_point_of_the_grid_changed_is_named(superuser: psycopg.Connection) -> None:
    closed(FIRST_VACANCY)
    folder = settings.PALIER_HOME / "grilles"
    folder.mkdir()
    try:
        for path in SHIPPED.glob("*.toml"):
            text = path.read_text(encoding="utf-8")
            (folder / path.name).write_text(text.replace("points = 20", "points = 21", 1), encoding="utf-8")
        named = [each for each in replayed().differences if each.where.startswith("grille")]
    finally:
        for path in folder.glob("*.toml"):
            path.unlink()
        folder.rmdir()
    assert named
    assert replayed().identical is True


def test_an_export_is_replayed_alone_and_a_changed_one_is_refused(
    superuser: psycopg.Connection, tmp_path: Path
) -> None:
    closed(FIRST_VACANCY)
    path = exported(tmp_path)
    again = replay_export(path, session=NUMBER)
    assert (again.identical, again.candidates, again.digest) == (True, 3, replayed().digest)
    with pytest.raises(OtherSitting):
        replay_export(path, session="2026-12")
    held = json.loads(path.read_text(encoding="utf-8"))
    held["sitting"]["items"][0]["candidates"][0]["facts"]["resources"]["monthly_cents"] = 1
    path.write_text(json.dumps(held), encoding="utf-8")
    with pytest.raises(FrozenBroken):
        replay_export(path, session=NUMBER)
    path.write_text("{}", encoding="utf-8")
    with pytest.raises(ExportUnreadable):
        replay_export(path, session=NUMBER)


def test_after_erasure_the_replay_says_so_and_keeps_the_digest(superuser: psycopg.Connection) -> None:
    closed(FIRST_VACANCY)
    digest = replayed().digest
    superuser.execute("UPDATE attribution_frozen SET sealed = NULL, wrapped = NULL, erased_on = %s", [today()])
    found = replayed()
    assert (found.identical, found.digest, found.erased_on) == (None, digest, today())


def test_what_was_not_closed_or_does_not_exist_is_said(superuser: psycopg.Connection) -> None:
    decided(FIRST_VACANCY)
    with pytest.raises(NothingFrozen):
        replayed()
    with (
        batch(Batch.ALLOCATION, operator="essai", motive="ATTRIBUTION", command="allocation replay"),
        pytest.raises(SittingUnknown),
    ):
        replay("jamais")


# --- non-interference -------------------------------------------------------------------------------------------------


def test_names_and_nationalities_change_nothing_and_the_stock_is_left_as_it_was(superuser: psycopg.Connection) -> None:
    superuser.execute("UPDATE estate_residence SET commune = '93066'")
    before = superuser.execute("SELECT id, last_name FROM people_person ORDER BY id").fetchall()
    with batch(Batch.IMPORT, operator="essai", motive="ATTRIBUTION", command="allocation prove"):
        found = prove(on=today())
    assert (found.applications, found.identical) == (3, True)
    assert found.matched == found.vacant > 0
    assert found.fields_permuted == sum(len(columns) for columns in exchanged_columns().values()) > 40
    assert superuser.execute("SELECT id, last_name FROM people_person ORDER BY id").fetchall() == before


def test_a_rule_that_looks_at_a_name_fails_the_proof(superuser: psycopg.Connection) -> None:
    def spoilt(on: date) -> Iterator[tuple[int, Facts]]:
        """Someone whose name has an accent waits longer."""
        with connection.cursor() as cursor:
            cursor.execute(
                """SELECT a.id, p.last_name FROM demandes_application AS a
                   JOIN people_person AS p ON p.id = a.person_id"""
            )
            names = dict(cursor.fetchall())
        for number, facts in product_reader(on):
            yield number, replace(facts, refused_offers=5 if names[number].startswith("É") else 0)

    with batch(Batch.IMPORT, operator="essai", motive="ATTRIBUTION", command="allocation prove"):
        found = prove(on=today(), reader=spoilt)
    assert found.identical is False
    assert "points" in found.changed


def test_a_rule_that_looks_at_the_nationality_fails_the_proof(superuser: psycopg.Connection) -> None:
    superuser.execute(
        """INSERT INTO demandes_stay (member_id, application_id, nationality, state)
           SELECT id, application_id, CASE WHEN application_id = %s THEN 'HORS_UE' ELSE 'FR' END, 'REGULAR'
           FROM demandes_member WHERE role = 'APPLICANT'""",
        [HERS],
    )

    def spoilt(on: date) -> Iterator[tuple[int, Facts]]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT application_id FROM demandes_stay WHERE nationality = 'HORS_UE'")
            outside = {number for (number,) in cursor.fetchall()}
        for number, facts in product_reader(on):
            yield number, replace(facts, refused_offers=5 if number in outside else 0)

    with batch(Batch.IMPORT, operator="essai", motive="ATTRIBUTION", command="allocation prove"):
        assert prove(on=today(), reader=spoilt).identical is False
