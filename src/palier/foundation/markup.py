"""Streaming XML files through lxml: no DTD, no entity, no network, and of the whole file little in memory.

Each room that reads XML gives its own refusals; the workbooks' parts have a reader of their own, over their archive.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from lxml import etree

from palier.foundation.errors import Refusal

_BLOCK = 65_536
# No element that is read and dropped weighs this much: it would be an attack on memory.
_LONGEST_UNREAD = 4_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusals:
    """What a room says of a file cut or badly formed (line, detail), and of an element without an end (line)."""

    broken: Callable[[int, str], Refusal]
    too_heavy: Callable[[int], Refusal]


def ended(
    path: Path, *, tags: Collection[str], drop: Collection[str], refusals: Refusals
) -> Iterator[tuple[str, etree._Element]]:
    """(full tag, element) at the end of each element of `tags`; those of `drop` are then emptied.

    Raises the room's refusals.
    """
    parser = parser_of(("end",), tags)
    unread, line = 0, 1
    for block in chain(blocks(path), (b"",)):
        unread += len(block)
        broken = feed(parser, block)
        for _, element in parser.read_events():
            line = element.sourceline or line
            yield element.tag, element
            if element.tag in drop:
                unread = 0
                forget(element)
        if broken is not None:
            raise _refused(broken, parser, line, refusals)
        if unread > _LONGEST_UNREAD:
            raise refusals.too_heavy(line)


def root_of(path: Path, *, refusals: Refusals) -> etree._Element | None:
    """The first element as it starts, with its attributes and nothing inside. Raises the room's refusals."""
    parser = parser_of(("start",), None)
    fed = 0
    for block in chain(blocks(path), (b"",)):
        fed += len(block)
        broken = feed(parser, block)
        _, root = next(iter(parser.read_events()), (None, None))
        if root is not None:
            return root
        if broken is not None:
            raise _refused(broken, parser, 1, refusals)
        if fed > _LONGEST_UNREAD:
            raise refusals.too_heavy(1)
    return None


def parser_of(
    events: tuple[str, ...], tags: Collection[str] | None, schema: etree.XMLSchema | None = None
) -> etree.XMLPullParser:
    """A parser that resolves and fetches nothing, for these events of these full tags."""
    return etree.XMLPullParser(
        events=events,
        tag=None if tags is None else list(tags),
        schema=schema,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def blocks(path: Path) -> Iterator[bytes]:
    """The file's bytes, 64 KiB at a time."""
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            yield block


def feed(parser: etree.XMLPullParser, piece: bytes) -> etree.XMLSyntaxError | None:
    """Give the parser a piece, or its end; what is wrong is given back, so that what came before is read first."""
    try:
        if piece:
            parser.feed(piece)
        else:
            parser.close()
    except etree.XMLSyntaxError as broken:
        return broken
    return None


def forget(element: etree._Element) -> None:
    """Take a read element out of the tree."""
    parent = element.getparent()
    element.clear()
    if parent is not None:
        parent.remove(element)


def _refused(broken: etree.XMLSyntaxError, parser: etree.XMLPullParser, line: int, refusals: Refusals) -> Refusal:
    # The exception's own log is that of the whole process: the parser's is of this file.
    log = list(parser.feed_error_log)
    known = next((entry.line for entry in log if entry.line), broken.lineno or line)
    return refusals.broken(known, _detail(" ".join([broken.msg or "", *(entry.message for entry in log)])))


def _detail(told: str) -> str:
    for sign, french in (
        ("Premature end", "fin prématurée"),
        ("mismatch", "balises qui ne se ferment pas"),
        ("ncoding", "caractères d’un autre encodage"),
        ("UTF-8", "caractères d’un autre encodage"),
        ("ntity", "entité inconnue"),
        ("Extra content", "contenu après la fin"),
        ("Char", "caractère interdit"),
        ("no element found", "aucun élément"),
    ):
        if sign in told:
            return french
    return "balisage incorrect"
