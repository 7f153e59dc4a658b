"""`palier adoption measure | report`: how far those who were drawn have come, and the counts of each campaign."""

import argparse
import getpass
from typing import TYPE_CHECKING, Final

from palier.cli import Subparsers
from palier.cli.output import Json, add_json_option, emit
from palier.foundation.errors import Refusal

if TYPE_CHECKING:
    from palier.adoption.queries.report import CampaignReport, CampaignRow

_LABELS: Final = {
    "campaign": "Campagne",
    "opened_on": "Tirée le",
    "seed": "Graine",
    "control_percent": "Témoins (%)",
    "invited_cohort": "Baux invités",
    "control_cohort": "Baux témoins",
    "steps": "Étapes",
    "control": "Étapes des témoins",
    "comparisons": "Écarts",
    "answers": "Réponses",
    "figures": "Papier et coût",
}


class NoCampaign(Refusal):
    """Aucune campagne n’a été ouverte, ou aucune ne porte ce numéro."""


def register(subparsers: Subparsers) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("adoption", help="mesure ce que donnent les campagnes qui proposent l’espace")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True, dest="action")
    measure = actions.add_parser("measure", help="note les étapes franchies ; refait, ne change rien de plus")
    report = actions.add_parser("report", help="écrit les chiffres d’une campagne, petits nombres cachés")
    report.add_argument("--campaign", type=int, help="le numéro de la campagne ; la dernière sans précision")
    for action, run in ((measure, _measure), (report, _report)):
        add_json_option(action)
        action.set_defaults(run=run)


def _measure(args: argparse.Namespace) -> int:
    from palier.cli.application import open_application

    open_application()
    from palier.adoption.operations.campaigns import measure_campaigns
    from palier.foundation.clock import now

    figures: dict[str, Json] = {"campaigns": measure_campaigns(operator=getpass.getuser(), at=now())}
    emit(figures, args, {"campaigns": "Campagnes mesurées"})
    return 0


def _report(args: argparse.Namespace) -> int:
    from palier.cli.application import open_application

    open_application()
    from django.conf import settings

    from palier.adoption.assumptions import assumptions
    from palier.adoption.queries.report import campaigns, report_of
    from palier.privacy.actor import batch
    from palier.privacy.declare import Batch

    stated = assumptions(settings.PALIER_HOME)
    with batch(Batch.MAIL, operator=getpass.getuser(), motive="CAMPAGNE", command="adoption"):
        rows = campaigns()
        row = next((each for each in rows if args.campaign in (None, each.id)), None)
        if row is None:
            raise NoCampaign
        told = report_of(row, stated)
    emit(_figures(row, told), args, _LABELS)
    return 0


def _figures(row: "CampaignRow", told: "CampaignReport") -> dict[str, Json]:
    return {
        "campaign": row.id,
        "opened_on": row.opened_on.isoformat(),
        "seed": row.seed,
        "control_percent": row.control_percent,
        "invited_cohort": told.invited_total,
        "control_cohort": told.control_total,
        "steps": {each.code: each.invited for each in told.steps},
        "control": {each.code: each.control for each in told.steps if each.code in ("signed_in", "consented")},
        "comparisons": {
            code: {"difference": f"{each.difference:.4f}", "low": f"{each.low:.4f}", "high": f"{each.high:.4f}"}
            for code, each in told.comparisons.items()
        },
        "answers": {code: dict(counts) for code, counts in told.answers.items()},
        "figures": {each.code.lower(): None if each.value is None else f"{each.value:.2f}" for each in told.figures},
    }
