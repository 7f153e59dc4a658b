"""From the declared policy to what PostgreSQL must hold: grants and row policies, for one prefix of role names.

Policies have one measured form: the scope's function is called once a statement, in a sub-select, and
a reader who sees all has `true`, which PostgreSQL forgets, so that its indexes serve.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from palier.privacy.declare import (
    LOGIN,
    OPENED_FILE,
    OWNER,
    PURGE,
    SCOPE,
    SCOPE_COLUMNS,
    WORKER,
    Batch,
    Hidden,
    Reader,
    Role,
    Scope,
    Secret,
    TableAccess,
    Verb,
    Write,
)

# The families that a signed-in request may take, and those that a command or a job may take.
FAMILIES: tuple[Reader, ...] = (*Role, OPENED_FILE)
BATCHES: tuple[Batch, ...] = tuple(Batch)

SCOPE_CONDITIONS: dict[Scope, str] = {
    Scope.ALL: "true",
    Scope.MY_RESIDENCES: "{column} = ANY ((SELECT palier.my_residences())::int[])",
    Scope.MYSELF: "{column} = (SELECT palier.my_person())",
    Scope.MY_LEASES: "{column} = ANY ((SELECT palier.my_leases())::bigint[])",
    Scope.MY_ACCOUNTS: "{column} = ANY ((SELECT palier.my_accounts())::bigint[])",
    Scope.MY_ENTRIES: "{column} = ANY ((SELECT palier.my_entries())::bigint[])",
    Scope.MY_HOUSEHOLDS: "{column} = ANY ((SELECT palier.my_households())::bigint[])",
    Scope.MY_OWN_WORK: "{column} = (SELECT palier.my_agent())",
    Scope.MY_TRACE: "palier.is_my_trace(agent_id, person_id, role, purpose, at, is_mass)",
    Scope.OPENED_LEASES: "{column} = ANY ((SELECT palier.opened_leases())::bigint[])",
    Scope.OPENED_PERSONS: "{column} = ANY ((SELECT palier.opened_persons())::bigint[])",
    Scope.OPENED_ACCOUNTS: "{column} = ANY ((SELECT palier.opened_accounts())::bigint[])",
    Scope.OPENED_ENTRIES: "{column} = ANY ((SELECT palier.opened_entries())::bigint[])",
    Scope.OPENED_HOUSEHOLDS: "{column} = ANY ((SELECT palier.opened_households())::bigint[])",
    Scope.OPENED_RESIDENCES: "{column} = ANY ((SELECT palier.opened_residences())::int[])",
    Scope.OPENED_DWELLINGS: "{column} = ANY ((SELECT palier.opened_dwellings())::bigint[])",
}
# Whoever sees all still says who they are and why: asked once a statement, before any row.
IN_CONTEXT = "(SELECT palier.has_context())"
SECRET_CONDITIONS: dict[Secret, str] = {
    Secret.PERSON: "{column} <> ALL ((SELECT palier.hidden_persons())::bigint[])",
    Secret.LEASE: "{column} <> ALL ((SELECT palier.hidden_leases())::bigint[])",
    Secret.OCCUPANT: "{column} <> ALL ((SELECT palier.hidden_occupants())::bigint[])",
    Secret.ACCOUNT: "{column} <> ALL ((SELECT palier.hidden_accounts())::bigint[])",
    Secret.HOUSEHOLD: "{column} <> ALL ((SELECT palier.hidden_households())::bigint[])",
}
RESTRICTIVE = "RESTRICTIVE SELECT"
# A person reads their own file, protected or not; jobs bill everyone.
_NEVER_HIDDEN_FROM: tuple[Reader, ...] = (Role.TENANT, Role.APPLICANT)


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Grant:
    """One right of one role on a table, or on one column of it (`column` empty = the whole table)."""

    table: str
    role: str
    privilege: str
    column: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class RowPolicy:
    """One row policy: which rows a role may see (`using`) or write (`check`)."""

    table: str
    name: str
    role: str
    verb: str
    using: str
    check: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """All that the database must hold, no more and no less."""

    tables: frozenset[str]
    filtered: frozenset[str]
    append_only: frozenset[str]
    grants: frozenset[Grant]
    policies: tuple[RowPolicy, ...]


def role_name(prefix: str, reader: Reader) -> str:
    """The database's name of a role: `palier_rent_officer`."""
    return f"{prefix}_{reader}"


def logins(prefix: str) -> dict[str, tuple[str, ...]]:
    """The roles that open the database, and those that each may take."""
    return {
        role_name(prefix, LOGIN): tuple(role_name(prefix, family) for family in FAMILIES),
        role_name(prefix, WORKER): tuple(role_name(prefix, job) for job in BATCHES),
        role_name(prefix, OWNER): (),
    }


def closed_roles(prefix: str) -> tuple[str, ...]:
    """The roles that nobody opens the database with."""
    return tuple(role_name(prefix, reader) for reader in (*FAMILIES, *BATCHES, SCOPE, PURGE))


def compile_policy(tables: Iterable[TableAccess], *, prefix: str) -> Compiled:
    """What the declared policy asks of the database."""
    declared = tuple(tables)
    grants: set[Grant] = set()
    policies: list[RowPolicy] = []
    for access in declared:
        grants |= set(_grants(access, prefix))
        if access.is_filtered:
            policies += _policies(access, prefix)
    return Compiled(
        tables=frozenset(access.table for access in declared),
        filtered=frozenset(access.table for access in declared if access.is_filtered),
        append_only=frozenset(access.table for access in declared if access.append_only),
        grants=_without_repeats(grants),
        policies=tuple(sorted(policies)),
    )


