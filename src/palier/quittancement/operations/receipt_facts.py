"""The facts of one quittance, reçu or withdrawal: pure, from what was read of a term to what is frozen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from palier.foundation.periods import Month
from palier.mail.notice import Received
from palier.mail.receipt import Nature, Receipt
from palier.quittancement.operations.notice_facts import (
    BilledLease,
    Sender,
    delivery_of,
    dwelling_of,
    name_of,
    notice_number_of,
    printed_line,
    recipient_of,
    term_of,
)
from palier.quittancement.rules.month import Line
from palier.quittancement.rules.receipts import Paper

KINDS: Final[Mapping[Nature, str]] = {"quittance": "QUITTANCE", "reçu": "RECU", "retrait": "RETRAIT"}
NATURES: Final[Mapping[str, Nature]] = {kind: nature for nature, kind in KINDS.items()}
_PREFIXES: Final[Mapping[str, str]] = {"QUITTANCE": "QU", "RECU": "RE", "RETRAIT": "RT"}


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidTerm:
    """A term, the paper to make for it, what that paper says was paid and what credits settled."""

    bill: BilledLease
    lines: Sequence[Line]
    tenants: Sequence[tuple[str, str, str]]
    payments: tuple[Received, ...]
    credits: tuple[Received, ...]
    paper: Paper
    replaced: str


def receipt_number(kind: str, month: Month, sequence: int) -> str:
    """ "QU-2026-11-000123"."""
    return f"{_PREFIXES[kind]}-{month}-{sequence:06d}"


def receipt_of(paid: PaidTerm, *, number: str, month: Month, landlord: Sender, on: date) -> Receipt:
    """What the paper of one term says."""
    bill, is_contract = paid.bill, paid.bill.kind == "OCCUPANCY"
    # A withdrawal says no payment: there is none left to say.
    payments = () if paid.paper.nature == "retrait" else paid.payments
    paid_cents = sum(payment.amount_cents for payment in payments)
    credited_cents = sum(credit.amount_cents for credit in paid.credits)
    owed_cents = 0 if paid.paper.reason == "avis annulé" else max(0, bill.total_cents)
    return Receipt(
        nature=paid.paper.nature,
        number=number,
        notice=notice_number_of(bill, month),
        month=month,
        first_day=bill.first_day,
        last_day=bill.last_day,
        term=term_of(bill),
        contract="occupation" if is_contract else "bail",
        issued_on=on,
        landlord=landlord.who,
        recipient=recipient_of(bill, list(paid.tenants)),
        tenants=tuple(name_of(tenant) for tenant in paid.tenants),
        dwelling=dwelling_of(bill),
        contact=landlord.contact,
        portal=landlord.portal,
        delivery=delivery_of(bill),
        lines=tuple(printed_line(line, is_contract) for line in paid.lines),
        total_cents=bill.total_cents,
        payments=payments,
        paid_cents=paid_cents,
        credits=paid.credits,
        left_cents=max(0, owed_cents - paid_cents - credited_cents),
        replaces=(paid.replaced,) if paid.replaced else (),
        reason=paid.paper.reason,
    )
