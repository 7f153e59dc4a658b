"""The tables of a landlord as files that anyone reads: their columns, their order, their shape in JSON Schema."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import psycopg
from django.apps import apps
from django.db.models import Field
from psycopg import sql

from palier.continuity.census import tables_of

# What the program makes by itself, or what belongs to one machine on one day.
LEFT_OUT: Mapping[str, str] = {
    "django_migrations": "la forme des tables, comparée à l’import",
    "django_content_type": "fait par le programme",
    "auth_permission": "fait par le programme",
    "auth_group": "sans usage",
    "auth_group_permissions": "sans usage",
    "django_session": "les sessions ouvertes",
    "web_opensession": "les sessions ouvertes",
    "web_secondfactor": "tenus par la machine qui les a reçus\u00a0: chacun refait le sien",
    "web_maillink": "des liens d’un quart d’heure",
    "admission_sentcode": "des codes d’un quart d’heure",
    "web_enrolmentlink": "des liens d’une heure",
    "web_passwordlink": "des liens d’une heure",
}
# The queue of jobs, whatever its tables are called in its next version.
_QUEUE = "procrastinate_"
QUEUE_REASON = "les travaux en attente"

_COLUMNS = """
SELECT a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull
FROM pg_attribute AS a
WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' ORDER BY a.attnum
"""
_KEY = """
SELECT a.attname FROM pg_index AS i
JOIN unnest(i.indkey) WITH ORDINALITY AS k (number, rank) ON true
JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = k.number
WHERE i.indrelid = %s::regclass AND i.indisprimary ORDER BY k.rank
"""
_REFERENCES = """
SELECT c.conname, c.conrelid::regclass::text, c.confrelid::regclass::text,
       (SELECT array_agg(a.attname::text ORDER BY k.rank) FROM unnest(c.conkey) WITH ORDINALITY AS k (number, rank)
        JOIN pg_attribute AS a ON a.attrelid = c.conrelid AND a.attnum = k.number),
       (SELECT array_agg(a.attname::text ORDER BY k.rank) FROM unnest(c.confkey) WITH ORDINALITY AS k (number, rank)
        JOIN pg_attribute AS a ON a.attrelid = c.confrelid AND a.attnum = k.number)
FROM pg_constraint AS c
WHERE c.contype = 'f' AND c.connamespace = 'public'::regnamespace AND c.conparentid = 0 ORDER BY 1
"""
# Written the same on every machine.
TEXT_SETTINGS = (
    "SET LOCAL TimeZone = 'UTC'",
    "SET LOCAL DateStyle = 'ISO, YMD'",
    "SET LOCAL IntervalStyle = 'iso_8601'",
    "SET LOCAL bytea_output = 'hex'",
    "SET LOCAL extra_float_digits = 1",
)
_TYPES: Mapping[str, str] = {
    "smallint": "integer", "integer": "integer", "bigint": "integer", "boolean": "boolean",
    "double precision": "number", "jsonb": "object", "json": "object",
}  # fmt: skip
_FORMATS: Mapping[str, str] = {"date": "date", "timestamp with time zone": "date-time", "uuid": "uuid"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    name: str
    kind: str
    is_required: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A foreign key."""

    name: str
    table: str
    columns: tuple[str, ...]
    into: str
    into_columns: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table as it is exported: without what the database computes by itself, in the order of its key."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    def copy_out(self) -> sql.Composed:
        return sql.SQL("COPY (SELECT {} FROM {} ORDER BY {}) TO STDOUT (FORMAT csv, HEADER)").format(
            _list(self.names), sql.Identifier(self.name), _list(self.key or self.names)
        )

    def copy_in(self) -> sql.Composed:
        return sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv, HEADER MATCH)").format(
            sql.Identifier(self.name), _list(self.names)
        )


def exported_tables(connection: psycopg.Connection) -> list[Table]:
    """Every table that the database has, those left out excepted."""
    return [
        Table(
            name=name,
            columns=tuple(
                Column(name=column, kind=kind, is_required=is_required)
                for column, kind, is_required in connection.execute(_COLUMNS, [f'"{name}"'])
            ),
            key=tuple(column for (column,) in connection.execute(_KEY, [f'"{name}"'])),
        )
        for name in tables_of(connection)
        if name not in LEFT_OUT and not name.startswith(_QUEUE)
    ]


def left_out(connection: psycopg.Connection) -> dict[str, str]:
    """The tables that are not exported, and why."""
    return {
        name: LEFT_OUT.get(name, QUEUE_REASON)
        for name in tables_of(connection)
        if name in LEFT_OUT or name.startswith(_QUEUE)
    }


def references(connection: psycopg.Connection) -> list[Reference]:
    """The foreign keys between tables."""
    return [
        Reference(name=name, table=table, columns=tuple(columns), into=into, into_columns=tuple(into_columns))
        for name, table, into, columns, into_columns in connection.execute(_REFERENCES)
    ]


def written(connection: psycopg.Connection, table: Table) -> Iterator[bytes]:
    """The CSV of a table, in blocks. Within a transaction that took TEXT_SETTINGS."""
    with connection.cursor() as cursor, cursor.copy(table.copy_out()) as copy:
        for block in copy:
            yield bytes(block)


def digest_of(connection: psycopg.Connection, table: Table) -> str:
    """The SHA-256 of the CSV of a table, without writing it."""
    digest = hashlib.sha256()
    for block in written(connection, table):
        digest.update(block)
    return digest.hexdigest()


def json_schema(table: Table, links: Sequence[Reference]) -> dict[str, object]:
    """What a row of the CSV is: JSON Schema, with the codes of closed lists and what they mean."""
    fields = _fields_of(table.name)
    pointing = {
        column: f"{link.into}.{target}"
        for link in links
        if link.table == table.name
        for column, target in zip(link.columns, link.into_columns, strict=True)
    }
    return {
        "title": table.name,
        "type": "object",
        "properties": {column.name: _property(column, fields.get(column.name)) for column in table.columns},
        "required": list(table.names),
        "additionalProperties": False,
        "x-primary-key": list(table.key),
        "x-references": pointing,
    }


def _property(column: Column, field: "Field[object, object] | None") -> dict[str, object]:
    plain = column.kind.partition("(")[0]
    kind = _TYPES.get(plain, "string")
    told: dict[str, object] = {"type": kind if column.is_required else [kind, "null"], "x-sql": column.kind}
    if plain in _FORMATS:
        told["format"] = _FORMATS[plain]
    if plain == "bytea":
        told["contentEncoding"] = "base16"
    if field is not None and field.max_length and kind == "string":
        told["maxLength"] = field.max_length
    if field is not None and field.choices:
        told["x-codes"] = {str(code): str(label) for code, label in field.flatchoices}
    return told


def _fields_of(table: str) -> dict[str, "Field[object, object]"]:
    for model in apps.get_models(include_auto_created=True):
        if model._meta.db_table == table:
            return {field.column: field for field in model._meta.concrete_fields}
    return {}


def _list(names: Sequence[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, names))
