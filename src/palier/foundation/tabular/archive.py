"""Opening the archive that an XLSX file is, without letting it unpack more than it should."""

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from palier.foundation.errors import Refusal
from palier.foundation.tabular.limits import Limits

BLOCK = 1 << 16


class BrokenWorkbook(Refusal):
    """Le classeur « {name} » est abîmé ({detail}) : ouvrez-le dans votre tableur, puis enregistrez-le en .xlsx."""


class ProtectedWorkbook(Refusal):
    """Le classeur « {name} » est protégé par un mot de passe : enregistrez-le sans mot de passe."""


class NotAWorkbook(Refusal):
    """« {name} » est {what}, pas un classeur .xlsx : enregistrez le tableau en .xlsx ou en CSV."""


class WorkbookBomb(Refusal):
    """Le classeur « {name} » contient une fois décompressé bien plus qu’un tableau ({detail}) : il n’est pas ouvert."""


class Archive:
    """The parts of a workbook, read by blocks; sizes were checked before anything was unpacked."""

    def __init__(self, name: str, packed: zipfile.ZipFile) -> None:
        self.name = name
        self._packed = packed
        self._members = {member.filename.lstrip("/").lower(): member for member in packed.infolist()}

    def has(self, part: str) -> bool:
        return part.lstrip("/").lower() in self._members

    def size(self, part: str) -> int:
        return self._members[part.lstrip("/").lower()].file_size

    def blocks(self, part: str) -> Iterator[bytes]:
        """The bytes of one part. A part that lies about its size or its sum is a broken workbook."""
        member = self._members.get(part.lstrip("/").lower())
        if member is None:
            raise BrokenWorkbook(name=self.name, detail=f"partie « {part[:80]} » absente")
        try:
            with self._packed.open(member) as stream:
                while block := stream.read(BLOCK):
                    yield block
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError) as broken:
            raise BrokenWorkbook(name=self.name, detail=f"partie « {part[:80]} » illisible") from broken


@contextmanager
def open_archive(path: Path, limits: Limits) -> Iterator[Archive]:
    """Open the workbook's archive after its directory has been checked for bombs, passwords and other kinds of file."""
    try:
        packed = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError) as broken:
        raise BrokenWorkbook(name=path.name, detail="archive illisible") from broken
    with packed:
        _check_members(path.name, packed.infolist(), limits)
        yield Archive(path.name, packed)


def _check_members(name: str, members: list[zipfile.ZipInfo], limits: Limits) -> None:
    if len(members) > limits.archive_members:
        raise WorkbookBomb(name=name, detail=f"{len(members)} parties")
    unpacked = sum(member.file_size for member in members)
    if unpacked > limits.unpacked_bytes:
        raise WorkbookBomb(name=name, detail=f"{unpacked // 1_000_000} Mo")
    for member in members:
        if member.flag_bits & 0x1:
            raise ProtectedWorkbook(name=name)
        if member.file_size > 1_000_000 and member.file_size > limits.packing_ratio * max(member.compress_size, 1):
            detail = f"{member.file_size // 1_000_000} Mo dans {member.compress_size} octets"
            raise WorkbookBomb(name=name, detail=detail)
    names = {member.filename.lower() for member in members}
    if "xl/workbook.xml" in names:
        return
    if "xl/workbook.bin" in names:
        raise NotAWorkbook(name=name, what="un classeur binaire .xlsb")
    if "word/document.xml" in names:
        raise NotAWorkbook(name=name, what="un document texte .docx")
    if "content.xml" in names and "mimetype" in names:
        raise NotAWorkbook(name=name, what="un document OpenDocument (.ods ou .odt)")
    raise NotAWorkbook(name=name, what="une archive zip")
