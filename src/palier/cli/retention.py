"""`palier retention run | list | certificate`: end what is due, and prove it."""

import argparse
import getpass
from pathlib import Path
from typing import TYPE_CHECKING

from palier.cli import Subparsers
from palier.cli.output import Json, add_json_option, emit, pdf_or_json
from palier.foundation.errors import Refusal

if TYPE_CHECKING:
    from palier.retention.operations.purge import Purged


class NotForTheAgent(Refusal):
    """Seul le délégué à la protection des données fait passer une purge en son nom : laissez --as de côté, ou
    donnez son identifiant."""


class NoSuchCertificate(Refusal):
    """Aucun certificat ne porte le numéro {number} : « palier retention list » les donne tous."""


def register(subparsers: Subparsers) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("retention", help="efface, rend anonyme ou archive ce qui est échu")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True, dest="action")
    run = actions.add_parser("run", help="termine ce dont la durée est finie et émet un certificat")
    run.add_argument("--dry-run", action="store_true", help="compte ce qui est échu, sans rien changer")
    run.add_argument("--on", metavar="JOUR", default="", help="le jour, par exemple 2026-11-30 ; aujourd’hui sinon")
    run.add_argument("--as", dest="agent", metavar="AGENT", default="", help="l’identifiant du délégué qui le demande")
    listing = actions.add_parser("list", help="les certificats émis")
    certificate = actions.add_parser("certificate", help="écrit un certificat dans un fichier .pdf ou .json")
    certificate.add_argument("number", metavar="NUMÉRO", type=int, help="le numéro, sans ses zéros")
    certificate.add_argument("--output", metavar="FICHIER", required=True, help="le fichier à écrire")
    for action, runner in ((run, _run), (listing, _list), (certificate, _certificate)):
        add_json_option(action)
        action.set_defaults(run=runner)


def _run(args: argparse.Namespace) -> int:
    from palier.cli.application import open_application
    from palier.foundation.periods import parse_day

    asked_for = parse_day(args.on) if args.on else None
    open_application()
    from django.conf import settings

    from palier.cli.output import progress
    from palier.foundation import jobs
    from palier.foundation.clock import now, today
    from palier.retention.operations.purge import Asked, dry_run, purge

    operator, agent_id = _asked_by(args)
    asked = Asked(
        day=asked_for or today(),
        operator=operator,
        agent_id=agent_id,
        at=now(),
        documents=Path(settings.DOCUMENT_ROOT),
    )
    if args.dry_run:
        purged = dry_run(asked)
    else:
        with jobs.progress("retention", "Durées de conservation", progress) as shown:
            purged = purge(asked, today=today(), listener=lambda phase, done: shown.at(phase, done, 0))
    _tell(purged, _expired_months(operator, dry_run=args.dry_run), args)
    return 0


def _expired_months(operator: str, *, dry_run: bool) -> list[str]:
    """The months of the read journal that go whole (palier journal expire), by the duration that the DPO decided."""
    from palier.foundation.clock import now
    from palier.privacy.actor import batch
    from palier.privacy.declare import Batch
    from palier.privacy.journal.operations import let_months_go, months_to_expire
    from palier.retention.queries import rules_in_force

    with batch(Batch.RETENTION, operator=operator, motive="CONSERVATION", command="retention run", categories=()):
        kept_months = rules_in_force()["JOURNAL"].rule.months
    if dry_run:
        return months_to_expire(at=now(), kept_months=kept_months)
    return [each.month for each in let_months_go(operator=operator, at=now(), kept_months=kept_months)]


def _asked_by(args: argparse.Namespace) -> tuple[str, int | None]:
    """The operator's name for the journal, and the DPO for whom the command acts (None: the operator alone)."""
    from palier.agents.access import agent_for_command
    from palier.privacy.actor import batch
    from palier.privacy.declare import Batch, Role

    operator = getpass.getuser()
    if not args.agent:
        return operator, None
    with batch(Batch.RETENTION, operator=operator, motive="CONSERVATION", command="retention run", categories=()):
        agent = agent_for_command(args.agent)
    if agent.role is not Role.DPO:
        raise NotForTheAgent
    return f"{operator} pour {agent.name}", agent.agent_id


