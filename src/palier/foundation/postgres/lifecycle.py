"""Start, find and stop the private server. Safe to call at any time, by several processes, after any kill."""

import fcntl
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psycopg

from palier.foundation.errors import Refusal
from palier.foundation.home import DiskFull, Home, told_in_french
from palier.foundation.postgres.account import Account, server_account
from palier.foundation.postgres.address import PORT, address_of
from palier.foundation.postgres.binaries import Binaries, find_binaries
from palier.foundation.postgres.configuration import configuration
from palier.foundation.postgres.server import Server, State

START_SECONDS = 600
ORPHAN_SECONDS = 30


class ServerDidNotStart(Refusal):
    """La base de données n’a pas démarré : {reason} (journal : {log})."""


class DataStillInUse(Refusal):
    """Des processus d’un arrêt brutal tiennent encore les données {path} : attendez quelques secondes puis
    recommencez, sans toucher au fichier postmaster.pid."""


class OutsideServerUnreachable(Refusal):
    """Le serveur PostgreSQL indiqué par DATABASE_URL ne répond pas ({host}, port {port}) : vérifiez l’adresse, le
    compte et le mot de passe."""


class OutsideServerTooOld(Refusal):
    """Le serveur PostgreSQL indiqué par DATABASE_URL est en version {major} : il faut au moins la version 15."""


def ensure_running(home: Home, environment: Mapping[str, str] = os.environ) -> Server:
    """The server of `home`, started when it is not running; the one of DATABASE_URL is only checked.

    Costs about 10 ms when it runs. Raises a Refusal that says what to do.
    """
    address = address_of(environment, home)
    if address.outside:
        home.prepare()
        server = Server(address=address, home=home)
        _check_outside(server)
        return server
    server = Server(address=address, home=home)
    if _answers(server):
        return server
    account = server_account(home.data)
    account.check_can_cross(home.root)
    home.prepare()
    with _only_one_starter(home):
        server = Server(address=address_of(environment, home), home=home)
        if not _answers(server) and not _comes_back(server):
            server = _start(home, account, environment)
    return server


def stop(home: Home, environment: Mapping[str, str] = os.environ) -> bool:
    """Stop the private server; False when it was not running. An outside server is left alone."""
    if address_of(environment, home).outside or not home.data.exists():
        return False
    account = server_account(home.data)
    with _only_one_starter(home):
        if _postmaster(home.data) is None:
            return False
        binaries = find_binaries(home, account, major=_data_major(home))
        wait = ["-m", "fast", "-w", "-t", str(START_SECONDS)]
        account.run([binaries.program("pg_ctl"), "stop", "-D", home.data, *wait])
        return _postmaster(home.data) is None


def status(home: Home, environment: Mapping[str, str] = os.environ) -> State:
    """What the server is doing, without changing anything."""
    if address_of(environment, home).outside:
        return State.OUTSIDE
    if not (home.data / "PG_VERSION").exists():
        return State.ABSENT
    return State.RUNNING if _postmaster(home.data) else State.STOPPED


def _start(home: Home, account: Account, environment: Mapping[str, str]) -> Server:
    major = _data_major(home)
    binaries = find_binaries(home, account, major=major)
    home.ensure_secret("superuser")
    _prepare_logs(home, account)
    if major is None:
        _initialise(home, account, binaries)
    _stop_if_deaf(home, account, binaries)
    _remove_stale_locks(home)
    _configure(home, account, binaries)
    already_said = {log: log.stat().st_size for log in home.logs.iterdir()}
    journal = home.logs / "start.log"
    wait = ["-w", "-t", str(START_SECONDS)]
    outcome = account.run([binaries.program("pg_ctl"), "start", "-D", home.data, "-l", journal, *wait])
    server = Server(address=address_of(environment, home), home=home)
    if outcome.returncode != 0 or not _answers(server):
        raise _why_it_did_not_start(home, already_said, outcome.stderr.decode(errors="replace"))
    return server


def _initialise(home: Home, account: Account, binaries: Binaries) -> None:
    """Make the data aside, then put it in place whole: an initdb cut short leaves nothing that looks like data."""
    draft = home.root / "postgres.making"
    password_file = home.root / ".superuser-password"
    with told_in_french(home.data):
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        password_file.touch(mode=0o600)
        try:
            password_file.write_text(home.secret("superuser") + "\n", encoding="ascii")
            if account.switch is not None:
                os.chown(draft, *account.switch)
                os.chown(password_file, *account.switch)
            options = ["-U", "postgres", "--auth=scram-sha-256", "-k", "--locale=C.UTF-8", "--encoding=UTF8"]
            made = account.run([binaries.program("initdb"), "-D", draft, "--pwfile", password_file, *options])
        finally:
            password_file.unlink()
        if made.returncode != 0:
            shutil.rmtree(draft, ignore_errors=True)
            raise _refusal_for(made.stderr.decode(errors="replace"), log=home.logs, place=home.data)
        with (draft / "postgresql.conf").open("a", encoding="utf-8") as main:
            main.write("\ninclude = 'palier.conf'\n")
        draft.rename(home.data)


