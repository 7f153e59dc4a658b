"""Who will live there, as whoever instructs the file reads them, and as the person reads their own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from palier.demandes.models import Member
from palier.demandes.rules.pieces import Person
from palier.foundation.periods import after_months
from palier.foundation.reading import fetch

_MAJORITY_MONTHS = 18 * 12
_ROLES = dict(Member._meta.get_field("role").flatchoices)
# What is not one member's is the applicant's.
_MEMBERS = """
SELECT m.id, m.application_id, m.role, m.tie, m.person_id,
       coalesce(p.first_name, m.first_name) AS first_name, coalesce(p.last_name, m.last_name) AS last_name,
       coalesce(p.birth_date, m.birth_date) AS birth_date,
       ARRAY(SELECT DISTINCT l.code FROM demandes_resourceline AS l
             WHERE l.application_id = m.application_id AND l.direction = 'RECEIVED'
               AND (l.member_id = m.id OR (l.member_id IS NULL AND m.role = 'APPLICANT')) ORDER BY l.code) AS received
FROM demandes_member AS m LEFT JOIN people_person AS p ON p.id = m.person_id
WHERE m.application_id = %(application_id)s
ORDER BY m.role <> 'APPLICANT', m.role <> 'COHOLDER', m.id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRow:
    """One who will live there. The name is empty when whoever reads may not know it."""

    id: int
    application_id: int
    role: str
    tie: str
    person_id: int | None
    first_name: str
    last_name: str
    birth_date: date | None
    received: Sequence[str]

    @property
    def name(self) -> str:
        """The name, or what this member is in the household."""
        return f"{self.first_name} {self.last_name}".strip() or self.role_label

    @property
    def role_label(self) -> str:
        return str(_ROLES[self.role])

    def is_adult(self, on: date) -> bool:
        """By their birth; without one known, by what they are in the household."""
        if self.birth_date is None:
            return self.role in ("APPLICANT", "COHOLDER")
        return after_months(self.birth_date, _MAJORITY_MONTHS) <= on

    def as_person(self, *, on: date, stay_to_check: bool) -> Person:
        """What the list of pieces may know of them."""
        adult = self.is_adult(on)
        return Person(adult=adult, received=frozenset(self.received), stay_to_check=adult and stay_to_check)


def members_of(application_id: int) -> list[MemberRow]:
    """The applicant first. Empty for a file that is not given to whoever reads."""
    return fetch(MemberRow, _MEMBERS, {"application_id": application_id})
