"""Counts of people that may be shown: never so few that someone is told, by themselves or by a subtraction."""

from collections.abc import Mapping
from typing import Final

# Below it a count is of people who could be known: the usual threshold of public statistics on small groups.
LEAST_SHOWN: Final = 11


def shown_steps(total: int, steps: Mapping[str, int], *, least: int = LEAST_SHOWN) -> dict[str, int | None]:
    """The steps of one cohort of `total`, hidden (None) when too few reached it, or when a subtraction would tell.

    A count is shown when it and its difference with every other shown count, the total included, are of nobody or of at
    least `least` people. A cohort smaller than that shows nothing.
    """
    if 0 < total < least:
        return dict.fromkeys(steps)
    shown: list[int] = [0, total]
    told: dict[str, int | None] = {}
    for code, count in steps.items():
        may_be_shown = all(abs(count - other) == 0 or abs(count - other) >= least for other in shown)
        told[code] = count if may_be_shown else None
        if may_be_shown:
            shown.append(count)
    return told


def shown_answers(counts: Mapping[str, int], *, least: int = LEAST_SHOWN) -> dict[str, int | None]:
    """The answers to one question: all of them once each is of nobody or of at least `least` people, otherwise none.

    One hidden beside a total would be given back by it.
    """
    if any(0 < count < least for count in counts.values()):
        return dict.fromkeys(counts)
    return dict(counts)
