"""`palier worker`: takes the jobs that wait, and gives back to the queue those whose worker was killed."""

import argparse
import asyncio

from palier.cli import Subparsers


def register(subparsers: Subparsers) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("worker", help="exécute les travaux en attente")
    queues = parser.add_mutually_exclusive_group()
    queues.add_argument("--all-but", action="append", metavar="FILE", help="toutes les files sauf celle-ci ; répétable")
    queues.add_argument(
        "--queue", action="append", metavar="FILE", help="une file d’attente ; répétable ; toutes sans précision"
    )
    parser.add_argument("--once", action="store_true", help="s’arrête quand plus rien n’attend")
    parser.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> int:
    from palier.cli.application import open_application

    open_application()
    from palier.foundation.workers import queues_but, work

    wanted = queues_but(args.all_but) if args.all_but else args.queue
    # None is every queue; an empty list would be none at all.
    asyncio.run(work(wanted or None, wait=not args.once))
    return 0
