"""`palier parallel FILE --month M`: the old suite's lines of twelve months beside Palier's, every gap explained."""

import argparse
import getpass
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from palier.cli import Subparsers
from palier.cli.imports import SHOWN_REFUSALS, ReportNotWritten
from palier.cli.output import Json, add_json_option, emit, progress
from palier.foundation.errors import Refusal

if TYPE_CHECKING:
    from palier.takeover.queries.comparisons import CauseRow, ComparisonRow

LABELS = {
    "leases": "Baux comparés",
    "lines": "Lignes comparées",
    "equal": "égales",
    "refused": "Lignes du fichier refusées",
    "theirs": "Ancien logiciel",
    "ours": "Palier",
    "owed_to_tenants": "Dû aux locataires",
    "owed_by_tenants": "Dû par les locataires",
    "unexplained": "Écarts non expliqués",
}
_AMOUNTS = ("theirs", "ours", "owed_to_tenants", "owed_by_tenants")


class ComparisonWithoutReport(Refusal):
    """Le rapport doit finir par .pdf : écrivez --report suivi d’un nom de fichier."""


def register(subparsers: Subparsers) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("parallel", help="compare douze mois de l’ancien logiciel à Palier")
    parser.add_argument("file", metavar="FICHIER", help="lignes facturées, une rubrique d’un bail par ligne")
    parser.add_argument("--month", required=True, help="le premier des douze mois, par exemple 2025-12")
    parser.add_argument("--source", default="", metavar="NOM", help="l’ancien logiciel, dont la correspondance existe")
    parser.add_argument("--sheet", default="", metavar="NOM", help="feuille du classeur (la première par défaut)")
    parser.add_argument("--report", type=Path, metavar="FICHIER.pdf", help="le rapport au conseil, sans aucun nom")
    parser.add_argument("--worklist", type=Path, metavar="FICHIER.csv", help="les écarts, dus aux locataires d’abord")
    parser.add_argument("--errors", type=Path, metavar="FICHIER.csv", help="les lignes illisibles, à corriger")
    add_json_option(parser)
    parser.set_defaults(run=_compare)


def _compare(args: argparse.Namespace) -> int:
    from palier.cli.application import open_application
    from palier.foundation.periods import Month

    first = Month.parse(args.month)
    _require_writable(args)
    open_application()
    from palier.foundation.clock import now
    from palier.foundation.tabular.outcome import write_refused_records
    from palier.privacy.actor import batch
    from palier.privacy.declare import Batch
    from palier.takeover.operations.compare import compare
    from palier.takeover.operations.mapping import words_for
    from palier.takeover.papers import comparison_report, write_worklist
    from palier.takeover.queries.comparisons import causes_of, comparison_row

    started = time.perf_counter()
    path = Path(args.file)
    with batch(Batch.RENT, operator=getpass.getuser(), motive="REPRISE", command="parallel"):
        done = compare(
            path,
            file_name=path.name,
            first=first,
            by=0,
            at=now(),
            words=words_for(args.source),
            sheet=args.sheet,
            listener=progress,
        )
        row, causes = comparison_row(done.comparison.pk), causes_of(done.comparison.pk)
        if args.worklist:
            write_worklist(done.comparison.pk, args.worklist)
        if args.report:
            args.report.write_bytes(comparison_report(done.comparison.pk))
    if args.errors:
        write_refused_records(done.outcome, args.errors)
    for remark in done.outcome.refusals[:SHOWN_REFUSALS]:
        print(f"Refusé, ligne {remark.line}, colonne « {remark.column} » : {remark.reason}.", file=sys.stderr)
    figures = _figures(row, causes)
    figures["refused"] = done.outcome.refused
    figures["seconds"] = round(time.perf_counter() - started, 1)
    emit(figures, args, LABELS, amounts=_AMOUNTS)
    if not args.json:
        for cause in causes:
            _tell(cause)
    return 0


def _require_writable(args: argparse.Namespace) -> None:
    if args.report and args.report.suffix != ".pdf":
        raise ComparisonWithoutReport
    for path in (args.report, args.worklist, args.errors):
        if path is None:
            continue
        try:
            path.open("a", encoding="utf-8").close()
        except OSError as closed:
            raise ReportNotWritten(name=path.name, reason="dossier absent, droit refusé ou disque plein") from closed


def _figures(row: "ComparisonRow", causes: "list[CauseRow]") -> dict[str, Json]:
    from palier.foundation.money import text_from_cents
    from palier.foundation.periods import Month

    return {
        "comparison": row.id,
        "first_month": str(Month.of(row.first_month)),
        "last_month": str(Month.of(row.last_month)),
        "leases": row.lease_count,
        "lines": row.line_count,
        "equal": row.equal_count,
        "theirs": text_from_cents(row.theirs_cents),
        "ours": text_from_cents(row.ours_cents),
        "owed_to_tenants": text_from_cents(sum(cause.over_cents for cause in causes)),
        "owed_by_tenants": text_from_cents(sum(cause.under_cents for cause in causes)),
        "unexplained": sum(cause.line_count for cause in causes if cause.cause == "UNEXPLAINED"),
        "causes": [
            {
                "cause": cause.cause,
                "leases": cause.lease_count,
                "lines": cause.line_count,
                "owed_to_tenants": text_from_cents(cause.over_cents),
                "owed_by_tenants": text_from_cents(cause.under_cents),
            }
            for cause in causes
        ],
    }


def _tell(cause: "CauseRow") -> None:
    from palier.foundation.money import euros_fr
    from palier.takeover.models import CAUSES

    label = dict(CAUSES)[cause.cause]
    lines, leases = _count(cause.line_count, "ligne", "lignes"), _count(cause.lease_count, "bail", "baux")
    print(
        f"{label} : {lines} de {leases}, {euros_fr(cause.over_cents)} dus aux locataires, "
        f"{euros_fr(cause.under_cents)} dus par eux"
    )


def _count(quantity: int, one: str, several: str) -> str:
    from palier.foundation.money import grouped

    return f"{grouped(quantity)} {one if quantity < 2 else several}"
