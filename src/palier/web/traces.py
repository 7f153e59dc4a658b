"""What a page that only reads still writes: the lines of other journals, with the reading and in its transaction.

Nothing else is written by a GET. That a paper was opened, and that an answer was before its reader's eyes, are
readings: they follow the rule of the journal of readings. A page that a browser fetches ahead, which nobody has seen,
leaves its reading, for the data did leave, and marks nothing as seen.
"""

from collections.abc import Callable, Iterable

from palier.foundation.clock import now
from palier.mail.vault.noting import Noted, doer, note
from palier.web.requests import ActorRequest


def traced(request: ActorRequest, events: Iterable[Noted]) -> None:
    """Lines of the journal of documents, in the words of who acts: the person, their helper, their landlord."""
    lines, at, by = list(events), now(), doer(request.actor)
    request.reading.also_traced(lambda: note(lines, by=by, at=at))


def seen(request: ActorRequest, mark: Callable[[], object]) -> None:
    """Mark what this page shows as seen by who opened it."""
    if "prefetch" not in request.headers.get("Sec-Purpose", ""):
        request.reading.also_traced(mark)
