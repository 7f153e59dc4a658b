"""Two cohorts compared on one step: both rates, their difference, and how sure of it one may be."""

from dataclasses import dataclass
from math import sqrt
from typing import Final

# 95 %: the interval that would hold the true difference nineteen times out of twenty.
_Z: Final = 1.959964


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Shares between 0 and 1; `low` and `high` bound the difference at 95 %."""

    invited_rate: float
    control_rate: float
    low: float
    high: float

    @property
    def difference(self) -> float:
        return self.invited_rate - self.control_rate

    @property
    def is_sure(self) -> bool:
        """Nothing between no effect and the difference: zero is outside the interval."""
        return self.low > 0 or self.high < 0


def compared(*, invited: tuple[int, int], control: tuple[int, int]) -> Comparison | None:
    """Two cohorts, each as (reached, of them all); None when one is empty.

    Newcombe's interval for a difference, built on Wilson's for each share (R. G. Newcombe, Statistics in Medicine,
    1998, method 10): it holds for small shares, where the usual one does not.
    """
    if not invited[1] or not control[1]:
        return None
    first, second = invited[0] / invited[1], control[0] / control[1]
    first_low, first_high = _wilson(*invited)
    second_low, second_high = _wilson(*control)
    difference = first - second
    return Comparison(
        invited_rate=first,
        control_rate=second,
        low=difference - sqrt((first - first_low) ** 2 + (second_high - second) ** 2),
        high=difference + sqrt((first_high - first) ** 2 + (second - second_low) ** 2),
    )


def _wilson(reached: int, of: int) -> tuple[float, float]:
    share, square = reached / of, _Z * _Z
    middle = (share + square / (2 * of)) / (1 + square / of)
    half = _Z * sqrt(share * (1 - share) / of + square / (4 * of * of)) / (1 + square / of)
    return middle - half, middle + half
