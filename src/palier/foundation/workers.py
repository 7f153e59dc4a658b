"""Who is still at work: a worker, and whoever shows a progress, holds a lock of its own PostgreSQL session.

A killed process loses its session, and with it the lock, at once: no silence to wait for, and a slow worker is never
taken for a dead one. What is said to run while nobody holds its lock is put back in the queue, or said interrupted.
The other way round, a worker that lost its session ends itself: another may already be doing its job.
"""

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable

import psycopg
from django.db import close_old_connections, connection
from procrastinate import App, JobContext, PsycopgConnector
from procrastinate.contrib.django import app as django_app
from procrastinate.contrib.django.utils import connector_params
from procrastinate.exceptions import ConnectorException
from procrastinate.manager import JobManager
from procrastinate.worker import Worker

from palier.foundation.jobs import WORK_LOCKS

# The first key of the lock that a worker holds; the second is its number.
_WORKERS = 1_886_415_217
# EX_TEMPFAIL: nothing is wrong with the program, start it again.
SESSION_LOST = 75
_SWEEP_SECONDS = 1.0
_HEARTBEAT_SECONDS = 5.0
# Only for a machine cut off from the database, whose session the server still believes in.
_SILENT_SECONDS = 60.0
_POOL_SECONDS = 5.0

_HELD = """
EXISTS (SELECT FROM pg_locks AS held
        WHERE held.locktype = 'advisory' AND held.objsubid = 2 AND held.classid = {kind} AND held.objid = {number}::oid
          AND held.database = (SELECT oid FROM pg_database WHERE datname = current_database()))
"""

# Two workers may sweep at once: a row is held while it is judged. A job whose twin already waits is ended: its work
# is about to be done.
_PUT_BACK = f"""
WITH gone AS (
    SELECT id, queueing_lock FROM procrastinate_jobs AS job
    WHERE status = 'doing' AND (worker_id IS NULL OR NOT {_HELD.format(kind=_WORKERS, number="job.worker_id")})
    FOR UPDATE SKIP LOCKED
)
SELECT gone.id,
       CASE WHEN EXISTS (SELECT FROM procrastinate_jobs AS twin
                         WHERE twin.status = 'todo' AND twin.queueing_lock = gone.queueing_lock)
            THEN procrastinate_finish_job_v1(gone.id, 'aborted', false)::text
            ELSE procrastinate_retry_job_v2(gone.id, now(), NULL, NULL, NULL)::text END
FROM gone
"""
_SAY_INTERRUPTED = f"""
UPDATE foundation_jobprogress AS work
SET phase = '', done = 0, total = 0, updated_at = now(), state = told.state, message = told.message
FROM (
    SELECT row.id,
           CASE WHEN job.id IS NULL THEN 'FAILED' ELSE 'WAITING' END AS state,
           CASE WHEN job.id IS NULL THEN 'Interrompu avant la fin\u202f: rien n’est resté à moitié fait, relancez-le.'
                ELSE 'Interrompu, reprend de lui-même.' END AS message
    FROM foundation_jobprogress AS row
    LEFT JOIN procrastinate_jobs AS job
           ON job.id::text = split_part(row.key, '/', 2) AND job.status IN ('todo', 'doing')
    WHERE row.state = 'RUNNING' AND NOT {_HELD.format(kind=WORK_LOCKS, number="row.id")}
) AS told
WHERE work.id = told.id AND work.state = 'RUNNING'
"""

logger = logging.getLogger("palier.worker")


