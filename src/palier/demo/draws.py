"""Draws that stay close to their distribution even in a small residence, always from a generator passed in."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import TypeVar

Choice = TypeVar("Choice")


def spread(rng: Random, count: int) -> list[float]:
    """`count` numbers of [0, 1[, one in each of `count` equal slices, in a random order."""
    slices = list(range(count))
    rng.shuffle(slices)
    return [(place + rng.random()) / count for place in slices]


@dataclass(frozen=True, slots=True)
class Curve:
    """A distribution given by some of its quantiles, straight lines between them."""

    shares: tuple[float, ...]
    values: tuple[float, ...]

    def at(self, share: float) -> float:
        place = min(max(bisect_right(self.shares, share) - 1, 0), len(self.shares) - 2)
        low, high = self.shares[place], self.shares[place + 1]
        part = (share - low) / (high - low)
        return self.values[place] + part * (self.values[place + 1] - self.values[place])


def curve(*points: tuple[float, float]) -> Curve:
    """A curve through these (share, value) points, the first at 0 and the last at 1."""
    return Curve(tuple(share for share, _ in points), tuple(value for _, value in points))


def pick(weighted: Sequence[tuple[Choice, float]], share: float) -> Choice:
    """The choice that holds the place `share` (0 to 1) when the choices are laid end to end by weight."""
    reached = share * sum(weight for _, weight in weighted)
    for choice, weight in weighted:
        reached -= weight
        if reached < 0:
            return choice
    return weighted[-1][0]


def paired(rng: Random, left: Sequence[float], right: Sequence[float], *, noise: float) -> list[int]:
    """For each place of `left`, the place of `right` whose rank goes with it, up to a normal noise on both.

    The two sides keep their own distribution exactly; only who goes with whom changes.
    """
    left_order = sorted(range(len(left)), key=lambda place: left[place] + rng.gauss(0, noise))
    right_order = sorted(range(len(right)), key=lambda place: right[place] + rng.gauss(0, noise))
    match = [0] * len(left)
    for mine, theirs in zip(left_order, right_order, strict=True):
        match[mine] = theirs
    return match
