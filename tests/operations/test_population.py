"""The demonstration's population: the same seed gives the same bytes, and an empty database takes it whole."""

import hashlib
from collections import Counter
from datetime import date, timedelta
from itertools import pairwise
from random import Random
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from tests.own_home import TEST_HOME

from palier.demo.history import Books, Owed, Payer, opening, payer, payments
from palier.demo.leases import Situation
from palier.demo.loading import (
    DatabaseHoldsResidences,
    DatabaseIsNotADemonstration,
    demonstration_in_place,
    load_fictional,
)
from palier.demo.names import family_name, first_name
from palier.demo.population import SHOWCASE, Plan, Shown, fictional_population
from palier.demo.rows import (
    AccountRow,
    ContactRow,
    DatedAmountRow,
    EntryRow,
    LeaseRow,
    PostingRow,
    ResidenceRow,
    Row,
    Rows,
    TermRow,
)
from palier.foundation.clock import now
from palier.foundation.home import Home
from palier.foundation.periods import Month
from palier.mail.payment_code import reference_is_sound
from palier.privacy.actor import batch
from palier.privacy.declare import Batch

if TYPE_CHECKING:
    from tests.conftest import Cluster

NOVEMBER = Month(2026, 11)


def tables_of(plan: Plan) -> tuple[dict[str, list[Row]], Shown]:
    shown, tables = Shown(), dict[str, list[Row]]()
    for chunk in fictional_population(plan, Rows(), shown):
        for kind, kept in chunk.tables.items():
            tables.setdefault(kind.__name__, []).extend(kept)
    return tables, shown


def digest(plan: Plan) -> str:
    return hashlib.sha256(repr(tables_of(plan)[0]).encode()).hexdigest()


