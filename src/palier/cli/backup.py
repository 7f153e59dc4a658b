"""`palier backup create`: the whole database in one file, by somebody, for a reason."""

import argparse
import os
from pathlib import Path

from palier.cli import Subparsers
from palier.cli.output import add_json_option, emit


def register(subparsers: Subparsers) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("backup", help="sauvegarde la base de données")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True, dest="action")
    create = actions.add_parser("create", help="écrit toute la base dans un fichier (format de pg_restore)")
    create.add_argument("--output", type=Path, required=True, metavar="FICHIER", help="le fichier à écrire")
    create.add_argument("--as", dest="operator", required=True, metavar="NOM", help="qui prend la sauvegarde")
    create.add_argument("--motive", default="SAUVEGARDE", metavar="MOTIF", help="SAUVEGARDE sans précision")
    add_json_option(create)
    create.set_defaults(run=_create)


def _create(args: argparse.Namespace) -> int:
    from palier.cli.application import open_application

    open_application()
    from palier.foundation.home import home_of
    from palier.foundation.postgres import ensure_running
    from palier.privacy.journal.owner_sessions import back_up

    size = back_up(ensure_running(home_of(os.environ)), args.output, operator=args.operator, motive=args.motive)
    emit({"file": str(args.output), "bytes": size}, args, {"file": "Fichier", "bytes": "Octets"})
    return 0
