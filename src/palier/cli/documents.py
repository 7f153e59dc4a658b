"""`palier documents root | proof | check | move`: what proves kept documents, controls them and tidies them."""

import argparse
import getpass
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from palier.cli import Subparsers
from palier.cli.output import Json, add_json_option, emit, progress
from palier.foundation.errors import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable


class NothingProven(Refusal):
    """Aucun document de cette empreinte n’a de preuve encore : vérifiez l’empreinte, ou lancez « palier documents
    root »."""


def register(subparsers: Subparsers) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("documents", help="prouve, contrôle et range les documents gardés")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True, dest="action")

    def action(name: str, summary: str, run: "Callable[[argparse.Namespace], int]") -> argparse.ArgumentParser:
        made = actions.add_parser(name, help=summary)
        add_json_option(made)
        made.set_defaults(run=run)
        return made

    action("root", "enchaîne les événements du jour à une racine, la publie et la fait horodater", _root)
    proving = action("proof", "écrit la preuve d’un document, et le programme qui la vérifie à côté", _proof)
    proving.add_argument("sha256", metavar="EMPREINTE", help="l’empreinte SHA-256 du document")
    proving.add_argument("--output", type=Path, required=True, metavar="DOSSIER", help="un dossier à créer")
    checking = action("check", "relit des paquets de documents en entier et compare chaque document", _check)
    checking.add_argument("--all", action="store_true", dest="everything", help="tous, et non la part d’une nuit")
    action(
        "move", "met en paquets ce qui était gardé avant, et raccourcit les paquets pleins de documents détruits", _move
    )


def _root(args: argparse.Namespace) -> int:
    from palier.cli.application import open_application

    open_application()
    from palier.foundation.clock import now
    from palier.mail.vault.rooting import make_root

    made = make_root(operator=getpass.getuser(), at=now())
    figures: dict[str, Json] = {
        "number": made.number if made else 0,
        "events": made.leaves if made else 0,
        "head": made.head if made else "",
        "stamped": made.is_stamped if made else False,
    }
    emit(figures, args, {"number": "Racine", "events": "Événements", "head": "Empreinte", "stamped": "Horodatée"})
    if made is not None and made.refusal:
        print(made.refusal, file=sys.stderr)
    return 0


def _proof(args: argparse.Namespace) -> int:
    from palier.cli.application import open_application

    open_application()
    from palier.foundation.home import told_in_french
    from palier.mail.vault.queries import proof_for_operator, verifier_source

    proof = proof_for_operator(args.sha256, operator=getpass.getuser())
    events = proof["events"]
    if not isinstance(events, list) or not events:
        raise NothingProven
    with told_in_french(args.output):
        args.output.mkdir(parents=True)
        path = args.output / "preuve.json"
        path.write_text(json.dumps(proof, ensure_ascii=False, indent=1), encoding="utf-8")
        (args.output / "palier_document_verify.py").write_text(verifier_source(), encoding="utf-8")
    emit(
        {"sha256": args.sha256, "events": len(events), "file": str(path)},
        args,
        {"events": "Événements", "file": "Fichier"},
    )
    return 0


def _check(args: argparse.Namespace) -> int:
    from palier.cli.application import open_application

    open_application()
    from django.conf import settings

    from palier.foundation.clock import now
    from palier.mail.store import DocumentStore
    from palier.mail.vault.control import control

    done = control(
        DocumentStore(settings.DOCUMENT_ROOT),
        everything=args.everything,
        operator=getpass.getuser(),
        at=now(),
        listener=progress,
    )
    faults: list[Json] = [
        {"pack": fault.pack, "finding": fault.finding, "documents": fault.documents} for fault in done.faults
    ]
    unread: list[Json] = list(done.unread)
    emit(
        {"packs": done.packs, "documents": done.documents, "bytes": done.bytes, "faults": faults, "unread": unread},
        args,
        {"packs": "Paquets relus", "documents": "Documents comparés", "bytes": "Octets"},
    )
    for fault in done.faults:
        what = "perdu" if fault.finding == "MISSING" else "abîmé"
        name = f"Paquet {fault.pack} {what}" if fault.pack else "Hors paquet"
        print(
            f"{name}\u00a0: {fault.documents} documents ne s’ouvrent plus. Restaurez-le depuis la sauvegarde.",
            file=sys.stderr,
        )
    if done.unread:
        print(
            f"Paquets non relus, le stockage ne les donne pas pour l’instant\u00a0: {', '.join(done.unread)}. "
            "Ils passent en premier au prochain contrôle.",
            file=sys.stderr,
        )
    return 1 if done.faults or done.unread else 0


def _move(args: argparse.Namespace) -> int:
    from palier.cli.application import open_application

    open_application()
    from django.conf import settings

    from palier.foundation.clock import now
    from palier.mail.store import DocumentStore
    from palier.mail.vault.moving import compact, move_to_packs

    store = DocumentStore(settings.DOCUMENT_ROOT)
    moved, unreadable = move_to_packs(store, operator=getpass.getuser(), listener=progress)
    packs, won = compact(store, operator=getpass.getuser(), at=now())
    emit(
        {"moved": moved, "unreadable": unreadable, "packs_shortened": packs, "bytes_won": won},
        args,
        {
            "moved": "Documents rangés",
            "unreadable": "Illisibles",
            "packs_shortened": "Paquets raccourcis",
            "bytes_won": "Octets rendus",
        },
    )
    return 1 if unreadable else 0
