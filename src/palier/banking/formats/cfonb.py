"""Reading CFONB 120: statements 01 … 07, movements 04 with their complements 05, and balances that must agree."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from palier.banking.formats.cfonb_record import Record, day, french_iban, records, signed_cents
from palier.banking.formats.document import Balance, FactMissing, Movement, Statement, Tally
from palier.banking.formats.references import reference_in, squeezed, structured_reference
from palier.foundation.errors import Refusal
from palier.foundation.money import Cents, euros_fr

_WORDING_LENGTH = 300
_COMPLEMENTS = 200
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
# Complements that say something a person wrote, in the order they are read.
_WRITTEN = ("LIB", "LCC", "LC2", "LCS")
# RET begins with the ISO reason of a return; the record itself only has the older reason of two digits.
_ISO_REASON = re.compile(r"[A-Z]{2}[0-9]{2}")


class OutOfStatement(Refusal):
    """Ligne {line} : {what} se trouve hors de tout relevé, sans enregistrement 01 avant ; le fichier est incomplet ou
    dans le désordre, rien n’a été lu."""


class ComplementWithoutMovement(Refusal):
    """Ligne {line} : un complément (05) ne suit aucun mouvement (04) ; le fichier est incomplet ou dans le désordre,
    rien n’a été lu."""


class StatementNotEnded(Refusal):
    """Ligne {line} : le relevé ouvert à la ligne {opened} n’a pas de solde de fin (07) ; le fichier est incomplet, rien
    n’a été lu."""


class OtherAccountInside(Refusal):
    """Ligne {line} : l’enregistrement porte sur un autre compte ou une autre devise que le relevé ouvert à la ligne
    {opened} ; le fichier est dans le désordre, rien n’a été lu."""


class BalancesDisagree(Refusal):
    """Ligne {line} : le solde de fin {closing} ne correspond pas au solde de début et aux mouvements, qui donnent
    {expected} ; il manque des mouvements, rien n’a été lu."""


@dataclass(slots=True, kw_only=True)
class _Open:
    """The statement being read."""

    first: Record
    iban: str
    opening: Balance
    entries: int = 0
    total_cents: Cents = 0
    is_told_of_branch: bool = False


@dataclass(slots=True, kw_only=True)
class _Pending:
    """A movement whose complements may still come."""

    record: Record
    entry: int
    cents: Cents
    iban: str
    complements: dict[str, str] = field(default_factory=dict)
    count: int = 0


class CfonbReader:
    """One pass over a file: gives its movements, fills its tally, refuses what does not hold together."""

    def __init__(self, path: Path, encoding: str, tally: Tally) -> None:
        self.path = path
        self.encoding = encoding
        self.tally = tally
        self._open: _Open | None = None
        self._pending: _Pending | None = None
        self._disagreement: BalancesDisagree | None = None

    def movements(self) -> Iterator[Movement]:
        """Every movement of every statement. Raises the refusals of this module and of its records."""
        last = 0
        for record in records(self.path, self.encoding):
            last = record.line
            if record.code == "05":
                self._complement(record)
                continue
            if self._pending:
                yield _movement(self._pending)
                self._pending = None
            if record.code == "01":
                self._opened(record)
            elif record.code == "04":
                self._entered(record)
            else:
                self._closed(record)
        if self._open:
            raise StatementNotEnded(line=last, opened=self._open.first.line)
        # Records out of place explain more than balances that disagree: those wait for the end.
        if self._disagreement:
            raise self._disagreement

    def _opened(self, record: Record) -> None:
        if self._open:
            raise StatementNotEnded(line=record.line, opened=self._open.first.line)
        bank, branch = record.branch
        iban = french_iban(bank, branch, record.text[21:32].strip())
        if not iban:
            self.tally.remark(record.line, "le numéro de compte ne donne pas d’IBAN français.")
        opening = _balance(record)
        self._open = _Open(first=record, iban=iban, opening=opening)
        before = next((past for past in reversed(self.tally.statements) if past.account_iban == iban), None)
        if before and before.closing and before.closing.cents != opening.cents:
            told = f"le solde de début {euros_fr(opening.cents)} ne suit pas le relevé précédent du même compte."
            self.tally.remark(record.line, told)

    def _entered(self, record: Record) -> None:
        statement = self._inside(record, "un mouvement (04)")
        cents = signed_cents(record)
        self.tally.add(cents)
        statement.entries += 1
        statement.total_cents += cents
        self._pending = _Pending(record=record, entry=self.tally.entries, cents=cents, iban=statement.iban)

    def _complement(self, record: Record) -> None:
        if self._pending is None:
            if self._open is None:
                raise OutOfStatement(line=record.line, what="un complément (05)")
            raise ComplementWithoutMovement(line=record.line)
        self._inside(record, "un complément (05)")
        self._pending.count += 1
        kind, said = record.at(46, 48), record.at(49, 118)
        if said and self._pending.count <= _COMPLEMENTS:
            known = self._pending.complements.get(kind)
            # Fixed fields come once; free text goes on from one record to the next.
            self._pending.complements[kind] = f"{known} {said}" if known else record.text[48:118].rstrip()

    def _closed(self, record: Record) -> None:
        statement = self._inside(record, "un solde de fin (07)")
        closing = _balance(record)
        expected = statement.opening.cents + statement.total_cents
        if expected != closing.cents and self._disagreement is None:
            self._disagreement = BalancesDisagree(
                line=record.line, closing=euros_fr(closing.cents), expected=euros_fr(expected)
            )
        self.tally.statements.append(
            Statement(
                line=statement.first.line,
                account_iban=statement.iban,
                currency=statement.first.at(17, 19),
                opening=statement.opening,
                closing=closing,
                entries=statement.entries,
                total_cents=statement.total_cents,
            )
        )
        self._open = None

    def _inside(self, record: Record, what: str) -> _Open:
        if self._open is None:
            raise OutOfStatement(line=record.line, what=what)
        if record.account != self._open.first.account:
            raise OtherAccountInside(line=record.line, opened=self._open.first.line)
        if record.branch != self._open.first.branch and not self._open.is_told_of_branch:
            self._open.is_told_of_branch = True
            told = f"le code banque ou guichet n’est pas celui du début du relevé (ligne {self._open.first.line})."
            self.tally.remark(record.line, told)
        return self._open


def _balance(record: Record) -> Balance:
    return Balance(
        line=record.line,
        code=record.code,
        cents=signed_cents(record),
        on=day(record.text[34:40], line=record.line),
    )


def _movement(pending: _Pending) -> Movement:
    record, said = pending.record, pending.complements
    if not record.at(35, 40):
        raise FactMissing(where=f"Ligne {record.line}", what="la date de l’opération")
    value = record.text[42:48]
    written = " ".join([record.at(49, 79), *(said[kind] for kind in _WRITTEN if kind in said)])
    wording = squeezed(written)[:_WORDING_LENGTH]
    # Credits are paid by the payer; a debit that comes back had the tenant as payer too.
    name, number = said.get("NPY", ""), said.get("IPY", "")
    end_to_end = said.get("RCN", "")[:35].strip()
    iso_reason = _ISO_REASON.match(said.get("RET", ""))
    reason = iso_reason.group() if iso_reason else record.at(41, 42)
    return Movement(
        line=record.line,
        entry=pending.entry,
        account_iban=pending.iban,
        booked_on=day(record.text[34:40], line=record.line),
        value_on=day(value, line=record.line) if value.strip() else None,
        amount_cents=pending.cents,
        operation=record.at(33, 34),
        end_to_end_id="" if end_to_end == "NOTPROVIDED" else end_to_end,
        mandate_reference=said.get("RUM", "")[:35].strip(),
        rf_reference=_reference(said, wording, record),
        return_reason=reason,
        wording=wording,
        payer_name=squeezed(name)[:140],
        payer_iban=_iban_in(number) or _iban_in(said.get("CPY", "")),
        is_reversal=bool(reason),
        bank_reference=record.at(105, 120) or record.at(82, 88).strip("0"),
    )


def _reference(said: dict[str, str], wording: str, record: Record) -> str:
    for kind in ("LCS", "RCN", "REF"):
        structured = structured_reference(said.get(kind, "")[:35])
        if structured:
            return structured
    return reference_in(wording) or reference_in(record.at(105, 120))


def _iban_in(text: str) -> str:
    found = _IBAN.match(text.replace(" ", ""))
    return found.group() if found else ""
