"""What an antivirus thinks of a file, before anything reads it: clamd, by its own protocol, on a socket.

Optional: `PALIER_CLAMD` says where it listens (`/run/clamav/clamd.ctl`, or `host:port`). Configured and silent, it
lets nothing in: a file that nobody looked at is a file refused, in a sentence.
"""

import socket
import struct
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Final

from django.conf import settings

from palier.foundation.errors import Refusal

_CHUNK: Final = 256 * 1024
_SECONDS: Final = 20.0
_LONGEST_ANSWER: Final = 4_096
_FOUND: Final = b"FOUND"


class FileInfected(Refusal):
    """L’antivirus refuse ce fichier : rien n’en est gardé. Donnez-en un autre, ou une photo du papier."""


class AntivirusSilent(Refusal):
    """L’antivirus ne répond pas : aucun fichier n’est pris pour l’instant, rien n’est gardé. Essayez dans un moment."""


class AntivirusMisdescribed(Refusal):
    """PALIER_CLAMD ne désigne ni une prise (/run/clamav/clamd.ctl) ni une adresse (hôte:port) : aucun fichier n’est
    pris tant que ce n’est pas corrigé."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AntivirusState:
    """What the page of connectors and the doctor say. `version` empty when it is silent or when there is none."""

    address: str
    version: str

    @property
    def is_configured(self) -> bool:
        return bool(self.address)


def refuse_infected(content: bytes) -> None:
    """Have a file looked at when an antivirus is configured.

    Raises FileInfected, AntivirusSilent, AntivirusMisdescribed.
    """
    address = settings.PALIER_CLAMD
    if not address:
        return
    answer = _asked(address, b"zINSTREAM\0", _chunks(content))
    if answer.endswith(_FOUND):
        raise FileInfected
    # « stream: OK » and nothing else: a limit reached, an error, an answer cut short let nothing in.
    if answer != b"stream: OK":
        raise AntivirusSilent


def antivirus_state() -> AntivirusState:
    """Whether it is configured, and what it answers now. Raises AntivirusMisdescribed."""
    address = settings.PALIER_CLAMD
    if not address:
        return AntivirusState(address="", version="")
    try:
        said = _asked(address, b"zVERSION\0", ())
    except AntivirusSilent:
        said = b""
    return AntivirusState(address=address, version=said.decode("ascii", "replace")[:80])


def _chunks(content: bytes) -> Iterator[bytes]:
    """Each piece after its length on four bytes, the greatest first; then a piece of nothing."""
    for start in range(0, len(content), _CHUNK):
        piece = content[start : start + _CHUNK]
        yield struct.pack("!I", len(piece)) + piece
    yield struct.pack("!I", 0)


def _asked(address: str, command: bytes, pieces: Iterator[bytes] | tuple[bytes, ...]) -> bytes:
    """The answer to a command, without its final zero."""
    answer = b""
    try:
        with closing(_connected(address)) as line:
            line.sendall(command)
            for piece in pieces:
                line.sendall(piece)
            while not answer.endswith(b"\0") and len(answer) < _LONGEST_ANSWER:
                received = line.recv(_LONGEST_ANSWER)
                if not received:
                    break
                answer += received
    except OSError as error:
        raise AntivirusSilent from error
    if not answer.endswith(b"\0"):
        raise AntivirusSilent
    return answer[:-1].strip()


def _connected(address: str) -> socket.socket:
    if address.startswith("/"):
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(_SECONDS)
        try:
            line.connect(address)
        except OSError:
            line.close()
            raise
        return line
    host, _, port = address.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65_536:
        raise AntivirusMisdescribed
    return socket.create_connection((host, int(port)), timeout=_SECONDS)
