"""The auditor's pack: the two questions of 2012 answered from the data, without a name, each figure recomputable.

Did the system lead to a general filing of tenants? Did subjective criteria weigh on decisions? (CNIL, 2011-037)
"""

import csv
import io
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from palier.foundation.errors import Refusal
from palier.foundation.home import told_in_french, write_private
from palier.mail.report import Block, Grid, Heading, Items, Notice, Report, Text, render_report
from palier.mail.sender import landlord_as_sender
from palier.oversight.operations.audit_allocation import COLUMNS, AllocationTold, allocation_told, blocks_of, recipes
from palier.oversight.papers import label_of
from palier.oversight.queries.figures import (
    FACTS,
    FIGURES,
    FORECAST,
    JUSTIFIED,
    MOTIVES,
    OPENINGS,
    READINGS,
    REFUSALS,
    SCREENS,
    UNLISTED,
    Figure,
    rows_of,
)
from palier.privacy.actor import batch
from palier.privacy.catalogue import CATEGORIES, PURPOSES
from palier.privacy.declare import ROLE_LABELS, Batch, Role
from palier.privacy.free_text import REGISTER, TextKind
from palier.privacy.journal.operations import check
from palier.privacy.policy import declared_tables

# A table on paper is a summary: its CSV has every row.
_ROWS_ON_PAPER = 40


