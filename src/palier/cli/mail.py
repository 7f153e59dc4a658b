"""`palier mail register | send`: outgoing mail counted, a launched sending finished. Its paper is in the lots."""

import argparse
import getpass
import time

from palier.cli import Subparsers
from palier.cli.output import Json, add_json_option, emit, progress


def register(subparsers: Subparsers) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("mail", help="le courrier sortant : registre et envois")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True, dest="action")
    listed = actions.add_parser("register", help="compte les lettres du registre, par envoi et par suite")
    listed.set_defaults(run=_register)
    sent = actions.add_parser("send", help="écrit les lettres d’un envoi lancé, ou reprend ce qui reste")
    sent.set_defaults(run=_send)
    sent.add_argument("--sending", required=True, type=int, help="le numéro de l’envoi, lu à l’écran")
    for action in (listed, sent):
        add_json_option(action)


def _register(args: argparse.Namespace) -> int:
    from palier.cli.application import open_application

    open_application()
    from palier.correspondence.operations.checking import at_work
    from palier.correspondence.queries.register import register_counts

    with at_work(getpass.getuser(), None):
        counts = register_counts()
    figures: dict[str, Json] = {
        "letters": counts.letters,
        "paper": counts.paper,
        "online": counts.online,
        "registered": counts.registered,
        "returned": counts.returned,
        "withdrawn": counts.withdrawn,
        "replies_to_answer": counts.to_answer,
        "last_number": counts.last_number,
    }
    labels = {
        "letters": "Lettres",
        "paper": "Par la poste",
        "online": "Espace locataire",
        "registered": "En recommandé",
        "returned": "Revenues",
        "withdrawn": "Retirées",
        "replies_to_answer": "Réponses à traiter",
        "last_number": "Dernier numéro",
    }
    emit(figures, args, labels)
    return 0


def _send(args: argparse.Namespace) -> int:
    from palier.cli.application import open_application

    open_application()
    from palier.correspondence.operations.asking import progress_key
    from palier.correspondence.operations.issuing import issue_letters
    from palier.foundation import jobs
    from palier.foundation.clock import now

    started = time.perf_counter()
    with jobs.progress(progress_key(args.sending), "Envoi des lettres", progress) as shown:
        done = issue_letters(
            sending_id=args.sending, operator=getpass.getuser(), agent_id=None, at=now(), progress=shown
        )
    figures: dict[str, Json] = {
        "sending": args.sending,
        "letters": done.letters,
        "refused": done.refused,
        "seconds": round(time.perf_counter() - started, 2),
    }
    labels = {"sending": "Envoi", "letters": "Lettres", "refused": "Refusées", "seconds": "Secondes"}
    emit(figures, args, labels)
    return 0
