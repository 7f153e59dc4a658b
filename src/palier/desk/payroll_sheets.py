"""The sheets handed over with the last payslip on paper: an identifier, and a code that serves once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from palier.mail.report import Facts, Items, NewPage, Notice, Report, Text, render_report
from palier.mail.sender import landlord_as_sender
from palier.payroll.operations.admitting import Admitted


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One sheet. The code is printed here and kept nowhere."""

    employee: Admitted
    code: str


_Block = Notice | Facts | Items | Text | NewPage


def sheets_pdf(sheets: Sequence[Sheet], *, site: str, until: str, on: date) -> bytes:
    """One page an employee, to fold and hand over."""
    blocks: list[_Block] = []
    for rank, sheet in enumerate(sheets):
        if rank:
            blocks.append(NewPage())
        blocks += _page(sheet, site=site, until=until)
    return render_report(
        Report(
            number=f"ACCES-PAIE-{on.isoformat()}",
            title="Votre espace de bulletins de paie",
            issued_on=on,
            sender=landlord_as_sender(),
            blocks=blocks,
        )
    )


def _page(sheet: Sheet, *, site: str, until: str) -> list[_Block]:
    return [
        Facts(
            (
                ("Pour", sheet.employee.name or sheet.employee.number),
                ("Matricule", sheet.employee.number),
                ("À remettre à", sheet.employee.work_address),
            )
        ),
        Text("Vos bulletins de paie peuvent venir dans un espace à vous. Il reste ouvert après votre départ."),
        Facts(
            (
                ("Adresse", site),
                ("Votre identifiant", sheet.employee.identifier),
                ("Code, sert une fois", sheet.code),
                ("Il sert jusqu’au", until),
            )
        ),
        Items(
            (
                "Ouvrez l’adresse, choisissez « J’ai reçu une feuille avec un code », tapez le code.",
                "Choisissez un mot de passe que vous seul connaissez.",
                "Gardez votre identifiant : il ne dépend pas de votre adresse professionnelle.",
            )
        ),
        Notice(
            "Vous pouvez préférer le papier",
            "Dites-le au service de la paie, ou d’un clic dans votre espace, à tout moment. Code du travail, "
            "articles L3243-2 et D3243-7.",
        ),
    ]
