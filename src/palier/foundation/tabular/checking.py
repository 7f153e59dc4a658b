"""Reading the cells of one record: what they say, or why not. Hard remarks refuse the record, soft ones warn."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from palier.foundation.money import MalformedAmount, TooManyDecimals, cents_from_text
from palier.foundation.tabular.records import Record

# A cell quoted back to a person is cut: the reason is what matters.
QUOTED_CHARACTERS = 120
SPACES = re.compile(r"[\s\u00a0\u202f]+")
ISO_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
FRENCH_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
PLAIN_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")
# More digits than any amount has, and another currency than the euro: said as such.
_LONG_NUMBER = re.compile(r"[+-]?\d{13,}(?:\.\d*)?")
_OTHER_CURRENCY = re.compile(r"[+-]?[\d.]+(?:[$£¥]|(?!EUR)[A-Z]{3})|(?:[$£¥]|(?!EUR)[A-Z]{3})[\d.]+")
_TOO_MUCH = "montant hors des bornes : {most} € au plus"
FORBIDDEN_CHARACTERS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


class Severity(StrEnum):
    """HARD refuses the record; SOFT lets it in and asks a person to look."""

    HARD = "HARD"
    SOFT = "SOFT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """What is said of one cell. `line` is the physical line (the row, in a workbook), `column` the header's name."""

    record: int
    line: int
    column: str
    value: str
    reason: str
    severity: Severity = Severity.HARD

    def as_json(self) -> dict[str, str | int]:
        return {"line": self.line, "column": self.column, "value": self.value, "reason": self.reason}


