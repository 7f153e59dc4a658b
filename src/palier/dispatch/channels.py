"""The channels by which a document leaves, and the one shape that every outside world answers in.

No blind retry: what a provider did not answer is UNKNOWN, and is asked about by our own key before anything is sent
again. A second sending of a letter is a fault that its reader sees.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Protocol

SPACE: Final = "SPACE"
PRINT: Final = "PRINT"
EMAIL: Final = "EMAIL"
PUSH: Final = "PUSH"
VAULT: Final = "VAULT"
HYBRID: Final = "HYBRID"
# Said of neither a document nor a letter: words to read inside.
MESSAGE_KIND: Final = "MESSAGE"
CHANNELS: Final = (
    (SPACE, "Mes documents"),
    (PRINT, "lot à imprimer"),
    (EMAIL, "courriel sans contenu"),
    (PUSH, "notification sans contenu"),
    (VAULT, "coffre externe"),
    (HYBRID, "courrier hybride"),
)
CHANNEL_LABELS: Final[Mapping[str, str]] = dict(CHANNELS)
# The channels that somebody outside answers for.
OUTSIDE: Final = (EMAIL, PUSH, VAULT, HYBRID)

WAITING: Final = "WAITING"
TAKEN: Final = "TAKEN"
ACCEPTED: Final = "ACCEPTED"
DELIVERED: Final = "DELIVERED"
RETURNED: Final = "RETURNED"
REFUSED: Final = "REFUSED"
UNKNOWN: Final = "UNKNOWN"
VOID: Final = "VOID"
STATES: Final = (
    (WAITING, "en attente"),
    (TAKEN, "pris en main"),
    (ACCEPTED, "accepté"),
    (DELIVERED, "remis"),
    (RETURNED, "revenu"),
    (REFUSED, "refusé"),
    (UNKNOWN, "sans réponse"),
    (VOID, "sans objet"),
)
STATE_LABELS: Final[Mapping[str, str]] = dict(STATES)

# Of the mail that comes back, as the carrier's label says it.
RETURN_REASONS: Final = (
    ("NPAI", "n’habite pas à l’adresse indiquée"),
    ("INCOMPLETE", "adresse incomplète ou erronée"),
    ("NO_BOX", "boîte aux lettres introuvable"),
    ("REFUSED", "refusé par le destinataire"),
    ("UNCLAIMED", "non réclamé"),
    ("OTHER", "revenu sans mention lisible"),
)
RETURN_LABELS: Final[Mapping[str, str]] = dict(RETURN_REASONS)


class Nature(StrEnum):
    """How much of a channel is real: said on screen, beside its name."""

    REAL = "REAL"
    SIMULATED = "SIMULATED"
    NOT_VERIFIED = "NOT_VERIFIED"


NATURE_LABELS: Final[Mapping[Nature, str]] = {
    Nature.REAL: "réel",
    Nature.SIMULATED: "simulé",
    Nature.NOT_VERIFIED: "non vérifié",
}


class Said(StrEnum):
    """What the outside world said of one document."""

    # It has it. DELIVERED: it says so of the addressee too.
    ACCEPTED = "ACCEPTED"
    DELIVERED = "DELIVERED"
    RETURNED = "RETURNED"
    # It does not want it, for a reason that a second try would not change.
    REFUSED = "REFUSED"
    # It has nothing of ours under that key: it may be sent.
    NOTHING = "NOTHING"
    # Not now: after so many seconds.
    LATER = "LATER"
    # No answer, or one that cannot be read: nobody knows whether it has it.
    SILENT = "SILENT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was said, the provider's own reference, its code, and how long to wait when it says LATER."""

    said: Said
    reference: str = ""
    code: str = ""
    wait_seconds: int = 0
    # Devices that are no more: forgotten.
    gone: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """One document on one channel. `key` is ours, and the same at each try."""

    sending_id: int
    key: str
    label: str
    pdf: bytes = b""
    address: tuple[str, ...] = ()
    # Whom it reaches on that channel: an address of e-mail, the points of notification, the account of a vault.
    reaches: tuple[str, ...] = field(default=())
    # The language of each of them, in the same order, where it is known.
    spoken: tuple[str, ...] = field(default=())
    reference: str = ""
    # As the document says it.
    kind: str = ""


class Channel(Protocol):
    """An outside world that takes documents, whoever runs it."""

    @property
    def code(self) -> str:
        """One of CHANNELS."""

    @property
    def label(self) -> str:
        """Its name on screen."""

    @property
    def nature(self) -> Nature:
        """How much of it is real."""

    def send(self, parcel: Parcel, /) -> Answer:
        """Hand over one document. Never raises for what the outside world does: it answers."""

    def ask(self, parcel: Parcel, /) -> Answer:
        """What the outside world has under our key: NOTHING when it never had it."""
