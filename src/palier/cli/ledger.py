"""`palier ledger balance | general | fec | check | close`: the books, out of Palier."""

import argparse
import getpass
import sys
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from palier.cli import Subparsers
from palier.cli.output import Json, add_json_option, emit
from palier.foundation.errors import Refusal
from palier.foundation.money import grouped

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from palier.agents.access import AgentForCommand
    from palier.closing.queries import ClosingList, Reconciled
    from palier.privacy.actor import Reading

# Of the lines of one account, at once.
_MOST_LINES: Final = 200_000


class PeriodNotSaid(Refusal):
    """Dites de quels jours : --month 2026-11, ou --from et --to avec deux dates."""


class NobodyActs(Refusal):
    """Dites qui agit : ajoutez --as suivi de l’identifiant d’un agent du siège ou d’un comptable."""


class AccountCodeUnknown(Refusal):
    """Le compte {code} n’existe pas au grand livre."""


class WaiverMalformed(Refusal):
    """« {text} » ne se lit pas : écrivez le point et son motif, par exemple BACKUP=DONE_ELSEWHERE."""


def register(subparsers: Subparsers) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("ledger", help="sort la comptabilité, la vérifie et clôt les mois")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True, dest="action")
    balance = actions.add_parser("balance", help="balance générale, ou auxiliaire, entre deux jours")
    balance.add_argument("--auxiliary", action="store_true", help="un compte de locataire par ligne")
    general = actions.add_parser("general", help="grand livre d’un compte entre deux jours")
    general.add_argument("--account", required=True, metavar="CODE", help="le code du compte, par exemple BNQ-COURANT")
    fec = actions.add_parser("fec", help="fichier des écritures, les dix-huit colonnes de l’article A47 A-1 du LPF")
    fec.add_argument("--output", required=True, metavar="FICHIER", help="le fichier à écrire")
    fec.add_argument("--separator", choices=("tab", "bar"), default="tab", help="tabulation, ou barre verticale")
    check = actions.add_parser("check", help="équilibre, numéros sans trou, banque rapprochée au centime")
    check.add_argument("--statement", metavar="RELEVE", default="", help="lit les soldes d’un relevé de la banque")
    check.add_argument("--on", default="", help="le jour du rapprochement, aujourd’hui sans précision")
    close = actions.add_parser("close", help="dit ce qui manque au mois, ou le clôt : deux agents signent")
    close.add_argument("--month", required=True, help="le mois, par exemple 2026-11")
    close.add_argument("--list", action="store_true", dest="only_list", help="dit ce qui manque, sans rien demander")
    close.add_argument("--waive", action="append", default=[], metavar="POINT=MOTIF", help="écarte un point manquant")
    for action in (balance, general, fec):
        action.add_argument("--month", default="", help="un mois, par exemple 2026-11")
        action.add_argument("--from", dest="first", default="", metavar="JOUR", help="premier jour compris")
        action.add_argument("--to", dest="last", default="", metavar="JOUR", help="dernier jour compris")
    for action in (check, close):
        action.add_argument("--as", dest="agent", metavar="AGENT", default="", help="l’identifiant de l’agent")
    runs = ((balance, _balance), (general, _general), (fec, _fec), (check, _check), (close, _close))
    for action, run in runs:
        add_json_option(action)
        action.set_defaults(run=run)


def _days(args: argparse.Namespace) -> "tuple[date, date]":
    from palier.foundation.periods import Month, parse_day

    if args.month:
        month = Month.parse(args.month)
        return month.first_day, month.last_day
    if not (args.first and args.last):
        raise PeriodNotSaid
    return parse_day(args.first), parse_day(args.last)


def _reading(action: str, *, agent_id: int | None = None) -> "AbstractContextManager[Reading]":
    from palier.privacy.actor import batch
    from palier.privacy.declare import Batch

    return batch(
        Batch.RENT,
        operator=getpass.getuser(),
        motive="CONTROLE",
        command=f"ledger {action}",
        agent_id=agent_id,
        categories=("COMPTE",),
    )


def _agent(args: argparse.Namespace) -> "AgentForCommand":
    from palier.agents.access import agent_for_command
    from palier.privacy.actor import batch
    from palier.privacy.declare import Batch
    from palier.quittancement.access import MAY_SEAL, require_function

    if not args.agent:
        raise NobodyActs
    operator = getpass.getuser()
    with batch(Batch.RENT, operator=operator, motive="CONTROLE", command=f"ledger {args.action}", categories=()):
        agent = agent_for_command(args.agent)
    require_function(agent.role, MAY_SEAL)
    return agent


