"""`security/asvs.toml`: each requirement has its answer, and a test that is named exists."""

import ast
import json
import tomllib

from tests.house.tree import ROOT, tree_of
from tests.places import shared_data

ANSWERS = tomllib.loads((ROOT / "security" / "asvs.toml").read_text(encoding="utf-8"))
KINDS = {"test", "design", "deployer", "not_applicable", "open"}


def test_every_requirement_of_the_first_two_levels_is_answered() -> None:
    listed = json.loads(shared_data("asvs5.json").read_text(encoding="utf-8"))["requirements"]
    assert set(ANSWERS) == {each["req_id"] for each in listed if each["L"] in {"1", "2"}}


def test_an_answer_is_a_test_or_says_why() -> None:
    assert len(ANSWERS) == 253
    for name, answer in ANSWERS.items():
        assert answer["answer"] in KINDS, name
        assert bool(answer.get("proof")) is (answer["answer"] == "test"), name
        assert answer["answer"] == "test" or answer["why"].strip(), name


def test_every_test_that_proves_one_exists() -> None:
    missing = []
    for name, answer in ANSWERS.items():
        for proof in answer.get("proof", []):
            file, _, function = proof.partition("::")
            place = ROOT / file
            found = place.exists() and any(
                isinstance(node, ast.FunctionDef) and node.name == function for node in ast.walk(tree_of(place))
            )
            if not found:
                missing.append(f"{name}: {proof}")
    assert missing == []


def test_at_least_six_requirements_in_ten_are_proved_by_a_test() -> None:
    proved = sum(answer["answer"] == "test" for answer in ANSWERS.values())
    assert proved / len(ANSWERS) >= 0.6
