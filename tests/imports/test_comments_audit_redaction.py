"""Erasing what was flagged: a copy, never the source; the proof; and what a person decided to keep."""

import json
import re
import stat
import zipfile
from hashlib import sha256
from pathlib import Path

import openpyxl
import pytest
from tests.imports.comment_files import FLAGGED, PLAIN, audit, figures, many, rows_of, run, write_comments

AWKWARD = (
    'Bail;Commentaire;"Suite"\r\n'
    "1;Robinet à changer;a\r\n"
    f'2;"{FLAGGED}; dit « ""non"" »\nsur deux lignes";b\r\n'
    "\r\n"
    f"3;{FLAGGED};séropositif\r\n"
    '"4";"";c\r\n'
    "5;Clés;dernière ligne sans fin"
)


def redact(file: Path, report: Path, output: Path, *more: str) -> dict[str, object]:
    return figures("redact", file, "--column", "Commentaire", "--report", report, "--output", output, *more)


@pytest.mark.parametrize(("encoding", "mark"), [("utf-8", b""), ("utf-8", b"\xef\xbb\xbf"), ("cp1252", b"")])
def test_every_other_byte_stays_as_it_was(tmp_path: Path, encoding: str, mark: bytes) -> None:
    file = tmp_path / "export.csv"
    file.write_bytes(mark + AWKWARD.encode(encoding))
    report = tmp_path / "rapport"
    figures("audit", file, "--column", "Commentaire", "--report", report)
    told = redact(file, report, tmp_path / "copie.csv")
    assert (told["listed"], told["changed"], told["left"]) == (2, 2, 0)
    expected = AWKWARD.replace("est séropositif;", "est [effacé : santé];").replace(
        "est séropositif; dit", "est [effacé : santé]; dit"
    )
    written = (tmp_path / "copie.csv").read_bytes()
    assert written == mark + expected.encode(encoding)
    assert file.read_bytes() == mark + AWKWARD.encode(encoding)


def test_the_proof_holds_for_who_has_the_salt(tmp_path: Path) -> None:
    file = write_comments(tmp_path / "export.csv", many(500))
    report, output = tmp_path / "rapport", tmp_path / "copie.csv"
    audited = audit(file, report)
    redact(file, report, output)
    proof = json.loads((tmp_path / "copie.csv.preuve.json").read_text(encoding="utf-8"))
    salt = (tmp_path / "copie.csv.sel").read_text(encoding="ascii").strip()
    assert proof["source_sha256"] == sha256(file.read_bytes()).hexdigest()
    assert proof["output_sha256"] == sha256(output.read_bytes()).hexdigest()
    assert proof["listed"] == proof["changed"] == len(proof["rows"]) == audited["flagged"] == 10
    assert proof["reread"] == {"comments": 500, "flagged": 0, "kept": 0}
    assert proof["rows"][1] == {
        "row": 51,
        "line": 52,
        "before": sha256(f"{salt}{FLAGGED} 50".encode()).hexdigest(),
        "after": sha256(f"{salt}M. Marchand est [effacé : santé] 50".encode()).hexdigest(),
    }
    assert "séropositif" not in (tmp_path / "copie.csv.preuve.json").read_text(encoding="utf-8")
    for name in ("copie.csv", "copie.csv.sel", "copie.csv.preuve.json"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600, name
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "copie.csv", "copie.csv.preuve.json", "copie.csv.sel", "export.csv", "rapport",
    ]  # fmt: skip


def test_a_new_audit_of_the_copy_finds_nothing(tmp_path: Path) -> None:
    """The marks themselves say « santé » or « handicap »: they are not read as comments."""
    file = write_comments(tmp_path / "export.csv", many(200, flagged_every=2))
    audit(file, tmp_path / "rapport")
    redact(file, tmp_path / "rapport", tmp_path / "copie.csv")
    assert audit(tmp_path / "copie.csv", tmp_path / "rapport-copie")["flagged"] == 0


def test_a_whole_comment_may_go(tmp_path: Path) -> None:
    file = write_comments(tmp_path / "export.csv", many(60))
    audit(file, tmp_path / "rapport")
    redact(file, tmp_path / "rapport", tmp_path / "copie.csv", "--whole")
    comments = [row["Commentaire"] for row in rows_of(tmp_path / "copie.csv")]
    assert comments[0] == comments[50] == "[effacé : santé]"
    assert comments[1] == f"{PLAIN} 1"


