"""Why a dwelling suits a household or not: one family, one dwelling, and one thing changed at a time."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from palier.attribution.rules.suiting import AGAINST_FR, CHECKS_FR, Against, Check, Offered, suit, wished_as
from palier.demandes.rules.eligibility import Verdict
from palier.demandes.rules.facts import Composition, Current, Facts, Path, Proof, Resources, Stated, Stay, Wish

ON = date(2026, 11, 23)
# A parent and a child; 1 500 € a month, 15 000 € a year, under every PLUS ceiling.
FAMILY = Facts(
    filed_on=date(2024, 5, 2),
    path=Path.FIRST,
    composition=Composition(adults=1, dependants=1, under_14=1),
    resources=Resources(n2_cents=1_500_000, monthly_cents=150_000, proof=Proof.PROVED),
    stay=Stay.REGULAR,
    current=Current(housing="LOCATAIRE_PRIVE"),
    wish=Wish(communes=("93066", "75112"), rooms_min=2, rooms_max=3, highest_cost_cents=60_000),
)
# 495 € of 1 500 €: 33 %, the landlord's threshold itself.
DWELLING = Offered(
    commune="93066", rooms=3, floor_area_m2=Decimal(60), cost_cents=49_500, financing="PLUS", zone="PARIS", floor=2
)


def test_a_dwelling_that_suits_has_nothing_against_it_and_nothing_to_check() -> None:
    found = suit(FAMILY, DWELLING, on=ON)
    assert found.suits
    assert (found.verdict, found.to_check, found.persons) == (Verdict.ELIGIBLE, (), 2)


@pytest.mark.parametrize(
    ("dwelling", "reason"),
    [
        (replace(DWELLING, commune="93001"), Against.COMMUNE),
        (replace(DWELLING, cost_cents=60_001), Against.WISHED_COST),
        (replace(DWELLING, floor_area_m2=Decimal("15.99")), Against.UNDER_FLOOR_AREA),
    ],
)
def test_one_thing_wrong_with_the_dwelling_is_named_alone(dwelling: Offered, reason: Against) -> None:
    assert suit(FAMILY, dwelling, on=ON).against == (reason,)


def test_rooms_are_compared_with_the_table_of_the_landlord_and_with_the_wish() -> None:
    assert suit(FAMILY, replace(DWELLING, rooms=4), on=ON).against == (Against.WISHED_ROOMS, Against.TOO_LARGE)
    assert suit(FAMILY, replace(DWELLING, rooms=1), on=ON).against == (Against.WISHED_ROOMS, Against.TOO_SMALL)
    anything = replace(FAMILY, wish=Wish(communes=("93066",)))
    assert suit(anything, replace(DWELLING, rooms=4), on=ON).against == (Against.TOO_LARGE,)


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        (replace(FAMILY, resources=replace(FAMILY.resources, n2_cents=9_000_000)), Against.CEILING),
        (replace(FAMILY, stay=Stay.IRREGULAR), Against.STAY_IRREGULAR),
        (replace(FAMILY, needs=(Stated(code="PLAIN_PIED_OU_ASCENSEUR"),)), Against.NO_LIFT),
    ],
)
def test_one_thing_wrong_with_the_household_is_named_alone(facts: Facts, reason: Against) -> None:
    assert suit(facts, DWELLING, on=ON).against == (reason,)


def test_a_dwelling_already_refused_is_not_proposed_again() -> None:
    assert suit(FAMILY, DWELLING, on=ON, refused_here=True).against == (Against.REFUSED_HERE,)


@pytest.mark.parametrize(
    ("facts", "check"),
    [
        (replace(FAMILY, stay=Stay.UNCHECKED), Check.STAY_UNCHECKED),
        (replace(FAMILY, current=Current(housing="PROPRIETAIRE")), Check.OWNER),
        (replace(FAMILY, resources=replace(FAMILY.resources, monthly_cents=149_000)), Check.EFFORT),
        (replace(FAMILY, resources=replace(FAMILY.resources, monthly_cents=0)), Check.NO_INCOME),
        (replace(FAMILY, needs=(Stated(code="DOUCHE_ADAPTEE"),)), Check.NEEDS),
    ],
)
def test_what_is_to_check_leaves_the_household_in_the_list(facts: Facts, check: Check) -> None:
    found = suit(facts, DWELLING, on=ON)
    assert found.suits
    assert found.to_check == (check,)


def test_a_ground_floor_or_a_lift_meets_the_need_and_an_unknown_floor_is_to_check() -> None:
    walking = replace(FAMILY, needs=(Stated(code="PLAIN_PIED_OU_ASCENSEUR"),))
    for dwelling in (replace(DWELLING, floor=0), replace(DWELLING, has_lift=True)):
        assert suit(walking, dwelling, on=ON).to_check == ()
    unknown = suit(walking, replace(DWELLING, floor=None), on=ON)
    assert (unknown.against, unknown.to_check) == ((), (Check.NEEDS,))
    rejected = replace(FAMILY, needs=(Stated(code="PLAIN_PIED_OU_ASCENSEUR", proof=Proof.REJECTED),))
    assert suit(rejected, DWELLING, on=ON).against == ()


def test_whoever_may_not_read_resources_is_told_neither_eligibility_nor_effort() -> None:
    rich = replace(FAMILY, resources=Resources(n2_cents=9_000_000, monthly_cents=1), stay=Stay.IRREGULAR)
    found = suit(rich, DWELLING, on=ON, without_resources=True)
    assert (found.judgement, found.against, found.to_check) == (None, (), ())


def test_in_january_2027_the_list_goes_on_and_says_that_the_ceiling_is_missing() -> None:
    found = suit(FAMILY, DWELLING, on=date(2027, 1, 1))
    assert (found.suits, found.to_check) == (True, (Check.CEILING_UNKNOWN,))


def test_a_wish_for_paris_is_a_wish_for_each_arrondissement() -> None:
    assert wished_as("75112") == ("75112", "75056")
    assert wished_as("93066") == ("93066",)
    paris = replace(FAMILY, wish=Wish(communes=("75056",)))
    assert suit(paris, replace(DWELLING, commune="75120"), on=ON).suits


def test_every_reason_has_its_sentence() -> None:
    assert {code.value for code in Against} == set(AGAINST_FR)
    assert {code.value for code in Check} == set(CHECKS_FR)
