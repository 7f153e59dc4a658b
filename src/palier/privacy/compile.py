"""From the declared policy to what PostgreSQL must hold: grants and row policies, for one prefix of role names.

Policies have one measured form: the scope's function is called once a statement, in a sub-select, and
a reader who sees all has `true`, which PostgreSQL forgets, so that its indexes serve.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from palier.privacy.catalogue import HELPED, HELPED_EITHER_WAY, HELPED_TO_NOTE
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
    Scope.MY_FILES: "{column} = ANY ((SELECT palier.my_files())::bigint[])",
    Scope.MY_APPLICANTS: "{column} = ANY ((SELECT palier.my_applicants())::bigint[])",
    Scope.MY_APPLICATIONS: "{column} = ANY ((SELECT palier.my_applications())::bigint[])",
    Scope.MY_TRACE: "palier.is_my_trace(agent_id, person_id, role, purpose, at, is_mass)",
    Scope.OPENED_LEASES: "{column} = ANY ((SELECT palier.opened_leases())::bigint[])",
    Scope.OPENED_PERSONS: "{column} = ANY ((SELECT palier.opened_persons())::bigint[])",
    Scope.OPENED_ACCOUNTS: "{column} = ANY ((SELECT palier.opened_accounts())::bigint[])",
    Scope.OPENED_ENTRIES: "{column} = ANY ((SELECT palier.opened_entries())::bigint[])",
    Scope.OPENED_HOUSEHOLDS: "{column} = ANY ((SELECT palier.opened_households())::bigint[])",
    Scope.OPENED_RESIDENCES: "{column} = ANY ((SELECT palier.opened_residences())::int[])",
    Scope.OPENED_DWELLINGS: "{column} = ANY ((SELECT palier.opened_dwellings())::bigint[])",
    Scope.MY_SITTINGS: "{column} = ANY ((SELECT palier.my_sittings())::bigint[])",
    Scope.MY_ITEMS: "{column} = ANY ((SELECT palier.my_items())::bigint[])",
    Scope.MY_SHEETS: "{column} = ANY ((SELECT palier.my_sheets())::bigint[])",
    Scope.MY_HOMES: "{column} = ANY ((SELECT palier.my_homes())::int[])",
    Scope.MY_TICKETS: "{column} = ANY ((SELECT palier.my_tickets())::bigint[])",
}
# Whoever sees all still says who they are and why: asked once a statement, before any row.
IN_CONTEXT = "(SELECT palier.has_context())"
SECRET_CONDITIONS: dict[Secret, str] = {
    Secret.PERSON: "{column} <> ALL ((SELECT palier.hidden_persons())::bigint[])",
    Secret.LEASE: "{column} <> ALL ((SELECT palier.hidden_leases())::bigint[])",
    Secret.OCCUPANT: "{column} <> ALL ((SELECT palier.hidden_occupants())::bigint[])",
    Secret.ACCOUNT: "{column} <> ALL ((SELECT palier.hidden_accounts())::bigint[])",
    Secret.HOUSEHOLD: "{column} <> ALL ((SELECT palier.hidden_households())::bigint[])",
    Secret.APPLICATION: "{column} <> ALL ((SELECT palier.hidden_applications())::bigint[])",
    Secret.CANDIDACY: "{column} <> ALL ((SELECT palier.hidden_candidacies())::bigint[])",
    # In sight as long as its bill is.
    Secret.BILL: "EXISTS (SELECT FROM quittancement_bill WHERE quittancement_bill.id = {table}.{column})",
}
_SAME_ROWS: dict[Secret, Secret] = {Secret.CANDIDACY: Secret.APPLICATION}
# A file in the intermediate archive. PostgreSQL looks one number up in the index, or hashes them all for a long list.
_NOT_ARCHIVED = (
    "NOT EXISTS (SELECT FROM retention_archived WHERE retention_archived.kind = '{kind}'"
    " AND retention_archived.number = {table}.{column})"
)
# Names are searched inside a whole agency, of which the planner expects a handful of rows: the hash is made always.
_NOT_ARCHIVED_SEARCHED = (
    "NOT ({column} IN (SELECT retention_archived.number FROM retention_archived"
    " WHERE retention_archived.kind = '{kind}'))"
)
RESTRICTIVE = "RESTRICTIVE "
# A person reads their own file, protected or not, and so does whom they chose to help them; jobs bill everyone.
_NEVER_HIDDEN_FROM: tuple[Reader, ...] = (Role.TENANT, Role.APPLICANT, Role.HELPER, Role.EMPLOYEE, Role.SUPPLIER)
# The lodge has a few rows to look at and no right to the list itself: what it may read is counted (R7).
_NOT_ARCHIVED_LODGE = "NOT palier.is_archived('{kind}', {column})"
# Accounts are kept ten years, and whoever asks about their data is answered: what is archived is still theirs to read.
_READS_THE_ARCHIVE: tuple[Reader, ...] = (Role.ACCOUNTANT, Role.DPO)


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


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Freeze:
    """The trigger of a table whose rows wait while their person's data are frozen: whom it holds, and what it asks."""

    table: str
    roles: tuple[str, ...]
    # What leads to the person and by which column, in turn.
    arguments: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """All that the database must hold, no more and no less."""

    tables: frozenset[str]
    filtered: frozenset[str]
    append_only: frozenset[str]
    freezes: tuple[Freeze, ...]
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
        freezes=tuple(sorted(_freeze(access, prefix) for access in declared if access.freezes)),
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
    made += _restrictions(access, prefix)
    for write in access.writes:
        for writer in write.by:
            for verb in write.verbs:
                add(writer, verb.value, **_using_and_check(write, verb))
    return made


