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
from tests.commission import FIRST_VACANCY, SEAT_OF_PRESIDENT, SECRETARY, write_commission
from tests.landlord import Landlord
from tests.operations.test_commission import as_secretary, closed, decided, item_of, version_of

from palier.attribution.models import Item, Sheet
from palier.attribution.operations.deciding import record_votes
from palier.attribution.operations.proving import exchanged_columns, product_reader, prove
from palier.attribution.operations.replaying import NothingFrozen, SittingUnknown, export_sitting, replay
from palier.attribution.operations.sittings import close_sitting
from palier.attribution.rules.exported import ExportUnreadable, OtherSitting, replay_export
from palier.attribution.rules.frozen import FrozenBroken
from palier.attribution.rules.replay import Replayed
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
