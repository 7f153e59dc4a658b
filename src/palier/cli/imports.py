"""What the import commands share: their options, and how they tell what they did."""

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from palier.cli.output import Json, add_json_option, emit
from palier.foundation.errors import Refusal
from palier.foundation.home import closed_to_others

if TYPE_CHECKING:
    from palier.foundation.tabular.outcome import Outcome

SHOWN_REFUSALS = 20


class EverythingRefused(Refusal):
    """Aucun des {count} enregistrements n’a été importé. Ligne {line}{column} : {reason}."""


class ReportNotWritten(Refusal):
    """Le fichier « {name} » ne peut pas être écrit ({reason}) : indiquez un autre emplacement. Rien n’a été importé."""


def add_import_options(parser: argparse.ArgumentParser) -> None:
    """The file, and the options that every import has."""
    parser.add_argument("file", metavar="FICHIER", help="fichier CSV ou XLSX")
    parser.add_argument("--sheet", default="", metavar="NOM", help="feuille du classeur (la première par défaut)")
    parser.add_argument("--report", type=Path, metavar="FICHIER.json", help="écrit le compte rendu")
    parser.add_argument(
        "--errors", type=Path, metavar="FICHIER.csv", help="écrit les lignes refusées avec leurs motifs, à corriger"
    )
    parser.add_argument("--dry-run", action="store_true", help="compte tout, n’écrit rien")
    add_json_option(parser)


def refuse_wrong_usage(sentence: str) -> int:
    print(f"palier : {sentence}", file=sys.stderr)
    return 2


def require_writable(args: argparse.Namespace) -> None:
    """Refuse before the import what would fail after it."""
    for path in (args.report, args.errors):
        if path is None:
            continue
        try:
            open(path, "a", encoding="utf-8", opener=closed_to_others).close()
        except OSError as closed:
            raise ReportNotWritten(name=path.name, reason="dossier absent, droit refusé ou disque plein") from closed


def install_if_new() -> None:
    """Make the tables and rights of a home that has none yet, or whose making was interrupted."""
    from django.conf import settings
    from django.db import connections

    from palier.privacy.operations import install

    if "owner" not in connections:
        return
    with connections["owner"].cursor() as cursor:
        # The rights come last, all at once: where they are, everything is.
        cursor.execute(
            """SELECT coalesce(bool_and(has_table_privilege(r.oid, c.oid, 'INSERT')), false)
               FROM pg_roles AS r JOIN pg_class AS c ON c.oid = to_regclass('public.foundation_importbatch')
               WHERE r.rolname = %s""",
            [f"{settings.PALIER_ROLE_PREFIX}_batch_import"],
        )
        (is_installed,) = cursor.fetchone()
    connections["owner"].close()
    if not is_installed:
        install()


def conclude(
    outcome: "Outcome", args: argparse.Namespace, *, added: Mapping[str, Json], labels: Mapping[str, str]
) -> int:
    """Write the report and the file to correct, tell the figures and the first refusals; the exit code."""
    from palier.foundation.tabular.outcome import write_refused_records

    figures: dict[str, Json] = {
        "read": outcome.read,
        "created": outcome.created,
        "updated": outcome.updated,
        "unchanged": outcome.unchanged,
        "refused": outcome.refused,
        **added,
        "refusals": [remark.as_json() for remark in outcome.refusals],
        "warnings": [remark.as_json() for remark in outcome.warnings],
    }
    if args.report:
        with open(args.report, "w", encoding="utf-8", opener=closed_to_others) as report:
            report.write(json.dumps(figures, ensure_ascii=False, indent=1) + "\n")
    if args.errors:
        write_refused_records(outcome, args.errors)
    emit(figures, args, labels)
    tell_remarks(outcome)
    if args.dry_run:
        print("Essai à blanc : rien n’a été écrit.", file=sys.stderr)
    if outcome.read and outcome.refused == outcome.read:
        first = outcome.refusals[0]
        column = f", colonne « {first.column} »" if first.column else ""
        raise EverythingRefused(count=outcome.read, line=first.line, column=column, reason=first.reason.rstrip("."))
    return 0


def tell_remarks(outcome: "Outcome") -> None:
    """Say the first refusals, and that there is more to check."""
    for warning in outcome.file_warnings:
        print(warning, file=sys.stderr)
    for remark in outcome.refusals[:SHOWN_REFUSALS]:
        column = f", colonne « {remark.column} »" if remark.column else ""
        value = f" (« {remark.value} »)" if remark.value else ""
        print(f"Refusé, ligne {remark.line}{column}{value} : {remark.reason.rstrip('.')}.", file=sys.stderr)
    if len(outcome.refusals) > SHOWN_REFUSALS:
        print(f"… et {len(outcome.refusals) - SHOWN_REFUSALS} de plus (--report les donne tous).", file=sys.stderr)
    if outcome.warnings:
        print(f"{len(outcome.warnings)} valeurs acceptées sont à vérifier (--report les donne).", file=sys.stderr)
