"""`palier campaign letters`: the letters of a launched mailing, made. Their paper is in the lots of what leaves."""

import argparse
import getpass
import time

from palier.cli import Subparsers
from palier.cli.output import Json, add_json_option, emit, progress


def register(subparsers: Subparsers) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("campaign", help="écrit les lettres d’une campagne")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True, dest="action")
    letters = actions.add_parser("letters", help="écrit les lettres d’un envoi lancé, ou reprend ce qui reste")
    letters.add_argument("--mailing", required=True, type=int, help="le numéro de l’envoi, lu à l’écran")
    add_json_option(letters)
    letters.set_defaults(run=_letters)


def _letters(args: argparse.Namespace) -> int:
    from palier.cli.application import open_application

    open_application()
    from palier.campaigns.operations.asking import letters_key
    from palier.campaigns.operations.lettering import issue_letters
    from palier.foundation import jobs
    from palier.foundation.clock import now

    started = time.perf_counter()
    with jobs.progress(letters_key(args.mailing), "Lettres de la campagne", progress) as shown:
        done = issue_letters(
            mailing_id=args.mailing, operator=getpass.getuser(), agent_id=None, at=now(), progress=shown
        )
    figures: dict[str, Json] = {
        "mailing": args.mailing,
        "letters": done.letters,
        "refused": done.refused,
        "seconds": round(time.perf_counter() - started, 2),
    }
    labels = {"mailing": "Envoi", "letters": "Lettres", "refused": "Non écrites", "seconds": "Secondes"}
    emit(figures, args, labels)
    return 0
