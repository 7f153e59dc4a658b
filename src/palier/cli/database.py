"""`palier database start | stop | status | shell`."""

import argparse
import os

from palier.cli import Subparsers
from palier.cli.output import Json, add_json_option, emit


def register(subparsers: Subparsers) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("database", help="démarre, arrête ou décrit la base de données")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True, dest="action")
    for name, summary, run in (
        ("start", "démarre la base, en l’installant la première fois", _start),
        ("stop", "arrête la base", _stop),
        ("status", "dit où est la base et si elle marche", _status),
    ):
        action = actions.add_parser(name, help=summary)
        add_json_option(action)
        action.set_defaults(run=run)
    shell = actions.add_parser("shell", help="ouvre la base en propriétaire, pour un motif et un temps, sous son nom")
    shell.add_argument("--as", dest="operator", required=True, metavar="NOM", help="qui ouvre la session")
    shell.add_argument("--motive", required=True, metavar="MOTIF", help="le motif, dans la liste fermée")
    shell.add_argument("--minutes", type=int, default=30, metavar="N", help="la durée, 60 au plus (30 sans précision)")
    shell.add_argument("--window", type=int, metavar="NUMERO", help="la fenêtre d’assistance de l’éditeur")
    shell.add_argument("--command", default="", dest="statement", metavar="SQL", help="une instruction, puis la fin")
    shell.set_defaults(run=_shell)


def _shell(args: argparse.Namespace) -> int:
    from palier.cli.application import open_application

    open_application()
    from palier.foundation.clock import now
    from palier.foundation.home import home_of
    from palier.foundation.postgres import ensure_running
    from palier.foundation.postgres.address import role_prefix_of
    from palier.privacy.journal.help_windows import window_numbered
    from palier.privacy.journal.operations import looking_after
    from palier.privacy.journal.owner_sessions import open_session

    window = None
    if args.window is not None:
        with looking_after(args.operator, "database shell"):
            window = window_numbered(args.window)
    return open_session(
        ensure_running(home_of(os.environ)),
        operator=args.operator,
        motive=args.motive,
        minutes=args.minutes,
        prefix=role_prefix_of(os.environ),
        statement=args.statement,
        window=window,
        at=now(),
    )


def _start(args: argparse.Namespace) -> int:
    from palier.foundation.home import home_of
    from palier.foundation.postgres import ensure_running, provision
    from palier.foundation.postgres.address import role_prefix_of

    server = ensure_running(home_of(os.environ))
    provision(server, prefix=role_prefix_of(os.environ))
    return _status(args)


def _stop(args: argparse.Namespace) -> int:
    from palier.foundation.home import home_of
    from palier.foundation.postgres import stop

    stop(home_of(os.environ))
    return _status(args)


def _status(args: argparse.Namespace) -> int:
    from palier.foundation.home import home_of
    from palier.foundation.postgres import status
    from palier.foundation.postgres.address import address_of

    home = home_of(os.environ)
    address = address_of(os.environ, home)
    state = status(home)
    figures: dict[str, Json] = {
        "state": state.name if args.json else state.value,
        "home": str(home.root),
        "host": address.host,
        "port": address.port,
        "database": address.database,
    }
    labels = {"state": "Base de données", "home": "Dossier", "host": "Serveur", "database": "Nom de la base"}
    emit(figures, args, labels)
    return 0
