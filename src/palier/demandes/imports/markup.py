"""Streaming the exchange file through lxml: no DTD, no entity, no network, one demande in memory at a time."""

import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from lxml import etree

from palier.demandes.imports.codes import NAMESPACE, VERSION
from palier.foundation.errors import Refusal
from palier.foundation.money import shortened
from palier.foundation.tabular.limits import Limits
from palier.foundation.tabular.recognise import EmptyFile, check_place

# 300,000 demandes weigh about 900 MB.
LIMITS = Limits(file_bytes=4_000_000_000)
_BLOCK = 65_536
# One demande weighs some kilobytes: more without an end would be an attack on memory.
_LONGEST_UNREAD = 4_000_000
_PREFIX = f"{{{NAMESPACE}}}"
_ROOT = "interfaceNuu"
_READ = ("entete", "demande")
_DECLARED = re.compile(r"""\s*<\?xml[^>]*?encoding\s*=\s*["']([^"']{1,40})["']""")
_ENCODINGS = frozenset({"utf-8", "us-ascii", "ascii", "iso-8859-1", "iso-8859-15", "windows-1252", "utf-16"})
_MARKS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8"))
_DOCTYPE = re.compile(r"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)


class NotAnExchangeFile(Refusal):
    """Ligne {line} : « {name} » est {what}, pas un fichier d’échange de demandes (interfaceNuu {version}) ; demandez-le
    au gestionnaire du système d’enregistrement. Rien n’a été importé."""


class ExchangeTrapped(Refusal):
    """Ligne {line} : « {name} » déclare un DOCTYPE ou des entités XML ; il peut être piégé et n’est pas lu. Rien n’a
    été importé."""


class ExchangeEncodingUnknown(Refusal):
    """Ligne 1 : « {name} » s’annonce en « {encoding} » ; demandez un fichier en UTF-8. Rien n’a été importé."""


class ExchangeBroken(Refusal):
    """Ligne {line} : le fichier est coupé ou mal formé ({detail}) ; demandez qu’il soit renvoyé. Rien n’a
    été importé."""


class ExchangeTooHeavy(Refusal):
    """Ligne {line} : une demande n’en finit pas ; ce n’est pas un fichier ordinaire. Rien n’a été importé."""


class OtherVersion(Refusal):
    """Ligne {line} : le fichier est en version « {told} » de interfaceNuu, Palier lit la version {version} ; demandez
    un fichier dans cette version. Rien n’a été importé."""


def elements(path: Path) -> Iterator[tuple[str, etree._Element]]:
    """(name, element) at the end of « entete » and of each « demande », then forgotten.

    Raises NotAnExchangeFile, ExchangeTrapped, ExchangeEncodingUnknown, ExchangeBroken, ExchangeTooHeavy, OtherVersion,
    and why the file cannot be opened.
    """
    _check_head(path)
    _check_root(path)
    parser = _parser(("end",), [_PREFIX + name for name in _READ])
    unread, line = 0, 1
    for block in chain(_blocks(path), (b"",)):
        unread += len(block)
        broken = _fed(parser, block)
        for _, element in parser.read_events():
            line = element.sourceline or line
            unread = 0
            yield element.tag[len(_PREFIX) :], element
            _forget(element)
        if broken is not None:
            raise _refusal_of(broken, parser, line)
        if unread > _LONGEST_UNREAD:
            raise ExchangeTooHeavy(line=line)


def _parser(events: tuple[str, ...], tags: list[str] | None) -> etree.XMLPullParser:
    return etree.XMLPullParser(
        events=events,
        tag=tags,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def _check_head(path: Path) -> None:
    check_place(path, LIMITS)
    with path.open("rb") as stream:
        head = stream.read(_BLOCK)
    if not head.removeprefix(b"\xef\xbb\xbf").strip():
        raise EmptyFile(name=path.name)
    text = head.decode(_encoding_of(head), errors="replace").removeprefix("\ufeff")
    if not text.lstrip().startswith("<"):
        raise NotAnExchangeFile(line=1, name=path.name, what="un fichier d’une autre sorte", version=VERSION)
    declared = _DECLARED.match(text)
    if declared and declared.group(1).lower() not in _ENCODINGS:
        raise ExchangeEncodingUnknown(name=path.name, encoding=shortened(declared.group(1)))
    # A comment may hold the word without harm; what it hides keeps its lines.
    bare = _COMMENT.sub(lambda found: "\n" * found.group().count("\n"), text)
    trap = _DOCTYPE.search(bare)
    if trap:
        line = bare.count("\n", 0, trap.start()) + 1
        if bare[trap.start() :].lower().startswith("<!doctype html"):
            raise NotAnExchangeFile(line=line, name=path.name, what="une page web", version=VERSION)
        raise ExchangeTrapped(line=line, name=path.name)


def _encoding_of(head: bytes) -> str:
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding
    if head[:1] == b"\0":
        return "utf-16-be"
    return "utf-16-le" if head[1:2] == b"\0" else "utf-8"


def _check_root(path: Path) -> None:
    parser = _parser(("start",), None)
    fed = 0
    for block in chain(_blocks(path), (b"",)):
        fed += len(block)
        broken = _fed(parser, block)
        _, root = next(iter(parser.read_events()), (None, None))
        if root is not None:
            return _judge_root(path, root)
        if broken is not None:
            raise _refusal_of(broken, parser, 1)
        if fed > _LONGEST_UNREAD:
            raise ExchangeTooHeavy(line=1)
    return None


def _judge_root(path: Path, root: etree._Element) -> None:
    line = root.sourceline or 1
    document = root.getroottree().docinfo
    if document.doctype or document.internalDTD is not None:
        raise ExchangeTrapped(line=line, name=path.name)
    name = etree.QName(root)
    if name.localname != _ROOT:
        what = f"un document XML dont la racine est « {shortened(name.localname)} »"
        raise NotAnExchangeFile(line=line, name=path.name, what=what, version=VERSION)
    if name.namespace != NAMESPACE:
        what = f"un document de l’espace de noms « {shortened(name.namespace or 'aucun')} »"
        raise NotAnExchangeFile(line=line, name=path.name, what=what, version=VERSION)
    told = root.get("versionInterface", "").strip()
    if told != VERSION:
        raise OtherVersion(line=line, told=shortened(told or "non dite"), version=VERSION)


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            yield block


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


def _refusal_of(broken: etree.XMLSyntaxError, parser: etree.XMLPullParser, line: int) -> ExchangeBroken:
    # The exception's own log is that of the whole process: the parser's is of this file.
    log = list(parser.feed_error_log)
    known = next((entry.line for entry in log if entry.line), broken.lineno or line)
    return ExchangeBroken(line=known, detail=_detail(" ".join([broken.msg or "", *(entry.message for entry in log)])))


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