def _tell(purged: "Purged", journal_months: list[str], args: argparse.Namespace) -> None:
    from palier.retention.operations.certifying import number_of
    from palier.retention.rules.schedule import EndAction

    lines: list[Json] = [
        {
            "rule": each.step.rule,
            "table": each.step.name,
            "action": each.action.value,
            "rows": each.rows,
            "held": each.held,
        }
        for each in purged.ended
    ]
    figures: dict[str, Json] = {
        "day": purged.day.isoformat(),
        "dry_run": args.dry_run,
        "rows": purged.count(),
        "erased": purged.count(EndAction.ERASE),
        "anonymised": purged.count(EndAction.ANONYMISE),
        "archived": purged.count(EndAction.ARCHIVE),
        "held": purged.held,
        "leases_set_aside": purged.set_aside,
        "certificate": number_of(purged.certificate) if purged.certificate else None,
        "journal_months": list(journal_months),
        "lines": lines,
    }
    if not args.json:
        for each in purged.ended:
            if each.rows or each.held:
                held = f", {each.held} retenues" if each.held else ""
                print(f"{each.step.rule:<12} {each.step.label} : {each.rows}{held}")
    labels = {
        "day": "Jour",
        "erased": "Lignes à effacer" if args.dry_run else "Lignes effacées",
        "anonymised": "À rendre anonymes" if args.dry_run else "Rendues anonymes",
        "archived": "À verser aux archives" if args.dry_run else "Versées aux archives",
        "held": "Échues mais retenues",
        "leases_set_aside": "Baux à mettre en archive" if args.dry_run else "Baux mis en archive",
        "journal_months": "Mois du journal à effacer" if args.dry_run else "Mois du journal effacés",
        "certificate": "Certificat",
    }
    emit(figures, args, labels)


def _list(args: argparse.Namespace) -> int:
    from palier.cli.application import open_application

    open_application()
    from palier.foundation.periods import day_fr
    from palier.privacy.actor import batch
    from palier.privacy.declare import Batch
    from palier.retention.operations.certifying import number_of
    from palier.retention.queries import purges

    with batch(
        Batch.RETENTION, operator=getpass.getuser(), motive="CONSERVATION", command="retention list", categories=()
    ):
        found = purges()
    certificates: list[Json] = [
        {
            "certificate": number_of(each.number) if each.number else None,
            "day": each.day.isoformat(),
            "rows": each.row_count,
            "finished_at": each.finished_at.isoformat() if each.finished_at else None,
            "pdf_sha256": each.pdf_sha256,
        }
        for each in found
    ]
    if args.json:
        emit({"certificates": certificates}, args)
        return 0
    for each in found:
        name = number_of(each.number) if each.number else "non terminée"
        print(f"{name:<12} {day_fr(each.day)} : {each.row_count} lignes")
    return 0


def _certificate(args: argparse.Namespace) -> int:
    from palier.cli.application import open_application

    output = pdf_or_json(args.output)
    open_application()
    from django.conf import settings

    from palier.foundation.home import told_in_french
    from palier.mail.store import DocumentStore
    from palier.privacy.actor import batch
    from palier.privacy.declare import Batch
    from palier.retention.operations.certifying import number_of
    from palier.retention.queries import certificate

    with batch(
        Batch.RETENTION,
        operator=getpass.getuser(),
        motive="CONSERVATION",
        command="retention certificate",
        categories=(),
    ):
        found = certificate(args.number)
    if found is None:
        raise NoSuchCertificate(number=args.number)
    store = DocumentStore(Path(settings.DOCUMENT_ROOT))
    content = store.read(found.pdf_sha256) if output.suffix == ".pdf" else found.data
    with told_in_french(output):
        output.write_bytes(content)
    figures: dict[str, Json] = {
        "certificate": number_of(args.number),
        "day": found.day.isoformat(),
        "file": str(output),
        "bytes": len(content),
    }
    emit(figures, args, {"certificate": "Certificat", "day": "Jour", "file": "Fichier", "bytes": "Octets"})
    return 0