def _balance(args: argparse.Namespace) -> int:
    from palier.cli.application import open_application

    first_day, last_day = _days(args)
    open_application()
    from palier.foundation.money import text_from_cents
    from palier.ledger.books import auxiliary_balance, numbers_of_accounts, trial_balance

    with _reading("balance"):
        numbers = numbers_of_accounts()
        if args.auxiliary:
            tenants = auxiliary_balance(first_day=first_day, last_day=last_day)
            rows = [
                (each.code, "", each.opening_cents, each.debit_cents, each.credit_cents, each.closing_cents)
                for each in tenants
            ]
        else:
            rows = [
                (
                    each.code,
                    numbers.get(each.code, ""),
                    each.opening_cents,
                    each.debit_cents,
                    each.credit_cents,
                    each.closing_cents,
                )
                for each in trial_balance(first_day=first_day, last_day=last_day)
            ]
    names = ("code", "number", "opening", "debit", "credit", "closing")
    accounts: list[Json] = [
        dict(zip(names, (*row[:2], *(text_from_cents(cents) for cents in row[2:])), strict=True)) for row in rows
    ]
    figures: dict[str, Json] = {
        "first_day": first_day.isoformat(),
        "last_day": last_day.isoformat(),
        "accounts": accounts,
        "debit": text_from_cents(sum(row[3] for row in rows)),
        "credit": text_from_cents(sum(row[4] for row in rows)),
        "closing": text_from_cents(sum(row[5] for row in rows)),
    }
    if not args.json:
        for code, number, opening, debit, credit, closing in rows:
            amounts = "".join(f"{text_from_cents(cents):>16}" for cents in (opening, debit, credit, closing))
            print(f"{number or '—':<8}{code:<20}{amounts}")
    emit(figures, args, {"debit": "Débits (€)", "credit": "Crédits (€)", "closing": "Solde de tout (€)"})
    return 0


def _general(args: argparse.Namespace) -> int:
    from palier.cli.application import open_application

    first_day, last_day = _days(args)
    open_application()
    from palier.foundation.money import text_from_cents
    from palier.ledger.books import general_ledger, opening_of
    from palier.ledger.models import Account

    with _reading("general"):
        account_id = Account.objects.filter(code=args.account).values_list("id", flat=True).first()
        if account_id is None:
            raise AccountCodeUnknown(code=args.account[:20])
        opening = opening_of(account_id, on=first_day)
        lines = general_ledger(account_id, first_day=first_day, last_day=last_day, limit=_MOST_LINES)
        is_cut = len(lines) == _MOST_LINES
        closing = lines[-1].balance_cents if lines else opening
        if is_cut:
            closing = opening_of(account_id, on=last_day + timedelta(days=1))
    told: list[Json] = [
        {
            "journal": line.journal,
            "number": line.number,
            "booked_on": line.booked_on.isoformat(),
            "label": line.label,
            "amount": text_from_cents(line.amount_cents),
            "balance": text_from_cents(line.balance_cents),
        }
        for line in lines
    ]
    figures: dict[str, Json] = {
        "account": args.account,
        "opening": text_from_cents(opening),
        "lines": told,
        "closing": text_from_cents(closing),
    }
    if is_cut:
        told_cut = f"Seules les {grouped(_MOST_LINES)} premières lignes sont données : demandez moins de jours."
        print(told_cut, file=sys.stderr)
    if not args.json:
        for line in lines:
            amounts = f"{text_from_cents(line.amount_cents):>14}{text_from_cents(line.balance_cents):>16}"
            print(f"{line.booked_on:%d/%m/%Y}  {line.journal}-{line.number:<10}{amounts}  {line.label}")
    emit(figures, args, {"account": "Compte", "opening": "Report (€)", "closing": "Solde (€)"})
    return 0


def _fec(args: argparse.Namespace) -> int:
    from pathlib import Path

    from palier.cli.application import open_application

    first_day, last_day = _days(args)
    open_application()
    from palier.foundation.money import text_from_cents
    from palier.ledger.fec import Separator, write_fec

    with _reading("fec") as reading:
        reading.handed_over()
        written = write_fec(
            Path(args.output),
            first_day=first_day,
            last_day=last_day,
            separator=Separator.TAB if args.separator == "tab" else Separator.BAR,
        )
    figures: dict[str, Json] = {
        "file": args.output,
        "entries": written.entries,
        "lines": written.lines,
        "debit": text_from_cents(written.debit_cents),
        "credit": text_from_cents(written.credit_cents),
    }
    labels = {"entries": "Écritures", "lines": "Lignes", "debit": "Débits (€)", "credit": "Crédits (€)"}
    emit(figures, args, labels)
    return 0


