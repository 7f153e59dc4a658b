"""Work that two at once would spoil: the second waits its turn, or goes without."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


def take_turns(name: str) -> None:
    """Wait for whoever works under that name, until the transaction in hand ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


@contextmanager
def alone(name: str) -> Iterator[bool]:
    """True for one process at a time. Held by the session: it goes with a killed process, and no transaction is kept
    open meanwhile.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [name])
        (is_alone,) = cursor.fetchone()
    try:
        yield is_alone
    finally:
        if is_alone:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [name])
