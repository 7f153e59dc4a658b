"""The readable page of a copied file: a chapter a category, in plain words, with purposes, recipients and durations."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Protocol

from django.apps import apps
from django.utils.timezone import localtime

from palier.agents.file_readings import FileReading
from palier.estate.communes import commune_names
from palier.foundation.clock import hour_fr
from palier.foundation.money import euros_fr
from palier.foundation.periods import day_fr
from palier.mail.glyphs import legible
from palier.mail.report import Block, Facts, Heading, Report, Text, render_report
from palier.mail.sender import landlord_as_sender
from palier.privacy.catalogue import BATCH_CATEGORIES, BATCH_PURPOSES, CATEGORIES, MOTIVES, PURPOSES
from palier.privacy.declare import ROLE_LABELS, Role
from palier.privacy.policy import declared_pages, declared_tables
from palier.retention.by_category import KeptLine, in_one_line, kept_by_category
from palier.rights.papers import legible_grid
from palier.rights.parts import LABELS
from palier.rights.shape import Part
from palier.rights.wording import labels_of

_NOTHING = "–"
_MORE = 400
# Who reads what is theirs is told as no recipient.
_WHOSE_OWN = (Role.TENANT, Role.APPLICANT, Role.HELPER, Role.EMPLOYEE, Role.SUPPLIER)


class CopiedTable(Protocol):
    """What the page needs of a table of the copy."""

    @property
    def part(self) -> Part: ...
    @property
    def category(self) -> str: ...
    @property
    def rows(self) -> Sequence[Mapping[str, object]]: ...


def readable_copy(
    name: str,
    tables: Sequence[CopiedTable],
    readings: Sequence[FileReading],
    *,
    at: datetime,
    in_person: bool,
    documents: int,
) -> bytes:
    """The PDF. Long tables are cut on the page, and say so; the JSON beside it is whole."""
    on, sender = localtime(at).date(), landlord_as_sender()
    blocks: list[Block] = [
        Text(legible(f"{name}, voici toutes les données que {sender.name} garde sur vous, au {day_fr(on)}.")),
        Text("Le fichier dossier.json, à côté de celui-ci, contient les mêmes données pour un logiciel."),
        Text(f"Le dossier « documents » contient vos documents\u00a0: {documents}."),
        Text(
            "Une donnée est fausse, ou vous gêne\u202f? Vous pouvez la faire rectifier ou effacer, en limiter l’usage, "
            "vous y opposer. Écrivez à la personne chargée de la protection des données, ou à la CNIL."
        ),
    ]
    kept = kept_by_category()
    for code in CATEGORIES:
        held = [table for table in tables if table.category == code and table.rows]
        if held:
            blocks += _chapter(code, held, kept[code])
    blocks += _readings(readings, in_person=in_person)
    return render_report(
        Report(
            number=f"dossier-{on.isoformat()}",
            title="Copie de votre dossier",
            subtitle=legible(name),
            issued_on=on,
            sender=sender,
            blocks=blocks,
        )
    )


def _chapter(code: str, tables: Sequence[CopiedTable], kept: tuple[KeptLine, ...]) -> list[Block]:
    category = CATEGORIES[code]
    blocks: list[Block] = [
        Heading(category.label[:1].upper() + category.label[1:]),
        Facts(
            (
                ("Pourquoi", " ; ".join(purposes_of(code)) or "pour tenir votre dossier"),
                ("Qui peut les lire, selon son rôle", ", ".join(recipients_of(code)) or "personne"),
                ("Combien de temps", in_one_line(kept)),
            )
        ),
    ]
    for table in tables:
        shown, codes = table.part.shown, {**_words_of(table.part.table), **_places_of(table)}
        rows = [[_said(column, row.get(column), codes) for column in shown] for row in table.rows[:_MORE]]
        cut = f" (les {_MORE} premières lignes sur {len(table.rows)})" if len(table.rows) > _MORE else ""
        blocks += [Heading(f"{table.part.title}{cut}", 2), legible_grid(list(shown.values()), rows)]
    return blocks


def purposes_of(category: str) -> list[str]:
    """The purposes for which pages and jobs use a category, in plain words."""
    codes = [
        page.purpose
        for page in declared_pages().values()
        if category in page.categories and page.purpose != "ESPACE_LOCATAIRE"
    ]
    codes += [BATCH_PURPOSES[job] for job, used in BATCH_CATEGORIES.items() if category in used]
    return list(dict.fromkeys(PURPOSES[code].plain_words for code in codes))


def recipients_of(category: str) -> list[str]:
    """The functions that read some columns of a category, in some scope."""
    readers = {
        reader
        for access in declared_tables()
        if access.category == category
        for read in access.reads
        for reader in read.by
        if isinstance(reader, Role) and reader not in _WHOSE_OWN
    }
    return [label for role, label in ROLE_LABELS.items() if role in readers]


def _places_of(table: CopiedTable) -> dict[str, dict[str, str]]:
    """The names of the communes of a table."""
    codes = [str(row["commune"]) for row in table.rows if row.get("commune")]
    return {"commune": commune_names(codes)} if codes else {}


@cache
def _words_of(table: str) -> Mapping[str, Mapping[str, str]]:
    """The French words of the codes of each column, from the models that declare them."""
    model = next(each for each in apps.get_models() if each._meta.db_table == table)
    return {
        str(field.column): {str(code): str(label) for code, label in field.flatchoices}
        for field in model._meta.concrete_fields
        if field.choices
    }


def _said(column: str, value: object, words: Mapping[str, Mapping[str, str]]) -> str:
    """One cell in words."""
    if value is None or value == "":
        return _NOTHING
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, int) and column.endswith("_cents"):
        return euros_fr(value)
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {each}" for key, each in value.items() if each not in (None, ""))
    if isinstance(value, Iterable) and not isinstance(value, str):
        return ", ".join(str(each) for each in value)
    text = str(value)
    known = {**LABELS.get(column, {}), **words.get(column, {})}
    if text in known:
        return known[text]
    if column == "month" or column.endswith(("_on", "_day", "_date", "_at", "_login")) or column == "at":
        return _day(text)
    return text


def _day(text: str) -> str:
    """ "2026-11-30" or an instant, as "30/11/2026"."""
    try:
        return day_fr(date.fromisoformat(text[:10]))
    except ValueError:
        return text


def _readings(readings: Sequence[FileReading], *, in_person: bool) -> list[Block]:
    known = {role.value: label for role, label in ROLE_LABELS.items()}
    rows = []
    for reading in readings[:_MORE]:
        place = ", ".join(part for part in (reading.service, reading.function) if part)
        purpose = PURPOSES[reading.purpose].plain_words if reading.purpose in PURPOSES else ""
        motive = f" ({MOTIVES[reading.motive]})" if reading.motive in MOTIVES else ""
        rows.append(
            [
                f"{day_fr(localtime(reading.at).date())} {hour_fr(reading.at)}",
                place or known.get(reading.role, "Traitement automatique"),
                f"{purpose}{motive}",
                ", ".join(labels_of(reading.categories)),
                "tous les dossiers" if reading.is_mass else reading.screen,
            ]
        )
    more = f" Les {_MORE} dernières sur {len(readings)}." if len(readings) > _MORE else ""
    discreet = (
        "Cette copie vous est remise en main propre\u00a0: les lectures faites pour vous protéger ou vous accompagner "
        "y sont aussi."
        if in_person
        else "Certaines lectures, faites pour vous protéger ou vous accompagner, ne sont remises qu’en main propre."
    )
    return [
        Heading("Qui a consulté votre dossier"),
        Text(f"Depuis un an, de la plus récente à la plus ancienne.{more}"),
        Text(discreet),
        legible_grid(["Quand", "Service et fonction", "Pourquoi", "Données", "Page"], rows, widths=(3, 4, 5, 4, 3)),
    ]
