"""`palier accounts import FILE`: balances, deposits, mandates, plans, history and contacts of the old suite."""

import argparse
import getpass
from pathlib import Path

from palier.cli import Subparsers
from palier.cli.imports import add_import_options, conclude, require_writable

LABELS = {
    "read": "Lignes lues",
    "created": "reprises",
    "updated": "modifiées",
    "unchanged": "déjà reprises",
    "refused": "refusées",
    "balances": "Soldes du fichier (€)",
    "deposits": "Dépôts du fichier (€)",
    "sheet": "Fiche de rapprochement",
}


def register(subparsers: Subparsers) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("accounts", help="reprend les comptes de l’ancien logiciel")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True, dest="action")
    action = actions.add_parser("import", help="reprend un fichier de comptes, un fait par ligne")
    add_import_options(action)
    action.add_argument(
        "--source", default="", metavar="NOM", help="l’ancien logiciel, dont la correspondance est enregistrée"
    )
    action.set_defaults(run=_import)


def _import(args: argparse.Namespace) -> int:
    require_writable(args)
    from palier.cli.application import open_application

    open_application()

    from palier.cli.imports import install_if_new
    from palier.foundation.clock import now
    from palier.foundation.money import euros_fr, text_from_cents
    from palier.privacy.actor import batch
    from palier.privacy.declare import Batch
    from palier.takeover.operations.files import import_file

    install_if_new()
    with batch(Batch.IMPORT, operator=getpass.getuser(), motive="REPRISE", command="accounts import"):
        done = import_file(
            Path(args.file), created_by=0, at=now(), source=args.source, sheet=args.sheet, dry_run=args.dry_run
        )
    told = text_from_cents if args.json else euros_fr
    added = {
        "balances": told(done.totals.cents("BALANCE")),
        "deposits": told(done.totals.cents("DEPOSIT")),
        "sheet": None if done.sheet is None else done.sheet.pk,
    }
    return conclude(done.outcome, args, added=added, labels=LABELS)
