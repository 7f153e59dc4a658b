"""`palier policy apply | check`: put the declared policy into the database, or say what differs from it."""

import argparse

from palier.cli import Subparsers
from palier.cli.output import Json, add_json_option, emit


def register(subparsers: Subparsers) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("policy", help="met en place et vérifie la politique d’accès")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True, dest="action")
    for name, summary, run in (
        ("apply", "met la politique déclarée dans la base, en propriétaire", _apply),
        ("check", "compare la base et les adresses à la politique déclarée", _check),
    ):
        action = actions.add_parser(name, help=summary)
        add_json_option(action)
        action.set_defaults(run=run)


def _apply(args: argparse.Namespace) -> int:
    from palier.cli.application import open_application

    open_application()
    from palier.privacy.operations import apply_policy, owner_connection

    compiled = apply_policy(owner_connection())
    figures: dict[str, Json] = {"tables": len(compiled.tables), "policies": len(compiled.policies)}
    emit(figures, args, {"tables": "Tables", "policies": "Règles de lignes"})
    return 0


def _check(args: argparse.Namespace) -> int:
    from palier.cli.application import open_application

    open_application()
    from django.db import connection

    from palier.privacy.checks import check_policy

    report = check_policy(connection)
    figures: dict[str, Json] = {
        "tables": report.tables,
        "policies": report.policies,
        "urls": report.urls,
        "differences": list(report.differences),
    }
    emit(figures, args, {"tables": "Tables", "policies": "Règles", "urls": "Adresses", "differences": "Différences"})
    return 1 if report.differences else 0
