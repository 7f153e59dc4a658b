"""`palier export --all`: the whole landlord in open files."""

import argparse
import os
from pathlib import Path

from palier.cli import Subparsers
from palier.cli.backup import add_operator_options
from palier.cli.output import Json, add_json_option, emit


def register(subparsers: Subparsers) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("export", help="écrit tout le bailleur en fichiers ouverts")
    parser.add_argument("--all", action="store_true", required=True, help="tout : tables, documents, clés des colonnes")
    parser.add_argument("--output", type=Path, required=True, metavar="DOSSIER", help="un dossier neuf")
    add_operator_options(parser)
    add_json_option(parser)
    parser.set_defaults(run=_export)


def _export(args: argparse.Namespace) -> int:
    from palier.cli.application import open_application

    open_application()
    from palier.cli.output import progress
    from palier.continuity.operations.export_all import export_all
    from palier.foundation.clock import now
    from palier.foundation.home import home_of
    from palier.foundation.postgres import ensure_running

    exported = export_all(
        ensure_running(home_of(os.environ)),
        args.output.absolute(),
        operator=args.operator,
        motive=args.motive,
        at=now(),
        listener=lambda phase, done, total: progress(phase, done, total or done + 1),
    )
    figures: dict[str, Json] = {
        "folder": str(args.output),
        "tables": exported.tables,
        "rows": exported.rows,
        "documents": exported.documents,
        "unreadable": exported.unreadable,
        "ledger": exported.ledger,
        "shape": exported.shape,
    }
    labels = {"folder": "Dossier, lisible de qui le tient", "tables": "Tables", "rows": "Lignes",
              "documents": "Documents", "ledger": "Empreinte du grand livre", "shape": "Forme des tables"}  # fmt: skip
    emit(figures, args, labels)
    return 0
