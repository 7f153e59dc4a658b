"""The yearly revision of rents: simulated, signed by two people, applied once, taken back before its day."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal

import psycopg
import pytest
from tests.landlord import Landlord

from palier.campaigns.letters import explanation
from palier.campaigns.models import RevisedRent, Revision
from palier.campaigns.operations.revision import (
    RentsMovedMeanwhile,
    RevisionAlreadyApplied,
    RevisionAlreadyBilled,
    RevisionHasTakenEffect,
    RevisionInThePast,
    RevisionNotReviewed,
    SamePersonRevises,
    Vote,
    apply_revision,
    review_revision,
    simulate_revision,
    undo_revision,
)
from palier.campaigns.queries.revision import revised_lease, revision_row
from palier.campaigns.rules.revision import Limit, RateAboveIndex, Voted, check_voted, next_rent
from palier.privacy.actor import Actor, acting, batch
from palier.privacy.declare import Batch, Role

AT = datetime(2026, 11, 21, 12, tzinfo=UTC)
JANUARY = date(2027, 1, 1)
IRL_2027 = Voted(reference=Decimal("146.68"), new=Decimal("148.37"))


@contextmanager
def working() -> Iterator[None]:
    with batch(Batch.IMPORT, operator="tests", motive="CAMPAGNE", command="révision", categories=("BAIL",)):
        yield


def simulated(percent: str | None = None, derogation: str = "") -> int:
    vote = Vote(year=2027, percent=None if percent is None else Decimal(percent), derogation=derogation)
    with working():
        return simulate_revision(vote=vote, by=4, at=AT).pk


def reviewed(number: int, by: int) -> None:
    actor = Actor(role=Role.ACCOUNTANT, purpose="QUITTANCEMENT", agent_id=by)
    with acting(actor):
        review_revision(revision_id=number, actor=actor, at=AT)


def applied(landlord: Landlord) -> int:
    number = simulated()
    reviewed(number, landlord.agents["comptable"])
    with working():
        apply_revision(revision_id=number, by=landlord.agents["siege"], at=AT)
    return number


def rents(superuser: psycopg.Connection, lease: int = 101) -> list[tuple[int, date, date | None]]:
    return superuser.execute(
        """SELECT amount_cents, first_day, last_day FROM leases_term WHERE lease_id = %s AND kind = 'RENT'
           ORDER BY first_day""",
        [lease],
    ).fetchall()


# 400.00 × 148.37 ÷ 146.68 = 404.6086…; 1 % of 400.00 is 4.00.
@pytest.mark.parametrize(
    ("percent", "most", "cents", "limit"),
    [
        (None, None, 40_461, Limit.NONE),
        ("1.00", None, 40_400, Limit.NONE),
        ("0.00", None, 40_000, Limit.NONE),
        # 1.15 % gives 404.60, under the index.
        ("1.15", None, 40_460, Limit.NONE),
        (None, 40_300, 40_300, Limit.CONVENTION),
        (None, 40_000, 40_000, Limit.ABOVE),
        (None, 39_000, 40_000, Limit.ABOVE),
    ],
)
def test_a_rent_follows_the_vote_under_the_index_and_the_convention(
    percent: str | None, most: int | None, cents: int, limit: Limit
) -> None:
    voted = Voted(reference=IRL_2027.reference, new=IRL_2027.new, percent=None if percent is None else Decimal(percent))
    assert next_rent(40_000, voted=voted, rent_max_cents=most) == (cents, limit)


def test_a_rate_printed_above_the_index_never_passes_it() -> None:
    # 2025: 145.17 ÷ 140.59 = 3.2577 %, printed 3.26 %: 1 000.00 × 145.17 ÷ 140.59 = 1 032.577…
    voted = Voted(reference=Decimal("140.59"), new=Decimal("145.17"), percent=Decimal("3.26"))
    check_voted(voted)
    assert next_rent(100_000, voted=voted, rent_max_cents=None) == (103_258, Limit.NONE)


def test_a_rate_above_the_index_asks_for_a_derogation() -> None:
    with pytest.raises(RateAboveIndex) as refused:
        check_voted(Voted(reference=IRL_2027.reference, new=IRL_2027.new, percent=Decimal("2.00")))
    assert "1,15\u00a0%" in str(refused.value)
    granted = Voted(reference=IRL_2027.reference, new=IRL_2027.new, percent=Decimal("2.00"), derogation="DEROG-2026-01")
    check_voted(granted)
    assert next_rent(40_000, voted=granted, rent_max_cents=None) == (40_800, Limit.NONE)


def test_a_simulation_moves_no_rent_and_replaces_the_one_of_before(
    own_landlord: Landlord, superuser: psycopg.Connection
) -> None:
    simulated("1.00")
    number = simulated()
    with working():
        revision = Revision.objects.get()
        assert (revision.pk, revision.lease_count, revision.revised_count) == (number, 3, 3)
        assert (revision.before_cents, revision.after_cents) == (120_000, 121_383)
        assert RevisedRent.objects.count() == 3
    assert rents(superuser) == [(40_000, date(2020, 1, 1), None)]


def test_an_applied_revision_opens_the_rents_of_january(own_landlord: Landlord, superuser: psycopg.Connection) -> None:
    number = applied(own_landlord)
    assert rents(superuser) == [
        (40_000, date(2020, 1, 1), date(2026, 12, 31)),
        (40_461, JANUARY, None),
    ]
    basis = superuser.execute("SELECT basis FROM leases_term WHERE first_day = %s LIMIT 1", [JANUARY]).fetchone()
    assert basis == ("IRL 148,37 ÷ 146,68 au 01/01/2027",)
    assert superuser.execute("SELECT state FROM campaigns_revision WHERE id = %s", [number]).fetchone() == ("APPLIED",)


def test_applied_twice_it_is_written_once(own_landlord: Landlord, superuser: psycopg.Connection) -> None:
    number = applied(own_landlord)
    with pytest.raises(RevisionAlreadyApplied), working():
        apply_revision(revision_id=number, by=own_landlord.agents["siege"], at=AT)
    with pytest.raises(RevisionAlreadyApplied):
        simulated()
    assert len(rents(superuser)) == 2


def test_who_reviewed_does_not_apply(own_landlord: Landlord, superuser: psycopg.Connection) -> None:
    number = simulated()
    with pytest.raises(RevisionNotReviewed), working():
        apply_revision(revision_id=number, by=own_landlord.agents["siege"], at=AT)
    reviewed(number, own_landlord.agents["comptable"])
    with pytest.raises(SamePersonRevises), working():
        apply_revision(revision_id=number, by=own_landlord.agents["comptable"], at=AT)
    assert len(rents(superuser)) == 1


def test_a_rent_changed_since_the_simulation_stops_it_all(
    own_landlord: Landlord, superuser: psycopg.Connection
) -> None:
    number = simulated()
    reviewed(number, own_landlord.agents["comptable"])
    superuser.execute("UPDATE leases_term SET amount_cents = 41000 WHERE lease_id = 102")
    with pytest.raises(RentsMovedMeanwhile, match="1 loyers"), working():
        apply_revision(revision_id=number, by=own_landlord.agents["siege"], at=AT)
    assert len(rents(superuser)) == 1


def test_taken_back_before_its_day_every_rent_is_what_it_was(
    own_landlord: Landlord, superuser: psycopg.Connection
) -> None:
    number = applied(own_landlord)
    with working():
        undo_revision(revision_id=number, by=own_landlord.agents["siege"], at=AT)
    for lease in (101, 102, 201):
        assert rents(superuser, lease) == [(40_000, date(2020, 1, 1), None)]
    assert applied(own_landlord) != number
    assert len(rents(superuser)) == 2


def test_once_in_force_or_billed_it_is_not_taken_back(own_landlord: Landlord, superuser: psycopg.Connection) -> None:
    number = applied(own_landlord)
    with pytest.raises(RevisionHasTakenEffect), working():
        undo_revision(revision_id=number, by=1, at=datetime(2027, 1, 1, 12, tzinfo=UTC))
    superuser.execute("UPDATE quittancement_run SET month = '2027-02-01' WHERE id = 2")
    superuser.execute(
        """UPDATE quittancement_run SET state = 'SEALED', reviewed_by = 4, sealed_by = 5, sealed_at = now(),
                  first_number = 1 WHERE id = 2"""
    )
    with pytest.raises(RevisionAlreadyBilled, match="février 2027"), working():
        undo_revision(revision_id=number, by=1, at=AT)
    assert len(rents(superuser)) == 2


def test_a_revision_of_a_year_begun_is_refused(own_landlord: Landlord) -> None:
    with pytest.raises(RevisionInThePast), working():
        simulate_revision(vote=Vote(year=2026), by=4, at=AT)


def test_a_rent_already_fixed_for_later_and_a_lease_that_ends_are_left_alone(
    own_landlord: Landlord, superuser: psycopg.Connection
) -> None:
    superuser.execute("UPDATE leases_term SET last_day = '2027-01-31' WHERE lease_id = 101")
    superuser.execute(
        """INSERT INTO leases_term (lease_id, residence_id, kind, label, amount_cents, basis, first_day)
           VALUES (101, 11, 'RENT', 'Loyer du logement', 50000, '', '2027-02-01')"""
    )
    superuser.execute("UPDATE leases_lease SET ends_on = '2026-12-31' WHERE id = 102")
    number = simulated()
    with working():
        found = RevisedRent.objects.filter(revision_id=number).order_by("lease_id")
        assert [(row.lease_id, row.after_cents, row.limit) for row in found] == [
            (101, 40_000, "LATER"),
            (201, 40_461, "NONE"),
        ]


def conventioned(superuser: psycopg.Connection, valued_on: date | None) -> None:
    """The dwelling of lease 101, 66.00 m², under a convention of 6.00 € per m²: 396.00 a month as it is written."""
    superuser.execute(
        """INSERT INTO estate_convention (id, residence_id, number, signed_on, financing, max_rent_per_m2_cents,
                                          max_rent_on, coefficient)
           VALUES (1, 11, 'C-1', '2025-06-01', 'PLUS', 600, %s, 1)""",
        [valued_on],
    )
    superuser.execute(
        """UPDATE estate_dwelling SET convention_id = 1, floor_area_m2 = 66, annex_area_m2 = 0
           WHERE id = (SELECT dwelling_id FROM leases_lease WHERE id = 101)"""
    )


# 396.00 × 148.37 ÷ 146.68 = 400.5626 when the maximum is that of 2026; × 148.37 ÷ 145.17 = 404.7291 when of 2025,
# under which the revised 404.61 of a rent of 400.00 stands whole.
@pytest.mark.parametrize(
    ("valued_on", "cents", "limit"),
    [
        (None, 40_000, "ABOVE"),
        (date(2027, 1, 1), 40_000, "ABOVE"),
        (date(2026, 1, 1), 40_056, "CONVENTION"),
        (date(2025, 6, 1), 40_461, "NONE"),
    ],
)
def test_the_maximum_of_a_convention_is_the_one_in_force_on_the_day_of_the_revision(
    own_landlord: Landlord, superuser: psycopg.Connection, valued_on: date | None, cents: int, limit: str
) -> None:
    conventioned(superuser, valued_on)
    number = simulated()
    found = superuser.execute(
        'SELECT after_cents, "limit" FROM campaigns_revisedrent WHERE revision_id = %s AND lease_id = 101', [number]
    ).fetchone()
    assert found == (cents, limit)


def test_the_letter_tells_how_the_maximum_was_indexed(own_landlord: Landlord, superuser: psycopg.Connection) -> None:
    conventioned(superuser, date(2026, 1, 1))
    number = simulated()
    with working():
        revision, lease = revision_row(number), revised_lease(number, 101)
    assert revision is not None
    assert lease is not None
    told = explanation(revision, lease)
    assert "6,00\u00a0€ × coefficient 1 × 148,37 ÷ 146,68 (IRL, CCH, art. L353-9-2) = 400,56\u00a0€" in told[-1]
