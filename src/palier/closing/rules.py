"""What a month needs before it is closed: each line done, missing, or without object. No database, no clock."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from palier.foundation.money import euros_fr


class ItemState(StrEnum):
    """Where a line of the list stands."""

    DONE = "DONE"
    MISSING = "MISSING"
    WAIVED = "WAIVED"


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthFacts:
    """The figures of the month that the list looks at, in cents and in numbers of things."""

    run_sealed: bool
    leases_set_aside: int
    bills: int
    notices: int
    running_mandates: int
    debit_files_written: int
    bank_accounts: int
    bank_accounts_stated: int
    bank_differences: int
    movements_to_review: int
    suspense_cents: int
    aid_due_cents: int
    manual_entries_to_sign: int
    books_hold: bool
    # No table of this floor knows of backups: false, until someone says that it was made.
    backup_known: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One line of the list. `detail` is what was counted, in French."""

    code: str
    label: str
    state: ItemState
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    code: str
    label: str
    is_done: Callable[[MonthFacts], bool]
    detail: Callable[[MonthFacts], str]


def _bank_said(facts: MonthFacts) -> list[str]:
    # A bank that has not spoken until the last working day agrees with nothing, and differs from nothing.
    silent = facts.bank_accounts - facts.bank_accounts_stated
    return [
        f"comptes qui diffèrent : {facts.bank_differences}",
        *([f"sans solde de fin de mois : {silent}"] if silent else []),
    ]


_LINES: Final = (
    _Line(
        code="RUN",
        label="Quittancement du mois scellé",
        is_done=lambda facts: facts.run_sealed,
        detail=lambda facts: f"{facts.bills} avis" if facts.run_sealed else "pas encore scellé",
    ),
    _Line(
        code="SET_ASIDE",
        label="Baux mis de côté repris",
        is_done=lambda facts: facts.leases_set_aside == 0,
        detail=lambda facts: f"{facts.leases_set_aside} à reprendre",
    ),
    _Line(
        code="NOTICES",
        label="Avis d’échéance édités",
        is_done=lambda facts: facts.notices >= facts.bills > 0,
        detail=lambda facts: f"{facts.notices} sur {facts.bills}",
    ),
    _Line(
        code="DEBITS",
        label="Prélèvements écrits",
        is_done=lambda facts: facts.running_mandates == 0 or facts.debit_files_written > 0,
        detail=lambda facts: f"fichiers : {facts.debit_files_written}, mandats en cours : {facts.running_mandates}",
    ),
    _Line(
        code="STATEMENTS",
        label="Relevés reçus jusqu’au dernier jour ouvré",
        is_done=lambda facts: facts.bank_accounts_stated == facts.bank_accounts > 0,
        detail=lambda facts: f"{facts.bank_accounts_stated} sur {facts.bank_accounts}",
    ),
    _Line(
        code="BANK",
        label="Banque rapprochée au centime",
        is_done=lambda facts: facts.bank_differences == 0 and facts.bank_accounts_stated == facts.bank_accounts > 0,
        detail=lambda facts: ", ".join(_bank_said(facts)),
    ),
    _Line(
        code="TO_REVIEW",
        label="Mouvements de banque traités",
        is_done=lambda facts: facts.movements_to_review == 0,
        detail=lambda facts: f"{facts.movements_to_review} à traiter",
    ),
    _Line(
        code="SUSPENSE",
        label="Compte d’attente soldé",
        is_done=lambda facts: facts.suspense_cents == 0,
        detail=lambda facts: euros_fr(facts.suspense_cents),
    ),
    _Line(
        code="AID",
        label="APL reçue de la CAF",
        is_done=lambda facts: facts.aid_due_cents == 0,
        detail=lambda facts: f"reste {euros_fr(facts.aid_due_cents)}",
    ),
    _Line(
        code="MANUAL",
        label="Écritures manuelles signées",
        is_done=lambda facts: facts.manual_entries_to_sign == 0,
        detail=lambda facts: f"{facts.manual_entries_to_sign} à signer",
    ),
    _Line(
        code="BOOKS",
        label="Balance à zéro, numéros sans trou",
        is_done=lambda facts: facts.books_hold,
        detail=lambda facts: "équilibrée" if facts.books_hold else "des écritures sont à examiner",
    ),
    _Line(
        code="BACKUP",
        label="Sauvegarde vérifiée",
        is_done=lambda facts: facts.backup_known,
        detail=lambda facts: "vérifiée" if facts.backup_known else "à confirmer par qui clôt",
    ),
)
CODES: Final = frozenset(line.code for line in _LINES)


def checklist(facts: MonthFacts, waived: Collection[str]) -> tuple[Item, ...]:
    """Every line of the list, in its order. What is done is never shown as waived."""
    return tuple(
        Item(
            code=line.code,
            label=line.label,
            state=_state(line, facts, waived),
            detail=line.detail(facts),
        )
        for line in _LINES
    )


def _state(line: _Line, facts: MonthFacts, waived: Collection[str]) -> ItemState:
    if line.is_done(facts):
        return ItemState.DONE
    return ItemState.WAIVED if line.code in waived else ItemState.MISSING
