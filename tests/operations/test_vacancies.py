"""Vacancies: never two at once, oriented with a reason, given back in time; conventions that never pass a whole."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import psycopg
import pytest
from django.db import DatabaseError, connections, transaction
from tests.landlord import Landlord, insert
from tests.operations.allocating import ELISE, MONDAY, OFFICER, reserved, vacancy, with_allocation

from palier.attribution.models import Holder, Orientation, PublishedFigure, ReservationConvention, Vacancy
from palier.attribution.operations.figures import YearNotPublished, publish_figures, withdraw_running_figures
from palier.attribution.operations.orienting import (
    CandidatesKept,
    ChoiceNeedsReason,
    NobodyOrients,
    NotOriented,
    NotToOrient,
    orient_vacancy,
    release_overdue,
    release_vacancy,
)
from palier.attribution.operations.reservations import (
    ConventionOverlaps,
    HolderCodeRefused,
    HolderKnown,
    PrefetShareTooHigh,
    SharesAboveWhole,
    TerritoryUnknown,
    UnreservedHasNoConvention,
    add_convention,
    add_holder,
    end_convention,
)
from palier.attribution.operations.vacancies import (
    AlreadyOriented,
    AmountRefused,
    DayOutOfReach,
    DaysOutOfOrder,
    SpellNotFound,
    SpellRunning,
    StillLet,
    VacancyAlreadyOpen,
    VacancyChanged,
    VacancyClosed,
    VacancyNotFound,
    announce_from_notices,
    announce_vacancy,
    end_spell,
    forecast_vacancy,
    start_spell,
    withdraw_vacancy,
)
from palier.attribution.queries.reservations import counters
from palier.attribution.queries.vacancies import cost_of, orientations_of
from palier.foundation.errors import Refusal
from palier.leases.operations.rents import RentAboveConvention
from palier.privacy.actor import Actor, acting, batch
from palier.privacy.declare import Batch, Role

AT = datetime(2026, 11, 23, 5, tzinfo=UTC)
CLOSED = datetime(2027, 3, 1, 5, tzinfo=UTC)


@pytest.fixture
def office(own_landlord: Landlord, superuser: psycopg.Connection) -> psycopg.Connection:
    with_allocation(superuser)
    return superuser


def by_night(work: Callable[[], int]) -> int:
    with batch(Batch.ALLOCATION, operator="essai", motive="ATTRIBUTION", command="essai", categories=()):
        return work()


def oriented(given: Vacancy, holder: Holder | None = None, chosen_for: str = "", *, on: date = MONDAY) -> Orientation:
    return orient_vacancy(
        vacancy_id=given.pk,
        holder_id=None if holder is None else holder.pk,
        chosen_for=chosen_for,
        by=ELISE,
        on=on,
        version=Vacancy.objects.get(pk=given.pk).version,
    )


# --- Vacancies -------------------------------------------------------------------------------------------------------


def test_a_notice_to_leave_announces_the_dwelling_once_with_its_rent(office: psycopg.Connection) -> None:
    office.execute("UPDATE leases_lease SET notice_given_on = '2026-11-10', ends_on = '2026-12-10' WHERE id = 101")
    office.execute(
        """INSERT INTO leases_term (lease_id, residence_id, kind, label, amount_cents, basis, first_day)
           VALUES (101, 11, 'PROVISION_WATER', 'Avance eau', 3000, '', '2020-01-01')"""
    )
    assert by_night(lambda: announce_from_notices(on=MONDAY)) == 1
    assert by_night(lambda: announce_from_notices(on=MONDAY)) == 0
    with acting(ELISE):
        found = Vacancy.objects.get()
        assert (found.dwelling_id, found.announced_on, found.expected_on) == (
            1101,
            date(2026, 11, 10),
            date(2026, 12, 10),
        )
        assert (found.available_on, found.left_on) == (date(2026, 12, 11), None)
        assert (found.rent_cents, found.charges_cents) == (40_000, 3_000)


def test_a_dwelling_is_announced_at_no_more_than_its_convention_allows(office: psycopg.Connection) -> None:
    """40 m2 at 7 euros: 280,00 a month, where the tenant who leaves pays 400,00 (CCH, art. L353-2)."""
    office.execute("UPDATE leases_lease SET notice_given_on = '2026-11-10', ends_on = '2026-12-10' WHERE id = 101")
    office.execute(
        """INSERT INTO estate_convention (id, residence_id, number, signed_on, financing, max_rent_per_m2_cents,
               coefficient) VALUES (1, 11, 'C-1', '2000-01-01', 'PLUS', 700, 1)"""
    )
    office.execute(
        "UPDATE estate_dwelling SET convention_id = 1, floor_area_m2 = 40, annex_area_m2 = 0 WHERE residence_id = 11"
    )
    by_night(lambda: announce_from_notices(on=MONDAY))
    assert office.execute("SELECT rent_cents, version FROM attribution_vacancy").fetchall() == [(28_000, 2)]
    by_night(lambda: announce_from_notices(on=MONDAY))
    assert office.execute("SELECT rent_cents, version FROM attribution_vacancy").fetchall() == [(28_000, 2)]
    office.execute("UPDATE leases_lease SET ends_on = '2026-10-31' WHERE dwelling_id = 1102")
    with acting(ELISE), pytest.raises(RentAboveConvention, match="280,00"):
        announce_vacancy(
            dwelling_id=1102,
            announced_on=MONDAY,
            expected_on=date(2026, 10, 31),
            available_on=MONDAY,
            rent_cents=28_001,
            charges_cents=0,
            on=MONDAY,
        )


def test_a_day_of_leaving_that_moves_then_comes_is_followed(office: psycopg.Connection) -> None:
    office.execute("UPDATE leases_lease SET notice_given_on = '2026-10-10', ends_on = '2026-12-10' WHERE id = 101")
    by_night(lambda: announce_from_notices(on=MONDAY))
    office.execute("UPDATE leases_lease SET ends_on = '2026-11-15' WHERE id = 101")
    by_night(lambda: announce_from_notices(on=MONDAY))
    with acting(ELISE):
        found = Vacancy.objects.get()
        assert (found.expected_on, found.left_on) == (date(2026, 11, 15), date(2026, 11, 15))


def test_a_notice_taken_back_ends_the_vacancy_and_given_again_announces_it_again(office: psycopg.Connection) -> None:
    given = "UPDATE leases_lease SET notice_given_on = '2026-11-10', ends_on = '2026-12-10' WHERE id = 101"
    office.execute(given)
    by_night(lambda: announce_from_notices(on=MONDAY))
    # Taken out of the flow for someone: it is again, should the tenant leave after all.
    office.execute("UPDATE attribution_vacancy SET state = 'MATCHED', withdrawn_for = 'MUTATION'")
    taken_back = "UPDATE leases_lease SET notice_given_on = NULL, ends_on = NULL WHERE id = 101"
    office.execute(taken_back)
    by_night(lambda: announce_from_notices(on=MONDAY))
    seen = "SELECT state, withdrawn_for FROM attribution_vacancy ORDER BY id"
    assert office.execute(seen).fetchall() == [("MATCHED", "CONGE")]
    office.execute(given)
    by_night(lambda: announce_from_notices(on=MONDAY))
    assert office.execute(seen).fetchall() == [("MATCHED", "MUTATION")]
    office.execute(taken_back)
    office.execute("UPDATE attribution_vacancy SET state = 'OPEN', withdrawn_for = ''")
    by_night(lambda: announce_from_notices(on=MONDAY))
    assert office.execute(seen).fetchall() == [("WITHDRAWN", "CONGE")]
    office.execute(given)
    assert by_night(lambda: announce_from_notices(on=MONDAY)) == 1
    assert office.execute(seen).fetchall() == [("WITHDRAWN", "CONGE"), ("OPEN", "")]


def test_a_dwelling_whose_lease_runs_is_not_announced_by_hand(office: psycopg.Connection) -> None:
    with acting(ELISE):
        with pytest.raises(StillLet):
            vacancy(1101)
        with pytest.raises(DayOutOfReach):
            vacancy(available_on=date(2150, 11, 21))


def test_a_dwelling_has_one_vacancy_at_a_time(office: psycopg.Connection) -> None:
    with acting(ELISE):
        vacancy()
        with pytest.raises(VacancyAlreadyOpen):
            vacancy()
        assert Vacancy.objects.count() == 1


def test_two_who_announce_at_once_make_one_vacancy(office: psycopg.Connection) -> None:
    def announce(_: int) -> str:
        try:
            with acting(ELISE):
                vacancy()
        except Refusal as refusal:
            return type(refusal).__name__
        finally:
            connections.close_all()
        return "announced"

    with ThreadPoolExecutor(max_workers=2) as pool:
        assert sorted(pool.map(announce, range(2))) == ["VacancyAlreadyOpen", "announced"]


def test_works_cost_their_days_and_their_bill_and_delay_the_dwelling(office: psycopg.Connection) -> None:
    with acting(ELISE):
        found = vacancy(available_on=date(2026, 11, 5))
        start_spell(vacancy_id=found.pk, cause="WORKS", first_day=date(2026, 11, 6))
        with pytest.raises(SpellRunning):
            start_spell(vacancy_id=found.pk, cause="TECHNICAL", first_day=date(2026, 11, 7))
        with pytest.raises(DaysOutOfOrder):
            end_spell(vacancy_id=found.pk, last_day=date(2026, 11, 5), cost_cents=0)
        end_spell(vacancy_id=found.pk, last_day=date(2026, 11, 15), cost_cents=123_456)
        with pytest.raises(SpellNotFound):
            end_spell(vacancy_id=found.pk, last_day=date(2026, 11, 16), cost_cents=0)
        found.refresh_from_db()
        assert found.available_on == date(2026, 11, 16)
        # 500,00 € a month of thirty days: ten days of works, and thirteen of wait until the 23rd.
        cost = cost_of(found, on=MONDAY)
        told = {each.cause: (each.days, each.lost_cents, each.spent_cents) for each in cost.causes}
        assert told == {"PROPOSAL": (13, 21_667, 0), "WORKS": (10, 16_667, 123_456)}
        assert cost.total_cents == 161_790


def test_dates_and_amounts_that_cannot_be_are_refused(office: psycopg.Connection) -> None:
    with acting(ELISE):
        with pytest.raises(DaysOutOfOrder):
            vacancy(available_on=date(2026, 10, 31))
        found = vacancy()
        with pytest.raises(DaysOutOfOrder):
            forecast_vacancy(vacancy_id=found.pk, available_on=date(2026, 10, 1), version=1)
        with pytest.raises(AmountRefused):
            end_spell(vacancy_id=found.pk, last_day=MONDAY, cost_cents=-1)
        with pytest.raises(VacancyNotFound):
            forecast_vacancy(vacancy_id=404, available_on=MONDAY, version=1)


def test_who_saves_over_another_s_change_is_told_so(office: psycopg.Connection) -> None:
    with acting(ELISE):
        found = vacancy()
        forecast_vacancy(vacancy_id=found.pk, available_on=date(2026, 12, 1), version=1)
        with pytest.raises(VacancyChanged):
            forecast_vacancy(vacancy_id=found.pk, available_on=date(2026, 12, 5), version=1)


def test_a_dwelling_sold_is_let_no_more_and_a_relocation_stays_open_outside_the_flow(
    office: psycopg.Connection,
) -> None:
    with acting(ELISE):
        sold, kept = vacancy(1102), vacancy(1202)
        assert withdraw_vacancy(vacancy_id=sold.pk, cause="VENTE", version=1).state == "WITHDRAWN"
        with pytest.raises(VacancyClosed):
            forecast_vacancy(vacancy_id=sold.pk, available_on=MONDAY, version=2)
        assert withdraw_vacancy(vacancy_id=kept.pk, cause="NPNRU", version=1).state == "OPEN"
        with pytest.raises(NotToOrient):
            oriented(kept)
        (paris, _) = [each for each in counters(2026, on=MONDAY) if each.territory in ("75", "75056")] + [None]
        assert paris is not None
        assert (paris.flow.available, paris.flow.withdrawn, paris.flow.counted) == (2, 2, 0)


# --- Orientation -----------------------------------------------------------------------------------------------------


def test_the_counters_propose_and_the_agent_accepts(office: psycopg.Connection) -> None:
    with acting(ELISE):
        als, convention = reserved("ALS", "3", 6000)
        given = vacancy()
        done = oriented(given)
        assert (done.holder_id, done.convention_id, done.reason) == (als.pk, convention.pk, "LATE")
        # Twenty days by the convention, under the month of a tense zone.
        assert (done.decided_by_id, done.due_on) == (OFFICER, date(2026, 12, 13))
        assert Vacancy.objects.get().state == "ORIENTED"
        with pytest.raises(NotToOrient):
            oriented(given)
        with pytest.raises(AlreadyOriented):
            withdraw_vacancy(vacancy_id=given.pk, cause="VENTE", version=2)


def test_what_a_lapsed_convention_held_goes_to_the_prefet(office: psycopg.Connection) -> None:
    with acting(ELISE):
        prefet, _ = reserved("PREFET", "2", 2000)
        reserved("ALS", "3", 5000, last_day=date(2026, 6, 30))
        done = oriented(vacancy())
        assert (done.holder_id, done.reason) == (prefet.pk, "PREFET")


def test_what_nobody_reserves_stays_with_the_landlord_and_has_no_delay(office: psycopg.Connection) -> None:
    with acting(ELISE):
        done = oriented(vacancy())
        assert (done.holder.code, done.holder.contingent, done.reason) == ("NON_RESERVE", "7", "UNRESERVED")
    assert by_night(lambda: release_overdue(on=date(2027, 6, 1))) == 0


def test_another_holder_is_chosen_for_a_coded_reason(office: psycopg.Connection) -> None:
    with acting(ELISE):
        reserved("ALS", "3", 6000)
        ville, _ = reserved("VILLE", "4", 2000, territory="75056")
        given = vacancy()
        with pytest.raises(ChoiceNeedsReason):
            oriented(given, ville)
        with pytest.raises(NobodyOrients):
            orient_vacancy(
                vacancy_id=given.pk,
                holder_id=None,
                chosen_for="",
                by=Actor(role=Role.ALLOCATION_OFFICER, purpose="ATTRIBUTION"),
                on=MONDAY,
                version=1,
            )
        done = oriented(given, ville, "ADAPTED")
        assert (done.holder_id, done.reason, done.chosen_for) == (ville.pk, "CHOSEN", "ADAPTED")
        assert [(each.holder, each.proposed) for each in orientations_of(given.pk)] == [("Ville", "Als")]


def test_two_who_orient_at_once_leave_one_orientation(office: psycopg.Connection) -> None:
    with acting(ELISE):
        reserved("ALS", "3", 6000)
        given = vacancy()

    def orient(_: int) -> str:
        try:
            with acting(ELISE):
                orient_vacancy(vacancy_id=given.pk, holder_id=None, chosen_for="", by=ELISE, on=MONDAY, version=1)
        except Refusal as refusal:
            return type(refusal).__name__
        finally:
            connections.close_all()
        return "oriented"

    with ThreadPoolExecutor(max_workers=2) as pool:
        assert sorted(pool.map(orient, range(2))) == ["VacancyChanged", "oriented"]


def test_a_delay_that_is_over_gives_the_dwelling_back_once(office: psycopg.Connection) -> None:
    with acting(ELISE):
        reserved("ALS", "3", 6000)
        given = vacancy()
        oriented(given)
    assert by_night(lambda: release_overdue(on=date(2026, 12, 13))) == 0
    assert by_night(lambda: release_overdue(on=date(2026, 12, 14))) == 1
    assert by_night(lambda: release_overdue(on=date(2026, 12, 14))) == 0
    with acting(ELISE):
        assert Vacancy.objects.get().state == "OPEN"
        assert Orientation.objects.get().released_on == date(2026, 12, 14)
        with pytest.raises(NotOriented):
            release_vacancy(vacancy_id=given.pk, on=MONDAY)


def test_a_dwelling_with_candidates_is_not_given_back(office: psycopg.Connection) -> None:
    with acting(ELISE):
        given = vacancy()
        oriented(given)
        Vacancy.objects.filter(pk=given.pk).update(state="MATCHED")
        with pytest.raises(CandidatesKept):
            release_vacancy(vacancy_id=given.pk, on=MONDAY)


def test_counters_say_due_oriented_and_signed(office: psycopg.Connection) -> None:
    with acting(ELISE):
        reserved("ALS", "3", 5000)
        reserved("PREFET", "2", 3000)
        oriented(vacancy(1102))
        vacancy(1202)
        (paris,) = [each for each in counters(2026, on=MONDAY) if each.territory == "75"]
        # Two dwellings: one due to ALS, 0,6 to the préfet, 0,4 left.
        assert [(each.holder, each.due_e4, each.oriented, each.signed) for each in paris.claims] == [
            ("ALS", 10_000, 1, 0),
            ("PREFET", 6_000, 0, 0),
            ("NON_RESERVE", 4_000, 0, 0),
        ]


# --- Holders and conventions -----------------------------------------------------------------------------------------


def test_a_holder_has_one_convention_at_a_time_on_a_territory(office: psycopg.Connection) -> None:
    with acting(ELISE):
        als, first = reserved("ALS", "3", 3000)
        terms = {"holder_id": als.pk, "territory": "75", "share_bp": 1000, "propose_within_days": 20, "last_day": None}
        with pytest.raises(ConventionOverlaps):
            add_convention(first_day=date(2026, 1, 1), **terms)
        end_convention(convention_id=first.pk, last_day=date(2025, 12, 31))
        add_convention(first_day=date(2026, 1, 1), **terms)
        assert ReservationConvention.objects.count() == 2


def test_shares_never_pass_a_whole_whatever_the_day_and_a_commune_is_in_its_departement(
    office: psycopg.Connection,
) -> None:
    with acting(ELISE):
        reserved("ALS", "3", 6000)
        reserved("VILLE", "4", 3000, territory="75056")
        with pytest.raises(SharesAboveWhole), transaction.atomic():
            reserved("AUTRE", "6", 1001)
        reserved("PREFET", "2", 1000)
        with pytest.raises(PrefetShareTooHigh):
            reserved("ETAT", "2", 3001, territory="93")
        with pytest.raises(TerritoryUnknown):
            reserved("LYON", "4", 100, territory="LYON")


def test_a_holder_is_named_once_and_the_landlord_s_own_part_has_no_convention(office: psycopg.Connection) -> None:
    with acting(ELISE):
        add_holder(code="ALS", name="Action Logement", contingent="3")
        with pytest.raises(HolderKnown):
            add_holder(code="ALS", name="Autre", contingent="3")
        with pytest.raises(HolderCodeRefused):
            add_holder(code="action logement", name="Autre", contingent="3")
        with pytest.raises(UnreservedHasNoConvention):
            reserved("SOI", "7", 1000)


def test_two_conventions_written_at_once_do_not_pass_a_whole(office: psycopg.Connection) -> None:
    with acting(ELISE):
        holders = [add_holder(code=code, name=code, contingent="4").pk for code in ("VILLE_A", "VILLE_B")]

    def write(holder_id: int) -> str:
        try:
            with acting(ELISE):
                add_convention(
                    holder_id=holder_id,
                    territory="75",
                    first_day=MONDAY,
                    last_day=None,
                    share_bp=6000,
                    propose_within_days=20,
                )
        except Refusal as refusal:
            return type(refusal).__name__
        finally:
            connections.close_all()
        return "written"

    with ThreadPoolExecutor(max_workers=2) as pool:
        assert sorted(pool.map(write, holders)) == ["SharesAboveWhole", "written"]


@pytest.mark.parametrize("role", [Role.RENT_OFFICER, Role.CARETAKER, Role.COMMISSION_MEMBER])
def test_nobody_else_announces_nor_reserves(office: psycopg.Connection, role: Role) -> None:
    purpose = {Role.RENT_OFFICER: "GESTION_LOCATIVE", Role.CARETAKER: "PROXIMITE"}.get(role, "ATTRIBUTION")
    with pytest.raises(DatabaseError), acting(Actor(role=role, purpose=purpose, agent_id=1)):
        add_holder(code="ALS", name="Action Logement", contingent="3")


# --- Figures ---------------------------------------------------------------------------------------------------------


def test_what_the_public_reads_holds_no_small_number_and_no_second_state_to_subtract(
    office: psycopg.Connection,
) -> None:
    # Forty outside QPV, of whom twelve of the first quartile; eleven in QPV, of whom five are known as others.
    sign(office, 28, first_quartile=False)
    sign(office, 12, first_quartile=True, dalo=True)
    sign(office, 5, qpv=True, first_quartile=False)
    sign(office, 6, qpv=True, first_quartile=None)
    # Neither the running year, nor a year whose late leases are still written.
    for early in (AT, datetime(2027, 2, 28, 12, tzinfo=UTC)):
        with pytest.raises(YearNotPublished):
            by_night(lambda at=early: publish_figures(year=2026, at=at))
    assert by_night(lambda: publish_figures(year=2026, at=CLOSED)) == 5
    # One more lease, written afterwards: the page stays as it was.
    sign(office, 1, first_quartile=True)
    assert by_night(lambda: publish_figures(year=2026, at=CLOSED + timedelta(days=1))) == 0
    assert by_night(lambda: withdraw_running_figures(at=CLOSED)) == 0
    with acting(ELISE):
        found = {
            (each.family, each.code): (each.of, each.counted, each.median_days)
            for each in PublishedFigure.objects.all()
        }
    assert found == {
        ("ALL", ""): (51, None, None),
        ("OUTSIDE_QPV", ""): (40, 12, None),
        ("IN_QPV", ""): (11, None, None),
        ("PRIORITY", "3"): (51, 12, None),
        ("DELAY", "2"): (51, None, 400),
    }
    # What an earlier version published of a running year goes.
    assert by_night(lambda: withdraw_running_figures(at=AT)) == 5


def test_the_database_itself_refuses_a_small_number_and_an_agent_writes_none(office: psycopg.Connection) -> None:
    with pytest.raises(psycopg.errors.CheckViolation):
        office.execute(
            """INSERT INTO attribution_publishedfigure (year, family, code, "of", counted, target, computed_at)
               VALUES (2026, 'IN_QPV', '', 11, 5, 50, now())"""
        )
    sign(office, 1, first_quartile=True)
    with pytest.raises(DatabaseError), acting(ELISE):
        publish_figures(year=2026, at=CLOSED)


_signed = iter(range(1, 1_000))


def sign(
    session: psycopg.Connection, number: int, *, first_quartile: bool | None, qpv: bool = False, dalo: bool = False
) -> None:
    for _ in range(number):
        rank = next(_signed)
        insert(
            session,
            "attribution_vacancy",
            [
                {
                    "id": rank, "dwelling_id": 1102, "residence_id": 11, "announced_on": MONDAY, "expected_on": MONDAY,
                    "available_on": MONDAY, "rent_cents": 0, "charges_cents": 0, "state": "LET", "withdrawn_for": "",
                    "version": 1,
                }
            ],
        )  # fmt: skip
        insert(
            session,
            "attribution_signedattribution",
            [
                {
                    "vacancy_id": rank, "residence_id": 11, "contingent": "3", "signed_on": date(2026, 5, 4),
                    "is_transfer": False, "is_qpv": qpv, "is_first_quartile": first_quartile, "is_relocated": False,
                    "is_dalo": dalo, "is_priority": False, "persons": 2, "waited_days": 400, "financing": "PLUS",
                }
            ],
        )  # fmt: skip
