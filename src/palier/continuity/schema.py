"""Which shape of tables a database has: the migrations of our own rooms that it went through."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

import psycopg

import palier
from palier.foundation.errors import Refusal

Migrations = tuple[tuple[str, str], ...]
_ROOMS = Path(palier.__file__).resolve().parent


class NewerSchema(Refusal):
    """Ces données ont été faites par une version plus récente de Palier ({unknown} lui est inconnu) : mettez le
    programme à jour, puis recommencez."""


def applied_migrations(connection: psycopg.Connection) -> Migrations:
    """Those of our rooms that the database went through, in order of name."""
    rows = connection.execute("SELECT app, name FROM django_migrations ORDER BY app, name")
    return tuple((room, name) for room, name in rows if (_ROOMS / room).is_dir())


def check_known(migrations: Iterable[tuple[str, str]]) -> None:
    """Raises NewerSchema when a migration is not of this program: an older shape is brought up to date, not a newer."""
    unknown = [
        f"{room}.{name}" for room, name in migrations if not (_ROOMS / room / "migrations" / f"{name}.py").is_file()
    ]
    if unknown:
        raise NewerSchema(unknown=", ".join(unknown[:3]))


def shape_of(migrations: Iterable[tuple[str, str]]) -> str:
    """A short name of a shape, the same for the same migrations."""
    told = "\n".join(f"{room}.{name}" for room, name in sorted(migrations))
    return hashlib.sha256(told.encode()).hexdigest()[:12]
