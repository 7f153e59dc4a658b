"""The trace of sheets and opinions that are read: the database names the persons, whom the page must not know."""

from collections.abc import Collection

from django.db import DatabaseError, connection

from palier.privacy.actor import JournalClosed


def trace_sheets(item_ids: Collection[int], *, screen: str) -> None:
    """Write the line of the read journal for the persons behind the sheets of a member (privacy/sql/commission.sql).

    Raises JournalClosed: no trace, no page.
    """
    _trace("SELECT palier.trace_sheets(%s::bigint[], %s)", list(item_ids), screen)


def trace_protected(item_ids: Collection[int], *, screen: str) -> None:
    """The same for the protected persons behind the sheets that a secretary reads, of whichever sitting.

    Raises JournalClosed.
    """
    _trace("SELECT palier.trace_protected(%s::bigint[], %s)", list(item_ids), screen)


def trace_opinions(sitting_id: int, *, screen: str) -> None:
    """The same for the tenants behind a sitting's opinions (privacy/sql/occupation.sql). Raises JournalClosed."""
    _trace("SELECT palier.trace_opinions(%s, %s)", sitting_id, screen)


def _trace(statement: str, read: int | list[int], screen: str) -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement, [read, screen])
    except DatabaseError as error:
        raise JournalClosed from error
