"""PALIER_HOME: the one folder where everything lives (database, secrets, documents, logs)."""

import errno
import os
import secrets
import stat
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from palier.foundation.errors import Refusal

# sun_path holds 108 bytes with its final zero; the socket's own name is "/.s.PGSQL.5432".
# Where every account may write, as systemd and PostgreSQL call it too.
SHARED_FOLDER = "/tmp"  # noqa: S108
# Beside the heads of the journal: what people ended (palier.privacy.ended).
ENDS_FOLDER = "fins"
SOCKET_DIRECTORY_LIMIT = 107 - len("/.s.PGSQL.5432")


class HomeUnreachable(Refusal):
    """Le dossier de Palier {path} est hors d’atteinte : {reason}. Choisissez un autre dossier avec PALIER_HOME, ou
    ouvrez celui-ci au compte qui lance Palier."""


class HomeIsNotAFolder(Refusal):
    """{path} existe mais n’est pas un dossier : Palier ne peut pas s’y installer. Indiquez un dossier avec
    PALIER_HOME."""


class DiskFull(Refusal):
    """Il n’y a plus de place sur le disque qui porte {path} : libérez de l’espace puis recommencez, rien n’a été
    laissé à moitié fait."""


class SecretUnreadable(Refusal):
    """Le secret {path} n’est pas lisible par ce compte : lancez la commande avec le compte qui a installé Palier."""


class SecretMissing(Refusal):
    """Le secret {path} n’existe pas encore : lancez d’abord « palier database start »."""


@dataclass(frozen=True, slots=True)
class Home:
    """The places of one installation. Nothing is created by reading these properties."""

    root: Path

    @property
    def data(self) -> Path:
        return self.root / "postgres"

    @property
    def secrets(self) -> Path:
        return self.root / "secrets"

    @property
    def documents(self) -> Path:
        return self.root / "documents"

    @property
    def static(self) -> Path:
        return self.root / "static"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def socket_directory(self) -> Path:
        """Where the server listens: in the home, or the short directory recorded when the home's path is too long."""
        if len(os.fsencode(self.root / "run")) <= SOCKET_DIRECTORY_LIMIT:
            return self.root / "run"
        try:
            return Path(self._short_record.read_text(encoding="utf-8").strip())
        except FileNotFoundError:
            return self.root / "run"

    @property
    def _short_record(self) -> Path:
        return self.root / "socket-directory"

    def prepare(self) -> None:
        """Make the folders: the home can be crossed by the server's account (0711), what it holds is closed (0700).

        Raises HomeUnreachable, HomeIsNotAFolder or DiskFull.
        """
        with told_in_french(self.root):
            self.root.mkdir(parents=True, exist_ok=True)
            if not os.access(self.root, os.W_OK | os.X_OK):
                raise HomeUnreachable(path=self.root, reason="ce compte ne peut pas y écrire")
            if self.root.stat().st_uid == os.geteuid():
                self.root.chmod(0o711)
            for folder in (self.secrets, self.documents):
                folder.mkdir(mode=0o700, exist_ok=True)
            self.static.mkdir(mode=0o755, exist_ok=True)

    def prepare_socket_directory(self, owner: tuple[int, int] | None) -> Path:
        """Make the socket's directory, owned by `owner` (uid, gid) when the server has its own account."""
        with told_in_french(self.root):
            directory = self.root / "run"
            if len(os.fsencode(directory)) > SOCKET_DIRECTORY_LIMIT:
                directory = self._short_directory(owner)
            # Once opened to the accounts of the services (palier.foundation.installation.layout), it stays so.
            is_opened = directory.is_dir() and stat.S_IMODE(directory.stat().st_mode) == 0o711
            directory.mkdir(exist_ok=True)
            if owner is not None:
                os.chown(directory, *owner)
            directory.chmod(0o711 if owner is not None or is_opened else 0o700)
        return directory

    def _short_directory(self, owner: tuple[int, int] | None) -> Path:
        """The recorded short directory when it is still there and ours, otherwise a new one.

        A guessable name under /tmp could be taken first by someone else, hence a random one, recorded.
        """
        ours = {os.geteuid()} | ({owner[0]} if owner else set())
        try:
            recorded = Path(self._short_record.read_text(encoding="utf-8").strip())
            if recorded.is_dir() and not recorded.is_symlink() and recorded.stat().st_uid in ours:
                return recorded
        except FileNotFoundError:
            pass
        parent = "/run" if os.geteuid() == 0 and os.access("/run", os.W_OK) else SHARED_FOLDER
        made = Path(tempfile.mkdtemp(prefix="palier-", dir=parent))
        self._short_record.write_text(f"{made}\n", encoding="utf-8")
        return made

    def secret(self, name: str) -> str:
        """The secret kept in the file `name`. Raises SecretMissing or SecretUnreadable."""
        path = self.secrets / name
        try:
            return path.read_text(encoding="ascii").strip()
        except FileNotFoundError:
            raise SecretMissing(path=path) from None
        except PermissionError:
            raise SecretUnreadable(path=path) from None

    def secret_readable(self, name: str) -> bool:
        return os.access(self.secrets / name, os.R_OK)

    def secret_is_kept_from_us(self, name: str) -> bool:
        """True when the secret is there and this account may not read it."""
        try:
            (self.secrets / name).stat()
        except OSError:
            return False
        return not self.secret_readable(name)

    def ensure_secret(self, name: str) -> str:
        """The secret `name`, drawn at random the first time, in a file of its own readable by this account only."""
        path = self.secrets / name
        if not path.exists():
            with told_in_french(path):
                draft = path.with_name(f".{name}.{os.getpid()}.{secrets.token_hex(4)}")
                draft.touch(mode=0o600)
                draft.write_text(f"{secrets.token_urlsafe(32)}\n", encoding="ascii")
                try:
                    # link() and not rename(): of two processes drawing at once, the first one's secret stays.
                    os.link(draft, path)
                except FileExistsError:
                    pass
                finally:
                    draft.unlink()
        return self.secret(name)


