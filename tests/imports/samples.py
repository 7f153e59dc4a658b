"""Sound tables of each layout, as files to spoil, and the reading that must survive it."""

import io
from datetime import date
from pathlib import Path

import openpyxl

from palier.estate.imports.palier_estate import COLUMNS as DWELLING_COLUMNS
from palier.estate.imports.palier_estate import EstateKnown, EstateReader
from palier.estate.imports.paris_programmes import EXPECTED, ProgrammeReader
from palier.foundation.errors import Refusal
from palier.foundation.tabular.checking import Checking
from palier.foundation.tabular.reading import open_table
from palier.leases.imports.lease_file import COLUMNS as LEASE_COLUMNS
from palier.leases.imports.lease_file import KnownDwelling, LeaseReader

PROGRAMME = "2000011;16-20 RUE DES MEUNIERS;75012;Paris;2001;RIVP;62;10;50;0;2;logement familial"
DWELLING = (
    "R001;Les Tilleuls;logement familial;NORD;;8 rue de l’Échelle;76000;Rouen;76540;1998;oui;2;autres;2;échu;A;1;12"
    ";3;3;68,40;4;PLUS;C1;12/05/1998;6,02;01/01/2026"
)
LEASE = (
    "R1;A;1;12;B1;Mme;Martin;Louise;14/07/1975;;;;;01/03/2019;;412,18;;21;;;;412;virement;2;1;oui;0612345678"
    ";l@exemple.fr;"
)
PROGRAMMES = [
    list(EXPECTED),
    PROGRAMME.split(";"),
    PROGRAMME.replace("16-20 RUE DES MEUNIERS", "9, BD SERURIER\n4 RUE DU LEMAN").split(";"),
]
DWELLINGS = [list(DWELLING_COLUMNS), DWELLING.split(";")]
LEASES = [list(LEASE_COLUMNS), LEASE.split(";")]
TABLES = {"programmes": PROGRAMMES, "dwellings": DWELLINGS, "leases": LEASES}
NASTY = [
    *(
        "",
        "NaN",
        "-1",
        "1e999",
        "inf",
        "٣",
        "²",
        "0x10",
        "1_000",
        "١٢/٠٣/٢٠١٩",
        "31/02/2020",
        "9999-12-31",
        "0000-00-00",
    ),
    *(
        "=1+1",
        "'",
        '"',
        ";",
        "\n",
        "\r",
        "\t",
        "\ufeff",
        "\u202e",
        "\x00",
        "\ud800",
        "é" * 5_000,
        "🏠",
        "null",
        "€",
    ),
    *("12,345", "quatre cents", "- 5", "1 000 000", "−8", "1e3", "%s", "{0}", "{placeholder}", "<b>", "../../etc"),
]
TOKENS = [
    b'r="ZZZ9"',
    b'r="99999999"',
    b"<f>1</f>",
    b't="s"',
    b't="e"',
    b't="d"',
    b"<v>999999</v>",
    b"&x;",
    b"<!DOCTYPE a>",
]


def csv_bytes(rows: list[list[str]]) -> bytes:
    lines = (";".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows)
    return "\n".join(lines).encode("utf-8", "surrogatepass")


def workbook_bytes(rows: list[list[str]]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


WORKBOOKS = {name: workbook_bytes(rows) for name, rows in TABLES.items()}


def remarks_of(path: Path, name: str) -> list[Checking]:
    table = open_table(path)
    if name == "programmes":
        return [reading.checking for reading in ProgrammeReader(table).readings()]
    if name == "dwellings":
        known = EstateKnown(agencies=frozenset({"NORD"}), residences={}, conventions={})
        return [reading.checking for reading in EstateReader(table, known).readings()]
    dwelling = KnownDwelling(id=1, residence_id=1, nature="FAMILIAL", leases=())
    return [reading.checking for reading in LeaseReader(table, lambda key: dwelling, (), date(2026, 11, 21)).readings()]


def assert_answered(content: bytes, suffix: str, name: str, folder: Path) -> None:
    path = folder / f"fichier{suffix}"
    path.write_bytes(content)
    try:
        checkings = remarks_of(path, name)
    except Refusal as refusal:
        sentence = str(refusal)
        assert sentence[0].isupper() or sentence[0] == "«"
        assert sentence.endswith(".")
    else:
        for checking in checkings:
            for remark in checking.remarks:
                assert remark.line >= 1
                assert remark.reason
                assert len(remark.value) <= 120
