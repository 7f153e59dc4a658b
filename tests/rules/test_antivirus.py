"""clamd asked over its own protocol, played by a small server with its faults: silent, it lets nothing in."""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings

from palier.foundation.antivirus import (
    AntivirusMisdescribed,
    AntivirusSilent,
    FileInfected,
    antivirus_state,
    refuse_infected,
)
from palier.foundation.papers import PaperInfected, PaperUnchecked, remade

# The antivirus industry's own harmless test file, in two pieces so that no scanner stops at this one.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def _received(line: socket.socket) -> bytes:
    """What INSTREAM carries, put together again."""
    whole = b""
    with line.makefile("rb") as read:
        command = b""
        while not command.endswith(b"\0"):
            command += read.read(1)
        if command != b"zINSTREAM\0":
            return command
        while size := struct.unpack("!I", read.read(4))[0]:
            whole += read.read(size)
    return whole


@contextmanager
def clamd(address: Path | None, answer: bytes = b"") -> Iterator[str]:
    """A clamd that finds EICAR, or that answers what it is told to."""
    server = socket.socket(socket.AF_UNIX if address else socket.AF_INET, socket.SOCK_STREAM)
    server.bind(str(address) if address else ("127.0.0.1", 0))
    server.listen()

    def serve() -> None:
        while True:
            try:
                line, _ = server.accept()
            except OSError:
                return
            with line:
                got = _received(line)
                said = b"stream: Eicar-Test-Signature FOUND\0" if EICAR in got else b"stream: OK\0"
                line.sendall(answer or (b"ClamAV 1.4.2\0" if got == b"zVERSION\0" else said))

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield str(address) if address else f"127.0.0.1:{server.getsockname()[1]}"
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join(5)


@pytest.mark.parametrize("is_path", [True, False])
def test_a_file_is_shown_to_clamd_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_path: bool) -> None:
    with clamd(tmp_path / "clamd.ctl" if is_path else None) as address:
        monkeypatch.setattr(settings, "PALIER_CLAMD", address)
        refuse_infected(b"\0" * 700_000)
        refuse_infected(b"")
        with pytest.raises(FileInfected):
            # Far behind the first piece.
            refuse_infected(b"\0" * 600_000 + EICAR)
        with pytest.raises(PaperInfected):
            remade(EICAR)
        assert antivirus_state().version == "ClamAV 1.4.2"


@pytest.mark.parametrize("answer", [b"INSTREAM size limit exceeded. ERROR\0", b"stream: OK", b"UNKNOWN COMMAND\0"])
def test_an_answer_that_is_not_a_clear_yes_lets_nothing_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: bytes
) -> None:
    with clamd(tmp_path / "clamd.ctl", answer) as address:
        monkeypatch.setattr(settings, "PALIER_CLAMD", address)
        with pytest.raises(AntivirusSilent):
            refuse_infected(b"a letter")


def test_configured_and_silent_it_lets_nothing_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "PALIER_CLAMD", str(tmp_path / "nobody.ctl"))
    with pytest.raises(AntivirusSilent):
        refuse_infected(b"a letter")
    with pytest.raises(PaperUnchecked):
        remade(b"a letter")
    assert antivirus_state().version == ""
    monkeypatch.setattr(settings, "PALIER_CLAMD", "somewhere")
    with pytest.raises(AntivirusMisdescribed):
        refuse_infected(b"a letter")


def test_without_an_antivirus_files_are_remade_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "PALIER_CLAMD", "")
    refuse_infected(EICAR)
    assert not antivirus_state().is_configured
