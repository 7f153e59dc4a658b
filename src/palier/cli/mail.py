"""`palier mail register | send | print`: outgoing mail listed, a launched sending finished, its paper taken out."""

import argparse
import getpass
import time

from palier.cli import Subparsers
from palier.cli.output import Json, add_json_option, emit, new_folder, progress
from palier.foundation.errors import Refusal


class NothingToPrint(Refusal):
    """Cet envoi n’a aucune lettre à imprimer : elles ne sont pas faites, ou toutes sont dans l’espace locataire."""


def register(subparsers: Subparsers) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("mail", help="le courrier sortant : registre, envois, papier à imprimer")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True, dest="action")
    listed = actions.add_parser("register", help="compte les lettres du registre, par envoi et par suite")
    listed.set_defaults(run=_register)
    sent = actions.add_parser("send", help="écrit les lettres d’un envoi lancé, ou reprend ce qui reste")
    sent.set_defaults(run=_send)
    paper = actions.add_parser("print", help="sort le papier d’un envoi, un PDF par lot de 250 lettres")
    paper.add_argument("--output", required=True, help="un dossier neuf")
    paper.set_defaults(run=_print)
    for action in (sent, paper):
        action.add_argument("--sending", required=True, type=int, help="le numéro de l’envoi, lu à l’écran")
    for action in (listed, sent, paper):
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


def _print(args: argparse.Namespace) -> int:
    from palier.cli.application import open_application

    open_application()
    from palier.correspondence.operations.printing import NothingOnPaper, take_out_lot
    from palier.foundation.home import told_in_french, write_private

    folder = new_folder(args.output)
    lots = letters = 0
    with told_in_french(folder):
        while True:
            try:
                lot = take_out_lot(args.sending, lots + 1, operator=getpass.getuser())
            except NothingOnPaper:
                break
            write_private(folder / f"{lot.name}.pdf", lot.pdf)
            lots, letters = lots + 1, letters + lot.count
            progress("Lots sortis", lots, lots)
    if not lots:
        raise NothingToPrint
    labels = {"sending": "Envoi", "lots": "Lots", "letters": "Lettres à poster"}
    emit({"sending": args.sending, "lots": lots, "letters": letters}, args, labels)
    return 0