def _grants(access: TableAccess, prefix: str) -> Iterable[Grant]:
    for read in access.reads:
        for reader in read.by:
            for column in read.columns or ("",):
                yield Grant(table=access.table, role=role_name(prefix, reader), privilege="SELECT", column=column)
    for write in access.writes:
        for writer in write.by:
            for verb in write.verbs:
                # Columns restrict an UPDATE only: a row is inserted or deleted whole.
                for column in (write.columns or ("",)) if verb is Verb.UPDATE else ("",):
                    yield Grant(table=access.table, role=role_name(prefix, writer), privilege=verb.value, column=column)


def _without_repeats(grants: set[Grant]) -> frozenset[Grant]:
    """A right on the whole table makes the same right on one column vain, and PostgreSQL would still keep both."""
    whole = {(grant.table, grant.role, grant.privilege) for grant in grants if not grant.column}
    return frozenset(
        grant for grant in grants if not grant.column or (grant.table, grant.role, grant.privilege) not in whole
    )


def _policies(access: TableAccess, prefix: str) -> list[RowPolicy]:
    made: list[RowPolicy] = []
    seen: Counter[tuple[str, str]] = Counter()

    def add(reader: Reader, verb: str, *, using: str, check: str) -> None:
        seen[(str(reader), verb)] += 1
        rank = seen[(str(reader), verb)]
        name = f"p_{reader}_{verb.lower()}" + (f"_{rank}" if rank > 1 else "")
        role = role_name(prefix, reader)
        made.append(RowPolicy(table=access.table, name=name, role=role, verb=verb, using=using, check=check))

    for read in access.reads:
        condition = _condition(read.scope, read.column)
        if read.where:
            condition = read.where if read.scope is Scope.ALL else f"{condition} AND ({read.where})"
        for reader in read.by:
            sees_all = condition == "true" and reader in (*FAMILIES, *BATCHES) and not access.is_searched
            add(reader, "SELECT", using=IN_CONTEXT if sees_all else condition, check="")
    for reader in _kept_from(access):
        using = " AND ".join(_hides(hidden) for hidden in access.hidden)
        made.append(
            RowPolicy(
                table=access.table,
                name=f"h_{reader}",
                role=role_name(prefix, reader),
                verb=RESTRICTIVE,
                using=using,
                check="",
            )
        )
    for write in access.writes:
        for writer in write.by:
            for verb in write.verbs:
                add(writer, verb.value, **_using_and_check(write, verb))
    return made


def _kept_from(access: TableAccess) -> list[Reader]:
    """Those who read the table and must not reach a protected address through it."""
    if not access.hidden:
        return []
    reading = {reader for read in access.reads for reader in read.by}
    return [family for family in FAMILIES if family in reading and family not in _NEVER_HIDDEN_FROM]


def _hides(hidden: Hidden) -> str:
    condition = SECRET_CONDITIONS[hidden.by].format(column=hidden.column)
    return f"({hidden.column} IS NULL OR {condition})" if hidden.optional else condition


def _using_and_check(write: Write, verb: Verb) -> dict[str, str]:
    condition = _condition(write.scope, write.column)
    check = condition
    if write.where:
        check = write.where if write.scope is Scope.ALL else f"{condition} AND ({write.where})"
    return {
        "using": "" if verb is Verb.INSERT else condition,
        "check": "" if verb is Verb.DELETE else check,
    }


def _condition(scope: Scope, column: str) -> str:
    return SCOPE_CONDITIONS[scope].format(column=column or SCOPE_COLUMNS.get(scope, ""))


def sequence_grants(compiled: Compiled, sequences: Iterable[tuple[str, str]], *, prefix: str) -> frozenset[Grant]:
    """The rights on the sequences that number rows, given as (table, sequence): those who insert take numbers.

    A job that writes parents and children together by COPY also sets them.
    """
    inserters = {(grant.table, grant.role) for grant in compiled.grants if grant.privilege == "INSERT"}
    batches = {role_name(prefix, batch) for batch in BATCHES}
    return frozenset(
        Grant(table=sequence, role=role, privilege=privilege)
        for table, sequence in sequences
        for inserted, role in inserters
        if inserted == table
        for privilege in (("SELECT", "UPDATE", "USAGE") if role in batches else ("USAGE",))
    )


def policy_statement(policy: RowPolicy) -> str:
    """The SQL that creates one policy. Names and conditions come from the declarations, never from a request."""
    using = f" USING ({policy.using})" if policy.using else ""
    check = f" WITH CHECK ({policy.check})" if policy.check else ""
    verb = "SELECT" if policy.verb == RESTRICTIVE else policy.verb
    kind = " AS RESTRICTIVE" if policy.verb == RESTRICTIVE else ""
    return f'CREATE POLICY {policy.name} ON {policy.table}{kind} FOR {verb} TO "{policy.role}"{using}{check}'


def grant_statements(grants: Iterable[Grant], *, on: str = "TABLE") -> list[str]:
    """The SQL that gives these rights on tables or sequences: one statement for each of them and role."""
    rights: dict[tuple[str, str], dict[str, list[str]]] = {}
    for grant in sorted(grants):
        columns = rights.setdefault((grant.table, grant.role), {}).setdefault(grant.privilege, [])
        if grant.column:
            columns.append(f'"{grant.column}"')
    statements = []
    for (table, role), privileges in rights.items():
        said = ", ".join(verb + (f" ({', '.join(columns)})" if columns else "") for verb, columns in privileges.items())
        statements.append(f'GRANT {said} ON {on} "{table}" TO "{role}"')
    return statements
