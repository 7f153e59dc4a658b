"""The night of documents: their proof, the control of a share of them, and their tidying. It may run twice."""

import logging
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from procrastinate.contrib.django import app

from palier.foundation.clock import now
from palier.foundation.errors import Refusal
from palier.mail.store import DocumentStore
from palier.mail.vault.control import control
from palier.mail.vault.moving import compact, move_to_packs
from palier.mail.vault.rooting import make_root

QUEUE = "documents"
OPERATOR = "file d’attente"

logger = logging.getLogger("palier.documents")


@app.periodic(cron="7 3 * * *", periodic_id="documents night")
@app.task(name="palier.mail.tasks.night", queue=QUEUE, queueing_lock="documents night", lock="documents night")
def night(timestamp: int) -> None:
    """Chain the day's events to a root, control a share of the packs, tidy what was kept before.

    What one of them refuses is logged, and keeps none of the others from being done.
    """
    store = DocumentStore(Path(settings.DOCUMENT_ROOT))
    steps: tuple[Callable[[], object], ...] = (
        _root,
        lambda: control(store, everything=False, operator=OPERATOR, at=now()),
        lambda: move_to_packs(store, operator=OPERATOR),
        lambda: compact(store, operator=OPERATOR, at=now()),
    )
    for step in steps:
        try:
            step()
        except Refusal as refusal:
            logger.error("the night of documents is not whole: %s", refusal)


def _root() -> None:
    made = make_root(operator=OPERATOR, at=now())
    if made is not None and made.refusal:
        logger.error("the root %s is not stamped: %s", made.number, made.refusal)
