"""A thread held while it changes, as row security lets it be seen, and what may be refused of a text on both sides."""

from palier.exchanges.models import LONGEST, Thread
from palier.foundation.errors import Refusal


class ThreadNotFound(Refusal):
    """Cet échange n’existe pas, ou n’est pas dans votre portefeuille."""


class ThreadClosed(Refusal):
    """Cet échange est terminé : il se rouvre, ou un autre commence."""


class MessageEmpty(Refusal):
    """Écrivez votre message avant de l’envoyer."""


class MessageTooLong(Refusal):
    """Ce message est trop long : 2 000 signes au plus. Rien n’est envoyé."""


def held(thread_id: int) -> Thread:
    """The thread, locked. Raises ThreadNotFound."""
    found = Thread.objects.select_for_update(of=("self",)).filter(pk=thread_id).first()
    if found is None:
        raise ThreadNotFound
    return found


def tidied(body: str) -> str:
    """A text as it is kept. Raises MessageEmpty, MessageTooLong."""
    text = body.replace("\r\n", "\n").strip()
    if not text:
        raise MessageEmpty
    if len(text) > LONGEST:
        raise MessageTooLong
    return text
