"""Streaming ISO 20022 files through lxml with their schema: no DTD, no entity, no network, little memory.

This is the one place that reads XML of a bank. `recognise` has refused any DOCTYPE before; here nothing is resolved.
"""

import re
from collections.abc import Iterator
from functools import cache
from importlib import resources
from itertools import chain
from pathlib import Path

from lxml import etree

from palier.foundation.errors import Refusal
from palier.foundation.money import shortened

_BLOCK = 65_536
# No element of a statement that is not read and dropped weighs this much: it would be an attack on memory.
_LONGEST_UNREAD = 4_000_000
_LOCATED = 10
_IN_NAMESPACE = re.compile(r"\{[^}]*\}")


class MarkupBroken(Refusal):
    """Ligne {line} : le fichier est coupé ou mal formé ({detail}) ; demandez à votre banque de le renvoyer, rien n’a
    été lu."""


class MarkupTooHeavy(Refusal):
    """Ligne {line} : un élément n’en finit pas ; ce n’est pas un relevé ordinaire, rien n’a été lu."""


class Fault:
    """What the schema says against a file, at its line."""

    __slots__ = ("line", "message")

    def __init__(self, line: int, message: str) -> None:
        self.line = line
        self.message = message


class Stream:
    """The elements of one file as they end, dropped once they are read; then what its schema says.

    Two parsers, one after the other: libxml2 told to validate while it is fed forgives a file cut in two.
    """

    def __init__(self, path: Path, *, namespace: str, schema: etree.XMLSchema | None, drop: frozenset[str]) -> None:
        self.path = path
        self.prefix = f"{{{namespace}}}" if namespace else ""
        self.schema = schema
        self.drop = drop

    def elements(self, tags: tuple[str, ...]) -> Iterator[tuple[str, etree._Element]]:
        """(tag without namespace, element) at the end of each element of these tags; those of `drop` are then emptied.

        Raises MarkupBroken, MarkupTooHeavy.
        """
        parser = _parser(self.prefix, tags, None)
        skip = len(self.prefix)
        unread, line = 0, 1
        for block in chain(_blocks(self.path), (b"",)):
            unread += len(block)
            broken = _fed(parser, block)
            for _, element in parser.read_events():
                tag = element.tag[skip:]
                line = element.sourceline or line
                yield tag, element
                if tag in self.drop:
                    unread = 0
                    _forget(element)
            if broken is not None:
                raise _refusal_of(broken, parser, line)
            if unread > _LONGEST_UNREAD:
                raise MarkupTooHeavy(line=line)

    def faults(self) -> Iterator[Fault]:
        """The first faults against the schema with their exact lines; nothing without a schema.

        Only for a file whose elements were all read: its markup is sound.
        """
        if self.schema is None or not any(self._faults_by(_blocks(self.path))):
            return
        for number, message in self._faults_by(_lines(self.path)):
            yield Fault(number, message)

    def _faults_by(self, pieces: Iterator[bytes]) -> Iterator[tuple[int, str]]:
        parser = _parser(self.prefix, tuple(self.drop), self.schema)
        known = 0
        for number, piece in enumerate(pieces, start=1):
            _fed(parser, piece)
            for _, element in parser.read_events():
                _forget(element)
            log = parser.feed_error_log
            if len(log) > known:
                for entry in list(log)[known:_LOCATED]:
                    yield number, entry.message
                known = len(log)
            if known >= _LOCATED:
                return


@cache
def schema_of(message: str, version: str) -> etree.XMLSchema | None:
    """The schema of a message, or None when it is not carried here: `schema_of("camt.053", "08")`."""
    file = resources.files("palier.banking.formats") / "vendor" / f"{message}.001.{version}.xsd"
    if not version or not file.is_file():
        return None
    with file.open("rb") as stream:
        return etree.XMLSchema(etree.parse(stream, etree.XMLParser(resolve_entities=False, no_network=True)))


def in_french(message: str) -> str:
    """What libxml2 says of a fault, as a sentence an accountant can forward to the bank."""
    plain = _IN_NAMESPACE.sub("", message)
    element = re.match(r"Element '([^']*)'(?:, attribute '([^']*)')?", plain)
    where = f"« {element.group(1)} »" if element else "inconnu"
    value = re.search(r"[Tt]he value '([^']*)'", plain) or re.search(r": '([^']*)' is not a valid value", plain)
    if value:
        return f"la valeur « {shortened(value.group(1))} » de {where} n’est pas conforme au schéma ISO 20022."
    if "is not expected" in plain:
        return f"l’élément {where} n’est pas attendu à cet endroit par le schéma ISO 20022."
    if "Missing child" in plain:
        return f"l’élément {where} est incomplet d’après le schéma ISO 20022."
    return f"l’élément {where} n’est pas conforme au schéma ISO 20022."


def first_fault(path: Path, *, namespace: str, schema: etree.XMLSchema, drop: frozenset[str]) -> Fault | None:
    """The first fault of a file of sound markup against its schema, streamed; None when it is valid."""
    return next(Stream(path, namespace=namespace, schema=schema, drop=drop).faults(), None)


def _parser(prefix: str, tags: tuple[str, ...], schema: etree.XMLSchema | None) -> etree.XMLPullParser:
    return etree.XMLPullParser(
        events=("end",),
        tag=[prefix + tag for tag in tags],
        schema=schema,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            yield block


def _lines(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        # A whole file may be one line.
        while line := stream.readline():
            yield line


def _forget(element: etree._Element) -> None:
    parent = element.getparent()
    element.clear()
    if parent is not None:
        parent.remove(element)


def _fed(parser: etree.XMLPullParser, piece: bytes) -> etree.XMLSyntaxError | None:
    """Give the parser a piece, or its end; what is wrong is given back, so that what came before is read first."""
    try:
        if piece:
            parser.feed(piece)
        else:
            parser.close()
    except etree.XMLSyntaxError as broken:
        return broken
    return None


def _refusal_of(broken: etree.XMLSyntaxError, parser: etree.XMLPullParser, line: int) -> MarkupBroken:
    # The exception's own log is that of the whole process: the parser's is of this file.
    log = list(parser.feed_error_log)
    known = next((entry.line for entry in log if entry.line), broken.lineno or line)
    return MarkupBroken(line=known, detail=_detail(" ".join([broken.msg or "", *(entry.message for entry in log)])))


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
