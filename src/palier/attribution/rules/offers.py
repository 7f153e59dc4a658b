"""Who is offered a dwelling next: the ranks that the commission gave, gone through one by one (CCH R441-3, R441-10)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from palier.attribution.rules.territory import territories_of
from palier.demandes.rules.offer_deadline import OFFER_DEADLINE, offer_deadline

# The least that an offer leaves to answer (CCH R441-10).
LEAST_DAYS = 10
# An offer that holds the dwelling, and those that free it for the next rank. That of a tenant who stays does neither:
# nobody refused, and should the notice be given again the same person is offered it first (CCH R441-10).
HOLDING = frozenset({"SENT", "ACCEPTED"})
FREEING = frozenset({"REFUSED", "EXPIRED", "LAPSED", "GIVEN_UP"})
# Bas-Rhin, Haut-Rhin, Moselle: 26 December is a holiday there, Good Friday where the commune has a protestant temple
# or a mixed church (code du travail, art. L3134-13). No list of these communes is kept: both count in the three, the
# longer delay being the person's. To confirm.
_ALSACE_MOSELLE = frozenset({"57", "67", "68"})


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
    waiting = [ranked for ranked in ranks if ranked.offer not in FREEING and not ranked.is_out]
    return min(waiting, key=lambda ranked: ranked.rank, default=None)


def answer_by(notified_on: date, *, postcode: str, commune: str) -> date:
    """The last day to answer the offer of a dwelling that is there."""
    is_local = territories_of(postcode, commune)[0] in _ALSACE_MOSELLE
    return offer_deadline(notified_on, LEAST_DAYS, alsace_moselle=is_local)


def answer_clock(notified_on: date, days: int, *, expires_on: date) -> tuple[str, ...]:
    """How the day that was kept was counted, in words: only the holidays of Alsace-Moselle take it further."""
    is_local = offer_deadline(notified_on, days) != expires_on
    counted = OFFER_DEADLINE.run({"notified_on": notified_on.isoformat(), "days": days, "alsace_moselle": is_local})
    return counted.explanation
