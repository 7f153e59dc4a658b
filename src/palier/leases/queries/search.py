"""The search box: names without accents, addresses, lease and account references, endings of phone numbers.

Each group is one bounded statement. Under a scope PostgreSQL may use an index only for comparisons that leak nothing,
so references and phone endings are ranges, never patterns; a name is a pattern, over the rows of the scope.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from palier.foundation.errors import Refusal
from palier.foundation.reading import fetch, like
from palier.foundation.text import fold

LEAST_LETTERS: Final = 2
LEAST_DIGITS: Final = 4
LONGEST: Final = 80
# Twenty results at most on the whole.
_PEOPLE, _PHONES, _ADDRESSES, _LEASES = 9, 3, 4, 4
_LAST = "\U0010ffff"
_NUMBER_ONLY = re.compile(r"[+0-9 ().-]+")


class TermsTooShort(Refusal):
    """Tapez au moins deux lettres, ou quatre chiffres."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPerson:
    """A person in a lease, of today first."""

    occupant_id: int
    person_id: int
    lease_id: int
    account_id: int
    display_name: str
    building: str
    staircase: str
    door: str
    residence: str
    reference: str
    moved_out_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundAddress:
    residence_id: int
    name: str
    address: str
    postcode: str
    city: str
    agency: str
    dwellings: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundLease:
    lease_id: int
    account_id: int
    reference: str
    account_reference: str
    building: str
    staircase: str
    door: str
    residence: str
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What answers the terms, at most twenty rows."""

    people: tuple[FoundPerson, ...]
    addresses: tuple[FoundAddress, ...]
    leases: tuple[FoundLease, ...]
    # Contacts were read to find the persons.
    by_phone: bool = False

    @property
    def count(self) -> int:
        return len(self.people) + len(self.addresses) + len(self.leases)


# Each row found is looked up by its number, apart: see lists.py.
_PERSON = """
SELECT shown.* FROM ({page}) AS page CROSS JOIN LATERAL (
    SELECT o.id AS occupant_id, o.person_id, o.lease_id, l.account_id, o.display_name, b.code AS building,
           s.code AS staircase, d.door, r.name AS residence, l.reference, o.moved_out_on
    FROM leases_occupant AS o JOIN leases_lease AS l ON l.id = o.lease_id
    JOIN estate_dwelling AS d ON d.id = o.dwelling_id JOIN estate_residence AS r ON r.id = o.residence_id
    JOIN estate_staircase AS s ON s.id = d.staircase_id JOIN estate_building AS b ON b.id = s.building_id
    WHERE o.id = page.id LIMIT 1
) AS shown
ORDER BY coalesce(page.moved_out_on < %(today)s, false), page.sort_name, page.id
"""
_BY_NAME = """
SELECT o.id, o.moved_out_on, o.sort_name FROM leases_occupant AS o WHERE {names}
ORDER BY coalesce(o.moved_out_on < %(today)s, false), o.sort_name, o.id LIMIT %(limit)s
"""
_BY_PHONE = """
SELECT o.id, o.moved_out_on, o.sort_name FROM people_contact AS c JOIN leases_occupant AS o ON o.person_id = c.person_id
WHERE c.channel IN ('PHONE', 'SMS') AND c.digits_reversed >= %(first)s AND c.digits_reversed < %(last)s
GROUP BY o.id, o.moved_out_on, o.sort_name
ORDER BY coalesce(o.moved_out_on < %(today)s, false), o.sort_name, o.id LIMIT %(limit)s
"""
_ADDRESS = """
SELECT r.id AS residence_id, r.name, r.address, r.postcode, r.city, a.name AS agency,
       (SELECT count(*) FROM estate_dwelling AS d WHERE d.residence_id = r.id) AS dwellings
