"""`palier applications import FILE.xml`: demandes as the national system exchanges them (simulated: see the guide)."""

import argparse
import getpass
import json
from pathlib import Path
from typing import TYPE_CHECKING

from palier.cli import Subparsers
from palier.cli.applications_scores import add_score_actions
from palier.cli.imports import EverythingRefused, require_writable, tell_remarks
from palier.cli.output import Json, add_json_option, emit
from palier.foundation.home import closed_to_others

if TYPE_CHECKING:
    from palier.demandes.imports.record import Demande

_LABELS = {"read": "Demandes lues", "created": "créées", "updated": "modifiées", "refused": "refusées"}
_CLOCK_LABELS = {
    "day": "Délais du",
    "notices": "préavis de renouvellement",
    "radiated": "radiations",
    "stays_to_check": "séjours à vérifier de nouveau",
}


def register(subparsers: Subparsers) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("applications", help="importe les demandes de logement, et calcule leurs points")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True, dest="action")
    action = actions.add_parser(
        "import",
        help="importe un fichier d’échange de demandes (interfaceNuu 02.00, simulé)",
        description="Lit un fichier interfaceNuu 02.00, d’après un exemple public : la spécification de l’État ne "
        "l’est pas. Une demande refusée n’arrête pas les autres ; un fichier coupé ou piégé n’importe rien. Un code "
        "inconnu est gardé et signalé. Le même fichier redonné ne change rien.",
    )
    action.add_argument("file", metavar="FICHIER.xml", help="fichier d’échange")
    action.add_argument("--report", type=Path, metavar="FICHIER.json", help="écrit le compte rendu, ligne par ligne")
    add_json_option(action)
    action.set_defaults(run=_import, errors=None, dry_run=False)
    action = actions.add_parser(
        "clocks",
        help="préavis de renouvellement et radiations que la loi rend dues ce jour",
        description="Ce que la file d’attente fait chaque nuit. Relancée, elle ne trouve plus rien ; arrêtée, elle "
        "reprend où elle en était.",
    )
    action.add_argument("--dry-run", action="store_true", help="compte sans rien changer")
    add_json_option(action)
    action.set_defaults(run=_clocks)
    add_score_actions(actions)


def _import(args: argparse.Namespace) -> int:
    require_writable(args)
    from palier.cli.application import open_application

    open_application()

    from palier.cli.imports import install_if_new
    from palier.demandes.operations.import_file import import_file
    from palier.foundation.clock import now
    from palier.privacy.actor import BY_COMMAND, batch
    from palier.privacy.declare import Batch

    install_if_new()
    shapes: list[Json] = []

    def each(demande: "Demande") -> None:
        if args.json:
            shapes.append(_shape(demande))

    with batch(Batch.IMPORT, operator=getpass.getuser(), motive="REPRISE", command="applications import"):
        outcome = import_file(Path(args.file), created_by=BY_COMMAND, at=now(), each=each)
    figures: dict[str, Json] = {
        "read": outcome.read,
        "created": outcome.created,
        "updated": outcome.updated,
        "refused": outcome.refused,
        "applications": shapes,
    }
    if args.report:
        with open(args.report, "w", encoding="utf-8", opener=closed_to_others) as report:
            told = {
                "unchanged": outcome.unchanged,
                "refusals": [remark.as_json() for remark in outcome.refusals],
                "warnings": [remark.as_json() for remark in outcome.warnings],
            }
            counts = {name: figures[name] for name in _LABELS}
            report.write(json.dumps({**counts, **told}, ensure_ascii=False, indent=1) + "\n")
    emit(figures, args, _LABELS)
    tell_remarks(outcome)
    if outcome.refused == outcome.read:
        first = outcome.refusals[0]
        raise EverythingRefused(
            count=outcome.read, line=first.line, column=f", « {first.column} »", reason=first.reason.rstrip(".")
        )
    return 0


def _clocks(args: argparse.Namespace) -> int:
    from palier.cli.application import open_application

    open_application()

    from palier.demandes.operations.clocks import run_clocks
    from palier.foundation.clock import now

    passed = run_clocks(at=now(), operator=getpass.getuser(), dry_run=args.dry_run)
    figures: dict[str, Json] = {
        "day": passed.day.isoformat(),
        "notices": passed.notices,
        "radiated": sum(passed.radiated.values()),
        "motives": {motive: passed.radiated[motive] for motive in sorted(passed.radiated)},
        "stays_to_check": passed.stays_to_check,
        "dry_run": args.dry_run,
    }
    emit(figures, args, _CLOCK_LABELS)
    return 0


def _shape(demande: "Demande") -> Json:
    """What a script reads of one application: numbers of people and of the dwelling they leave."""
    dwelling = demande.dwelling
    return {
        "adults": len(demande.adults),
        "children": demande.children,
        "shared_custody": demande.shared_custody,
        "unborn": demande.unborn,
        "current_dwelling": {
            "rooms": dwelling.rooms,
            "floor_area_m2": dwelling.floor_area_m2,
            "occupants": dwelling.occupants,
        },
    }
