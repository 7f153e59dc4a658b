"""`palier notice check`: an avis d'échéance, a quittance or a reçu proves itself from its file alone."""

import argparse
import json
import sys
from typing import TYPE_CHECKING

from palier.cli import Subparsers
from palier.cli.output import Json, add_json_option

if TYPE_CHECKING:
    from palier.mail.check import Report

_PAGE_FR = {
    "identical": "la page dit ce que disent les données (PDF refait, mêmes octets)",
    "different": "la page ne correspond pas aux données",
    "not-verified": "la page n’est pas vérifiée",
}


def register(subparsers: Subparsers) -> None:
    """Add `palier notice check`."""
    parser = subparsers.add_parser(
        "notice", help="vérifie un avis d’échéance ou une quittance à partir de son seul fichier"
    )
    verbs = parser.add_subparsers(title="actions", metavar="ACTION", required=True, dest="verb")
    checking = verbs.add_parser(
        "check",
        help="recalcule chaque ligne à partir des données jointes au PDF et compare la page",
        description="Vérifie des avis, des quittances et des reçus sans base de données ni réseau. Sortie 0 : tout est "
        "prouvé ; 1 : quelque chose diffère, n’est pas vérifiable, ou n’est pas un document de Palier.",
    )
    checking.add_argument("files", metavar="FICHIER", nargs="+", help="avis, quittances ou reçus en PDF")
    checking.add_argument(
        "--data-only",
        action="store_true",
        help="accepte un avis fait par une autre version de Palier quand ses données sont justes",
    )
    add_json_option(checking)
    checking.set_defaults(run=check)


def check(args: argparse.Namespace) -> int:
    """Check each file; 0 only when all are proven."""
    from pathlib import Path

    from palier.mail.check import check_file
    from palier.quittancement.rules.month import recompute

    failed = 0
    for name in args.files:
        report = check_file(Path(name), recompute)
        accepted = _accepted(report, data_only=args.data_only)
        failed += not accepted
        if args.json:
            print(json.dumps(_figures(name, report, accepted=accepted), ensure_ascii=False), flush=True)
        else:
            print(_told(name, report, accepted=accepted), flush=True)
    if failed:
        count = "1 fichier n’est pas prouvé" if failed == 1 else f"{failed} fichiers ne sont pas prouvés"
        print(f"{count} sur {len(args.files)}.", file=sys.stderr)
    return 1 if failed else 0


def _accepted(report: "Report", *, data_only: bool) -> bool:
    # A page made otherwise than its data say is never accepted: only one that this version cannot make again.
    return report.proven or (data_only and report.data_hold and report.page.value == "not-verified")


def _figures(name: str, report: "Report", *, accepted: bool) -> dict[str, Json]:
    findings: list[Json] = [
        {"code": finding.code, "where": finding.where, "message": finding.message} for finding in report.findings
    ]
    return {
        "file": name,
        "valid": accepted,
        "number": report.number,
        "lines": report.lines,
        "data": report.data_hold,
        "page": report.page.value,
        "findings": findings,
    }


def _told(name: str, report: "Report", *, accepted: bool) -> str:
    number = f" ({report.number})" if report.number else ""
    lines = [f"{name}{number} : {'prouvé' if report.proven else 'accepté' if accepted else 'NON PROUVÉ'}"]
    lines += [f"    {finding.message}" for finding in report.findings]
    if report.data_hold:
        lines.append(f"    {report.lines} lignes recalculées, total et compte justes ; {_PAGE_FR[report.page.value]}.")
    return "\n".join(lines)
