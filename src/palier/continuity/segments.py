"""The files of an archive, one sealed envelope each: those of the database's log, and those of the home."""

import hashlib
import hmac
import os
import secrets
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from palier.continuity.envelope import EnvelopeAltered, OpeningStream, SealingStream, read_header
from palier.continuity.keys import BackupKey
from palier.continuity.signing import SIGNATURE_BYTES, check_signature, of_kept
from palier.foundation.errors import Refusal
from palier.foundation.home import told_in_french

SUFFIX = ".sealed"
_LEVEL = 1
# A file of the log that was closed early ends with megabytes of zeros: they are counted, not kept.
_ZERO = b"\0"
_BLOCK = 1024 * 1024
_PAGE = 8192
_NOTHING = bytes(_PAGE)


class SegmentChanged(Refusal):
    """L’archive contient déjà {name}, avec un autre contenu : une autre base écrit-elle dans ce dossier ? Choisissez-en
    un autre avec « palier backup archive --folder »."""


class FileElsewhere(Refusal):
    """Le fichier {path} de l’archive contient « {told} » et non « {name} » : des fichiers y ont été échangés ou
    renommés. Rien n’en est repris : reprenez l’archive telle qu’elle a été écrite."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """What a kept file is: bound to its envelope, which opens under no other name."""

    kind: Literal["WAL", "FILE"]
    name: str


def mark_of(content: bytes, secret: str) -> str:
    """What tells a content from another without opening it: keyed, since some of the files are themselves secrets."""
    return hmac.new(secret.encode(), content, hashlib.sha256).hexdigest()


def keep(
    place: Path, content: bytes, *, name: Name, recipient: X25519PublicKey, signer: Ed25519PrivateKey, mark: str
) -> bool:
    """Seal one file under its name, whole or not at all, on the disk when it returns; False when it is there already.

    Raises DiskFull.
    """
    with told_in_french(place):
        if mark_kept(place) == mark:
            return False
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = place.with_name(f".{place.name}.{secrets.token_hex(4)}.part")
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                facts = {"kind": name.kind, "name": name.name, "mark": mark, "bytes": str(len(content)), "signed": "1"}
                stream = SealingStream(file, recipient, facts)
                # Inside, where nobody compares it with a content that they guess.
                stream.write(signer.sign(of_kept(name.kind, name.name, content)))
                stream.write(zlib.compress(content.rstrip(_ZERO), _LEVEL))
                stream.finish()
                file.flush()
                os.fsync(file.fileno())
            draft.replace(place)
        finally:
            draft.unlink(missing_ok=True)
        _made_durable(place.parent)
    return True


def mark_kept(place: Path) -> str | None:
    """The mark of what a kept file holds, told without its key; None when it is not kept."""
    if not place.exists():
        return None
    with place.open("rb") as file:
        return read_header(file, place).facts.get("mark")


def read_kept(place: Path, key: BackupKey, *, name: Name) -> bytes:
    """The content of a kept file. Raises EnvelopeAltered, EnvelopeCut, OtherKey, FileElsewhere, NotSignedByTheMachine.

    A file sealed before signatures has its name all the same; a key of that time asks for no more.
    """
    with place.open("rb") as file:
        stream = OpeningStream(file, place, key.opening)
        facts = stream.header.facts
        # The key of the envelope comes from these facts too: changed, they open nothing.
        if (facts.get("kind"), facts.get("name")) != (name.kind, name.name):
            raise FileElsewhere(path=place, told=facts.get("name", ""), name=name.name)
        opened = bytearray()
        while block := stream.read(_BLOCK):
            opened += block
    start = SIGNATURE_BYTES if facts.get("signed") == "1" else 0
    signature = bytes(opened[:start])
    try:
        content = zlib.decompress(opened[start:]).ljust(int(facts["bytes"]), _ZERO)
    except (zlib.error, KeyError, ValueError) as error:
        raise EnvelopeAltered(path=place, offset=0) from error
    check_signature(key.sender, signature, of_kept(name.kind, name.name, content), place)
    return content


def write_sparse(place: Path, content: bytes) -> None:
    """Write a file of the log without its zeros: thousands of them wait together for their turn."""
    with told_in_french(place), place.open("wb") as file:
        for start in range(0, len(content), _PAGE):
            page = content[start : start + _PAGE]
            if page == _NOTHING:
                file.seek(_PAGE, os.SEEK_CUR)
            else:
                file.write(page)
        file.truncate(len(content))


def _made_durable(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
