"""Ways to reach a person, none of which reaches anyone: numbers kept for fiction, a domain without mail."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random

from palier.demo.rows import ContactRow, PersonRow, Rows
from palier.foundation.periods import Month
from palier.foundation.text import fold

# 01 99 00 and 06 39 98: ranges that the regulator (Arcep) keeps for works of fiction.
_LAND_LINE, _MOBILE = "01 99 00", "06 39 98"
_PHONE_SHARE, _MOBILE_SHARE, _EMAIL_SHARE = 0.3, 0.8, 0.55
_SHARED_SHARE = 0.22


def contacts_of(
    rng: Random, rows: Rows, person: PersonRow, residence_id: int, *, starts_on: date, month: Month
) -> Iterator[ContactRow]:
    """The contacts of a person; for about a fifth of them the caretaker may see one."""
    found: list[tuple[str, str]] = []
    if rng.random() < _PHONE_SHARE:
        found.append(("PHONE", _number(rng, _LAND_LINE)))
    if rng.random() < _MOBILE_SHARE:
        found.append(("SMS", _number(rng, _MOBILE)))
    if rng.random() < _EMAIL_SHARE:
        found.append(("EMAIL", _address(person)))
    shared = rng.randrange(len(found)) if found and rng.random() < _SHARED_SHARE else None
    for rank, (channel, value) in enumerate(found):
        yield ContactRow(
            id=rows.next_id(ContactRow),
            person_id=person.id,
            residence_id=residence_id,
            channel=channel,
            value=value,
            shared_with_caretaker=rank == shared,
            shared_at=_agreed_at(rng, starts_on, month) if rank == shared else None,
        )


def _number(rng: Random, prefix: str) -> str:
    return f"{prefix} {rng.randrange(100):02d} {rng.randrange(100):02d}"


def _address(person: PersonRow) -> str:
    local = re.sub(r"[^a-z0-9]+", "-", fold(f"{person.first_name} {person.last_name}")).strip("-")
    return f"{local}.{person.id}@exemple.invalid"


def _agreed_at(rng: Random, starts_on: date, month: Month) -> datetime:
    earliest = max(starts_on, date(month.year - 2, 1, 1))
    latest = max(earliest, month.previous().last_day)
    day = earliest + timedelta(days=rng.randint(0, (latest - earliest).days))
    return datetime(day.year, day.month, day.day, rng.randint(8, 17), rng.randrange(60), tzinfo=UTC)