def test_what_a_person_decides_to_keep_stays_and_is_told(tmp_path: Path) -> None:
    file = write_comments(tmp_path / "export.csv", many(120))
    report = tmp_path / "rapport"
    audit(file, report)
    worklist = report / "a_relire.csv"
    lines = worklist.read_text(encoding="utf-8-sig").splitlines()
    worklist.write_text("\n".join([lines[0], lines[1] + "garder", *lines[2:]]) + "\n", encoding="utf-8-sig")
    told = redact(file, report, tmp_path / "copie.csv")
    assert (told["listed"], told["changed"], told["kept"]) == (3, 2, 1)
    comments = [row["Commentaire"] for row in rows_of(tmp_path / "copie.csv")]
    assert comments[0] == f"{FLAGGED} 0"
    assert comments[50] == "M. Marchand est [effacé : santé] 50"
    proof = json.loads((tmp_path / "copie.csv.preuve.json").read_text(encoding="utf-8"))
    assert proof["reread"] == {"comments": 120, "flagged": 1, "kept": 1}


def test_a_list_that_was_shortened_or_sorted_is_refused(tmp_path: Path) -> None:
    file = write_comments(tmp_path / "export.csv", many(120))
    report = tmp_path / "rapport"
    audit(file, report)
    worklist = report / "a_relire.csv"
    lines = worklist.read_text(encoding="utf-8-sig").splitlines()
    for changed, said in (
        (lines[:-1], "«\u00a0garder\u00a0»"),
        ([lines[0], *reversed(lines[1:])], "ont changé d’ordre"),
        ([lines[0], lines[1] + "peut-être", *lines[2:]], "peut-être"),
        (["rang;texte", *lines[1:]], "colonnes"),
    ):
        worklist.write_text("\n".join(changed) + "\n", encoding="utf-8-sig")
        refused(file, report, tmp_path / "copie.csv", said)


def refused(file: Path, report: Path, output: Path, said: str, *, column: str = "Commentaire") -> None:
    before = output.read_bytes() if output.exists() else None
    done = run("redact", file, "--column", column, "--report", report, "--output", output)
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert (output.read_bytes() if output.exists() else None) == before
    assert list(output.parent.glob("*.sel")) == list(output.parent.glob("*.partiel*")) == []


def test_nothing_is_overwritten_and_nothing_else_is_erased(tmp_path: Path) -> None:
    file = write_comments(tmp_path / "export.csv", many(60))
    report = tmp_path / "rapport"
    audit(file, report)
    refused(file, report, file, "rien n’est écrasé")
    refused(file, report, tmp_path / "absent" / "copie.csv", "ne peut pas être écrite")
    refused(file, report, tmp_path / "copie.csv", "a lu la colonne", column="Site")
    refused(file, tmp_path, tmp_path / "copie.csv", "n’est pas le dossier d’un audit")
    with file.open("a", encoding="utf-8") as stream:
        stream.write("x;y;z;t;u\n")
    refused(file, report, tmp_path / "copie.csv", "a changé depuis")


def test_rows_that_the_audit_could_not_read_must_be_mended_first(tmp_path: Path) -> None:
    file = tmp_path / "export.csv"
    file.write_text(f"Bail;Commentaire\n1;{FLAGGED}\n2;clés ; badge ; cave\n", encoding="utf-8")
    figures("audit", file, "--column", "Commentaire", "--report", tmp_path / "rapport")
    refused(file, tmp_path / "rapport", tmp_path / "copie.csv", "écarté 1 lignes")


