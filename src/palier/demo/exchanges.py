"""The demonstration's threads: one to answer, one late, one answered and not read yet, one put off, one finished."""

from datetime import datetime, timedelta
from uuid import UUID, uuid5

from django.db import connection

from palier.demo.accounts import email
from palier.demo.loading import OPERATOR
from palier.demo.papers import photographed
from palier.demo.protection import at_the_desk
from palier.exchanges.operations.answering import answer_thread, hand_over, put_off
from palier.exchanges.operations.writing import Words, open_thread, settle_thread
from palier.foundation.holidays import working_days_after
from palier.foundation.home import Home
from palier.foundation.reading import fetch
from palier.privacy.actor import Actor, acting, batch
from palier.privacy.declare import Batch, Role

_KEYS = UUID("0f6a3c1e-7a0d-4e0b-8d3b-5d2f8a4c9e17")
_SEEN = ("ECHANGES", "BAIL")
_LEAST = 4

# Of the officer's agency, those who have an account first: their threads are seen alive.
_WRITERS = """
SELECT l.id AS lease_id, o.person_id
FROM leases_lease AS l JOIN leases_occupant AS o ON o.lease_id = l.id AND o.role = 'HOLDER'
JOIN estate_residence AS r ON r.id = l.residence_id JOIN agents_agent AS a ON a.agency_id = r.agency_id
JOIN agents_user AS u ON u.agent_id = a.id
WHERE u.identifier = %(officer)s AND l.ends_on IS NULL AND o.moved_out_on IS NULL AND l.starts_on < %(before)s
ORDER BY NOT EXISTS (SELECT FROM agents_user AS t WHERE t.person_id = o.person_id), l.id LIMIT 6
"""


class _Writer:
    """A tenant who writes, and as whom they act."""

    def __init__(self, *, lease_id: int, person_id: int) -> None:
        self.lease_id, self.person_id = lease_id, person_id
        self.actor = Actor(role=Role.TENANT, purpose="ESPACE_LOCATAIRE", person_id=person_id)

    def key(self, what: str) -> UUID:
        return uuid5(_KEYS, f"{self.lease_id} {what}")

    def writes(self, subject: str, body: str, *, at: datetime, files: tuple[bytes, ...] = ()) -> int:
        """Gives the thread's number."""
        with acting(self.actor, screen="écrire", categories=_SEEN):
            words = Words(body=body, key=self.key(subject), files=files)
            return open_thread(lease_id=self.lease_id, person_id=self.person_id, subject=subject, words=words, at=at)


def write_letters(home: Home, *, at: datetime) -> None:
    """What tenants ask these days, and where each question stands. Nothing in a stock too small."""
    name = email("gestionnaire_nord")
    with (
        batch(Batch.IMPORT, operator=OPERATOR, motive="DEMONSTRATION", command="demo", categories=("BAIL",)),
        connection.cursor() as cursor,
    ):
        writers = fetch(_Writer, _WRITERS, {"officer": name, "before": at.date() - timedelta(days=60)})
        cursor.execute("SELECT agent_id FROM agents_user WHERE identifier = %s", [name])
        found = cursor.fetchone()
    if found is None or len(writers) < _LEAST:
        return
    officer = Actor(role=Role.RENT_OFFICER, purpose="GESTION_LOCATIVE", agent_id=found[0])
    with at_the_desk(home):
        _threads(writers, officer, at)


def _threads(writers: list[_Writer], officer: Actor, at: datetime) -> None:
    day, first = timedelta(days=1), writers[0]
    first.writes("RENT", "Bonjour,\nPourquoi mes charges ont-elles augmenté ce mois-ci ?", at=at - 2 * day)
    answered = first.writes(
        "PAPERS",
        "J’ai besoin d’une attestation pour l’école des enfants. Voici leur demande.",
        at=at - 6 * day,
        files=(photographed("Demande de l'ecole"),),
    )
    said, sheet = "Elle porte le nom de chaque titulaire.", photographed("Attestation, exemple")
    _answer(officer, answered, "PAPERS_SPACE", said, at=at - 3 * day, files=(sheet,))
    late = writers[1].writes("NEIGHBOURS", "Il y a du bruit dans l’escalier après 22 heures.", at=at - 20 * day)
    waits = writers[2].writes("OTHER", "Peut-on louer une deuxième place de parking ?", at=at - 9 * day)
    done = writers[3].writes("HOUSEHOLD", "Ma fille quitte le logement à la fin du mois.", at=at - 15 * day)
    _answer(officer, done, "HOUSEHOLD_PROOF", "", at=at - 12 * day)
    with acting(writers[3].actor, screen="écrire", categories=_SEEN):
        settle_thread(thread_id=done, key=writers[3].key("SETTLED"), at=at - 8 * day)
    with acting(officer, screen="échange", categories=_SEEN):
        hand_over(thread_id=late, agent_id=officer.agent_id or 0, actor=officer, at=at - 10 * day)
        put_off(
            thread_id=waits,
            motive="OTHER_SERVICE",
            due_on=working_days_after(at.date(), 6),
            key=writers[2].key("LATER"),
            actor=officer,
            at=at - day,
        )


def _answer(
    officer: Actor, thread: int, sentence: str, text: str, *, at: datetime, files: tuple[bytes, ...] = ()
) -> None:
    with acting(officer, screen="échange", categories=_SEEN):
        key = uuid5(_KEYS, f"{thread} ANSWER")
        answer_thread(thread_id=thread, sentence=sentence, text=text, key=key, actor=officer, at=at, files=files)
