"""Long work: its progress, said on a connection of its own so that it shows before the work commits."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from importlib import import_module
from multiprocessing import get_context

import psycopg
from django.db import connection

from palier.foundation.clock import now
from palier.foundation.errors import Refusal
from palier.foundation.processes import end_with_the_parent

# The first key of the lock that a running piece of work holds; the second is the number of its row.
WORK_LOCKS = 1_886_415_218
# How often the row is written: often enough for an eye, seldom enough to cost nothing.
_EVERY_SECONDS = 0.4

Listener = Callable[[str, int, int], None]


class Progress:
    """Says how far a piece of work is, to a table for the page and to a listener for the terminal."""

    def __init__(self, connection_: psycopg.Connection, key: str, listener: Listener | None) -> None:
        self._connection = connection_
        self._key = key
        self._listener = listener
        self._last = 0.0
        # What the work found, said beside its end.
        self.found = ""

    def at(self, phase: str, done: int, total: int) -> None:
        instant = time.monotonic()
        if instant - self._last < _EVERY_SECONDS and done < total:
            return
        self._last = instant
        if self._listener is not None:
            self._listener(phase, done, total)
        self._connection.execute(
            "UPDATE foundation_jobprogress SET phase = %s, done = %s, total = %s, updated_at = %s WHERE key = %s",
            (phase, done, total, now(), self._key),
        )

    def ended(self, state: str, message: str) -> None:
        self._connection.execute(
            "UPDATE foundation_jobprogress SET state = %s, message = %s, updated_at = %s WHERE key = %s",
            (state, message[:400], now(), self._key),
        )


@contextmanager
def progress(key: str, label: str, listener: Listener | None = None) -> Iterator[Progress]:
    """Follow one piece of work named `key`; a failure is kept with its sentence and raised again."""
    parameters = connection.get_connection_params()
    parameters.pop("cursor_factory", None)
    parameters.pop("context", None)
    with psycopg.connect(**parameters, autocommit=True) as apart:
        # The lock goes with the session, and tells a work that runs from one that was killed (foundation.workers).
        # Shared: the same work asked twice at once waits for its data, not for its progress.
        apart.execute(
            """WITH shown AS (
                   INSERT INTO foundation_jobprogress
                       (key, label, phase, done, total, state, message, started_at, updated_at)
                   VALUES (%s, %s, '', 0, 0, 'RUNNING', '', now(), now())
                   ON CONFLICT (key) DO UPDATE SET label = EXCLUDED.label, phase = '', done = 0, total = 0,
                   state = 'RUNNING', message = '', started_at = now(), updated_at = now()
                   RETURNING id
               )
               SELECT pg_advisory_lock_shared(%s, id::int) FROM shown""",
            (key, label, WORK_LOCKS),
        )
        work = Progress(apart, key, listener)
        try:
            yield work
        except BaseException as failure:
            work.ended("FAILED", _told(failure))
            raise
        work.ended("DONE", work.found)


def _told(failure: BaseException) -> str:
    """A refusal in its own words; anything else may quote a name or an amount, and says nothing to who reads it."""
    if isinstance(failure, Refusal):
        return str(failure)
    return f"Une erreur imprévue a arrêté ce travail ({type(failure).__name__}). Rien n’est resté à moitié fait."


def in_processes(count: int, function: str, *arguments: str) -> list[Future[int]]:
    """Start `count` fresh processes that each call `function` ("package.module.name") with text arguments.

    The application is loaded in each before the function's module is. The caller waits for the futures it is given;
    what a function raises comes out of its future, BrokenProcessPool when one of the processes was killed. They do not
    outlive the caller's process.
    """
    pool = ProcessPoolExecutor(count, mp_context=get_context("spawn"))
    futures = [pool.submit(_call, function, arguments) for _ in range(count)]
    pool.shutdown(wait=False)
    return futures


def _call(function: str, arguments: tuple[str, ...]) -> int:
    threading.Thread(target=end_with_the_parent, daemon=True).start()
    import django

    django.setup()
    module, _, name = function.rpartition(".")
    done: int = getattr(import_module(module), name)(*arguments)
    return done
