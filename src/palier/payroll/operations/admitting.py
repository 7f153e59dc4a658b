"""The accounts of employees: opened by the payroll office, with an identifier of their own that outlives their job."""

import secrets
from dataclasses import dataclass
from typing import Final

from palier.agents.models import User
from palier.foundation.reading import fetch

_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
_SIGNS: Final = 8
MOST_SHEETS: Final = 500

# Those who never chose a password: no account yet, or one that nothing opens.
_WITHOUT = """
SELECT e.person_id, e.number, coalesce(p.first_name || ' ' || p.last_name, '') AS name, e.work_address, u.id AS user_id,
       u.identifier
FROM payroll_employee AS e LEFT JOIN people_person AS p ON p.id = e.person_id
LEFT JOIN agents_user AS u ON u.person_id = e.person_id
WHERE u.id IS NULL OR (u.is_active AND u.last_login IS NULL)
ORDER BY e.number LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToAdmit:
    """An employee who has not entered yet, and the account that waits for them (none: not made yet)."""

    person_id: int
    number: str
    name: str
    work_address: str
    user_id: int | None
    identifier: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Admitted:
    """The same once the account is there."""

    person_id: int
    number: str
    name: str
    work_address: str
    user_id: int
    identifier: str


def open_accounts() -> list[Admitted]:
    """An account for each employee who has never entered; those that wait are given again. No password opens them."""
    admitted: list[Admitted] = []
    for each in fetch(ToAdmit, _WITHOUT, {"limit": MOST_SHEETS}):
        user_id, identifier = each.user_id, each.identifier
        if user_id is None or identifier is None:
            identifier = f"sal-{''.join(secrets.choice(_LETTERS) for _ in range(_SIGNS))}"
            user = User(identifier=identifier, person_id=each.person_id)
            user.set_unusable_password()
            user.save(force_insert=True)
            user_id = user.pk
        admitted.append(
            Admitted(
                person_id=each.person_id,
                number=each.number,
                name=each.name,
                work_address=each.work_address,
                user_id=user_id,
                identifier=identifier,
            )
        )
    return admitted
