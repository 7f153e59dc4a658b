"""Which paper a term calls for, from what was paid of it: quittance, reçu, withdrawal, or none.

Loi du 6 juillet 1989, art. 21: a full payment gives a quittance; a partial payment gives a reçu, never a quittance.
What is set off against a credit of the tenant is extinguished like what is paid (Code civil, art. 1347): it gives a
quittance when nothing is left of the term; alone it gives no reçu, for nothing was received.
"""

from dataclasses import dataclass
from datetime import date

from palier.foundation.money import Cents
from palier.mail.receipt import Nature, Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One notice and what is settled of it, in cents. `basis` names the payments, the credits and their parts.

    `settled_cents`: by payments and credits together; `paid_cents`: by payments alone.
    """

    total_cents: Cents
    settled_cents: Cents
    paid_cents: Cents
    due_on: date
    basis: str
    is_taken_back: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """The paper that holds for the term, and what was settled when it was made."""

    nature: Nature
    settled_cents: Cents
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """The paper to make now. `ended_why` is what becomes of the one before it, when there was one."""

    nature: Nature
    reason: Reason
    ended_why: str


def paper_for(term: Term, holding: Holding | None, *, on: date) -> Paper | None:
    """The paper that the term calls for on that day; None when the one that holds still says the truth.

    A term that housing benefit and reductions cover in full is settled on its due day, without a payment.
    """
    nature = _nature(term, on)
    if nature is None:
        return _withdrawal(term, holding)
    if holding is None:
        return Paper(nature=nature, reason="", ended_why="")
    if holding.nature == nature and holding.basis == term.basis:
        return None
    if holding.nature == "retrait" or (holding.nature == "reçu" and term.settled_cents > holding.settled_cents):
        return Paper(nature=nature, reason="complété", ended_why="REPLACED")
    return Paper(nature=nature, reason="paiement reparti", ended_why="UNDONE")


def _nature(term: Term, on: date) -> Nature | None:
    if term.is_taken_back:
        return None
    if term.total_cents <= 0:
        return "quittance" if term.due_on <= on else None
    if term.settled_cents >= term.total_cents:
        return "quittance"
    return "reçu" if term.paid_cents > 0 else None


def _withdrawal(term: Term, holding: Holding | None) -> Paper | None:
    """Nothing pays the term: what was handed over is taken back by a paper that says so."""
    if holding is None or holding.nature == "retrait":
        return None
    if term.is_taken_back:
        return Paper(nature="retrait", reason="avis annulé", ended_why="BILL_BACK")
    return Paper(nature="retrait", reason="paiement reparti", ended_why="UNDONE")
