"""What a role may read or do, asked of the declared policy: pages leave out what their reader has no right to."""

from functools import cache

from palier.privacy.declare import Batch, Role, Verb
from palier.privacy.policy import declared_pages, declared_tables


@cache
def may_read(role: Role | Batch, table: str) -> bool:
    """True when the role reads at least some columns of the table, in some scope."""
    return any(role in read.by for access in declared_tables() if access.table == table for read in access.reads)


@cache
def may_read_of(role: Role | Batch, category: str) -> bool:
    """True when the role reads some columns of some table of the category, in some scope."""
    tables = (access for access in declared_tables() if access.category == category)
    return any(role in read.by for access in tables for read in access.reads)


@cache
def may_write(role: Role | Batch, table: str, verb: Verb) -> bool:
    """True when the role has that verb on the table, in some scope."""
    return any(
        role in write.by and verb in write.verbs
        for access in declared_tables()
        if access.table == table
        for write in access.writes
    )


@cache
def may_open(role: Role | Batch, page: str) -> bool:
    """True when the page (« desk:account ») is declared open to the role."""
    access = declared_pages().get(page)
    return access is not None and not access.public and role in access.roles
