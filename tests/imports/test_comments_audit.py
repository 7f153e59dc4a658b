"""The audit of an old suite's comments: what it reads, what it shows to the board, what it shows to nobody."""

import os
import re
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import openpyxl
import outloud
import pdfua
import pikepdf
import pytest
from tests.imports.comment_files import (
    FLAGGED,
    PLAIN,
    audit,
    command,
    environment,
    figures,
    many,
    rows_of,
    run,
    write_comments,
)
from tests.sites.chromium import CHROMIUM

BOARD = ("rapport.html", "rapport.pdf", "chiffres.csv", "chiffres.json")
PRIVATE = ("a_relire.csv", "textes_a_relire.csv", "echantillon.csv", "lignes_ecartees.csv", "audit.json")


def test_the_report_counts_by_category_site_and_year(tmp_path: Path) -> None:
    file = write_comments(tmp_path / "export.csv", [*many(500, flagged_every=20), ("B", "Site 1", "", "  ", "agent 1")])
    told = audit(file, tmp_path / "rapport")
    assert (told["rows"], told["comments"], told["empty"], told["flagged"]) == (501, 500, 1, 25)
    assert told["categories"] == {"health": 25}
    lines = {
        (row["tableau"], row["ligne"], row["colonne"]): row["valeur"]
        for row in rows_of(tmp_path / "rapport" / "chiffres.csv")
    }
    assert lines["Ensemble", "Commentaires signalés", "nombre"] == "25"
    assert lines["Catégories", "Santé", "commentaires signalés"] == "25"
    assert lines["Sites", "Site 0", "commentaires"] == "125"
    assert lines["Sites", "Site 0", "commentaires signalés"] == "25"
    assert lines["Années", "2010", "commentaires signalés"] == "25"
    assert lines["Auteurs", "Auteurs", "nombre"] == "7"
    page = (tmp_path / "rapport" / "rapport.html").read_text(encoding="utf-8")
    assert "25 sont signalés" in page.replace("\u00a0", " ")


def test_what_the_board_reads_holds_no_name_and_no_quotation(tmp_path: Path) -> None:
    file = write_comments(tmp_path / "export.csv", many(400))
    audit(file, tmp_path / "rapport")
    for name in BOARD:
        content = (tmp_path / "rapport" / name).read_bytes()
        for said in ("Marchand", "séropositif", PLAIN, "agent 1"):
            assert said.encode() not in content, f"{said} in {name}"
    with pikepdf.open(tmp_path / "rapport" / "rapport.pdf") as paper:
        attached = b"".join(bytes(each.get_file().read_bytes()) for each in paper.attachments.values())
    assert b"Marchand" not in attached
    assert "Santé".encode() in attached


def test_small_counts_are_hidden_from_the_board(tmp_path: Path) -> None:
    rows = [
        ("B", "Sud" if rank < 3 else "Nord", "2012", FLAGGED if rank % 50 < 3 else PLAIN, "a") for rank in range(200)
    ]
    audit(write_comments(tmp_path / "export.csv", rows), tmp_path / "rapport")
    sites = {
        row["ligne"]: row["valeur"]
        for row in rows_of(tmp_path / "rapport" / "chiffres.csv")
        if row["tableau"] == "Sites" and row["colonne"] == "commentaires signalés"
    }
    assert sites == {"Sud": "moins de 5", "Nord": "non affiché"}


def test_the_lists_that_quote_are_for_one_account_only(tmp_path: Path) -> None:
    audit(write_comments(tmp_path / "export.csv", many(300)), tmp_path / "rapport")
    assert {path.name for path in (tmp_path / "rapport").iterdir()} == {*BOARD, *PRIVATE}
    assert stat.S_IMODE((tmp_path / "rapport").stat().st_mode) == 0o700
    for name in PRIVATE:
        assert stat.S_IMODE((tmp_path / "rapport" / name).stat().st_mode) == 0o600, name
    assert list(tmp_path.glob("*.en-cours")) == []


def test_the_work_list_says_where_in_the_comment(tmp_path: Path) -> None:
    file = write_comments(tmp_path / "export.csv", [("B", "S", "2012", PLAIN, "a"), ("B", "S", "2012", FLAGGED, "a")])
    audit(file, tmp_path / "rapport")
    (found,) = rows_of(tmp_path / "rapport" / "a_relire.csv")
    assert (found["rang"], found["ligne"], found["catégorie"]) == ("2", "3", "Santé")
    assert "séropositif" in FLAGGED[int(found["début"]) : int(found["fin"])]
    assert not any(FLAGGED in value for value in found.values())
    assert [row["texte"] for row in rows_of(tmp_path / "rapport" / "textes_a_relire.csv")] == [FLAGGED]


