"""Reading camt.053 and camt.054 of any version: statements, balances, entries and the payments they detail."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

from palier.banking.formats.camt_entry import (
    DETAIL_PATHS,
    ENTRY_PATHS,
    Detail,
    Facts,
    Plan,
    detail_of,
    entry_of,
    movements_of,
    plan_of,
)
from palier.banking.formats.document import Balance, FactMissing, Movement, OtherCurrency, Statement, Tally
from palier.banking.formats.markup import Stream, in_french, schema_of
from palier.banking.formats.recognise import Recognised
from palier.banking.formats.references import iban_is_sound
from palier.foundation.errors import Refusal
from palier.foundation.money import Cents, euros_fr, shortened

_TAGS = ("Acct", "Bal", "Ntry", "TxDtls", "Stmt", "Ntfctn")
_DROPPED = frozenset({"Bal", "Ntry", "TxDtls", "Stmt", "Ntfctn"})
# Of an account and of a balance.
_OTHER_PATHS = ("Id/IBAN", "Id/Othr/Id", "Ccy", "Amt", "CdtDbtInd", "Dt/Dt", "Dt/DtTm", "Tp/CdOrPrtry/Cd")
_OPENING, _CLOSING = ("OPBD", "PRCD"), ("CLBD",)
# A batch of a whole month, and no more.
_LONGEST_BATCH = 400_000


class BatchTooLong(Refusal):
    """Ligne {line} : une écriture détaille plus de {limit} paiements ; demandez à votre banque de la découper."""


class NoStatementInside(Refusal):
    """Ligne {line} : le fichier ne contient aucun relevé de compte ; demandez à votre banque de le renvoyer."""


@dataclass(slots=True, kw_only=True)
class _Open:
    """The statement being read."""

    iban: str = ""
    currency: str = "EUR"
    entries: int = 0
    total_cents: Cents = 0
    booked_cents: Cents = 0
    balances: list[Balance] = field(default_factory=list)
    details: list[Detail] = field(default_factory=list)


class CamtReader:
    """One pass over a file: gives its movements, fills its tally, refuses what cannot be understood."""

    def __init__(self, path: Path, known: Recognised, tally: Tally) -> None:
        self.path = path
        self.known = known
        self.tally = tally
        self._open = _Open()

    def movements(self) -> Iterator[Movement]:
        """Every movement of every statement. Raises the refusals of this module, of entries and of the markup."""
        known = self.known
        schema = schema_of(known.message, known.version) if known.namespace else None
        self._tell_of_version(has_schema=schema is not None)
        stream = Stream(self.path, namespace=known.namespace, schema=schema, drop=_DROPPED)
        entries, details = plan_of(ENTRY_PATHS, stream.prefix), plan_of(DETAIL_PATHS, stream.prefix)
        others = plan_of(_OTHER_PATHS, stream.prefix)
        line = 1
        for tag, element in stream.elements(_TAGS):
            line = element.sourceline or line
            if tag == "TxDtls":
                if len(self._open.details) >= _LONGEST_BATCH:
                    raise BatchTooLong(line=line, limit=_LONGEST_BATCH)
                self._open.details.append(detail_of(element, details))
            elif tag == "Ntry":
                yield from self._entry(element, entries)
            elif tag == "Bal":
                self._open.balances.append(_balance(Facts(element, others)))
            elif tag == "Acct" and _is_statements_own(stream.prefix, element):
                self._account(Facts(element, others))
            elif tag in ("Stmt", "Ntfctn"):
                self._close(line)
        if not self.tally.statements:
            raise NoStatementInside(line=line)
        for fault in stream.faults():
            self.tally.remark(fault.line, in_french(fault.message))

    def _tell_of_version(self, *, has_schema: bool) -> None:
        known = self.known
        if not known.namespace:
            told = (
                "le fichier n’annonce pas sa version (espace de nom absent) : il est lu sans être comparé à un schéma."
            )
            self.tally.remark(1, told)
        elif not has_schema:
            named = f"{known.message}.001.{known.version}"
            told = f"le schéma {named} n’est pas ici : le fichier est lu sans lui être comparé."
            self.tally.remark(1, told)

    def _account(self, facts: Facts) -> None:
        self._open.iban = facts.text("Id/IBAN").replace(" ", "").upper()
        if not iban_is_sound(self._open.iban):
            named = shortened(self._open.iban or facts.text("Id/Othr/Id"))
            self._open.iban = ""
            self.tally.remark(facts.line, f"le compte « {named} » n’est pas désigné par un IBAN juste.")
        self._open.currency = facts.text("Ccy") or "EUR"
        if self._open.currency != "EUR":
            raise OtherCurrency(where=facts.where, currency=shortened(self._open.currency))

    def _entry(self, element: etree._Element, plan: Plan) -> Iterator[Movement]:
        statement = self._open
        details, statement.details = statement.details, []
        entry = entry_of(element, plan, self.tally.entries + 1)
        self.tally.add(entry.cents)
        statement.entries += 1
        statement.total_cents += entry.cents
        if entry.is_booked:
            statement.booked_cents += entry.cents
        else:
            self.tally.remark(entry.line, "l’écriture est annoncée mais pas encore comptabilisée par la banque.")
        yield from movements_of(entry, details, account_iban=statement.iban, tally=self.tally)

    def _close(self, line: int) -> None:
        statement, self._open = self._open, _Open()
        opening = next((each for each in statement.balances if each.code in _OPENING), None)
        closing = next((each for each in reversed(statement.balances) if each.code in _CLOSING), None)
        if opening and closing and opening.cents + statement.booked_cents != closing.cents:
            told = (
                f"le solde de fin {euros_fr(closing.cents)} ne correspond pas au solde de début et aux écritures, qui "
                f"donnent {euros_fr(opening.cents + statement.booked_cents)}."
            )
            self.tally.remark(closing.line, told)
        self.tally.statements.append(
            Statement(
                line=line,
                account_iban=statement.iban,
                currency=statement.currency,
                opening=opening,
                closing=closing,
                entries=statement.entries,
                total_cents=statement.total_cents,
            )
        )


def _is_statements_own(prefix: str, element: etree._Element) -> bool:
    parent = element.getparent()
    return parent is not None and parent.tag in (f"{prefix}Stmt", f"{prefix}Ntfctn")


def _balance(facts: Facts) -> Balance:
    on = facts.day("Dt")
    if on is None:
        raise FactMissing(where=facts.where, what="la date du solde")
    return Balance(line=facts.line, code=facts.text("Tp/CdOrPrtry/Cd")[:20], cents=facts.signed(), on=on)
