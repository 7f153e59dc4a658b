"""`palier worker`: takes the jobs that wait, and gives back to the queue those whose worker was killed."""

import argparse
import asyncio
import logging
from typing import TYPE_CHECKING

from palier.cli import Subparsers

if TYPE_CHECKING:
    from procrastinate import App

# A worker that has not said anything for that long is gone: a kill leaves its jobs « doing » for ever.
SILENT_SECONDS = 10.0
_HEARTBEAT_SECONDS = 2.0
_SWEEP_SECONDS = 2.0

logger = logging.getLogger("palier.worker")


def register(subparsers: Subparsers) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("worker", help="exécute les travaux en attente")
    parser.add_argument(
        "--queue", action="append", metavar="FILE", help="une file d’attente ; répétable ; toutes sans précision"
    )
    parser.add_argument("--once", action="store_true", help="s’arrête quand plus rien n’attend")
    parser.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> int:
    from palier.cli.application import open_application

    open_application()
    from procrastinate import PsycopgConnector
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.utils import connector_params

    # A connection of its own, outside Django's: it waits for notifications between two jobs.
    connector = PsycopgConnector(kwargs=connector_params(), min_size=1, max_size=4)
    asyncio.run(_work(app.with_connector(connector), args.queue or None, wait=not args.once))
    return 0


async def _work(app: "App", queues: list[str] | None, *, wait: bool) -> None:
    """One job at a time: a month takes the whole machine, and several workers may share it."""
    async with app.open_async():
        await sweep(app)
        sweeping = asyncio.create_task(_sweep_for_ever(app))
        try:
            await app.run_worker_async(
                # None is every queue; an empty list would be none at all.
                queues=queues,  # type: ignore[arg-type]
                wait=wait,
                concurrency=1,
                fetch_job_polling_interval=_SWEEP_SECONDS,
                update_heartbeat_interval=_HEARTBEAT_SECONDS,
                stalled_worker_timeout=SILENT_SECONDS,
                shutdown_graceful_timeout=15,
            )
        finally:
            sweeping.cancel()


async def _sweep_for_ever(app: "App") -> None:
    while True:
        await asyncio.sleep(_SWEEP_SECONDS)
        await sweep(app)


async def sweep(app: "App") -> int:
    """Put back in the queue the jobs whose worker is gone; how many.

    Every job of Palier may run twice. A job whose twin already waits is ended instead: its work is about to be done.
    """
    from procrastinate.exceptions import ConnectorException, UniqueViolation
    from procrastinate.jobs import Status

    count = 0
    try:
        for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=SILENT_SECONDS):
            try:
                await app.job_manager.retry_job(job)
            except UniqueViolation:
                await app.job_manager.finish_job(job, status=Status.ABORTED, delete_job=False)
            count += 1
    except ConnectorException:
        # The database is away for a moment, or another worker swept the same job: the next turn will tell.
        logger.warning("the queue could not be swept", exc_info=True)
    return count
