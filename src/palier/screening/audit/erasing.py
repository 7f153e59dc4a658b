"""Erasing inside one comment: the flagged words give way to « [effacé : santé] », until nothing is found any more."""

from collections.abc import Sequence
from dataclasses import dataclass

from palier.screening.audit.rules import Span, spans_merged
from palier.screening.audit.scanning import verdict_of
from palier.screening.audit.words import mark_of
from palier.screening.audit.worklist import Item

# Taking a word off may uncover another, that it excused: a few turns find them all, else the whole comment goes.
_TURNS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One flagged comment as it was and as it is in the copy; the same when a person kept it."""

    item: Item
    before: str
    after: str


def erased(text: str, item: Item, *, whole: bool) -> str:
    """The comment without what the work list flags; what a person decided to keep stays."""
    if not item.erased:
        return text
    if whole:
        return mark_of({category for span in item.erased for category in span.categories})
    spans = spans_merged(item.erased)
    for _ in range(_TURNS):
        found = [span for span in _found(_masked(text, spans)) if not _touches(span, item.kept)]
        if not found:
            return _marked(text, spans)
        spans = spans_merged([*spans, *found])
    return mark_of({category for span in spans for category in span.categories})


def _found(text: str) -> list[Span]:
    verdict = verdict_of(text)
    if verdict.decision == "accept":
        return []
    return [Span(start=each.start, end=each.end, categories=frozenset({each.category})) for each in verdict.findings]


def _touches(span: Span, kept: Sequence[Span]) -> bool:
    return any(span.start < other.end and other.start < span.end for other in kept)


def _masked(text: str, spans: Sequence[Span]) -> str:
    """The same length, full stops where words go: positions hold."""
    for span in spans:
        text = f"{text[: span.start]}{'.' * (min(span.end, len(text)) - span.start)}{text[span.end :]}"
    return text


def _marked(text: str, spans: Sequence[Span]) -> str:
    pieces: list[str] = []
    place = 0
    for span in spans:
        pieces += [text[place : span.start], mark_of(set(span.categories))]
        place = span.end
    return "".join([*pieces, text[place:]])
