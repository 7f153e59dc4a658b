"""The lines that the old suite billed, month by month: one row a heading of a lease. Deductions are negative."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from palier.foundation.periods import MalformedMonth, Month
from palier.foundation.tabular.checking import Checking
from palier.foundation.tabular.header import require_columns
from palier.foundation.tabular.records import Record, Table
from palier.takeover.imports.account_file import HEADINGS, HIGHEST_CENTS

COLUMNS: Final = ("reference_bail", "mois", "rubrique", "montant")
_BILLED: Final[Mapping[str, str]] = {name: code for name, code in HEADINGS.items() if code != "PAYMENT"}


@dataclass(frozen=True, slots=True)
class BilledLine:
    """One heading that the old suite billed to a lease for a month."""

    reference: str
    month: date
    heading: str
    cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LineReading:
    """A record and what was made of it."""

    record: Record
    checking: Checking
    line: BilledLine | None


def billed_lines(table: Table) -> Iterator[LineReading]:
    """Every record, in order. Raises ColumnsMissing, and what its table raises."""
    require_columns(table.columns, COLUMNS)
    months: dict[str, date | None] = {}
    for record in table.records:
        checking = Checking(record)
        reference = checking.text("reference_bail", longest=20)
        written = checking.text("mois", longest=10)
        if written not in months:
            months[written] = _month(written)
        month = months[written]
        if month is None and written:
            checking.refuse("mois", "ce n’est pas un mois : écrivez-le 2026-11")
        heading = checking.choice("rubrique", _BILLED)
        cents = checking.cents("montant", most=HIGHEST_CENTS, signed=True)
        line = None
        if month is not None and cents is not None and not checking.is_refused:
            line = BilledLine(reference, month, heading, cents)
        yield LineReading(record=record, checking=checking, line=line)


def _month(written: str) -> date | None:
    try:
        return Month.parse(written).first_day
    except MalformedMonth:
        return None
