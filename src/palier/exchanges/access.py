"""The only door to a thread that is about to change: its author's, or of an agency's residences.

Row security answers, not this function.
"""

from palier.exchanges.models import Thread
from palier.foundation.errors import Refusal


class ThreadNotFound(Refusal):
    """Cet échange n’existe pas, ou n’est pas dans votre portefeuille."""


def held(thread_id: int) -> Thread:
    """The thread, locked. Raises ThreadNotFound."""
    found = Thread.objects.select_for_update(of=("self",)).filter(pk=thread_id).first()
    if found is None:
        raise ThreadNotFound
    return found