@dataclass(slots=True)
class Checking:
    """Reads one record. Every method gives the value, or a neutral one after a hard remark was kept."""

    record: Record
    remarks: list[Remark] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.record.fault:
            self.refuse("", self.record.fault)

    @property
    def is_refused(self) -> bool:
        return any(remark.severity is Severity.HARD for remark in self.remarks)

    def refuse(self, column: str, reason: str) -> None:
        self._keep(column, reason, Severity.HARD)

    def warn(self, column: str, reason: str) -> None:
        self._keep(column, reason, Severity.SOFT)

    def text(self, column: str, *, required: bool = True, longest: int = 200) -> str:
        """One line of text: inner line breaks and runs of spaces become one space."""
        value = self._cell(column, required=required)
        if len(value) > longest:
            self.refuse(column, f"{len(value)} caractères, {longest} au plus")
        elif FORBIDDEN_CHARACTERS.search(value):
            self.refuse(column, "caractère invisible dans la cellule : effacez-la, puis saisissez-la de nouveau")
        return SPACES.sub(" ", value)

    def whole(self, column: str, *, least: int, most: int) -> int:
        """A whole number between two bounds, included; `least` when it cannot be read."""
        number = self.optional_whole(column, least=least, most=most, required=True)
        return least if number is None else number

    def optional_whole(self, column: str, *, least: int, most: int, required: bool = False) -> int | None:
        """A whole number between two bounds, or None for an empty cell."""
        number = self.quantity(column, least=Decimal(least), most=Decimal(most), places=0, required=required)
        return None if number is None else int(number)

    def quantity(
        self, column: str, *, least: Decimal, most: Decimal, places: int, required: bool = False
    ) -> Decimal | None:
        """A decimal number with a comma or a point, between two bounds, or None for an empty cell."""
        written = self._cell(column, required=required)
        if not written:
            return None
        kind = "un nombre entier" if places == 0 else "un nombre"
        compact = SPACES.sub("", written)
        if len(compact) > 30 or not PLAIN_NUMBER.fullmatch(compact):
            self.refuse(column, f"ce n’est pas {kind} : écrivez-le en chiffres")
            return None
        try:
            number = Decimal(compact.replace(",", "."))
        except InvalidOperation:
            self.refuse(column, f"ce n’est pas {kind} : écrivez-le en chiffres")
            return None
        if number != round(number, places):
            decimals = "sans décimale" if places == 0 else f"avec {places} décimales au plus"
            self.refuse(column, f"ce n’est pas un nombre {decimals}")
        elif number < 0 <= least:
            self.refuse(column, "nombre négatif : une quantité ne peut pas l’être")
        elif not least <= number <= most:
            self.refuse(column, f"hors des bornes : entre {least} et {most}")
        else:
            return number
        return None

    def cents(self, column: str, *, required: bool = True, most: int = 10_000_000, signed: bool = False) -> int | None:
        """An amount in euros, in cents; None for an empty cell. Three decimals are refused, never rounded.

        With `signed`, an amount may be negative: a balance in credit.
        """
        written = self._cell(column, required=required)
        if not written:
            return None
        compact = SPACES.sub("", written).removesuffix("€").replace(",", ".")
        try:
            amount = cents_from_text(compact)
        except TooManyDecimals:
            self.refuse(column, "plus de deux décimales : un montant s’arrête au centime")
            return None
        except MalformedAmount:
            self.refuse(column, _why_no_amount(compact, most))
            return None
        if amount < 0 and not signed:
            self.refuse(column, "montant négatif")
        elif abs(amount) > most:
            self.refuse(column, _TOO_MUCH.format(most=most // 100))
        else:
            return amount
        return None

    def day(self, column: str, *, first: date, last: date, required: bool = True) -> date | None:
        """A day written 31/01/2026 or 2026-01-31, between two days; None for an empty cell."""
        written = self._cell(column, required=required)
        if not written:
            return None
        if match := ISO_DAY.fullmatch(written):
            year, month, day = (int(group) for group in match.groups())
        elif match := FRENCH_DAY.fullmatch(written):
            day, month, year = (int(group) for group in match.groups())
        else:
            self.refuse(column, "ce n’est pas une date : écrivez-la 31/01/2026 ou 2026-01-31")
            return None
        try:
            found = date(year, month, day)
        except ValueError:
            self.refuse(column, "cette date n’existe pas")
            return None
        if not first <= found <= last:
            self.refuse(column, f"date hors des bornes : entre le {first:%d/%m/%Y} et le {last:%d/%m/%Y}")
            return None
        return found

    def choice(self, column: str, codes: Mapping[str, str], *, default: str = "", required: bool = True) -> str:
        """A code found by one of its accepted spellings, compared in small letters; `default` for an empty cell."""
        written = self._cell(column, required=required)
        if not written:
            return default
        code = codes.get(SPACES.sub(" ", written).lower())
        if code is None:
            self.refuse(column, f"valeur inconnue : écrivez {', '.join(codes)}")
            return default
        return code

    def flag(self, column: str) -> bool:
        """Oui or non; non for an empty cell."""
        codes = {"oui": "1", "non": "", "1": "1", "0": ""}
        return bool(self.choice(column, codes, required=False))

    def _cell(self, column: str, *, required: bool) -> str:
        if fault := self.record.fault_of(column):
            self.refuse(column, fault)
            return ""
        written = self.record.raw(column)
        if required and not written:
            self.refuse(column, "cellule vide")
        return written

    def _keep(self, column: str, reason: str, severity: Severity) -> None:
        place = self.record.place(column)
        named = f"cellule {place} : {reason}" if place and place not in reason else reason
        remark = Remark(
            record=self.record.number,
            line=self.record.line,
            column=column,
            value=self.record.raw(column)[:QUOTED_CHARACTERS],
            reason=named,
            severity=severity,
        )
        self.remarks.append(remark)


def _why_no_amount(written: str, most: int) -> str:
    if _LONG_NUMBER.fullmatch(written):
        return _TOO_MUCH.format(most=most // 100)
    if _OTHER_CURRENCY.fullmatch(written):
        return "montant dans une autre monnaie : Palier ne tient que des euros"
    return "ce n’est pas un montant : écrivez-le en chiffres, par exemple 453,20"
