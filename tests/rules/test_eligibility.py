"""Eligibility and indicators on households worked out by hand, at the edges that the texts leave."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from palier.demandes.rules.eligibility import Ground, Target, Verdict, judge
from palier.demandes.rules.facts import Composition, Current, Facts, Path, Proof, Resources, Stay
from palier.demandes.rules.indicators import (
    consumption_tenths,
    is_first_quartile,
    is_too_small,
    is_under_occupied,
    rooms_for,
)
from palier.demandes.rules.living_rest import Budget, divisor_of, living_rest
from palier.foundation.holidays import next_working_day

ON = date(2026, 11, 23)
PLUS_IDF = Target(financing="PLUS", zone="IDF")
# Category 1, PLUS, rest of Île-de-France, 2026: 26 920 €.
ALONE = Facts(
    filed_on=date(2024, 1, 15),
    path=Path.FIRST,
    composition=Composition(adults=1),
    resources=Resources(n2_cents=2_692_000, monthly_cents=200_000, proof=Proof.PROVED),
    stay=Stay.REGULAR,
    current=Current(housing="LOCATAIRE_PRIVE"),
)


def alone(**resources: int | None) -> Facts:
    return replace(ALONE, resources=replace(ALONE.resources, **resources))


def test_the_ceiling_itself_is_within_and_a_cent_more_is_not() -> None:
    assert judge(ALONE, PLUS_IDF, ON).verdict is Verdict.ELIGIBLE
    above = judge(alone(n2_cents=2_692_001), PLUS_IDF, ON)
    assert (above.verdict, above.grounds) == (Verdict.NOT_ELIGIBLE, (Ground.CEILING,))


@pytest.mark.parametrize(
    ("facts", "verdict", "ground"),
    [
        (replace(ALONE, stay=Stay.IRREGULAR), Verdict.NOT_ELIGIBLE, Ground.STAY_IRREGULAR),
        (replace(ALONE, stay=Stay.UNCHECKED), Verdict.TO_COMPLETE, Ground.STAY_UNCHECKED),
        (alone(n2_cents=None), Verdict.TO_COMPLETE, Ground.RESOURCES_MISSING),
        (
            replace(ALONE, resources=replace(ALONE.resources, proof=Proof.REJECTED)),
            Verdict.TO_COMPLETE,
            Ground.RESOURCES_REJECTED,
        ),
        (replace(ALONE, composition=Composition(adults=0)), Verdict.TO_COMPLETE, Ground.HOUSEHOLD_WRONG),
        (replace(ALONE, composition=Composition(adults=1, disabled=2)), Verdict.TO_COMPLETE, Ground.HOUSEHOLD_WRONG),
        (replace(ALONE, current=Current(housing="PROPRIETAIRE")), Verdict.ELIGIBLE, Ground.OWNER),
    ],
)
def test_each_ground_has_its_effect_and_an_owner_is_never_refused_by_the_machine(
    facts: Facts, verdict: Verdict, ground: Ground
) -> None:
    found = judge(facts, PLUS_IDF, ON)
    assert (found.verdict, found.grounds) == (verdict, (ground,))


@pytest.mark.parametrize(
    ("target", "ground"),
    [
        (Target(financing="ILM", zone="IDF"), Ground.FINANCING_UNKNOWN),
        (Target(financing="PLUS", zone=""), Ground.CEILING_UNKNOWN),
    ],
)
def test_a_financing_or_a_zone_without_ceilings_is_not_judged(target: Target, ground: Ground) -> None:
    found = judge(ALONE, target, ON)
    assert (found.verdict, found.grounds, found.ceiling) == (Verdict.TO_COMPLETE, (ground,), None)


@pytest.mark.parametrize("financing", ["PLUS_CD", "HLMO", "PLA"])
def test_an_old_financing_follows_the_plus(financing: str) -> None:
    found = judge(ALONE, Target(financing=financing, zone="IDF"), ON)
    assert found.verdict is Verdict.ELIGIBLE
    assert found.ceiling == judge(ALONE, PLUS_IDF, ON).ceiling


def test_on_the_first_of_january_2027_the_ceilings_are_missing_and_nothing_breaks() -> None:
    found = judge(ALONE, PLUS_IDF, date(2027, 1, 1))
    assert (found.verdict, found.grounds) == (Verdict.TO_COMPLETE, (Ground.CEILING_UNKNOWN,))


def test_a_child_to_be_born_raises_the_ceiling_but_is_to_confirm() -> None:
    # A couple: category 2, 40 233; with the child, three persons: category 3, 48 362.
    couple = replace(
        ALONE, composition=Composition(adults=2, spouses=True, unborn=1), resources=Resources(n2_cents=4_500_000)
    )
    found = judge(couple, PLUS_IDF, ON)
    assert (found.verdict, found.grounds) == (Verdict.TO_COMPLETE, (Ground.HOUSEHOLD_TO_CONFIRM,))
    assert judge(replace(couple, resources=Resources(n2_cents=4_000_000)), PLUS_IDF, ON).verdict is Verdict.ELIGIBLE
    assert judge(replace(couple, resources=Resources(n2_cents=4_836_201)), PLUS_IDF, ON).grounds == (Ground.CEILING,)


def test_the_rooms_follow_the_landlords_table() -> None:
    one, four, twelve = (rooms_for(persons, ON) for persons in (1, 4, 12))
    assert (one.least, one.most) == (1, 2)
    assert (four.holds(2), four.holds(3), four.holds(4), four.holds(5)) == (False, True, True, False)
    assert (twelve.least, twelve.most) == (5, 9)


def test_floor_area_and_under_occupation_at_their_edges() -> None:
    assert not is_too_small(Decimal(9), 1, ON)
    assert is_too_small(Decimal("15.99"), 2, ON)
    assert is_too_small(69, 11, ON)
    assert not is_too_small(70, 11, ON)
    assert not is_under_occupied(3, 2)
    assert is_under_occupied(4, 2)


def test_what_is_left_to_live_on_is_told_by_day_and_unit() -> None:
    family = Composition(adults=2, dependants=2, under_14=1)
    # 1 + 0.5 + 0.5 + 0.3 = 2.3 units; (2 000 - 620) / 2.3 / 30 = 20 €.
    assert consumption_tenths(family) == 23
    units = divisor_of(family, ON)
    assert living_rest(Budget(resources_cents=200_000, cost_cents=62_000), units) == 2_000
    assert living_rest(Budget(resources_cents=0, cost_cents=69_000), units) == -1_000


def test_a_territory_without_a_threshold_is_neither_in_nor_out_of_the_first_quartile() -> None:
    alone = Composition(adults=1)
    assert is_first_quartile(90_000, alone, territory="IDF", on=ON) is True
    assert is_first_quartile(90_001, alone, territory="IDF", on=ON) is False
    assert is_first_quartile(90_000, alone, territory="LYON", on=ON) is None
    assert is_first_quartile(90_000, alone, territory="IDF", on=date(2027, 1, 1)) is None


def test_good_friday_counts_in_alsace_moselle_alone() -> None:
    # Easter 2026 is 5 April: Good Friday is 3 April, Easter Monday 6 April.
    friday = date(2026, 4, 3)
    assert next_working_day(friday) == friday
    assert next_working_day(friday, alsace_moselle=True) == date(2026, 4, 7)
