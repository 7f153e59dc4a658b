"""`palier rent run | review | seal | notices | receipts | print`: the month, by hand."""

import argparse
import getpass
import sys
import time
from contextlib import nullcontext
from functools import partial
from typing import TYPE_CHECKING

from palier.cli import Subparsers
from palier.cli.output import Json, add_json_option, emit, new_folder, progress
from palier.foundation.errors import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from palier.privacy.declare import Role
    from palier.quittancement.models import Run


class _Undone(Exception):
    """Ends the transaction of a dry run: what it wrote goes with it."""


class NothingToPrint(Refusal):
    """Aucun papier n’attend d’être posté : ils ne sont pas encore faits, déjà sortis, ou lus en ligne. Un lot déjà
    sorti se ressort avec --lot suivi de son numéro."""


class NobodySigns(Refusal):
    """Dites qui signe : ajoutez --as suivi de l’identifiant de l’agent. Deux personnes différentes relisent et
    scellent."""


def register(subparsers: Subparsers) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("rent", help="calcule, scelle et édite le mois")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True, dest="action")
    run = actions.add_parser("run", help="calcule le mois : des ébauches, remplacées à chaque calcul")
    run.add_argument(
        "--kind", choices=("MONTHLY", "COMPLEMENT"), default="MONTHLY", type=str.upper, help="mensuel ou complémentaire"
    )
    run.add_argument("--scope", default="ALL", help="ALL, AGENCY:numéro ou RESIDENCE:numéro")
    run.add_argument("--dry-run", action="store_true", help="calcule et compte, sans rien écrire")
    review = actions.add_parser("review", help="vise la relecture du mois")
    seal = actions.add_parser("seal", help="écrit le mois relu au grand livre, une fois pour toutes")
    notices = actions.add_parser("notices", help="fige les avis du mois scellé et fabrique leurs PDF")
    receipts = actions.add_parser(
        "receipts", help="fait les quittances et les reçus de ce qui a été payé ; relancé, ne fait rien de plus"
    )
    post = actions.add_parser(
        "print", help="met en lots les avis, quittances et reçus à poster, et sort chaque lot avec son manifeste"
    )
    post.add_argument("--output", required=True, help="un dossier neuf")
    post.add_argument("--lot", default="", help="ressort ce seul lot, par exemple LOT-2026-000001")
    post.add_argument("--month", default="", help="les papiers de ce seul mois ; sans lui, tous ceux qui attendent")
    receipts.add_argument("--month", default="", help="le mois d’occupation ; sans lui, tous les mois scellés")
    for action in (run, review, seal, notices):
        action.add_argument("--month", required=True, help="le mois d’occupation, par exemple 2026-11")
    for action, run_action in (
        (run, _run), (review, _review), (seal, _seal), (notices, _notices), (receipts, _receipts), (post, _print),
    ):  # fmt: skip
        action.add_argument(
            "--as", dest="agent", metavar="AGENT", default="", help="l’identifiant de l’agent pour qui l’on agit"
        )
        add_json_option(action)
        action.set_defaults(run=run_action)
    for action in (review, seal):
        action.add_argument("--scope", default="ALL", help="le périmètre du quittancement, ALL sans précision")


def _asked_by(args: argparse.Namespace, allowed: "tuple[Role, ...]") -> "tuple[str, int | None]":
    """The operator's name for the journal, and the agent for whom the command acts (None: the operator alone)."""
    from palier.agents.access import agent_for_command
    from palier.privacy.actor import batch
    from palier.privacy.declare import Batch
    from palier.quittancement.access import require_function

    operator = getpass.getuser()
    if not args.agent:
        return operator, None
    with batch(Batch.RENT, operator=operator, motive="MOIS", command=f"rent {args.action}", categories=()):
        agent = agent_for_command(args.agent)
    require_function(agent.role, allowed)
    return f"{operator} pour {agent.name}", agent.agent_id


