"""`palier bank debits`: the direct debits of a month, in one file for the bank."""

import argparse
import getpass
import sys
import time
from typing import TYPE_CHECKING

from palier.cli.output import Json, add_json_option, emit, progress
from palier.foundation.money import grouped

if TYPE_CHECKING:
    from palier.cli import Subparsers

# The first is written unless the bank asks for the other.
_VERSIONS = ("pain.008.001.08", "pain.008.001.02")
_LABELS = {
    "month": "Mois",
    "debits": "Prélèvements",
    "total": "Total (€)",
    "created": "Nouveaux",
    "set_aside": "Mis de côté",
    "message": "Fichier",
    "seconds": "Secondes",
}


def register_debits(actions: "Subparsers") -> None:
    """Add `palier bank debits`."""
    asking = actions.add_parser(
        "debits",
        help="écrit le fichier des prélèvements d’un mois (pain.008)",
        description="Prépare les prélèvements du mois scellé et annoncé par ses avis, puis les écrit dans un fichier "
        "pain.008.001.08 (ou .02, si la banque le demande encore) vérifié par son schéma. Relancée, la commande refait "
        "le même fichier et n’ajoute rien.",
    )
    asking.add_argument("--month", required=True, help="le mois d’occupation, par exemple 2026-11")
    asking.add_argument("--output", required=True, metavar="FICHIER", help="le fichier à écrire, XML")
    asking.add_argument(
        "--complement", action="store_true", help="un lot de plus, pour les comptes que le premier a laissés de côté"
    )
    asking.add_argument(
        "--format",
        choices=_VERSIONS,
        default=_VERSIONS[0],
        help="la version que la banque lit ; les deux disent les mêmes prélèvements, une seule se dépose",
    )
    add_json_option(asking)
    asking.set_defaults(run=debits)


def debits(args: argparse.Namespace) -> int:
    """Draft the month's run when nobody has, write its file. Raises what either refuses."""
    from pathlib import Path

    from palier.cli.application import open_application
    from palier.foundation.periods import Month

    month = Month.parse(args.month)
    open_application()
    from palier.banking.formats.pain008 import Version
    from palier.banking.operations.debit_file import write_debit_file
    from palier.banking.operations.debits import draft_debits
    from palier.foundation import jobs
    from palier.foundation.clock import now
    from palier.foundation.money import text_from_cents
    from palier.privacy.actor import batch
    from palier.privacy.declare import Batch

    started = time.perf_counter()
    with (
        jobs.progress(f"debits:{month}", f"Prélèvements {month.of_fr()}", progress) as shown,
        batch(Batch.RENT, operator=getpass.getuser(), motive="PRELEVEMENTS", command="bank debits") as reading,
    ):
        drafted = draft_debits(
            month=month, actor=reading.actor, at=now(), progress=shown, is_complement=args.complement
        )
        run = write_debit_file(
            run_id=drafted.run.pk,
            path=Path(args.output),
            at=now(),
            version=Version(args.format),
            by_command=True,
            progress=shown,
        )
    figures: dict[str, Json] = {
        "month": str(month),
        "debits": run.count,
        "total": text_from_cents(run.total_cents),
        "created": drafted.created,
        "set_aside": run.set_aside_count,
        "message": run.message_id,
        "seconds": round(time.perf_counter() - started, 2),
    }
    emit(figures, args, _LABELS)
    if run.unprinted_count:
        print(
            f"Annoncés par un avis papier qui n’est pas encore édité : {grouped(run.unprinted_count)} de ces "
            "prélèvements. Postez ces avis avant de transmettre le fichier.",
            file=sys.stderr,
        )
    return 0
