"""What a night does to applications: notices, radiations in their time, duplicates; twice the same, killed or not."""

from datetime import date, datetime, time

import psycopg
import pytest
from tests.landlord import insert
from tests.operations.applications import NADIA, OMAR, days_ago, filed, number_of, officer, staff

from palier.demandes.operations.clocks import Passed, run_clocks
from palier.demandes.operations.duplicates import (
    AlreadyDecided,
    DuplicateNotFound,
    KeptIsNeither,
    keep_apart,
    merge,
    propose_duplicates,
)
from palier.demandes.operations.holding import ApplicationNotFound
from palier.foundation.clock import PARIS, now
from palier.privacy.actor import acting, batch
from palier.privacy.declare import Batch

NIGHT = date(2026, 11, 20)
AT = datetime.combine(NIGHT, time(3), tzinfo=PARIS)


@pytest.fixture(autouse=True)
def _staff(superuser: psycopg.Connection) -> None:
    staff(superuser)


def stock(superuser: psycopg.Connection, applications: dict[int, dict[str, object]]) -> None:
    """Applications of Inès Érable as they stand that night."""
    for number, told in applications.items():
        row: dict[str, object] = {
            "id": number, "number": number_of(number), "person_id": 5, "path": "FIRST", "state": "ACTIVE",
            "radiation_motive": "", "warned_for": "", "source": "SNE", "version": 1,
        }  # fmt: skip
        insert(superuser, "demandes_application", [row | told])


def ends(superuser: psycopg.Connection) -> dict[int, tuple[object, ...]]:
    found = superuser.execute("SELECT id, state, radiation_motive, version FROM demandes_application ORDER BY id")
    return {number: tuple(rest) for number, *rest in found}


NIGHTLY: dict[int, dict[str, object]] = {
    # The year ends on 20 December: its notice leaves that night.
    1: {"filed_on": date(2025, 12, 20), "expires_on": date(2026, 12, 20)},
    # One day later: not yet.
    2: {"filed_on": date(2025, 12, 21), "expires_on": date(2026, 12, 21)},
    # Filed on 20 October 2025: thirteen months are over that night.
    3: {"filed_on": date(2025, 10, 20), "expires_on": date(2026, 10, 20)},
    # One day later: the next night.
    4: {"filed_on": date(2025, 10, 21), "expires_on": date(2026, 10, 21)},
    # Renewed since: its own year runs.
    5: {"filed_on": date(2020, 10, 20), "renewed_on": date(2026, 3, 1), "expires_on": date(2027, 3, 1)},
    # Warned for want of answer, two months ago that night, and one day less.
    6: {"filed_on": date(2026, 2, 1), "expires_on": date(2027, 2, 1), "warned_on": date(2026, 9, 20),
        "warned_for": "NON_REPONSE"},
    7: {"filed_on": date(2026, 2, 1), "expires_on": date(2027, 2, 1), "warned_on": date(2026, 9, 21),
        "warned_for": "NON_REPONSE"},
    # Inadmissible for the commission: one month.
    8: {"filed_on": date(2026, 2, 1), "expires_on": date(2027, 2, 1), "warned_on": date(2026, 10, 20),
        "warned_for": "IRRECEVABLE_SEJOUR"},
    # Taken over without the day of its last renewal: its last day of validity tells it.
    9: {"filed_on": date(2019, 1, 10), "expires_on": date(2027, 1, 10)},
}  # fmt: skip


def test_a_night_gives_notices_and_radiates_what_the_law_makes_due(superuser: psycopg.Connection) -> None:
    stock(superuser, NIGHTLY)
    passed = run_clocks(at=AT, operator="essai", block=3)
    assert (passed.notices, dict(passed.radiated)) == (
        1, {"NON_RENOUVELLEMENT": 1, "NON_REPONSE": 1, "IRRECEVABLE_SEJOUR": 1}
    )  # fmt: skip
    assert {number: motive for number, (state, motive, _) in ends(superuser).items() if state == "RADIATED"} == {
        3: "NON_RENOUVELLEMENT", 6: "NON_REPONSE", 8: "IRRECEVABLE_SEJOUR"
    }  # fmt: skip
    told = superuser.execute(
        """SELECT application_id, kind, detail, "on" FROM demandes_event ORDER BY application_id"""
    ).fetchall()
    assert told == [
        (1, "NOTICE", "", NIGHT),
        (3, "RADIATED", "NON_RENOUVELLEMENT", NIGHT),
        (6, "RADIATED", "NON_REPONSE", NIGHT),
        (8, "RADIATED", "IRRECEVABLE_SEJOUR", NIGHT),
    ]


def test_run_twice_the_second_finds_nothing(superuser: psycopg.Connection) -> None:
    stock(superuser, NIGHTLY)
    run_clocks(at=AT, operator="essai")
    after = ends(superuser)
    assert run_clocks(at=AT, operator="essai") == Passed(day=NIGHT)
    assert ends(superuser) == after


def test_a_dry_run_counts_the_same_and_changes_nothing(superuser: psycopg.Connection) -> None:
    stock(superuser, NIGHTLY)
    before = ends(superuser)
    dry = run_clocks(at=AT, operator="essai", dry_run=True)
    assert ends(superuser) == before
    assert superuser.execute("SELECT count(*) FROM demandes_event").fetchone() == (0,)
    assert run_clocks(at=AT, operator="essai") == dry


