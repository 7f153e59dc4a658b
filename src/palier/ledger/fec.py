"""The file of accounting entries: the eighteen columns of the tax procedure book, art. A47 A-1, VII-1°.

One line a posting, in the order of validation (VII): an entry is definitive from the later of two days, the one on
which it was made and nothing of it could change any more, and its own: a term sealed on the 20th for the first of the
next month stands on no account before that first, and no entry is validated before the day it bears. Fields are apart
by a tab or a bar, amounts carry a decimal comma, days are written AAAAMMJJ, the characters are those of ISO 8859-15
(art. A47 A-1, III).
"""

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Final

from django.db import connection

from palier.foundation.errors import Refusal
from palier.foundation.home import closed_to_others
from palier.ledger.books import numbers_of_accounts
from palier.ledger.chart import TENANTS_CODE
from palier.ledger.models import Entry

COLUMNS: Final = (
    "JournalCode", "JournalLib", "EcritureNum", "EcritureDate", "CompteNum", "CompteLib", "CompAuxNum", "CompAuxLib",
    "PieceRef", "PieceDate", "EcritureLib", "Debit", "Credit", "EcritureLet", "DateLet", "ValidDate", "Montantdevise",
    "Idevise",
)  # fmt: skip
ENCODING: Final = "iso8859-15"
_BLOCK: Final = 20_000


class Separator(StrEnum):
    """What stands between two fields: one of the two that the tax office's own programme reads."""

    TAB = "\t"
    BAR = "|"


class AccountWithoutNumber(Refusal):
    """Le compte {code} n’a pas de numéro dans le plan de comptes : donnez-le-lui, puis recommencez l’export."""


class FileNotBalanced(Refusal):
    """Le fichier ne s’équilibre pas : débits et crédits diffèrent de {difference} centimes. Rien n’a été gardé."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What the file holds, in cents."""

    lines: int
    entries: int
    debit_cents: int
    credit_cents: int


_LINES = """
SELECT e.journal, e.number, e.booked_on, a.kind, a.code, CASE a.kind WHEN 'TENANT' THEN '' ELSE a.label END,
       e.label, p.amount_cents, greatest((e.posted_at AT TIME ZONE 'Europe/Paris')::date, e.booked_on) AS valid_on, e.id
FROM ledger_posting AS p JOIN ledger_entry AS e ON e.id = p.entry_id JOIN ledger_account AS a ON a.id = p.account_id
WHERE p.booked_on BETWEEN %s AND %s ORDER BY valid_on, e.id, p.account_id
"""
_Line = tuple[str, int, date, str, str, str, str, int, date, int]


def write_fec(path: Path, *, first_day: date, last_day: date, separator: Separator = Separator.TAB) -> Written:
    """Write the entries of a year, or of any days, by blocks: the memory does not grow with the file.

    Written beside, then renamed: a file that is there is whole. Names of tenants do not leave: the auxiliary account is
    known by its number. Raises AccountWithoutNumber and FileNotBalanced.
    """
    journals = dict(Entry._meta.get_field("journal").flatchoices)
    numbers = numbers_of_accounts()
    beside = path.with_name(f"{path.name}.part")
    lines = entries = debit = credit = last_entry = 0
    try:
        with open(beside, "w", encoding=ENCODING, errors="replace", newline="", opener=closed_to_others) as out:
            out.write(separator.join(COLUMNS) + "\r\n")
            for block in _blocks(first_day, last_day):
                for line in block:
                    cents, entry_id = line[7], line[9]
                    lines += 1
                    entries += entry_id != last_entry
                    last_entry = entry_id
                    debit += max(cents, 0)
                    credit += max(-cents, 0)
                out.writelines(_written(line, journals, numbers, separator) for line in block)
        if debit != credit:
            raise FileNotBalanced(difference=abs(debit - credit))
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    return Written(lines=lines, entries=entries, debit_cents=debit, credit_cents=credit)


def _blocks(first_day: date, last_day: date) -> Iterator[list[_Line]]:
    # A cursor of the server: five million lines never come at once.
    with closing(connection.create_cursor("palier_fec")) as cursor:
        cursor.itersize = _BLOCK
        cursor.execute(_LINES, (first_day, last_day))
        while block := cursor.fetchmany(_BLOCK):
            yield block


def _written(line: _Line, journals: Mapping[str, str], numbers: Mapping[str, str], separator: Separator) -> str:
    journal, number, booked_on, kind, code, label, wording, cents, valid_on, _ = line
    is_tenant = kind == "TENANT"
    known_as = TENANTS_CODE if is_tenant else code
    if known_as not in numbers:
        raise AccountWithoutNumber(code=code)
    day = f"{booked_on:%Y%m%d}"
    fields = (
        journal,
        journals[journal],
        str(number),
        day,
        numbers[known_as],
        "Locataires" if is_tenant else label,
        code if is_tenant else "",
        f"Compte {code}" if is_tenant else "",
        f"{journal}-{number}",
        day,
        wording,
        _amount(max(cents, 0)),
        _amount(max(-cents, 0)),
        "",
        "",
        f"{valid_on:%Y%m%d}",
        "",
        "",
    )
    return separator.join(_bare(field) for field in fields) + "\r\n"


def _amount(cents: int) -> str:
    whole, rest = divmod(cents, 100)
    return f"{whole},{rest:02d}"


def _bare(field: str) -> str:
    """A field never holds a separator, a line end, nor a sign that ISO 8859-15 lacks and has a plain form."""
    return (
        field.replace("\t", " ").replace("|", " ").replace("\r", " ").replace("\n", " ").replace("’", "'")
        .replace("\u202f", " ")
    )  # fmt: skip
