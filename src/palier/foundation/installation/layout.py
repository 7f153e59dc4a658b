"""Who may open which file of a home: written down once, put in place by `palier init`, looked at by `palier doctor`."""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from palier.foundation.home import ENDS_FOLDER, Home, told_in_french
from palier.foundation.installation.accounts import Accounts, Identity

# What seals a cell or a document is read by the sites and by the jobs; drawn at once, since neither may write there.
# So is what signs between the sites, the jobs and the card gateway.
SHARED_SECRETS: Final = (
    *(
        "django_key",
        "document_key",
        "iban_key",
        "iban_digest_key",
        "aid_number_key",
        "piece_key",
        "nir_key",
        "access_letters_key",
    ),
    *("card_gateway_key", "push_key"),
)
# Those that leave with a whole export and come back with it; the key of the sessions is the machine's own.
SEALING_SECRETS: Final = frozenset(SHARED_SECRETS) - {"django_key"}
# The superuser of the private server, the mark of the archive, the account of DATABASE_URL.
OWNER_SECRETS: Final = ("superuser", "archive_mark", "owner.env")
_HEXADECIMAL: Final = "0123456789abcdef"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A file or a folder, whose it is and how far it is open."""

    path: Path
    uid: int
    gid: int
    mode: int

    def is_right(self) -> bool:
        """True when the system says the same, or when there is nothing there."""
        try:
            found = self.path.stat()
        except FileNotFoundError:
            return True
        return (found.st_uid, found.st_gid, stat.S_IMODE(found.st_mode)) == (self.uid, self.gid, self.mode)

    def put_right(self) -> None:
        # The owner first: a change of owner takes the setgid bit away.
        os.chown(self.path, self.uid, self.gid)
        self.path.chmod(self.mode)


def ends_folder(home: Home) -> Path:
    """Where what people ended is kept, beside the heads of the journal."""
    heads = os.environ.get("PALIER_JOURNAL_HEADS") or home.root / "journal" / "empreintes.jsonl"
    return Path(heads).parent / ENDS_FOLDER


def draw_secrets(home: Home) -> None:
    """Every secret that a service would otherwise draw at its first need."""
    for name in SHARED_SECRETS:
        home.ensure_secret(name)
    home.ensure_secret("archive_mark")


def places(home: Home, accounts: Accounts, *, prefix: str) -> Iterator[Place]:
    """Every place whose opening matters, when three accounts share the home."""
    owner, web, worker, sites = accounts.owner, accounts.web, accounts.worker, accounts.sites_gid

    def of_owner(path: Path, mode: int, gid: int = owner.gid) -> Place:
        return Place(path=path, uid=owner.uid, gid=gid, mode=mode)

    yield of_owner(home.root, 0o711)
    yield of_owner(home.secrets, 0o710, sites)
    for name in (*OWNER_SECRETS, f"{prefix}_owner"):
        yield of_owner(home.secrets / name, 0o600)
    yield of_owner(home.secrets / f"{prefix}_login", 0o640, web.gid)
    yield of_owner(home.secrets / f"{prefix}_worker", 0o640, worker.gid)
    for name in SHARED_SECRETS:
        yield of_owner(home.secrets / name, 0o640, sites)
    yield of_owner(home.logs, 0o700)
    yield of_owner(home.static, 0o755)
    # Crossed by the sites and the jobs towards the register of ends, which they add to; its heads are the owner's.
    yield of_owner(home.root / "journal", 0o711)
    yield of_owner(ends_folder(home), 0o2770, sites)
    yield Place(path=home.root / "courriels", uid=worker.uid, gid=worker.gid, mode=0o700)
    yield from _of_documents(home.documents, worker, sites)


def _of_documents(folder: Path, worker: Identity, sites: int) -> Iterator[Place]:
    """Written by the jobs, read by the sites. The group is inherited by what is written there later."""
    names = ["", "drafts", "copies", *(f"{high}{low}" for high in _HEXADECIMAL for low in _HEXADECIMAL)]
    for name in names:
        yield Place(path=folder / name, uid=worker.uid, gid=sites, mode=0o2770)


def separate(home: Home, accounts: Accounts, *, prefix: str) -> None:
    """Open each place to its accounts and to no other. Safe to run again. Raises HomeUnreachable, DiskFull."""
    with told_in_french(home.root):
        for folder in (home.documents, home.root / "journal", ends_folder(home), home.root / "courriels"):
            folder.mkdir(mode=0o700, exist_ok=True)
        for place in places(home, accounts, prefix=prefix):
            if place.path.parent == home.documents:
                place.path.mkdir(mode=0o700, exist_ok=True)
            if place.path.exists():
                place.put_right()
        # Made by whichever service came first, or put back by a restoration.
        for register in ends_folder(home).glob("*.jsonl"):
            os.chown(register, -1, accounts.sites_gid)
            register.chmod(0o660)
        _open_socket_directory(home)
        _publish(home.static, accounts.owner)


def wrong_places(home: Home, accounts: Accounts, *, prefix: str) -> list[Path]:
    """Those that are open to others than they should, or closed to those who need them."""
    return [place.path for place in places(home, accounts, prefix=prefix) if not place.is_right()]


def open_secrets(home: Home) -> list[Path]:
    """With a single account: the secrets that another account may read."""
    found = [home.secrets, *sorted(home.secrets.iterdir())] if home.secrets.is_dir() else []
    return [path for path in found if stat.S_IMODE(path.stat().st_mode) & 0o077]


def _open_socket_directory(home: Home) -> None:
    """Crossed by the sites and the jobs; the password is asked for behind it."""
    if home.socket_directory.is_dir():
        home.socket_directory.chmod(0o711)


def _publish(folder: Path, to: Identity) -> None:
    """The static files are everyone's: gathered by root at the installation, by their owner afterwards."""
    for path in (folder, *folder.rglob("*")):
        os.chown(path, to.uid, to.gid)
        path.chmod(0o755 if path.is_dir() else 0o644)
