"""What each adult of an application does for a living, for who instructs the file and for the person."""

from dataclasses import dataclass

from palier.demandes.rules.words import WORK
from palier.estate.communes import commune_names
from palier.foundation.reading import fetch

_WORKS = "SELECT member_id, status, commune FROM demandes_work WHERE application_id = %(id)s ORDER BY member_id"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    member_id: int
    status: str
    commune: str


def works_of(application_id: int) -> dict[int, tuple[str, str]]:
    """By member: the code of the answer, and of the commune, as they are written."""
    return {row.member_id: (row.status, row.commune) for row in fetch(_Row, _WORKS, {"id": application_id})}


def works_told(application_id: int) -> dict[int, str]:
    """By member: the answer of the form, and where; nothing for who did not say it, or to who may not read it."""
    rows = fetch(_Row, _WORKS, {"id": application_id})
    names = commune_names(row.commune for row in rows if row.commune)
    return {row.member_id: WORK[row.status] + (f", {names[row.commune]}" if row.commune else "") for row in rows}
