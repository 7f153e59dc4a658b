"""`palier serve`: the sites, the worker and the database on this machine, each started again when it falls."""

import argparse
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import FrameType
from typing import NoReturn

from palier.cli import Subparsers
from palier.foundation.errors import Refusal
from palier.foundation.home import Home, home_of

HOST = "127.0.0.1"
_LOOK_SECONDS = 0.2
_DATABASE_EVERY_SECONDS = 2.0
_STOP_SECONDS = 20.0
# A process that falls at once again and again is waited for, longer each time, up to this.
_LONGEST_PAUSE_SECONDS = 10.0
_STEADY_SECONDS = 5.0
_SET_PARENT_DEATH_SIGNAL = 1


class PortTaken(Refusal):
    """Le port {port} est déjà pris sur cette machine : arrêtez ce qui l’occupe, ou choisissez un autre port avec
    --port."""


class PortOutOfRange(Refusal):
    """Un port va de 1 à 65535 : {port} n’en est pas un."""


class PortReserved(Refusal):
    """Ce compte n’a pas le droit d’ouvrir le port {port} : choisissez un port au-dessus de 1023 avec --port."""


def register(subparsers: Subparsers) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("serve", help="sert les sites sur cette machine")
    parser.add_argument("--port", type=int, default=8000, metavar="P", help="le port des sites (8000 sans précision)")
    parser.add_argument(
        "--workers", type=int, default=2, metavar="N", help="nombre de processus web (2 sans précision)"
    )
    parser.add_argument(
        "--only", choices=("web",), help="sert les sites seulement : la base et les travaux ont leurs propres services"
    )
    parser.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> int:
    if args.only:
        return _serve_web_only(port=args.port, workers=max(1, args.workers))
    return serve(port=args.port, workers=max(1, args.workers))


def serve(*, port: int, workers: int = 2, also: Sequence["Child"] = ()) -> int:
    """Serve until SIGINT or SIGTERM, then stop everything that was started here; `also`: what a demonstration adds.

    Raises PortTaken, PortReserved, PortOutOfRange before anything is started; UndefinedTable in a home where nothing
    is installed.
    """
    check_port(port)
    from palier.cli.application import open_application
    from palier.foundation.postgres import State, status, stop

    home = home_of(os.environ)
    was_running = status(home) is State.RUNNING
    open_application()
    try:
        _look_for_tables()
        gather_static_files()
        print(f"Palier est ouvert : http://localhost:{port}/ (Ctrl+C pour arrêter)", file=sys.stderr, flush=True)
        Supervisor(home=home, children=[_web(port, workers), _worker(), *also]).run()
    finally:
        if not was_running:
            stop(home)
    print("Palier est arrêté.", file=sys.stderr)
    return 0


def _serve_web_only(*, port: int, workers: int) -> NoReturn:
    """Be the sites' own process, under the account of whoever starts it; nothing else is started or watched.

    Raises PortTaken, PortReserved, PortOutOfRange.
    """
    check_port(port)
    from gunicorn.app.wsgiapp import run

    web = _web(port, workers)
    os.environ["PALIER_PROCESS"] = web.process
    # Gunicorn reads its options where it is usually started from.
    sys.argv = web.command[web.command.index("gunicorn") :]
    run()
    raise SystemExit(0)


