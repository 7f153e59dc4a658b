"""`palier help-window open | close | report`: a vendor's help has a purpose, an end, and leaves a trace."""

import argparse
import getpass
from datetime import datetime

from palier.cli import Subparsers
from palier.cli.output import Json, add_json_option, emit
from palier.foundation.errors import Refusal


class EndUnreadable(Refusal):
    """« {text} » n’est pas un instant : écrivez par exemple 2026-11-23T18:00."""


def register(subparsers: Subparsers) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("help-window", help="ouvre, ferme ou raconte une fenêtre d’assistance de l’éditeur")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True, dest="action")
    opening = actions.add_parser("open", help="ouvre une fenêtre")
    opening.add_argument("--vendor", required=True, metavar="NOM", help="la société qui intervient")
    opening.add_argument("--purpose", required=True, metavar="BUT", help="FAULT, UPDATE, MIGRATION ou ADVICE")
    opening.add_argument("--until", required=True, metavar="INSTANT", help="la fin, par exemple 2026-11-23T18:00")
    closing = actions.add_parser("close", help="ferme une fenêtre avant sa fin")
    telling = actions.add_parser("report", help="dit ce qui a été lu pendant une fenêtre")
    for action in (closing, telling):
        action.add_argument("number", type=int, metavar="NUMERO", help="le numéro de la fenêtre")
    for action, run in ((opening, _open), (closing, _close), (telling, _report)):
        add_json_option(action)
        action.set_defaults(run=run)


def _open(args: argparse.Namespace) -> int:
    from palier.cli.application import open_application

    open_application()
    from palier.foundation.clock import PARIS, now
    from palier.privacy.journal.help_windows import open_window
    from palier.privacy.journal.operations import looking_after

    try:
        until = datetime.fromisoformat(args.until)
    except ValueError as error:
        raise EndUnreadable(text=args.until[:40]) from error
    until = until if until.tzinfo else until.replace(tzinfo=PARIS)
    operator = getpass.getuser()
    with looking_after(operator, "help-window open"):
        number = open_window(
            vendor=args.vendor, purpose=args.purpose.upper(), until_at=until, opened_by=operator, at=now()
        )
    emit({"number": number, "until": until.isoformat()}, args, {"number": "Fenêtre n°", "until": "Jusqu’à"})
    return 0


def _close(args: argparse.Namespace) -> int:
    from palier.cli.application import open_application

    open_application()
    from palier.foundation.clock import now
    from palier.privacy.journal.help_windows import close_window
    from palier.privacy.journal.operations import looking_after

    with looking_after(getpass.getuser(), "help-window close"):
        close_window(args.number, at=now())
    return _report(args)


def _report(args: argparse.Namespace) -> int:
    from palier.cli.application import open_application

    open_application()
    from palier.privacy.journal.help_windows import read_in, window_numbered
    from palier.privacy.journal.operations import looking_after

    with looking_after(getpass.getuser(), "help-window report"):
        window = window_numbered(args.number)
        readings = read_in(window)
    told: list[Json] = [
        {"at": each.at.isoformat(), "screen": each.screen, "motive": each.motive, "categories": list(each.categories)}
        for each in readings
    ]
    figures: dict[str, Json] = {
        "number": window.id,
        "vendor": window.vendor,
        "purpose": window.purpose,
        "opened_at": window.opened_at.isoformat(),
        "until": window.until_at.isoformat(),
        "closed_at": window.closed_at.isoformat() if window.closed_at else None,
        "readings": told,
    }
    labels = {
        "number": "Fenêtre n°",
        "vendor": "Société",
        "purpose": "But",
        "opened_at": "Ouverte",
        "until": "Jusqu’à",
        "closed_at": "Fermée",
        "readings": "Lectures",
    }
    emit(figures, args, labels)
    return 0
