"""The jobs of first access: prepare letters, send a code. Who asked is checked again; each may run twice."""

import logging

from procrastinate.contrib.django import app

from palier.admission.access import may_ask
from palier.admission.operations.asking import QUEUE, progress_key
from palier.admission.operations.coming_back import close_returned_letter
from palier.admission.operations.letters import COMMAND, MOTIVE, Asked, make_letters, make_one_letter
from palier.admission.operations.sending import send_code as send
from palier.foundation import jobs
from palier.foundation.clock import now
from palier.foundation.errors import Refusal
from palier.foundation.jobs import Progress
from palier.privacy.actor import batch
from palier.privacy.declare import Batch

logger = logging.getLogger("palier.admission")
_OPERATOR = "file d’attente"


@app.task(name="palier.admission.tasks.prepare_letters", queue=QUEUE)
def prepare_letters(*, residence_id: int, asked_by: int) -> None:
    """The letters of a residence, for the agent who asked."""
    try:
        with jobs.progress(progress_key(residence_id), "Lettres d’accès") as shown:
            by = _asker(asked_by)
            _told(shown, make_letters(residence_id=residence_id, by=by, at=now(), progress=shown))
    except Refusal:
        # Said on the page, in the row of the progress: trying again would give the same answer.
        return


@app.task(name="palier.admission.tasks.prepare_one_letter", queue=QUEUE)
def prepare_one_letter(*, person_id: int, by_hand: bool, asked_by: int) -> None:
    """Another letter for one person, for the agent who asked."""
    try:
        make_one_letter(person_id=person_id, by_hand=by_hand, by=_asker(asked_by, by_hand=by_hand), at=now())
    except Refusal as refusal:
        logger.error("a letter was not prepared: %s", refusal)


@app.task(name="palier.admission.tasks.send_code", queue=QUEUE)
def send_code(*, letter_id: int, way_id: int, person_id: int, asked_by: int | None, language: str = "") -> None:
    """Send a code; nothing when the contact changed since the letter was made."""
    send(letter_id=letter_id, way_id=way_id, person_id=person_id, language=language, at=now())


@app.task(name="palier.admission.tasks.close_returned", queue=QUEUE)
def close_returned(*, letter_id: int, asked_by: int) -> None:
    """What was kept to send the codes of a letter that came back goes with it; the person is told that it did."""
    with batch(Batch.MAIL, operator=_OPERATOR, motive=MOTIVE, command=COMMAND, agent_id=asked_by, categories=()):
        close_returned_letter(letter_id)


def _asker(asked_by: int, *, by_hand: bool = False) -> Asked:
    with batch(Batch.MAIL, operator=_OPERATOR, motive=MOTIVE, command=COMMAND, agent_id=asked_by, categories=()):
        may_ask(asked_by, by_hand=by_hand)
    return Asked(operator=_OPERATOR, agent_id=asked_by)


def _told(shown: Progress, made: int) -> None:
    shown.found = f"{made} lettre{'s' if made > 1 else ''} préparée{'s' if made > 1 else ''}, à imprimer."
