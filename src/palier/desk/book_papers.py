"""The books on paper: the trial balance of a month, the general ledger of one account."""

from collections.abc import Sequence
from typing import Final

from django.http import HttpResponse

from palier.foundation.clock import today
from palier.foundation.money import euros_fr
from palier.foundation.periods import Month, day_fr
from palier.ledger.books import BalanceRow, LedgerLine
from palier.mail.report import Facts, Grid, Report, Text, render_report
from palier.mail.sender import landlord_as_sender

# Some sixty pages. Beyond, the CSV and the sheet hold the month.
PRINTED_LINES: Final = 2_000


def balance_paper(period: Month, rows: Sequence[tuple[str, BalanceRow]]) -> Report:
    """Each account with its number, what it carried in, what moved, what it carries out."""
    return Report(
        number=f"BALANCE-{period}",
        title=f"Balance générale {period.of_fr()}",
        issued_on=today(),
        sender=landlord_as_sender(),
        blocks=(
            Text("Les comptes des locataires sont réunis en une ligne. Les numéros proposés sont à confirmer."),
            Grid(
                columns=("Numéro", "Compte", "Report", "Débit", "Crédit", "Solde"),
                widths=(2, 4, 4, 4, 4, 4),
                figures=frozenset({2, 3, 4, 5}),
                rows=tuple(
                    (
                        number or "–",
                        row.label,
                        euros_fr(row.opening_cents),
                        euros_fr(row.debit_cents),
                        euros_fr(row.credit_cents),
                        euros_fr(row.closing_cents),
                    )
                    for number, row in rows
                ),
            ),
        ),
    )


def ledger_paper(period: Month, account: str, opening_cents: int, lines: Sequence[LedgerLine], *, code: str) -> Report:
    """Every entry of one account over a month, with the balance that each leaves."""
    debit_cents = sum(max(line.amount_cents, 0) for line in lines)
    credit_cents = sum(max(-line.amount_cents, 0) for line in lines)
    return Report(
        number=f"GRAND-LIVRE-{code}-{period}",
        title=f"Grand livre {period.of_fr()}",
        issued_on=today(),
        sender=landlord_as_sender(),
        blocks=(
            Facts(
                (
                    ("Compte", account),
                    (f"Report au {day_fr(period.first_day)}", euros_fr(opening_cents)),
                    ("Débits", euros_fr(debit_cents)),
                    ("Crédits", euros_fr(credit_cents)),
                    (f"Solde au {day_fr(period.last_day)}", euros_fr(opening_cents + debit_cents - credit_cents)),
                )
            ),
            Grid(
                columns=("Date", "Pièce", "Libellé", "Débit", "Crédit", "Solde"),
                widths=(9, 9, 12, 11, 11, 13),
                figures=frozenset({3, 4, 5}),
                rows=tuple(
                    (
                        day_fr(line.booked_on),
                        f"{line.journal}-{line.number}",
                        line.label,
                        euros_fr(line.amount_cents) if line.amount_cents > 0 else "",
                        euros_fr(-line.amount_cents) if line.amount_cents < 0 else "",
                        euros_fr(line.balance_cents),
                    )
                    for line in lines
                ),
            ),
        ),
    )


def as_pdf(report: Report) -> HttpResponse:
    """The paper to keep."""
    return HttpResponse(
        render_report(report),
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'attachment; filename="{report.number.lower()}.pdf"',
            "Cache-Control": "no-store",
        },
    )
