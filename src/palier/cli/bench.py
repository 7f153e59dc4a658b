"""`palier bench rent-run | year | close | notices | dispatch | letters | search | screen…`: measures."""

import argparse
import getpass
from dataclasses import asdict

from palier.cli import Subparsers
from palier.cli.output import add_json_option, emit, progress


def register(subparsers: Subparsers) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("bench", help="mesure les grands travaux")
    actions = parser.add_subparsers(title="mesures", metavar="MESURE", required=True, dest="action")
    rent = actions.add_parser("rent-run", help="un mois calculé et scellé, à côté d’un COPY brut des mêmes octets")
    year = actions.add_parser("year", help="douze mois entiers, puis les comptes et la banque au centime")
    search = actions.add_parser("search", help="la recherche de noms et les listes, sous chaque portée")
    debits = actions.add_parser("debits", help="les prélèvements d’un mois, préparés, écrits, comparés à leur schéma")
    for action, run in ((rent, _rent_run), (year, _year), (search, _search), (debits, _debits)):
        action.add_argument("--dwellings", type=int, default=120_000, help="taille du bailleur mesuré")
        action.set_defaults(run=run)
    closing = actions.add_parser(
        "close", help="un mois entier clos pendant que des agents naviguent, pages chronométrées"
    )
    closing.add_argument("--dwellings", type=int, default=120_000, help="taille du bailleur mesuré")
    closing.add_argument("--agents", type=int, default=50, help="nombre d’agents qui naviguent")
    closing.add_argument("--think-seconds", type=float, default=4.0, help="temps moyen passé à lire une page")
    closing.add_argument("--control-seconds", type=float, default=60.0, help="durée de la navigation sans le mois")
    closing.add_argument("--seed", type=int, default=1, help="graine des pages choisies")
    closing.set_defaults(run=_close)
    notices = actions.add_parser("notices", help="des avis imprimés, avec code, données jointes, empreinte, rangement")
    notices.add_argument("--count", type=int, default=2_000, help="nombre d’avis")
    notices.set_defaults(run=_notices)
    letters = actions.add_parser("letters", help="une lettre à une liste filtrée, de l’essai à blanc à la réimpression")
    dispatch = actions.add_parser("dispatch", help="les avis d’un mois aiguillés, faits, mis en lots, sortis")
    for action, count, run in ((letters, 10_000, _letters), (dispatch, 120_000, _dispatch)):
        action.add_argument("--count", type=int, default=count, help="taille du bailleur mesuré")
        action.set_defaults(run=run)
    screen = actions.add_parser("screen", help="des textes libres lus par le filtre, dans un seul processus")
    screen.add_argument("--count", type=int, default=200_000, help="nombre de textes")
    screen.set_defaults(run=_screen)
    bank = actions.add_parser("bank", help="des fichiers de banque lus et écrits avec leur schéma, un processus chacun")
    bank.add_argument("--count", type=int, default=120_000, help="nombre d’écritures et de prélèvements")
    bank.set_defaults(run=_bank)
    moving = actions.add_parser("takeover", help="un bailleur quitte un ancien logiciel fictif, douze mois comparés")
    moving.add_argument("--dwellings", type=int, default=10_000, help="taille du bailleur repris")
    moving.set_defaults(run=_takeover)
    statement = actions.add_parser("statement", help="un relevé d’un virement par bail, importé et rapproché")
    statement.add_argument("--dwellings", type=int, default=120_000, help="taille du bailleur mesuré")
    statement.set_defaults(run=_statement)
    matching = actions.add_parser(
        "matching", help="des demandes importées, cotées, rapprochées de logements, simulées sur une autre grille"
    )
    matching.add_argument("--applications", type=int, default=300_000, help="nombre de demandes")
    matching.add_argument("--dwellings", type=int, default=2_000, help="taille du bailleur")
    matching.set_defaults(run=_matching)
    for action in (
        rent, year, closing, search, debits, notices, dispatch, letters, screen, bank, statement, moving, matching,
        _payslips_parser(actions),
    ):  # fmt: skip
        add_json_option(action)


def _payslips_parser(actions: Subparsers) -> argparse.ArgumentParser:
    payslips = actions.add_parser("payslips", help="un lot de bulletins pris en entier, puis oublié")
    payslips.add_argument("--pages", type=int, default=500, help="nombre de pages")
    payslips.set_defaults(run=_payslips)
    return payslips


def _rent_run(args: argparse.Namespace) -> int:
    from palier.bench.rent_run import run

    emit(asdict(run(args.dwellings, listener=progress)), args)
    return 0


def _year(args: argparse.Namespace) -> int:
    from palier.bench.year import run

    figures = run(args.dwellings, listener=progress)
    emit(asdict(figures), args)
    return 0 if figures.holds else 1


def _close(args: argparse.Namespace) -> int:
    from palier.bench.close import Wanted, run

    wanted = Wanted(
        dwellings=args.dwellings,
        agents=args.agents,
        seed=args.seed,
        think_seconds=args.think_seconds,
        control_seconds=args.control_seconds,
    )
    figures = run(wanted, listener=progress)
    emit(asdict(figures), args)
    return 0 if figures.holds else 1


def _notices(args: argparse.Namespace) -> int:
    from palier.bench.notices import run

    emit(asdict(run(args.count)), args)
    return 0


def _letters(args: argparse.Namespace) -> int:
    from palier.bench.letters import run

    figures = run(args.count, listener=progress)
    emit(asdict(figures), args)
    return 0 if figures.numbers_without_gap and not figures.again_letters else 1


def _dispatch(args: argparse.Namespace) -> int:
    from palier.bench.dispatch import run

    figures = run(args.count, listener=progress)
    emit(asdict(figures), args)
    return 0 if figures.holds and figures.marks_read == figures.marks_asked else 1


def _screen(args: argparse.Namespace) -> int:
    from palier.bench.screen import run

    emit(run(args.count), args)
    return 0


def _bank(args: argparse.Namespace) -> int:
    from palier.bench.bank_file_times import run

    emit(run(args.count), args)
    return 0


def _takeover(args: argparse.Namespace) -> int:
    from palier.bench.takeover import run

    emit(asdict(run(args.dwellings, listener=progress)), args)
    return 0


def _payslips(args: argparse.Namespace) -> int:
    from palier.cli.application import open_application
    from palier.foundation.money import text_from_cents

    open_application()
    from palier.bench.payslips import run
    from palier.cli.imports import install_if_new

    install_if_new()
    found = run(args.pages, operator=getpass.getuser(), listener=progress)
    figures = asdict(found)
    figures["net"] = text_from_cents(figures.pop("net_cents"))
    figures["told_net"] = text_from_cents(figures.pop("told_net_cents"))
    emit(figures, args)
    return 0 if found.holds else 1


def _statement(args: argparse.Namespace) -> int:
    from palier.bench.statement import run

    emit(asdict(run(args.dwellings, listener=progress)), args)
    return 0


def _debits(args: argparse.Namespace) -> int:
    from palier.bench.debits import run

    emit(asdict(run(args.dwellings, listener=progress)), args)
    return 0


def _matching(args: argparse.Namespace) -> int:
    from palier.bench.matching import run

    emit(asdict(run(args.applications, dwellings=args.dwellings, listener=progress)), args)
    return 0


def _search(args: argparse.Namespace) -> int:
    from palier.bench.search import run

    emit(run(args.dwellings, listener=progress), args)
    return 0
