"""`palier allocation replay | export | prove`: what a commission decided, computed again; what may weigh, proved."""

import argparse
import getpass
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from palier.cli import Subparsers
from palier.cli.output import Json, add_json_option, emit
from palier.foundation.home import closed_to_others

if TYPE_CHECKING:
    from palier.attribution.rules.replay import Replayed

_MOTIVE = "ATTRIBUTION"


def register(subparsers: Subparsers) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("allocation", help="rejoue une commission, prouve ce qui pèse")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True, dest="action")
    again = actions.add_parser(
        "replay",
        help="recalcule une séance à partir de ce qu’elle a figé, et compare",
        description="Recalcule chaque fiche, chaque score, chaque vote et chaque décision, puis compare à la base. "
        "Avec --from, à partir d’un export, sans la base.",
    )
    again.add_argument("session", metavar="SÉANCE", help="numéro de la séance")
    again.add_argument("--from", dest="export", type=Path, metavar="FICHIER.json", help="un export de cette séance")
    add_json_option(again)
    again.set_defaults(run=_replay)
    out = actions.add_parser("export", help="écrit ce qu’une séance a figé, sous pseudonymes, pour la rejouer ailleurs")
    out.add_argument("session", metavar="SÉANCE", help="numéro de la séance")
    out.add_argument("--output", required=True, type=Path, metavar="FICHIER.json", help="fichier à écrire")
    out.set_defaults(run=_export)
    proof = actions.add_parser(
        "prove",
        help="échange noms, nationalités et tout ce qui n’est pas un critère : rien ne doit changer",
        description="Sur tout le stock, échange entre les demandes tous les champs qui ne sont pas des critères "
        "déclarés, dans des tables temporaires, et recalcule l’éligibilité, les points, les ordres "
        "et le rapprochement des logements vacants (cent au plus, pris régulièrement).",
    )
    add_json_option(proof)
    proof.set_defaults(run=_prove)


def _replay(args: argparse.Namespace) -> int:
    if args.export is not None:
        from palier.attribution.rules.exported import replay_export

        return _told(replay_export(args.export, session=args.session), args)
    from palier.cli.application import open_application

    open_application()
    from palier.attribution.operations.replaying import replay
    from palier.privacy.actor import batch
    from palier.privacy.declare import Batch

    with batch(Batch.ALLOCATION, operator=getpass.getuser(), motive=_MOTIVE, command="allocation replay"):
        found = replay(args.session)
    return _told(found, args)


def _told(found: "Replayed", args: argparse.Namespace) -> int:
    differences: list[Json] = [{name: str(value) for name, value in asdict(each).items()} for each in found.differences]
    figures: dict[str, Json] = {
        "session": found.session,
        "candidates": found.candidates,
        "identical": found.identical,
        "differences": differences,
        "digest": found.digest,
    }
    if found.erased_on is not None:
        figures["erased_on"] = found.erased_on.isoformat()
    if args.json:
        emit(figures, args, {})
    else:
        for sentence in _sentences(found):
            print(sentence)
    return 1 if found.identical is False else 0


def _sentences(found: "Replayed") -> list[str]:
    from palier.foundation.periods import day_fr

    if found.identical is None:
        day = f"le {day_fr(found.erased_on)}" if found.erased_on else "à une date inconnue"
        return [f"Séance {found.session} : données effacées {day}, empreinte gardée {found.digest}."]
    what = f"{found.candidates} candidats{f' et {found.opinions} avis' if found.opinions else ''} rejoués"
    if found.opinions is None:
        what += " (forme ancienne, sans les avis sur l’occupation)"
    if found.identical:
        return [f"Séance {found.session} : {what}, tout est identique.", f"Empreinte {found.digest}."]
    return [
        f"Séance {found.session} : {what}, {len(found.differences)} différences.",
        *(each.sentence() for each in found.differences),
        f"Empreinte {found.digest}.",
    ]


def _export(args: argparse.Namespace) -> int:
    from palier.cli.application import open_application

    open_application()
    from palier.attribution.operations.replaying import export_sitting
    from palier.privacy.actor import batch
    from palier.privacy.declare import Batch

    with batch(Batch.ALLOCATION, operator=getpass.getuser(), motive=_MOTIVE, command="allocation export"):
        held = export_sitting(args.session)
    try:
        with open(args.output, "w", encoding="utf-8", opener=closed_to_others) as file:
            file.write(json.dumps(held, ensure_ascii=False, indent=1, sort_keys=True) + "\n")
    except OSError:
        print(f"« {args.output} » ne peut pas être écrit : le dossier manque, ou refuse l’écriture.", file=sys.stderr)
        return 1
    print(
        f"Séance {args.session} : {args.output} écrit, sous pseudonymes. Empreinte {held['digest']}.", file=sys.stderr
    )
    return 0


def _prove(args: argparse.Namespace) -> int:
    from palier.cli.application import open_application

    open_application()
    from palier.attribution.operations.proving import prove
    from palier.cli.output import progress
    from palier.foundation.clock import today
    from palier.privacy.actor import batch
    from palier.privacy.declare import Batch

    with batch(Batch.IMPORT, operator=getpass.getuser(), motive=_MOTIVE, command="allocation prove"):
        found = prove(on=today(), told=progress)
    figures: dict[str, Json] = {
        "applications": found.applications,
        "fields_permuted": found.fields_permuted,
        "identical": found.identical,
        "changed": list(found.changed),
    }
    labels = {"applications": "Demandes", "fields_permuted": "Champs échangés", "identical": "Résultats identiques"}
    emit(figures, args, labels)
    print(f"Rapprochements refaits : {found.matched} des {found.vacant} logements vacants.", file=sys.stderr)
    if not found.identical:
        print(f"Un champ qui n’est pas un critère pèse sur : {', '.join(found.changed)}.", file=sys.stderr)
        return 1
    return 0
