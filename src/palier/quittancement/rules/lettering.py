"""Letters of an account: payments and debts that settle each other bear the same one, as accountants read them.

A capital says that the group is balanced: nothing is left of its payments nor of its debts. A small letter says that
something is left.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from string import ascii_uppercase
from typing import TypeVar

from palier.foundation.money import Cents

Side = TypeVar("Side", bound=Hashable)


def letters(pairs: Iterable[tuple[Side, Side]], left: Mapping[Side, Cents], order: Sequence[Side]) -> dict[Side, str]:
    """The letter of each side that settles or is settled, given in the order in which the account lists them.

    `pairs`: a payment and a debt that it settles; `left`: what is left of each in cents, zero when it is not there.
    """
    leader: dict[Side, Side] = {}

    def led_by(side: Side) -> Side:
        while leader.setdefault(side, side) != side:
            side = leader[side]
        return side

    for payment, debt in pairs:
        leader[led_by(payment)] = led_by(debt)
    groups: dict[Side, list[Side]] = {}
    for side in order:
        if side in leader:
            groups.setdefault(led_by(side), []).append(side)
    found: dict[Side, str] = {}
    for rank, members in enumerate(groups.values()):
        code = letter_code(rank)
        is_open = any(left.get(side, 0) for side in members)
        found.update(dict.fromkeys(members, code.lower() if is_open else code))
    return found


def letter_code(rank: int) -> str:
    """A, B… Z, AA, AB…: the letter of that rank, from zero."""
    code = ""
    rank += 1
    while rank:
        rank, place = divmod(rank - 1, len(ascii_uppercase))
        code = ascii_uppercase[place] + code
    return code
