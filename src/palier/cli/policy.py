"""`palier policy apply | check | register | dpia`: put the declared policy in the database, compare, print it."""

import argparse
import getpass

from palier.cli import Subparsers
from palier.cli.output import Json, add_json_option, emit, pdf_or_json


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
    register_action = actions.add_parser("register", help="écrit le registre des traitements (RGPD, art. 30)")
    register_action.add_argument("--output", metavar="FICHIER", required=True, help="un fichier .pdf ou .json")
    add_json_option(register_action)
    register_action.set_defaults(run=_register)
    impact = actions.add_parser("dpia", help="écrit l’analyse d’impact (RGPD, art. 35), avec ses points ouverts")
    impact.add_argument("--output", metavar="FICHIER", required=True, help="un fichier .pdf ou .json")
    add_json_option(impact)
    impact.set_defaults(run=_impact)


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


def _register(args: argparse.Namespace) -> int:
    from palier.cli.application import open_application

    output = pdf_or_json(args.output)
    open_application()
    from palier.foundation.clock import today
    from palier.foundation.home import told_in_french
    from palier.mail.report import render_report
    from palier.oversight.register import register_of_processing, report_of
    from palier.privacy.actor import batch
    from palier.privacy.declare import Batch

    with batch(
        Batch.RETENTION, operator=getpass.getuser(), motive="MAINTENANCE", command="policy register", categories=()
    ):
        register = register_of_processing(on=today())
    content = render_report(report_of(register)) if output.suffix == ".pdf" else register.data()
    with told_in_french(output):
        output.write_bytes(content)
    figures: dict[str, Json] = {
        "file": str(output),
        "activities": len(register.activities),
        "categories": len(register.categories),
        "processors": len(register.parties.processors),
        "bytes": len(content),
    }
    labels = {"file": "Fichier", "activities": "Traitements", "categories": "Catégories", "processors": "Tiers"}
    emit(figures, args, labels)
    return 0


def _impact(args: argparse.Namespace) -> int:
    from palier.cli.application import open_application

    output = pdf_or_json(args.output)
    open_application()
    from palier.foundation.clock import today
    from palier.foundation.home import told_in_french
    from palier.mail.report import render_report
    from palier.mail.sender import landlord_as_sender
    from palier.oversight.impact import impact_assessment, open_points
    from palier.privacy.actor import batch
    from palier.privacy.declare import Batch
    from palier.retention.by_category import kept_by_category

    with batch(Batch.AUDIT, operator=getpass.getuser(), motive="AUDIT", command="policy dpia", categories=()):
        sender, kept = landlord_as_sender(), kept_by_category()
    report = impact_assessment(landlord=sender, kept=kept, on=today())
    content = render_report(report) if output.suffix == ".pdf" else report.canonical()
    with told_in_french(output):
        output.write_bytes(content)
    figures: dict[str, Json] = {"file": str(output), "open_points": len(open_points(kept)), "bytes": len(content)}
    emit(figures, args, {"file": "Fichier", "open_points": "Points ouverts"})
    return 0
