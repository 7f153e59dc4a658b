"""`palier aid import FILE`: what the CAF pays, matched with the notices."""

import argparse
import getpass
from pathlib import Path

from palier.cli import Subparsers
from palier.cli.output import Json, add_json_option, emit
from palier.foundation.errors import Refusal


class ProfileNotThere(Refusal):
    """Le profil « {name} » n’existe pas ou ne s’ouvre pas : vérifiez le chemin."""


def register(subparsers: Subparsers) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("aid", help="importe ce que la CAF paie")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True, dest="action")
    action = actions.add_parser("import", help="importe un fichier de paiement à largeurs fixes, une seule fois")
    action.add_argument("file", help="le fichier de la CAF")
    action.add_argument("--profile", default="", help="un profil TOML ; sans lui, celui de Palier, non vérifié")
    add_json_option(action)
    action.set_defaults(run=_import)


def _import(args: argparse.Namespace) -> int:
    from palier.aid.rules.fixed_width import DEFAULT, profile_from

    profile = DEFAULT
    if args.profile:
        try:
            profile = profile_from(Path(args.profile).read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise ProfileNotThere(name=args.profile) from error
    from palier.cli.application import open_application

    open_application()
    from palier.aid.operations.import_file import import_aid
    from palier.foundation.clock import now
    from palier.foundation.money import text_from_cents
    from palier.privacy.actor import batch
    from palier.privacy.declare import Batch

    with batch(Batch.IMPORT, operator=getpass.getuser(), motive="REPRISE", command="aid import"):
        done = import_aid(Path(args.file), by=0, at=now(), profile=profile)
    figures: dict[str, Json] = {
        "rows": done.rows,
        "created": done.created,
        "matched": done.matched,
        "exceptions": done.exceptions,
        "total": text_from_cents(done.net_cents),
        "profile": profile.name,
        "verified": profile.verified,
    }
    labels = {
        "rows": "Lignes",
        "created": "nouvelles",
        "matched": "rapprochées",
        "exceptions": "à voir",
        "total": "Virement attendu (€)",
        "profile": "Profil",
        "verified": "vérifié avec la CAF",
    }
    emit(figures, args, labels)
    return 0
