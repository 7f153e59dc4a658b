"""Does the database hold what is declared, no more and no less? Each difference is a sentence; none = in order."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from django.urls import URLPattern, URLResolver, get_resolver

from palier.privacy.compile import (
    Compiled,
    Grant,
    RowPolicy,
    closed_roles,
    compile_policy,
    logins,
    role_name,
    sequence_grants,
)
from palier.privacy.declare import OWNER, PURGE, SCOPE
from palier.privacy.policy import declared_pages, declared_tables, faults_of_pages, faults_of_tables
from palier.privacy.queries import (
    forced_tables,
    memberships,
    palier_functions,
    partitions_left_open,
    real_freezes,
    real_grants,
    real_policies,
    role_facts,
    serial_sequences,
    tables_elsewhere,
    tables_of_database,
    triggered_tables,
    views_of_database,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyReport:
    """What was compared, and what differs."""

    tables: int
    policies: int
    urls: int
    differences: tuple[str, ...]


def check_policy(connection: BaseDatabaseWrapper) -> PolicyReport:
    """Compare the real database and the real URLs with the declarations. Reads catalogues only, under any role."""
    compiled = compile_policy(declared_tables(), prefix=settings.PALIER_ROLE_PREFIX)
    return PolicyReport(
        tables=len(compiled.tables),
        policies=len(compiled.policies),
        urls=len(set(urls_of_sites())),
        differences=(*database_differences(connection), *address_differences()),
    )


def database_differences(connection: BaseDatabaseWrapper) -> list[str]:
    """What the database holds and nobody declared, or lacks."""
    prefix: str = settings.PALIER_ROLE_PREFIX
    tables = declared_tables()
    compiled = compile_policy(tables, prefix=prefix)
    with connection.cursor() as cursor:
        return [
            *faults_of_tables(tables),
            *_tables_differences(cursor, compiled),
            *_grants_differences(cursor, compiled, prefix),
            *_policies_differences(cursor, compiled),
            *_roles_differences(cursor, prefix),
            *_functions_differences(cursor, prefix),
        ]


def address_differences() -> list[str]:
    """The addresses that no table of pages knows, and the pages without address."""
    pages, urls = declared_pages(), set(urls_of_sites())
    return [
        *faults_of_pages(pages),
        *(f"{name} : adresse absente de la table des pages" for name in sorted(urls - pages.keys())),
        *(f"{name} : page déclarée sans adresse" for name in sorted(pages.keys() - urls)),
    ]


def _tables_differences(cursor: CursorWrapper, compiled: Compiled) -> Iterator[str]:
    real, forced, kept = tables_of_database(cursor), forced_tables(cursor), triggered_tables(cursor, "append_only")
    for table in sorted(real - compiled.tables):
        yield f"{table} : table inconnue de la politique"
    for table in sorted(compiled.tables - real):
        yield f"{table} : table déclarée mais absente de la base"
    for table in sorted(tables_elsewhere(cursor)):
        yield f"{table} : table hors du schéma public, que la politique ne couvre pas"
    for view in sorted(views_of_database(cursor)):
        yield f"{view} : une vue lit avec les droits de son propriétaire"
    for table in sorted(compiled.filtered - forced):
        yield f"{table} : la sécurité des lignes n’est pas forcée"
    for table in sorted(compiled.append_only - kept):
        yield f"{table} : rien n’empêche de modifier ses lignes"
    for partition in partitions_left_open(cursor):
        yield f"{partition} : ce mois se lit ou se modifie à côté de sa table"
    held = {(freeze.table, " ".join(freeze.arguments), tuple(sorted(freeze.roles))) for freeze in compiled.freezes}
    for table, *_ in sorted(held - real_freezes(cursor)):
        yield f"{table} : rien n’empêche de modifier des données gelées"


def _grants_differences(cursor: CursorWrapper, compiled: Compiled, prefix: str) -> Iterator[str]:
    real, real_on_sequences = real_grants(cursor), real_grants(cursor, on_sequences=True)
    expected_on_sequences = sequence_grants(compiled, serial_sequences(cursor), prefix=prefix)
    for grant in sorted((real - compiled.grants) | (real_on_sequences - expected_on_sequences)):
        yield f"{_said(grant)} : droit donné mais non déclaré"
    for grant in sorted((compiled.grants - real) | (expected_on_sequences - real_on_sequences)):
        yield f"{_said(grant)} : droit déclaré mais non donné"


def _said(grant: Grant) -> str:
    return f"{grant.table}{f'.{grant.column}' if grant.column else ''}, {grant.privilege} à {grant.role}"


def _policies_differences(cursor: CursorWrapper, compiled: Compiled) -> Iterator[str]:
    real = {(policy.table, policy.name): policy for policy in real_policies(cursor)}
    expected = {(policy.table, policy.name): policy for policy in compiled.policies}
    for key in sorted(real.keys() - expected.keys()):
        yield f"{key[0]} : la règle {key[1]} n’est pas déclarée"
    for key in sorted(expected.keys() - real.keys()):
        yield f"{key[0]} : la règle {key[1]} manque"
    for key in sorted(expected.keys() & real.keys()):
        if _shape(real[key]) != _shape(expected[key]):
            yield f"{key[0]} : la règle {key[1]} ne dit pas ce qui est déclaré"


def _shape(policy: RowPolicy) -> tuple[str, str, str, str]:
    return policy.role, policy.verb, _plain(policy.using), _plain(policy.check)


def _plain(condition: str) -> str:
    """A condition without what PostgreSQL adds when it prints it back: brackets, casts, aliases, spaces."""
    text = re.sub(r"\s+AS\s+\w+", "", condition)
    text = text.replace("::integer[]", "::int[]").replace("::text", "").replace("CURRENT_DATE", "current_date")
    return re.sub(r"[\s()]", "", text)


def _roles_differences(cursor: CursorWrapper, prefix: str) -> Iterator[str]:
    open_roles, closed = logins(prefix), closed_roles(prefix)
    facts = {fact.name: fact for fact in role_facts(cursor, (*open_roles, *closed))}
    for name in sorted({*open_roles, *closed} - facts.keys()):
        yield f"{name} : rôle absent"
    for name, fact in facts.items():
        if fact.is_superuser or fact.bypasses:
            yield f"{name} : ce rôle passe outre la sécurité des lignes"
        if fact.can_login and name in closed:
            yield f"{name} : ce rôle ne doit pas pouvoir se connecter"
        if fact.creates_roles and name != role_name(prefix, OWNER):
            yield f"{name} : ce rôle ne doit pas pouvoir créer de rôle"
    expected = {(role, login) for login, roles in open_roles.items() for role in roles}
    held = memberships(cursor, (*open_roles, *closed))
    for role, member in sorted(held - expected):
        yield f"{member} peut prendre le rôle {role}, ce n’est pas déclaré"
    for role, member in sorted(expected - held):
        yield f"{member} ne peut pas prendre le rôle {role}"


def _functions_differences(cursor: CursorWrapper, prefix: str) -> Iterator[str]:
    folder = files("palier.privacy") / "sql"
    written = "".join(file.read_text(encoding="utf-8") for file in folder.iterdir() if file.name.endswith(".sql"))
    for function in palier_functions(cursor):
        if function.owner in (role_name(prefix, SCOPE), role_name(prefix, PURGE)) and function.source not in written:
            yield f"palier.{function.name} : la fonction ne dit pas ce qui est écrit"
        if not function.is_definer:
            continue
        if function.owner not in (role_name(prefix, SCOPE), role_name(prefix, PURGE)):
            yield f"palier.{function.name} : fonction privilégiée d’un autre propriétaire, {function.owner}"
        if function.is_public:
            yield f"palier.{function.name} : fonction privilégiée que tous peuvent appeler"


def urls_of_sites() -> Iterator[str]:
    """The full name of every URL: « desk:account ». A URL without a name is said by its route."""
    yield from _names(get_resolver().url_patterns, "")


def _names(patterns: list[URLPattern | URLResolver], namespace: str) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _names(pattern.url_patterns, inner)
        else:
            yield f"{namespace}{pattern.name or pattern.pattern}"
