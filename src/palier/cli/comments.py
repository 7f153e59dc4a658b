"""`palier comments audit | review | redact`: the comments of an old suite, audited without a database."""

import argparse
import secrets
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from palier.cli import Subparsers
from palier.cli.output import Json, add_json_option, counted, emit

if TYPE_CHECKING:
    from palier.screening.audit.auditing import Audited

_BAR_CELLS = 30
_EVERY_SECONDS = 0.2
MOST_PROCESSES = 16
MOST_SAMPLED = 5_000
AUDIT_LABELS = {
    "comments": "Commentaires lus",
    "empty": "vides",
    "flagged": "signalés",
    "block": "à effacer",
    "warn": "à vérifier",
    "set_aside": "lignes écartées",
    "sample": "tirés au hasard parmi les non signalés",
    "seed": "graine du tirage",
    "seconds": "secondes",
}
REVIEW_LABELS = {
    "read": "Non signalés relus",
    "missed": "oublis trouvés",
    "low_percent": "taux d’oubli à 95 %, au moins",
    "high_percent": "au plus",
    "fewest": "oublis dans le fichier, au moins",
    "most": "au plus ",
}
REDACT_LABELS = {
    "listed": "Commentaires de la liste",
    "changed": "cellules changées",
    "kept": "gardés sur décision",
    "left": "encore signalés à la relecture",
    "sha256": "empreinte de la copie",
}


def register(subparsers: Subparsers) -> None:
    """Add `palier comments` and its three verbs."""
    parser = subparsers.add_parser(
        "comments", help="audite les commentaires d’un ancien logiciel, sans base de données"
    )
    verbs = parser.add_subparsers(title="actions", metavar="ACTION", required=True, dest="verb")
    _register_audit(verbs)
    reviewing = verbs.add_parser(
        "review",
        help="relit l’échantillon rempli et écrit le taux d’oubli dans le rapport",
        description="Lit la dernière colonne de « echantillon.csv » (oui ou non) et écrit dans le rapport combien de "
        "commentaires le filtre oublie, avec son intervalle à 95 %.",
    )
    reviewing.add_argument("report", metavar="DOSSIER", type=Path, help="dossier du rapport")
    reviewing.add_argument("--sample", type=Path, metavar="FICHIER", help="échantillon rempli, s’il est ailleurs")
    add_json_option(reviewing)
    reviewing.set_defaults(run=review)
    redacting = verbs.add_parser(
        "redact",
        help="écrit une copie sans les passages signalés, avec sa preuve",
        description="La source n’est jamais modifiée. Chaque passage de « a_relire.csv » devient « [effacé : santé] », "
        "sauf ceux que sa dernière colonne dit de garder. La copie est comparée à la source, puis relue par le filtre.",
    )
    redacting.add_argument("file", metavar="FICHIER", type=Path, help="le fichier audité")
    redacting.add_argument("--column", required=True, metavar="NOM", help="colonne des commentaires")
    redacting.add_argument("--report", required=True, type=Path, metavar="DOSSIER", help="dossier du rapport")
    redacting.add_argument("--output", required=True, type=Path, metavar="COPIE", help="la copie à écrire")
    redacting.add_argument(
        "--whole", action="store_true", help="efface le commentaire entier, pas seulement le passage"
    )
    _add_processes(redacting)
    add_json_option(redacting)
    redacting.set_defaults(run=redact)


def _register_audit(verbs: Subparsers) -> None:
    auditing = verbs.add_parser(
        "audit",
        help="lit une colonne de commentaires et écrit un rapport pour le conseil d’administration",
        description="CSV ou XLSX, de toute taille. Le dossier du rapport reçoit rapport.html, rapport.pdf, "
        "chiffres.csv et chiffres.json, sans nom ni citation ; a_relire.csv, textes_a_relire.csv, echantillon.csv et "
        "lignes_ecartees.csv sont lisibles du seul compte qui lance la commande. Interrompue, elle reprend.",
    )
    auditing.add_argument("file", metavar="FICHIER", type=Path, help="fichier CSV ou XLSX")
    auditing.add_argument("--column", required=True, metavar="NOM", help="colonne des commentaires")
    auditing.add_argument("--report", required=True, type=Path, metavar="DOSSIER", help="dossier neuf pour le rapport")
    auditing.add_argument("--site-column", default="", metavar="NOM", help="colonne des sites, écrits tels quels")
    auditing.add_argument("--date-column", default="", metavar="NOM", help="colonne des dates, pour l’année")
    auditing.add_argument(
        "--agent-column", default="", metavar="NOM", help="colonne des auteurs, comptés sans leur nom"
    )
    auditing.add_argument("--sheet", default="", metavar="NOM", help="feuille du classeur (la première par défaut)")
    auditing.add_argument(
        "--sample", type=_whole(0, MOST_SAMPLED), default=400, metavar="N", help="commentaires non signalés à relire"
    )
    auditing.add_argument("--seed", type=_whole(0, 2**31 - 1), metavar="N", help="graine du tirage")
    _add_processes(auditing)
    add_json_option(auditing)
    auditing.set_defaults(run=audit)


