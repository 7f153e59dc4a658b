"""The accounts of employees: opened by the payroll office, with an identifier of their own that outlives their job."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from palier.agents.models import User
from palier.foundation.errors import Refusal
from palier.foundation.reading import fetch, fetch_count
from palier.payroll.models import Employee

_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
_SIGNS: Final = 8
MOST_SHEETS: Final = 500

# Those who never chose a password: no account yet, or one that nothing opens.
_NEVER_IN = """
FROM payroll_employee AS e LEFT JOIN people_person AS p ON p.id = e.person_id
LEFT JOIN agents_user AS u ON u.person_id = e.person_id
WHERE (u.id IS NULL OR (u.is_active AND u.last_login IS NULL))
"""
_WITHOUT = f"""
SELECT e.person_id, e.number, coalesce(p.first_name || ' ' || p.last_name, '') AS name, e.work_address, u.id AS user_id,
       u.identifier
{_NEVER_IN} AND CASE WHEN cardinality(%(again)s::text[]) > 0 THEN e.number = ANY (%(again)s)
                     ELSE e.sheet_at IS NULL OR e.sheet_at <= %(over)s END
ORDER BY e.number LIMIT %(limit)s
"""
_LEFT = f"SELECT count(*) {_NEVER_IN} AND (e.sheet_at IS NULL OR e.sheet_at <= %(over)s)"


class SheetsNotToMake(Refusal):
    """Rien n’a été préparé : {numbers}. Ces matricules ne sont pas au registre, ou leur salarié est déjà entré."""


class TooManySheets(Refusal):
    """Cinq cents feuilles au plus à la fois : donnez moins de matricules."""


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


def open_accounts(*, lasts: timedelta, at: datetime, again: Sequence[str] = ()) -> list[Admitted]:
    """An account for each of the next employees who never entered and for whom no sheet serves. No password opens it.

    `lasts`: how long a sheet serves. `again`: those alone, by their numbers, whose sheets serve no more from now on.
    Raises SheetsNotToMake, TooManySheets.
    """
    wanted = sorted(set(again))
    if len(wanted) > MOST_SHEETS:
        raise TooManySheets
    found = fetch(ToAdmit, _WITHOUT, {"again": wanted, "over": at - lasts, "limit": MOST_SHEETS})
    strangers = sorted(set(wanted) - {each.number for each in found})
    if strangers:
        raise SheetsNotToMake(numbers=", ".join(number[:20] for number in strangers[:10]))
    Employee.objects.filter(number__in=[each.number for each in found]).update(sheet_at=at)
    return _with_accounts(found)


def sheets_to_make(*, lasts: timedelta, at: datetime) -> int:
    """How many never entered, for whom no sheet serves."""
    return fetch_count(_LEFT, {"over": at - lasts})


def _with_accounts(found: Sequence[ToAdmit]) -> list[Admitted]:
    admitted: list[Admitted] = []
    for each in found:
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
