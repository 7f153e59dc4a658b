"""The keys of kept documents: random, one a document, wrapped by the installation's own secret in the document's row.

Once the key is gone the bytes are noise, in every copy of the packs, however old: this is how a document ends in the
backups too. The digest stays that of the readable PDF.
"""

from palier.foundation.errors import Refusal
from palier.foundation.sealing import SealBroken, sealed, unsealed

# The name of its file.
_WRAPPED_UNDER = "document_key"


class KeyUnreadable(Refusal):
    """La clé de ce document ne s’ouvre pas avec le secret de cette installation : restaurez le fichier document_key
    du dossier des secrets."""


def wrapped(key: bytes) -> bytes:
    """A key as the database holds it."""
    return sealed(key, under=_WRAPPED_UNDER)


def unwrapped(kept: bytes) -> bytes:
    """The key behind it. Raises KeyUnreadable."""
    try:
        return unsealed(kept, under=_WRAPPED_UNDER)
    except SealBroken as error:
        raise KeyUnreadable from error
