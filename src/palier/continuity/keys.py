"""The pair of keys of backups: the machine holds the public one and only writes; whoever restores holds the other.

A stolen machine opens none of its old backups, and what was purged since stays closed to it.
"""

import base64
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from palier.continuity.signing import signer_of
from palier.foundation.errors import Refusal
from palier.foundation.home import Home, told_in_french

# Of version 2, the second half is the public key with which the machine signs. Version 1 is read: it knows no sender.
_PRIVATE, _PUBLIC = (
    ("palier-backup-key-1", "palier-backup-key-2"),
    (
        "palier-backup-recipient-1",
        "palier-backup-recipient-2",
    ),
)
_KEY_BYTES = 32


class BackupKeyMissing(Refusal):
    """Aucune clé de sauvegarde n’est choisie ici : lancez « palier backup key --output FICHIER » et gardez ce fichier
    hors de cette machine."""


class BackupKeyInPlace(Refusal):
    """Une clé de sauvegarde est déjà choisie ({path}) : les sauvegardes faites avec elle ne s’ouvrent qu’avec son
    fichier. Pour en changer, ajoutez --replace."""


class BackupKeyUnreadable(Refusal):
    """Le fichier {path} n’est pas une clé de sauvegarde : donnez celui que « palier backup key » a écrit."""


class BackupKeyOfAnotherMachine(Refusal):
    """La clé de sauvegarde choisie ici ({path}) a été faite sur une autre machine, dont la signature est attendue :
    rien de ce qui serait fait avec elle ne se restaurerait. Lancez « palier backup key --output FICHIER --replace »."""


class FileInPlace(Refusal):
    """Le fichier {path} existe déjà : choisissez un autre nom, rien n’a été écrit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupKey:
    """What a file of the key holds: what opens, and who is expected to have signed; None before signatures."""

    opening: X25519PrivateKey
    sender: Ed25519PublicKey | None


def recipient_path(home: Home) -> Path:
    """Where the public key is: no secret, and read by the account of the database too."""
    return home.root / "backup-recipient"


def make_key(home: Home, path: Path, *, replaces: bool) -> str:
    """Draw a pair of keys: the private one to `path`, the public one in the home. Its fingerprint.

    Raises BackupKeyInPlace, FileInPlace, DiskFull.
    """
    chosen = recipient_path(home)
    if chosen.exists() and not replaces:
        raise BackupKeyInPlace(path=chosen)
    home.prepare()
    key = X25519PrivateKey.generate()
    sender = public_bytes(signer_of(home).public_key())
    content = key.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption()) + sender
    with told_in_french(path):
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError as error:
            raise FileInPlace(path=path) from error
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(_told(_PRIVATE[1], content))
            file.flush()
            os.fsync(file.fileno())
    with told_in_french(chosen):
        draft = chosen.with_name(f".{chosen.name}.part")
        draft.write_text(_told(_PUBLIC[1], public_bytes(key.public_key()) + sender), encoding="ascii")
        draft.chmod(0o644)
        draft.replace(chosen)
    return fingerprint(key.public_key())


def recipient_of(home: Home) -> X25519PublicKey:
    """The public key of the home. Raises BackupKeyMissing, BackupKeyUnreadable, BackupKeyOfAnotherMachine."""
    path = recipient_path(home)
    if not path.exists():
        raise BackupKeyMissing
    content, sender = _content(path, _PUBLIC)
    # Better told today than on the day when everything is lost.
    if sender and sender != public_bytes(signer_of(home).public_key()):
        raise BackupKeyOfAnotherMachine(path=path)
    return X25519PublicKey.from_public_bytes(content)


def read_key(path: Path) -> BackupKey:
    """A private key from its file. Raises BackupKeyUnreadable."""
    content, sender = _content(path, _PRIVATE)
    return BackupKey(
        opening=X25519PrivateKey.from_private_bytes(content),
        sender=Ed25519PublicKey.from_public_bytes(sender) if sender else None,
    )


def public_bytes(key: X25519PublicKey | Ed25519PublicKey) -> bytes:
    """The 32 bytes of a public key."""
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)


def fingerprint(key: X25519PublicKey) -> str:
    """Eight bytes of a digest: enough to tell one key from another, shown on screens and in headers."""
    return hashlib.sha256(public_bytes(key)).hexdigest()[:16]


def _told(kind: str, content: bytes) -> str:
    return f"{kind} {base64.urlsafe_b64encode(content).decode('ascii')}\n"


def _content(path: Path, kinds: tuple[str, str]) -> tuple[bytes, bytes]:
    """The key of a file, and the sender's, empty in a file of version 1."""
    try:
        said, encoded = path.read_text(encoding="ascii").split()
        content = base64.urlsafe_b64decode(encoded)
    except (OSError, ValueError) as error:
        raise BackupKeyUnreadable(path=path) from error
    if said not in kinds or len(content) != _KEY_BYTES * (1 + kinds.index(said)):
        raise BackupKeyUnreadable(path=path)
    return content[:_KEY_BYTES], content[_KEY_BYTES:]
