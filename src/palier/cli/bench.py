"""`palier bench rent-run | notices | search | screen`: the great works, measured on this machine."""

import argparse
from dataclasses import asdict

from palier.cli import Subparsers
from palier.cli.output import add_json_option, emit, progress


def register(subparsers: Subparsers) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("bench", help="mesure les grands travaux")
    actions = parser.add_subparsers(title="mesures", metavar="MESURE", required=True, dest="action")
    rent = actions.add_parser("rent-run", help="un mois calculé et scellé, à côté d’un COPY brut des mêmes octets")
    search = actions.add_parser("search", help="la recherche de noms et les listes, sous chaque portée")
    for action, run in ((rent, _rent_run), (search, _search)):
        action.add_argument("--dwellings", type=int, default=120_000, help="taille du bailleur mesuré")
        action.set_defaults(run=run)
    notices = actions.add_parser("notices", help="des avis imprimés, avec code, données jointes, empreinte, rangement")
    notices.add_argument("--count", type=int, default=2_000, help="nombre d’avis")
    notices.set_defaults(run=_notices)
    screen = actions.add_parser("screen", help="des textes libres lus par le filtre, dans un seul processus")
    screen.add_argument("--count", type=int, default=200_000, help="nombre de textes")
    screen.set_defaults(run=_screen)
    for action in (rent, search, notices, screen):
        add_json_option(action)


def _rent_run(args: argparse.Namespace) -> int:
    from palier.bench.rent_run import run

    emit(asdict(run(args.dwellings, listener=progress)), args)
    return 0


def _notices(args: argparse.Namespace) -> int:
    from palier.bench.notices import run

    emit(asdict(run(args.count)), args)
    return 0


def _screen(args: argparse.Namespace) -> int:
    from palier.bench.screen import run

    emit(run(args.count), args)
    return 0


def _search(args: argparse.Namespace) -> int:
    from palier.bench.search import run

    emit(run(args.dwellings, listener=progress), args)
    return 0
