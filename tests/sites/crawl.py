"""Every address of every site, filled with the numbers of one agency's rows."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import psycopg
from django.urls import URLPattern, URLResolver, get_resolver, reverse

# The words that take an agency's place in the names of its people and doors: whoever may not see it, never sees them.
MARKS: Mapping[int, str] = {1: "NORDCANARI", 2: "SUDCANARI"}

_FIRST_OF_AGENCY: Mapping[str, str] = {
    "residence_id": "SELECT min(id) FROM estate_residence WHERE agency_id = %(agency)s",
    "dwelling_id": "SELECT min(dwelling_id) FROM leases_lease JOIN estate_residence AS r ON r.id = residence_id"
    " WHERE agency_id = %(agency)s AND ends_on IS NULL",
    "lease_id": "SELECT min(l.id) FROM leases_lease AS l JOIN estate_residence AS r ON r.id = l.residence_id"
    " WHERE agency_id = %(agency)s AND l.ends_on IS NULL",
    "account_id": "SELECT min(a.id) FROM ledger_account AS a JOIN estate_residence AS r ON r.id = a.residence_id"
    " WHERE agency_id = %(agency)s",
    "entry_id": "SELECT min(e.id) FROM ledger_entry AS e JOIN estate_residence AS r ON r.id = e.residence_id"
    " WHERE agency_id = %(agency)s",
    "bill_id": "SELECT min(b.id) FROM quittancement_bill AS b JOIN estate_residence AS r ON r.id = b.residence_id"
    " JOIN quittancement_run AS q ON q.id = b.run_id WHERE agency_id = %(agency)s AND q.state = 'SEALED'",
    "document_id": "SELECT min(d.id) FROM mail_document AS d JOIN estate_residence AS r ON r.id = d.residence_id"
    " WHERE agency_id = %(agency)s",
    "contact_id": "SELECT min(c.id) FROM people_contact AS c JOIN estate_residence AS r ON r.id = c.residence_id"
    " WHERE agency_id = %(agency)s",
    "person_id": "SELECT min(p.id) FROM people_person AS p JOIN estate_residence AS r ON r.id = p.residence_id"
    " WHERE agency_id = %(agency)s",
    "anomaly_id": "SELECT min(a.id) FROM quittancement_anomaly AS a JOIN estate_residence AS r ON r.id = a.residence_id"
    " WHERE agency_id = %(agency)s",
    "run_id": "SELECT max(id) FROM quittancement_run WHERE state = 'SEALED' AND %(agency)s > 0",
    "batch_id": "SELECT coalesce(min(id), 1) FROM foundation_importbatch WHERE %(agency)s > 0",
}
_WORDS: Mapping[str, object] = {
    "wanted": "csv",
    "month": "2026-11",
    "cause": "RENT",
    "kind": "bails",
    "number": 1,
    "row_id": 1,
}


@dataclass(frozen=True, slots=True)
class Address:
    """One page: its full name and the names of what its path asks for."""

    name: str
    asks: tuple[str, ...]

    def path(self, numbers: Mapping[str, object]) -> str:
        """The search asks for the marks of both agencies, which is what a curious reader would type."""
        path = reverse(self.name, kwargs={asked: numbers[asked] for asked in self.asks})
        return f"{path}?q=canari" if self.name.endswith("search") else path


def addresses() -> Iterator[Address]:
    yield from _under(get_resolver().url_patterns, "", ())


def _under(patterns: list[URLPattern | URLResolver], namespace: str, asked: tuple[str, ...]) -> Iterator[Address]:
    for pattern in patterns:
        asks = (*asked, *pattern.pattern.converters)
        if isinstance(pattern, URLResolver):
            yield from _under(pattern.url_patterns, f"{pattern.namespace}:" if pattern.namespace else namespace, asks)
        else:
            yield Address(f"{namespace}{pattern.name}", asks)


def numbers_of(connection: psycopg.Connection, agency: int) -> dict[str, object]:
    """The first row of each kind in one agency. What the agency lacks has the number of nothing."""
    found: dict[str, object] = dict(_WORDS)
    for name, statement in _FIRST_OF_AGENCY.items():
        row = connection.execute(statement, {"agency": agency}).fetchone()
        found[name] = row[0] if row and row[0] is not None else 999_999
    return found


def mark(connection: psycopg.Connection) -> None:
    """Put each agency's mark in the names of its people, doors, residences and in their ways to be reached."""
    connection.execute("SET session_replication_role = replica")
    for agency, word in MARKS.items():
        mine = "SELECT id FROM estate_residence WHERE agency_id = %(agency)s"
        for statement in (
            f"UPDATE people_person SET last_name = %(word)s || id WHERE residence_id IN ({mine})",
            f"UPDATE people_contact SET value = %(word)s || id WHERE residence_id IN ({mine})",
            f"UPDATE leases_occupant SET display_name = %(word)s || id WHERE residence_id IN ({mine})",
            f"UPDATE leases_occupant SET door_name = %(word)s || id WHERE residence_id IN ({mine})",
            "UPDATE estate_residence SET name = %(word)s || id, address = %(word)s || id WHERE agency_id = %(agency)s",
            f"UPDATE ledger_account SET label = %(word)s || id WHERE residence_id IN ({mine})",
            f"UPDATE leases_lease SET reference = left(%(word)s, 4) || 'CANARI' || id WHERE residence_id IN ({mine})",
        ):
            connection.execute(statement, {"agency": agency, "word": word})
