"""`palier payslips register | layout | import | status | review | release | undo`: the payroll's batches, by hand."""

import argparse
import getpass
import time
from pathlib import Path
from typing import TYPE_CHECKING

from palier.cli import Subparsers
from palier.cli.imports import add_import_options, conclude, require_writable
from palier.cli.output import Json, add_json_option, emit, progress
from palier.foundation.errors import Refusal

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from palier.agents.access import AgentForCommand
    from palier.mail.store import DocumentStore
    from palier.payroll.models import PayBatch
    from palier.privacy.actor import Reading

_LABELS = {
    "batch": "Lot n°",
    "month": "Mois",
    "state": "État",
    "pages": "Pages",
    "payslips": "Bulletins rattachés",
    "own_space": "dont dans l’espace du salarié",
    "paper": "dont sur papier",
    "quarantined": "En quarantaine",
    "net": "Total des nets lus (€)",
    "told_net": "Total annoncé (€)",
    "agrees": "Les totaux concordent",
}
_STATES = {"READ": "read", "REVIEWED": "reviewed", "RELEASED": "released", "UNDONE": "undone"}


class NobodyFromThePayroll(Refusal):
    """Seul un agent de la paie fait cela en son nom : donnez son identifiant à --as."""


class PayFileAbsent(Refusal):
    """Le fichier « {name} » n’existe pas ou ne se lit pas : vérifiez son chemin et ses droits."""


def register(subparsers: Subparsers) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("payslips", help="prend, diffuse ou annule les bulletins de paie")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True, dest="action")
    employees = actions.add_parser("register", help="importe le registre des salariés, par matricule")
    add_import_options(employees)
    employees.set_defaults(run=_register)
    layout = actions.add_parser("layout", help="déclare les mots qui précèdent le matricule, le net et les totaux")
    for name, told in (
        ("number", "avant le matricule"),
        ("net", "avant le net à payer"),
        ("totals", "titre de la page de totaux"),
        ("count", "avant le nombre de bulletins"),
        ("sum", "avant le total des nets"),
    ):
        layout.add_argument(f"--{name}", required=name in ("number", "net"), default="", help=f"les mots {told}")
    layout.set_defaults(run=_layout)
    taken = actions.add_parser("import", help="prend le PDF d’un mois : tout, ou rien")
    taken.add_argument("file", metavar="FICHIER", help="le PDF du logiciel de paie")
    taken.add_argument("--month", required=True, help="le mois payé, par exemple 2026-11")
    taken.add_argument("--issued", default="", help="le jour d’émission, par exemple 2026-11-30 ; sinon aujourd’hui")
    taken.set_defaults(run=_import)
    for action, told, run in (
        ("status", "dit où en est un lot", _status),
        ("review", "vise la relecture d’un lot", _review),
        ("release", "diffuse un lot relu par une autre personne", _release),
        ("undo", "annule entièrement un lot pas encore diffusé", _undo),
    ):
        one = actions.add_parser(action, help=told)
        one.add_argument("batch", type=int, metavar="LOT", help="le numéro du lot")
        one.set_defaults(run=run)
    for made in actions.choices.values():
        if made is not employees:
            add_json_option(made)
        made.add_argument("--as", dest="agent", metavar="AGENT", default="", help="l’identifiant de l’agent de la paie")


def _working(args: argparse.Namespace, agent: "AgentForCommand | None") -> "AbstractContextManager[Reading]":
    from palier.privacy.actor import batch
    from palier.privacy.declare import Batch

    operator = getpass.getuser()
    named = operator if agent is None else f"{operator} pour {agent.name}"
    return batch(
        Batch.PAYROLL,
        operator=named,
        motive="PAIE",
        command=f"payslips {args.action}",
        agent_id=None if agent is None else agent.agent_id,
    )


def _agent(args: argparse.Namespace) -> "AgentForCommand | None":
    """The agent for whom the command acts; None: the operator alone. Raises NobodyFromThePayroll."""
    from palier.agents.access import agent_for_command
    from palier.cli.application import open_application
    from palier.privacy.actor import batch
    from palier.privacy.declare import Batch, Role

    open_application()
    if not args.agent:
        return None
    operator = getpass.getuser()
    with batch(Batch.PAYROLL, operator=operator, motive="PAIE", command=f"payslips {args.action}", categories=()):
        agent = agent_for_command(args.agent)
    if agent.role is not Role.PAYROLL:
        raise NobodyFromThePayroll
    return agent


