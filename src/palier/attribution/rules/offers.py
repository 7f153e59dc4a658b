"""Who is offered a dwelling next: the ranks that the commission gave, gone through one by one (CCH R441-3, R441-10)."""

from collections.abc import Sequence
from dataclasses import dataclass

from palier.foundation.errors import Refusal

# The least that an offer leaves to answer (CCH R441-10).
LEAST_DAYS = 10
# An offer that holds the dwelling, and those that free it for the next rank.
HOLDING = frozenset({"SENT", "ACCEPTED"})
FREEING = frozenset({"REFUSED", "EXPIRED", "LAPSED", "GIVEN_UP"})


class OfferTooShort(Refusal):
    """Une offre laisse au moins {least} jours pour répondre (CCH, art. R441-10) : {days} ne suffisent pas."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """One decision that allocates the dwelling: its rank, and how its offer stands; empty when none was made.

    `is_out`: the person renounced, was housed elsewhere, or their application ended: the rank is passed over.
    """

    decision_id: int
    rank: int
    offer: str = ""
    is_out: bool = False


def next_in_line(ranks: Sequence[Ranked]) -> Ranked | None:
    """The decision whose offer is due now; nobody while an offer holds the dwelling, or when all ranks are spent."""
    if any(ranked.offer in HOLDING for ranked in ranks):
        return None
    waiting = [ranked for ranked in ranks if not ranked.offer and not ranked.is_out]
    return min(waiting, key=lambda ranked: ranked.rank, default=None)


def refuse_short_delay(days: int) -> None:
    """Raises OfferTooShort."""
    if days < LEAST_DAYS:
        raise OfferTooShort(least=LEAST_DAYS, days=days)
