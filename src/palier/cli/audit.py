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
        },
    )
    return 1 if written.journal.faults else 0


def _figure(args: argparse.Namespace) -> int:
    from palier.cli.application import open_application

    open_application()
    from palier.oversight.queries.figures import figure, rows_of
    from palier.privacy.actor import batch
    from palier.privacy.declare import Batch

    wanted = figure(args.code)
    with batch(
        Batch.AUDIT, operator=getpass.getuser(), motive="AUDIT", command="audit figure", categories=("JOURNAL",)
    ):
        rows = rows_of(wanted)
    writer = csv.writer(sys.stdout, delimiter=";")
    writer.writerow(wanted.columns)
    writer.writerows(rows)
    return 0
