"""`palier backup key | create | verify | list | rehearse | archive | expire`: the landlord kept through a loss."""

import argparse
import os
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from palier.cli import Subparsers
from palier.cli.output import Json, add_json_option, emit
from palier.foundation.clock import PARIS

if TYPE_CHECKING:
    from collections.abc import Callable

    from palier.continuity.archiving import Archive


def register(subparsers: Subparsers) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("backup", help="sauvegarde le bailleur, répète sa restauration")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True, dest="action")

    def action(name: str, summary: str, run: "Callable[[argparse.Namespace], int]") -> argparse.ArgumentParser:
        made = actions.add_parser(name, help=summary)
        add_json_option(made)
        made.set_defaults(run=run)
        return made

    key = action("key", "tire la clé des sauvegardes, à garder hors de cette machine", _key)
    key.add_argument("--output", type=Path, required=True, metavar="FICHIER", help="le fichier de la clé à écrire")
    key.add_argument("--replace", action="store_true", help="remplace la clé choisie : les anciennes restent utiles")
    create = action("create", "écrit tout le bailleur dans un fichier chiffré", _create)
    create.add_argument("--output", type=Path, required=True, metavar="FICHIER", help="le fichier .palier à écrire")
    create.add_argument("--form", choices=("DUMP", "BASE"), help="DUMP : les tables ; BASE : les fichiers du serveur")
    add_operator_options(create)
    verify = action("verify", "relit toute une sauvegarde et compare ses empreintes", _verify)
    verify.add_argument("file", type=Path, metavar="FICHIER", help="la sauvegarde")
    verify.add_argument("--key", type=Path, required=True, metavar="FICHIER", help="le fichier de la clé")
    listing = action("list", "les sauvegardes d’un dossier", _list)
    listing.add_argument("folder", type=Path, metavar="DOSSIER", help="le dossier des sauvegardes")
    rehearse = action("rehearse", "restaure à côté, compare tout, dit le temps qu’il faut, puis efface", _rehearse)
    add_source_options(rehearse)
    add_operator_options(rehearse)
    rehearse.add_argument("--place", type=Path, default=Path("/var/tmp"), metavar="DOSSIER",  # noqa: S108
                          help="où restaurer le temps de la répétition")  # fmt: skip
    archive = action("archive", "archive le journal de la base en continu, ou dit où il en est", _archive)
    archive.add_argument("--folder", type=Path, metavar="DOSSIER", help="où archiver, de préférence un autre disque")
    archive.add_argument("--stop", action="store_true", help="n’archive plus")
    archive.add_argument("--now", action="store_true", help="archive tout de suite ce qui vient d’être écrit")
    expiring = action("expire", "efface les sauvegardes passées de plus de tant de jours", _expire)
    expiring.add_argument("folder", type=Path, metavar="DOSSIER", help="le dossier des sauvegardes")
    expiring.add_argument("--keep-days", type=int, default=35, metavar="N", help="les jours gardés (35)")
    expiring.add_argument("--archive", type=Path, metavar="DOSSIER", help="l’archive continue, à raccourcir aussi")
    expiring.add_argument("--dry-run", action="store_true", help="dit lesquelles, sans rien effacer")


def add_operator_options(parser: argparse.ArgumentParser) -> None:
    """Who, and why: the same words everywhere."""
    parser.add_argument("--as", dest="operator", required=True, metavar="NOM", help="qui le fait")
    parser.add_argument("--motive", default="SAUVEGARDE", metavar="MOTIF", help="SAUVEGARDE sans précision")


def add_source_options(parser: argparse.ArgumentParser) -> None:
    """What is restored, and up to when."""
    parser.add_argument("file", type=Path, metavar="FICHIER", help="la sauvegarde")
    parser.add_argument("--key", type=Path, required=True, metavar="FICHIER", help="le fichier de la clé")
    parser.add_argument("--archive", type=Path, metavar="DOSSIER", help="l’archive continue qui suit la sauvegarde")
    parser.add_argument("--to", metavar="INSTANT", help="jusqu’à cet instant, par exemple 2026-11-22T10:30:00")


