"""The sums of a notice, done again from its own data: lines, total, account, reference, code, dates, address.

Pure: what gives a line's amount from its rule and inputs is passed in, because that law lives on a higher floor.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from stdnum.iso7064 import mod_97_10

from palier.foundation.errors import Refusal
from palier.foundation.money import euros_fr, shortened
from palier.mail.address import refuse_unpostable
from palier.mail.notice import RENT_CODES, Line, Notice
from palier.mail.payment_code import reference_is_sound, transfer_text
from palier.mail.receipt import Receipt

Recompute: TypeAlias = Callable[[str, Mapping[str, int]], int]

# A direct debit is announced 14 days before (SEPA Core rulebook, 4.3.4): the page says so.
_DEBIT_NOTICE_DAYS = 14
_PRORATED = frozenset({*RENT_CODES, "annexe", "provision", "sls", "travaux"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that does not hold, told in French; `in_data` when the data are wrong in themselves."""

    code: str
    where: str
    message: str
    in_data: bool = True


def findings_in(notice: Notice, recompute: Recompute) -> Iterator[Finding]:
    """Everything in the notice's data that does not agree with the rest of them."""
    yield from line_findings(notice, recompute)
    yield from _sums(notice)
    yield from _dates(notice)
    yield from _payment(notice)
    yield from sending_findings(notice)


def sending_findings(document: Notice | Receipt) -> Iterator[Finding]:
    """An address that the window cannot show, an electronic sending that nobody agreed to."""
    try:
        refuse_unpostable(document.recipient.address)
    except Refusal as refusal:
        yield Finding(code="Address", where="adresse", message=str(refusal))
    if document.delivery.channel == "espace" and document.delivery.agreed_on is None:
        message = "L’envoi en ligne ne porte pas la date de l’accord du locataire."
        yield Finding(code="Consent", where="envoi", message=message)


def line_findings(document: Notice | Receipt, recompute: Recompute) -> Iterator[Finding]:
    """The lines whose rule, given what the line says of its inputs, does not find its amount again."""
    for rank, line in enumerate(document.lines, start=1):
        yield from _line(document, rank, line, recompute)


def _line(notice: Notice | Receipt, rank: int, line: Line, recompute: Recompute) -> Iterator[Finding]:
    where = f"ligne {rank}"
    told = f"Ligne {rank} « {shortened(line.label)} »"
    try:
        due = recompute(line.rule, line.inputs)
    except Refusal as refusal:
        yield Finding(code="LineNotComputable", where=where, message=f"{told} : {refusal}")
        return
    if due != line.amount_cents:
        message = f"{told} : {euros_fr(line.amount_cents)} écrits, {euros_fr(due)} recalculés."
        yield Finding(code="LineAmount", where=where, message=message)
    for reason in _inputs_against_notice(notice, line):
        yield Finding(code="LineInputs", where=where, message=f"{told} : {reason}.")


def _inputs_against_notice(notice: Notice | Receipt, line: Line) -> Iterator[str]:
    """What a line's inputs say of the month, against the month itself."""
    inputs = line.inputs
    of, days, first = inputs.get("of"), inputs.get("days"), inputs.get("first")
    if of is not None and of != notice.month.days:
        yield f"calculée sur un mois de {of} jours, {notice.month.label_fr()} en a {notice.month.days}"
    elif line.code in _PRORATED and days and first is not None:
        last = first + days - 1
        if first < notice.first_day.day or last > notice.last_day.day:
            yield f"compte du {first} au {last}, l’avis va du {notice.first_day.day} au {notice.last_day.day}"
    cap = inputs.get("cap_cents")
    rent = sum(other.amount_cents for other in notice.lines if other.code in RENT_CODES)
    if line.code == "rls" and cap is not None and cap != rent:
        yield f"limitée à {euros_fr(cap)}, le loyer du mois est de {euros_fr(rent)}"


def _sums(notice: Notice) -> Iterator[Finding]:
    account = notice.account
    total = sum(line.amount_cents for line in notice.lines)
    paid = sum(payment.amount_cents for payment in account.payments)
    late_at_most = max(0, account.before_cents - account.payments_cents)
    due = account.before_cents - account.payments_cents + notice.total_cents
    for code, where, told, written, right in (
        ("Total", "total", "Total du mois", notice.total_cents, total),
        ("Payments", "compte", "Paiements reçus", account.payments_cents, paid),
        ("Due", "compte", "Somme à payer", account.due_cents, due),
    ):
        if written != right:
            message = f"{told} : {euros_fr(written)} écrits, {euros_fr(right)} recalculés."
            yield Finding(code=code, where=where, message=message)
    if not 0 <= account.late_cents <= late_at_most:
        message = f"Retard : {euros_fr(account.late_cents)} écrits, {euros_fr(late_at_most)} au plus d’après le compte."
        yield Finding(code="Late", where="compte", message=message)


def period_findings(document: Notice | Receipt) -> Iterator[Finding]:
    """The days of the document against its month."""
    month = document.month
    if not month.first_day <= document.first_day <= document.last_day <= month.last_day:
        yield Finding(code="Period", where="période", message=f"La période sort du mois {month.of_fr()}.")


def _dates(notice: Notice) -> Iterator[Finding]:
    yield from period_findings(notice)
    debit = notice.payment.debit
    if notice.debited and debit is not None and (debit.on - notice.issued_on).days < _DEBIT_NOTICE_DAYS:
        message = f"Le prélèvement est annoncé moins de {_DEBIT_NOTICE_DAYS} jours avant."
        yield Finding(code="DebitNotice", where="prélèvement", message=message)


def _payment(notice: Notice) -> Iterator[Finding]:
    reference, iban = notice.payment.reference, notice.payment.transfer.iban
    if not reference_is_sound(reference):
        message = f"Référence de paiement « {shortened(reference)} » : ses chiffres de contrôle sont faux."
        yield Finding(code="Reference", where="paiement", message=message)
    if not (iban.isascii() and iban.isalnum() and mod_97_10.is_valid(iban[4:] + iban[:4])):
        message = f"IBAN « {shortened(iban)} » : ses chiffres de contrôle sont faux."
        yield Finding(code="Iban", where="paiement", message=message)
    try:
        transfer_text(notice)
    except Refusal as refusal:
        yield Finding(code="TransferCode", where="paiement", message=str(refusal))
