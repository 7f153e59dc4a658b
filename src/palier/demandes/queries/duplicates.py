"""Applications that a strong key brings together, two by two: their numbers and what orders them, no name."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from palier.foundation.reading import fetch

_MOST: Final = 100
_PROPOSED = """
SELECT d.id, d.key,
       a.id AS first_id, a.number AS first_number, a.person_id AS first_person_id, a.filed_on AS first_filed_on,
       a.id = ANY ((SELECT palier.my_files())::bigint[]) AS first_is_mine,
       b.id AS second_id, b.number AS second_number, b.person_id AS second_person_id, b.filed_on AS second_filed_on,
       b.id = ANY ((SELECT palier.my_files())::bigint[]) AS second_is_mine
FROM demandes_duplicate AS d
JOIN demandes_application AS a ON a.id = d.first_id
JOIN demandes_application AS b ON b.id = d.second_id
WHERE d.state = 'PROPOSED' ORDER BY d.id LIMIT %(most)s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class DuplicateRow:
    """Two applications to look at together. Whoever instructs both may say."""

    id: int
    key: str
    first_id: int
    first_number: str
    first_person_id: int
    first_filed_on: date
    first_is_mine: bool
    second_id: int
    second_number: str
    second_person_id: int
    second_filed_on: date
    second_is_mine: bool

    @property
    def may_be_decided(self) -> bool:
        return self.first_is_mine and self.second_is_mine


def proposed_duplicates() -> list[DuplicateRow]:
    """A hundred at most, the oldest first."""
    return fetch(DuplicateRow, _PROPOSED, {"most": _MOST})
