"""`palier incident letters`: after a breach of data, the letter of each person concerned."""

import argparse
import getpass
from pathlib import Path

from palier.cli import Subparsers
from palier.cli.output import Json, add_json_option, emit, progress


def register(subparsers: Subparsers) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("incident", help="écrit les lettres après une violation de données")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True, dest="action")
    letters = actions.add_parser("letters", help="une lettre en PDF par personne concernée")
    letters.add_argument("number", metavar="NUMÉRO", help="le numéro de la violation, par exemple VD-2026-001")
    letters.add_argument("--output", required=True, type=Path, metavar="DOSSIER", help="un dossier vide ou à créer")
    add_json_option(letters)
    letters.set_defaults(run=_letters)


def _letters(args: argparse.Namespace) -> int:
    from palier.cli.application import open_application

    open_application()
    from palier.foundation.clock import now
    from palier.oversight.operations.letters import known_for_letters, write_letters

    operator = getpass.getuser()
    known, people = known_for_letters(number=args.number, operator=operator)
    written = write_letters(
        known=known,
        people=people,
        output=args.output,
        operator=operator,
        at=now(),
        listener=lambda done, total: progress("Lettres", done, total),
    )
    figures: dict[str, Json] = {
        "letters": written.made,
        "without_address": list(written.without_address),
        "exercise": known.incident.is_exercise,
    }
    emit(figures, args, {"letters": "Lettres", "without_address": "Sans adresse", "exercise": "Exercice"})
    return 0
