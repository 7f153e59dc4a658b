"""What a table says is read exactly, and every cell keeps its place."""

from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pytest

from palier.foundation.tabular.reading import open_table
from palier.foundation.tabular.records import TableKind, column_letters
from palier.foundation.tabular.sheets import day_of_serial, exact_number


def test_a_record_is_not_a_line_when_a_cell_holds_a_line_break(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('nom;adresse\nA;"1 rue X\n2 rue Y"\nB;3 rue Z\n', encoding="utf-8")
    records = list(open_table(path).records)
    assert [(record.number, record.line) for record in records] == [(1, 2), (2, 4)]
    assert records[0].raw("adresse") == "1 rue X\n2 rue Y"


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_separators_line_ends_and_marks_are_found(tmp_path: Path, delimiter: str, ending: str, mark: str) -> None:
    path = tmp_path / "a.csv"
    rows = [["Code", "Ville"], ["R1", "Évry"], ["R2", ""]]
    path.write_bytes((mark + ending.join(delimiter.join(row) for row in rows) + ending).encode())
    table = open_table(path)
    assert table.delimiter == delimiter
    assert table.encoding == "UTF-8"
    assert [record.raw("ville") for record in table.records] == ["Évry", ""]


def test_windows_1252_is_read_with_a_warning(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("code;ville\nR1;Orly\nR2;Évry – 20 €\n".encode("cp1252"))
    table = open_table(path)
    assert [record.raw("ville") for record in table.records] == ["Orly", "Évry – 20 €"]
    assert table.encoding == "Windows-1252"
    assert "ligne 3" in table.warnings[0]


def test_a_row_with_too_many_or_too_few_cells_carries_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a;b;c\n1;2\n1;2;3;\n1;2;3;4\n;;\n", encoding="utf-8")
    records = list(open_table(path).records)
    assert [bool(record.fault) for record in records] == [True, False, True]
    assert "2 cellules au lieu de 3" in records[0].fault


def test_an_unknown_column_reads_as_empty(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a;b\n1;2\n", encoding="utf-8")
    record = next(open_table(path).records)
    assert record.raw("absente") == ""
    assert record.place("a") == ""


def test_a_workbook_gives_exact_texts_dates_and_cell_names(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Code", "Surface", "Le", "QPV", "Étage"])
    sheet.append(["R1", 0.1 + 0.2, date(2026, 1, 31), True, 3])
    sheet.append(["R2", 453.2, datetime.combine(date(2026, 1, 31), time(10, 30)), False, None])
    path = tmp_path / "a.xlsx"
    book.save(path)
    table = open_table(path)
    first, second = table.records
    assert table.kind is TableKind.XLSX
    assert first.cells == ("R1", "0.3", "2026-01-31", "oui", "3")
    assert second.cells == ("R2", "453.2", "2026-01-31T10:30:00", "non", "")
    assert first.place("surface") == "B2"


def test_formulas_errors_and_merged_cells_are_faults_that_name_the_cell(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["code", "surface", "loyer"])
    sheet.append(["R1", "=40+5", 12])
    sheet.append(["R2", 30, "#REF!"])
    sheet["C3"].data_type = "e"
    sheet.append(["R3", 31, 12])
    sheet.append([None, 32, 13])
    sheet.merge_cells("A4:A5")
    path = tmp_path / "a.xlsx"
    book.save(path)
    one, two, three, four = open_table(path).records
    assert "B2 contient une formule" in one.fault_of("surface")
    assert "#REF!" in two.fault_of("loyer")
    assert "A4 est fusionnée (A4:A5)" in three.fault_of("code")
    assert "A5 est fusionnée" in four.fault_of("code")
    assert four.fault_of("surface") == ""


def test_the_named_sheet_is_read_and_the_first_one_is_announced(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    first = book.active
    assert first is not None
    first.append(["a", "b"])
    second = book.create_sheet("Baux")
    second.append(["c", "d"])
    second.append(["1", "2"])
    path = tmp_path / "a.xlsx"
    book.save(path)
    assert "2 feuilles" in open_table(path).warnings[0]
    table = open_table(path, sheet="Baux")
    assert table.header == ("c", "d")
    assert table.warnings == ()


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("453.19999999999999", "453.2"),
        ("12", "12"),
        ("12.0", "12"),
        ("1E-2", "0.01"),
        ("1.5e3", "1500"),
        ("-0.30000000000000004", "-0.3"),
        ("NaN", None),
        ("Infinity", None),
        ("1e400", None),
        ("douze", None),
    ],
)
def test_a_number_is_what_the_spreadsheet_shows(written: str, shown: str | None) -> None:
    assert exact_number(written) == shown


@pytest.mark.parametrize(
    ("serial", "starts_in_1904", "day"),
    [
        ("1", False, "1900-01-01"),
        ("59", False, "1900-02-28"),
        ("61", False, "1900-03-01"),
        ("46053", False, "2026-01-31"),
        ("44591", True, "2026-01-31"),
        ("0", False, None),
        ("-1", False, None),
        ("99999999", False, None),
        ("demain", False, None),
    ],
)
def test_a_serial_number_is_a_day(serial: str, starts_in_1904: bool, day: str | None) -> None:
    assert day_of_serial(serial, starts_in_1904=starts_in_1904) == day


def test_columns_have_the_letters_of_a_spreadsheet() -> None:
    assert [column_letters(index) for index in (0, 25, 26, 51, 701, 702)] == ["A", "Z", "AA", "AZ", "ZZ", "AAA"]
