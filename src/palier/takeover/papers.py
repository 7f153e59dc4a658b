"""What the takeover prints: the sheet to sign, the report to the board without a name, the worklist of gaps."""

import csv
from datetime import datetime
from pathlib import Path
from typing import Final

from palier.foundation.clock import PARIS
from palier.foundation.home import closed_to_others
from palier.foundation.money import euros_fr, grouped, text_from_cents
from palier.foundation.periods import Month, day_fr
from palier.foundation.tabular.writing import harmless
from palier.mail.report import Block, Facts, Grid, Heading, Notice, Report, Text, render_report
from palier.mail.sender import landlord_as_sender
from palier.takeover.models import CAUSES, HEADINGS, SHEET_KINDS
from palier.takeover.queries.comparisons import (
    CauseRow,
    causes_of,
    comparison_row,
    gap_rows,
    residences_of,
)
from palier.takeover.queries.sheets import SheetLineRow, SheetRow, sheet_lines, sheet_row

CAUSE_LABELS: Final = dict(CAUSES)
HEADING_LABELS: Final = dict(HEADINGS)
KIND_LABELS: Final = dict(SHEET_KINDS)
_RESIDENCES = 60
_BLOCK = 5_000
_WORKLIST = ("bail", "residence", "mois", "rubrique", "ancien", "palier", "ecart", "cause", "explication")


def sheet_report(sheet_id: int) -> bytes:
    """The sheet as it is signed, residence by residence. Raises SheetNotFound, LandlordNotDescribed."""
    sheet, lines = sheet_row(sheet_id), sheet_lines(sheet_id)
    wrong = [line for line in lines if not line.agrees]
    blocks: list[Block] = [
        Facts(
            (
                ("Fichier", sheet.file_name),
                ("État", _state(sheet)),
                ("Première signature", _signature(sheet.first_name, sheet.first_at)),
                ("Seconde signature", _signature(sheet.second_name, sheet.second_at)),
            )
        )
    ]
    if wrong:
        blocks.append(
            Notice("Le compte n’y est pas", f"{len(wrong)} lignes diffèrent : la fiche ne peut pas être signée.")
        )
    for kind, label in KIND_LABELS.items():
        of_kind = [line for line in lines if line.kind == kind]
        if of_kind:
            blocks += [Heading(label.capitalize()), _sheet_grid(of_kind)]
    return render_report(
        Report(
            number=f"FR-{sheet.id:06d}",
            title="Fiche de rapprochement",
            subtitle="Montants de l’ancien logiciel et montants repris",
            issued_on=sheet.made_at.astimezone(PARIS).date(),
            sender=landlord_as_sender(),
            blocks=blocks,
        )
    )


def _state(sheet: SheetRow) -> str:
    if sheet.is_signed:
        return "signée par deux personnes"
    if not sheet.agrees:
        return "montants différents, à corriger"
    return "à signer" if sheet.first_at is None else "une signature sur deux"


def _signature(name: str, at: datetime | None) -> str:
    return f"{name}, le {day_fr(at.astimezone(PARIS).date())}" if at is not None else "à signer"


def _sheet_grid(lines: list[SheetLineRow]) -> Grid:
    rows = [
        (
            *(line.residence, grouped(line.file_count), euros_fr(line.file_cents)),
            *(grouped(line.taken_count), euros_fr(line.taken_cents), euros_fr(line.gap_cents)),
        )
        for line in lines
    ]
    total_in, total_out = sum(line.file_cents for line in lines), sum(line.taken_cents for line in lines)
    rows.append(
        (
            *("Total", grouped(sum(line.file_count for line in lines)), euros_fr(total_in)),
            *(grouped(sum(line.taken_count for line in lines)), euros_fr(total_out), euros_fr(total_in - total_out)),
        )
    )
    return Grid(
        ("Résidence", "Nombre", "Fichier", "Repris", "Grand livre", "Écart"),
        tuple(rows),
        widths=(4, 2, 3, 2, 3, 3),
        figures=frozenset({1, 2, 3, 4, 5}),
    )


