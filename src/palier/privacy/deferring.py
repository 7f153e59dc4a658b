"""Asking for a job from a page: through the one function that may write the queue, with ids and codes only."""

import json
from collections.abc import Mapping

from django.db import IntegrityError, connections, transaction

from palier.foundation.errors import Refusal

Argument = int | str | bool | None


class AlreadyAsked(Refusal):
    """Ce travail est déjà demandé et attend son tour."""


def defer(
    task: str,
    *,
    queue: str,
    args: Mapping[str, Argument],
    lock: str | None = None,
    queueing_lock: str | None = None,
    using: str = "default",
) -> int:
    """Put a job in the queue, in the caller's transaction; its number. Called under a family's role.

    `lock`: one job at a time with this value; `queueing_lock`: one waiting at a time. Raises AlreadyAsked.
    """
    try:
        with transaction.atomic(using=using), connections[using].cursor() as cursor:
            cursor.execute(
                "SELECT palier.defer_job(%s, %s::jsonb, %s, %s, %s)",
                [task, json.dumps(dict(args)), queue, lock, queueing_lock],
            )
            (number,) = cursor.fetchone()
    except IntegrityError as error:
        if "queueing_lock" in str(error):
            raise AlreadyAsked from error
        raise
    return int(number)
