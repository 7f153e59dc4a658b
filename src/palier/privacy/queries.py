"""What the database really holds, read from its catalogues, which every role may read."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.backends.utils import CursorWrapper

from palier.privacy.compile import Grant, RowPolicy

_QUOTED = re.compile(r"'(\w+)'")


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleFact:
    """One role's attributes: what would let it pass beside the policy."""

    name: str
    is_superuser: bool
    bypasses: bool
    can_login: bool
    creates_roles: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionFact:
    name: str
    owner: str
    is_definer: bool
    is_public: bool
    # Empty for a body that PostgreSQL parsed: it is not kept as it was written.
    source: str


def tables_of_database(cursor: CursorWrapper) -> set[str]:
    """The tables, a table in months said once: nobody reaches its months but through it (partitions_of)."""
    cursor.execute(
        """SELECT relname FROM pg_class
           WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition"""
    )
    return {name for (name,) in cursor.fetchall()}


def tables_elsewhere(cursor: CursorWrapper) -> set[str]:
    """Tables and views outside the schema `public`; a session's temporary tables are its own."""
    cursor.execute(
        """SELECT n.nspname || '.' || c.relname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
           WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname NOT IN ('public', 'information_schema')
             AND NOT starts_with(n.nspname, 'pg_')"""
    )
    return {name for (name,) in cursor.fetchall()}


def views_of_database(cursor: CursorWrapper) -> set[str]:
    """Views and the like: they read with their owner's rights, so the policy knows none."""
    cursor.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('v', 'm', 'f')"
    )
    return {name for (name,) in cursor.fetchall()}


def forced_tables(cursor: CursorWrapper) -> set[str]:
    cursor.execute(
        """SELECT relname FROM pg_class
           WHERE relnamespace = 'public'::regnamespace AND relrowsecurity AND relforcerowsecurity"""
    )
    return {name for (name,) in cursor.fetchall()}


def triggered_tables(cursor: CursorWrapper, name: str) -> set[str]:
    """The tables that have the trigger of that name, at work: « append_only », « frozen »."""
    cursor.execute(
        """SELECT c.relname FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid
           WHERE t.tgname = %s AND t.tgenabled = 'O' AND c.relnamespace = 'public'::regnamespace
             AND NOT c.relispartition""",
        [name],
    )
    return {table for (table,) in cursor.fetchall()}


def real_freezes(cursor: CursorWrapper) -> set[tuple[str, str, tuple[str, ...]]]:
    """The triggers « frozen » at work: table, arguments, and the roles that each holds."""
    cursor.execute(
        """SELECT c.relname, encode(t.tgargs, 'escape'), pg_get_triggerdef(t.oid)
           FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid
           WHERE t.tgname = 'frozen' AND t.tgenabled = 'O' AND c.relnamespace = 'public'::regnamespace"""
    )
    return {
        (
            table,
            arguments.replace("\\000", " ").strip(),
            tuple(sorted(set(_QUOTED.findall(made.split(" EXECUTE ")[0])))),
        )
        for table, arguments, made in cursor.fetchall()
    }


def partitions_of(cursor: CursorWrapper, table: str) -> list[str]:
    """The parts of a table that is cut in months; none for any other."""
    cursor.execute(
        """SELECT c.relname FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid
           WHERE i.inhparent = %s::regclass ORDER BY 1""",
        [f'"{table}"'],
    )
    return [name for (name,) in cursor.fetchall()]


def partitions_left_open(cursor: CursorWrapper) -> list[str]:
    """The partitions that could be read or changed beside their table: rows in sight, or no rule against changes."""
    cursor.execute(
        """SELECT c.relname FROM pg_class AS c
           WHERE c.relnamespace = 'public'::regnamespace AND c.relispartition AND c.relkind = 'r'
             AND NOT (c.relrowsecurity AND c.relforcerowsecurity
                      AND EXISTS (SELECT FROM pg_trigger AS t
                                  WHERE t.tgrelid = c.oid AND t.tgname = 'append_only' AND t.tgenabled = 'O'))
           ORDER BY 1"""
    )
    return [name for (name,) in cursor.fetchall()]


