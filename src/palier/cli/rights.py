"""`palier rights export`: the copy of a person's file, for whoever answers them."""

import argparse
import getpass
from pathlib import Path
from typing import TYPE_CHECKING

from palier.cli import Subparsers
from palier.cli.output import Json, add_json_option, emit
from palier.foundation.errors import Refusal

if TYPE_CHECKING:
    from palier.rights.operations.make import Operator


class FolderUnwritable(Refusal):
    """Le dossier {path} ne reçoit pas la copie : {reason}. Choisissez-en un autre avec --output."""


class CopyNotForThisFunction(Refusal):
    """La copie d’un dossier se fait au nom du délégué à la protection des données : donnez son identifiant à --as."""


def register(subparsers: Subparsers) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("rights", help="fait la copie du dossier d’une personne")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True, dest="action")
    export = actions.add_parser("export", help="écrit un ZIP : un PDF à lire, les données en JSON, les documents")
    export.add_argument("--person", required=True, type=int, metavar="NUMÉRO", help="le numéro de la personne")
    export.add_argument("--output", required=True, metavar="DOSSIER", help="le dossier où écrire le ZIP")
    export.add_argument(
        "--as", dest="agent", metavar="AGENT", default="", help="l’identifiant du délégué pour qui l’on agit"
    )
    export.add_argument(
        "--motive", default="DROITS", type=str.upper, help="le motif, dans la liste fermée ; DROITS sinon"
    )
    export.add_argument(
        "--in-person",
        action="store_true",
        help="copie remise en main propre : elle contient aussi les lectures à affichage discret",
    )
    add_json_option(export)
    export.set_defaults(run=_export)


def _export(args: argparse.Namespace) -> int:
    from palier.cli.application import open_application

    open_application()
    from django.conf import settings

    from palier.foundation.clock import now
    from palier.foundation.home import write_private
    from palier.rights.operations.make import export_file

    folder = Path(args.output)
    _require_writable(folder)
    at = now()
    made = export_file(
        args.person,
        by=_operator(args),
        at=at,
        documents=Path(settings.DOCUMENT_ROOT),
        command="rights export",
        in_person=args.in_person,
    )
    file = folder / f"dossier-{args.person}-{at:%Y-%m-%d}.zip"
    try:
        write_private(file, made.zip)
    except OSError as error:
        raise FolderUnwritable(path=folder, reason=error.strerror or "écriture refusée") from error
    figures: dict[str, Json] = {
        "person": args.person,
        "file": str(file),
        "bytes": len(made.zip),
        "rows": made.rows,
        "documents": made.documents,
        "missing_documents": list(made.missing),
        "readings": made.readings,
    }
    labels = {
        "file": "Copie",
        "bytes": "Octets",
        "rows": "Lignes de données",
        "documents": "Documents",
        "readings": "Lectures du dossier",
    }
    emit(figures, args, labels)
    return 0


def _require_writable(folder: Path) -> None:
    """Said before anything is read: a copy that cannot be written would still be a reading."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FolderUnwritable(path=folder, reason=error.strerror or "création refusée") from error


def _operator(args: argparse.Namespace) -> "Operator":
    from palier.agents.access import agent_for_command
    from palier.privacy.actor import about_one
    from palier.privacy.declare import Role
    from palier.rights.operations.make import Operator

    account = getpass.getuser()
    if not args.agent:
        return Operator(name=account, motive=args.motive)
    with about_one(args.person, operator=account, motive=args.motive, command="rights export", categories=()):
        agent = agent_for_command(args.agent)
    if agent.role is not Role.DPO:
        raise CopyNotForThisFunction
    return Operator(name=f"{account} pour {agent.name}", motive=args.motive, agent_id=agent.agent_id)