def archive_asked(args: argparse.Namespace) -> "Archive | None":
    """The archive named on the command line. Raises FolderNotThere."""
    from palier.continuity.archiving import Archive
    from palier.continuity.operations.look_after import FolderNotThere

    if args.archive is None:
        return None
    archive = Archive(folder=args.archive.absolute())
    if not archive.wal.is_dir():
        raise FolderNotThere(path=archive.wal)
    return archive


def instant_asked(text: str | None) -> datetime | None:
    """An instant of the command line, in Paris time unless it says another. Raises InstantMalformed."""
    from palier.continuity.instants import parse_instant

    return parse_instant(text) if text else None


def _key(args: argparse.Namespace) -> int:
    from palier.continuity.keys import make_key
    from palier.foundation.home import home_of

    fingerprint = make_key(home_of(os.environ), args.output, replaces=args.replace)
    emit(
        {"file": str(args.output), "fingerprint": fingerprint},
        args,
        {"file": "Clé à garder hors de cette machine", "fingerprint": "Empreinte"},
    )
    return 0


def _create(args: argparse.Namespace) -> int:
    from palier.cli.application import open_application

    open_application()
    from palier.cli.output import progress
    from palier.continuity.operations.create import create
    from palier.foundation.clock import now
    from palier.foundation.home import home_of
    from palier.foundation.postgres import ensure_running
    from palier.foundation.postgres.address import role_prefix_of

    made = create(
        ensure_running(home_of(os.environ)),
        args.output,
        operator=args.operator,
        motive=args.motive,
        prefix=role_prefix_of(os.environ),
        form=args.form,
        clock=now,
        listener=lambda phase, done, _total: progress(phase, done, done + 1),
    )
    figures: dict[str, Json] = {
        "file": str(args.output),
        "form": made.form,
        "bytes": made.bytes,
        "files": made.files,
        "tables": made.tables,
        "rows": made.rows,
        "ledger": made.ledger,
        "key": made.recipient,
    }
    labels = {"file": "Fichier", "form": "Forme", "bytes": "Octets", "files": "Fichiers", "tables": "Tables",
              "rows": "Lignes", "ledger": "Empreinte du grand livre", "key": "Empreinte de la clé"}  # fmt: skip
    emit(figures, args, labels)
    return 0


def _verify(args: argparse.Namespace) -> int:
    from palier.cli.output import progress
    from palier.continuity.keys import read_key
    from palier.continuity.package import Package

    package = Package(path=args.file, key=read_key(args.key))
    closing = package.check(lambda phase, done, _total: progress(phase, done, done + 1))
    manifest = package.manifest()
    figures: dict[str, Json] = {
        "holds": True,
        # A key made before signatures knows no machine: nothing is said of who wrote the backup.
        "signed": package.key.sender is not None,
        "form": manifest.form,
        "made_at": manifest.made_at,
        "parts": len(closing.digests),
        "bytes": closing.total_bytes,
        "tables": len(manifest.census.rows),
        "rows": sum(manifest.census.rows.values()),
        "ledger": manifest.census.ledger,
    }
    labels = {"holds": "Sauvegarde intacte", "signed": "Signée par la machine de cette clé", "form": "Forme",
              "made_at": "Faite le", "parts": "Parties",
              "rows": "Lignes", "ledger": "Empreinte du grand livre"}  # fmt: skip
    emit(figures, args, labels)
    return 0


def _list(args: argparse.Namespace) -> int:
    from palier.continuity.operations.look_after import listed
    from palier.foundation.clock import now

    at = now()
    found: list[Json] = [
        {
            "file": each.path.name,
            "form": each.form,
            "made_at": each.made_at.isoformat(),
            "age_days": each.age_days(at),
            "bytes": each.bytes,
            "key": each.recipient,
        }
        for each in listed(args.folder)
    ]
    if args.json:
        emit({"backups": found}, args)
        return 0
    for backup in listed(args.folder):
        made_at = backup.made_at.astimezone(PARIS)
        print(f"{backup.path.name} : {backup.form}, {made_at:%d/%m/%Y %H:%M}, clé {backup.recipient}")
    return 0


