"""The exchange file as it is given: judged by its head and its root, then streamed, one demande in memory."""

import re
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from palier.demandes.imports.codes import NAMESPACE, VERSION
from palier.foundation.errors import Refusal
from palier.foundation.markup import Refusals, ended, root_of
from palier.foundation.money import shortened
from palier.foundation.tabular.limits import Limits
from palier.foundation.tabular.recognise import EmptyFile, check_place

# 300,000 demandes weigh about 900 MB.
LIMITS = Limits(file_bytes=4_000_000_000)
# What a file declares stands there; a DOCTYPE behind a longer comment is seen at the root.
_HEAD = 65_536
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


_REFUSALS = Refusals(
    broken=lambda line, detail: ExchangeBroken(line=line, detail=detail),
    too_heavy=lambda line: ExchangeTooHeavy(line=line),
)


def elements(path: Path) -> Iterator[tuple[str, etree._Element]]:
    """(name, element) at the end of « entete » and of each « demande », then forgotten.

    Raises NotAnExchangeFile, ExchangeTrapped, ExchangeEncodingUnknown, ExchangeBroken, ExchangeTooHeavy, OtherVersion,
    and why the file cannot be opened.
    """
    _check_head(path)
    root = root_of(path, refusals=_REFUSALS)
    if root is not None:
        _judge_root(path, root)
    tags = [_PREFIX + name for name in _READ]
    for tag, element in ended(path, tags=tags, drop=tags, refusals=_REFUSALS):
        yield tag[len(_PREFIX) :], element


def _check_head(path: Path) -> None:
    check_place(path, LIMITS)
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
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
