"""The rulebook: every rule shows an example that it really computes, and reads its cases strictly."""

import json
from datetime import date
from decimal import Decimal

import pytest

from palier.cli.rule import RULES
from palier.demandes.rules.ceiling import ExtraPeopleBelowSix, TwoTablesInYear, income_ceiling
from palier.demandes.rules.effort import BenefitAboveExpense
from palier.foundation.baremes import OutsideBareme, bareme
from palier.foundation.errors import Refusal
from palier.foundation.rulebook import JsonValue, Kind, Rule
from palier.quittancement.rules.rls import ReductionNotEstablished, reduction_basis, solidarity_reduction

EXPECTED = (
    "allocation-quotas",
    "application-clocks",
    "convention-maximum",
    "convention-rent",
    "effort-rate",
    "electronic-payslip",
    "first-quartile",
    "household-category",
    "income-ceiling",
    "living-rest",
    "occupation-review",
    "offer-deadline",
    "payment-allocation",
    "payslip-availability",
    "rent-revision",
    "reservation-flow",
    "retained-resources",
    "rls",
    "sls",
    "useful-area",
    "warning-clock",
)
every_rule = pytest.mark.parametrize("rule", RULES.values(), ids=RULES.keys())


def case(name: str, **changed: JsonValue) -> dict[str, JsonValue]:
    return {**RULES[name].example, **changed}


def test_the_rules_are_those_of_the_month() -> None:
    assert tuple(RULES) == EXPECTED


@every_rule
def test_the_example_answers_what_was_worked_by_hand(rule: Rule) -> None:
    answer = rule.worked_example()
    assert dict(answer.outputs) == dict(rule.example_answer)
    assert [field.name for field in rule.outputs] == list(answer.outputs)


@every_rule
def test_every_answer_explains_itself_in_sentences(rule: Rule) -> None:
    explanation = rule.worked_example().as_json()["explanation"]
    assert isinstance(explanation, list)
    assert len(explanation) >= 2
    for sentence in explanation:
        assert isinstance(sentence, str)
        assert sentence[0].isupper() or sentence[0].isdigit() or sentence[0] == "«"
        assert sentence.endswith(".")
        assert "'" not in sentence


@every_rule
def test_a_missing_an_unknown_and_an_empty_field_are_refused(rule: Rule) -> None:
    for field in rule.inputs:
        if field.optional:
            continue
        with pytest.raises(Refusal, match=field.name):
            rule.run({name: value for name, value in rule.example.items() if name != field.name})
        with pytest.raises(Refusal, match=field.name):
            rule.run({**rule.example, field.name: None})
        wrongs: list[JsonValue] = [{}, "", "x" * 10_000, Decimal("1E+400")]
        # A list with nothing in it is a list.
        wrongs += [] if field.kind is Kind.LIST else [[]]
        for wrong in wrongs:
            with pytest.raises(Refusal):
                rule.run({**rule.example, field.name: wrong})
    with pytest.raises(Refusal, match="zz"):
        rule.run({**rule.example, "zz": 1})


@every_rule
@pytest.mark.parametrize("raw", [None, True, 1, "x", [], [{}]])
def test_a_case_is_an_object(rule: Rule, raw: JsonValue) -> None:
    with pytest.raises(Refusal, match="objet JSON"):
        rule.run(raw)


@every_rule
def test_a_digest_tells_one_rule_from_another(rule: Rule) -> None:
    assert len(rule.digest) == 64
    assert len({each.digest for each in RULES.values()}) == len(RULES)


def test_a_number_of_json_is_taken_as_written() -> None:
    assert RULES["rls"].run(case("rls", monthly_resources=Decimal("969.99"))).outputs["eligible"] is True
    assert RULES["rls"].run(case("rls", monthly_resources=970)).outputs["eligible"] is False
    with pytest.raises(Refusal, match="deux décimales"):
        RULES["rls"].run(case("rls", monthly_resources=Decimal("969.999")))


