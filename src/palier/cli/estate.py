"""`palier estate import FILE`: a real stock of dwellings, from open data or from Palier's own file."""

import argparse
import getpass
from pathlib import Path

from palier.cli import Subparsers
from palier.cli.imports import add_import_options, conclude, refuse_wrong_usage, require_writable
from palier.cli.output import Json

LABELS = {
    "read": "Programmes ou logements lus",
    "created": "créés",
    "updated": "complétés",
    "unchanged": "identiques",
    "refused": "refusés",
    "dwellings": "Logements ajoutés",
}


def register(subparsers: Subparsers) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("estate", help="importe le patrimoine")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True, dest="action")
    action = actions.add_parser("import", help="importe un fichier de résidences et de logements")
    add_import_options(action)
    action.add_argument(
        "--format",
        choices=("paris-programmes", "palier"),
        required=True,
        help="paris-programmes : données ouvertes de la Ville de Paris ; palier : un logement par ligne",
    )
    action.add_argument(
        "--landlord", default="", metavar="NOM", help="ne prend que les programmes de ce bailleur (paris-programmes)"
    )
    action.set_defaults(run=_import)


def _import(args: argparse.Namespace) -> int:
    if args.landlord and args.format != "paris-programmes":
        return refuse_wrong_usage("--landlord ne s’emploie qu’avec --format paris-programmes")
    require_writable(args)
    from palier.cli.application import open_application

    open_application()

    from palier.cli.imports import install_if_new
    from palier.estate.operations.files import import_file
    from palier.foundation.clock import now
    from palier.privacy.actor import BY_COMMAND, batch
    from palier.privacy.declare import Batch

    install_if_new()
    # No person is read or written: the estate names no one.
    with batch(Batch.IMPORT, operator=getpass.getuser(), motive="REPRISE", command="estate import", categories=()):
        outcome = import_file(
            Path(args.file),
            layout=args.format,
            created_by=BY_COMMAND,
            at=now(),
            landlord=args.landlord,
            sheet=args.sheet,
            dry_run=args.dry_run,
        )
    added: dict[str, Json] = {"dwellings": outcome.added}
    if args.landlord:
        added["skipped_other_landlords"] = outcome.left_aside
    return conclude(outcome, args, added=added, labels=LABELS)
