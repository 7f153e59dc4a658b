"""`palier applications score | scores FILE | simulate GRID.toml`: the control computation, official scores, a trial."""

import argparse
import getpass
from pathlib import Path
from typing import TYPE_CHECKING

from palier.cli.imports import add_import_options, conclude, require_writable
from palier.cli.output import Json, add_json_option, emit, progress
from palier.foundation.errors import Refusal

if TYPE_CHECKING:
    from argparse import ArgumentParser, _SubParsersAction

    from palier.demandes.rules.trials import Simulation

_FIGURES = {"read": "Points lus", "created": "créés", "updated": "modifiés", "unchanged": "inchangés",
            "refused": "refusés", "gaps": "écarts avec le calcul de contrôle"}  # fmt: skip


class NoDryRun(Refusal):
    """Cette commande n’a pas d’essai à blanc : redonner le même fichier ne change rien."""


def add_score_actions(actions: "_SubParsersAction[ArgumentParser]") -> None:
    """Declare what this module does under `palier applications`."""
    score = actions.add_parser(
        "score",
        help="calcule les points de toutes les demandes actives (contrôle)",
        description="Calcul de contrôle de Palier, par la grille de chaque territoire : jamais la cotation officielle. "
        "Interrompu, il reprend où il en était.",
    )
    score.add_argument("--changed", action="store_true", help="seulement celles qui ont changé depuis leur calcul")
    add_json_option(score)
    score.set_defaults(run=_score)
    scores = actions.add_parser(
        "scores",
        help="importe les points officiels d’un territoire",
        description="Colonnes : numero, territoire, points, calcule_le, source. Les écarts avec le contrôle sont "
        "donnés ; rien n’est corrigé.",
    )
    add_import_options(scores)
    scores.set_defaults(run=_scores)
    simulate = actions.add_parser(
        "simulate",
        help="essaie une nouvelle grille sur toutes les demandes, sans rien écrire",
        description="Compte qui gagne et qui perd des points, par groupe objectif ; tout nombre sous 11 est tu.",
    )
    simulate.add_argument("grid", metavar="GRILLE.toml", type=Path, help="la grille à essayer")
    add_json_option(simulate)
    simulate.set_defaults(run=_simulate)


def _score(args: argparse.Namespace) -> int:
    from palier.cli.application import open_application

    open_application()
    from palier.demandes.operations.scoring import Asked, score_stock
    from palier.foundation import jobs
    from palier.foundation.clock import today

    with jobs.progress("scores", "Calcul des points", progress) as shown:
        done = score_stock(on=today(), asked=Asked(operator=getpass.getuser()), whole=not args.changed, shown=shown)
    labels = {"applications": "Demandes calculées", "scores": "points écrits"}
    emit({"applications": done.applications, "scores": done.scores}, args, labels)
    return 0


def _scores(args: argparse.Namespace) -> int:
    if args.dry_run:
        raise NoDryRun
    require_writable(args)
    from palier.cli.application import open_application

    open_application()
    from palier.demandes.operations.official_scores import import_official_scores
    from palier.foundation.clock import now
    from palier.privacy.actor import batch
    from palier.privacy.declare import Batch

    with batch(Batch.ALLOCATION, operator=getpass.getuser(), motive="ATTRIBUTION", command="applications scores"):
        outcome, gaps = import_official_scores(Path(args.file), sheet=args.sheet, at=now())
    told: list[Json] = [
        {
            "number": gap.number,
            "territory": gap.territory,
            "official": f"{gap.official:.2f}",
            "control": f"{gap.control}.00",
        }
        for gap in gaps
    ]
    return conclude(outcome, args, added={"gaps": told if args.json else len(told)}, labels=_FIGURES)


def _simulate(args: argparse.Namespace) -> int:
    from palier.cli.application import open_application

    open_application()
    from palier.demandes.operations.scoring import Asked
    from palier.demandes.operations.simulating import simulate
    from palier.demandes.queries.grids import read_grid
    from palier.foundation import jobs
    from palier.foundation.clock import today

    grid = read_grid(args.grid)
    with jobs.progress("simulation", "Essai d’une grille", progress) as shown:
        told = simulate(grid, on=today(), asked=Asked(operator=getpass.getuser()), shown=shown)
    labels = {
        "territory": "Territoire", "version": "grille essayée", "before": "grille en vigueur",
        "applications": "demandes", "winners": "gagnent", "losers": "perdent", "unchanged": "sans changement",
    }  # fmt: skip
    emit(_shape(told), args, labels)
    return 0


def _shape(told: "Simulation") -> dict[str, Json]:
    return {
        "territory": told.territory,
        "version": told.version,
        "before": told.before_version,
        "applications": told.applications,
        "winners": told.winners,
        "losers": told.losers,
        "unchanged": told.unchanged,
        "groups": [
            {
                "family": group.family,
                "label": group.label,
                "applications": group.applications,
                "winners": group.winners,
                "losers": group.losers,
                "average_change": None
                if group.average_change_hundredths is None
                else f"{group.average_change_hundredths / 100:.2f}",
            }
            for group in told.groups
        ],
        "distribution": [{"from": band.lowest, "before": band.before, "after": band.after} for band in told.bands],
    }
