"""`palier bank refund`: a refund that no page shows, a protected person's, prepared by one agent, signed by another.

Nobody is hidden from a command. It names nobody either: it takes the number of an account, and prints that of a refund.
"""

import argparse
import getpass
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from palier.cli.output import Json, add_json_option, emit
from palier.foundation.clock import day_of
from palier.foundation.errors import Refusal
from palier.foundation.periods import day_fr

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from palier.banking.models import Refund
    from palier.cli import Subparsers
    from palier.privacy.actor import Reading

_REASONS: Final = ("CREDIT", "DEPOSIT", "AID", "CHARGES")
_LABELS: Final = {"refund": "Remboursement", "amount": "Somme (€)", "state": "État"}
_STATES: Final = {"PREPARED": "à signer par une autre personne", "SIGNED": "signé", "DROPPED": "abandonné"}
_PREFIX: Final = "RMB-"
_MOST: Final = 1_000
_LONGEST: Final = 200


class RefundNumberMalformed(Refusal):
    """« {text} » n’est pas un numéro de remboursement : écrivez-le comme RMB-12."""


class AccountToCreditMalformed(Refusal):
    """Donnez deux lignes sur l’entrée standard : l’IBAN à créditer, puis son titulaire."""


def register_refunds(actions: "Subparsers") -> None:
    """Add `palier bank refund`."""
    parser = actions.add_parser(
        "refund",
        help="prépare, signe ou abandonne un remboursement qu’aucune page ne montre",
        description="Le remboursement d’une personne dont l’adresse est protégée ne paraît sur aucune page. Un agent "
        "le prépare ici par le numéro du compte, un autre le signe par le numéro du remboursement ; aucun nom n’est "
        "écrit. Il part ensuite dans le même fichier que les autres.",
    )
    verbs = parser.add_subparsers(title="actions", metavar="ACTION", required=True, dest="verb")
    preparing = verbs.add_parser("prepare", help="prépare un remboursement")
    preparing.add_argument("account", metavar="COMPTE", help="le numéro du compte, par exemple 4110000012")
    preparing.add_argument("--amount", required=True, metavar="SOMME", help="en euros, par exemple 45.00")
    preparing.add_argument("--reason", required=True, choices=_REASONS, type=str.upper, help="le motif")
    preparing.add_argument(
        "--other-account",
        action="store_true",
        help="crédite un autre compte que celui du mandat : IBAN et titulaire se lisent sur l’entrée standard",
    )
    signing = verbs.add_parser("sign", help="signe un remboursement préparé par un autre agent")
    dropping = verbs.add_parser("drop", help="abandonne un remboursement que personne n’a signé")
    listing = verbs.add_parser("list", help="les remboursements à signer, sans aucun nom")
    for verb in (signing, dropping):
        verb.add_argument("refund", metavar="NUMÉRO", help="par exemple RMB-12")
    for verb, run in ((preparing, prepare), (signing, sign), (dropping, drop), (listing, to_sign)):
        verb.add_argument("--as", dest="agent", required=True, metavar="AGENT", help="l’identifiant de qui agit")
        add_json_option(verb)
        verb.set_defaults(run=run)


def prepare(args: argparse.Namespace) -> int:
    """Write a refund down by the number of its account. Raises what `prepare_refund` refuses."""
    from palier.cli.application import open_application
    from palier.foundation.money import cents_from_text

    amount_cents = cents_from_text(args.amount)
    iban, holder = _account_to_credit() if args.other_account else ("", "")
    open_application()
    from palier.banking.operations.refunds import RefundAccountNotFound, Wanted, prepare_refund
    from palier.foundation.clock import now
    from palier.ledger.models import Account

    def act(reading: "Reading") -> "Refund":
        found = Account.objects.filter(code=args.account, kind="TENANT").values_list("id", flat=True).first()
        if found is None:
            raise RefundAccountNotFound
        wanted = Wanted(account_id=found, amount_cents=amount_cents, reason=args.reason, iban=iban, holder_name=holder)
        return prepare_refund(wanted=wanted, actor=reading.actor, at=now())

    return _done(args, "PREPARED", act)


