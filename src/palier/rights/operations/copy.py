"""The copy of a person's file: a page to read, the same as data, their documents, and who read them (RGPD, art. 15).

Made inside `privacy.actor.about_one`: row security gives the job that person's rows alone, so that nothing here chooses
whose data they are. What is sent out is one ZIP, held whole before it leaves.
"""

import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Final

from django.apps import apps
from django.db import connection
from django.db.models import BinaryField, Field
from django.utils.timezone import localtime

from palier.agents.file_readings import READINGS_KEPT, FileReading, readings_to_copy
from palier.exchanges.queries.joined import papers_of_person
from palier.foundation.errors import Refusal
from palier.mail.documents import pdf_of
from palier.mail.store import UNREADABLE, DocumentStore
from palier.privacy.catalogue import CATEGORIES
from palier.privacy.declare import Batch
from palier.privacy.policy import declared_tables
from palier.retention.by_category import in_one_line, kept_by_category
from palier.rights.parts import NOT_PORTABLE, PARTS
from palier.rights.readable import readable_copy
from palier.rights.shape import Part

# Numbers of agents and of other holders, which name other persons, and columns that only help to search.
NOT_TOLD: Final = frozenset(
    {
        "posted_by",
        "seen_by",
        "seen_at",
        "entered_by",
        "agent_id",
        "created_by",
        "doer_id",
        "handed_by",
        "sort_name",
        "digits_reversed",
        "data",
    }
)
_ROWS: Final = 50_000
_READINGS: Final = 20_000

Value = str | int | bool | float | None | list[str] | dict[str, object]
Row = dict[str, Value]


class PersonNotFound(Refusal):
    """Aucune personne n’a le numéro {person} : vérifiez-le sur la page de son bail, au bureau."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileCopy:
    """The ZIP and what it holds: rows of data, documents, readings; `missing` documents could not be read."""

    zip: bytes
    rows: int
    documents: int
    readings: int
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table of the copy with its rows, in the order of its keys."""

    part: Part
    category: str
    rows: tuple[Row, ...]


def copy_of_file(
    person_id: int, *, at: datetime, in_person: bool, store: DocumentStore, portable: bool = False
) -> FileCopy:
    """Gather everything about the person the transaction is about. `in_person` adds the readings of discreet display.

    `portable` leaves out what is the landlord's own reckoning (art. 20-1). Raises PersonNotFound, PageNotMade.
    """
    kept = [
        part
        for part in PARTS
        if (in_person or not part.in_person_only) and not (portable and part.table in NOT_PORTABLE)
    ]
    tables = [_read(part, person_id) for part in kept]
    if not tables[0].rows:
        raise PersonNotFound(person=person_id)
    readings = readings_to_copy(person_id, since=at - READINGS_KEPT, in_person=in_person, limit=_READINGS)
    documents, missing = _documents(tables, store)
    joined, lost = _joined(person_id, store)
    documents, missing = documents | joined, missing + lost
    name = f"{tables[0].rows[0]['first_name']} {tables[0].rows[0]['last_name']}"
    pdf = readable_copy(name, tables, readings, at=at, in_person=in_person, documents=len(documents))
    return FileCopy(
        zip=_zipped(_as_json(person_id, tables, readings, at), pdf, documents, at),
        rows=sum(len(table.rows) for table in tables),
        documents=len(documents),
        readings=len(readings),
        missing=missing,
    )


@cache
def told_columns(table: str) -> tuple[str, ...]:
    """The columns that the declared policy lets the copy read, without those that name someone else."""
    access = next(each for each in declared_tables() if each.table == table)
    reads = [read for read in access.reads if Batch.RIGHTS in read.by]
    fields = _fields(table)
    allowed = set(fields) if any(not read.columns for read in reads) else {c for read in reads for c in read.columns}
    return tuple(
        name
        for name, field in fields.items()
        if name in allowed and name not in NOT_TOLD and not isinstance(field, BinaryField)
    )


