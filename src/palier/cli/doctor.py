"""`palier doctor`: what is looked at, what was found, how to mend it; exit 1 when something is not in order."""

import argparse
import getpass
import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from palier.cli import Subparsers
from palier.cli.output import Json, add_json_option, emit
from palier.foundation.home import home_of

if TYPE_CHECKING:
    from palier.foundation.installation.health import Check


def register(subparsers: Subparsers) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("doctor", help="examine l’installation et dit comment réparer ce qui ne va pas")
    add_json_option(parser)
    parser.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> int:
    from palier.foundation.installation.health import Verdict

    checks = list(_checks())
    is_sound = all(check.verdict is not Verdict.FAILED for check in checks)
    if args.json:
        told: list[Json] = [
            {
                "name": check.name,
                "label": check.label,
                "verdict": check.verdict.value,
                "told": check.told,
                "mend": check.mend,
            }
            for check in checks
        ]
        emit({"ok": is_sound, "checks": told}, args)
    else:
        _tell(checks)
    if not is_sound:
        count = sum(check.verdict is Verdict.FAILED for check in checks)
        print(f"À réparer : {count}. Chaque ligne « non » dit comment.", file=sys.stderr)
    return 0 if is_sound else 1


def _checks() -> "Iterator[Check]":
    """The machine, then the server, then what it holds: a stage that fails hides those that need it."""
    from palier.foundation.clock import now
    from palier.foundation.installation.health import Verdict, machine_checks, server_checks
    from palier.foundation.postgres import Server
    from palier.foundation.postgres.address import address_of, role_prefix_of

    home, prefix = home_of(os.environ), role_prefix_of(os.environ)
    yield from machine_checks(home)
    server = Server(address=address_of(os.environ, home), home=home)
    of_server = list(server_checks(server, prefix=prefix, at=now()))
    yield from of_server
    if of_server[0].verdict is Verdict.FAILED:
        return
    from palier.cli.application import open_application

    open_application()
    from palier.continuity.health import application_checks

    yield from application_checks(home, operator=getpass.getuser(), at=now())


def _tell(checks: "list[Check]") -> None:
    from palier.foundation.installation.health import Verdict

    words = {Verdict.OK: "oui ", Verdict.ADVICE: "à voir", Verdict.FAILED: "non "}
    width = max(len(check.label) for check in checks)
    for check in checks:
        print(f"{words[check.verdict]:<6}  {check.label:<{width}}  {check.told}")
        if check.mend:
            print(f"{'':<6}  {'':<{width}}  → {check.mend}")
