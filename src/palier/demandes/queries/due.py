"""The clocks that come to their term: applications to renew, to radiate, warnings that run; and who may instruct."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from palier.demandes.rules.lifecycle import non_renewal_radiation, started_on
from palier.demandes.rules.passing import radiated_from
from palier.foundation.periods import after_months
from palier.foundation.reading import fetch
from palier.privacy.declare import Role

_NOTICE_MONTHS: Final = 1
_MOST: Final = 200
_TO_RENEW = """
SELECT a.id, a.number, a.person_id, a.filed_on, a.renewed_on, a.expires_on, a.warned_on,
       a.warned_for, a.id = ANY ((SELECT palier.my_files())::bigint[]) AS is_mine
FROM demandes_application AS a
WHERE a.state = 'ACTIVE' AND a.expires_on <= %(soon)s ORDER BY a.expires_on, a.id LIMIT %(most)s
"""
_WARNED = """
SELECT a.id, a.number, a.person_id, a.filed_on, a.renewed_on, a.expires_on, a.warned_on,
       a.warned_for, a.id = ANY ((SELECT palier.my_files())::bigint[]) AS is_mine
FROM demandes_application AS a
WHERE a.state = 'ACTIVE' AND a.warned_on IS NOT NULL ORDER BY a.warned_on, a.id LIMIT %(most)s
"""
_INSTRUCTORS = """
SELECT g.id, g.first_name || ' ' || g.last_name AS name, g.function FROM agents_agent AS g
WHERE g.role = ANY (%(roles)s) AND g.left_on IS NULL ORDER BY g.last_name, g.first_name, g.id LIMIT %(most)s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class DueRow:
    """An application whose clock runs. No name: a number, and its days."""

    id: int
    number: str
    person_id: int
    filed_on: date
    renewed_on: date | None
    expires_on: date
    warned_on: date | None
    warned_for: str
    is_mine: bool

    @property
    def radiated_from(self) -> date:
        """The day from which the law ends it: after its warning, or for want of renewal."""
        if self.warned_on is not None:
            return radiated_from(self.warned_on, self.warned_for)
        start = started_on(filed_on=self.filed_on, renewed_on=self.renewed_on, expires_on=self.expires_on)
        return non_renewal_radiation(start)


@dataclass(frozen=True, slots=True, kw_only=True)
class InstructorRow:
    id: int
    name: str
    function: str


def to_renew(*, on: date) -> list[DueRow]:
    """Active, at the end of validity within a month or past it; two hundred at most, the nearest first."""
    return fetch(DueRow, _TO_RENEW, {"soon": after_months(on, _NOTICE_MONTHS), "most": _MOST})


def warned() -> list[DueRow]:
    """Those whose warning runs; two hundred at most, the oldest first."""
    return fetch(DueRow, _WARNED, {"most": _MOST})


def instructors() -> list[InstructorRow]:
    """The agents in post to whom a file may be given."""
    roles = [Role.ALLOCATION_OFFICER.value, Role.COMMISSION_SECRETARY.value]
    return fetch(InstructorRow, _INSTRUCTORS, {"roles": roles, "most": _MOST})
