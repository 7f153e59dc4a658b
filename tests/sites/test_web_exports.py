"""Any table as CSV or XLSX: the screen's columns and rows, whole, and harmless in a spreadsheet."""

import csv
import io
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

import pytest
from django.http import FileResponse, QueryDict
from openpyxl import load_workbook

from palier.web import exports
from palier.web.components import Tag
from palier.web.exports import TooManyRows, UnknownFormat, export_response
from palier.web.tables import Column, Kind, Table, read_state

ON: Final = date(2026, 11, 30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    name: str
    balance_cents: int | None
    since_on: date | None
    flag: Tag | None = None


ACCOUNTS: Final = Table[Account](
    code="comptes",
    caption="Comptes",
    default_sort="nom",
    columns=(
        Column(code="nom", label="Nom", value=lambda row: row.name),
        Column(code="solde", label="Solde", unit="€", value=lambda row: row.balance_cents, kind=Kind.MONEY),
        Column(code="depuis", label="Depuis", value=lambda row: row.since_on, kind=Kind.DATE),
        Column(code="signal", label="Signal", value=lambda row: row.flag, kind=Kind.TAG, chosen=False),
    ),
)
ROWS: Final = [
    Account(name="Érable Fatou", balance_cents=-123456, since_on=date(1998, 8, 7), flag=Tag(label="Retard")),
    Account(name='=HYPERLINK("x";"y")', balance_cents=5, since_on=None),
    Account(name="Saule; dit « le Grand »\u0007", balance_cents=None, since_on=ON),
]


def exported(query: str, wanted: str) -> FileResponse:
    state = read_state(ACCOUNTS, QueryDict(query))
    return export_response(ACCOUNTS, state, iter(ROWS), wanted=wanted, name="Comptes, résidence n° 3", on=ON)


def body(response: FileResponse) -> bytes:
    content = response.getvalue()
    response.close()
    return content


def test_a_csv_opens_in_a_french_spreadsheet() -> None:
    content = body(exported("", "csv"))
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    assert rows == [
        ["Nom", "Solde (€)", "Depuis"],
        ["Érable Fatou", "-1234,56", "07/08/1998"],
        ['\'=HYPERLINK("x";"y")', "0,05", ""],
        ["Saule; dit « le Grand »", "", "30/11/2026"],
    ]


@pytest.mark.parametrize("start", ["=1+1", "+33", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "＝1"])
def test_no_text_of_a_csv_starts_as_a_formula(start: str) -> None:
    assert exports.harmless(start).startswith("'")


def test_an_xlsx_holds_numbers_dates_and_no_formula() -> None:
    sheet = load_workbook(io.BytesIO(body(exported("col=nom&col=solde&col=depuis&col=signal", "xlsx")))).active
    assert sheet is not None
    cells = list(sheet.iter_rows(min_row=2))
    assert [cell.value for cell in next(sheet.iter_rows(max_row=1))] == ["Nom", "Solde (€)", "Depuis", "Signal"]
    assert cells[0][1].value == pytest.approx(-1234.56)
    assert cells[0][2].value == datetime.fromisoformat("1998-08-07")
    assert cells[0][3].value == "Retard"
    assert (cells[1][0].data_type, cells[1][0].value) == ("s", '=HYPERLINK("x";"y")')
    assert cells[2][0].value == "Saule; dit « le Grand »"
    assert cells[2][1].value is None


def test_an_export_follows_the_chosen_columns_and_says_its_size_and_its_day() -> None:
    response = exported("col=nom", "csv")
    assert response["Content-Disposition"] == 'attachment; filename="comptes-residence-n-3-2026-11-30.csv"'
    assert response["Cache-Control"] == "no-store"
    assert int(response["Content-Length"]) == len(content := body(response))
    assert b"Solde" not in content


def test_another_format_is_refused() -> None:
    with pytest.raises(UnknownFormat, match="«\u00a0pdf\u00a0»"):
        exported("", "pdf")


def test_an_export_that_fails_half_way_sends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "ROW_LIMIT", 2)
    with pytest.raises(TooManyRows, match="2 lignes"):
        exported("", "csv")
    with pytest.raises(TooManyRows):
        exported("", "xlsx")