def test_the_sample_is_drawn_among_the_unflagged_and_again_with_its_seed(tmp_path: Path) -> None:
    file = write_comments(tmp_path / "export.csv", many(3_000))
    first = [
        audit(file, tmp_path / name, "--sample", "50") and rows_of(tmp_path / name / "echantillon.csv") for name in "ab"
    ]
    assert first[0] == first[1]
    assert len({row["rang"] for row in first[0]}) == 50
    assert all(PLAIN in row["texte"] for row in first[0])
    columns = ("--column", "Commentaire", "--report", tmp_path / "c", "--sample", "50", "--seed", "8")
    figures("audit", file, *columns)
    assert rows_of(tmp_path / "c" / "echantillon.csv") != first[0]


def test_a_text_that_a_spreadsheet_would_run_is_made_harmless(tmp_path: Path) -> None:
    audit(write_comments(tmp_path / "e.csv", [("B", "S", "2012", "=2+5 badge", "a")]), tmp_path / "rapport")
    assert [row["texte"] for row in rows_of(tmp_path / "rapport" / "echantillon.csv")] == ["'=2+5 badge"]


def test_two_processes_give_the_same_bytes_as_one(tmp_path: Path) -> None:
    file = write_comments(tmp_path / "export.csv", many(13_000))
    audit(file, tmp_path / "un", "--processes", "1")
    audit(file, tmp_path / "deux", "--processes", "2")
    for name in (*BOARD, *PRIVATE):
        assert (tmp_path / "un" / name).read_bytes() == (tmp_path / "deux" / name).read_bytes(), name


def test_a_killed_audit_goes_on_and_ends_the_same(tmp_path: Path) -> None:
    file = write_comments(tmp_path / "export.csv", many(28_000))
    asked = ("audit", file, "--column", "Commentaire", "--seed", "7", "--report")
    work = tmp_path / "tue.en-cours"
    killed = subprocess.Popen(command(*asked, tmp_path / "tue"), env=environment(), stderr=subprocess.DEVNULL)
    until(lambda: len(list(work.glob("blocs/*.json"))) >= 3, killed)
    helpers = Path(f"/proc/{killed.pid}/task/{killed.pid}/children").read_text(encoding="ascii").split()
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    assert not (tmp_path / "tue").exists()
    assert len(helpers) >= 2
    until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in helpers))
    done = {path.name: path.stat().st_mtime_ns for path in work.glob("blocs/*.json")}
    resumed = subprocess.Popen(command(*asked, tmp_path / "tue"), env=environment(), stderr=subprocess.DEVNULL)
    until(lambda: len(list(work.glob("blocs/*.json"))) > len(done), resumed)
    again = {path.name: path.stat().st_mtime_ns for path in work.glob("blocs/*.json") if path.name in done}
    assert resumed.wait(timeout=100) == 0
    assert again == done or again == {}
    assert run(*asked, tmp_path / "entier").returncode == 0
    for name in (*BOARD, *PRIVATE):
        assert (tmp_path / "tue" / name).read_bytes() == (tmp_path / "entier" / name).read_bytes(), name


@pytest.mark.parametrize(
    ("who", "code", "said"), [("helper", 1, "Relancez la même commande"), ("all", 130, "Interrompu")]
)
def test_an_audit_that_is_stopped_says_so_and_goes_on(tmp_path: Path, who: str, code: int, said: str) -> None:
    file = write_comments(tmp_path / "export.csv", many(28_000))
    asked = ("audit", file, "--column", "Commentaire", "--report", tmp_path / "rapport")
    # Tests run in the background are deaf to an interruption, and what they start would be too.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    running = subprocess.Popen(
        command(*asked), env=environment(), stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    signal.signal(signal.SIGINT, before)
    until(lambda: len(list(tmp_path.glob("*.en-cours/blocs/*.json"))) >= 2, running)
    if who == "all":
        os.killpg(running.pid, signal.SIGINT)
    else:
        os.kill(helper_of(running.pid), signal.SIGKILL)
    _, told = running.communicate(timeout=60)
    assert running.returncode == code
    assert said in told
    assert "Traceback" not in told
    assert run(*asked).returncode == 0
    assert len(rows_of(tmp_path / "rapport" / "a_relire.csv")) == 560


