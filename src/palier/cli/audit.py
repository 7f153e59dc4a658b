"""`palier audit pack | figure`: what an outside auditor asks, answered from the data without a name."""

import argparse
import csv
import getpass
import sys
from pathlib import Path

from palier.cli import Subparsers
from palier.cli.output import Json, add_json_option, emit


def register(subparsers: Subparsers) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("audit", help="écrit le dossier de l’auditeur, sans aucun nom")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True, dest="action")
    pack = actions.add_parser("pack", help="le rapport en PDF, les chiffres en CSV, et comment les recalculer")
    pack.add_argument("--output", required=True, type=Path, metavar="DOSSIER", help="un dossier vide ou à créer")
    add_json_option(pack)
    pack.set_defaults(run=_pack)
    figure = actions.add_parser("figure", help="recalcule un chiffre du dossier, en CSV")
    figure.add_argument("code", metavar="CHIFFRE", help="son nom, par exemple lectures")
    figure.set_defaults(run=_figure)


def _pack(args: argparse.Namespace) -> int:
    from palier.cli.application import open_application

    open_application()
    from palier.foundation.clock import now
    from palier.oversight.operations.audit_pack import write_pack

    written = write_pack(output=args.output, operator=getpass.getuser(), at=now())
    rows: dict[str, Json] = dict(written.figures)
    figures: dict[str, Json] = {
        "files": list(written.files),
        "rows": rows,
        "free_texts": written.free_texts,
        "journal_blocks": written.journal.blocks,
        "journal_faults": list(written.journal.faults),
        "applications_proved": written.applications_proved,
        "allocation_faults": list(written.allocation_faults),
    }
    emit(
        figures,
        args,
        {
            "files": "Fichiers",
            "rows": "Lignes",
            "free_texts": "Champs de texte libre",
            "journal_blocks": "Blocs du journal vérifiés",
            "journal_faults": "Défauts du journal",
            "applications_proved": "Demandes de la preuve de non-interférence",
            "allocation_faults": "Défauts des attributions",
        },
    )
    return 1 if written.journal.faults or written.allocation_faults else 0


def _figure(args: argparse.Namespace) -> int:
    from palier.cli.application import open_application

    open_application()
    from palier.foundation.clock import today
    from palier.oversight.operations.audit_allocation import COLUMNS, again
    from palier.oversight.queries.figures import figure, rows_of
    from palier.privacy.actor import batch
    from palier.privacy.declare import Batch

    computed = again(args.code, operator=getpass.getuser(), on=today())
    if computed is not None:
        return _written(COLUMNS[args.code], computed)
    wanted = figure(args.code)
    with batch(
        Batch.AUDIT, operator=getpass.getuser(), motive="AUDIT", command="audit figure", categories=("JOURNAL",)
    ):
        rows = rows_of(wanted)
    return _written(wanted.columns, rows)


def _written(columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> int:
    writer = csv.writer(sys.stdout, delimiter=";")
    writer.writerow(columns)
    writer.writerows(rows)
    return 0
