"""Putting the declared policy into the database: as its owner, after the migrations, whole or not at all."""

from importlib.resources import files

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import ProgrammingError, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

from palier.foundation.errors import Refusal
from palier.foundation.installation.tables import make_first_tables
from palier.privacy.compile import (
    BATCHES,
    FAMILIES,
    Compiled,
    closed_roles,
    compile_policy,
    freeze_statement,
    grant_statements,
    logins,
    policy_statement,
    role_name,
    sequence_grants,
)
from palier.privacy.declare import LOGIN, PURGE, SCOPE, WORKER, Batch, Reader
from palier.privacy.journal.partitions import close_partition
from palier.privacy.policy import declared_tables, faults_of_tables
from palier.privacy.queries import (
    memberships,
    partitions_of,
    role_facts,
    serial_sequences,
    tables_of_database,
    triggered_tables,
)

# Whose functions each file makes.
FUNCTIONS: dict[Reader, tuple[str, ...]] = {
    SCOPE: (
        "functions.sql",
        "openings.sql",
        "freezing.sql",
        "audit.sql",
        "applicants.sql",
        "applications.sql",
        "incidents.sql",
        "commission.sql",
        "occupation.sql",
        "repairs.sql",
        "partners.sql",
        "print_lots.sql",
        "proposals.sql",
    ),
    PURGE: ("purge.sql",),
}


class PolicyIsFaulty(Refusal):
    """La politique déclarée se contredit, rien n’a été changé : {faults}."""


class RolesCannotBeMade(Refusal):
    """Le compte {login} ne peut pas créer les rôles de la base : donnez-lui CREATEROLE, ou lancez la commande avec
    le compte propriétaire."""


class OwnerOutOfReach(Refusal):
    """La base s’installe et sa politique se met en place avec son compte propriétaire, dont le secret n’est pas lisible
    d’ici : lancez la commande avec le compte qui a installé Palier."""


def owner_connection() -> BaseDatabaseWrapper:
    """The connection of the database's owner. Raises OwnerOutOfReach: the web process has none."""
    if "owner" not in connections.settings:
        raise OwnerOutOfReach
    return connections["owner"]


def install() -> None:
    """Migrations and policy, as the database's owner. Safe to run again. Raises OwnerOutOfReach, PolicyIsFaulty."""
    owner = owner_connection()
    make_first_tables(owner)
    call_command("migrate", database="owner", verbosity=0, interactive=False)
    apply_policy(owner)
    owner.close()


def apply_policy(connection: BaseDatabaseWrapper) -> Compiled:
    """Make roles, grants, functions and row policies what the declarations say. Safe to run again.

    Everything is dropped and made again in one transaction: a right nobody declares any more is gone.
    Raises PolicyIsFaulty, RolesCannotBeMade.
    """
    tables = declared_tables()
    faults = list(faults_of_tables(tables))
    if faults:
        raise PolicyIsFaulty(faults=" ; ".join(faults))
    prefix: str = settings.PALIER_ROLE_PREFIX
    compiled = compile_policy(tables, prefix=prefix)
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        # Two at once would wait for each other table by table: take turns instead.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('palier policy'))")
        _lock_tables(cursor)
        _make_roles(cursor, prefix)
        _clear(cursor, prefix)
        _make_functions(cursor, prefix, SCOPE, _people(prefix))
        _make_functions(cursor, prefix, PURGE, [role_name(prefix, Batch.RETENTION)])
        _make_rights(cursor, compiled, prefix)
        _make_policies(cursor, compiled)
        _make_append_only(cursor, compiled)
        _make_freezes(cursor, compiled)
    return compiled


def _lock_tables(cursor: CursorWrapper) -> None:
    """Take every table before anything is written about it.

    A right is written in pg_class without a lock on its table. Autovacuum, which held the table and had its own line of
    pg_class to write, waited for us while we then waited for the table: a deadlock, where the lock asked first sends it
    away.
    """
    cursor.execute(
        """SELECT quote_ident(relname) FROM pg_class
           WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') ORDER BY relname"""
    )
    tables = ", ".join(name for (name,) in cursor.fetchall())
    if tables:
        cursor.execute(f"LOCK TABLE {tables} IN ACCESS EXCLUSIVE MODE")


def _quoted(*names: str) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _people(prefix: str) -> list[str]:
    """Every role that takes part, the owner left out: families, batches, the two logins, the functions' owner."""
    return [*closed_roles(prefix), role_name(prefix, LOGIN), role_name(prefix, WORKER)]


def _make_roles(cursor: CursorWrapper, prefix: str) -> None:
    existing = {fact.name for fact in role_facts(cursor, closed_roles(prefix))}
    held = memberships(cursor, closed_roles(prefix))
    try:
        for name in closed_roles(prefix):
            if name not in existing:
                cursor.execute(f'CREATE ROLE "{name}" NOLOGIN NOINHERIT')
        for login, roles in logins(prefix).items():
            for role in roles:
                if (role, login) not in held:
                    cursor.execute(f'GRANT "{role}" TO "{login}"')
    except ProgrammingError as error:
        if not isinstance(error.__cause__, psycopg.errors.InsufficientPrivilege):
            raise
        raise RolesCannotBeMade(login=cursor.connection.info.user) from error