@pytest.mark.parametrize("wrong", [True, "4", Decimal("4.0"), 10**30, -1])
def test_a_count_is_a_whole_number_of_json(wrong: JsonValue) -> None:
    with pytest.raises(Refusal, match="category"):
        RULES["income-ceiling"].run(case("income-ceiling", category=wrong))


@pytest.mark.parametrize("payment", [10**15, "1000000000000000"])
def test_an_amount_too_large_is_told_so_with_its_limit(payment: JsonValue) -> None:
    with pytest.raises(Refusal, match=r"trop grand.: il peut aller jusqu’à 999999999999\.99\."):
        RULES["payment-allocation"].run(case("payment-allocation", payment=payment))
    with pytest.raises(Refusal, match="12 chiffres au plus"):
        RULES["useful-area"].run(case("useful-area", floor_area_m2=10**15))


def test_what_was_received_asks_for_no_agreement() -> None:
    with pytest.raises(Refusal, match=r"; elle a reçu.: une liste\.$"):
        RULES["payment-allocation"].run(case("payment-allocation", payment=[]))
    with pytest.raises(Refusal, match=r"; la règle a reçu.: une liste\.$"):
        RULES["payment-allocation"].run([])


@pytest.mark.parametrize("wrong", [0, 1, "true", None])
def test_a_flag_is_true_or_false(wrong: JsonValue) -> None:
    with pytest.raises(Refusal, match="spouses"):
        RULES["household-category"].run(case("household-category", spouses=wrong))


def test_true_is_not_zone_one() -> None:
    with pytest.raises(Refusal, match="zone"):
        RULES["rls"].run(case("rls", zone=True))


def test_a_value_that_is_not_official_says_so_in_its_explanation() -> None:
    def told(**changed: JsonValue) -> str:
        return json.dumps(RULES["income-ceiling"].run(case("income-ceiling", **changed)).as_json(), ensure_ascii=False)

    assert "Attention" not in told()
    assert "calculée" in told(financing="PLS")
    assert "à confirmer" in told(financing="PLAI")
    assert "Attention" not in told(financing="PLAI", year=2025)
    assert "calculée" in told(financing="PLAI", year=2025, category=5)


def test_the_year_2009_has_two_tables_and_the_extra_person_only_category_six() -> None:
    with pytest.raises(TwoTablesInYear):
        income_ceiling(financing="PLUS", zone="idf", category=1, extra_people=0, year=2009)
    assert bareme("ceilings_plus").at(date(2009, 6, 1), "idf", "1").value == 21802
    with pytest.raises(OutsideBareme):
        bareme("ceilings_plus").at(date(2009, 3, 1), "idf", "1")
    with pytest.raises(ExtraPeopleBelowSix):
        income_ceiling(financing="PLUS", zone="idf", category=5, extra_people=1, year=2026)


@pytest.mark.parametrize("on", [date(2018, 3, 1), date(2024, 6, 1), date(2025, 12, 31)])
def test_no_reduction_is_told_for_a_date_whose_texts_were_not_read(on: date) -> None:
    with pytest.raises(ReductionNotEstablished):
        solidarity_reduction(zone=1, couple=False, dependants=0, monthly_resources_cents=0, on=on)


@pytest.mark.parametrize("on", [date(2018, 1, 31), date(2027, 1, 1), date(2090, 1, 1)])
def test_no_reduction_is_told_outside_every_bareme(on: date) -> None:
    with pytest.raises(OutsideBareme):
        solidarity_reduction(zone=1, couple=False, dependants=0, monthly_resources_cents=0, on=on)


def test_the_words_of_a_reduction_on_a_notice() -> None:
    assert reduction_basis(zone=2, couple=True, dependants=0) == "zone 2, couple"
    assert reduction_basis(zone=1, couple=False, dependants=0) == "zone 1, personne seule"
    assert reduction_basis(zone=3, couple=True, dependants=2) == "zone 3, 2 personnes à charge"


def test_a_benefit_above_the_expense_is_a_question_not_a_rate() -> None:
    with pytest.raises(BenefitAboveExpense):
        RULES["effort-rate"].run(case("effort-rate", housing_benefit="9999.00"))
