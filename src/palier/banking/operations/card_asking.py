"""When the gateway says nothing: its words that wait, and the payments to ask it about."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from palier.banking.cards_gateway import Told, gateway
from palier.banking.models import CardPayment
from palier.foundation.errors import Refusal
from palier.privacy.deferring import AlreadyAsked, defer

CARDS_QUEUE: Final = "cards"
TREATS: Final = "palier.banking.tasks.treat_card_notices"
# The gateway tells most payments in a few seconds; long after its page has closed, it has nothing more to tell.
_SILENT_FOR: Final = timedelta(minutes=2)
_ASKED_FOR: Final = timedelta(days=3)
_AT_ONCE: Final = 100

logger = logging.getLogger("palier.banking")


def ask_treatment() -> None:
    """Ask for the words kept to be treated. One that waits already will treat them all."""
    try:
        defer(TREATS, queue=CARDS_QUEUE, lock="cards", queueing_lock="cards", args={"asked_by": None})
    except AlreadyAsked:
        return


def cards_to_ask_about(*, at: datetime) -> list[str]:
    """The references of payments still asked for, of which nothing was heard. Called inside `batch()`."""
    waiting = CardPayment.objects.filter(state="ASKED", asked_at__lte=at - _SILENT_FOR, asked_at__gt=at - _ASKED_FOR)
    return list(waiting.order_by("asked_at").values_list("reference", flat=True)[:_AT_ONCE])


def ask_gateway(references: Sequence[str], *, at: datetime) -> list[Told]:
    """What the gateway knows of these payments. Asked outside any transaction; what it refuses waits for next time."""
    found: list[Told] = []
    there = gateway() if references else None
    if there is None:
        return found
    for reference in references:
        try:
            told = there.ask(reference, at=at)
        except Refusal as refusal:
            logger.warning("the card gateway was asked about a payment: %s", refusal)
            continue
        # Of another payment than the one that was asked about, nothing is taken.
        if told is not None and told.reference == reference:
            found.append(told)
    return found
