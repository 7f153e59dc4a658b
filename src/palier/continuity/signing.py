"""Who wrote a backup: the machine signs (Ed25519), whoever holds the file of the key checks.

Sealing alone asks for the public key, which is no secret. The signing key comes from a secret of the home; its public
half leaves with the private key of backups (keys.py), so that a restoration knows the landlord's machine from another.
"""

from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from palier.foundation.errors import Refusal
from palier.foundation.home import Home

SIGNATURE_BYTES = 64
# The name of the secret file: it marks the files of an archive too.
ARCHIVE_MARK = "archive_mark"
_BACKUP, _KEPT = b"palier-backup-1\n", b"palier-archive-1\n"


class NotSignedByTheMachine(Refusal):
    """Le fichier {path} n’est pas signé par la machine qui a fait cette clé : il vient d’ailleurs, ou d’avant la
    signature des sauvegardes. Rien n’en est repris. Prenez-en un autre, ou donnez la clé de son époque."""


def signer_of(home: Home) -> Ed25519PrivateKey:
    """The key with which this home signs."""
    secret = home.ensure_secret(ARCHIVE_MARK).encode("ascii")
    seed = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"palier-backup-signer-1").derive(secret)
    return Ed25519PrivateKey.from_private_bytes(seed)


def of_backup(line: bytes, closing: bytes) -> bytes:
    """What is signed of a backup: its header, and the list of the digests of all that it holds."""
    return _BACKUP + sha256(line).digest() + sha256(closing).digest()


def of_kept(kind: str, name: str, content: bytes) -> bytes:
    """What is signed of a file of an archive: its kind, its name, its content."""
    return _KEPT + f"{kind}\n{name}\n".encode() + sha256(content).digest()


def check_signature(sender: Ed25519PublicKey | None, signature: bytes, said: bytes, path: Path) -> None:
    """Nothing without a sender: a key made before signatures knows none. Raises NotSignedByTheMachine."""
    if sender is None:
        return
    try:
        sender.verify(signature, said)
    except InvalidSignature as error:
        raise NotSignedByTheMachine(path=path) from error