def _configure(home: Home, account: Account, binaries: Binaries) -> None:
    """Written again at each start: the machine's memory and the socket's folder may have changed."""
    socket_directory = home.prepare_socket_directory(account.switch)
    target = home.data / "palier.conf"
    with told_in_french(target):
        for wal_compression in ("lz4", "off"):
            text = configuration(socket_directory=socket_directory, logs=home.logs, wal_compression=wal_compression)
            target.write_text(text, encoding="utf-8")
            if account.switch is not None:
                os.chown(target, *account.switch)
            # A build without lz4 refuses the value: ask the program rather than guess. pglz costs more than it saves.
            if account.run([binaries.program("postgres"), "-D", home.data, "-C", "wal_compression"]).returncode == 0:
                return


def _prepare_logs(home: Home, account: Account) -> None:
    with told_in_french(home.logs):
        home.logs.mkdir(mode=0o700, exist_ok=True)
        if account.switch is not None:
            os.chown(home.logs, *account.switch)


def _stop_if_deaf(home: Home, account: Account, binaries: Binaries) -> None:
    """A server that lives but cannot be reached (its socket was swept from /tmp) is stopped, then started again."""
    if _postmaster(home.data) is not None:
        account.run([binaries.program("pg_ctl"), "stop", "-D", home.data, "-m", "fast", "-w", "-t", "60"])


def _remove_stale_locks(home: Home) -> None:
    """Remove the lock files left by a kill, once nothing lives on this data any more.

    Danger: their number may since belong to an innocent process (or to a killed server that nobody buried), which must
    be neither signalled nor taken for a server; and children that outlive a killed server still write, so a second
    server must not start beside them.
    """
    deadline = time.monotonic() + ORPHAN_SECONDS
    while _processes_on(home.data):
        if time.monotonic() > deadline:
            raise DataStillInUse(path=home.data)
        time.sleep(0.05)
    for name in (f".s.PGSQL.{PORT}", f".s.PGSQL.{PORT}.lock"):
        (home.socket_directory / name).unlink(missing_ok=True)
    (home.data / "postmaster.pid").unlink(missing_ok=True)


def _postmaster(data: Path) -> int | None:
    """The server's process number, when postmaster.pid names a live PostgreSQL process of this very data."""
    try:
        pid = int((data / "postmaster.pid").read_text(encoding="utf-8").split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None
    return pid if pid in _processes_on(data) else None


def _processes_on(data: Path) -> set[int]:
    """PostgreSQL processes whose working directory is `data`: each of them enters it, and nothing else has to."""
    found = set()
    place = data.resolve()
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            # A shell that someone opened in the folder has the same working directory.
            if (entry / "cwd").readlink() == place and (entry / "exe").readlink().name.startswith("postgres"):
                found.add(int(entry.name))
        except OSError:
            continue  # gone meanwhile, or someone else's
    return found


def _answers(server: Server) -> bool:
    """A real connection and a real statement, on this very data."""
    socket = Path(server.address.host) / f".s.PGSQL.{server.address.port}"
    if not socket.exists() or not server.home.secret_readable("superuser"):
        return False
    try:
        with psycopg.connect(server.administrator_conninfo(database="postgres"), autocommit=True) as connection:
            row = connection.execute("SHOW data_directory").fetchone()
    except psycopg.OperationalError:
        return False
    return row is not None and Path(row[0]).resolve() == server.home.data.resolve()


def _comes_back(server: Server) -> bool:
    """Wait for a server that repairs its data after a fall of its own: stopping it would only make it begin again."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            with psycopg.connect(server.administrator_conninfo(database="postgres")):
                return _answers(server)
        except (psycopg.OperationalError, Refusal) as closed:
            # Its messages are in English (lc_messages), and a connection refused has no code to look at.
            if "the database system is" not in str(closed) or _postmaster(server.home.data) is None:
                return False
        time.sleep(0.1)
    return False


def _data_major(home: Home) -> int | None:
    try:
        return int((home.data / "PG_VERSION").read_text(encoding="ascii"))
    except FileNotFoundError:
        return None


def _check_outside(server: Server) -> None:
    address = server.address
    try:
        with psycopg.connect(server.administrator_conninfo(database="postgres"), autocommit=True) as connection:
            major = connection.info.server_version // 10000
    except psycopg.OperationalError as error:
        raise OutsideServerUnreachable(host=address.host, port=address.port) from error
    if major < 15:
        raise OutsideServerTooOld(major=major)


def _why_it_did_not_start(home: Home, already_said: Mapping[Path, int], answer: str) -> Refusal:
    """The last grave line that the server wrote since it was asked to start, or what the starter answered."""
    grave = []
    for log in sorted(home.logs.iterdir(), key=lambda log: log.stat().st_mtime):
        said = log.read_bytes()[already_said.get(log, 0) :].decode(errors="replace")
        grave += [line for line in said.splitlines() if "FATAL:" in line or "PANIC:" in line]
    return _refusal_for(grave[-1] if grave else answer, log=home.logs, place=home.data)


def _refusal_for(said: str, *, log: Path, place: Path) -> Refusal:
    if "No space left on device" in said:
        return DiskFull(path=place)
    return ServerDidNotStart(reason=said.strip().splitlines()[-1] if said.strip() else "aucune explication", log=log)


@contextmanager
def _only_one_starter(home: Home) -> Iterator[None]:
    """Two starters at once: the second waits, then finds the server running."""
    with told_in_french(home.root):
        handle = os.open(home.root / "postgres.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