def home_of(environment: Mapping[str, str]) -> Home:
    """PALIER_HOME when set, otherwise /var/lib/palier for root and ~/.local/share/palier for anyone else."""
    chosen = environment.get("PALIER_HOME")
    if chosen:
        return Home(Path(chosen).expanduser().absolute())
    if os.geteuid() == 0:
        return Home(Path("/var/lib/palier"))
    shared = environment.get("XDG_DATA_HOME") or Path.home() / ".local/share"
    return Home(Path(shared) / "palier")


@contextmanager
def told_in_french(path: Path) -> Iterator[None]:
    """Turn what the system says about `path` into a sentence."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull(path=path) from error
        if error.errno in (errno.EEXIST, errno.ENOTDIR):
            raise HomeIsNotAFolder(path=_first_that_is_not_a_folder(path)) from error
        reason = {
            errno.EACCES: "un dossier parent est fermé à ce compte, ou ce compte ne peut pas y écrire",
            errno.EPERM: "ce compte n’en est pas propriétaire",
            errno.EROFS: "le disque est en lecture seule",
            errno.ENAMETOOLONG: "son chemin est trop long",
        }.get(error.errno or 0, f"le système répond « {error.strerror} »")
        raise HomeUnreachable(path=path, reason=reason) from error


def closed_to_others(path: str, flags: int) -> int:
    """How `open` makes a file that names people or their accounts: for this account alone, from its first byte on."""
    return os.open(path, flags, 0o600)


def write_private(path: Path, content: bytes) -> None:
    """Write a file that this account alone reads, from its first byte on."""
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_bytes(content)


def _first_that_is_not_a_folder(path: Path) -> Path:
    for place in (*reversed(path.parents), path):
        if place.exists() and not place.is_dir():
            return place
    return path
