"""`palier journal seal | publish | verify | export | expire | alarms`: the journal of readings, kept and checked."""

import argparse
import getpass
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from palier.cli import Subparsers
from palier.cli.output import Json, add_json_option, emit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from palier.privacy.journal.publishing import Published

# A database altered from end to end would fill the terminal: the first ones, then how many more.
_SHOWN = 50


def register(subparsers: Subparsers) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("journal", help="scelle, publie, vérifie et transmet le journal des lectures")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True, dest="action")

    def action(name: str, summary: str, run: "Callable[[argparse.Namespace], int]") -> argparse.ArgumentParser:
        made = actions.add_parser(name, help=summary)
        add_json_option(made)
        made.set_defaults(run=run)
        return made

    sealing = action("seal", "scelle ce qui a été lu depuis le dernier scellement", _seal)
    sealing.add_argument(
        "--restored", action="store_true", help="après la restauration d’une sauvegarde, sites arrêtés"
    )
    publishing = action("publish", "publie de nouveau la dernière empreinte", _publish)
    publishing.add_argument("--letter", type=Path, metavar="FICHIER", help="écrit aussi la lettre du mois en PDF")
    verifying = action("verify", "vérifie tout le journal", _verify)
    verifying.add_argument("--head", type=Path, metavar="FICHIER", help="les empreintes publiées, une par ligne")
    exporting = action("export", "écrit le journal dans un fichier, et le programme qui le vérifie à côté", _export)
    exporting.add_argument("--output", type=Path, required=True, metavar="FICHIER", help="par exemple journal.jsonl.gz")
    exporting.add_argument("--as", dest="operator", required=True, metavar="NOM", help="qui prend le journal")
    exporting.add_argument("--motive", required=True, metavar="MOTIF", help="le motif, dans la liste fermée")
    expiring = action("expire", "efface les mois dont la durée est passée, leurs sceaux gardés", _expire)
    expiring.add_argument("--dry-run", action="store_true", help="dit quels mois, sans rien effacer")
    action("alarms", "cherche ce qui ressemble à une extraction", _alarms)


def _seal(args: argparse.Namespace) -> int:
    from palier.cli.application import open_application

    open_application()
    from palier.foundation.clock import now
    from palier.privacy.journal.operations import seal_and_publish

    done = seal_and_publish(operator=getpass.getuser(), at=now(), is_restored=args.restored)
    figures: dict[str, Json] = {
        "blocks": done.sealed.blocks,
        "rows": done.sealed.rows,
        "last_number": done.sealed.last_number,
        "head": done.sealed.head,
        "published": [each.channel for each in done.published if not each.refusal],
    }
    emit(
        figures,
        args,
        {"blocks": "Blocs", "rows": "Lectures scellées", "last_number": "Dernier bloc", "head": "Empreinte"},
    )
    # Sealed is sealed: a publication that failed is said, and is not the seal's failure.
    _say_refusals(done.published)
    return 0


def _publish(args: argparse.Namespace) -> int:
    from palier.cli.application import open_application

    open_application()
    from palier.foundation.clock import now
    from palier.privacy.journal.operations import publish

    if args.letter is not None:
        from palier.mail.journal_letter import write_journal_letter

        write_journal_letter(args.letter, operator=getpass.getuser(), at=now())
    published = publish(operator=getpass.getuser(), at=now())
    figures: dict[str, Json] = {
        "number": published[0].number,
        "published": [each.channel for each in published if not each.refusal],
        "refused": [each.channel for each in published if each.refusal],
    }
    emit(figures, args, {"number": "Bloc", "published": "Publié par", "refused": "Refusé par"})
    _say_refusals(published)
    return 1 if any(each.refusal for each in published) else 0


def _say_refusals(published: "Iterable[Published]") -> None:
    for each in published:
        if each.refusal:
            print(each.refusal, file=sys.stderr)


def _verify(args: argparse.Namespace) -> int:
    from palier.cli.application import open_application

    open_application()
    from palier.foundation.clock import now
    from palier.privacy.journal.operations import check

    report = check(heads=args.head, operator=getpass.getuser(), at=now())
    findings: list[Json] = list(report.findings)
    figures: dict[str, Json] = {
        "holds": report.holds,
        "blocks": report.blocks,
        "sealed": report.sealed,
        "waiting": report.waiting,
        "expired_months": report.expired_months,
        "published_heads": report.heads,
        "head": report.last_head,
        "findings": findings,
    }
    labels = {
        "holds": "Journal intact",
        "blocks": "Blocs",
        "sealed": "Lectures scellées",
        "waiting": "En attente d’un sceau",
        "published_heads": "Empreintes publiées comparées",
        "head": "Dernière empreinte",
    }
    emit(figures, args, labels)
    for sentence in report.findings[:_SHOWN]:
        print(sentence, file=sys.stderr)
    if len(report.findings) > _SHOWN:
        print(f"Et {len(report.findings) - _SHOWN} autres.", file=sys.stderr)
    return 0 if report.holds else 1


def _export(args: argparse.Namespace) -> int:
    from palier.cli.application import open_application

    open_application()
    from palier.foundation.clock import now
    from palier.privacy.journal.operations import hand_over

    lines = hand_over(args.output, operator=args.operator, motive=args.motive, at=now())
    emit(
        {"file": str(args.output), "lines": lines, "verifier": str(args.output.with_name("palier_verify.py"))},
        args,
        {"file": "Fichier", "lines": "Lignes", "verifier": "Vérificateur"},
    )
    return 0


def _expire(args: argparse.Namespace) -> int:
    from palier.cli.application import open_application

    open_application()
    from palier.foundation.clock import now
    from palier.privacy.journal.operations import let_months_go, months_to_expire, prepare_months

    at = now()
    made: list[Json] = [] if args.dry_run else list(prepare_months(at=at))
    if args.dry_run:
        gone: list[Json] = list(months_to_expire(at=at))
    else:
        gone = [each.month for each in let_months_go(operator=getpass.getuser(), at=at)]
    figures: dict[str, Json] = {"expired": gone, "made": made, "dry_run": args.dry_run}
    emit(figures, args, {"expired": "Mois effacés", "made": "Mois préparés", "dry_run": "Essai, rien d’effacé"})
    return 0


def _alarms(args: argparse.Namespace) -> int:
    from palier.cli.application import open_application

    open_application()
    from palier.agents.queries import thresholds_in_force
    from palier.foundation.clock import now
    from palier.privacy.journal.alarms import raise_alarms
    from palier.privacy.journal.operations import looking_after

    with looking_after(getpass.getuser(), "journal alarms"):
        raised = raise_alarms(thresholds=thresholds_in_force(), at=now())
    emit({"raised": raised}, args, {"raised": "Alarmes nouvelles"})
    return 0
