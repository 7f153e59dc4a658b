"""The books on paper: the trial balance of a month, the general ledger of one account."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from django.http import HttpResponse

from palier.closing.queries import Reconciled, Unmatched
from palier.foundation.clock import today
from palier.foundation.money import euros_fr
from palier.foundation.periods import Month, day_fr
from palier.ledger.books import BalanceRow, LedgerLine
from palier.mail.report import Block, Facts, Grid, Heading, Report, Text, render_report
from palier.mail.sender import landlord_as_sender

# Some sixty pages. Beyond, the CSV and the sheet hold the month.
PRINTED_LINES: Final = 2_000
_SIDES: Final[Mapping[str, str]] = {
    "BANK": "À la banque, pas en comptabilité",
    "BOOKS": "En comptabilité, pas dans les relevés importés",
}


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
                widths=(3, 11, 6, 6, 6, 6),
                figures=frozenset({2, 3, 4, 5}),
                rows=(
                    *(
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
                    (
                        "",
                        "Ensemble",
                        euros_fr(sum(row.opening_cents for _, row in rows)),
                        euros_fr(sum(row.debit_cents for _, row in rows)),
                        euros_fr(sum(row.credit_cents for _, row in rows)),
                        euros_fr(sum(row.closing_cents for _, row in rows)),
                    ),
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
                widths=(9, 8, 17, 10, 10, 11),
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


def reconciliation_paper(period: Month, accounts: Sequence[tuple[Reconciled, Sequence[Unmatched]]]) -> Report:
    """Each bank account beside the books, to the cent, and the movements that one side has and the other has not."""
    return Report(
        number=f"RAPPROCHEMENT-{period}",
        title=f"État de rapprochement {period.of_fr()}",
        subtitle="La banque à côté de la comptabilité, au centime",
        issued_on=today(),
        sender=landlord_as_sender(),
        blocks=[block for row, differences in accounts for block in _reconciled_blocks(row, differences)]
        or [Text("Aucun compte bancaire n’est ouvert.")],
    )


def _reconciled_blocks(row: Reconciled, differences: Sequence[Unmatched]) -> Iterator[Block]:
    replaced = f", remplacé le {day_fr(row.replaced_on)}" if row.replaced_on else ""
    yield Heading(f"{row.label}, IBAN qui finit par {row.iban_last4}{replaced}")
    facts = [(f"Grand livre au {day_fr(row.on)}", euros_fr(row.books_cents))]
    if row.stated_cents is None or row.stated_on is None or row.difference_cents is None:
        yield Facts((*facts, ("Banque", "elle n’en a donné aucun jusqu’à ce jour")))
        return
    unposted = f"{row.unposted_count}, {euros_fr(row.unposted_cents)} en tout" if row.unposted_count else "aucun"
    facts += [
        (f"Banque au {day_fr(row.stated_on)}", euros_fr(row.stated_cents)),
        ("Écart", euros_fr(row.difference_cents) if row.difference_cents else "aucun, identiques au centime"),
        ("Mouvements sans écriture", unposted),
    ]
    yield Facts(tuple(facts))
    for side, title in _SIDES.items():
        lines = [line for line in differences if line.side == side]
        if lines:
            yield Heading(title, 2)
            yield Grid(
                columns=("Date", "Libellé", "Montant"),
                widths=(3, 10, 4),
                figures=frozenset({2}),
                rows=(
                    *((day_fr(line.booked_on), line.label, euros_fr(line.amount_cents)) for line in lines),
                    ("", "Total", euros_fr(sum(line.amount_cents for line in lines))),
                ),
            )
    if len(differences) > PRINTED_LINES:
        yield Text("Les lignes les plus récentes seulement\u00a0: la suite n’est pas imprimée.")


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
