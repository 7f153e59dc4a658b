"""What moves an agenda: a candidate added, a point taken off, in its own sitting and state; two at once."""

import threading

import psycopg
import pytest
from django.db import connection
from tests.applications import HIS_NUMBER, SECRETARY
from tests.commission import FIRST_VACANCY, MEETING, SECOND_VACANCY
from tests.operations.test_commission import as_secretary, drawn_up, item_of, superuser, version_of

from palier.attribution.access import ChangedMeanwhile, ItemNotFound
from palier.attribution.models import Item, Sheet
from palier.attribution.operations.agenda import (
    AgendaClosed,
    add_to_agenda,
    make_sheets,
    state_exception,
    take_off_agenda,
)
from palier.attribution.operations.sittings import cancel_sitting, convene_sitting, draft_sitting
from palier.foundation.clock import now, today
from palier.privacy.actor import Actor
from palier.privacy.declare import Role

__all__ = ["superuser"]


def third_candidate(item_id: int) -> None:
    actor = Actor(role=Role.COMMISSION_SECRETARY, purpose="ATTRIBUTION", agent_id=SECRETARY)
    add_to_agenda(item_id=item_id, number=HIS_NUMBER, source="OFFICER", actor=actor, on=today(), at=now())


def test_a_candidate_who_is_missing_is_added_with_their_sheet_until_the_members_are_called(
    superuser: psycopg.Connection,
) -> None:
    sitting = drawn_up(SECOND_VACANCY)
    with as_secretary():
        item = item_of(sitting).pk
        third_candidate(item)
        assert Sheet.objects.filter(item_id=item).count() == 3
        convene_sitting(sitting_id=sitting, version=version_of(sitting), on=today())
    superuser.execute("DELETE FROM attribution_sheet WHERE id = (SELECT max(id) FROM attribution_sheet)")
    superuser.execute("DELETE FROM attribution_candidate WHERE id = (SELECT max(id) FROM attribution_candidate)")
    with as_secretary(), pytest.raises(AgendaClosed):
        third_candidate(item)


def test_an_agenda_moves_only_in_its_own_sitting_and_its_state(superuser: psycopg.Connection) -> None:
    theirs = drawn_up(FIRST_VACANCY)
    with as_secretary():
        item, mine = item_of(theirs).pk, draft_sitting(number="2026-12", held_on=today(), by=SECRETARY, **MEETING)
    with as_secretary(), pytest.raises(ItemNotFound):
        take_off_agenda(item_id=item, sitting_id=mine)
    with as_secretary():
        cancel_sitting(sitting_id=theirs, version=version_of(theirs))
    for late in (
        lambda: take_off_agenda(item_id=item, sitting_id=theirs),
        lambda: state_exception(item_id=item, exception="INSUFFICIENT"),
        lambda: make_sheets(item_id=item, at=now()),
        lambda: third_candidate(item),
    ):
        with as_secretary(), pytest.raises(AgendaClosed, match="annulée"):
            late()
    assert superuser.execute("SELECT sitting_id, exception FROM attribution_item").fetchall() == [(theirs, "")]


def test_two_points_taken_off_at_once_are_one_taken_off_and_one_told(superuser: psycopg.Connection) -> None:
    sitting = drawn_up(FIRST_VACANCY, SECOND_VACANCY)
    with as_secretary():
        items, seen = list(Item.objects.order_by("rank").values_list("id", flat=True)), version_of(sitting)
    ready, told = threading.Barrier(2), list[str]()

    def take_off(item: int) -> None:
        try:
            with as_secretary():
                ready.wait(10)
                take_off_agenda(item_id=item, sitting_id=sitting, version=seen)
            told.append("retiré")
        except ChangedMeanwhile:
            told.append("relisez")
        finally:
            connection.close()

    both = [threading.Thread(target=take_off, args=(item,)) for item in items]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join(30)
    assert sorted(told) == ["relisez", "retiré"]
    assert superuser.execute("SELECT rank FROM attribution_item").fetchall() == [(1,)]