FROM (SELECT id FROM estate_residence WHERE {places} ORDER BY search_text, id LIMIT %(limit)s) AS page
JOIN estate_residence AS r ON r.id = page.id JOIN estate_agency AS a ON a.id = r.agency_id
ORDER BY r.search_text, r.id
"""
_LEASE = """
SELECT shown.* FROM ({page}) AS page CROSS JOIN LATERAL (
    SELECT l.id AS lease_id, l.account_id, l.reference, coalesce(a.reference, '') AS account_reference,
           b.code AS building, s.code AS staircase, d.door, r.name AS residence, l.starts_on, l.ends_on
    FROM leases_lease AS l JOIN ledger_account AS a ON a.id = l.account_id
    JOIN estate_dwelling AS d ON d.id = l.dwelling_id JOIN estate_residence AS r ON r.id = l.residence_id
    JOIN estate_staircase AS s ON s.id = d.staircase_id JOIN estate_building AS b ON b.id = s.building_id
    WHERE l.id = page.id LIMIT 1
) AS shown
ORDER BY shown.reference
"""
_BY_REFERENCE = """
SELECT id FROM leases_lease WHERE reference >= %(first)s AND reference < %(last)s ORDER BY reference LIMIT %(limit)s
"""
_BY_ACCOUNT = """
SELECT l.id FROM ledger_account AS a JOIN leases_lease AS l ON l.account_id = a.id
WHERE a.reference >= %(first)s AND a.reference < %(last)s ORDER BY a.reference LIMIT %(limit)s
"""


def search(terms: str, *, today: date, with_phones: bool) -> Found:
    """At most twenty persons, addresses and leases. `with_phones`: the reader has a right on contacts.

    Raises TermsTooShort.
    """
    asked = " ".join(terms.split())[:LONGEST]
    digits = re.sub(r"[^0-9]", "", asked)
    numeric = bool(_NUMBER_ONLY.fullmatch(asked))
    letters = sum(sign.isalpha() for sign in asked)
    if letters < LEAST_LETTERS and letters + len(digits) < LEAST_DIGITS:
        raise TermsTooShort
    by_phone = numeric and with_phones
    people = people_by_phone(digits, today=today) if by_phone else people_named(asked, today=today)
    return Found(people=people, addresses=addresses_like(asked), leases=leases_referenced(asked), by_phone=by_phone)


def people_named(name: str, *, today: date, limit: int = _PEOPLE) -> tuple[FoundPerson, ...]:
    """Persons in a lease whose folded name holds each word of the name, anywhere."""
    words = [word for word in fold(name).split() if len(word) >= LEAST_LETTERS]
    if not words or any(sign.isdigit() for sign in name):
        return ()
    conditions, parameters = [], {"today": today, "limit": limit}
    for rank, word in enumerate(words[:5]):
        condition, more = _name_holds(word, f"word{rank}")
        conditions.append(condition)
        parameters |= more
    page = _BY_NAME.format(names=" AND ".join(conditions))
    return tuple(fetch(FoundPerson, _PERSON.format(page=page), parameters))


def _name_holds(word: str, name: str) -> tuple[str, dict[str, object]]:
    pattern = like(word)
    if len(word) > LEAST_LETTERS:
        return f"o.sort_name LIKE %({name})s", {name: pattern}
    # Two letters have no trigram inside a word: they must begin one.
    begins, after = f"{name}_begins", f"{name}_after"
    return (
        f"(o.sort_name LIKE %({begins})s OR o.sort_name LIKE %({after})s)",
        {begins: pattern[1:], after: f"% {pattern[1:]}"},
    )


def people_by_phone(digits: str, *, today: date) -> tuple[FoundPerson, ...]:
    """Persons in a lease whose phone ends with these digits; +33 6… and 06… are the same number."""
    if len(digits) < LEAST_DIGITS:
        return ()
    ending = digits[-9:][::-1]
    return tuple(
        fetch(
            FoundPerson,
            _PERSON.format(page=_BY_PHONE),
            {"first": ending, "last": ending + _LAST, "today": today, "limit": _PHONES},
        )
    )


def addresses_like(text: str) -> tuple[FoundAddress, ...]:
    """Residences whose name, address, postcode and town hold each word."""
    words = fold(text).split()[:6]
    parameters: dict[str, object] = {f"word{rank}": like(word) for rank, word in enumerate(words)}
    places = " AND ".join(f"search_text LIKE %({name})s" for name in parameters)
    return tuple(fetch(FoundAddress, _ADDRESS.format(places=places), {**parameters, "limit": _ADDRESSES}))


def leases_referenced(text: str) -> tuple[FoundLease, ...]:
    """Leases whose reference, or whose account's RF reference, begins with what was typed."""
    bare = text.upper().replace(" ", "")
    if not any(sign.isdigit() for sign in bare) or len(bare) < LEAST_DIGITS:
        return ()
    page = _BY_ACCOUNT if bare.startswith("RF") else _BY_REFERENCE
    if bare.isdigit() and len(bare) > len("2026"):
        bare = f"{bare[:4]}-{bare[4:]}"
    return tuple(fetch(FoundLease, _LEASE.format(page=page), {"first": bare, "last": bare + _LAST, "limit": _LEASES}))