def audit(args: argparse.Namespace) -> int:
    """Write the report of one file."""
    from palier.cli.comments_paper import press
    from palier.foundation.clock import today
    from palier.screening.audit.auditing import Order
    from palier.screening.audit.auditing import audit as audit_file
    from palier.screening.audit.source import Columns

    started = time.monotonic()
    order = Order(
        file=args.file,
        columns=Columns(comment=args.column, site=args.site_column, day=args.date_column, author=args.agent_column),
        report=args.report,
        sheet=args.sheet,
        processes=args.processes,
        sample=args.sample,
        seed=args.seed,
        fresh_seed=secrets.randbelow(2**31),
        salt=secrets.token_hex(16),
    )
    bar = Bar()
    if sys.stderr.isatty():
        print("Vérification du fichier…", file=sys.stderr, flush=True)
    done = audit_file(order, press=press, on=today(), listener=lambda at, of: bar.at("Lignes lues", at, of))
    emit(_audit_figures(done, seconds=time.monotonic() - started), args, AUDIT_LABELS)
    for warning in done.source.warnings:
        print(warning, file=sys.stderr)
    if done.tally.aside:
        print(
            f"{done.tally.aside} lignes n’ont pas pu être lues : lignes_ecartees.csv dit pourquoi, ligne par ligne.",
            file=sys.stderr,
        )
    print(
        f"Rapport : {args.report}. Les textes sont dans textes_a_relire.csv et echantillon.csv, lisibles de vous "
        "seul : effacez-les après la relecture.",
        file=sys.stderr,
    )
    return 0


def review(args: argparse.Namespace) -> int:
    """Write the miss rate in the report."""
    from palier.cli.comments_paper import press
    from palier.foundation.clock import today
    from palier.screening.audit.review import review as review_sample

    found = review_sample(args.report, args.sample, press=press, on=today())
    figures: dict[str, Json] = {
        "read": found.read,
        "missed": found.missed,
        "unflagged": found.unflagged,
        "low_percent": f"{100 * found.rate.low:.2f}",
        "high_percent": f"{100 * found.rate.high:.2f}",
        "fewest": found.fewest,
        "most": found.most,
    }
    emit(figures, args, REVIEW_LABELS)
    return 0


def redact(args: argparse.Namespace) -> int:
    """Write the copy and its proof."""
    from palier.screening.audit.redaction import Erasure
    from palier.screening.audit.redaction import redact as redact_file

    order = Erasure(
        file=args.file,
        column=args.column,
        report=args.report,
        output=args.output,
        whole=args.whole,
        processes=args.processes,
        salt=secrets.token_hex(32),
    )
    done = redact_file(order, listener=Bar().at)
    figures: dict[str, Json] = {
        "comments": done.comments,
        "listed": done.listed,
        "changed": done.changed,
        "kept": done.kept,
        "left": 0,
        "sha256": done.sha256,
        "proof": order.proof.name,
    }
    emit(figures, args, REDACT_LABELS)
    print(
        f"Copie : {args.output} ; preuve : {order.proof.name} ; sel des empreintes : {order.salt_file.name}, lisible "
        "de vous seul. La source et le dossier du rapport contiennent encore les textes : détruisez-les quand la copie "
        "est reprise.",
        file=sys.stderr,
    )
    return 0


class Bar:
    """How far the work is: a bar that replaces itself on a terminal, one line at the end elsewhere."""

    def __init__(self) -> None:
        self._last = 0.0
        self._ended = ""

    def at(self, label: str, done: int, total: int) -> None:
        instant = time.monotonic()
        is_over = done >= total
        if self._ended == label or (not is_over and instant - self._last < _EVERY_SECONDS):
            return
        self._last = instant
        self._ended = label if is_over else ""
        said = counted(label, done, total)
        if not sys.stderr.isatty():
            if is_over:
                print(said, file=sys.stderr, flush=True)
            return
        full = _BAR_CELLS * done // max(total, 1)
        bar = "█" * full + "░" * (_BAR_CELLS - full)
        end = "\n" if is_over else ""
        print(f"\r\x1b[K{bar} {100 * done // max(total, 1)} % {said}", end=end, file=sys.stderr, flush=True)


def _audit_figures(done: "Audited", *, seconds: float) -> dict[str, Json]:
    tally = done.tally
    return {
        "rows": tally.rows,
        "comments": tally.comments,
        "empty": tally.empty,
        "flagged": tally.flagged,
        "block": tally.blocked,
        "warn": tally.flagged - tally.blocked,
        "set_aside": tally.aside,
        "categories": dict(tally.categories.most_common()),
        "longest": tally.longest,
        "encoding": done.source.encoding,
        "sha256": done.source.sha256,
        "sample": done.sample,
        "seed": done.seed,
        "seconds": round(seconds, 1),
    }


def _add_processes(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--processes", type=_whole(1, MOST_PROCESSES), default=2, metavar="N", help="processus qui lisent (2)"
    )


def _whole(least: int, most: int) -> Callable[[str], int]:
    """How argparse reads a whole number between two bounds."""

    def read(written: str) -> int:
        number = int(written) if written.isascii() and written.isdigit() and len(written) < 12 else -1
        if not least <= number <= most:
            raise argparse.ArgumentTypeError(f"« {written[:20]} » n’est pas un nombre de {least} à {most}")
        return number

    return read
