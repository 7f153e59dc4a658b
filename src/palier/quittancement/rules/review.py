"""What a reviewer should see of one lease: what moved since the month before and what surprises. In cents."""

from collections.abc import Mapping, Sequence
from datetime import date
from hashlib import blake2b
from typing import NamedTuple

from palier.foundation.money import Cents
from palier.foundation.periods import Month
from palier.quittancement.rules.month import LeaseFacts, Line, LineKind

CAUSES: dict[LineKind, str] = {
    LineKind.RENT: "RENT",
    LineKind.ANNEX: "ANNEX",
    LineKind.PROVISION_WATER: "PROVISIONS",
    LineKind.PROVISION_HEATING: "PROVISIONS",
    LineKind.PROVISION_COMMON: "PROVISIONS",
    LineKind.ENERGY_WORKS: "ENERGY_WORKS",
    LineKind.SLS: "SLS",
    LineKind.APL: "APL",
    LineKind.RLS: "RLS",
    LineKind.ADJUSTMENT: "ADJUSTMENT",
}

# A rent that moved by more than a fifth of itself is looked at before it is posted.
_JUMP_DIVISOR = 5


def fingerprint(lines: Sequence[Line]) -> int:
    """64 bits of the amounts by kind: equal when nothing that a reviewer looks at has moved."""
    amounts = "".join([f"{line[0].value}{line[2]}" for line in lines])
    return int.from_bytes(blake2b(amounts.encode(), digest_size=8).digest(), "big", signed=True)


class MonthBefore(NamedTuple):
    """The sealed bill of the month before: amounts by kind, and whether it covered the whole month."""

    amounts: Mapping[LineKind, Cents]
    whole: bool


class Surprise(NamedTuple):
    """One anomaly and its effect."""

    kind: str
    effect_cents: Cents


def moved(
    lease: LeaseFacts,
    lines: Sequence[Line],
    before: MonthBefore | None,
    month: Month,
    *,
    is_set_aside: bool = False,
) -> dict[str, Cents]:
    """What this lease adds to the month's difference, cause by cause; nothing for a lease that did not move."""
    now: dict[LineKind, Cents] = {}
    for line in lines:
        now[line.kind] = now.get(line.kind, 0) + line.amount_cents
    past = before.amounts if before is not None else {}
    if now == past:
        return {}
    whole_cause = "SET_ASIDE" if is_set_aside else _whole_cause(lease, lines, before, month)
    by_cause: dict[str, Cents] = {}
    for kind in now.keys() | past.keys():
        cents = now.get(kind, 0) - past.get(kind, 0)
        if cents:
            cause = whole_cause or _cause(kind, lines)
            by_cause[cause] = by_cause.get(cause, 0) + cents
    return by_cause


def _whole_cause(lease: LeaseFacts, lines: Sequence[Line], before: MonthBefore | None, month: Month) -> str:
    """An arrival or a departure explains the whole of a lease's difference."""
    if before is None or lease.starts_on >= month.previous().first_day:
        return "ARRIVALS"
    if not lines or (lease.ends_on is not None and lease.ends_on <= month.last_day):
        return "DEPARTURES"
    return ""


def _cause(kind: LineKind, lines: Sequence[Line]) -> str:
    if kind is LineKind.RENT and any(line.kind is kind and line.inputs.days == 0 for line in lines):
        return "SUSPENSION"
    return CAUSES[kind]


def surprises(
    lines: Sequence[Line],
    before: MonthBefore | None,
    *,
    occupied: tuple[date, date],
    month: Month,
    rent_max_cents: Cents | None,
) -> list[Surprise]:
    """What a reviewer has to judge in this bill. `rent_max_cents`: the convention's maximum for a whole month."""
    rent_cents = sls_cents = total_cents = 0
    for line in lines:
        total_cents += line.amount_cents
        if line.kind is LineKind.RENT:
            rent_cents += line.amount_cents
        elif line.kind is LineKind.SLS:
            sls_cents += line.amount_cents
    found = []
    if total_cents < 0:
        found.append(Surprise("NEGATIVE_TOTAL", total_cents))
    if sls_cents > rent_cents > 0:
        found.append(Surprise("SLS_HIGH", sls_cents))
    if rent_max_cents is not None and rent_cents > rent_max_cents:
        found.append(Surprise("RENT_ABOVE_MAX", rent_cents - rent_max_cents))
    if before is not None and before.whole and occupied == (month.first_day, month.last_day):
        past = before.amounts.get(LineKind.RENT, 0)
        if abs(rent_cents - past) * _JUMP_DIVISOR > past:
            found.append(Surprise("RENT_JUMP", rent_cents - past))
    return found
