"""`palier demo`: a fictional landlord with its month run, then the sites on this machine."""

import argparse
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from palier.cli import Subparsers
from palier.cli.output import Json, add_json_option, emit, progress
from palier.foundation.errors import Refusal
from palier.foundation.money import grouped

if TYPE_CHECKING:
    from palier.cli.serve import Child
    from palier.demo.operations import Made
    from palier.foundation.periods import Month

FEWEST, MOST = 20, 120_000


class WrongNumberOfDwellings(Refusal):
    """Une démonstration a de {fewest} à {most} logements : {asked} n’est pas possible."""


class LandlordWithoutEstate(Refusal):
    """--landlord choisit un bailleur dans un fichier : donnez aussi ce fichier avec --estate."""


def register(subparsers: Subparsers) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("demo", help="crée un bailleur fictif, fait tourner un mois et sert les sites")
    parser.add_argument("--dwellings", type=int, metavar="N", help="nombre de logements inventés (200 sans précision)")
    parser.add_argument(
        "--month", metavar="M", help="le mois à faire tourner, par exemple 2026-11 (sinon le mois en cours)"
    )
    parser.add_argument(
        "--estate", type=Path, metavar="FICHIER", help="un fichier réel de programmes, au lieu d’inventer"
    )
    parser.add_argument(
        "--landlord", default="", metavar="NOM", help="ne garde du fichier que les programmes de ce bailleur"
    )
    parser.add_argument(
        "--seed", type=int, default=1, metavar="G", help="la graine des tirages : la même donne les mêmes gens"
    )
    parser.add_argument("--no-serve", action="store_true", help="s’arrête une fois le mois fait, sans servir les sites")
    parser.add_argument("--port", type=int, default=8000, metavar="P", help="le port des sites (8000 sans précision)")
    add_json_option(parser)
    parser.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> int:
    from palier.foundation.periods import Month

    asked = args.dwellings
    if asked is not None and not FEWEST <= asked <= MOST:
        raise WrongNumberOfDwellings(fewest=FEWEST, most=grouped(MOST), asked=asked)
    if args.landlord and args.estate is None:
        raise LandlordWithoutEstate
    month = Month.parse(args.month) if args.month else None
    if args.estate is not None:
        # Refused before anything is installed: a wrong path must not leave a database behind.
        from palier.foundation.tabular.limits import USUAL
        from palier.foundation.tabular.recognise import recognise

        recognise(args.estate, USUAL)
    started = time.perf_counter()
    made = _make(args, month)
    figures = _figures(made, time.perf_counter() - started)
    if made.is_reused:
        print("La démonstration était déjà là : elle est reprise telle quelle.", file=sys.stderr)
    if args.json:
        emit(figures, args)
    else:
        _tell(figures, args, made)
    if args.no_serve:
        return 0
    from palier.cli.serve import check_port, serve

    check_port(args.port)
    return serve(port=args.port, also=[*_card_gateway(args.port + 1), *_providers(args.port + 21)])


def _card_gateway(port: int) -> "list[Child]":
    """The simulated page where the demonstration's tenants pay by card, beside the sites: on the first port that is
    free from that one, or nowhere when none is."""
    from palier.cli.serve import Child, PortTaken, check_port
    from palier.demo.gateway import describe_gateway
    from palier.foundation.home import home_of

    for place in range(port, min(port + 20, 65_536)):
        try:
            check_port(place)
        except PortTaken:
            continue
        describe_gateway(home_of(os.environ), port=place)
        command = [sys.executable, "-m", "palier.demo.gateway", "--port", str(place)]
        return [Child(name="passerelle simulée", command=command, process="web")]
    return []


def _providers(port: int) -> "list[Child]":
    """The simulated vault, hybrid mail and push service, on the first port that is free from that one."""
    from palier.cli.serve import Child, PortTaken, check_port
    from palier.demo.providers import describe_providers
    from palier.foundation.home import home_of

    for place in range(port, min(port + 20, 65_536)):
        try:
            check_port(place)
        except PortTaken:
            continue
        describe_providers(home_of(os.environ), port=place)
        command = [sys.executable, "-m", "palier.demo.providers", "--port", str(place)]
        return [Child(name="prestataires simulés", command=command, process="work")]
    return []


def _make(args: argparse.Namespace, month: "Month | None") -> "Made":
    from palier.cli.application import open_application

    open_application()
    from palier.demo.life import live
    from palier.demo.months import signers
    from palier.demo.operations import Wish, make
    from palier.foundation.clock import now
    from palier.foundation.home import home_of

    wish = Wish(month=month, dwellings=args.dwellings, seed=args.seed, estate=args.estate, landlord=args.landlord)
    at = now()
    made = make(wish, home=home_of(os.environ), at=at, listener=progress)
    started = time.perf_counter()
    live(made.kept, by=signers(), at=at, listener=progress)
    made.seconds["life"] = round(time.perf_counter() - started, 2)
    return made


def _figures(made: "Made", seconds: float) -> dict[str, Json]:
    from palier.foundation.money import text_from_cents

    figures: dict[str, Json] = {
        "month": made.kept.month,
        "dwellings": made.kept.dwellings,
        "leases": made.run.lease_count,
        "lines": made.run.line_count,
        "total": text_from_cents(made.run.total_cents),
        "notices": made.notices,
        "notices_refused": made.notices_refused,
        "set_aside": made.run.set_aside_count,
        "next_month": f"{made.next_run.month:%Y-%m}",
        "next_month_state": made.next_run.state,
        "reused": made.is_reused,
        "steps": dict(made.seconds),
        "seconds": round(seconds, 2),
    }
    if made.estate is not None:
        figures["estate"] = {
            "read": made.estate.read,
            "created": made.estate.created,
            "updated": made.estate.updated,
            "unchanged": made.estate.unchanged,
            "refused": made.estate.refused,
            "dwellings": made.estate.added,
            "refusals": [remark.as_json() for remark in made.estate.refusals],
        }
    return figures


def _tell(figures: dict[str, Json], args: argparse.Namespace, made: "Made") -> None:
    """The same figures, one readable line each."""
    from palier.foundation.money import euros_fr
    from palier.foundation.periods import Month

    month = Month.parse(made.kept.month)
    told: dict[str, Json] = {**figures, "month": month.label_fr(), "total": euros_fr(made.run.total_cents)}
    told["next_month"] = f"{month.next().label_fr()}, {made.next_run.get_state_display()}"
    labels = {
        "month": "Mois scellé",
        "dwellings": "Logements",
        "leases": "Baux quittancés",
        "lines": "Lignes",
        "total": "Total appelé",
        "notices": "Avis d’échéance (PDF)",
        "set_aside": "Baux mis de côté",
        "next_month": "Mois suivant",
    }
    if made.estate is not None:
        told["programmes"] = (
            f"{made.estate.read} lus = {made.estate.created} créés + {made.estate.updated} modifiés"
            f" + {made.estate.unchanged} inchangés + {made.estate.refused} refusés"
        )
        labels = {"programmes": "Programmes du fichier", **labels}
    steps = {
        "installation": "Installation",
        "estate": "Import",
        "population": "Population",
        "months": "Mois",
        "notices": "Avis",
        "life": "Banque et campagnes",
    }
    for step, label in steps.items():
        if step in made.seconds:
            told[f"step_{step}"] = f"{made.seconds[step]:.2f} s".replace(".", ",")
            labels[f"step_{step}"] = f"Durée, {label.lower()}"
    told["took"] = f"{figures['seconds']:.2f} s".replace(".", ",")
    labels["took"] = "Durée totale"
    emit(told, args, labels)