def helper_of(pid: int) -> int:
    """A process that screens, among the children of the command: another only counts what they share."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return next(int(each) for each in children if b"spawn_main" in Path(f"/proc/{each}/cmdline").read_bytes())


def until(is_so: Callable[[], bool], running: subprocess.Popen[bytes] | None = None) -> None:
    end = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < end
        assert running is None or running.poll() is None or is_so()
        time.sleep(0.01)


def test_the_folder_of_another_audit_is_refused(tmp_path: Path) -> None:
    file = write_comments(tmp_path / "export.csv", many(100))
    audit(file, tmp_path / "rapport")
    asked = ("audit", file, "--column", "Commentaire", "--report", tmp_path / "rapport")
    again = run(*asked)
    assert again.returncode == 1
    assert "n’est pas vide" in again.stderr
    (tmp_path / "autre.en-cours").mkdir()
    plan = tmp_path / "autre.en-cours" / "plan.json"
    plan.write_text(
        '{"sha256": "x", "columns": [], "sheet": "", "screen": "", "sample": 1, "seed": 1, "salt": "", "on": ""}'
    )
    other = run("audit", file, "--column", "Commentaire", "--report", tmp_path / "autre")
    assert other.returncode == 1
    assert "autre audit" in other.stderr


@pytest.mark.parametrize(
    ("encoding", "label"), [("latin-1", "Windows-1252"), ("utf-8-sig", "UTF-8"), ("utf-8", "UTF-8")]
)
def test_the_encoding_is_found_and_said(tmp_path: Path, encoding: str, label: str) -> None:
    file = write_comments(tmp_path / "export.csv", many(60, flagged_every=10), encoding=encoding)
    done = run("audit", file, "--column", "commentaire", "--report", tmp_path / "r", "--json")
    assert done.returncode == 0
    assert f'"encoding": "{label}"' in done.stdout
    assert '"flagged": 6' in done.stdout
    assert ("Windows-1252" in done.stderr) == (encoding == "latin-1")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"Bail;Commentaire\n1;a\n", "Colonnes présentes\u00a0: « Bail », « Commentaire »"),
        (b"Bail;Observations;Observations\n1;a;b\n", "deux colonnes"),
        (b"Bail;Observations\n1;a\x00b\n", "ligne 2"),
        (b"Bail;Observations\n1;a\n2;b\x07\n", "Ligne 3"),
        (b'Bail;Observations\n1;a\n2;"jamais ferm\xc3\xa9\n3;b\n', "Ligne 3"),
        (b"Bail;Observations\n1;\x81\n", "Ligne 2"),
        (b"", "est vide"),
        (b"%PDF-1.7 ", "PDF"),
    ],
)
def test_a_file_that_will_not_do_is_refused_in_a_sentence(tmp_path: Path, content: bytes, said: str) -> None:
    file = tmp_path / "export.csv"
    file.write_bytes(content)
    done = run("audit", file, "--column", "Observations", "--report", tmp_path / "rapport")
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "rapport").exists()
    assert not (tmp_path / "rapport.en-cours").exists()


def test_a_line_cut_wrong_is_set_aside_and_said(tmp_path: Path) -> None:
    file = tmp_path / "export.csv"
    file.write_text(f"Bail;Observations\n1;{FLAGGED}\n2;clés ; badge\n3\n4;{PLAIN}\n", encoding="utf-8")
    told = figures("audit", file, "--column", "Observations", "--report", tmp_path / "rapport")
    assert (told["comments"], told["set_aside"]) == (2, 2)
    aside = rows_of(tmp_path / "rapport" / "lignes_ecartees.csv")
    assert [row["ligne"] for row in aside] == ["3", "4"]
    assert "3 cellules au lieu de 2" in aside[0]["motif"]
    page = (tmp_path / "rapport" / "rapport.html").read_text(encoding="utf-8")
    assert "2 lignes n’ont pas pu être lues" in page


def test_a_file_of_one_column_is_read(tmp_path: Path) -> None:
    file = tmp_path / "export.csv"
    file.write_text(f"Observations\n{PLAIN}; badge, clés\n{FLAGGED}\n", encoding="utf-8")
    told = figures("audit", file, "--column", "observations", "--report", tmp_path / "rapport")
    assert (told["comments"], told["flagged"], told["set_aside"]) == (2, 1, 0)


def test_a_column_of_texts_is_not_taken_for_sites(tmp_path: Path) -> None:
    file = write_comments(tmp_path / "export.csv", many(6_000))
    done = run("audit", file, "--column", "Commentaire", "--report", tmp_path / "r", "--site-column", "Commentaire")
    assert done.returncode == 1
    assert "autre chose que des sites" in done.stderr
    assert not (tmp_path / "r").exists()


def test_a_workbook_is_read_and_its_formulas_are_named(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["Bail", "Site", "Date", "Commentaire", "Auteur"], [1, "Nord", "2012", FLAGGED, "a"]):
        sheet.append(row)
    sheet.append([2, "Nord", "2013", "=A1", "a"])
    sheet.append([3, "Sud", "2013", PLAIN, "a"])
    book.save(tmp_path / "export.xlsx")
    told = audit(tmp_path / "export.xlsx", tmp_path / "rapport")
    assert (told["comments"], told["flagged"], told["set_aside"]) == (2, 1, 1)
    (aside,) = rows_of(tmp_path / "rapport" / "lignes_ecartees.csv")
    assert "D3 contient une formule" in aside["motif"]


def test_the_page_fetches_nothing_and_runs_nothing(tmp_path: Path) -> None:
    rows = [("B", "<script>alert(1)</script>", "2012", PLAIN, "a")] * 6
    audit(write_comments(tmp_path / "export.csv", rows), tmp_path / "rapport")
    page = (tmp_path / "rapport" / "rapport.html").read_text(encoding="utf-8")
    assert re.findall(r"<script|\bsrc=|\bhref=|url\(|https?:|@import", page) == []
    assert "&lt;script&gt;" in page


def test_the_paper_keeps_the_rules_of_accessible_documents(tmp_path: Path) -> None:
    audit(write_comments(tmp_path / "export.csv", many(400, flagged_every=3)), tmp_path / "rapport")
    paper = tmp_path / "rapport" / "rapport.pdf"
    with pikepdf.open(paper) as document, document.open_metadata() as xmp:
        assert (xmp["pdfaid:part"], xmp["pdfaid:conformance"], xmp["pdfuaid:part"]) == ("3", "A", "1")
        assert document.Root.Lang == "fr-FR"
    assert [str(each) for each in outloud.check(str(paper)).findings if each.severity == "error"] == []
    assert [str(each) for each in pdfua.validate(str(paper)).findings if "error" in str(each.severity).lower()] == []


@pytest.mark.browser
def test_the_page_is_accessible_and_fits_a_telephone(tmp_path: Path) -> None:
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import sync_playwright

    audit(write_comments(tmp_path / "export.csv", many(400, flagged_every=3)), tmp_path / "rapport")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        for width in (390, 1366):
            for scheme in ("light", "dark"):
                context = browser.new_context(
                    viewport={"width": width, "height": 800}, color_scheme="dark" if scheme == "dark" else "light"
                )
                page = context.new_page()
                page.goto((tmp_path / "rapport" / "rapport.html").as_uri())
                assert Axe().run(page).violations_count == 0
                assert page.evaluate("document.documentElement.scrollWidth") == width
        browser.close()


@pytest.mark.timeout(300)
def test_ten_times_the_rows_take_no_more_memory(tmp_path: Path) -> None:
    small, large = (peak_of(tmp_path, rows) for rows in (20_000, 200_000))
    assert large < small * 1.15, (small, large)


def peak_of(folder: Path, rows: int) -> int:
    """The peak of the process that reads and screens, in kB."""
    file = folder / f"{rows}.csv"
    with file.open("w", encoding="utf-8") as stream:
        stream.write("Site;Commentaire\n")
        stream.writelines(f"S{rank % 9};{'cancer' if rank % 90 == 0 else 'Clés'} {rank}\n" for rank in range(rows))
    program = (
        "import sys, re\nfrom palier.cli import main\ncode = main(sys.argv[1:])\n"
        "print(re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read())[1])\nsys.exit(code)"
    )
    asked = ["comments", "audit", str(file), "--column", "Commentaire", "--report", str(folder / f"r{rows}")]
    done = subprocess.run(
        [sys.executable, "-c", program, *asked, "--processes", "1", "--site-column", "Site"],
        env=environment(), capture_output=True, text=True, timeout=250, check=True,
    )  # fmt: skip
    return int(done.stdout.splitlines()[-1])
