"""What changes a lease, in the name of an officer: what the tables and the history hold afterwards."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta

import psycopg
import pytest
from tests.conftest import Cluster
from tests.landlord import Landlord

from palier.estate.access import DwellingNotFound
from palier.estate.models import Dwelling
from palier.estate.operations.complete_dwelling import (
    AreaOutOfBounds,
    DwellingChangedMeanwhile,
    complete_dwelling,
    measures_of,
)
from palier.foundation.clock import PARIS
from palier.leases.access import LeaseNotFound
from palier.leases.models import Change, Lease, Occupant, Term
from palier.leases.operations import (
    LeaseChangedMeanwhile,
    NewHousehold,
    NewLease,
    NewOccupant,
    NewTerm,
    change_term,
    create_lease,
    end_lease,
    share_contact,
    take_notice_back,
)
from palier.leases.operations.change import (
    ContactNotFound,
    EndBeforeNotice,
    EndBeforeStart,
    LaterTermExists,
    LeaseAlreadyEnded,
    LetToTheNext,
    NoNotice,
    NoticeInTheFuture,
    SameAmount,
    TermOutsideLease,
)
from palier.leases.operations.create import (
    DepositAboveOneMonth,
    DwellingAlreadyLet,
    DwellingWithoutArea,
    EndsBeforeStart,
    HolderMissing,
    RentMissing,
    StartTooFar,
)
from palier.leases.operations.rents import RentAboveConvention
from palier.people.models import Contact, HouseholdMember
from palier.privacy.actor import Actor, acting
from palier.privacy.declare import Role

VACANT_NORD, VACANT_SUD = 1102, 2102
LET_NORD, LEASE_NORD, LEASE_SUD = 1101, 101, 201
AT = datetime(2026, 11, 21, 10, 0, tzinfo=PARIS)
TODAY = AT.date()

NEW = NewLease(
    starts_on=date(2026, 12, 1),
    deposit_cents=45_000,
    payment_mode="PRELEVEMENT",
    terms=[
        NewTerm(kind="RENT", label="Loyer du logement", amount_cents=45_000),
        NewTerm(kind="PROVISION_WATER", label="Avance eau", amount_cents=2_500),
    ],
    occupants=[
        NewOccupant(role="HOLDER", title="M", last_name="Érable", first_name="Noé", phone="06 39 98 12 34"),
        NewOccupant(role="COHOLDER", title="MME", last_name="Frêne", first_name="Zoé"),
    ],
    household=NewHousehold(adults=2, dependants=1, is_couple=True),
)
RENT = NewTerm(kind="RENT", label="Loyer du logement", amount_cents=41_000, basis="révision IRL")


@contextmanager
def officer(landlord: Landlord, identifier: str = "gestionnaire_nord") -> Iterator[Actor]:
    actor = Actor(role=Role.RENT_OFFICER, agent_id=landlord.agents[identifier], purpose="GESTION_LOCATIVE")
    with acting(actor):
        yield actor


def last_change(lease_id: int) -> int:
    change = Change.objects.filter(lease_id=lease_id).order_by("id").last()
    return change.pk if change else 0


# --- A new lease -----------------------------------------------------------------------------------------------------


def test_a_new_lease_opens_its_account_its_household_and_its_first_amounts(own_landlord: Landlord) -> None:
    with officer(own_landlord) as actor:
        lease = create_lease(dwelling_id=VACANT_NORD, lease=NEW, actor=actor, at=AT)
        assert lease.kind == "LEASE"
        assert lease.reference.startswith("2026-5")
        assert lease.account.code == f"411{int(lease.reference.split('-')[1]):07d}"
        assert lease.account.reference is not None
        assert lease.account.reference.startswith("RF")
        assert list(
            Term.objects.filter(lease=lease).order_by("id").values_list("kind", "amount_cents", "first_day")
        ) == [
            ("RENT", 45_000, date(2026, 12, 1)),
            ("PROVISION_WATER", 2_500, date(2026, 12, 1)),
        ]
        occupants = Occupant.objects.filter(lease=lease).order_by("id")
        assert [(each.role, each.display_name, each.sort_name) for each in occupants] == [
            ("HOLDER", "Érable Noé", "erable noe"),
            ("COHOLDER", "Frêne Zoé", "frene zoe"),
        ]
        assert HouseholdMember.objects.filter(household=lease.household_id).count() == 2
        assert Contact.objects.get(person_id=occupants[0].person_id).digits_reversed == "4321899360"


def test_the_history_says_who_added_each_row_of_the_lease(own_landlord: Landlord) -> None:
    with officer(own_landlord) as actor:
        lease = create_lease(dwelling_id=VACANT_NORD, lease=NEW, actor=actor, at=AT)
        changes = Change.objects.filter(lease_id=lease.pk)
        assert {change.agent_id for change in changes} == {own_landlord.agents["gestionnaire_nord"]}
        assert {change.role for change in changes} == {"palier_rent_officer"}
        assert sorted(change.subject for change in changes) == ["LEASE", "OCCUPANT", "OCCUPANT", "TERM", "TERM"]


def test_two_leases_at_once_on_a_dwelling_are_refused_in_a_sentence(own_landlord: Landlord) -> None:
    with officer(own_landlord) as actor:
        before = Lease.objects.count()
        with pytest.raises(DwellingAlreadyLet) as refusal:
            create_lease(dwelling_id=LET_NORD, lease=NEW, actor=actor, at=AT)
        assert "bail L101" in str(refusal.value)
        assert "01/01/2020" in str(refusal.value)
        assert Lease.objects.count() == before


def test_of_two_officers_at_the_same_second_the_second_is_refused(own_landlord: Landlord, cluster: Cluster) -> None:
    from django.db import connection

    database = str(connection.settings_dict["NAME"])
    with psycopg.connect(cluster.server.administrator_conninfo(database=database)) as other:
        other.execute(
            "INSERT INTO ledger_account (id, code, label, kind, residence_id, reference)"
            " VALUES (8000, '4118000', 'Autre', 'TENANT', 11, 'RF8000')"
        )
        other.execute(
            """INSERT INTO leases_lease (reference, kind, dwelling_id, residence_id, account_id, starts_on,
                   deposit_cents, payment_mode, mandate_reference, iban_last4)
               VALUES ('L8000', 'LEASE', %s, 11, 8000, '2026-12-15', 0, 'VIREMENT', '', '')""",
            [VACANT_NORD],
        )
        committing = threading.Thread(target=lambda: (time.sleep(0.5), other.commit()))
        committing.start()
        with officer(own_landlord) as actor, pytest.raises(DwellingAlreadyLet, match="L8000"):
            create_lease(dwelling_id=VACANT_NORD, lease=NEW, actor=actor, at=AT)
        committing.join()


@pytest.mark.parametrize(
    ("lease", "refusal"),
    [
        (replace(NEW, deposit_cents=45_001), DepositAboveOneMonth),
        (replace(NEW, terms=NEW.terms[1:], deposit_cents=0), RentMissing),
        (replace(NEW, occupants=NEW.occupants[1:]), HolderMissing),
        (replace(NEW, occupants=[NEW.occupants[0], NEW.occupants[0]]), HolderMissing),
        (replace(NEW, starts_on=TODAY + timedelta(days=367)), StartTooFar),
        (replace(NEW, ends_on=date(2026, 11, 30)), EndsBeforeStart),
    ],
    ids=["deposit", "no-rent", "no-holder", "two-holders", "too-far", "backwards"],
)
def test_a_lease_that_the_law_or_the_calendar_refuses_leaves_nothing(
    landlord: Landlord, lease: NewLease, refusal: type[Exception]
) -> None:
    with officer(landlord) as actor:
        with pytest.raises(refusal):
            create_lease(dwelling_id=VACANT_NORD, lease=lease, actor=actor, at=AT)
        assert not Lease.objects.filter(dwelling_id=VACANT_NORD).exists()


def test_a_dwelling_without_area_is_not_let_until_it_is_completed(own_landlord: Landlord) -> None:
    with officer(own_landlord) as actor:
        Dwelling.objects.filter(pk=VACANT_NORD).update(floor_area_m2=None)
        with pytest.raises(DwellingWithoutArea):
            create_lease(dwelling_id=VACANT_NORD, lease=NEW, actor=actor, at=AT)
        seen = measures_of(Dwelling.objects.get(pk=VACANT_NORD))
        measured = replace(seen, floor_area_m2=58, rooms=3)
        complete_dwelling(dwelling_id=VACANT_NORD, seen=seen, measured=measured, actor=actor, at=AT)
        assert create_lease(dwelling_id=VACANT_NORD, lease=NEW, actor=actor, at=AT).pk


def test_measures_typed_over_someone_elses_are_refused_with_those_of_now(own_landlord: Landlord) -> None:
    with officer(own_landlord) as actor:
        seen = measures_of(Dwelling.objects.get(pk=VACANT_NORD))
        complete_dwelling(
            dwelling_id=VACANT_NORD, seen=seen, measured=replace(seen, floor_area_m2=61), actor=actor, at=AT
        )
        with pytest.raises(DwellingChangedMeanwhile, match="61,00"):
            complete_dwelling(
                dwelling_id=VACANT_NORD, seen=seen, measured=replace(seen, floor_area_m2=62), actor=actor, at=AT
            )
        with pytest.raises(AreaOutOfBounds):
            complete_dwelling(
                dwelling_id=VACANT_NORD, seen=seen, measured=replace(seen, floor_area_m2=6), actor=actor, at=AT
            )


def test_a_rent_above_the_convention_is_refused_with_the_maximum(own_landlord: Landlord, cluster: Cluster) -> None:
    from django.db import connection

    with cluster.as_superuser(str(connection.settings_dict["NAME"])) as arranging:
        # 60 m² × 7,00 € × 1 = 420,00 €.
        arranging.execute(
            """INSERT INTO estate_convention (id, residence_id, number, signed_on, financing, max_rent_per_m2_cents,
                   coefficient) VALUES (1, 11, 'C-1', '2000-01-01', 'PLUS', 700, 1)"""
        )
        arranging.execute("UPDATE estate_dwelling SET convention_id = 1 WHERE residence_id = 11")
    with officer(own_landlord) as actor:
        with pytest.raises(RentAboveConvention, match="420,00"):
            create_lease(dwelling_id=VACANT_NORD, lease=NEW, actor=actor, at=AT)
        with pytest.raises(RentAboveConvention, match="420,00"):
            change_term(
                lease_id=LEASE_NORD,
                term=replace(RENT, amount_cents=42_001),
                first_day=date(2026, 12, 1),
                seen_change_id=0,
                actor=actor,
                at=AT,
            )


# --- A new amount ----------------------------------------------------------------------------------------------------


def test_a_new_amount_closes_the_one_before_on_its_eve(own_landlord: Landlord) -> None:
    with officer(own_landlord) as actor:
        change_term(lease_id=LEASE_NORD, term=RENT, first_day=date(2027, 1, 1), seen_change_id=0, actor=actor, at=AT)
        kept = Term.objects.filter(lease_id=LEASE_NORD).order_by("first_day")
        assert list(kept.values_list("amount_cents", "first_day", "last_day")) == [
            (40_000, date(2020, 1, 1), date(2026, 12, 31)),
            (41_000, date(2027, 1, 1), None),
        ]
        history = Change.objects.filter(lease_id=LEASE_NORD).order_by("id")
        assert [(change.verb, change.before, (change.after or {}).get("last_day")) for change in history] == [
            ("UPDATE", {"last_day": None}, "2026-12-31"),
            ("INSERT", None, None),
        ]


def test_an_amount_of_the_same_day_is_corrected_in_place(own_landlord: Landlord) -> None:
    with officer(own_landlord) as actor:
        change_term(lease_id=LEASE_NORD, term=RENT, first_day=date(2020, 1, 1), seen_change_id=0, actor=actor, at=AT)
        term = Term.objects.get(lease_id=LEASE_NORD)
        assert (term.amount_cents, term.basis) == (41_000, "révision IRL")
        change = Change.objects.get(lease_id=LEASE_NORD)
        assert change.before == {"amount_cents": 40_000, "basis": ""}
        assert change.after == {"amount_cents": 41_000, "basis": "révision IRL"}


def test_who_saves_over_a_lease_that_moved_is_refused(own_landlord: Landlord) -> None:
    with officer(own_landlord) as actor:
        change_term(lease_id=LEASE_NORD, term=RENT, first_day=date(2027, 1, 1), seen_change_id=0, actor=actor, at=AT)
        late = replace(RENT, amount_cents=42_000)
        with pytest.raises(LeaseChangedMeanwhile):
            change_term(
                lease_id=LEASE_NORD, term=late, first_day=date(2027, 2, 1), seen_change_id=0, actor=actor, at=AT
            )
        assert Term.objects.filter(lease_id=LEASE_NORD).count() == 2
        seen = last_change(LEASE_NORD)
        change_term(lease_id=LEASE_NORD, term=late, first_day=date(2027, 2, 1), seen_change_id=seen, actor=actor, at=AT)
        assert Term.objects.filter(lease_id=LEASE_NORD).count() == 3


@pytest.mark.parametrize(
    ("term", "first_day", "refusal"),
    [
        (replace(RENT, amount_cents=40_000), date(2026, 12, 1), SameAmount),
        (RENT, date(2019, 12, 31), TermOutsideLease),
        (replace(RENT, amount_cents=0), date(2026, 12, 1), RentMissing),
    ],
    ids=["same", "before-the-lease", "zero"],
)
def test_an_amount_that_says_nothing_or_too_early_is_refused(
    landlord: Landlord, term: NewTerm, first_day: date, refusal: type[Exception]
) -> None:
    with officer(landlord) as actor, pytest.raises(refusal):
        change_term(lease_id=LEASE_NORD, term=term, first_day=first_day, seen_change_id=0, actor=actor, at=AT)


def test_an_amount_before_one_already_written_is_refused(own_landlord: Landlord) -> None:
    with officer(own_landlord) as actor:
        change_term(lease_id=LEASE_NORD, term=RENT, first_day=date(2027, 3, 1), seen_change_id=0, actor=actor, at=AT)
        with pytest.raises(LaterTermExists, match="01/03/2027"):
            change_term(
                lease_id=LEASE_NORD,
                term=replace(RENT, amount_cents=39_000),
                first_day=date(2027, 1, 1),
                seen_change_id=last_change(LEASE_NORD),
                actor=actor,
                at=AT,
            )


# --- The end, and the contacts ---------------------------------------------------------------------------------------


def test_a_notice_dates_the_departure_of_those_who_stay(own_landlord: Landlord) -> None:
    with officer(own_landlord) as actor:
        end_lease(
            lease_id=LEASE_NORD,
            notice_given_on=TODAY,
            ends_on=date(2026, 12, 21),
            seen_change_id=0,
            actor=actor,
            at=AT,
        )
        end_lease(
            lease_id=LEASE_NORD,
            notice_given_on=TODAY,
            ends_on=date(2026, 12, 28),
            seen_change_id=last_change(LEASE_NORD),
            actor=actor,
            at=AT,
        )
        lease = Lease.objects.get(pk=LEASE_NORD)
        assert (lease.notice_given_on, lease.ends_on) == (TODAY, date(2026, 12, 28))
        left = dict(Occupant.objects.filter(lease=lease).values_list("person_id", "moved_out_on"))
        assert left == {1: date(2026, 12, 28), 2: date(2025, 6, 30)}


@pytest.mark.parametrize("term", [None, date(2027, 8, 31)], ids=["lease", "contract-with-a-term"])
def test_a_tenant_who_takes_the_notice_back_stays_as_before(own_landlord: Landlord, term: date | None) -> None:
    with officer(own_landlord) as actor:
        if term is not None:
            Occupant.objects.filter(lease_id=LEASE_NORD, moved_out_on=None).update(moved_out_on=term)
            Lease.objects.filter(pk=LEASE_NORD).update(ends_on=term)
        for ends_on in (date(2026, 12, 21), date(2026, 12, 28)):
            end_lease(
                lease_id=LEASE_NORD,
                notice_given_on=TODAY,
                ends_on=ends_on,
                seen_change_id=last_change(LEASE_NORD),
                actor=actor,
                at=AT,
            )
        with pytest.raises(LeaseAlreadyEnded):
            take_notice_back(
                lease_id=LEASE_NORD,
                seen_change_id=last_change(LEASE_NORD),
                actor=actor,
                at=AT + timedelta(days=60),
            )
        with pytest.raises(LeaseChangedMeanwhile):
            take_notice_back(lease_id=LEASE_NORD, seen_change_id=0, actor=actor, at=AT)
        take_notice_back(lease_id=LEASE_NORD, seen_change_id=last_change(LEASE_NORD), actor=actor, at=AT)
        lease = Lease.objects.get(pk=LEASE_NORD)
        assert (lease.notice_given_on, lease.ends_on) == (None, term)
        left = dict(Occupant.objects.filter(lease=lease).values_list("person_id", "moved_out_on"))
        assert left == {1: term, 2: date(2025, 6, 30)}
        kept = Change.objects.filter(subject="LEASE", row_id=LEASE_NORD).latest("id")
        assert (kept.before or {})["ends_on"] == "2026-12-28"
        assert kept.agent_id is not None
        with pytest.raises(NoNotice):
            take_notice_back(lease_id=LEASE_NORD, seen_change_id=last_change(LEASE_NORD), actor=actor, at=AT)


def test_a_notice_is_not_taken_back_once_the_dwelling_is_let_to_the_next(own_landlord: Landlord) -> None:
    with officer(own_landlord) as actor:
        end_lease(
            lease_id=LEASE_NORD,
            notice_given_on=TODAY,
            ends_on=date(2026, 12, 28),
            seen_change_id=0,
            actor=actor,
            at=AT,
        )
        create_lease(dwelling_id=LET_NORD, lease=replace(NEW, starts_on=date(2027, 1, 4)), actor=actor, at=AT)
        with pytest.raises(LetToTheNext):
            take_notice_back(lease_id=LEASE_NORD, seen_change_id=last_change(LEASE_NORD), actor=actor, at=AT)
        assert Lease.objects.get(pk=LEASE_NORD).ends_on == date(2026, 12, 28)


@pytest.mark.parametrize(
    ("notice_given_on", "ends_on", "refusal"),
    [
        (TODAY, date(2026, 11, 20), EndBeforeNotice),
        (TODAY, date(2019, 1, 1), EndBeforeStart),
        (TODAY + timedelta(days=1), date(2027, 3, 1), NoticeInTheFuture),
    ],
    ids=["before-notice", "before-start", "notice-to-come"],
)
def test_a_departure_against_the_calendar_is_refused(
    landlord: Landlord, notice_given_on: date, ends_on: date, refusal: type[Exception]
) -> None:
    with officer(landlord) as actor, pytest.raises(refusal):
        end_lease(
            lease_id=LEASE_NORD,
            notice_given_on=notice_given_on,
            ends_on=ends_on,
            seen_change_id=0,
            actor=actor,
            at=AT,
        )


def test_a_lease_that_has_ended_no_longer_changes(own_landlord: Landlord) -> None:
    with officer(own_landlord) as actor:
        Lease.objects.filter(pk=LEASE_NORD).update(ends_on=date(2026, 11, 20))
        with pytest.raises(LeaseAlreadyEnded):
            change_term(
                lease_id=LEASE_NORD,
                term=RENT,
                first_day=date(2026, 11, 1),
                seen_change_id=last_change(LEASE_NORD),
                actor=actor,
                at=AT,
            )


def test_sharing_a_contact_is_dated_and_its_value_is_not_copied_into_the_history(own_landlord: Landlord) -> None:
    with officer(own_landlord) as actor:
        contact = Contact.objects.get(person_id=1, channel="EMAIL")
        share_contact(lease_id=LEASE_NORD, contact_id=contact.pk, shared=True, actor=actor, at=AT)
        contact.refresh_from_db()
        assert (contact.shared_with_caretaker, contact.shared_at) == (True, AT)
        change = Change.objects.get(subject="CONTACT", row_id=contact.pk)
        assert change.before is not None
        assert change.before["shared_with_caretaker"] is False
        assert "EMAIL-Amandier" not in f"{change.before}{change.after}"
        share_contact(lease_id=LEASE_NORD, contact_id=contact.pk, shared=False, actor=actor, at=AT)
        contact.refresh_from_db()
        assert (contact.shared_with_caretaker, contact.shared_at) == (False, None)


def test_what_the_tenant_takes_back_is_in_the_history_too(own_landlord: Landlord) -> None:
    tenant = Actor(role=Role.TENANT, person_id=1, purpose="ESPACE_LOCATAIRE")
    with acting(tenant):
        Contact.objects.filter(person_id=1, channel="PHONE").update(shared_with_caretaker=False, shared_at=None)
    with officer(own_landlord):
        change = Change.objects.get(subject="CONTACT", person_id=1)
        assert (change.role, change.agent_id) == ("palier_tenant", None)


def test_the_history_is_neither_changed_nor_erased(own_landlord: Landlord) -> None:
    from django.db import Error, transaction

    with officer(own_landlord) as actor:
        change_term(lease_id=LEASE_NORD, term=RENT, first_day=date(2027, 1, 1), seen_change_id=0, actor=actor, at=AT)
        for change in (lambda: Change.objects.update(agent_id=1), lambda: Change.objects.all().delete()):
            with pytest.raises(Error), transaction.atomic():
                change()


# --- The intruder ----------------------------------------------------------------------------------------------------


def test_an_officer_of_the_other_agency_finds_nothing_to_change(landlord: Landlord) -> None:
    with officer(landlord, "gestionnaire_nord") as actor:
        with pytest.raises(DwellingNotFound):
            create_lease(dwelling_id=VACANT_SUD, lease=NEW, actor=actor, at=AT)
        with pytest.raises(LeaseNotFound):
            change_term(lease_id=LEASE_SUD, term=RENT, first_day=date(2027, 1, 1), seen_change_id=0, actor=actor, at=AT)
        with pytest.raises(LeaseNotFound):
            end_lease(lease_id=LEASE_SUD, notice_given_on=TODAY, ends_on=TODAY, seen_change_id=0, actor=actor, at=AT)
        with pytest.raises(LeaseNotFound):
            take_notice_back(lease_id=LEASE_SUD, seen_change_id=0, actor=actor, at=AT)
        with pytest.raises(LeaseNotFound):
            share_contact(lease_id=LEASE_SUD, contact_id=1, shared=True, actor=actor, at=AT)


def test_a_contact_of_another_lease_is_not_shared_through_this_one(landlord: Landlord) -> None:
    with officer(landlord) as actor:
        stranger = Contact.objects.get(person_id=3, channel="EMAIL")
        with pytest.raises(ContactNotFound):
            share_contact(lease_id=LEASE_NORD, contact_id=stranger.pk, shared=True, actor=actor, at=AT)
