"""`palier bank check | import`: what a bank's file says, with no database; then its movements, each once."""

import argparse
import getpass
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from palier.cli import Subparsers
from palier.cli.bank_debits import register_debits
from palier.cli.bank_refunds import register_refunds
from palier.cli.output import Json, add_json_option, emit

if TYPE_CHECKING:
    from palier.banking.formats.document import BankDocument
    from palier.banking.formats.remittance import Remittance

_LABELS = {"format": "format", "entries": "écritures", "total": "total"}
_IMPORT_LABELS = {
    "entries": "écritures",
    "total": "total",
    "matched": "rapprochées",
    "to_review": "à traiter",
    "created": "nouvelles",
}


def register(subparsers: Subparsers) -> None:
    """Add `palier bank` and its actions."""
    parser = subparsers.add_parser("bank", help="lit les fichiers de la banque et lui écrit")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True, dest="action")
    checking = actions.add_parser(
        "check",
        help="lit un fichier de la banque et dit ce qui n’y va pas, sans rien importer",
        description="Reconnaît camt.053, camt.054, CFONB 120, pain.002 et la remise de la passerelle de cartes à leur "
        "contenu, et les lit en entier, sans base de données. Sortie 0 : le fichier est lisible, avec ou sans "
        "remarques ; 1 : il est refusé.",
    )
    checking.add_argument("file", metavar="FICHIER", help="fichier reçu de la banque")
    add_json_option(checking)
    checking.set_defaults(run=check)
    register_debits(actions)
    register_refunds(actions)
    importing = actions.add_parser(
        "import",
        help="importe un fichier de la banque, rapproche ses mouvements et règle les dettes",
        description="Importe camt.053, camt.054, CFONB 120, pain.002 ou la remise de la passerelle de cartes, tout ou "
        "rien. Un mouvement déjà connu n’entre pas deux fois, quel que soit le fichier qui le redonne. Ce qu’aucune "
        "référence n’explique attend à l’écran.",
    )
    importing.add_argument("file", metavar="FICHIER", help="fichier reçu de la banque")
    add_json_option(importing)
    importing.set_defaults(run=import_file)


def check(args: argparse.Namespace) -> int:
    """Read one file to its end and print its figures. Raises the refusal of whatever cannot be read."""
    from palier.banking.formats.reading import open_bank_file
    from palier.banking.formats.remittance import is_remittance, read_remittance

    path = Path(args.file)
    if is_remittance(path):
        emit(_figures_of_cards(read_remittance(path)), args, _LABELS, amounts=("total",))
        return 0
    document = open_bank_file(path).document()
    emit(_figures(document), args, _LABELS, amounts=("total",))
    if not args.json:
        for warning in document.warnings:
            print(warning)
    return 0


def import_file(args: argparse.Namespace) -> int:
    """Take in one file and print its figures. Raises the refusal of whatever cannot be read or kept."""
    from palier.banking.formats.reading import open_bank_file
    from palier.banking.formats.remittance import is_remittance
    from palier.cli.application import open_application

    path = Path(args.file)
    # What is not a bank's file is said before a database is opened for it.
    if not is_remittance(path):
        open_bank_file(path)
    open_application()

    from palier.banking.operations.bank_files import take_in_bank_file
    from palier.cli.imports import install_if_new
    from palier.cli.output import progress
    from palier.foundation import jobs
    from palier.foundation.clock import now
    from palier.foundation.money import text_from_cents
    from palier.foundation.periods import day_fr
    from palier.privacy.actor import batch
    from palier.privacy.declare import Batch

    install_if_new()
    with (
        jobs.progress("bank:import", "Fichier de la banque", progress) as shown,
        batch(Batch.IMPORT, operator=getpass.getuser(), motive="RELEVE", command="bank import"),
    ):
        imported = take_in_bank_file(path, name=path.name, by=0, at=now(), progress=shown)
    if imported.already:
        told = f"Ce fichier a déjà été importé le {day_fr(imported.already.date())}\u00a0: rien n’a été changé."
        print(told, file=sys.stderr)
    figures: dict[str, Json] = {
        "entries": imported.entries,
        "total": text_from_cents(imported.total_cents),
        "matched": imported.matched,
        "to_review": imported.to_review,
        "created": imported.created,
    }
    emit(figures, args, _IMPORT_LABELS, amounts=("total",))
    for warning in imported.warnings:
        print(warning, file=sys.stderr)
    return 0


def _figures(document: "BankDocument") -> dict[str, Json]:
    from palier.foundation.money import text_from_cents

    return {
        "format": _name(document),
        "entries": document.entries,
        "total": text_from_cents(document.total_cents),
        "warnings": list(document.warnings),
    }


def _figures_of_cards(remittance: "Remittance") -> dict[str, Json]:
    """Its rows are its entries; what the bank credits in one sum is its total."""
    from palier.foundation.money import text_from_cents

    return {
        "format": "CARDS",
        "entries": len(remittance.rows),
        "total": text_from_cents(remittance.net_cents),
        "warnings": [],
    }


def _name(document: "BankDocument") -> str:
    """ "camt.053.001.08", "CFONB120": as banks write it."""
    from palier.banking.formats.document import Format

    if document.format is Format.CFONB120:
        return "CFONB120"
    family = {Format.CAMT053: "camt.053", Format.CAMT054: "camt.054", Format.PAIN002: "pain.002"}[document.format]
    return f"{family}.001.{document.version}" if document.version else family