def sign(args: argparse.Namespace) -> int:
    """Sign what another agent prepared. Raises what `sign_refund` refuses."""
    from palier.cli.application import open_application

    refund_id = _number(args.refund)
    open_application()
    from palier.banking.operations.refunds import sign_refund
    from palier.foundation.clock import now

    return _done(args, "SIGNED", lambda reading: sign_refund(refund_id=refund_id, actor=reading.actor, at=now()))


def drop(args: argparse.Namespace) -> int:
    """Give up what nobody signed. Raises what `drop_refund` refuses."""
    from palier.cli.application import open_application

    refund_id = _number(args.refund)
    open_application()
    from palier.banking.operations.refunds import drop_refund
    from palier.foundation.clock import now

    return _done(args, "DROPPED", lambda reading: drop_refund(refund_id=refund_id, actor=reading.actor, at=now()))


def to_sign(args: argparse.Namespace) -> int:
    """What waits for a signature: numbers and sums."""
    from palier.cli.application import open_application

    open_application()
    from palier.banking.queries.debits import refunds_to_sign
    from palier.foundation.money import text_from_cents

    with _reading(args):
        rows = refunds_to_sign(_MOST)
    waiting: list[Json] = [
        {
            "refund": f"{_PREFIX}{row.id}",
            "amount": text_from_cents(row.amount_cents),
            "prepared_at": row.prepared_at.isoformat(),
        }
        for row in rows
    ]
    if not args.json:
        for row in rows:
            print(f"{_PREFIX}{row.id:<8}{text_from_cents(row.amount_cents):>14}  {day_fr(day_of(row.prepared_at))}")
    emit({"to_sign": len(rows), "refunds": waiting}, args, {"to_sign": "À signer"})
    return 0


def _done(args: argparse.Namespace, state: str, act: "Callable[[Reading], Refund]") -> int:
    from palier.banking.queries.debits import people_of_refund
    from palier.foundation.money import text_from_cents

    with _reading(args) as reading:
        refund = act(reading)
        reading.saw(people_of_refund(refund.pk))
    figures: dict[str, Json] = {
        "refund": f"{_PREFIX}{refund.pk}",
        "amount": text_from_cents(refund.amount_cents),
        "state": state if args.json else _STATES[state],
    }
    emit(figures, args, _LABELS)
    return 0


def _reading(args: argparse.Namespace) -> "AbstractContextManager[Reading]":
    """The job family from which nobody is hidden, for an agent who may give money back. Raises FunctionMayNotDebit."""
    from palier.agents.access import agent_for_command
    from palier.banking.operations.debit_asking import require_debits
    from palier.privacy.actor import batch
    from palier.privacy.declare import Batch

    operator, command = getpass.getuser(), f"bank refund {args.verb}"
    with batch(Batch.RENT, operator=operator, motive="PRELEVEMENTS", command=command, categories=()):
        agent = agent_for_command(args.agent)
    require_debits(agent.role)
    return batch(
        Batch.RENT, operator=operator, motive="PRELEVEMENTS", command=command, agent_id=agent.agent_id,
        categories=("COMPTE",),
    )  # fmt: skip


def _number(text: str) -> int:
    digits = text.upper().removeprefix(_PREFIX)
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 18):
        raise RefundNumberMalformed(text=text[:40])
    return int(digits)


def _account_to_credit() -> tuple[str, str]:
    """Typed or piped in: an IBAN on the command line would stay in the history of the shell."""
    lines = [sys.stdin.readline(_LONGEST).strip() for _ in range(2)]
    if not all(lines):
        raise AccountToCreditMalformed
    return lines[0], lines[1]