def _run(args: argparse.Namespace) -> int:
    from palier.cli.application import open_application
    from palier.foundation.periods import Month

    month = Month.parse(args.month)
    open_application()
    from palier.foundation import jobs
    from palier.foundation.clock import now
    from palier.foundation.money import text_from_cents
    from palier.privacy.actor import BY_COMMAND, batch
    from palier.privacy.declare import Batch
    from palier.quittancement.access import MAY_COMPUTE
    from palier.quittancement.operations.compute import compute_run

    operator, agent_id = _asked_by(args, MAY_COMPUTE)
    by = BY_COMMAND if agent_id is None else agent_id
    started = time.perf_counter()
    follow = nullcontext(None) if args.dry_run else jobs.progress(f"month:{month}", f"Calcul {month.of_fr()}", progress)
    by_rent = partial(batch, Batch.RENT, operator=operator, motive="MOIS", command="rent run", agent_id=agent_id)
    try:
        with follow as shown, by_rent():
            run = compute_run(month=month, kind=args.kind, scope=args.scope, by=by, at=now(), progress=shown)
            if args.dry_run:
                raise _Undone
    except _Undone:
        # Nothing of the trial stays in the database, but that everyone's file was read: the journal says it.
        with by_rent():
            pass
    figures: dict[str, Json] = {
        "month": str(month),
        "kind": run.kind,
        "scope": run.scope,
        "leases": run.lease_count,
        "lines": run.line_count,
        "total": text_from_cents(run.total_cents),
        "set_aside": run.set_aside_count,
        "dry_run": args.dry_run,
        "seconds": round(time.perf_counter() - started, 2),
    }
    labels = {
        "month": "Mois",
        "leases": "Baux calculés",
        "lines": "Lignes",
        "total": "Total appelé (€)",
        "set_aside": "Mis de côté",
        "dry_run": "Essai, rien d’écrit",
        "seconds": "Secondes",
    }
    emit(figures, args, labels)
    return 0


def _review(args: argparse.Namespace) -> int:
    from palier.cli.application import open_application

    open_application()
    from palier.quittancement.access import MAY_REVIEW
    from palier.quittancement.operations.review import review_run

    return _sign(args, MAY_REVIEW, review_run)


def _seal(args: argparse.Namespace) -> int:
    from palier.cli.application import open_application

    open_application()
    from palier.quittancement.access import MAY_SEAL
    from palier.quittancement.operations.seal import seal_run

    return _sign(args, MAY_SEAL, seal_run)


def _sign(args: argparse.Namespace, allowed: "tuple[Role, ...]", sign: "Callable[..., Run]") -> int:
    """Review or seal: find the run of the month, sign it in the agent's name, say what it became."""
    from palier.foundation.clock import now
    from palier.foundation.money import text_from_cents
    from palier.foundation.periods import Month
    from palier.privacy.actor import batch
    from palier.privacy.declare import Batch
    from palier.quittancement.operations.runs import open_run_of

    month = Month.parse(args.month)
    if not args.agent:
        raise NobodySigns
    operator, agent_id = _asked_by(args, allowed)
    started = time.perf_counter()
    with batch(
        Batch.RENT, operator=operator, motive="MOIS", command=f"rent {args.action}", agent_id=agent_id
    ) as reading:
        run = sign(run_id=open_run_of(month, args.scope), actor=reading.actor, at=now())
    figures: dict[str, Json] = {
        "month": str(month),
        "state": run.state if args.json else run.get_state_display(),
        "leases": run.lease_count,
        "total": text_from_cents(run.total_cents),
        "first_number": run.first_number,
        "seconds": round(time.perf_counter() - started, 2),
    }
    labels = {"month": "Mois", "state": "État", "leases": "Baux", "total": "Total (€)", "seconds": "Secondes"}
    emit(figures, args, labels)
    return 0


