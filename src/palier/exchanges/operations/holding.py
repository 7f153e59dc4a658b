"""What may be refused of a thread and of a text, on both sides, and a text as it is kept."""

from palier.exchanges.models import LONGEST
from palier.foundation.errors import Refusal


class ThreadClosed(Refusal):
    """Cet échange est terminé : il se rouvre, ou un autre commence."""


class MessageEmpty(Refusal):
    """Écrivez votre message avant de l’envoyer."""


class MessageTooLong(Refusal):
    """Ce message est trop long : 2 000 signes au plus. Rien n’est envoyé."""


def tidied(body: str) -> str:
    """A text as it is kept. Raises MessageEmpty, MessageTooLong."""
    text = body.replace("\r\n", "\n").strip()
    if not text:
        raise MessageEmpty
    if len(text) > LONGEST:
        raise MessageTooLong
    return text