def _rehearse(args: argparse.Namespace) -> int:
    from palier.continuity.operations.rehearse import rehearse
    from palier.continuity.operations.ship import ship_now
    from palier.foundation.clock import now
    from palier.foundation.home import home_of
    from palier.foundation.postgres import State, ensure_running, status

    home = home_of(os.environ)
    # On another machine than the landlord's, the backup is compared with itself alone.
    is_here = status(home) in (State.RUNNING, State.OUTSIDE)
    archive = archive_asked(args)
    if is_here:
        _name_the_operator(args)
    live = ensure_running(home) if is_here and archive is not None else None
    if live is not None:
        ship_now(home)
    rehearsed = rehearse(
        args.file,
        args.key,
        archive=archive,
        to=instant_asked(args.to),
        live=live,
        operator=args.operator,
        motive=args.motive,
        place=args.place,
        at=now(),
    )
    told = rehearsed.told
    figures: dict[str, Json] = {
        "holds": rehearsed.holds,
        "tables": rehearsed.tables,
        "rows": rehearsed.rows,
        "differences": list(rehearsed.differences),
        "ledger_equal": rehearsed.ledger_is_equal,
        "ledger": str(told["ledger"]),
        "journal_holds": told["journal_holds"] is True,
        "missing_documents": int(str(told["missing_documents"])),
        "rto_seconds": round(rehearsed.seconds, 1),
        "rpo_seconds": round(rehearsed.lost_seconds, 1),
    }
    labels = {"holds": "La sauvegarde restaure tout", "tables": "Tables comparées", "rows": "Lignes",
              "differences": "Différences", "ledger_equal": "Grand livre égal", "journal_holds": "Journal intact",
              "missing_documents": "Documents manquants", "rto_seconds": "Temps pour revenir (s)",
              "rpo_seconds": "Travail perdu au plus (s)"}  # fmt: skip
    emit(figures, args, labels)
    return 0 if rehearsed.holds else 1


def _name_the_operator(args: argparse.Namespace) -> None:
    from palier.cli.application import open_application

    open_application()
    from palier.privacy.actor import batch
    from palier.privacy.declare import Batch

    with batch(Batch.OPERATOR, operator=args.operator, motive=args.motive, command="backup rehearse"):
        pass


def _archive(args: argparse.Namespace) -> int:
    from palier.continuity.archiving import archive_of, start_archiving, stop_archiving
    from palier.continuity.operations.ship import Shipped, ship_now
    from palier.foundation.home import home_of

    home = home_of(os.environ)
    if args.stop:
        stop_archiving(home)
    elif args.folder is not None:
        start_archiving(home, args.folder)
    archive = archive_of(home)
    is_asked = args.now or args.folder is not None
    shipped = ship_now(home) if is_asked else Shipped()
    last = archive.last_kept_at() if archive is not None else None
    figures: dict[str, Json] = {
        "archiving": archive is not None,
        "folder": str(archive.folder) if archive is not None else None,
        "last_kept_at": last.isoformat() if last is not None else None,
        "segments": shipped.segments,
        "files": shipped.files,
    }
    emit(figures, args, {"archiving": "Archivage continu", "folder": "Dossier", "last_kept_at": "Dernier envoi"})
    return 0


def _expire(args: argparse.Namespace) -> int:
    from palier.continuity.operations.look_after import expire
    from palier.foundation.clock import now

    expired = expire(args.folder, archive_asked(args), keep_days=args.keep_days, at=now(), is_dry_run=args.dry_run)
    gone: list[Json] = [path.name for path in expired.backups]
    figures: dict[str, Json] = {
        "expired": gone,
        "segments": expired.segments,
        "kept": expired.kept,
        "dry_run": args.dry_run,
    }
    emit(figures, args, {"expired": "Effacées", "segments": "Fichiers du journal", "kept": "Gardées"})
    return 0
