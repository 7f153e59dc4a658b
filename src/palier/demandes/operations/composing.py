"""The household by number, kept in step with the persons to house: called by whoever writes one of them."""

from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from itertools import groupby
from operator import attrgetter

from palier.demandes.models import Composition
from palier.demandes.rules.composing import Composed, Housed, composed
from palier.demandes.rules.facts import Stay
from palier.foundation.reading import fetch

_HOUSED = """
SELECT m.application_id, m.role, coalesce(p.birth_date, m.birth_date) AS birth_date, m.tie,
       s.state AS stay, s.valid_until AS stays_until
FROM demandes_member AS m
LEFT JOIN people_person AS p ON p.id = m.person_id
LEFT JOIN demandes_stay AS s ON s.member_id = m.id
WHERE m.application_id = ANY (%(applications)s)
ORDER BY m.application_id, m.id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    application_id: int
    role: str
    birth_date: date | None
    tie: str
    stay: str | None
    stays_until: date | None


def recompose(applications: Collection[int], *, on: date) -> None:
    """Write the composition of these applications from their members and stays; what only the form says is kept.

    Called inside the transaction that changed them, by whoever may read their members.
    """
    found = dict(_composed(applications, on=on))
    known = set(Composition.objects.filter(pk__in=found).values_list("pk", flat=True))
    for number, household in found.items():
        values = asdict(household) | {"dependants_born_on": list(household.dependants_born_on)}
        if number in known:
            Composition.objects.filter(pk=number).update(**values)
        else:
            Composition(application_id=number, **values).save(force_insert=True)


def _composed(applications: Collection[int], *, on: date) -> Iterator[tuple[int, Composed]]:
    rows = fetch(_Row, _HOUSED, {"applications": list(applications)})
    for number, members in groupby(rows, key=attrgetter("application_id")):
        persons = [
            Housed(
                role=row.role,
                birth_date=row.birth_date,
                tie=row.tie,
                stay=Stay(row.stay) if row.stay else None,
                stays_until=row.stays_until,
            )
            for row in members
        ]
        yield number, composed(persons, on=on)