def comparison_report(comparison_id: int) -> bytes:
    """The report to the board: totals by cause and by residence, without a name or the number of a lease.

    Raises ComparisonNotFound, LandlordNotDescribed.
    """
    row, causes = comparison_row(comparison_id), causes_of(comparison_id)
    listed = residences_of(comparison_id, limit=_RESIDENCES)
    over, under = sum(cause.over_cents for cause in causes), sum(cause.under_cents for cause in causes)
    blocks: list[Block] = [
        Facts(
            (
                ("Fichier", row.file_name),
                ("Mois", f"de {Month.of(row.first_month).label_fr()} à {Month.of(row.last_month).label_fr()}"),
                ("Baux comparés", grouped(row.lease_count)),
                ("Lignes comparées", f"{grouped(row.line_count)}, dont {grouped(row.equal_count)} égales"),
                ("Total de l’ancien logiciel", euros_fr(row.theirs_cents)),
                ("Total de Palier", euros_fr(row.ours_cents)),
            )
        ),
        Notice(
            f"{euros_fr(over)} dus aux locataires",
            "C’est ce que l’ancien logiciel leur a demandé en trop."
            + (f" Il ne leur a pas demandé {euros_fr(under)} qu’ils devaient." if under else ""),
        ),
        Heading("Par cause"),
        _cause_grid(causes),
        Heading("Par résidence"),
        Grid(
            ("Résidence", "Cause", "Baux", "Dû aux locataires", "Dû par eux"),
            tuple(
                (
                    *(each.residence, CAUSE_LABELS[each.cause]),
                    *(grouped(each.lease_count), euros_fr(each.over_cents), euros_fr(each.under_cents)),
                )
                for each in listed
            ),
            widths=(4, 4, 2, 3, 3),
            figures=frozenset({2, 3, 4}),
        ),
        Text("Les plus dues aux locataires d’abord."),
    ]
    if len(listed) == _RESIDENCES:
        blocks.append(Text(f"Les {_RESIDENCES} premières seulement\u00a0: l’écran et le tableur les donnent toutes."))
    return render_report(
        Report(
            number=f"MD-{row.id:06d}",
            title="Marche en double",
            subtitle="Douze mois de l’ancien logiciel comparés à Palier",
            issued_on=row.made_at.astimezone(PARIS).date(),
            sender=landlord_as_sender(),
            blocks=blocks,
        )
    )


def _cause_grid(causes: list[CauseRow]) -> Grid:
    return Grid(
        ("Cause", "Lignes", "Baux", "Dû aux locataires", "Dû par eux"),
        tuple(
            (
                *(CAUSE_LABELS[cause.cause].capitalize(), grouped(cause.line_count), grouped(cause.lease_count)),
                *(euros_fr(cause.over_cents), euros_fr(cause.under_cents)),
            )
            for cause in causes
        ),
        widths=(5, 2, 2, 3, 3),
        figures=frozenset({1, 2, 3, 4}),
    )


def write_worklist(comparison_id: int, path: Path) -> int:
    """Write every gap as CSV, what is owed to tenants first; the number of gaps."""
    written = 0
    with open(path, "w", encoding="utf-8-sig", newline="", opener=closed_to_others) as stream:
        writer = csv.writer(stream, delimiter=";")
        writer.writerow(_WORKLIST)
        while rows := gap_rows(comparison_id, cause="", limit=_BLOCK, offset=written):
            writer.writerows(
                (
                    *(harmless(row.reference), harmless(row.residence), str(Month.of(row.month))),
                    *(HEADING_LABELS[row.heading], text_from_cents(row.theirs_cents), text_from_cents(row.ours_cents)),
                    *(text_from_cents(row.gap_cents), CAUSE_LABELS[row.cause], harmless(row.detail)),
                )
                for row in rows
            )
            written += len(rows)
    return written
