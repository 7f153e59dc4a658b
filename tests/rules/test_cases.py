"""The rules against cases worked out from their sources by someone who had not read the code."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from palier.cli.rule import RULES
from palier.foundation.errors import Refusal
from palier.foundation.periods import Month
from palier.quittancement.rules.month import Charge, LeaseFacts, LineKind, lines_due, suspension_window

CASES = Path(__file__).parent / "cases"


def cases(stem: str) -> list[Any]:
    found = yaml.load((CASES / f"{stem}.yaml").read_text("utf-8"), Loader=yaml.CSafeLoader)
    return [pytest.param(case, id=f"{stem}: {case['name']}") for case in found]


def of_every_rule() -> list[Any]:
    return [pytest.param(name, *case.values, id=case.id) for name in RULES for case in cases(name.replace("-", "_"))]


@pytest.mark.parametrize(("name", "case"), of_every_rule())
def test_a_rule_answers_as_its_source_says(name: str, case: dict[str, Any]) -> None:
    expected = case["expect"]
    if expected.get("error"):
        with pytest.raises(Refusal):
            RULES[name].run(case["input"])
        return
    outputs = RULES[name].run(case["input"]).outputs
    assert {key: unordered(outputs[key]) for key in expected} == {key: unordered(expected[key]) for key in expected}


@pytest.mark.parametrize("stem", sorted(path.stem for path in CASES.iterdir()))
def test_each_case_names_its_source_and_yaml_guesses_no_amount_nor_date(stem: str) -> None:
    for case in (param.values[0] for param in cases(stem)):
        assert case["name"]
        assert case["source"]
        # An amount or a day out of its quotes would come as a float or a date; a key « on » as true.
        assert {type(value) for value in leaves(case)} <= {str, int, bool}
        assert True not in case["input"]


def leaves(value: object) -> Iterator[object]:
    """The values of a case, without its keys."""
    if isinstance(value, dict):
        for each in value.values():
            yield from leaves(each)
    elif isinstance(value, list):
        for each in value:
            yield from leaves(each)
    else:
        yield value


def unordered(value: object) -> object:
    """The objects of a list in any order: a source says what they are, not which comes first."""
    return sorted(value, key=str) if isinstance(value, list) and value and isinstance(value[0], dict) else value


@pytest.mark.parametrize("case", cases("month"))
def test_a_month_is_priced_as_the_decisions_say(case: dict[str, Any]) -> None:
    lines = lines_due(facts(case["input"]), Month.parse(case["input"]["month"]))
    # The cases leave out the lines of zero and keep the order of the charges; a notice has its own order.
    assert sorted([line.kind.value, line.amount_cents] for line in lines if line.amount_cents) == sorted(
        case["expect"]["lines"]
    )
    assert sum(line.amount_cents for line in lines) == case["expect"]["total_cents"]


def facts(given: dict[str, Any]) -> LeaseFacts:
    window: tuple[date | None, date | None] = (None, None)
    if "order_notified_on" in given:
        window = suspension_window(notified_on=day(given["order_notified_on"]), lifted_on=None)
    charges = tuple(
        Charge(
            kind=LineKind[charge["kind"]],
            label=charge["label"],
            amount_cents=charge["amount_cents"],
            first_day=day(charge["first_day"]),
            last_day=day(charge["last_day"]) if "last_day" in charge else None,
        )
        for charge in given["charges"]
    )
    ends_on = day(given["ends_on"]) if "ends_on" in given else None
    return LeaseFacts(day(given["starts_on"]), ends_on, charges, *window)


def day(text: str) -> date:
    return date.fromisoformat(text)
