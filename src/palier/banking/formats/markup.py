"""ISO 20022 files: their elements as they end, and what their schema says.

This is the one place that reads XML of a bank. `recognise` has refused any DOCTYPE before; here nothing is resolved.
"""

import re
from collections.abc import Iterator
from functools import cache
from importlib import resources
from pathlib import Path

from lxml import etree

from palier.foundation.errors import Refusal
from palier.foundation.markup import Refusals, blocks, ended, feed, forget, parser_of
from palier.foundation.money import shortened

_LOCATED = 10
_IN_NAMESPACE = re.compile(r"\{[^}]*\}")


class MarkupBroken(Refusal):
    """Ligne {line} : le fichier est coupé ou mal formé ({detail}) ; demandez à votre banque de le renvoyer, rien n’a
    été lu."""


class MarkupTooHeavy(Refusal):
    """Ligne {line} : un élément n’en finit pas ; ce n’est pas un relevé ordinaire, rien n’a été lu."""


_REFUSALS = Refusals(
    broken=lambda line, detail: MarkupBroken(line=line, detail=detail),
    too_heavy=lambda line: MarkupTooHeavy(line=line),
)


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
        full = [self.prefix + tag for tag in tags]
        drop = {self.prefix + tag for tag in self.drop}
        skip = len(self.prefix)
        for tag, element in ended(self.path, tags=full, drop=drop, refusals=_REFUSALS):
            yield tag[skip:], element

    def faults(self) -> Iterator[Fault]:
        """The first faults against the schema with their exact lines; nothing without a schema.

        Only for a file whose elements were all read: its markup is sound.
        """
        if self.schema is None or not any(self._faults_by(blocks(self.path))):
            return
        for number, message in self._faults_by(_lines(self.path)):
            yield Fault(number, message)

    def _faults_by(self, pieces: Iterator[bytes]) -> Iterator[tuple[int, str]]:
        parser = parser_of(("end",), [self.prefix + tag for tag in self.drop], self.schema)
        known = 0
        for number, piece in enumerate(pieces, start=1):
            feed(parser, piece)
            for _, element in parser.read_events():
                forget(element)
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


def _lines(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        # A whole file may be one line.
        while line := stream.readline():
            yield line