def with_shared_texts(path: Path) -> Path:
    """The workbook as Excel writes it: each text once, in a part of its own, cells refer to it by number."""
    texts: list[str] = []

    def shared(found: re.Match[str]) -> str:
        if found[3] not in texts:
            texts.append(found[3])
        return f'<c r="{found[1]}"{found[2]} t="s"><v>{texts.index(found[3])}</v></c>'

    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name).decode() for name in old.namelist()}
    cell = re.compile(r'<c r="([A-Z]+\d+)"([^>]*?) t="inlineStr"><is><t>(.*?)</t></is></c>')
    for name in [name for name in parts if name.startswith("xl/worksheets/")]:
        parts[name] = cell.sub(shared, parts[name])
    listed = "".join(f"<si><r><t>{text[:1]}</t></r><r><t>{text[1:]}</t></r></si>" for text in texts)
    names = "http://schemas.openxmlformats.org"
    parts["xl/sharedStrings.xml"] = f'<sst xmlns="{names}/spreadsheetml/2006/main">{listed}</sst>'
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(
        "</Types>", f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'
    )
    relation = f'Type="{names}/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"'
    parts["xl/_rels/workbook.xml.rels"] = parts["xl/_rels/workbook.xml.rels"].replace(
        "</Relationships>", f'<Relationship Id="rId99" {relation}/></Relationships>'
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, text in parts.items():
            new.writestr(name, text)
    return path


def workbook(path: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Suivi"
    sheet.append(["Bail", "Commentaire", "Motif"])
    sheet.append([1, FLAGGED, "Plomberie"])
    sheet.append([2, PLAIN, FLAGGED])
    sheet.append([3, f"{FLAGGED} & <suivi>", "Clés"])
    sheet["B2"].font = openpyxl.styles.Font(bold=True)
    book.create_sheet("Autre").append(["rien", 12.5])
    book.save(path)
    return path


@pytest.mark.parametrize("shared", [True, False])
def test_a_workbook_keeps_its_styles_its_sheets_and_its_other_cells(tmp_path: Path, *, shared: bool) -> None:
    file = workbook(tmp_path / "export.xlsx")
    if shared:
        with_shared_texts(file)
    report, output = tmp_path / "rapport", tmp_path / "copie.xlsx"
    figures("audit", file, "--column", "Commentaire", "--report", report)
    told = redact(file, report, output)
    assert (told["listed"], told["changed"], told["left"]) == (2, 2, 0)
    book = openpyxl.load_workbook(output)
    assert [[cell.value for cell in row] for row in book["Suivi"].iter_rows()] == [
        ["Bail", "Commentaire", "Motif"],
        [1, "M. Marchand est [effacé : santé]", "Plomberie"],
        [2, PLAIN, FLAGGED],
        [3, "M. Marchand est [effacé : santé] & <suivi>", "Clés"],
    ]
    assert book["Suivi"]["B2"].font.b
    assert [cell.value for cell in book["Autre"][1]] == ["rien", 12.5]
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(output) as new:
        same = {name for name in old.namelist() if old.read(name) == new.read(name)}
        assert old.namelist() == new.namelist()
        # B2's text is C3's too: the sheet then carries its own; B4's is changed where it is, once.
        assert set(old.namelist()) - same == {"xl/worksheets/sheet1.xml", *(["xl/sharedStrings.xml"] if shared else [])}


@pytest.mark.parametrize("shared", [True, False])
def test_no_byte_of_an_erased_text_stays_in_the_workbook(tmp_path: Path, *, shared: bool) -> None:
    """Looked for without its accent, which a workbook may write by its number."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["Bail", "Commentaire"], [1, FLAGGED], [2, FLAGGED], [3, PLAIN]):
        sheet.append(row)
    book.save(tmp_path / "export.xlsx")
    if shared:
        with_shared_texts(tmp_path / "export.xlsx")
    figures("audit", tmp_path / "export.xlsx", "--column", "Commentaire", "--report", tmp_path / "rapport")
    redact(tmp_path / "export.xlsx", tmp_path / "rapport", tmp_path / "copie.xlsx")
    with zipfile.ZipFile(tmp_path / "copie.xlsx") as copy:
        assert not any(b"ropositif" in copy.read(name) for name in copy.namelist())


def test_a_pivot_table_that_keeps_the_texts_stops_the_copy(tmp_path: Path) -> None:
    file = workbook(tmp_path / "export.xlsx")
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("xl/pivotCache/pivotCacheRecords1.xml", "<r/>")
    figures("audit", file, "--column", "Commentaire", "--report", tmp_path / "rapport")
    refused(file, tmp_path / "rapport", tmp_path / "copie.xlsx", "tableau croisé dynamique")
