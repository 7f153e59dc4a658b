"""What a word of the card gateway does to a payment: it may come twice, late, out of order, or for another sum."""

from dataclasses import dataclass
from enum import StrEnum

from palier.foundation.money import Cents


class Said(StrEnum):
    """What the gateway says of a payment."""

    PAID = "PAID"
    REFUSED = "REFUSED"
    EXPIRED = "EXPIRED"
    REFUNDED = "REFUNDED"
    CHARGEBACK = "CHARGEBACK"


class Effect(StrEnum):
    """What is to be done of it."""

    RECEIVE = "RECEIVE"
    GIVE_BACK = "GIVE_BACK"
    CLOSE = "CLOSE"
    # The sum or the currency is not that of our record: nothing is posted, someone looks.
    DOUBT = "DOUBT"
    NOTHING = "NOTHING"


# A sum that comes after the session was thought lost has come all the same; a true word puts a wrong one right.
_MAY_BE_PAID = ("ASKED", "REFUSED", "EXPIRED", "DOUBT")
_HOLDS_MONEY = ("PAID", "PARTLY_BACK")
_ALL_BACK = ("BACK", "CONTESTED")


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Our own record of a payment: its state, what was asked, what has gone back. In cents."""

    state: str
    asked_cents: Cents
    back_cents: Cents


def effect_of(said: Said, *, cents: Cents, currency: str, record: Record) -> Effect:
    """What the gateway's word does. `cents`: paid, or going back; of a refusal it does not count."""
    if said in (Said.REFUSED, Said.EXPIRED):
        return Effect.CLOSE if record.state == "ASKED" else Effect.NOTHING
    if said is Said.PAID:
        if record.state not in _MAY_BE_PAID:
            return Effect.NOTHING
        return Effect.RECEIVE if (cents, currency) == (record.asked_cents, "EUR") else Effect.DOUBT
    if record.state in _ALL_BACK:
        return Effect.NOTHING
    if record.state not in _HOLDS_MONEY or currency != "EUR" or not 0 < cents <= record.asked_cents - record.back_cents:
        return Effect.DOUBT
    return Effect.GIVE_BACK
