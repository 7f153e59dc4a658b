"""`palier rule`: one answer a line, in order, whatever the lines hold."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from palier.cli import main
from palier.cli.rule import RULES

GOOD = '{"adults": 2, "dependants": 1, "disabled": 0, "young_couple": false, "spouses": true}'


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, list[Any], str]:
    code = main(["rule", *arguments])
    out, err = capsys.readouterr()
    return code, [json.loads(line) for line in out.splitlines()], err


def given_cases(folder: Path, content: bytes) -> str:
    path = folder / "cas.jsonl"
    path.write_bytes(content)
    return str(path)


def test_the_list_names_every_rule(capsys: pytest.CaptureFixture[str]) -> None:
    code, (listed,), err = run(capsys, "list", "--json")
    assert (code, err) == (0, "")
    assert [rule["name"] for rule in listed["rules"]] == list(RULES)
    for rule in listed["rules"]:
        assert set(rule) == {"name", "title", "reference", "period"}
    assert main(["rule", "list"]) == 0
    assert "household-category" in capsys.readouterr().out


def test_a_rule_shows_its_inputs_outputs_and_computed_example(capsys: pytest.CaptureFixture[str]) -> None:
    code, (shown,), _ = run(capsys, "show", "income-ceiling", "--json")
    assert code == 0
    assert shown["inputs"][0]["name"] == "financing"
    assert shown["inputs"][0]["choices"] == ["PLUS", "PLAI", "PLS"]
    assert set(shown["outputs"][0]) == {"name", "type", "unit", "label"}
    assert shown["example"]["output"]["ceiling"] == "62968.00"
    assert main(["rule", "show", "income-ceiling"]) == 0
    assert '"ceiling": "62968.00"' in capsys.readouterr().out


@pytest.mark.parametrize("verb", ["show", "run"])
def test_an_unknown_rule_is_wrong_usage_and_names_the_others(capsys: pytest.CaptureFixture[str], verb: str) -> None:
    code, lines, err = run(capsys, verb, "unwritten")
    assert (code, lines) == (2, [])
    assert "rent-revision" in err


def test_cases_come_from_standard_input(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(GOOD.encode())))
    code, (answer,), _ = run(capsys, "run", "household-category")
    assert (code, answer["category"]) == (0, 3)


def test_a_wrong_case_answers_on_its_line_and_the_others_go_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = [
        b"deux adultes",
        b"{",
        b"[1, 2]",
        b"null",
        GOOD.replace("2", "NaN", 1).encode(),
        GOOD.replace("2", "9" * 5000, 1).encode(),
        GOOD.replace("2", "1e999999999", 1).encode(),
        GOOD.replace('"adults": 2', '"adults": 2, "adults": 3').encode(),
        GOOD.replace('"adults"', r'"\ud800"').encode(),
        GOOD.encode("utf-16"),
        b"\xff\xfe{}",
        b"[" * 50_000,
        b'"' + b"x" * 300_000 + b'"',
    ]
    content = b"\xef\xbb\xbf" + GOOD.encode() + b"\r\n\n" + b"\n".join(wrong) + b"\n   \n" + GOOD.encode()
    code, answers, err = run(capsys, "run", "household-category", given_cases(tmp_path, content))
    assert code == 1
    assert answers[0]["category"] == answers[-1]["category"] == 3
    assert len(answers) >= len(wrong) + 2
    for answer in answers[1:-1]:
        assert set(answer) == {"error"}
        assert len(answer["error"]) < 400
    assert "error" in err
    assert len(err.splitlines()) == 1


def test_an_empty_file_has_no_answer(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "run", "rls", given_cases(tmp_path, b"")) == (0, [], "")


def test_a_file_that_is_not_there_or_is_a_folder_is_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in (str(tmp_path / "absent.jsonl"), str(tmp_path)):
        code, lines, err = run(capsys, "run", "rls", name)
        assert (code, lines) == (1, [])
        assert err.count("\n") == 1


def test_without_a_verb_it_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["rule"])
    assert left.value.code == 2
    assert "Traceback" not in capsys.readouterr().err
