"""The records of CFONB 120: 120 signs of fixed positions, amounts whose last sign carries both digit and sign."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO

from stdnum import iban

from palier.banking.formats.document import DateUnreadable, OtherCurrency, bounded
from palier.foundation.errors import Refusal
from palier.foundation.money import Cents, shortened

LENGTH = 120
_LONGEST_LINE = 4_096
# Signed overpunch: the last digit and the sign in one character. Files that come from French EBCDIC hosts write
# é and è where the others write { and }.
_PLUS = {"{": 0, "é": 0} | {sign: digit for digit, sign in enumerate("ABCDEFGHI", start=1)}
_MINUS = {"}": 0, "è": 0} | {sign: digit for digit, sign in enumerate("JKLMNOPQR", start=1)}
_WHOLE_DIGITS = 13
# The record must hold its amount; what follows may be trimmed spaces.
_SHORTEST = {"01": 104, "04": 104, "05": 40, "07": 104}
# Letters of an account number become digits before the RIB key is computed.
_RIB = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "12345678912345678923456789")


class SignedAmountUnreadable(Refusal):
    """Ligne {line} : « {value} » n’est pas un montant CFONB 120 ; demandez à votre banque un fichier juste, rien n’a
    été lu."""


class RecordUnknown(Refusal):
    """Ligne {line} : « {code} » n’est pas un enregistrement du relevé CFONB 120 (01, 04, 05 ou 07) ; demandez à votre
    banque un fichier juste, rien n’a été lu."""


class RecordOfWrongLength(Refusal):
    """Ligne {line} : l’enregistrement compte {length} caractères au lieu de 120 ; le fichier a été coupé ou modifié,
    rien n’a été lu."""


class CharactersUnreadable(Refusal):
    """Ligne {line} : des caractères ne se lisent pas ; demandez à votre banque l’original, rien n’a été lu."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One line of 120 signs, cut by `at` as the standard numbers positions: from 1, both ends included."""

    line: int
    text: str

    def at(self, first: int, last: int) -> str:
        """The signs of these positions, without the spaces around."""
        return self.text[first - 1 : last].strip()

    @property
    def code(self) -> str:
        """01 opening balance, 04 movement, 05 its complement, 07 closing balance."""
        return self.text[:2]

    @property
    def account(self) -> tuple[str, str]:
        """What must not change within a statement: account number and currency."""
        return self.text[21:32], self.at(17, 19)

    @property
    def branch(self) -> tuple[str, str]:
        """Bank and branch."""
        return self.at(3, 7), self.at(12, 16)


def records(path: Path, encoding: str) -> Iterator[Record]:
    """The records of a file, blank lines left out. Raises RecordUnknown, RecordOfWrongLength, CharactersUnreadable."""
    for line, text in _lines(path, encoding):
        trimmed = text.rstrip("\r\n\x1a\x00 ")
        if not trimmed:
            continue
        code = trimmed[:2]
        if code not in _SHORTEST:
            raise RecordUnknown(line=line, code=shortened(code))
        if not _SHORTEST[code] <= len(trimmed) <= LENGTH:
            raise RecordOfWrongLength(line=line, length=len(trimmed))
        if not trimmed.isprintable():
            raise CharactersUnreadable(line=line)
        yield Record(line=line, text=trimmed.ljust(LENGTH))


def signed_cents(record: Record) -> Cents:
    """The amount of positions 91 to 104, in cents. Raises SignedAmountUnreadable, OtherCurrency, AmountTooLarge."""
    currency, decimals = record.at(17, 19), record.at(20, 20)
    if currency != "EUR":
        raise OtherCurrency(where=f"Ligne {record.line}", currency=shortened(currency))
    units = overpunched(record.text[90:104], line=record.line)
    if decimals not in ("0", "1", "2"):
        raise SignedAmountUnreadable(line=record.line, value=f"{record.text[90:104]} ({decimals or '?'} décimales)")
    return bounded(units * 10 ** (2 - int(decimals)), f"Ligne {record.line}")


def overpunched(text: str, *, line: int) -> int:
    """A signed amount in its smallest unit: "0000000000107}" is -1070. Raises SignedAmountUnreadable."""
    whole, last = text[:-1], text[-1:]
    if len(whole) != _WHOLE_DIGITS or not (whole.isascii() and whole.isdigit()):
        raise SignedAmountUnreadable(line=line, value=shortened(text))
    if last in _PLUS:
        return int(whole) * 10 + _PLUS[last]
    if last in _MINUS:
        return -(int(whole) * 10 + _MINUS[last])
    raise SignedAmountUnreadable(line=line, value=shortened(text))


def overpunch(cents: Cents) -> str:
    """The writing of an amount: -1070 is "0000000000107}"."""
    whole, last = divmod(abs(cents), 10)
    return f"{whole:0{_WHOLE_DIGITS}d}" + ("}JKLMNOPQR" if cents < 0 else "{ABCDEFGHI")[last]


def day(text: str, *, line: int) -> date:
    """A date written ddmmyy, of this century. Raises DateUnreadable."""
    try:
        if not (text.isascii() and text.isdigit() and len(text) == 6):
            raise ValueError
        return date(2000 + int(text[4:]), int(text[2:4]), int(text[:2]))
    except ValueError as wrong:
        raise DateUnreadable(where=f"Ligne {line}", value=shortened(text)) from wrong


def french_iban(bank: str, branch: str, account: str) -> str:
    """The IBAN of a French account by its RIB, whose key is computed; "" when the parts make none."""
    parts = bank + branch + account
    if not (len(bank) == len(branch) == 5 and len(account) == 11 and parts.isascii() and parts.isalnum()):
        return ""
    digits = parts.upper().translate(_RIB)
    key = 97 - (89 * int(digits[:5]) + 15 * int(digits[5:10]) + 3 * int(digits[10:])) % 97
    national = f"{parts.upper()}{key:02d}"
    return f"FR{iban.calc_check_digits('FR00' + national)}{national}"


def _lines(path: Path, encoding: str) -> Iterator[tuple[int, str]]:
    with path.open(encoding=encoding, errors="replace", newline="\n") if encoding else path.open("rb") as stream:
        read = stream.read(_LONGEST_LINE)
        head = read if isinstance(read, str) else read.decode("latin-1")
        stream.seek(0)
        # Some hosts send records one after the other, with nothing between them.
        is_cut = "\n" in head or len(head) <= LENGTH + 2
        for line, read in enumerate(_pieces(stream, None if is_cut else LENGTH), start=1):
            text = read if isinstance(read, str) else _decoded(read)
            if "\ufffd" in text:
                raise CharactersUnreadable(line=line)
            if len(text) >= _LONGEST_LINE:
                raise RecordOfWrongLength(line=line, length=len(text))
            yield line, text.removeprefix("\ufeff") if line == 1 else text


def _pieces(stream: IO[str] | IO[bytes], length: int | None) -> Iterator[str | bytes]:
    while piece := stream.readline(_LONGEST_LINE) if length is None else stream.read(length):
        yield piece


def _decoded(line: bytes) -> str:
    for encoding in ("utf-8", "cp1252"):
        try:
            return line.decode(encoding)
        except UnicodeDecodeError:
            continue
    return line.decode("latin-1")