def _check(args: argparse.Namespace) -> int:
    from pathlib import Path

    from palier.cli.application import open_application
    from palier.foundation.periods import parse_day

    wanted = parse_day(args.on) if args.on else None
    open_application()
    from palier.closing.operations.stating import state_from_file
    from palier.closing.queries import reconciled
    from palier.foundation.clock import now, today
    from palier.foundation.money import text_from_cents
    from palier.ledger.books import checked_books

    if args.statement:
        agent = _agent(args)
        with _reading("check", agent_id=agent.agent_id) as reading:
            state_from_file(path=Path(args.statement), actor=reading.actor, at=now())
    with _reading("check"):
        books, accounts = checked_books(), reconciled(on=wanted or today())
    banks: list[Json] = [
        {
            "account": f"…{each.iban_last4}",
            "on": each.on.isoformat(),
            "books": text_from_cents(each.books_cents),
            "stated": None if each.stated_cents is None else text_from_cents(each.stated_cents),
            "difference": None if each.difference_cents is None else text_from_cents(each.difference_cents),
        }
        for each in accounts
    ]
    differing = sum(each.difference_cents not in (0, None) for each in accounts)
    figures: dict[str, Json] = {
        "entries": books.entries,
        "postings": books.postings,
        "total": text_from_cents(books.total_cents),
        "unbalanced": books.unbalanced,
        "holes": books.holes,
        "banks": banks,
        "holds": books.holds and not differing,
    }
    labels = {
        "entries": "Écritures",
        "postings": "Imputations",
        "total": "Somme de tout (€)",
        "unbalanced": "Écritures déséquilibrées",
        "holes": "Trous dans les numéros",
        "banks": "Banque",
        "holds": "Tout est juste",
    }
    emit(figures if args.json else {**figures, "banks": _banks_told(accounts)}, args, labels)
    return 0 if figures["holds"] else 1


def _banks_told(accounts: "Sequence[Reconciled]") -> str:
    """Each bank account in a sentence: what its statement says, what the books say, what is between them."""
    from palier.foundation.money import euros_fr
    from palier.foundation.periods import day_fr

    told = []
    for each in accounts:
        name, books = f"compte …{each.iban_last4}", euros_fr(each.books_cents)
        if each.stated_cents is None or each.difference_cents is None:
            told.append(f"{name} : aucun relevé au {day_fr(each.on)}, {books} au grand livre")
            continue
        apart = f"écart de {euros_fr(each.difference_cents)}" if each.difference_cents else "aucun écart"
        stated = euros_fr(each.stated_cents)
        told.append(f"{name} au {day_fr(each.on)} : {stated} au relevé, {books} au grand livre, {apart}")
    return " ; ".join(told) or "aucun compte"


def _close(args: argparse.Namespace) -> int:
    from palier.cli.application import open_application
    from palier.foundation.periods import Month

    month = Month.parse(args.month)
    open_application()
    from palier.closing.operations.close import close_month, waive_item
    from palier.closing.queries import closing_list
    from palier.foundation.clock import now

    state, signed = "OPEN", False
    if not args.only_list:
        agent = _agent(args)
        with _reading("close", agent_id=agent.agent_id) as reading:
            for text in args.waive:
                item, equals, reason = text.partition("=")
                if not equals:
                    raise WaiverMalformed(text=text[:40])
                waive_item(month=month, item=item, reason=reason, actor=reading.actor, at=now())
            outcome = close_month(month=month, reason="MONTH_END", actor=reading.actor, at=now())
        state, signed = outcome.state, outcome.is_signed
    with _reading("close"):
        found = closing_list(month)
    _tell_list(found, args, state=state, signed=signed)
    return 0 if not (args.only_list and found.missing) else 1


def _tell_list(found: "ClosingList", args: argparse.Namespace, *, state: str, signed: bool) -> None:
    items: list[Json] = [
        {"code": item.code, "label": item.label, "state": item.state.value, "detail": item.detail}
        for item in found.items
    ]
    if not args.json:
        words = {"DONE": "fait", "MISSING": "manque", "WAIVED": "écarté"}
        for item in found.items:
            print(f"{words[item.state]:<8}{item.code:<12}{item.label} : {item.detail}")
    figures: dict[str, Json] = {
        "month": str(found.month),
        "state": state,
        "signed": signed,
        "missing": len(found.missing),
        "items": items,
    }
    emit(figures, args, {"month": "Mois", "missing": "Points manquants", "signed": "Clos par deux personnes"})