def _register(args: argparse.Namespace) -> int:
    from palier.foundation.tabular.reading import open_table

    require_writable(args)
    table = open_table(Path(args.file), sheet=args.sheet)
    agent = _agent(args)
    from django.db import transaction

    from palier.payroll.operations.register import import_register

    with _working(args, agent):
        outcome = import_register(table)
        if args.dry_run:
            transaction.set_rollback(True)
    labels = {"read": "Lus", "created": "Nouveaux", "updated": "Modifiés", "unchanged": "Sans changement",
              "refused": "Refusés"}  # fmt: skip
    return conclude(outcome, args, added={}, labels=labels)


def _layout(args: argparse.Namespace) -> int:
    agent = _agent(args)
    from palier.foundation.clock import now
    from palier.payroll.operations.layouts import declare_layout
    from palier.payroll.rules.splitting import Layout
    from palier.privacy.actor import BY_COMMAND

    layout = Layout(
        number_label=args.number,
        net_label=args.net,
        totals_label=args.totals,
        count_label=args.count,
        sum_label=args.sum,
    )
    with _working(args, agent):
        row = declare_layout(layout, by=agent.agent_id if agent else BY_COMMAND, at=now())
    emit({"layout": row.pk}, args, {"layout": "Mise en page n°"})
    return 0


def _import(args: argparse.Namespace) -> int:
    from palier.foundation.periods import Month, parse_day

    month = Month.parse(args.month)
    issued = parse_day(args.issued) if args.issued else None
    path = Path(args.file)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise PayFileAbsent(name=path.name) from error
    agent = _agent(args)
    from palier.foundation.clock import now, today
    from palier.payroll.operations.batches import GivenBatch, import_batch
    from palier.privacy.actor import BY_COMMAND

    started = time.perf_counter()
    given = GivenBatch(content=content, name=path.name, month=month, issued_on=issued or today())
    with _working(args, agent):
        batch = import_batch(
            given, store=_store(), by=agent.agent_id if agent else BY_COMMAND, at=now(), listener=progress
        )
        figures = _figures(batch)
    figures["seconds"] = round(time.perf_counter() - started, 2)
    emit(figures, args, _LABELS | {"seconds": "Secondes"})
    return 0


def _status(args: argparse.Namespace) -> int:
    agent = _agent(args)
    from palier.payroll.access import batch_in_scope

    with _working(args, agent):
        figures = _figures(batch_in_scope(args.batch))
    emit(figures, args, _LABELS)
    return 0


def _review(args: argparse.Namespace) -> int:
    agent = _named(args)
    from palier.foundation.clock import now
    from palier.payroll.operations.batches import review_batch

    with _working(args, agent):
        figures = _figures(review_batch(batch_id=args.batch, by=agent.agent_id, at=now()))
    emit(figures, args, _LABELS)
    return 0


def _release(args: argparse.Namespace) -> int:
    agent = _named(args)
    from palier.foundation.clock import now
    from palier.payroll.operations.batches import release_batch

    with _working(args, agent):
        figures = _figures(release_batch(batch_id=args.batch, by=agent.agent_id, at=now()))
    emit(figures, args, _LABELS)
    return 0


def _undo(args: argparse.Namespace) -> int:
    agent = _agent(args)
    from palier.foundation.clock import now
    from palier.payroll.operations.batches import undo_batch
    from palier.privacy.actor import BY_COMMAND

    with _working(args, agent):
        by = agent.agent_id if agent else BY_COMMAND
        figures = _figures(undo_batch(batch_id=args.batch, by=by, at=now()))
    emit(figures, args, _LABELS)
    return 0


def _named(args: argparse.Namespace) -> "AgentForCommand":
    """The agent who signs. Raises NobodyFromThePayroll."""
    agent = _agent(args)
    if agent is None:
        raise NobodyFromThePayroll
    return agent


def _store() -> "DocumentStore":
    from django.conf import settings

    from palier.mail.store import DocumentStore

    return DocumentStore(Path(settings.DOCUMENT_ROOT))


def _figures(batch: "PayBatch") -> dict[str, Json]:
    from palier.foundation.money import text_from_cents
    from palier.foundation.periods import Month
    from palier.payroll.queries import counts_of

    counts = counts_of(batch.pk)
    return {
        "batch": batch.pk,
        "month": str(Month.of(batch.month)),
        "state": _STATES[batch.state],
        "pages": batch.pages,
        "payslips": counts.own_space + counts.paper,
        "own_space": counts.own_space,
        "paper": counts.paper,
        "quarantined": counts.waiting,
        "net": text_from_cents(batch.found_net_cents),
        "told_net": None if batch.told_net_cents is None else text_from_cents(batch.told_net_cents),
        "agrees": batch.agrees,
    }
