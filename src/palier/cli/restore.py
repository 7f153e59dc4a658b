"""`palier restore`: a backup in the place of nothing, then what it needs before the sites open."""

import argparse
import os
import sys
import time
from typing import TYPE_CHECKING

from palier.cli import Subparsers
from palier.cli.backup import add_operator_options, add_source_options, archive_asked, instant_asked
from palier.cli.output import Json, add_json_option, emit

if TYPE_CHECKING:
    from palier.continuity.operations.finish import Finished
    from palier.continuity.operations.restore import Restored


def register(subparsers: Subparsers) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("restore", help="restaure une sauvegarde dans un dossier neuf")
    add_source_options(parser)
    add_operator_options(parser)
    add_json_option(parser)
    parser.set_defaults(run=_restore)


def _restore(args: argparse.Namespace) -> int:
    from palier.cli.output import progress
    from palier.continuity.keys import read_key
    from palier.continuity.operations.restore import Source, restore
    from palier.continuity.package import Package
    from palier.foundation.home import home_of

    started = time.monotonic()
    source = Source(
        package=Package(path=args.file, key=read_key(args.key)),
        archive=archive_asked(args),
        to=instant_asked(args.to),
    )
    restored = restore(
        source,
        home_of(os.environ),
        environment=os.environ,
        listener=lambda phase, done, _total: progress(phase, done, done + 1),
    )
    # Only now: the settings read the secrets that were just restored.
    from palier.cli.application import open_application

    open_application()
    from palier.continuity.operations.finish import finish
    from palier.foundation.clock import now, today

    finished = finish(
        operator=args.operator,
        motive=args.motive,
        command="restore",
        last_block=restored.found.journal_number,
        on=today(),
        at=now(),
    )
    return _tell(restored, finished, args, seconds=time.monotonic() - started)


def _tell(restored: "Restored", finished: "Finished", args: argparse.Namespace, *, seconds: float) -> int:
    compared, found = restored.compared, restored.found
    differences: list[Json] = list(compared.differences) if compared is not None else []
    if found.unbalanced and compared is None:
        differences.append(f"Le grand livre a {found.unbalanced} écritures qui ne sont pas équilibrées.")
    holds = not differences and finished.journal_holds and not finished.missing_documents
    figures: dict[str, Json] = {
        "holds": holds,
        "form": restored.manifest.form,
        "made_at": restored.manifest.made_at,
        "tables": len(found.rows),
        "rows": sum(found.rows.values()),
        "differences": differences,
        "moved": list(compared.moved) if compared is not None else [],
        "ledger": found.ledger,
        "ledger_equal": compared.ledger_is_equal if compared is not None else None,
        "census": found.told(),
        "files": restored.files,
        "missing_documents": finished.missing_documents,
        "journal_holds": finished.journal_holds,
        "heads_set_aside": finished.heads_set_aside,
        "purged_rows": finished.purged_rows,
        "seconds": round(seconds, 1),
    }
    labels = {"holds": "Tout est revenu", "made_at": "Sauvegarde du", "tables": "Tables", "rows": "Lignes",
              "ledger": "Empreinte du grand livre", "ledger_equal": "Grand livre égal", "files": "Fichiers",
              "missing_documents": "Documents manquants", "journal_holds": "Journal intact",
              "purged_rows": "Lignes échues effacées", "seconds": "Secondes"}  # fmt: skip
    emit(figures, args, labels)
    for sentence in (*differences, *finished.journal_findings[:20]):
        print(sentence, file=sys.stderr)
    if finished.purged_rows:
        print(
            f"{finished.purged_rows} lignes étaient échues\u00a0: revenues avec la sauvegarde, elles viennent d’être "
            "effacées de nouveau, avec la clé de leurs documents.",
            file=sys.stderr,
        )
    if finished.ended_again:
        print(
            f"{finished.ended_again} papiers, aidants, accords ou moyens d’entrer\u00a0: détruits, retirés "
            "ou utilisés depuis la sauvegarde, ils le sont de nouveau.",
            file=sys.stderr,
        )
    if finished.spoilt_ends:
        print(
            f"{finished.spoilt_ends} lignes du registre des fins ne se lisent pas\u00a0: ce qu’elles disaient détruit, "
            "retiré ou utilisé peut être revenu.",
            file=sys.stderr,
        )
    if finished.heads_set_aside:
        print(
            f"{finished.heads_set_aside} empreintes publiées après l’instant restauré sont mises de côté\u00a0: les "
            "lectures qu’elles couvraient sont perdues.",
            file=sys.stderr,
        )
    return 0 if holds else 1
