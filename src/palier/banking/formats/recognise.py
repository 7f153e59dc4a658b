"""Saying what a file of a bank really is, from its content and never from its name."""

import re
from dataclasses import dataclass
from pathlib import Path

from palier.banking.formats.document import Format
from palier.foundation.errors import Refusal
from palier.foundation.money import shortened
from palier.foundation.tabular.limits import Limits
from palier.foundation.tabular.recognise import EMPTY_ZIP_SIGNATURE, SIGNATURES, ZIP_SIGNATURE, EmptyFile, check_place

# A statement of 120,000 entries weighs about 100 MB.
LIMITS = Limits(file_bytes=600_000_000)
HEAD_BYTES = 65_536
_ASK = "demandez à votre banque un relevé camt.053 ou CFONB 120"
_ENCODINGS = frozenset({"utf-8", "us-ascii", "ascii", "iso-8859-1", "iso-8859-15", "windows-1252", "utf-16"})
_DECLARED = re.compile(r"""\s*<\?xml[^>]*?encoding\s*=\s*["']([^"']{1,40})["']""")
_BEFORE_ROOT = re.compile(r"(?:\s|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)
_ROOT = re.compile(r"<([A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)((?:\s[^<>]*)?)>")
_NAMESPACE = re.compile(r"""\sxmlns(?::([\w.-]+))?\s*=\s*["']([^"']*)["']""")
_SOUND_NAMESPACE = re.compile(r"[!-z|~]*")
_MESSAGE = re.compile(r"(camt|pain)\.([0-9]{3})\.001\.([0-9]{2})$")
_WITHOUT_NAMESPACE = {
    "BkToCstmrStmt": "camt.053",
    "BkToCstmrDbtCdtNtfctn": "camt.054",
    "CstmrPmtStsRpt": "pain.002",
}
_READ = {"camt.053": Format.CAMT053, "camt.054": Format.CAMT054, "pain.002": Format.PAIN002}
_OTHER_MESSAGES = {
    "camt.052": ("un relevé du jour non définitif (camt.052)", "demandez à votre banque le relevé définitif, camt.053"),
    "pain.001": ("un ordre de virement (pain.001)", "c’est un fichier que l’on envoie à la banque, rien n’est à lire"),
    "pain.008": (
        "un ordre de prélèvement (pain.008)",
        "c’est un fichier que l’on envoie à la banque, rien n’est à lire",
    ),
}
_TEXTS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\{1:F|:20:|:940:|\{4:"), "un relevé MT940"),
    (re.compile(r"OFXHEADER|<OFX", re.IGNORECASE), "un relevé OFX"),
    (re.compile(r"!Type:|!Account", re.IGNORECASE), "un relevé QIF"),
    (re.compile(r"[\[{]\s*[\"\[{]"), "un fichier JSON"),
)
_CFONB_RECORD = re.compile(r"0[1457][0-9]{5}")
_CFONB_OTHERS = {240: "un fichier CFONB 240", 160: "un fichier CFONB 160", 320: "un fichier CFONB 320"}


class NotABankFile(Refusal):
    """« {name} » est {what} : {advice}."""


class MarkupTrapped(Refusal):
    """Ligne {line} : « {name} » déclare un DOCTYPE ou des entités XML, ce qu’aucune banque ne fait ; il peut être piégé
    et n’est pas lu."""


class EncodingUnknown(Refusal):
    """Ligne 1 : « {name} » s’annonce en « {encoding} » ; demandez à votre banque un fichier en UTF-8."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """A format that is read. `namespace` and `message` are empty for CFONB; `encoding` is "" unless it is UTF-16."""

    format: Format
    version: str
    namespace: str = ""
    message: str = ""
    encoding: str = ""


def recognise(path: Path, limits: Limits = LIMITS) -> Recognised:
    """The format of a file. Raises NotABankFile, MarkupTrapped, EncodingUnknown, or why the file cannot be opened."""
    check_place(path, limits)
    with path.open("rb") as stream:
        head = stream.read(HEAD_BYTES)
    if not head.removeprefix(b"\xef\xbb\xbf").strip():
        raise EmptyFile(name=path.name)
    if head.startswith((ZIP_SIGNATURE, EMPTY_ZIP_SIGNATURE)):
        raise NotABankFile(name=path.name, what="une archive zip ou un classeur", advice=f"décompressez-la, ou {_ASK}")
    encoding = _encoding_of(head)
    for signature, what, advice in SIGNATURES:
        if head.startswith(signature) and not encoding:
            packed = "compress" in advice
            raise NotABankFile(name=path.name, what=what, advice=advice if packed else _ASK)
    # A character cut in two at the end of the head is no fault of the file.
    text = head.decode(encoding or "utf-8", errors="replace").removeprefix("\ufeff")
    return _markup(path, text) if text.lstrip().startswith("<") else _plain(path, text, encoding)


def _encoding_of(head: bytes) -> str:
    """UTF-16 of either order, or "" for texts of one byte a sign or UTF-8: those are told apart line by line."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if head[:4:2] == b"\0\0" and head[1:2] != b"\0":
        return "utf-16-be"
    if head[1:4:2] == b"\0\0" and head[:1] != b"\0":
        return "utf-16-le"
    return ""


def _markup(path: Path, text: str) -> Recognised:
    declared = _DECLARED.match(text)
    if declared and declared.group(1).lower() not in _ENCODINGS:
        raise EncodingUnknown(name=path.name, encoding=shortened(declared.group(1)))
    before = _BEFORE_ROOT.match(text)
    start = before.end() if before else 0
    if text.startswith("<!DOCTYPE html", start) or text[start : start + 5].lower() == "<html":
        raise NotABankFile(name=path.name, what="une page web", advice=_ASK)
    if text.startswith("<!", start):
        raise MarkupTrapped(line=text.count("\n", 0, start) + 1, name=path.name)
    root = _ROOT.match(text, start)
    if root is None:
        raise NotABankFile(name=path.name, what="un document XML dont la ligne 1 ne mène à rien de connu", advice=_ASK)
    prefix = (root.group(1) or "").rstrip(":")
    namespaces = {found.group(1) or "": found.group(2) for found in _NAMESPACE.finditer(root.group(3))}
    return _message(path, root.group(2), namespaces.get(prefix, ""), text[root.end() :])


def _message(path: Path, root: str, namespace: str, inside: str) -> Recognised:
    # lxml takes it for a part of the tags' names.
    if not _SOUND_NAMESPACE.fullmatch(namespace):
        what = "un document XML dont la ligne 1 ou 2 est abîmée (espace de nom)"
        raise NotABankFile(name=path.name, what=what, advice=_ASK)
    if root != "Document":
        what = f"un document XML d’une autre famille (« {shortened(root)} »)"
        raise NotABankFile(name=path.name, what=what, advice=_ASK)
    named = _MESSAGE.search(namespace)
    if named:
        message, version = f"{named.group(1)}.{named.group(2)}", named.group(3)
    else:
        first = _ROOT.match(inside.lstrip())
        message, version = _WITHOUT_NAMESPACE.get(first.group(2) if first else "", ""), ""
    if message in _READ:
        return Recognised(format=_READ[message], version=version, namespace=namespace, message=message)
    what, advice = _OTHER_MESSAGES.get(
        message, (f"un message bancaire que Palier ne lit pas ({message or 'XML'})", _ASK)
    )
    raise NotABankFile(name=path.name, what=what, advice=advice)


def _plain(path: Path, text: str, encoding: str) -> Recognised:
    lines = [line for line in text.splitlines() if line.strip()]
    first = lines[0].rstrip() if lines else ""
    for sign, what in _TEXTS:
        if sign.match(text.lstrip()):
            raise NotABankFile(name=path.name, what=what, advice=_ASK)
    whole = next((line for line in text.splitlines() if line.strip()), "")
    if len(whole) in _CFONB_OTHERS and len(lines) > 1:
        what = _CFONB_OTHERS[len(whole)]
        raise NotABankFile(name=path.name, what=what, advice="demandez à votre banque le relevé CFONB 120 ou camt.053")
    if _CFONB_RECORD.match(first):
        return Recognised(format=Format.CFONB120, version="", encoding=encoding)
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise NotABankFile(name=path.name, what=f"un fichier binaire (octet nul à la ligne {line})", advice=_ASK)
    if len(re.findall(r"[;\t,]", first)) >= 2:
        raise NotABankFile(name=path.name, what="un tableau CSV", advice=_ASK)
    what = f"un fichier dont la ligne 1 n’est d’aucun format connu (« {shortened(first)} »)"
    raise NotABankFile(name=path.name, what=what, advice=_ASK)
