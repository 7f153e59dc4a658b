"""The sites as `palier serve` serves them, in processes of their own, while something is measured."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from palier.bench.memory import descendants_of, peak_rss_mb

HOST = "127.0.0.1"
_STARTS_WITHIN_SECONDS = 90.0
_STOPS_WITHIN_SECONDS = 60.0


class NotServed(RuntimeError):
    """The sites did not answer in time."""


@dataclass(frozen=True, slots=True)
class Served:
    """The supervisor, and where its sites answer."""

    process: "subprocess.Popen[bytes]"
    port: int

    def peak_rss_mb(self) -> int:
        """What the supervisor, the web processes and the worker have held at most, each at its own time, added."""
        return sum(peak_rss_mb(each) for each in (self.process.pid, *descendants_of(self.process.pid)))


@contextmanager
def served(*, log: Path) -> Iterator[Served]:
    """`palier serve` on the database that the environment names, with the settings it has everywhere.

    Raises NotServed.
    """
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = int(probe.getsockname()[1])
    environment = {name: value for name, value in os.environ.items() if name != "PALIER_PROCESS"}
    with log.open("wb") as out:
        command = [sys.executable, "-m", "palier", "serve", "--port", str(port)]
        process = subprocess.Popen(command, env=environment, stdout=out, stderr=out, start_new_session=True)
        try:
            _wait_for(process, port, log)
            yield Served(process, port)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(_STOPS_WITHIN_SECONDS)


def _wait_for(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    until = time.monotonic() + _STARTS_WITHIN_SECONDS
    while time.monotonic() < until and process.poll() is None:
        asked = http.client.HTTPConnection(HOST, port, timeout=10)
        with suppress(OSError, http.client.HTTPException):
            asked.request("GET", "/bureau/entrer/")
            if asked.getresponse().status == 200:
                return
        asked.close()
        time.sleep(0.1)
    raise NotServed(log.read_text(encoding="utf-8", errors="replace")[-2_000:])
