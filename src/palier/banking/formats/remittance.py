"""The settlement file of the card gateway, in Palier's own layout: what one remittance to the bank is made of.

CSV or XLSX, one row a payment, a refund (REMBOURSEMENT) or a sum that a card holder contested (IMPAYE). The remittance
is gross: the gateway's fee is a bill of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Final

from palier.banking.formats.document import LARGEST_CENTS
from palier.banking.formats.recognise import LIMITS
from palier.foundation.errors import Refusal
from palier.foundation.money import Cents
from palier.foundation.tabular.checking import Checking
from palier.foundation.tabular.header import require_columns
from palier.foundation.tabular.reading import open_table
from palier.foundation.tabular.recognise import ZIP_SIGNATURE, check_place

COLUMNS: Final = ("remise", "jour", "sorte", "reference", "montant")
_HEAD_BYTES: Final = 400
_FIRST_DAY, _LAST_DAY = date(2020, 1, 1), date(2100, 12, 31)


class Kind(StrEnum):
    """What a row says."""

    PAYMENT = "PAYMENT"
    REFUND = "REFUND"
    CHARGEBACK = "CHARGEBACK"


_KINDS: Final = {"paiement": "PAYMENT", "remboursement": "REFUND", "impaye": "CHARGEBACK", "impayé": "CHARGEBACK"}


class RemittanceCellRefused(Refusal):
    """Ligne {line}, colonne « {column} » : {reason}. Rien n’a été lu : demandez à la passerelle un fichier juste."""


class SeveralRemittances(Refusal):
    """Ligne {line} : ce fichier mêle plusieurs remises ou plusieurs jours ; donnez-les une par une."""


class RemittanceEmpty(Refusal):
    """Ce fichier de remise n’a aucune ligne : il n’y a rien à lire."""


class RemittanceRowTwice(Refusal):
    """Ligne {line} : la référence « {reference} » est deux fois dans la remise pour la même sorte de ligne."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemittanceRow:
    """One row; cents are positive, `kind` says which way the money goes."""

    line: int
    kind: Kind
    reference: str
    cents: Cents

    @property
    def signed_cents(self) -> Cents:
        """Positive when the bank receives it."""
        return self.cents if self.kind is Kind.PAYMENT else -self.cents


@dataclass(frozen=True, slots=True, kw_only=True)
class Remittance:
    """A whole settlement file."""

    reference: str
    on: date
    rows: Sequence[RemittanceRow]

    @property
    def net_cents(self) -> Cents:
        """What the bank credits in one sum."""
        return sum(row.signed_cents for row in self.rows)


def is_remittance(path: Path) -> bool:
    """True when the first line, or row, names the columns of a settlement file. Raises why it cannot be opened."""
    check_place(path, LIMITS)
    with path.open("rb") as stream:
        head = stream.read(_HEAD_BYTES)
    if head.startswith(ZIP_SIGNATURE):
        return _is_workbook_of_one(path)
    first = head.decode("utf-8", errors="replace").removeprefix("\ufeff").partition("\n")[0].lower()
    return all(name in (cell.strip('" \r') for cell in first.split(";")) for name in COLUMNS)


def _is_workbook_of_one(path: Path) -> bool:
    try:
        return all(name in open_table(path).columns for name in COLUMNS)
    except Refusal:
        # Another archive, or a workbook of something else: it is said by whoever reads the files of banks.
        return False


def read_remittance(path: Path) -> Remittance:
    """The file, whole. Raises RemittanceCellRefused and the like, with the line, or why it is no table."""
    table = open_table(path)
    require_columns(table.columns, COLUMNS)
    rows: list[RemittanceRow] = []
    seen: set[tuple[Kind, str, Cents]] = set()
    reference, on = "", _FIRST_DAY
    for record in table.records:
        checking = Checking(record)
        named = checking.text("remise", longest=35)
        day = checking.day("jour", first=_FIRST_DAY, last=_LAST_DAY)
        kind = checking.choice("sorte", _KINDS)
        ours = checking.text("reference", longest=20)
        cents = checking.cents("montant", most=LARGEST_CENTS)
        if cents == 0:
            checking.refuse("montant", "montant nul")
        for remark in checking.remarks:
            raise RemittanceCellRefused(line=remark.line, column=remark.column, reason=remark.reason)
        if day is None or cents is None:
            raise RemittanceCellRefused(line=record.line, column="jour", reason="cellule vide")
        if not rows:
            reference, on = named, day
        if (named, day) != (reference, on):
            raise SeveralRemittances(line=record.line)
        row = RemittanceRow(line=record.line, kind=Kind(kind), reference=ours, cents=cents)
        # A payment comes once; it goes back in several times, each of another sum.
        part = (row.kind, row.reference, 0 if row.kind is Kind.PAYMENT else row.cents)
        if part in seen:
            raise RemittanceRowTwice(line=record.line, reference=row.reference)
        seen.add(part)
        rows.append(row)
    if not rows:
        raise RemittanceEmpty
    return Remittance(reference=reference, on=on, rows=rows)
