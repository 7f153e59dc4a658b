"""`palier leases import FILE`: who lives where, from when, for how much."""

import argparse
import getpass
from pathlib import Path

from palier.cli import Subparsers
from palier.cli.imports import add_import_options, conclude, require_writable

LABELS = {
    "read": "Baux lus",
    "created": "créés",
    "updated": "modifiés",
    "unchanged": "identiques",
    "refused": "refusés",
}


def register(subparsers: Subparsers) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("leases", help="importe les baux")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True, dest="action")
    action = actions.add_parser("import", help="importe un fichier de baux, un par ligne")
    add_import_options(action)
    action.set_defaults(run=_import)


def _import(args: argparse.Namespace) -> int:
    require_writable(args)
    from palier.cli.application import open_application

    open_application()

    from palier.cli.imports import install_if_new
    from palier.foundation.clock import now
    from palier.leases.operations.files import import_file
    from palier.privacy.actor import BY_COMMAND, batch
    from palier.privacy.declare import Batch

    install_if_new()
    with batch(Batch.IMPORT, operator=getpass.getuser(), motive="REPRISE", command="leases import"):
        outcome = import_file(Path(args.file), created_by=BY_COMMAND, at=now(), sheet=args.sheet, dry_run=args.dry_run)
    return conclude(outcome, args, added={}, labels=LABELS)
