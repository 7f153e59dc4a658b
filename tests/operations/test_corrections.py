"""A past amount corrected: what each sealed month asked too much or too little is on the next bill, once."""

from datetime import UTC, date, datetime

import psycopg
import pytest
from tests.landlord import Landlord

from palier.campaigns.operations.corrections import correct_term
from palier.campaigns.rules.correction import ANNUAL_REVISION, Billed, corrections
from palier.foundation.periods import Month
from palier.leases.models import Change
from palier.leases.operations.create import NewTerm
from palier.privacy.actor import Actor, acting, batch
from palier.privacy.declare import Batch, Role
from palier.quittancement.models import Line
from palier.quittancement.operations.compute import compute_run
from palier.quittancement.rules.month import Charge, LeaseFacts, LineKind

AT = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def officer(own_landlord: Landlord) -> Actor:
    return Actor(
        role=Role.RENT_OFFICER,
        purpose="GESTION_LOCATIVE",
        agent_id=own_landlord.agents["gestionnaire_nord"],
        agency_id=1,
    )


def corrected(officer: Actor, cents: int, first_day: date, *, motive: str = "") -> int:
    with acting(officer):
        latest = Change.objects.filter(lease_id=101).order_by("-id").values_list("id", flat=True).first()
        term = NewTerm(kind="RENT", label="Loyer du logement", amount_cents=cents, basis=motive)
        return len(
            correct_term(lease_id=101, term=term, first_day=first_day, seen_change_id=latest or 0, actor=officer, at=AT)
        )


def one_off(superuser: psycopg.Connection) -> list[tuple[date, str, int, str]]:
    return superuser.execute(
        "SELECT month, label, amount_cents, basis FROM quittancement_oneoffline ORDER BY id"
    ).fetchall()


def test_a_rent_found_too_high_is_given_back_on_the_next_bill(officer: Actor, superuser: psycopg.Connection) -> None:
    # October is sealed at 400.00; the right rent was 380.00 from the 16th: 380 × 16/31 + 400 × 15/31 = 389.68.
    assert corrected(officer, 38_000, date(2026, 10, 16)) == 1
    assert one_off(superuser) == [
        (
            date(2026, 11, 1),
            "Loyer du logement, octobre 2026",
            -1_032,
            "389,68\u00a0€ dus, 400,00\u00a0€ appelés",
        )
    ]


def test_the_next_run_bills_the_correction_once(officer: Actor, superuser: psycopg.Connection) -> None:
    corrected(officer, 38_000, date(2026, 10, 1))
    for _ in range(2):
        with batch(Batch.RENT, operator="tests", motive="MOIS", command="rent run"):
            run = compute_run(month=Month(2026, 11), by=4, at=AT)
            lines = Line.objects.filter(run=run, lease_id=101).order_by("rank").values_list("kind", "amount_cents")
            assert list(lines) == [("RENT", 38_000), ("ADJUSTMENT", -2_000)]


def test_a_second_correction_asks_only_the_rest(officer: Actor, superuser: psycopg.Connection) -> None:
    corrected(officer, 38_000, date(2026, 10, 1))
    corrected(officer, 39_000, date(2026, 10, 1))
    assert [cents for _, _, cents, _ in one_off(superuser)] == [-2_000, 1_000]


def test_a_revision_that_was_forgotten_claims_nothing_for_the_months_before(
    officer: Actor, superuser: psycopg.Connection
) -> None:
    # October is sealed at 400.00. Loi de 1989, art. 17-1 I: the revision runs from the day it is asked for.
    assert corrected(officer, 40_416, date(2026, 10, 1), motive=ANNUAL_REVISION) == 0
    assert one_off(superuser) == []
    # The rent was too high all along: that is given back, whatever the motive.
    assert corrected(officer, 39_000, date(2026, 10, 1), motive=ANNUAL_REVISION) == 1
    assert [cents for _, _, cents, _ in one_off(superuser)] == [-1_000]


def test_a_day_to_come_bills_nothing(officer: Actor, superuser: psycopg.Connection) -> None:
    assert corrected(officer, 41_000, date(2026, 12, 1)) == 0
    assert one_off(superuser) == []


def test_months_that_an_order_suspended_stay_without_rent_whatever_order_came_since(
    officer: Actor, superuser: psycopg.Connection
) -> None:
    superuser.execute("SET session_replication_role = replica")
    superuser.execute(
        """INSERT INTO quittancement_suspensionorder (lease_id, residence_id, order_reference, notified_on,
                                                        lifted_on)
           VALUES (101, 11, 'ARRETE-1', '2026-09-10', '2026-10-05'), (101, 11, 'ARRETE-2', '2026-11-10', NULL)"""
    )
    superuser.execute(
        "UPDATE quittancement_line SET amount_cents = 0, inputs = '40000 0 31 1 -' WHERE run_id = 1 AND lease_id = 101"
    )
    superuser.execute("SET session_replication_role = DEFAULT")
    assert corrected(officer, 38_000, date(2026, 10, 1)) == 0
    assert one_off(superuser) == []


def test_after_three_years_nothing_is_claimed_and_all_is_given_back() -> None:
    months = (date(2023, 10, 1), date(2023, 11, 1))

    def found(cents: int, *, due_on: tuple[date, date] = (date(2023, 10, 31), date(2023, 11, 30))) -> list[int]:
        lease = LeaseFacts(
            date(2020, 1, 1), None, (Charge(LineKind.RENT, "Loyer", cents, date(2020, 1, 1)),), None, None
        )
        billed = [Billed(month=month, due_on=day, cents=40_000) for month, day in zip(months, due_on, strict=True)]
        leases = dict.fromkeys(months, lease)
        return [each.difference_cents for each in corrections(leases, "RENT", billed, on=date(2026, 11, 21))]

    assert found(41_000) == [1_000]
    assert found(39_000) == [-1_000, -1_000]
    # A rent that is due on the first day of its month is barred a month earlier.
    assert found(41_000, due_on=months) == []