def silent(label: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


def test_the_same_seed_gives_the_same_bytes_and_another_seed_other_people() -> None:
    plan = Plan(month=NOVEMBER, dwellings=150, seed=3)
    assert digest(plan) == digest(Plan(month=NOVEMBER, dwellings=150, seed=3))
    assert digest(plan) != digest(Plan(month=NOVEMBER, dwellings=150, seed=4))


@pytest.mark.parametrize("dwellings", [20, 21, 57, 99, 100, 333])
def test_there_are_exactly_as_many_dwellings_as_asked(dwellings: int) -> None:
    tables, _ = tables_of(Plan(month=NOVEMBER, dwellings=dwellings))
    assert len(tables["DwellingRow"]) == dwellings
    assert {row.agency_id for row in tables["ResidenceRow"] if isinstance(row, ResidenceRow)} == {1, 2}


def test_the_smallest_demonstration_shows_every_situation() -> None:
    tables, shown = tables_of(Plan(month=NOVEMBER, dwellings=20))
    assert set(shown.leases) == set(SHOWCASE)
    leases = {row.id: row for row in tables["LeaseRow"] if isinstance(row, LeaseRow)}
    facts = {(row.kind, row.lease_id) for row in tables["DatedAmountRow"] if isinstance(row, DatedAmountRow)}
    rents = {row.lease_id for row in tables["TermRow"] if isinstance(row, TermRow) and row.kind == "RENT"}
    aided = shown.leases[Situation.AIDED]
    assert {("APL", aided), ("RLS", aided)} <= facts
    assert leases[shown.leases[Situation.ARRIVES]].starts_on == date(2026, 11, 12)
    leaving = leases[shown.leases[Situation.LEAVES]].ends_on
    assert leaving is not None
    assert NOVEMBER.first_day < leaving < NOVEMBER.last_day
    assert ("SLS", shown.leases[Situation.SUPPLEMENT]) in facts
    assert set(leases) - rents == {shown.leases[Situation.RENT_MISSING]}


def test_what_is_invented_can_be_taken_for_nothing_real() -> None:
    tables, _ = tables_of(Plan(month=NOVEMBER, dwellings=400))
    contacts = [row for row in tables["ContactRow"] if isinstance(row, ContactRow)]
    assert {row.value[:8] for row in contacts if row.channel != "EMAIL"} == {"01 99 00", "06 39 98"}
    assert all(row.value.endswith("@exemple.invalid") for row in contacts if row.channel == "EMAIL")
    shared = {row.person_id for row in contacts if row.shared_with_caretaker}
    assert 0.15 < len(shared) / len({row.person_id for row in contacts}) < 0.25
    assert {row.postcode for row in tables["ResidenceRow"] if isinstance(row, ResidenceRow)} == {"00100", "00200"}


def test_each_account_has_a_sound_payment_reference_of_its_own() -> None:
    tables, _ = tables_of(Plan(month=NOVEMBER, dwellings=60))
    references = [row.reference for row in tables["AccountRow"] if isinstance(row, AccountRow)]
    assert all(reference_is_sound(reference or "") for reference in references)
    assert len(set(references)) == len(references)


def test_no_two_rents_of_a_lease_overlap_and_each_lease_is_covered_from_its_first_day() -> None:
    tables, shown = tables_of(Plan(month=Month(2026, 12), dwellings=600))
    rents: dict[int, list[TermRow]] = {}
    for row in tables["TermRow"]:
        if isinstance(row, TermRow) and row.kind == "RENT":
            rents.setdefault(row.lease_id, []).append(row)
    for lease in tables["LeaseRow"]:
        assert isinstance(lease, LeaseRow)
        if lease.id == shown.leases[Situation.RENT_MISSING]:
            continue
        terms = sorted(rents.get(lease.id, []), key=lambda term: term.first_day)
        if not terms:
            continue
        assert terms[0].first_day == max(lease.starts_on, date(2025, 1, 1))
        for earlier, later in pairwise(terms):
            assert earlier.last_day == later.first_day - timedelta(days=1)
        assert terms[-1].last_day is None


def test_a_revised_rent_is_the_former_one_times_the_index_ratio() -> None:
    tables, _ = tables_of(Plan(month=NOVEMBER, dwellings=40))
    rents = [row for row in tables["TermRow"] if isinstance(row, TermRow) and row.kind == "RENT"]
    of_2026 = {row.lease_id: row.amount_cents for row in rents if row.first_day == date(2026, 1, 1)}
    revised = [
        (row.amount_cents, of_2026[row.lease_id])
        for row in rents
        if row.lease_id in of_2026 and row.last_day == date(2025, 12, 31)
    ]
    # IRL of the second quarters: 145.17 in 2024, 146.68 in 2025.
    assert revised
    assert all(abs(after - before * 146.68 / 145.17) <= 0.5 for before, after in revised)


def test_names_are_those_of_the_decade_and_homonyms_happen() -> None:
    rng = Random(5)
    elders = Counter(first_name(rng, woman=True, born=1945) for _ in range(3_000))
    young = Counter(first_name(rng, woman=True, born=2003) for _ in range(3_000))
    assert elders["Monique"] > 20 > young["Monique"]
    families = Counter(family_name(rng) for _ in range(20_000))
    assert families["Martin"] > 40
    assert any("’" in name for name in families)


def owed(number: int, cents: int = 40_000, mode: str = "VIREMENT") -> Owed:
    return Owed(account_id=number, residence_id=1, amount_cents=cents, payment_mode=mode)


def books() -> Books:
    return Books(
        bank_account_id=9_001,
        opening_account_id=9_002,
        next_opening=1,
        next_payment=1,
        next_payment_source=1,
        posted_by=5,
        posted_at=now(),
    )


def balances(rows: Rows) -> dict[int, int]:
    found: Counter[int] = Counter()
    for posting in rows.of(PostingRow):
        found[posting.account_id] += posting.amount_cents
    return found


def test_every_entry_of_the_history_balances_and_numbers_have_no_gap() -> None:
    rows = Rows()
    opening(rows, [owed(n) for n in range(1, 201)], books(), month=NOVEMBER, seed=1, late=frozenset())
    sums: Counter[int] = Counter()
    for posting in rows.of(PostingRow):
        sums[posting.entry_id] += posting.amount_cents
    assert set(sums.values()) == {0}
    for journal in ("OPEN", "BANK"):
        numbers = [entry.number for entry in rows.of(EntryRow) if entry.journal == journal]
        assert numbers == list(range(1, len(numbers) + 1))


def test_twelve_households_in_a_hundred_are_in_arrears_and_the_late_one_always_is() -> None:
    rows = Rows()
    opening(rows, [owed(n) for n in range(1, 2_001)], books(), month=NOVEMBER, seed=1, late=frozenset({1_234}))
    found = balances(rows)
    in_debt = sum(found[number] > 0 for number in range(1, 2_001))
    assert 0.11 < in_debt / 2_000 < 0.13
    assert found[1_234] > 0
    assert payer(1_234, 1, frozenset({1_234})) is Payer.PART


def test_payments_after_the_known_day_are_not_booked() -> None:
    bills = [owed(number, mode="PRELEVEMENT") for number in range(1, 101)]
    until_the_fourth, until_the_fifth = Rows(), Rows()
    for rows, day in ((until_the_fourth, 4), (until_the_fifth, 5)):
        payments(
            rows, bills, books(), month=NOVEMBER, seed=1, late=frozenset(), until=NOVEMBER.first_day.replace(day=day)
        )
    assert not until_the_fourth.of(EntryRow)
    assert len(until_the_fifth.of(EntryRow)) > 80


def count_of(table: str) -> int:
    with (
        batch(Batch.IMPORT, operator="essai", motive="MAINTENANCE", command="test", categories=()),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"SELECT count(*) FROM {table}")
        return int(cursor.fetchone()[0])


def test_an_empty_database_takes_a_population_whole(empty_db: "Cluster") -> None:
    assert not demonstration_in_place()
    loaded = load_fictional(Plan(month=NOVEMBER, dwellings=60), home=Home(TEST_HOME), listener=silent)
    assert (count_of("estate_dwelling"), count_of("leases_lease")) == (60, loaded.leases)
    assert count_of("agents_user") == 23
    assert demonstration_in_place()
    # Rows came with their numbers: what a screen adds next must not fall on one of them.
    with (
        batch(Batch.IMPORT, operator="essai", motive="MAINTENANCE", command="test", categories=()),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT nextval(pg_get_serial_sequence('people_person', 'id')), max(id) FROM people_person")
        following, highest = cursor.fetchone()
    assert following == highest + 1


def test_a_load_that_fails_in_the_middle_leaves_nothing(empty_db: "Cluster") -> None:
    def falls(label: str, done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load_fictional(Plan(month=NOVEMBER, dwellings=30), home=Home(TEST_HOME), listener=falls)
    assert count_of("estate_landlord") == count_of("estate_dwelling") == count_of("people_person") == 0
    assert not demonstration_in_place()
    load_fictional(Plan(month=NOVEMBER, dwellings=30), home=Home(TEST_HOME), listener=silent)
    assert count_of("estate_dwelling") == 30


@pytest.mark.parametrize(
    ("arrange", "refusal"),
    [
        (
            """INSERT INTO estate_landlord (name, legal_form, address_lines, siret, phone, opening_hours, tenant_site,
               iban, bic, creditor_id, is_demo)
               VALUES ('Office de Vraieville', '', '[]', '', '', '', '', '', '', '', false)""",
            DatabaseIsNotADemonstration,
        ),
        (
            """WITH a AS (INSERT INTO estate_agency (code, name) VALUES ('A', 'A') RETURNING id)
               INSERT INTO estate_residence (code, name, agency_id, nature, address, address_as_given, postcode, city,
               rent_term, is_qpv, zone_rls, zone_ceiling, zone_sls, source_landlord)
               SELECT 'R', 'R', id, 'FAMILIAL', '', '', '', '', 'ECHU', false, 1, 'PARIS', '1BIS', '' FROM a""",
            DatabaseHoldsResidences,
        ),
    ],
)
def test_a_real_landlord_s_database_is_left_alone(empty_db: "Cluster", arrange: str, refusal: type[Exception]) -> None:
    with empty_db.as_superuser("palier_test") as superuser:
        superuser.execute(arrange)
    with pytest.raises(refusal):
        demonstration_in_place()
