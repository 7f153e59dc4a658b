"""The arithmetic of the audit: what a small count becomes, what a sample says of the whole. Pure."""

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

# Under this, a count could point at someone.
LEAST_SHOWN = 5
FEWER = f"moins de {LEAST_SHOWN}"
HIDDEN = "non affiché"
_HALVINGS = 60
_ISO = re.compile(r"\b(19\d{2}|20\d{2})-\d{1,2}-\d{1,2}")
_FRENCH = re.compile(r"\b\d{1,2}[/.-]\d{1,2}[/.-](19\d{2}|20\d{2})\b")
_COMPACT = re.compile(r"\b(19\d{2}|20\d{2})(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])")
_ALONE = re.compile(r"\s*(19\d{2}|20\d{2})\s*")

Shown = int | str


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """Two bounds between 0 and 1."""

    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A part of a comment to erase, `end` excluded, and the categories it was found in."""

    start: int
    end: int
    categories: frozenset[str]


def shown(count: int) -> Shown:
    """The count, unless it is so small that it could point at someone. Nobody is nobody: zero is shown."""
    return FEWER if 0 < count < LEAST_SHOWN else count


def shown_parts(counts: Mapping[str, int]) -> dict[str, Shown]:
    """The parts of a total that is itself shown.

    A single hidden part would be found again by subtraction: the smallest of the others is then hidden with it.
    """
    told = {name: shown(count) for name, count in counts.items()}
    small = [name for name, count in counts.items() if 0 < count < LEAST_SHOWN]
    if len(small) == 1:
        others = [name for name, count in counts.items() if count >= LEAST_SHOWN]
        if others:
            told[min(others, key=lambda name: (counts[name], name))] = HIDDEN
    return told


def exact_interval(found: int, of: int, *, confidence: float = 0.95) -> Interval:
    """The exact interval of a proportion (Clopper and Pearson, 1934), never narrower than it should be.

    `found` among `of`; for none found the low bound is 0, for all found the high one is 1.
    """
    if not 0 <= found <= of or of < 1:
        raise ValueError("found must lie between 0 and a positive total")
    tail = (1 - confidence) / 2
    low = 0.0 if found == 0 else _root(lambda p: 1 - _at_most(found - 1, of, p) < tail)
    high = 1.0 if found == of else _root(lambda p: _at_most(found, of, p) > tail)
    return Interval(low=low, high=high)


def _root(is_below: Callable[[float], bool]) -> float:
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if is_below(middle):
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _at_most(most: int, of: int, p: float) -> float:
    """The chance of at most `most` successes among `of`, each with probability `p` strictly between 0 and 1."""
    whole = math.lgamma(of + 1)
    yes, no = math.log(p), math.log1p(-p)
    return math.fsum(
        math.exp(whole - math.lgamma(k + 1) - math.lgamma(of - k + 1) + k * yes + (of - k) * no)
        for k in range(most + 1)
    )


def year_of(written: str) -> str:
    """The year of a date as exports write it (2026-01-31, 31/01/2026, 20260131, with or without hours), or nothing."""
    for form in (_ISO, _FRENCH, _COMPACT):
        if match := form.search(written):
            return match[1]
    alone = _ALONE.fullmatch(written)
    return alone[1] if alone else ""


def spans_merged(spans: Iterable[Span]) -> list[Span]:
    """Spans in order, those that overlap or touch made one."""
    merged: list[Span] = []
    for span in sorted(spans, key=lambda each: (each.start, each.end)):
        if merged and span.start <= merged[-1].end:
            last = merged.pop()
            span = Span(start=last.start, end=max(last.end, span.end), categories=last.categories | span.categories)
        merged.append(span)
    return merged
