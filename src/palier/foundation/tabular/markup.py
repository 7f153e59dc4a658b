"""Streaming the XML of a workbook: no DTD, no entity, nothing fetched, nothing kept but what a handler keeps."""

from collections.abc import Iterator, Mapping
from typing import Protocol
from xml.parsers import expat

from palier.foundation.tabular.archive import Archive, BrokenWorkbook

# A tag that does not end within this many bytes is not a cell but an attack on memory.
LONGEST_TOKEN = 4_000_000
UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")


class ForbiddenMarkup(BrokenWorkbook):
    """Le classeur « {name} » déclare des entités XML ({detail}) : il peut être piégé et n’est pas lu."""


class Handler(Protocol):
    """What a reader does with tags and text. Tags come without prefix, attributes as they are written."""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None: ...

    def end(self, tag: str) -> None: ...

    def text(self, characters: str) -> None: ...


def stream(archive: Archive, part: str, handler: Handler) -> Iterator[None]:
    """Feed one part of the archive to the handler, giving the hand back after each block."""
    parser = _parser(archive.name, part, handler)
    fed = 0
    try:
        for block in archive.blocks(part):
            if fed == 0 and block.startswith(UTF_16_MARKS):
                raise BrokenWorkbook(name=archive.name, detail=f"partie « {part[:80]} » en UTF-16")
            fed += len(block)
            parser.Parse(block, False)
            if fed - parser.CurrentByteIndex > LONGEST_TOKEN:
                raise BrokenWorkbook(name=archive.name, detail=f"partie « {part[:80]} » sans fin de balise")
            yield
        parser.Parse(b"", True)
    except (expat.ExpatError, LookupError, UnicodeError) as broken:
        raise BrokenWorkbook(name=archive.name, detail=f"partie « {part[:80]} » mal formée") from broken
    yield


def consume(archive: Archive, part: str, handler: Handler) -> None:
    """Feed one whole part to the handler."""
    for _ in stream(archive, part, handler):
        pass


def _parser(name: str, part: str, handler: Handler) -> expat.XMLParserType:
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def forbidden(*_: object) -> None:
        raise ForbiddenMarkup(name=name, detail=part[:80])

    def declared(version: str, encoding: str | None, standalone: int) -> None:
        # Merged cells are looked for in the raw bytes, so the bytes must be the ones expected.
        if encoding is not None and encoding.lower() not in {"utf-8", "us-ascii"}:
            raise BrokenWorkbook(name=name, detail=f"encodage {encoding[:20]}")

    def root(tag: str, attributes: dict[str, str]) -> None:
        if ":" in tag:
            parser.StartElementHandler = lambda tag, attributes: handler.start(tag.rpartition(":")[2], attributes)
            parser.EndElementHandler = lambda tag: handler.end(tag.rpartition(":")[2])
        else:
            parser.StartElementHandler = handler.start
            parser.EndElementHandler = handler.end
        handler.start(tag.rpartition(":")[2], attributes)

    parser.XmlDeclHandler = declared
    parser.StartDoctypeDeclHandler = forbidden
    parser.EntityDeclHandler = forbidden
    parser.StartElementHandler = root
    parser.CharacterDataHandler = handler.text
    return parser