def _look_for_tables() -> None:
    """Sites without tables would answer each page by an error, and the worker fall for ever. Raises UndefinedTable."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT 'estate_landlord'::regclass")
    connection.close()


def check_port(port: int) -> None:
    """Refuse a port that cannot be listened on."""
    check_port_number(port)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except PermissionError:
            raise PortReserved(port=port) from None
        except OSError:
            raise PortTaken(port=port) from None


def check_port_number(port: int) -> None:
    """Refuse what is no port. Raises PortOutOfRange."""
    if not 1 <= port <= 65535:
        raise PortOutOfRange(port=port)


def gather_static_files() -> None:
    """Copy, compress and fingerprint the static files: only this process writes them, so only it needs that storage."""
    from django.conf import settings
    from django.core.management import call_command

    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }
    call_command("collectstatic", interactive=False, verbosity=0)


def _web(port: int, workers: int) -> "Child":
    command = [sys.executable, "-m", "gunicorn", "palier.conf.wsgi:application"]
    command += ["--bind", f"{HOST}:{port}", "--worker-class", "gthread", "--workers", str(workers), "--threads", "4"]
    # No access log: an address may hold a name, and the read journal is the record of who read what.
    command += ["--log-level", "warning", "--graceful-timeout", "10", "--timeout", "60", "--no-control-socket"]
    return Child(name="web", command=command, process="web")


def _worker() -> "Child":
    return Child(name="worker", command=[sys.executable, "-m", "palier", "worker"], process="work")


@dataclass(slots=True)
class Child:
    """A process to keep alive."""

    name: str
    command: list[str]
    process: str
    running: "subprocess.Popen[bytes] | None" = None
    started_at: float = 0.0
    start_again_at: float = 0.0
    falls: int = 0

    def look(self, now: float) -> None:
        """Start it when it is not there; wait longer when it keeps falling."""
        if self.running is not None and self.running.poll() is not None:
            code = self.running.returncode
            # A process that was killed did not fall by itself: it starts again at once.
            self.falls = 0 if code < 0 or now - self.started_at > _STEADY_SECONDS else self.falls + 1
            pause = min(0.5 * 2**self.falls, _LONGEST_PAUSE_SECONDS) if self.falls else 0.0
            self.running, self.start_again_at = None, now + pause
            print(f"« {self.name} » est tombé (code {code}), il est relancé.", file=sys.stderr, flush=True)
        if self.running is None and now >= self.start_again_at:
            self.started_at = now
            environment = {**os.environ, "PALIER_PROCESS": self.process}
            # A group of its own: Ctrl+C reaches the supervisor alone, which stops its children in order.
            self.running = subprocess.Popen(
                self.command,
                env=environment,
                start_new_session=True,
                preexec_fn=_die_with_parent,  # noqa: PLW1509 — the supervisor has one thread
            )

    def ask_to_stop(self) -> None:
        """Ask once; the child finishes what it is doing."""
        if self.running is not None and self.running.poll() is None:
            self.running.terminate()

    def end(self, deadline: float) -> None:
        """Wait for it until then, and no longer."""
        if self.running is None:
            return
        try:
            self.running.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(self.running.pid, signal.SIGKILL)
            self.running.wait()


@dataclass(slots=True)
class Supervisor:
    """Looks at its children five times a second, and at the database every two seconds."""

    home: Home
    children: list[Child]
    is_stopping: bool = field(default=False, init=False)

    def run(self) -> None:
        for asked in (signal.SIGINT, signal.SIGTERM):
            signal.signal(asked, self._stop)
        next_database_look = 0.0
        while not self.is_stopping:
            now = time.monotonic()
            if now >= next_database_look:
                self._keep_database()
                next_database_look = now + _DATABASE_EVERY_SECONDS
            for child in self.children:
                child.look(now)
            time.sleep(_LOOK_SECONDS)
        for child in self.children:
            child.ask_to_stop()
        deadline = time.monotonic() + _STOP_SECONDS
        for child in self.children:
            child.end(deadline)

    def _keep_database(self) -> None:
        from palier.foundation.postgres import ensure_running

        try:
            ensure_running(self.home)
        except Refusal as refusal:
            # Said, and tried again: the sites answer 503 meanwhile.
            print(refusal, file=sys.stderr, flush=True)

    def _stop(self, *_: int | FrameType | None) -> None:
        self.is_stopping = True


def _parent_death() -> Callable[[], None]:
    prctl = ctypes.CDLL(None, use_errno=True).prctl

    def ask() -> None:
        prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGTERM)

    return ask


# A supervisor killed outright must not leave sites that nobody watches. Resolved before any fork.
_die_with_parent = _parent_death()