def _restrictions(access: TableAccess, prefix: str) -> list[RowPolicy]:
    """What keeps protected addresses and archived files from those who read the table, and from those who change it.

    An UPDATE or a DELETE that reads no column is held by no SELECT policy: each verb has its own.
    """
    made: list[RowPolicy] = []
    for reader in FAMILIES:
        held = [hidden for hidden in access.hidden if reader not in hidden.but]
        if not held or reader in _NEVER_HIDDEN_FROM:
            continue
        made += [
            RowPolicy(
                table=access.table,
                name=f"h_{reader}" + ("" if verb == "SELECT" else f"_{verb.lower()}"),
                role=role_name(prefix, reader),
                verb=RESTRICTIVE + verb,
                using=" AND ".join(_hides(hidden, access, reader, verb) for hidden in held),
                check="",
            )
            for verb in _verbs_of(access, reader)
        ]
        closed = [hidden for hidden in held if hidden.is_closed]
        if closed and any(reader in write.by and Verb.INSERT in write.verbs for write in access.writes):
            made.append(
                RowPolicy(
                    table=access.table,
                    name=f"h_{reader}_insert",
                    role=role_name(prefix, reader),
                    verb=RESTRICTIVE + Verb.INSERT,
                    using="",
                    check=" AND ".join(_hides(hidden, access, reader, Verb.INSERT) for hidden in closed),
                )
            )
    return [*made, *_let(access, prefix)]


def _let(access: TableAccess, prefix: str) -> Iterable[RowPolicy]:
    """What keeps a helper within what the person lets them do: an account to see, a problem to report."""
    asked = HELPED.get(access.category, "")
    if not asked or access.table in HELPED_EITHER_WAY:
        return
    condition, role = f"(SELECT palier.is_let('{asked}'))", role_name(prefix, Role.HELPER)
    if any(Role.HELPER in read.by for read in access.reads):
        yield RowPolicy(
            table=access.table, name="l_helper", role=role, verb=f"{RESTRICTIVE}SELECT", using=condition, check=""
        )
    if access.table not in HELPED_TO_NOTE and any(Role.HELPER in write.by for write in access.writes):
        yield RowPolicy(
            table=access.table,
            name="l_helper_insert",
            role=role,
            verb=RESTRICTIVE + Verb.INSERT,
            using="",
            check=condition,
        )


def _verbs_of(access: TableAccess, reader: Reader) -> list[str]:
    """What this reader may do to rows that are there already."""
    written = {verb for write in access.writes if reader in write.by for verb in write.verbs}
    reads = any(reader in read.by for read in access.reads)
    return (["SELECT"] if reads else []) + [verb.value for verb in (Verb.UPDATE, Verb.DELETE) if verb in written]


def _hides(hidden: Hidden, access: TableAccess, reader: Reader, verb: str) -> str:
    # What is examined without a name is read, and changed by nobody whom it is hidden from.
    by = hidden.by if verb == "SELECT" else _SAME_ROWS.get(hidden.by, hidden.by)
    condition = SECRET_CONDITIONS[by].format(column=hidden.column, table=access.table)
    # A bill is in the archive with its lease; an application is erased and never archived.
    if reader not in _READS_THE_ARCHIVE and by not in (Secret.BILL, Secret.APPLICATION, Secret.CANDIDACY):
        form = _NOT_ARCHIVED_SEARCHED if access.is_searched else _NOT_ARCHIVED
        form = _NOT_ARCHIVED_LODGE if reader == Role.CARETAKER else form
        condition += f" AND {form.format(kind=hidden.by.value, column=hidden.column, table=access.table)}"
    return f"({hidden.column} IS NULL OR ({condition}))" if hidden.optional else condition


def _freeze(access: TableAccess, prefix: str) -> Freeze:
    """Agents are held, and the files that they bring; not the person, nor a job that ends what is due."""
    held = [*(family for family in FAMILIES if family not in _NEVER_HIDDEN_FROM), Batch.IMPORT]
    return Freeze(
        table=access.table,
        roles=tuple(
            role_name(prefix, reader) for reader in held if {"UPDATE", "DELETE"} & set(_verbs_of(access, reader))
        ),
        arguments=tuple(
            word for hidden in access.hidden for word in (_SAME_ROWS.get(hidden.by, hidden.by).value, hidden.column)
        ),
    )


def _using_and_check(write: Write, verb: Verb) -> dict[str, str]:
    condition = _condition(write.scope, write.column)
    check = condition
    if write.where:
        check = write.where if write.scope is Scope.ALL else f"{condition} AND ({write.where})"
    using = condition
    if write.standing:
        using = write.standing if write.scope is Scope.ALL else f"{condition} AND ({write.standing})"
    return {
        "using": "" if verb is Verb.INSERT else using,
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
    verb = policy.verb.removeprefix(RESTRICTIVE)
    kind = " AS RESTRICTIVE" if policy.verb.startswith(RESTRICTIVE) else ""
    return f'CREATE POLICY {policy.name} ON {policy.table}{kind} FOR {verb} TO "{policy.role}"{using}{check}'


def freeze_statement(freeze: Freeze) -> str:
    """The SQL that creates the trigger of one table; dropped before it is made again."""
    roles = ", ".join(f"'{role}'" for role in freeze.roles)
    arguments = ", ".join(f"'{argument}'" for argument in freeze.arguments)
    return (
        f'CREATE TRIGGER frozen BEFORE UPDATE OR DELETE ON "{freeze.table}" FOR EACH ROW '
        f"WHEN (current_user IN ({roles})) EXECUTE FUNCTION palier.refuse_frozen({arguments})"
    )


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
