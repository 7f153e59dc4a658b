"""A file that is not a table is refused with a sentence that says what to do."""

import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from tests.places import as_user

from palier.foundation.errors import Refusal
from palier.foundation.tabular.limits import Limits
from palier.foundation.tabular.reading import open_table

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"


def zip_of(path: Path, **parts: str) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name.replace("__", "/"), text)
    return path


def refusal_of(path: Path, **options: Limits) -> str:
    with pytest.raises(Refusal) as caught:
        list(open_table(path, **options).records)
    sentence = str(caught.value)
    assert "{" not in sentence
    assert sentence.endswith(".")
    return sentence


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("vide.csv", b"", "est vide"),
        ("blanc.csv", b"\xef\xbb\xbf \n\n", "est vide"),
        ("lettre.csv", "Madame, Monsieur, le patrimoine compte trois résidences.\n".encode(), "colonne"),
        ("phrase.txt", "Le patrimoine compte trois résidences.\n".encode(), "n’est pas un tableau|pas un tableau"),
        ("plan.csv", b"%PDF-1.7\n%\xe2\xe3", "un document PDF"),
        ("photo.csv", PNG, "une image PNG"),
        ("photo.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF", "une image JPEG"),
        ("page.csv", b"<!DOCTYPE html><html></html>", "une page web"),
        ("flux.xml", b'\xef\xbb\xbf<?xml version="1.0"?><a/>', "XML"),
        ("ancien.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ancien format"),
        ("archive.csv", b"\x1f\x8b\x08\x00", "gzip"),
        ("unicode.csv", "a;b\n1;2\n".encode("utf-16"), "UTF-16"),
        ("binaire.csv", b"a;b\n1;\x00\x01\x02\n", "binaire"),
        ("classeur.xlsx", b"a;b\n1;2\n", "contient du texte"),
        ("abime.xlsx", b"PK\x03\x04rien", "abîmé"),
        ("doublon.csv", b"a;b;a\n1;2;3\n", "deux fois"),
        ("large.csv", b";".join(b"c%d" % n for n in range(300)) + b"\n", "colonnes"),
    ],
)
def test_a_wrong_kind_of_file_is_named_for_what_it_is(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    sentence = refusal_of(path) if name != "lettre.csv" else prose_refusal(path)
    assert any(part in sentence for part in said.split("|")), sentence


def prose_refusal(path: Path) -> str:
    """Prose with a comma opens as a table of two columns: it is the format that refuses it."""
    from palier.estate.imports.paris_programmes import ProgrammeReader

    with pytest.raises(Refusal) as caught:
        ProgrammeReader(open_table(path))
    return str(caught.value)


def test_a_workbook_named_csv_is_refused_with_both_ways_out(tmp_path: Path) -> None:
    path = tmp_path / "patrimoine.csv"
    openpyxl.Workbook().save(path)
    sentence = refusal_of(path)
    assert ".xlsx" in sentence
    assert "CSV" in sentence


def test_a_place_that_is_not_a_file_is_refused(tmp_path: Path) -> None:
    assert "n’existe pas" in refusal_of(tmp_path / "absent.csv")
    assert "n’existe pas" in refusal_of(tmp_path / "nul\x00.csv")
    assert "dossier" in refusal_of(tmp_path)
    os.mkfifo(tmp_path / "tuyau.csv")
    assert "périphérique" in refusal_of(tmp_path / "tuyau.csv")


@as_user
def test_a_file_without_read_permission_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ferme.csv"
    path.write_text("a;b\n")
    path.chmod(0)
    assert "droit de lecture" in refusal_of(path)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"a;b\n1;2\n3;\x074\n", "3"),
        (b"a;b\n1;2\n\x81\xe9;2\n", "3"),
        (b'a;b\n1;2\n3;"ouvert\n4;5\n', "3"),
        (b'a;b\n1;"x"y\n', "2"),
    ],
)
def test_a_csv_that_cannot_be_cut_says_at_which_line(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "casse.csv"
    path.write_bytes(content)
    assert refusal_of(path).startswith(f"Ligne {said}")


def test_limits_stop_the_reading(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_text("a;b\n" + "1;2\n" * 20)
    assert "10" in refusal_of(path, limits=Limits(records=10))
    assert "Mo" in refusal_of(path, limits=Limits(file_bytes=10))
    assert "caractères" in refusal_of(path, limits=Limits(line_characters=2))


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    path = zip_of(
        tmp_path / "bombe.xlsx", **{"xl__workbook.xml": "<workbook/>", "xl__worksheets__s.xml": " " * 50_000_000}
    )
    assert "décompressé" in refusal_of(path)
    path = tmp_path / "parties.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(2_500):
            archive.writestr(f"p{number}", "")
    assert "2500 parties" in refusal_of(path)


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"word__document.xml": "<w/>"}, ".docx"),
        ({"content.xml": "<o/>", "mimetype": "x"}, "OpenDocument"),
        ({"xl__workbook.bin": "x"}, ".xlsb"),
        ({"lisezmoi.txt": "x"}, "archive zip"),
        ({"xl__workbook.xml": "<workbook><sheets>"}, "mal formée"),
        ({"xl__workbook.xml": "<workbook/>"}, "absente"),
        ({"xl__workbook.xml": "<workbook/>", "xl___rels__workbook.xml.rels": "<Relationships/>"}, "aucune feuille"),
        (
            {"xl__workbook.xml": '<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]><workbook>&x;</workbook>'},
            "entités",
        ),
        (
            {"xl__workbook.xml": '<!DOCTYPE w [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><workbook>&b;</workbook>'},
            "entités",
        ),
    ],
)
def test_an_archive_that_is_not_a_workbook_is_refused(tmp_path: Path, parts: dict[str, str], said: str) -> None:
    assert said in refusal_of(zip_of(tmp_path / "faux.xlsx", **parts))


@pytest.fixture
def workbook(tmp_path: Path) -> Callable[..., Path]:
    def write(change: Callable[[openpyxl.worksheet.worksheet.Worksheet], None]) -> Path:
        book = openpyxl.Workbook()
        sheet = book.active
        assert isinstance(sheet, openpyxl.worksheet.worksheet.Worksheet)
        sheet.append(["code", "surface"])
        sheet.append(["R1", 45.5])
        change(sheet)
        path = tmp_path / "classeur.xlsx"
        book.save(path)
        return path

    return write


def test_a_merged_title_above_the_header_is_named(workbook: Callable[..., Path]) -> None:
    def merge(sheet: openpyxl.worksheet.worksheet.Worksheet) -> None:
        sheet.insert_rows(1)
        sheet["A1"] = "Patrimoine 2026"
        sheet.merge_cells("A1:B1")

    assert "A1:B1" in refusal_of(workbook(merge))


def test_a_sheet_that_does_not_exist_is_answered_with_those_that_do(workbook: Callable[..., Path]) -> None:
    path = workbook(lambda sheet: None)
    with pytest.raises(Refusal, match="Sheet"):
        open_table(path, sheet="Baux")