def test_a_night_that_stops_goes_on_where_it_was(superuser: psycopg.Connection) -> None:
    stock(superuser, NIGHTLY)
    with pytest.raises(KeyboardInterrupt):
        run_clocks(at=AT, operator="essai", block=3, listener=_stop)
    half = ends(superuser)
    assert half[3][0] == "RADIATED"
    assert half[8][0] == "ACTIVE"
    run_clocks(at=AT, operator="essai", block=3)
    assert [number for number, (state, *_) in ends(superuser).items() if state == "RADIATED"] == [3, 6, 8]
    assert superuser.execute("SELECT count(*) FROM demandes_event").fetchone() == (4,)


def _stop(after: int) -> None:
    raise KeyboardInterrupt


def test_a_permit_that_is_over_is_to_be_seen_again(superuser: psycopg.Connection) -> None:
    stock(superuser, {1: NIGHTLY[5], 2: NIGHTLY[5] | {"number": number_of(99)}})
    for number, until in ((1, date(2026, 11, 19)), (2, date(2026, 11, 20))):
        insert(superuser, "demandes_composition", [{"application_id": number, "adults": 1, "dependants": 0,
               "shared_custody": 0, "visiting": 0, "unborn": 0, "disabled": 0, "spouses": False,
               "dependants_born_on": "{}", "stays_regularly": True}])  # fmt: skip
        insert(superuser, "demandes_member", [{"id": number, "application_id": number, "role": "APPLICANT",
               "first_name": "", "last_name": "", "tie": ""}])  # fmt: skip
        insert(superuser, "demandes_stay", [{"member_id": number, "application_id": number, "nationality": "HORS_UE",
               "state": "REGULAR", "valid_until": until}])  # fmt: skip
    assert run_clocks(at=AT, operator="essai").stays_to_check == 1
    found = superuser.execute("SELECT application_id, stays_regularly FROM demandes_composition ORDER BY 1").fetchall()
    assert found == [(1, None), (2, True)]


# --- Duplicates ------------------------------------------------------------------------------------------------------


def proposed() -> tuple[int, int]:
    with batch(Batch.IMPORT, operator="essai", motive="ATTRIBUTION", command="doublons"):
        found = propose_duplicates()
    return found.same_person, found.same_names_and_birth


def pairs(superuser: psycopg.Connection) -> list[tuple[object, ...]]:
    return superuser.execute("SELECT first_id, second_id, key, state FROM demandes_duplicate ORDER BY 1, 2").fetchall()


def test_only_strong_keys_propose_a_pair_and_once(superuser: psycopg.Connection) -> None:
    first, second = filed(1), filed(2, by=OMAR)
    filed(3, last_name="Orme")
    filed(4, birth_date=date(1991, 3, 5))
    # Names alone, without a day of birth, bring nobody together.
    superuser.execute(
        """UPDATE people_person SET birth_date = NULL
           WHERE id IN (SELECT person_id FROM demandes_application WHERE id > %s)""",
        [second],
    )
    filed(5, last_name="Orme", birth_date=date(1950, 1, 1))
    assert proposed() == (0, 1)
    assert pairs(superuser) == [(first, second, "NAME_BIRTH", "PROPOSED")]
    assert proposed() == (0, 0)


def test_a_merge_keeps_one_with_the_oldest_seniority(superuser: psycopg.Connection) -> None:
    old, new = filed(1, filed_on=days_ago(200)), filed(2, filed_on=days_ago(20))
    proposed()
    ((duplicate,),) = superuser.execute("SELECT id FROM demandes_duplicate").fetchall()
    with pytest.raises(KeptIsNeither), acting(officer()) as reading:
        merge(duplicate_id=duplicate, kept_id=0, actor=reading.actor, at=now())
    with pytest.raises(ApplicationNotFound), acting(officer(OMAR)) as reading:
        merge(duplicate_id=duplicate, kept_id=new, actor=reading.actor, at=now())
    with acting(officer()) as reading:
        assert merge(duplicate_id=duplicate, kept_id=new, actor=reading.actor, at=now()) == old
    with pytest.raises(AlreadyDecided), acting(officer()) as reading:
        keep_apart(duplicate_id=duplicate, actor=reading.actor, at=now())
    found = superuser.execute(
        "SELECT id, state, filed_on, radiation_motive, merged_into_id FROM demandes_application ORDER BY id"
    ).fetchall()
    assert found == [
        (old, "RADIATED", days_ago(200), "FUSION", new),
        (new, "ACTIVE", days_ago(200), "", None),
    ]
    decided = superuser.execute("SELECT state, decided_by_id FROM demandes_duplicate").fetchall()
    assert decided == [("MERGED", NADIA)]
    assert proposed() == (0, 0)


def test_two_that_are_distinct_are_not_proposed_again(superuser: psycopg.Connection) -> None:
    filed(1)
    filed(2)
    proposed()
    ((duplicate,),) = superuser.execute("SELECT id FROM demandes_duplicate").fetchall()
    with acting(officer()) as reading:
        keep_apart(duplicate_id=duplicate, actor=reading.actor, at=now())
        with pytest.raises(DuplicateNotFound):
            keep_apart(duplicate_id=duplicate + 1, actor=reading.actor, at=now())
    assert proposed() == (0, 0)
    assert superuser.execute("SELECT count(*) FROM demandes_application WHERE state = 'ACTIVE'").fetchone() == (2,)
