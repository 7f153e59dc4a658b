"""`palier account list | invite | reset | close | open`: the accounts that sign in, seen to by a named operator."""

import argparse
from typing import TYPE_CHECKING

from palier.cli import Subparsers
from palier.cli.output import Json, add_json_option, emit

if TYPE_CHECKING:
    from collections.abc import Callable

    from palier.web.operator_accounts import LinkGiven, Operator


def register(subparsers: Subparsers) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("account", help="liste, invite, réinitialise, ferme et rouvre les comptes")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True, dest="action")

    def action(name: str, summary: str, run: "Callable[[argparse.Namespace], int]") -> argparse.ArgumentParser:
        made = actions.add_parser(name, help=summary)
        if name != "list":
            made.add_argument("identifier", metavar="IDENTIFIANT", help="l’identifiant exact du compte")
        made.add_argument("--as", dest="operator", required=True, metavar="NOM", help="qui lance la commande")
        made.add_argument("--motive", default="CONNEXION", metavar="MOTIF", help="CONNEXION sans précision")
        add_json_option(made)
        made.set_defaults(run=run)
        return made

    listing = action("list", "liste les comptes des agents", _list)
    listing.add_argument("--tenants", action="store_true", help="avec ceux des locataires : chacun verra cette lecture")
    inviting = action("invite", "donne un lien pour choisir un mot de passe, une fois, pendant un jour", _invite)
    resetting = action("reset", "retire le second facteur et donne un lien pour en choisir un autre", _reset)
    for giving in (inviting, resetting):
        giving.add_argument("--address", default="", metavar="ADRESSE", help="où les sites répondent, sans chemin")
    action("close", "ferme un compte et ses sessions", _close)
    action("open", "rouvre un compte", _open)


def _operator(args: argparse.Namespace) -> "Operator":
    from palier.cli.application import open_application

    open_application()
    from palier.web.operator_accounts import Operator

    return Operator(name=args.operator, motive=args.motive)


def _list(args: argparse.Namespace) -> int:
    by = _operator(args)
    from palier.foundation.clock import now
    from palier.privacy.declare import ROLE_LABELS, Role
    from palier.web.operator_accounts import accounts

    rows = accounts(by=by, with_tenants=args.tenants, at=now())
    if not args.json:
        for row in rows:
            whose = ROLE_LABELS[Role(row.role)] if row.role else f"Personne n°\u00a0{row.person_id}"
            state = "ouvert" if row.is_open else "fermé"
            left = ", parti" if row.has_left else ""
            print(f"{row.identifier}\t{whose}{left}\t{state}\t{row.factors}\t{row.sessions}")
        print(f"Comptes : {len(rows)} (identifiant, fonction, état, seconds facteurs, sessions ouvertes)")
        return 0
    listed: list[Json] = [
        {
            "identifier": row.identifier,
            "role": row.role or None,
            "person": row.person_id,
            "open": row.is_open,
            "left": row.has_left,
            "factors": row.factors,
            "sessions": row.sessions,
        }
        for row in rows
    ]
    emit({"count": len(rows), "accounts": listed}, args)
    return 0


def _invite(args: argparse.Namespace) -> int:
    by = _operator(args)
    from palier.foundation.clock import now
    from palier.web.operator_accounts import invite

    return _give(invite(args.identifier, by=by, at=now()), "choose_password", args)


def _reset(args: argparse.Namespace) -> int:
    by = _operator(args)
    from palier.foundation.clock import now
    from palier.web.operator_accounts import reset

    return _give(reset(args.identifier, by=by, at=now()), "sign_in", args)


def _give(given: "LinkGiven", page: str, args: argparse.Namespace) -> int:
    link, until = link_of(given, page, address=args.address)
    emit(
        {"identifier": given.identifier, "link": link, "until": until if args.json else until_fr(until)},
        args,
        {"identifier": "Compte", "link": "Lien, à remettre en main propre", "until": "Sert une fois, jusqu’au"},
    )
    return 0


def link_of(given: "LinkGiven", page: str, *, address: str) -> tuple[str, str]:
    """The link on the sites' own address unless another is given, and until when it serves."""
    from django.conf import settings
    from django.urls import reverse
    from django.utils import timezone
    from django.utils.http import urlencode

    from palier.web.links import PARAMETER

    named = settings.ALLOWED_HOSTS[2:]
    scheme = "https" if settings.PALIER_HTTPS else "http"
    place = address.rstrip("/") or f"{scheme}://{named[0] if named else 'localhost:8000'}"
    link = f"{place}{reverse(f'{given.site}:{page}')}?{urlencode({PARAMETER: given.token})}"
    return link, timezone.localtime(given.until).isoformat(timespec="minutes")


def until_fr(until: str) -> str:
    """« 23/11/2026 à 9 h 05 », of an instant written by `link_of`."""
    from datetime import datetime

    from palier.foundation.clock import day_of, hour_fr
    from palier.foundation.periods import day_fr

    at = datetime.fromisoformat(until)
    return f"{day_fr(day_of(at))} à {hour_fr(at)}"


def _close(args: argparse.Namespace) -> int:
    by = _operator(args)
    from palier.foundation.clock import now
    from palier.web.operator_accounts import close

    account = close(args.identifier, by=by, at=now())
    emit(
        {"identifier": account.identifier, "open": False, "sessions_closed": account.sessions},
        args,
        {"identifier": "Compte fermé", "sessions_closed": "Sessions fermées"},
    )
    return 0


def _open(args: argparse.Namespace) -> int:
    by = _operator(args)
    from palier.foundation.clock import now
    from palier.web.operator_accounts import open_again

    account = open_again(args.identifier, by=by, at=now())
    emit({"identifier": account.identifier, "open": True}, args, {"identifier": "Compte rouvert"})
    return 0
