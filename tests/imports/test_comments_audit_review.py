"""Reading the sample by hand: the miss rate that a landlord may state, and what does not count as a sample."""

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.imports.comment_files import audit, figures, many, run, write_comments

ANSWER = "à signaler ? (oui/non)"


@pytest.fixture
def report(tmp_path: Path) -> Path:
    audit(write_comments(tmp_path / "export.csv", many(1_000)), tmp_path / "rapport", "--sample", "100")
    return tmp_path / "rapport"


def fill(report: Path, answer: Callable[[int], str], *, encoding: str = "utf-8-sig") -> None:
    """Fill the last column, as a spreadsheet would, and save it again."""
    path = report / "echantillon.csv"
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream, delimiter=";"))
    for rank, row in enumerate(rows[1:]):
        row[3] = answer(rank)
    with path.open("w", encoding=encoding, newline="") as stream:
        csv.writer(stream, delimiter=";").writerows(rows)


def test_the_miss_rate_is_written_with_its_interval(report: Path) -> None:
    fill(report, lambda rank: "oui" if rank < 5 else "non", encoding="cp1252")
    told = figures("review", report)
    # 5 of 100: from 1.64 % to 11.28 % (exact tables). Of 980 unflagged: 16 to 111.
    assert (told["read"], told["missed"], told["unflagged"]) == (100, 5, 980)
    assert (told["low_percent"], told["high_percent"]) == ("1.64", "11.28")
    assert (told["fewest"], told["most"]) == (16, 111)
    page = (report / "rapport.html").read_text(encoding="utf-8").replace("\u00a0", " ").replace("\u202f", " ")
    assert "Parmi 100 commentaires non signalés relus à la main, 5 auraient dû être signalés, soit 5,0 %" in page
    assert "entre 1,64 % et 11,28 % à 95 %" in page
    assert json.loads((report / "chiffres.json").read_text(encoding="utf-8"))["review"]["missed"] == 5
    assert "borne haute;11,28" in (report / "chiffres.csv").read_text(encoding="utf-8-sig")


def test_none_found_is_not_none_missed(report: Path) -> None:
    before = (report / "rapport.pdf").read_bytes()
    fill(report, lambda rank: "non")
    told = figures("review", report)
    assert (told["missed"], told["low_percent"], told["high_percent"]) == (0, "0.00", "3.62")
    assert (told["fewest"], told["most"]) == (0, 36)
    assert (report / "rapport.pdf").read_bytes() != before


def test_a_review_stopped_half_way_counts_what_was_read(report: Path) -> None:
    fill(report, lambda rank: "non" if rank < 40 else "")
    assert figures("review", report)["read"] == 40


def test_a_filled_sample_may_come_from_elsewhere(report: Path, tmp_path: Path) -> None:
    fill(report, lambda rank: "non")
    (report / "echantillon.csv").rename(tmp_path / "rempli.csv")
    assert figures("review", report, "--sample", tmp_path / "rempli.csv")["read"] == 100
    missing = run("review", report)
    assert missing.returncode == 1
    assert "--sample" in missing.stderr


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda text: text, "Aucune réponse"),
        (lambda text: text.replace(";\r\n", ";bof\r\n", 1), "n’est pas une réponse"),
        (lambda text: text.replace(ANSWER, "avis"), "n’est pas l’échantillon"),
        (lambda text: text + "999999;1;choisi à la main;oui\r\n", "n’a pas été tiré"),
        (lambda text: text + "1x;1;choisi;oui\r\n", "rang « 1x »"),
    ],
)
def test_what_is_not_the_sample_filled_is_refused(report: Path, change: Callable[[str], str], said: str) -> None:
    path = report / "echantillon.csv"
    before = (report / "rapport.html").read_bytes()
    text = path.read_bytes().decode("utf-8-sig")
    path.write_bytes(change(text).encode("utf-8-sig"))
    done = run("review", report)
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert (report / "rapport.html").read_bytes() == before


def test_a_folder_that_is_no_report_is_refused(tmp_path: Path) -> None:
    done = run("review", tmp_path)
    assert done.returncode == 1
    assert "n’est pas le dossier d’un audit" in done.stderr
