"""The landlord that is measured: built once a size in a database of its own, cloned for each measure that writes."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql

from palier.foundation.home import Home, home_of
from palier.foundation.periods import Month
from palier.foundation.postgres import Server, ensure_running, provision
from palier.foundation.postgres.address import role_prefix_of

Listener = Callable[[str, int, int], None]

# The month that is measured; the one before is sealed, so that differences have something to differ from.
MONTH = Month(2026, 11)
_CLONE = "palier_bench_clone"


def prepared(dwellings: int, *, listener: Listener) -> str:
    """The name of the database that holds a landlord of that size, its month before sealed; built when it is missing.

    Leaves the process set to that database, with the application loaded.
    """
    name = f"palier_bench_{dwellings}"
    server = _chosen(name)
    with psycopg.connect(server.administrator_conninfo(database="postgres"), autocommit=True) as apart:
        row = apart.execute("SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", (name,))
        found = row.fetchone()
        if found is not None and found[0] == "complete":
            _load_application()
            # Built by an earlier version, perhaps: its tables and its policy are brought to this one's.
            from palier.privacy.operations import install

            install()
            return name
        apart.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
    provision(server, prefix=role_prefix_of(os.environ))
    _load_application()
    _build(dwellings, listener)
    with psycopg.connect(server.administrator_conninfo(database="postgres"), autocommit=True) as apart:
        # Said last: a build that was killed starts again.
        apart.execute(sql.SQL("COMMENT ON DATABASE {} IS 'complete'").format(sql.Identifier(name)))
    return name


@contextmanager
def cloned(name: str) -> Iterator[str]:
    """A copy of the database `name` to write in, dropped afterwards; the environment points at it meanwhile."""
    from django.db import connections

    connections.close_all()
    server = ensure_running(home_of(os.environ))
    with psycopg.connect(server.administrator_conninfo(database="postgres"), autocommit=True) as apart:
        apart.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(_CLONE)))
        apart.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {} STRATEGY FILE_COPY").format(
                sql.Identifier(_CLONE), sql.Identifier(name), sql.Identifier(f"{role_prefix_of(os.environ)}_owner")
            )
        )
        # What a copy of a database does not copy: who may connect to it.
        apart.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(_CLONE)))
        for (statement,) in apart.execute(
            "SELECT format('GRANT CONNECT, TEMPORARY ON DATABASE %%I TO %%I', %s::text, rolname) FROM pg_roles "
            "WHERE rolname LIKE %s",
            (_CLONE, f"{role_prefix_of(os.environ)}\\_%"),
        ).fetchall():
            apart.execute(statement)
        os.environ["PALIER_DATABASE"] = _CLONE
        try:
            yield _CLONE
        finally:
            os.environ["PALIER_DATABASE"] = name
            apart.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(_CLONE)))


def _chosen(name: str) -> Server:
    os.environ["PALIER_DATABASE"] = name
    os.environ["PALIER_PROCESS"] = "work"
    return ensure_running(home_of(os.environ))


def _load_application() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "palier.conf.settings")
    import django

    django.setup()


def _build(dwellings: int, listener: Listener) -> None:
    from django.db import connections

    from palier.demo.accounts import read_file
    from palier.demo.loading import load_fictional
    from palier.demo.months import open_accounts, sealed_month, signers
    from palier.demo.population import Plan
    from palier.foundation.clock import now
    from palier.privacy.operations import install

    install()
    home = Home(home_of(os.environ).root / "bench" / str(dwellings))
    home.prepare()
    load_fictional(Plan(month=MONTH, dwellings=dwellings, seed=1), home=home, listener=listener)
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE")
    kept = read_file(home.root)
    if kept is None:
        raise FileNotFoundError(home.root)
    by, at = signers(), now()
    open_accounts(kept, by=by, at=at)
    sealed_month(MONTH.previous(), kept, by=by, at=at, until=at.date(), listener=listener)
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE")
    connections.close_all()
