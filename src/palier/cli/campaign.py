"""`palier campaign letters | print`: the letters of a launched mailing, made and taken out for the post."""

import argparse
import csv
import getpass
import time

from palier.cli import Subparsers
from palier.cli.output import Json, add_json_option, emit, new_folder, progress
from palier.foundation.errors import Refusal


class NothingToPost(Refusal):
    """Cet envoi n’a aucune lettre à poster : elles ne sont pas encore faites, ou toutes sont sur l’espace locataire."""


def register(subparsers: Subparsers) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("campaign", help="écrit les lettres d’une campagne et les sort pour la poste")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True, dest="action")
    letters = actions.add_parser("letters", help="écrit les lettres d’un envoi lancé, ou reprend ce qui reste")
    post = actions.add_parser("print", help="sort les PDF à poster et leur bordereau")
    post.add_argument("--output", required=True, help="un dossier neuf")
    for action, run in ((letters, _letters), (post, _print)):
        action.add_argument("--mailing", required=True, type=int, help="le numéro de l’envoi, lu à l’écran")
        add_json_option(action)
        action.set_defaults(run=run)


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


def _print(args: argparse.Namespace) -> int:
    from palier.cli.application import open_application

    open_application()
    from palier.campaigns.operations.posting import take_out_letters
    from palier.foundation.home import closed_to_others, told_in_french, write_private

    folder = new_folder(args.output)
    with (
        told_in_french(folder),
        open(folder / "bordereau.csv", "x", encoding="utf-8", newline="", opener=closed_to_others) as stream,
    ):
        slip = csv.writer(stream, delimiter=";")
        slip.writerow(("lettre", "envoi", "recommandé"))
        count = 0
        for letter in take_out_letters(mailing_id=args.mailing, operator=getpass.getuser()):
            write_private(folder / f"{letter.number}.pdf", letter.pdf)
            slip.writerow((letter.number, letter.channel, letter.registered_number))
            count += 1
            progress("Lettres sorties", count, letter.total)
    if not count:
        raise NothingToPost
    emit({"mailing": args.mailing, "letters": count}, args, {"mailing": "Envoi", "letters": "Lettres à poster"})
    return 0
