"""`palier screen`: one answer a line, in order, whatever the lines hold; and its measure."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def palier(*arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "palier", *arguments]
    return subprocess.run(command, input=given, capture_output=True, check=False, timeout=120, cwd=ROOT)


def test_one_line_out_per_line_in_wrong_ones_included() -> None:
    given = '{"text": "il boit"}\npas du JSON\n{"texte": "x"}\n\n{"text": "porte cassée"}'.encode()
    done = palier("screen", given=given)
    answers = [json.loads(line) for line in done.stdout.decode().splitlines()]
    assert done.returncode == 1
    assert [answer.get("decision", "error" in answer) for answer in answers] == ["block", True, True, True, "accept"]
    assert set(answers[0]["findings"][0]) == {"start", "end", "category", "severity", "term", "rule", "suggestion"}
    assert "Traceback" not in done.stderr.decode()


def test_a_file_is_read_as_the_standard_input_is(tmp_path: Path) -> None:
    path = tmp_path / "textes.jsonl"
    path.write_text('\ufeff{"text": "séropositif"}\n', encoding="utf-8")
    done = palier("screen", str(path))
    assert done.returncode == 0
    assert json.loads(done.stdout)["decision"] == "block"


def test_a_file_that_is_not_there_is_one_french_sentence() -> None:
    done = palier("screen", "/nulle/part.jsonl")
    assert done.returncode == 1
    assert "ne se lit pas" in done.stderr.decode()


def test_a_lexicon_with_a_bad_term_stops_the_command(tmp_path: Path) -> None:
    path = tmp_path / "mien.toml"
    path.write_text(
        'category = "judgement"\n[[term]]\nid = "rien"\nseverity = "warn"\nwords = "zut"\n', encoding="utf-8"
    )
    done = palier("screen", "--lexicon", str(path), given=b'{"text": "zut"}')
    assert done.returncode == 1
    assert "mien.toml" in done.stderr.decode()
    assert "rien" in done.stderr.decode()


def test_the_measure_is_made_in_a_process_without_django() -> None:
    done = palier("bench", "screen", "--count", "300", "--json")
    figures = json.loads(done.stdout)
    assert figures["comments"] == 300
    assert 0 < figures["peak_rss_mb"] < 150
    assert figures["comments_per_second"] > 0
    loaded = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, palier.screening.engine as e; e.screen('x'); print('django' in sys.modules)",
        ],
        capture_output=True,
        check=True,
        text=True,
    )
    assert loaded.stdout.strip() == "False"
