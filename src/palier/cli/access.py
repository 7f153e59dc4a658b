"""`palier access letters | print`: the letters of first access, prepared and taken out for whoever prints and folds."""

import argparse
import csv
import getpass
import io
from typing import TYPE_CHECKING

from palier.cli import Subparsers
from palier.cli.output import Json, add_json_option, emit, new_folder, progress
from palier.foundation.errors import Refusal

if TYPE_CHECKING:
    from palier.admission.operations.letters import Asked


class NoSuchResidence(Refusal):
    """Aucune résidence n’a le code {code}."""


def register(subparsers: Subparsers) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("access", help="prépare les lettres d’accès des locataires et les sort")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True, dest="action")
    letters = actions.add_parser("letters", help="une lettre par titulaire sans compte que nulle lettre n’attend")
    letters.add_argument("--residence", default="", metavar="CODE", help="une résidence seulement")
    post = actions.add_parser("print", help="sort les lettres à poster : leurs codes ne sont plus que sur le papier")
    post.add_argument("--output", required=True, help="un dossier neuf")
    for action, run in ((letters, _letters), (post, _print)):
        action.add_argument("--as", dest="operator", default=getpass.getuser(), metavar="NOM", help="qui la lance")
        add_json_option(action)
        action.set_defaults(run=run)


def _letters(args: argparse.Namespace) -> int:
    from palier.cli.application import open_application

    open_application()
    from palier.admission.operations.letters import make_letters
    from palier.foundation import jobs
    from palier.foundation.clock import now

    by = _asked(args)
    residence_id = _residence(args.residence, by) if args.residence else None
    with jobs.progress("access:letters", "Lettres d’accès", progress) as shown:
        made = make_letters(residence_id=residence_id, by=by, at=now(), progress=shown)
    emit({"letters": made}, args, {"letters": "Lettres préparées, à imprimer"})
    return 0


def _asked(args: argparse.Namespace) -> "Asked":
    from palier.admission.operations.letters import Asked

    return Asked(operator=args.operator)


def _residence(code: str, by: "Asked") -> int:
    from palier.admission.operations.letters import COMMAND, MOTIVE
    from palier.estate.models import Residence
    from palier.privacy.actor import batch
    from palier.privacy.declare import Batch

    with batch(Batch.MAIL, operator=by.operator, motive=MOTIVE, command=COMMAND, categories=()):
        found = Residence.objects.filter(code=code).values_list("id", flat=True).first()
    if found is None:
        raise NoSuchResidence(code=code)
    return found


def _print(args: argparse.Namespace) -> int:
    from palier.cli.application import open_application

    open_application()
    from palier.admission.operations.printing import print_letters
    from palier.foundation.clock import now
    from palier.foundation.home import write_private

    folder = new_folder(args.output)
    printed = print_letters(
        keep=lambda name, made: write_private(folder / name, made), operator=args.operator, at=now()
    )
    slip = io.StringIO(newline="")
    lines = csv.writer(slip, delimiter=";")
    lines.writerow(("lot", "page", "lettre", "remise"))
    for lot in printed.lots:
        for page, number in enumerate(lot.numbers, start=lot.index_pages + 1):
            lines.writerow((lot.name, page, number, "en main propre" if lot.by_hand else "poste"))
    write_private(folder / "bordereau.csv", slip.getvalue().encode("utf-8"))
    refused: list[Json] = list(printed.refused)
    emit(
        {
            "letters": printed.letters,
            "lots": len(printed.lots),
            "refused": refused if args.json else len(refused),
        },
        args,
        {"letters": "Lettres imprimées", "lots": "Lots", "refused": "Adresses à corriger"},
    )
    return 0