def _fields(table: str) -> "dict[str, Field[object, object]]":
    model = next(each for each in apps.get_models() if each._meta.db_table == table)
    return {field.column: field for field in model._meta.concrete_fields if field.column}


def _read(part: Part, person_id: int) -> Table:
    """The person's rows. Names come from the models and the declared parts, never from a request."""
    access = next(each for each in declared_tables() if each.table == part.table)
    columns = told_columns(part.table)
    where = f" WHERE {part.where}" if part.where else ""
    named = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT {named} FROM "{part.table}"{where} ORDER BY 1, 2 LIMIT {_ROWS}', {"person": person_id})
        rows = tuple(
            {column: _plain(value) for column, value in zip(columns, row, strict=True)} for row in cursor.fetchall()
        )
    return Table(part=part, category=access.category, rows=rows)


def _plain(value: object) -> Value:
    """A value as JSON holds it: dates and instants ISO 8601, amounts in cents, other decimals as text."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case datetime():
            return localtime(value).isoformat(timespec="seconds")
        case date():
            return value.isoformat()
        case Decimal():
            return str(value)
        case list() | tuple():
            return [str(each) for each in value]
        case dict():
            return value
        case _:
            return str(value)


def _documents(tables: Sequence[Table], store: DocumentStore) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """The exact bytes of each document, and the numbers of those that cannot be read today."""
    found: dict[str, bytes] = {}
    missing = []
    for row in next((table.rows for table in tables if table.part.table == "mail_document"), ()):
        digest, number = str(row["pdf_sha256"] or ""), str(row["number"])
        if not digest:
            continue
        try:
            found[f"documents/{number}.pdf"] = pdf_of(int(str(row["id"])), digest, store=store)
        except UNREADABLE:
            missing.append(number)
    return found, tuple(missing)


def _joined(person_id: int, store: DocumentStore) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """The same of the papers joined to what the person wrote and was answered."""
    found: dict[str, bytes] = {}
    missing = []
    for paper in papers_of_person(person_id):
        try:
            found[f"documents/{paper.name}"] = store.open(paper.kept)
        except UNREADABLE:
            missing.append(paper.name)
    return found, tuple(missing)


def _as_json(person_id: int, tables: Sequence[Table], readings: Sequence[FileReading], at: datetime) -> bytes:
    """Everything as data, in French at the top and with the names of the tables and columns inside."""
    kept = kept_by_category()
    whole = {
        "personne": person_id,
        "fait_le": localtime(at).isoformat(timespec="seconds"),
        "categories": {
            code: {
                "libelle": category.label,
                "conservation": in_one_line(kept[code]),
                "tables": {
                    table.part.table: {"titre": table.part.title, "lignes": table.rows}
                    for table in tables
                    if table.category == code
                },
            }
            for code, category in CATEGORIES.items()
            if any(table.category == code for table in tables)
        },
        "lectures": [
            {
                "le": localtime(reading.at).isoformat(timespec="seconds"),
                "service": reading.service,
                "fonction": reading.function,
                "role": reading.role,
                "finalite": reading.purpose,
                "motif": reading.motive,
                "page": reading.screen,
                "categories": reading.categories,
                "tous_les_dossiers": reading.is_mass,
            }
            for reading in readings
        ],
    }
    return json.dumps(whole, ensure_ascii=False, indent=1).encode("utf-8")


def _zipped(data: bytes, pdf: bytes, documents: dict[str, bytes], at: datetime) -> bytes:
    """One ZIP, the readable page first. The same file gives the same bytes at the same instant."""
    stream = io.BytesIO()
    local = localtime(at)
    stamp = (local.year, local.month, local.day, local.hour, local.minute, local.second)
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {"dossier.pdf": pdf, "dossier.json": data, **documents}.items():
            archive.writestr(zipfile.ZipInfo(name, date_time=stamp), content, compress_type=zipfile.ZIP_DEFLATED)
    return stream.getvalue()