def real_grants(cursor: CursorWrapper, *, on_sequences: bool = False) -> set[Grant]:
    """Every right on tables (or sequences) given to anyone but their owner; PUBLIC is said as such."""
    kinds = "('S')" if on_sequences else "('r', 'p', 'v', 'm', 'f')"
    cursor.execute(
        f"""SELECT c.relname, coalesce(r.rolname, 'PUBLIC'), g.privilege_type, ''
           FROM pg_class AS c CROSS JOIN LATERAL aclexplode(c.relacl) AS g LEFT JOIN pg_roles AS r ON r.oid = g.grantee
           WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN {kinds}
             AND g.grantee <> c.relowner
           UNION ALL
           SELECT c.relname, coalesce(r.rolname, 'PUBLIC'), g.privilege_type, a.attname
           FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid
           CROSS JOIN LATERAL aclexplode(a.attacl) AS g LEFT JOIN pg_roles AS r ON r.oid = g.grantee
           WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN {kinds}
             AND NOT a.attisdropped AND g.grantee <> c.relowner"""
    )
    return {
        Grant(table=table, role=role, privilege=privilege, column=column)
        for table, role, privilege, column in cursor.fetchall()
    }


def real_policies(cursor: CursorWrapper) -> list[RowPolicy]:
    """Every row policy; one given to several roles is said once for each."""
    cursor.execute(
        """SELECT tablename, policyname, unnest(roles)::text, cmd, coalesce(qual, ''), coalesce(with_check, ''),
                  permissive
           FROM pg_policies WHERE schemaname = 'public'"""
    )
    return [
        RowPolicy(
            table=table,
            name=name,
            role=role,
            verb=verb if permissive == "PERMISSIVE" else f"{permissive} {verb}",
            using=using,
            check=check,
        )
        for table, name, role, verb, using, check, permissive in cursor.fetchall()
    ]


def serial_sequences(cursor: CursorWrapper) -> list[tuple[str, str]]:
    """Tables and the sequences that number them. An INSERT alone needs no right on an identity's; reserving numbers
    in bulk, so that parents and children are written together, does."""
    cursor.execute(
        """SELECT t.relname, s.relname FROM pg_class AS s
           JOIN pg_depend AS d ON d.objid = s.oid AND d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
           JOIN pg_class AS t ON t.oid = d.refobjid
           WHERE s.relkind = 'S' AND s.relnamespace = 'public'::regnamespace ORDER BY 1"""
    )
    return [(table, sequence) for table, sequence in cursor.fetchall()]


def role_facts(cursor: CursorWrapper, names: Iterable[str]) -> list[RoleFact]:
    """The attributes of those of these roles that exist."""
    cursor.execute(
        """SELECT rolname, rolsuper, rolbypassrls, rolcanlogin, rolcreaterole FROM pg_roles
           WHERE rolname = ANY (%s) ORDER BY rolname""",
        [list(names)],
    )
    return [
        RoleFact(name=name, is_superuser=is_superuser, bypasses=bypasses, can_login=can_login, creates_roles=creates)
        for name, is_superuser, bypasses, can_login, creates in cursor.fetchall()
    ]


def memberships(cursor: CursorWrapper, names: Iterable[str]) -> set[tuple[str, str]]:
    """Pairs (role, member) for these roles: the member may take the role. Who may only give a role is left out."""
    cursor.execute("SELECT current_setting('server_version_num')::int >= 160000")
    (has_set_option,) = cursor.fetchone()
    takes = "AND m.set_option" if has_set_option else ""
    cursor.execute(
        f"""SELECT role.rolname, member.rolname FROM pg_auth_members AS m
            JOIN pg_roles AS role ON role.oid = m.roleid JOIN pg_roles AS member ON member.oid = m.member
            WHERE role.rolname = ANY (%s) {takes}""",
        [list(names)],
    )
    return {(role, member) for role, member in cursor.fetchall()}


def palier_functions(cursor: CursorWrapper) -> list[FunctionFact]:
    """The functions of the schema `palier`; `is_public` when anyone may call them."""
    cursor.execute(
        """SELECT p.proname, pg_get_userbyid(p.proowner), p.prosecdef,
                  p.proacl IS NULL OR EXISTS (SELECT FROM aclexplode(p.proacl) AS g WHERE g.grantee = 0), p.prosrc
           FROM pg_proc AS p WHERE p.pronamespace = 'palier'::regnamespace ORDER BY 1"""
    )
    return [
        FunctionFact(name=name, owner=owner, is_definer=is_definer, is_public=is_public, source=source)
        for name, owner, is_definer, is_public, source in cursor.fetchall()
    ]