class PackFolderNotEmpty(Refusal):
    """Le dossier {path} n’est pas vide : donnez-en un autre, un dossier d’audit ne se mélange pas."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalCheck:
    """What the verification of the journal found."""

    blocks: int
    readings: int
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """What was written."""

    files: tuple[str, ...]
    figures: dict[str, int]
    free_texts: int
    journal: JournalCheck
    applications_proved: int
    # A field that weighs and is no criterion, a sitting that does not come out the same.
    allocation_faults: tuple[str, ...]


def write_pack(*, output: Path, operator: str, at: datetime) -> Pack:
    """Write the report as an accessible PDF, each figure as CSV, and how to compute each again.

    Raises PackFolderNotEmpty, DiskFull, HomeUnreachable.
    """
    with told_in_french(output):
        output.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(output.iterdir()):
            raise PackFolderNotEmpty(path=output)
    journal = _journal(operator=operator, at=at)
    with batch(Batch.AUDIT, operator=operator, motive="AUDIT", command="audit pack", categories=("JOURNAL",)):
        sender = landlord_as_sender()
        answers = {each.code: rows_of(each) for each in FIGURES}
    allocation = allocation_told(operator=operator, on=at.date())
    texts = free_texts()
    tables: dict[str, tuple[tuple[str, ...], list[tuple[str, ...]]]] = {
        "qui-lit-quoi": (("categorie", "fonction", "perimetre", "table", "colonnes"), matrix()),
        "champs-de-texte": (("table", "colonne", "nature", "finalite", "limite"), texts),
        **{each.code: (each.columns, answers[each.code]) for each in FIGURES},
        **{code: (columns, allocation.rows[code]) for code, columns in COLUMNS.items()},
    }
    pack_report = Report(
        number=f"AUDIT-{at:%Y-%m-%d}",
        title="Dossier de l’auditeur",
        subtitle="Qui lit quoi, pourquoi, et ce que le système permet d’écrire",
        issued_on=at.date(),
        sender=sender,
        blocks=_blocks(answers, texts, journal, allocation),
    )
    with told_in_french(output):
        written = [_write(output / f"{name}.csv", _csv(columns, rows)) for name, (columns, rows) in tables.items()]
        written.append(_write(output / "recalculer.json", _recipes()))
        written.append(_write(output / "dossier-auditeur.pdf", render_report(pack_report)))
    return Pack(
        files=tuple(written),
        figures={name: len(rows) for name, (_, rows) in tables.items()},
        free_texts=sum(row[2] == TextKind.FREE_TEXT for row in texts),
        journal=journal,
        applications_proved=allocation.proved.applications,
        allocation_faults=allocation.faults,
    )


def _journal(*, operator: str, at: datetime) -> JournalCheck:
    found = check(heads=None, operator=operator, at=at)
    return JournalCheck(blocks=found.blocks, readings=found.sealed, faults=tuple(found.findings))


def matrix() -> list[tuple[str, ...]]:
    """Who may read what, from the declared policy: category, function, scope, table, columns."""
    return sorted(
        (
            label_of(access.category),
            ROLE_LABELS[reader],
            read.scope.value,
            access.table,
            ", ".join(read.columns) or "toutes",
        )
        for access in declared_tables()
        if access.category
        for read in access.reads
        for reader in read.by
        if isinstance(reader, Role)
    )


def free_texts() -> list[tuple[str, ...]]:
    """Every text column of a table of personal data, with what it is for and its limit."""
    return [
        (each.table, each.column, each.kind.value, each.purpose, "" if each.limit is None else str(each.limit))
        for each in REGISTER
    ]


def _blocks(
    answers: dict[str, list[tuple[str, ...]]],
    texts: list[tuple[str, ...]],
    journal: JournalCheck,
    allocation: AllocationTold,
) -> tuple[Block, ...]:
    free = [row for row in texts if row[2] == TextKind.FREE_TEXT]
    return (
        Notice("Sans aucun nom", "Ces chiffres viennent d’un rôle qui ne peut lire ni nom, ni numéro de personne."),
        Heading("1. Le système tient-il un fichier général des locataires ?"),
        Text(f"{len(PURPOSES)} finalités déclarées, {len(CATEGORIES)} catégories de données, cloisonnées par table."),
        Text("Une fonction ne lit que les catégories de ses finalités, dans son périmètre : voir qui-lit-quoi.csv."),
        *_table(READINGS, answers),
        *_table(SCREENS, answers),
        *_table(OPENINGS, answers),
        Heading("2. Des critères subjectifs pèsent-ils ?"),
        Text(f"Champs de texte libre dans les tables de données personnelles : {len(free)}, sur {len(texts)} textes."),
        *([Items(tuple(f"{row[0]}.{row[1]} : {row[3]}" for row in free))] if free else []),
        Text("Ce qui se dit d’une personne est un fait codé, avec une source, une fin et un droit de contester."),
        *_table(FACTS, answers),
        *_table(REFUSALS, answers),
        *_table(JUSTIFIED, answers),
        *blocks_of(allocation, motives=answers[UNLISTED.code]),
        *_table(MOTIVES, answers),
        Heading("4. Durées"),
        *_table(FORECAST, answers),
        Heading("5. Journal des lectures"),
        Text(f"Blocs scellés : {journal.blocks}. Lectures vérifiées : {journal.readings}."),
        Text(f"Défauts : {len(journal.faults)}."),
        *([Items(journal.faults[:20])] if journal.faults else []),
        Heading("Recalculer"),
        Text("Chaque chiffre : palier audit figure, suivi de son nom. L’énoncé exact est dans recalculer.json."),
        Items(tuple(f"palier audit figure {each.code}" for each in FIGURES)),
        Items(tuple(each["commande"] for each in recipes())),
        Items(("palier policy check", "palier journal verify", "palier policy register")),
    )


def _table(figure: Figure, answers: dict[str, list[tuple[str, ...]]]) -> tuple[Block, ...]:
    rows = answers[figure.code]
    shown = tuple(rows[:_ROWS_ON_PAPER])
    heading = Heading(figure.title, 2)
    if not rows:
        return heading, Text(f"{figure.question} Aucune ligne.")
    left = len(rows) - len(shown)
    more = (Text(f"Lignes de plus dans {figure.code}.csv : {left}."),) if left else ()
    return (
        heading,
        Text(figure.question),
        Grid(figure.columns, shown, (), frozenset({len(figure.columns) - 1})),
        *more,
    )


def _csv(columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def _recipes() -> bytes:
    statements = [
        {"chiffre": each.code, "question": each.question, "commande": f"palier audit figure {each.code}",
         "sql": each.statement, "role": Batch.AUDIT.value}
        for each in FIGURES
    ]  # fmt: skip
    return json.dumps([*statements, *recipes()], ensure_ascii=False, indent=1).encode("utf-8")


def _write(place: Path, content: bytes) -> str:
    write_private(place, content)
    return place.name