async def work(queues: list[str] | None, *, wait: bool) -> None:
    """Take jobs one at a time: a month takes the whole machine, and several workers may share it.

    With `wait` false, return when nothing waits. Ends the process with SESSION_LOST when the database lets it go.
    """
    # A job whose end could not be written would stay « doing » under a worker that lives.
    asyncio.get_running_loop().set_exception_handler(_end_on_what_nobody_caught)
    # Connections of their own, outside Django's: one holds the lock, the others serve the queue.
    # What cannot be had from them in a few seconds ends the worker: a fresh one is quicker than a long wait.
    connector = PsycopgConnector(kwargs=connector_params(), min_size=1, max_size=4, timeout=_POOL_SECONDS)
    app = django_app.with_connector(connector)
    async with (
        app.open_async(),
        await psycopg.AsyncConnection.connect(**connector_params(), autocommit=True) as session,
    ):
        app.job_manager = manager = _ClaimingManager(connector, session)
        await sweep(app)
        sweeping = asyncio.create_task(_sweep_for_ever(app))
        worker = Worker(
            app=app,
            queues=queues,
            wait=wait,
            concurrency=1,
            fetch_job_polling_interval=_SWEEP_SECONDS,
            update_heartbeat_interval=_HEARTBEAT_SECONDS,
            stalled_worker_timeout=_SILENT_SECONDS,
            shutdown_graceful_timeout=15,
            task_middleware=[_with_a_sound_connection],
        )
        running: Callable[[], Awaitable[None]] = worker.run
        try:
            await running()
        finally:
            sweeping.cancel()
            manager.stop_watching()


def workers_at_work() -> int:
    """How many workers hold their lock at this instant."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT count(*) FROM pg_locks AS held WHERE held.locktype = 'advisory' AND held.classid = %s
               AND held.database = (SELECT oid FROM pg_database WHERE datname = current_database())""",
            [_WORKERS],
        )
        (count,) = cursor.fetchone()
    return int(count)


def queues_but(left_out: list[str]) -> list[str]:
    """Every queue that a task of the program uses, but these."""
    return sorted({task.queue for task in django_app.tasks.values()} - set(left_out))


async def sweep(app: App) -> int:
    """Put back in the queue the jobs whose worker is gone, say which work was interrupted; how many jobs.

    Every job of Palier may run twice.
    """
    put_back = await app.connector.execute_query_all_async(_PUT_BACK)
    await app.connector.execute_query_async(_SAY_INTERRUPTED)
    return len(put_back)


async def _sweep_for_ever(app: App) -> None:
    while True:
        await asyncio.sleep(_SWEEP_SECONDS)
        try:
            await sweep(app)
        except ConnectorException:
            # The database is away for a moment, or a twin was asked for meanwhile: the next turn will tell.
            logger.warning("the queue could not be swept", exc_info=True)


class _ClaimingManager(JobManager):
    """A worker holds its lock before its first job: a job being done always has a living holder."""

    def __init__(self, connector: PsycopgConnector, session: psycopg.AsyncConnection) -> None:
        super().__init__(connector)
        self._session = session
        self._watching: asyncio.Task[None] | None = None

    async def register_worker(self) -> int:
        number = await super().register_worker()
        await self._session.execute("SELECT pg_advisory_lock(%s, %s)", (_WORKERS, number))
        self._watching = asyncio.create_task(_watch(self._session))
        return number

    def stop_watching(self) -> None:
        if self._watching is not None:
            self._watching.cancel()


async def _watch(session: psycopg.AsyncConnection) -> None:
    """Wait for the end of the session; nothing is ever notified on it."""
    try:
        async for _ in session.notifies():
            pass
    except psycopg.OperationalError as lost:
        _end(str(lost))


def _with_a_sound_connection(call_next: Callable[[], object], context: JobContext, worker: Worker) -> object:
    """As at the start and the end of a request: a connection that broke in one job is not given to the next."""
    close_old_connections()
    try:
        return call_next()
    finally:
        close_old_connections()


def _end_on_what_nobody_caught(_loop: asyncio.AbstractEventLoop, told: dict[str, object]) -> None:
    _end(str(told.get("exception") or told.get("message")))


def _end(reason: str) -> None:
    """At once, from wherever one is: the job in hand is rolled back with its connection, and taken again."""
    logger.error("the worker ends, to be started again: %s", reason.strip())
    logging.shutdown()
    os._exit(SESSION_LOST)
