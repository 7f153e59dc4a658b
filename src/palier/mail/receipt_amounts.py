"""The sums of a quittance, of a reçu or of a withdrawal, done again from its own data. Pure."""

from collections.abc import Iterator

from palier.foundation.money import euros_fr
from palier.mail.amounts import Finding, Recompute, line_findings, period_findings, sending_findings
from palier.mail.receipt import Receipt


def findings_in_receipt(receipt: Receipt, recompute: Recompute) -> Iterator[Finding]:
    """Everything in the paper's data that does not agree with the rest of them."""
    yield from line_findings(receipt, recompute)
    yield from _sums(receipt)
    yield from _nature(receipt)
    yield from period_findings(receipt)
    yield from sending_findings(receipt)


def _sums(receipt: Receipt) -> Iterator[Finding]:
    total = sum(line.amount_cents for line in receipt.lines)
    paid = sum(payment.amount_cents for payment in receipt.payments)
    settled = receipt.paid_cents + receipt.credited_cents
    for code, told, written, right in (
        ("Total", "Total du mois", receipt.total_cents, total),
        ("Payments", "Paiements", receipt.paid_cents, paid),
        ("Left", "Reste à payer", receipt.left_cents, max(0, receipt.total_cents - settled)),
    ):
        # A notice that was taken back leaves nothing to pay.
        if written != right and not (code == "Left" and receipt.reason == "avis annulé"):
            message = f"{told} : {euros_fr(written)} écrits, {euros_fr(right)} recalculés."
            yield Finding(code=code, where="total", message=message)


def _nature(receipt: Receipt) -> Iterator[Finding]:
    """A full payment gives a quittance, a partial one a reçu (loi du 6 juillet 1989, art. 21)."""
    owed, paid = max(0, receipt.total_cents), receipt.paid_cents
    settled = paid + receipt.credited_cents
    if receipt.nature == "quittance" and settled != owed:
        message = f"Une quittance dit le mois payé en entier : {euros_fr(settled)} payés sur {euros_fr(owed)}."
        yield Finding(code="NotPaidInFull", where="paiements", message=message)
    if receipt.nature == "reçu" and not 0 < paid <= settled < owed:
        message = f"Un reçu dit un paiement partiel : {euros_fr(settled)} payés sur {euros_fr(owed)}."
        yield Finding(code="NotPaidInPart", where="paiements", message=message)
    if receipt.nature == "retrait" and (paid or not receipt.replaces):
        message = "Un retrait nomme le papier qu’il retire, et ne dit aucun paiement reçu."
        yield Finding(code="NotAWithdrawal", where="paiements", message=message)
