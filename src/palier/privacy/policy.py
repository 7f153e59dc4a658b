"""The declared policy, gathered: each module's tables and each site's pages, found by name since they live above."""

import importlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from importlib.util import find_spec
from types import ModuleType

from django.apps import apps
from django.db.models import Model

from palier.privacy.catalogue import CATEGORIES, HELPED, HELPED_TO_WRITE, PURPOSES
from palier.privacy.declare import SCOPE_COLUMNS, PageAccess, Read, Role, Scope, TableAccess, Verb, Write


def _parts(name: str) -> Iterator[tuple[str, ModuleType]]:
    """The module `name` of each installed part of Palier that has one, with the part's label."""
    for app in apps.get_app_configs():
        if app.name.startswith("palier.") and find_spec(f"{app.name}.{name}") is not None:
            yield app.label, importlib.import_module(f"{app.name}.{name}")


@cache
def declared_tables() -> tuple[TableAccess, ...]:
    """Every table of the database, as declared in the modules' `privacy.py`."""
    return tuple(_with_helper(access) for _, module in _parts("privacy") for access in module.TABLES)


def _with_helper(access: TableAccess) -> TableAccess:
    """What a tenant reads of their lease, account and documents, their helper reads by the same rows: said once."""
    if access.category not in HELPED:
        return access
    reads = tuple(
        # What applicants read too is of their applications: no helper comes near it.
        replace(read, by=(*read.by, Role.HELPER))
        if Role.TENANT in read.by and Role.APPLICANT not in read.by and Role.HELPER not in read.by
        else read
        for read in access.reads
    )
    writes = tuple(
        replace(write, by=(*write.by, Role.HELPER))
        if access.table in HELPED_TO_WRITE and Role.TENANT in write.by and write.verbs == (Verb.INSERT,)
        else write
        for write in access.writes
    )
    return replace(access, reads=reads, writes=writes)


@cache
def declared_pages() -> Mapping[str, PageAccess]:
    """Every page, as declared in the sites' `pages.py`, by its full name: « desk:account »."""
    return {f"{label}:{name}": page for label, module in _parts("pages") for name, page in module.PAGES.items()}


def _own_models() -> dict[str, type[Model]]:
    return {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}


def faults_of_tables(tables: tuple[TableAccess, ...]) -> Iterator[str]:
    """What is wrong in the tables' declarations themselves, before any database is looked at."""
    models = _own_models()
    names = [access.table for access in tables]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"{name} is declared twice"
    for name, model in models.items():
        if model._meta.managed and name not in names:
            yield f"{name} has a model but no declared access"
    for access in tables:
        if access.category and access.category not in CATEGORIES:
            yield f"{access.table}: the category {access.category} is not in the catalogue"
        if access.table in models:
            yield from _faults_of_columns(
                access, {field.column for field in models[access.table]._meta.concrete_fields}
            )


def _faults_of_columns(access: TableAccess, known: set[str]) -> Iterator[str]:
    parts: tuple[Read | Write, ...] = (*access.reads, *access.writes)
    for part in parts:
        named = set(part.columns)
        if part.scope not in (Scope.ALL, Scope.MY_TRACE):
            named.add(part.column or SCOPE_COLUMNS[part.scope])
        for column in sorted(named - known):
            yield f"{access.table} has no column {column}"


def faults_of_pages(pages: Mapping[str, PageAccess]) -> Iterator[str]:
    """What is wrong in the pages' declarations themselves."""
    for name, page in pages.items():
        if page.public:
            continue
        purpose = PURPOSES.get(page.purpose)
        if purpose is None:
            yield f"{name}: the purpose {page.purpose} is not in the catalogue"
            continue
        for role in page.roles:
            if role not in purpose.roles:
                yield f"{name}: {role} does not act for {page.purpose}"
        for category in page.categories:
            if category not in CATEGORIES:
                yield f"{name}: the category {category} is not in the catalogue"
        if page.categories and not page.screen:
            yield f"{name} shows personal data but has no screen name for the journal"
