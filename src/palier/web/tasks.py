"""The job of sign-in: write to the owner of an account. Run twice, the second link replaces the first."""

import logging

from procrastinate.contrib.django import app

from palier.foundation.clock import now
from palier.foundation.errors import Refusal
from palier.web.account_mail import QUEUE, TASK, Message
from palier.web.account_mail import write_to_account as write

logger = logging.getLogger("palier.web")


@app.task(name=TASK, queue=QUEUE)
def write_to_account(
    *, kind: str, user_id: int | None, person_id: int | None, site: str, origin: str | None, asked_by: int | None
) -> None:
    """Write the message asked for; nothing for an account that does not exist."""
    if user_id is None:
        return
    try:
        write(Message(kind), user_id=user_id, person_id=person_id, site=site, origin=origin or "", at=now())
    except Refusal as refusal:
        logger.error("a message was not written: %s", refusal)
