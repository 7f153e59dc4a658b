"""Small files to import, written where the test asks for them."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from tests.places import shared_data

WriteCsv = Callable[..., Path]


@pytest.fixture
def write_csv(tmp_path: Path) -> WriteCsv:
    """Write a CSV file from a header and rows, as a spreadsheet in French would."""

    def write(header: Sequence[str], *rows: Sequence[str], name: str = "fichier.csv") -> Path:
        path = tmp_path / name
        lines = [";".join(_quoted(cell) for cell in cells) for cells in (header, *rows)]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return write


@pytest.fixture(scope="session")
def paris_file() -> Path:
    """The real file of the City of Paris, which is not part of the project."""
    return shared_data("estate/paris-programmes-2001-2015.csv")


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if any(sign in cell for sign in ';"\n') else cell