def _clear(cursor: CursorWrapper, prefix: str) -> None:
    """Take every right and every policy away; they are made again in the same transaction."""
    everyone = f"PUBLIC, {_quoted(*_people(prefix))}"
    cursor.execute("SELECT tablename, policyname FROM pg_policies WHERE schemaname = 'public'")
    for table, policy in cursor.fetchall():
        cursor.execute(f'DROP POLICY "{policy}" ON "{table}"')
    for kind in ("TABLES", "SEQUENCES"):
        cursor.execute(f"REVOKE ALL ON ALL {kind} IN SCHEMA public FROM {everyone}")
    # Revoking from the table leaves what was given on its columns.
    cursor.execute(
        """SELECT c.relname, a.attname FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid
           WHERE c.relnamespace = 'public'::regnamespace AND a.attacl IS NOT NULL AND NOT a.attisdropped"""
    )
    for table, column in cursor.fetchall():
        cursor.execute(f'REVOKE ALL ("{column}") ON "{table}" FROM {everyone}')


def _make_functions(cursor: CursorWrapper, prefix: str, owner: Reader, callers: list[str]) -> None:
    """Created under the role that owns them, so that they read or erase with its rights and no others."""
    name = role_name(prefix, owner)
    cursor.execute(f"GRANT USAGE ON SCHEMA public, palier TO {_quoted(*_people(prefix))}")
    cursor.execute(f'GRANT "{name}" TO CURRENT_USER')
    cursor.execute(f'GRANT CREATE ON SCHEMA palier TO "{name}"')
    cursor.execute(f'SET LOCAL ROLE "{name}"')
    for file in FUNCTIONS[owner]:
        cursor.execute(_sql(file))
    cursor.execute(
        """SELECT oid::regprocedure::text FROM pg_proc
           WHERE pronamespace = 'palier'::regnamespace AND proowner = %s::regrole""",
        [f'"{name}"'],
    )
    for (function,) in cursor.fetchall():
        cursor.execute(f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC")
        cursor.execute(f"GRANT EXECUTE ON FUNCTION {function} TO {_quoted(*callers)}")
    cursor.execute("RESET ROLE")
    cursor.execute(f'REVOKE CREATE ON SCHEMA palier FROM "{name}"')
    cursor.execute(f'REVOKE "{name}" FROM CURRENT_USER')


def _make_rights(cursor: CursorWrapper, compiled: Compiled, prefix: str) -> None:
    for statement in grant_statements(compiled.grants):
        cursor.execute(statement)
    numbered = sequence_grants(compiled, serial_sequences(cursor), prefix=prefix)
    for statement in grant_statements(numbered, on="SEQUENCE"):
        cursor.execute(statement)
    # Files and months are staged by COPY into a temporary table, under the role that works.
    workers = _quoted(*(role_name(prefix, reader) for reader in (*FAMILIES, *BATCHES)))
    cursor.execute("SELECT current_database()")
    (database,) = cursor.fetchone()
    cursor.execute(f'GRANT TEMPORARY ON DATABASE "{database}" TO {workers}')


def _make_policies(cursor: CursorWrapper, compiled: Compiled) -> None:
    for table in sorted(tables_of_database(cursor)):
        if table in compiled.filtered:
            cursor.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY')
        else:
            cursor.execute(f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY')
    for policy in compiled.policies:
        cursor.execute(policy_statement(policy))


def _make_append_only(cursor: CursorWrapper, compiled: Compiled) -> None:
    cursor.execute(_sql("append_only.sql"))
    for table in sorted(triggered_tables(cursor, "append_only") - compiled.append_only):
        cursor.execute(f'DROP TRIGGER append_only ON "{table}"')
    for table in sorted(compiled.append_only):
        cursor.execute(
            f'CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON "{table}" '
            "FOR EACH STATEMENT EXECUTE FUNCTION palier.refuse_change()"
        )
        for partition in partitions_of(cursor, table):
            close_partition(cursor, partition)


def _make_freezes(cursor: CursorWrapper, compiled: Compiled) -> None:
    cursor.execute(_sql("frozen_rows.sql"))
    for table in sorted(triggered_tables(cursor, "frozen")):
        cursor.execute(f'DROP TRIGGER frozen ON "{table}"')
    for freeze in compiled.freezes:
        cursor.execute(freeze_statement(freeze))


def _sql(name: str) -> str:
    # The driver reads % as a placeholder only when it is given parameters: none are given here.
    return (files("palier.privacy") / "sql" / name).read_text(encoding="utf-8")
