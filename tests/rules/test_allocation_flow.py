"""Flow, costs and figures of allocation, worked out by hand; small numbers that no subtraction gives back."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from palier.attribution.rules.flow import (
    LANDLORD,
    UNRESERVED,
    Claim,
    MoreWithdrawn,
    Reason,
    prefet_exceeds,
    proposal,
    propose_by,
    yearly_flow,
)
from palier.attribution.rules.offers import answer_by, answer_clock
from palier.attribution.rules.quotas import LEAST_SHOWN, Quota, kept_small, shown_total
from palier.attribution.rules.territory import is_territory, territories_of
from palier.attribution.rules.vacancy_cost import UNSTATED, CauseCost, Spell, vacancy_cost
from palier.foundation.periods import day_fr

OWN = Claim(holder=LANDLORD, name="part non réservée", contingent=UNRESERVED, share_bp=0, flow=10)


def claim(
    holder: str, contingent: str, share_bp: int, oriented: int, *, flow: int = 10, has_convention: bool = True
) -> Claim:
    return Claim(
        holder=holder,
        name=holder.capitalize(),
        contingent=contingent,
        share_bp=share_bp,
        flow=flow,
        oriented=oriented,
        has_convention=has_convention,
    )


# --- Flow ------------------------------------------------------------------------------------------------------------


def test_the_flow_is_what_becomes_available_less_what_is_withdrawn() -> None:
    assert yearly_flow(available=40, withdrawn=7) == 33
    with pytest.raises(MoreWithdrawn):
        yearly_flow(available=3, withdrawn=4)


def test_the_reason_is_said_with_its_figures() -> None:
    # Ten dwellings: 1,25 due to ALS, none given; the landlord had its nine.
    found = proposal([claim("als", "3", 1250, 0)], replace(OWN, oriented=9))
    assert (found.holder, found.reason) == ("als", Reason.LATE)
    assert found.sentence == (
        "Als\u00a0: 1,25 dû sur un flux de 10 logements (12,50\u00a0%), 0 orienté\u00a0: en retard de 1,25, "
        "le plus en retard sur sa part."
    )


def test_a_commune_has_the_flow_of_its_own_territory() -> None:
    # The département's half of ten dwellings, four given: one late. The commune's fifth of nine, none given: 1,8 late.
    claims = [claim("etat", "3", 5000, 4), claim("ville", "4", 2000, 0, flow=9)]
    assert proposal(claims, replace(OWN, oriented=5)).holder == "ville"


def test_the_order_of_the_claims_changes_nothing() -> None:
    claims = [claim("b", "4", 2000, 1), claim("a", "3", 2000, 1), claim("p", "2", 3000, 3)]
    own = replace(OWN, oriented=3)
    assert {proposal(order, own).holder for order in (claims, claims[::-1])} == {"a"}


def test_thirty_percent_is_within_the_limit_of_the_prefet() -> None:
    assert not prefet_exceeds(prefet_bp=3000, state_agents_bp=0)
    assert prefet_exceeds(prefet_bp=3001, state_agents_bp=0)


@pytest.mark.parametrize(
    ("told_on", "within", "is_tense", "by"),
    [
        (date(2026, 1, 31), 45, True, date(2026, 2, 28)),
        (date(2026, 1, 31), 45, False, date(2026, 3, 17)),
        (date(2026, 11, 2), 20, True, date(2026, 11, 22)),
    ],
)
def test_a_holder_has_its_convention_s_days_and_a_month_at_most_in_a_tense_zone(
    told_on: date, within: int, is_tense: bool, by: date
) -> None:
    assert propose_by(told_on=told_on, within_days=within, is_tense=is_tense) == by


# --- Cost ------------------------------------------------------------------------------------------------------------


def test_a_vacancy_is_told_by_its_causes() -> None:
    # 600,00 € a month. Works from 16 to 30 April: 15 of 30 days, 300,00 €, and 1 250,00 € spent. Candidates in May,
    # 1 to 10: 10 of 31 days, 193,548… €. The last day of works is not the first of the wait.
    spells = [
        Spell(cause="WORKS", first_day=date(2026, 4, 16), last_day=date(2026, 4, 30), spent_cents=125_000),
        Spell(cause="PROPOSAL", first_day=date(2026, 5, 1), last_day=None),
    ]
    assert vacancy_cost(60_000, spells, empty_from=date(2026, 4, 16), until=date(2026, 5, 10)) == (
        CauseCost(cause="WORKS", days=15, lost_cents=30_000, spent_cents=125_000),
        CauseCost(cause="PROPOSAL", days=10, lost_cents=19_355, spent_cents=0),
    )


def test_a_day_of_two_causes_is_lost_once_and_one_of_none_is_said_so() -> None:
    spells = [
        Spell(cause="WORKS", first_day=date(2026, 6, 6), last_day=date(2026, 6, 8)),
        Spell(cause="PROPOSAL", first_day=date(2026, 6, 1), last_day=date(2026, 6, 10)),
    ]
    found = vacancy_cost(30_000, spells, empty_from=date(2026, 6, 1), until=date(2026, 6, 12))
    assert [(each.cause, each.days, each.lost_cents) for each in found] == [
        ("PROPOSAL", 7, 7_000),
        ("WORKS", 3, 3_000),
        (UNSTATED, 2, 2_000),
    ]


def test_a_dwelling_that_is_still_lived_in_costs_nothing_but_what_was_spent() -> None:
    spells = [Spell(cause="WORKS", first_day=date(2026, 6, 1), last_day=None, spent_cents=5_000)]
    found = vacancy_cost(30_000, spells, empty_from=date(2026, 6, 13), until=date(2026, 6, 12))
    assert [(each.days, each.total_cents) for each in found] == [(0, 5_000)]


# --- Figures ---------------------------------------------------------------------------------------------------------


def test_a_share_is_compared_exactly_and_shown_rounded() -> None:
    assert Quota(counted=2499, of=10_000, target=25).percent == Decimal("25.0")
    assert Quota(counted=2499, of=10_000, target=25).shown_percent == Decimal("24.9")
    assert Quota(counted=2500, of=10_000, target=25).shown_percent == Decimal("25.0")
    assert Quota(counted=1996, of=10_000, target=25).shown_percent == Decimal("20.0")
    assert Quota(counted=2499, of=10_000, target=25).is_met is False
    assert Quota(counted=1, of=4, target=25).is_met is True
    assert Quota(counted=0, of=0, target=25).percent is None


def test_a_cell_under_eleven_takes_the_smallest_of_the_others_with_it() -> None:
    assert kept_small({"a": 5, "b": 40, "c": 12}) == {"a": None, "b": 40, "c": None}
    assert kept_small({"a": 11, "b": 40}) == {"a": 11, "b": 40}
    assert kept_small({"a": 0, "b": 40}) == {"a": 0, "b": 40}
    # Three and four make seven: a third joins them, or seven would be a small number given by subtraction.
    assert kept_small({"a": 3, "b": 4, "c": 60, "d": 20}) == {"a": None, "b": None, "c": 60, "d": None}
    assert kept_small({"a": 3, "b": 0}) == {"a": None, "b": None}


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.integers(min_value=0, max_value=60), max_size=8))
def test_no_subtraction_gives_back_a_small_number(cells: dict[str, int]) -> None:
    shown = kept_small(cells)
    assert all(number is None or number == cells[code] for code, number in shown.items())
    assert not [code for code, number in shown.items() if number is not None and 0 < number < LEAST_SHOWN]
    hidden = [code for code, number in shown.items() if number is None]
    total = sum(cells.values())
    if not hidden or shown_total(total) is None:
        return
    # What a reader knows: the total, what is shown, and that a hidden cell is not negative.
    rest = total - sum(number for number in shown.values() if number is not None)
    assert len(hidden) >= 2
    assert rest >= LEAST_SHOWN


# --- Territories -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("postcode", "commune", "territories"),
    [
        ("75013", "", ("75", "75056")),
        ("75013", "75113", ("75", "75056")),
        ("69007", "69387", ("69", "69387")),
        ("20137", "", ("2A",)),
        ("20200", "2B033", ("2B", "2B033")),
        ("97400", "97411", ("974", "97411")),
        ("93200", "", ("93",)),
    ],
)
def test_a_dwelling_is_in_its_departement_and_in_its_commune(
    postcode: str, commune: str, territories: tuple[str, ...]
) -> None:
    assert territories_of(postcode, commune) == territories
    assert all(is_territory(code) for code in territories)


def test_a_place_that_is_neither_is_no_territory() -> None:
    assert [code for code in ("", "7", "LYON", "75 56", "7505", "2C", "750560") if is_territory(code)] == []


@pytest.mark.parametrize(
    ("notified_on", "postcode", "last_day"),
    [
        # 26 December 2025 is a Friday: a holiday in Strasbourg, then the week-end.
        (date(2025, 12, 16), "67000", date(2025, 12, 29)),
        (date(2025, 12, 16), "54000", date(2025, 12, 26)),
        # Good Friday 2026 is 3 April, Easter Monday the 6th.
        (date(2026, 3, 24), "57000", date(2026, 4, 7)),
        (date(2026, 3, 24), "75011", date(2026, 4, 3)),
    ],
)
def test_an_offer_in_alsace_moselle_counts_its_own_holidays(notified_on: date, postcode: str, last_day: date) -> None:
    assert answer_by(notified_on, postcode=postcode, commune="") == last_day
    assert any(day_fr(last_day) in sentence for sentence in answer_clock(notified_on, 10, expires_on=last_day))
