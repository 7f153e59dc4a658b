"""The letters that left without a person whose address is protected: for whoever holds it, on that page alone."""

from dataclasses import dataclass
from datetime import date

from palier.foundation.reading import fetch


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldLetter:
    """A letter to hand over: which one, and when the others left."""

    letter_id: int
    sending_id: int
    name: str
    title: str
    issued_on: date


def letters_held(lease_id: int) -> list[HeldLetter]:
    """What was sent to others of the list and not to them, newest first."""
    return fetch(
        HeldLetter,
        """SELECT w.id AS letter_id, s.id AS sending_id, t.name, v.title, s.issued_on
           FROM correspondence_letter AS w JOIN correspondence_sending AS s ON s.id = w.sending_id
           JOIN correspondence_templateversion AS v ON v.id = s.version_id
           JOIN correspondence_template AS t ON t.id = v.template_id
           WHERE w.lease_id = %(lease)s AND w.refusal_code = 'PROTECTED' AND s.issued_on IS NOT NULL
           ORDER BY w.id DESC LIMIT 50""",
        {"lease": lease_id},
    )
