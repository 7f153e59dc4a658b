"""Applications as agents list them: by number and by what orders them. A name stands only beside one's own files."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from palier.foundation.periods import after_months
from palier.foundation.reading import fetch, fetch_count

SORTS: Final = {"depot": "a.filed_on", "echeance": "a.expires_on"}
# CCH R441-2-8 and arrêté du 23 mars 2015: the notice leaves a month before the end of validity.
_NOTICE_MONTHS: Final = 1

_LIST = """
WITH page AS (
    SELECT a.id, {sort} AS rank_by FROM demandes_application AS a
    WHERE {where} AND {after} ORDER BY {sort} {down}, a.id {down} LIMIT %(limit)s
)
SELECT shown.* FROM page CROSS JOIN LATERAL (
    SELECT a.id, a.number, a.person_id, a.path, a.state, a.filed_on, a.expires_on,
           c.adults + c.dependants + c.shared_custody + c.unborn AS persons,
           ARRAY(SELECT p.code FROM demandes_priority AS p
                 WHERE p.application_id = a.id AND p.proof <> 'REJECTED' ORDER BY p.code) AS priorities,
           (SELECT max(s.points) FROM demandes_standing AS s WHERE s.application_id = a.id) AS points,
           coalesce((SELECT i.last_name || ' ' || i.first_name FROM people_person AS i
                     WHERE i.id = a.person_id
                       AND a.id = ANY ((SELECT palier.my_files())::bigint[])), '') AS name
    FROM demandes_application AS a LEFT JOIN demandes_composition AS c ON c.application_id = a.id
    WHERE a.id = page.id LIMIT 1
) AS shown
ORDER BY page.rank_by {down}, page.id {down}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationRow:
    """One line. `name` is empty outside one's own files; `points` are the best of Palier's own computations."""

    id: int
    number: str
    person_id: int
    path: str
    state: str
    filed_on: date
    expires_on: date
    persons: int | None
    priorities: Sequence[str]
    points: int | None
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationFilter:
    """What a list is cut to. `commune` is an INSEE code; `number` the beginning of a national number."""

    state: str = ""
    path: str = ""
    priority: str = ""
    commune: str = ""
    number: str = ""
    mine: bool = False
    # Active, and at the end of its validity within a month, or past it.
    ends_soon: bool = False

    def where(self, *, on: date) -> tuple[str, dict[str, object]]:
        """The SQL condition, and its values."""
        conditions = {
            "a.state = %(state)s": self.state,
            "a.path = %(path)s": self.path,
            "EXISTS (SELECT FROM demandes_priority AS p WHERE p.application_id = a.id AND p.code = %(priority)s"
            " AND p.proof <> 'REJECTED')": self.priority,
            "EXISTS (SELECT FROM demandes_wish AS w WHERE w.commune = %(commune)s AND w.application_id = a.id)": (
                self.commune
            ),
            "starts_with(a.number, %(number)s)": self.number,
            "a.id = ANY ((SELECT palier.my_files())::bigint[])": self.mine,
            "a.state = 'ACTIVE' AND a.expires_on <= %(soon)s": self.ends_soon,
        }
        kept = [condition for condition, value in conditions.items() if value]
        return " AND ".join(kept) or "true", {
            "state": self.state,
            "path": self.path,
            "priority": self.priority,
            "commune": self.commune,
            "number": self.number.upper(),
            "soon": after_months(on, _NOTICE_MONTHS),
        }


def application_rows(
    kept: ApplicationFilter,
    *,
    on: date,
    sort: str,
    descending: bool,
    cursor: int | None,
    backwards: bool,
    limit: int,
) -> list[ApplicationRow]:
    """`limit` + 1 applications after the application `cursor`, or before it, in reverse, when `backwards`."""
    expression, down = SORTS[sort], descending != backwards
    condition, parameters = kept.where(on=on)
    after = "true"
    if cursor:
        here = f"SELECT {expression} FROM demandes_application AS a WHERE a.id = %(cursor)s"
        after = f"({expression}, a.id) {'<' if down else '>'} (({here}), %(cursor)s)"
    statement = _LIST.format(sort=expression, where=condition, after=after, down="DESC" if down else "ASC")
    return fetch(ApplicationRow, statement, {**parameters, "cursor": cursor, "limit": limit + 1})


def count_applications(kept: ApplicationFilter, *, on: date) -> int:
    condition, parameters = kept.where(on=on)
    return fetch_count(f"SELECT count(*) FROM demandes_application AS a WHERE {condition}", parameters)
