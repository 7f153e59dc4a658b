"""`palier import --all`: a whole landlord from its exported files, into an empty database."""

import argparse
import os
from pathlib import Path

from palier.cli import Subparsers
from palier.cli.backup import add_operator_options
from palier.cli.output import Json, add_json_option, emit


def register(subparsers: Subparsers) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("import", help="reprend un bailleur entier dans une base vide")
    parser.add_argument(
        "--all", dest="folder", type=Path, required=True, metavar="DOSSIER", help="l’export à reprendre"
    )
    add_operator_options(parser)
    add_json_option(parser)
    parser.set_defaults(run=_import)


def _import(args: argparse.Namespace) -> int:
    from palier.cli.application import open_application

    open_application()
    from palier.cli.output import progress
    from palier.continuity.operations.import_all import import_all
    from palier.foundation.clock import now
    from palier.foundation.home import home_of
    from palier.foundation.postgres import ensure_running

    imported = import_all(
        ensure_running(home_of(os.environ)),
        args.folder.absolute(),
        operator=args.operator,
        motive=args.motive,
        at=now(),
        listener=progress,
    )
    figures: dict[str, Json] = {
        "tables": imported.tables,
        "rows": imported.rows,
        "documents": imported.documents,
        "ledger": imported.ledger,
        "equal": True,
    }
    labels = {"tables": "Tables, égales à l’octet près", "rows": "Lignes", "documents": "Documents",
              "ledger": "Empreinte du grand livre"}  # fmt: skip
    emit(figures, args, labels)
    return 0
