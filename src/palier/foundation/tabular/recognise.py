"""Saying what a file really is from its first bytes, and refusing with advice what is not a table."""

import os
import stat
from pathlib import Path

from palier.foundation.errors import Refusal
from palier.foundation.tabular.limits import Limits
from palier.foundation.tabular.records import TableKind


class FileNotThere(Refusal):
    """Le fichier « {name} » n’existe pas : vérifiez le chemin indiqué."""


class NotAFile(Refusal):
    """« {name} » n’est pas un fichier ordinaire (dossier ou périphérique) : indiquez un fichier."""


class FileUnreadable(Refusal):
    """Le fichier « {name} » ne peut pas être lu : donnez-vous le droit de lecture, puis recommencez."""


class EmptyFile(Refusal):
    """Le fichier « {name} » est vide : exportez-le de nouveau, avec sa ligne d’en-tête."""


class FileTooLarge(Refusal):
    """Le fichier « {name} » dépasse {megabytes} Mo : découpez-le en plusieurs fichiers."""


class WrongKindOfFile(Refusal):
    """« {name} » est {what}, pas un tableau : {advice}."""


class ExtensionContradicts(Refusal):
    """« {name} » porte l’extension {extension} mais contient {what} : {advice}."""


SIGNATURES: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF", "un document PDF", "demandez les données en CSV ou en XLSX"),
    (b"\x89PNG", "une image PNG", "demandez les données en CSV ou en XLSX"),
    (b"\xff\xd8\xff", "une image JPEG", "demandez les données en CSV ou en XLSX"),
    (b"GIF8", "une image GIF", "demandez les données en CSV ou en XLSX"),
    (b"\x1f\x8b", "un fichier compressé (gzip)", "décompressez-le d’abord"),
    (b"7z\xbc\xaf", "une archive 7-Zip", "décompressez-la d’abord"),
    (b"Rar!", "une archive RAR", "décompressez-la d’abord"),
    (b"\x7fELF", "un programme", "indiquez un fichier CSV ou XLSX"),
    (b"MZ", "un programme", "indiquez un fichier CSV ou XLSX"),
    (
        b"\xd0\xcf\x11\xe0",
        "un classeur d’ancien format (.xls) ou protégé par un mot de passe",
        "enregistrez-le en .xlsx sans mot de passe",
    ),
    (b"\xff\xfe", "un texte en UTF-16", "enregistrez-le en « CSV UTF-8 »"),
    (b"\xfe\xff", "un texte en UTF-16", "enregistrez-le en « CSV UTF-8 »"),
    (b"{\\rtf", "un document RTF", "enregistrez le tableau en CSV ou en XLSX"),
)
ZIP_SIGNATURE = b"PK\x03\x04"
EMPTY_ZIP_SIGNATURE = b"PK\x05\x06"
TEXT_EXTENSIONS = frozenset({".csv", ".tsv", ".txt"})


def recognise(path: Path, limits: Limits) -> TableKind:
    """The kind of table the file holds, judged on its content; its extension must not say the contrary."""
    check_place(path, limits)
    head = _head(path)
    if head.startswith((ZIP_SIGNATURE, EMPTY_ZIP_SIGNATURE)):
        if path.suffix.lower() in TEXT_EXTENSIONS:
            raise ExtensionContradicts(
                name=path.name,
                extension=path.suffix,
                what="un classeur ou une archive",
                advice="donnez-lui l’extension .xlsx, ou enregistrez-le en CSV",
            )
        return TableKind.XLSX
    for signature, what, advice in SIGNATURES:
        if head.startswith(signature):
            raise WrongKindOfFile(name=path.name, what=what, advice=advice)
    if head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<":
        raise WrongKindOfFile(
            name=path.name,
            what="une page web ou un document XML",
            advice="enregistrez le tableau en CSV ou en XLSX",
        )
    if b"\x00" in head:
        line = head.count(b"\n", 0, head.index(b"\x00")) + 1
        raise WrongKindOfFile(
            name=path.name,
            what=f"un fichier binaire (octet nul à la ligne {line})",
            advice="exportez-le de nouveau en CSV UTF-8 ou en XLSX",
        )
    if path.suffix.lower() in {".xlsx", ".xlsm"}:
        raise ExtensionContradicts(
            name=path.name,
            extension=path.suffix,
            what="du texte",
            advice="donnez-lui l’extension .csv, ou enregistrez-le depuis votre tableur",
        )
    return TableKind.CSV


def check_place(path: Path, limits: Limits) -> None:
    """Refuse what is not a plain file, readable, with something in it, within the limits."""
    try:
        facts = path.stat()
    except PermissionError as closed:
        raise FileUnreadable(name=path.name) from closed
    except (OSError, ValueError) as absent:
        raise FileNotThere(name=path.name) from absent
    if not stat.S_ISREG(facts.st_mode):
        raise NotAFile(name=path.name or str(path))
    if not os.access(path, os.R_OK):
        raise FileUnreadable(name=path.name)
    if facts.st_size == 0:
        raise EmptyFile(name=path.name)
    if facts.st_size > limits.file_bytes:
        raise FileTooLarge(name=path.name, megabytes=limits.file_bytes // 1_000_000)


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            head = stream.read(4096)
    except OSError as closed:
        raise FileUnreadable(name=path.name) from closed
    if not head.removeprefix(b"\xef\xbb\xbf").strip():
        raise EmptyFile(name=path.name)
    return head
