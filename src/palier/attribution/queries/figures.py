"""The figures of a year: what those who allocate read whole, and what the public reads, small numbers hidden."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from palier.attribution.models import PublishedFigure, SignedAttribution
from palier.attribution.rules.quotas import (
    Quota,
    Signed,
    dalo_or_priority,
    first_quartile_outside_qpv,
    kept_small,
    others_in_qpv,
    shown_total,
)

# Households of that size and above are one.
LARGEST: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Delay:
    """How long those of one size waited: the median, in days."""

    persons: int
    number: int
    median_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Every figure of a year, whole: for those who allocate."""

    year: int
    total: int
    outside_qpv: Quota
    in_qpv: Quota
    priority: dict[str, Quota]
    delays: tuple[Delay, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One figure as the public reads it: None where it is hidden."""

    family: str
    code: str = ""
    of: int | None
    counted: int | None = None
    target: int = 0
    median_days: int | None = None


def figures_of(year: int) -> Figures:
    """What the allocations signed in a year say."""
    found = list(SignedAttribution.objects.filter(signed_on__range=(date(year, 1, 1), date(year, 12, 31))))
    signed = [
        Signed(
            contingent=each.contingent,
            is_qpv=each.is_qpv,
            is_first_quartile=each.is_first_quartile,
            is_relocated=each.is_relocated,
            is_dalo=each.is_dalo,
            is_priority=each.is_priority,
        )
        for each in found
    ]
    return Figures(
        year=year,
        total=len(found),
        outside_qpv=first_quartile_outside_qpv(signed),
        in_qpv=others_in_qpv(signed),
        priority=dalo_or_priority(signed),
        delays=_delays([(each.persons, each.waited_days) for each in found]),
    )


def _delays(waits: Sequence[tuple[int, int]]) -> tuple[Delay, ...]:
    by_size: dict[int, list[int]] = {}
    for persons, days in waits:
        by_size.setdefault(min(max(persons, 1), LARGEST), []).append(days)
    return tuple(
        # The lower of the two in the middle: a delay that someone really waited, and a whole number of days.
        Delay(persons=size, number=len(days), median_days=sorted(days)[(len(days) - 1) // 2])
        for size, days in sorted(by_size.items())
    )


def shown_to_all(figures: Figures) -> tuple[Shown, ...]:
    """The same for the public: no number from 1 to 10, nor what a subtraction would give back.

    Dwellings in and outside QPV, contingents, sizes: each makes the same total, and is kept apart from the others.
    """
    total = shown_total(figures.total)
    places = kept_small({"OUTSIDE_QPV": figures.outside_qpv.of, "IN_QPV": figures.in_qpv.of})
    contingents = kept_small({code: quota.of for code, quota in figures.priority.items()})
    sizes = kept_small({str(delay.persons): delay.number for delay in figures.delays})
    return (
        Shown(family="ALL", of=total),
        _share("OUTSIDE_QPV", "", figures.outside_qpv, places["OUTSIDE_QPV"]),
        _share("IN_QPV", "", figures.in_qpv, places["IN_QPV"]),
        *(_share("PRIORITY", code, quota, contingents[code]) for code, quota in figures.priority.items()),
        *(
            Shown(
                family="DELAY",
                code=str(delay.persons),
                of=sizes[str(delay.persons)],
                median_days=None if sizes[str(delay.persons)] is None else delay.median_days,
            )
            for delay in figures.delays
        ),
    )


def _share(family: str, code: str, quota: Quota, of: int | None) -> Shown:
    """A share is shown when both who counts and who does not are many enough, or nobody."""
    if of is None:
        return Shown(family=family, code=code, of=None, target=quota.target)
    parts = kept_small({"counted": quota.counted, "others": quota.of - quota.counted})
    return Shown(family=family, code=code, of=of, counted=parts["counted"], target=quota.target)


def published(year: int) -> list[PublishedFigure]:
    """What the public reads of a year."""
    return list(PublishedFigure.objects.filter(year=year).order_by("family", "code"))


def published_years() -> list[int]:
    """The years that the public may choose, the latest first."""
    return list(PublishedFigure.objects.order_by("-year").values_list("year", flat=True).distinct())