def _notices(args: argparse.Namespace) -> int:
    from palier.cli.application import open_application
    from palier.foundation.periods import Month

    month = Month.parse(args.month)
    open_application()
    from palier.foundation import jobs
    from palier.quittancement.access import MAY_ISSUE
    from palier.quittancement.operations.issuing import issue_notices

    operator, agent_id = _asked_by(args, MAY_ISSUE)
    started = time.perf_counter()
    with jobs.progress(f"notices:{month}", f"Avis {month.of_fr()}", progress) as shown:
        issued = issue_notices(month=month, operator=operator, agent_id=agent_id, progress=shown)
    figures: dict[str, Json] = {
        "month": str(month),
        "notices": issued.notices,
        "refused": issued.refused,
        "seconds": round(time.perf_counter() - started, 2),
    }
    labels = {"month": "Mois", "notices": "Avis en PDF", "refused": "Avis non faits", "seconds": "Secondes"}
    emit(figures, args, labels)
    return 0


def _receipts(args: argparse.Namespace) -> int:
    from palier.cli.application import open_application
    from palier.foundation.periods import Month

    month = Month.parse(args.month) if args.month else None
    open_application()
    from palier.foundation import jobs
    from palier.quittancement.access import MAY_ISSUE
    from palier.quittancement.operations.issuing import issue_receipts

    operator, agent_id = _asked_by(args, MAY_ISSUE)
    started = time.perf_counter()
    told = "de tous les mois" if month is None else month.of_fr()
    with jobs.progress(f"receipts:{month or 'ALL'}", f"Quittances et reçus {told}", progress) as shown:
        handed = issue_receipts(month=month, operator=operator, agent_id=agent_id, progress=shown)
    for reason in handed.refused:
        print(reason, file=sys.stderr)
    figures: dict[str, Json] = {
        "month": str(month) if month is not None else None,
        "quittances": handed.quittances,
        "receipts": handed.receipts,
        "withdrawals": handed.withdrawals,
        "refused": len(handed.refused),
        "seconds": round(time.perf_counter() - started, 2),
    }
    labels = {
        "quittances": "Quittances",
        "receipts": "Reçus",
        "withdrawals": "Retraits",
        "refused": "Non faits",
        "seconds": "Secondes",
    }
    emit(figures, args, labels)
    return 0


_PRINTED = {
    "made": "Lots faits",
    "papers": "Papiers à poster",
    "envelopes": "Enveloppes",
    "sheets": "Feuilles",
    "over": "Qui ne valent plus",
    "failed": "Lots non sortis",
}


def _print(args: argparse.Namespace) -> int:
    from palier.cli.application import open_application
    from palier.foundation.periods import Month

    month = Month.parse(args.month) if args.month else None
    open_application()
    from palier.dispatch.operations.lots import make_print_lots
    from palier.dispatch.operations.taking_out import take_out_all, write_lot
    from palier.foundation.clock import now
    from palier.privacy.actor import BY_COMMAND
    from palier.quittancement.access import MAY_ISSUE

    operator, agent_id = _asked_by(args, MAY_ISSUE)
    by = BY_COMMAND if agent_id is None else agent_id
    folder = new_folder(args.output)
    made: list[str] = []
    if args.lot:
        taken = write_lot(folder, args.lot, by=by, operator=operator, agent_id=agent_id, at=now())
    else:
        made = make_print_lots(by=by, operator=operator, agent_id=agent_id, at=now(), month=month)
        # Those that an interrupted command made and did not take out leave with the new ones.
        taken = take_out_all(folder, by=by, operator=operator, agent_id=agent_id, at=now(), listener=progress)
    if not taken.lots and not taken.faults:
        raise NothingToPrint
    for number, fault in taken.faults.items():
        print(f"{number} : {fault}", file=sys.stderr)
    figures: dict[str, Json] = {
        "lots": list(taken.lots),
        "made": len(made),
        "papers": taken.papers,
        "envelopes": taken.envelopes,
        "sheets": taken.sheets,
        "over": taken.over,
        "failed": list(taken.faults) if args.json else len(taken.faults),
    }
    emit(figures, args, _PRINTED)
    return 1 if taken.faults else 0
