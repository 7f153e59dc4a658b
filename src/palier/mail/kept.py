"""Every table whose rows hold documents: what the store may not lose, whichever room they belong to."""

from collections import defaultdict
from dataclasses import dataclass

from django.apps import apps
from django.db import connection
from psycopg import sql

from palier.mail.models import InPack

# Read by blocks: a landlord of the largest size adds 120,000 a month.
_AT_ONCE = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptTable:
    """A table and its two columns that say the digest of a document and its size."""

    table: str
    digest: str
    size: str


def kept_tables() -> tuple[KeptTable, ...]:
    """All of them, by name."""
    models = [model for model in apps.get_models() if issubclass(model, InPack)]
    return tuple(
        KeptTable(table=model._meta.db_table, digest=model.DIGEST, size=model.SIZE)
        for model in sorted(models, key=lambda model: model._meta.db_table)
    )


def alive_slots() -> dict[str, set[int]]:
    """The slots of each pack that a key still opens, of every table. Inside a batch that reads them all."""
    alive: defaultdict[str, set[int]] = defaultdict(set)
    for each in kept_tables():
        statement = sql.SQL("SELECT kept_pack, kept_slot FROM {} WHERE kept_key IS NOT NULL AND kept_pack <> ''")
        with connection.cursor() as cursor:
            cursor.execute(statement.format(sql.Identifier(each.table)))
            while rows := cursor.fetchmany(_AT_ONCE):
                for pack, slot in rows:
                    alive[pack].add(slot)
    return alive
