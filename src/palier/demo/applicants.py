"""The demonstration's applicants: their demandes come in by the exchange file, as a landlord's own would."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import connection

from palier.demandes.models import Application, Assignment
from palier.demandes.operations.duplicates import propose_duplicates
from palier.demandes.operations.import_file import import_file
from palier.demo.accounts import APPLICANTS, email
from palier.demo.applications import Named, Setting, demandes, filed_on, number_of, write_exchange
from palier.demo.population import Plan
from palier.foundation.clock import PARIS
from palier.privacy.actor import BY_COMMAND

# Two a dwelling, as where housing is short; no more than someone can look at.
_A_DWELLING, _MOST = 2, 400
# Those whom a landlord housed in the year, one for so many who wait: the wait that applicants are told.
_FOR_ONE_HOUSED, _FIRST_HOUSED = 5, 900_000
# They filed four times longer ago than they were housed; not so long that their file should be erased by now.
_HOUSED = """
WITH housed AS (
    UPDATE demandes_application SET state = 'RADIATED', radiation_motive = 'ATTRIBUTION', version = version + 1,
           radiated_on = %(on)s - least((%(on)s - filed_on) / 4, 300)
    WHERE number = ANY(%(numbers)s) RETURNING id, radiated_on
)
INSERT INTO demandes_event (application_id, kind, detail, "on", at)
SELECT id, 'RADIATED', 'ATTRIBUTION', radiated_on, %(at)s FROM housed
"""
# Files in the hands of the allocation officer.
_ASSIGNED, _ASSIGNED_DAYS = 40, 180
# The same person, filed twice: a duplicate to decide on.
_TWICE = Named(
    title="M", first_name="Firmin", last_name="Alisier", birth_date=date(1984, 9, 2), email="firmin@exemple.test"
)
_ANYWHERE = (("75056", "PARIS"),)


def seed_applications(plan: Plan, agents: Mapping[str, int]) -> dict[str, int]:
    """Write the file, import it, give some to the officer; the persons of the named applicants, by short name.

    Inside the batch that loads the demonstration, once its dwellings are there.
    """
    on = plan.month.first_day
    at = datetime(on.year, on.month, on.day, 8, tzinfo=PARIS)
    setting = Setting(communes=_communes(), on=on, seed=plan.seed)
    named = [
        Named(
            title="MME" if one.civility == "MME" else "M",
            first_name=one.first_name,
            last_name=one.last_name,
            birth_date=one.birth_date,
            email=email(one.identifier),
        )
        for one in APPLICANTS
    ]
    named += [_TWICE, _TWICE]
    count = max(len(named), min(_MOST, _A_DWELLING * plan.dwellings))
    housed = count // _FOR_ONE_HOUSED
    with TemporaryDirectory(prefix="palier-demo-") as folder:
        path = Path(folder) / "demandes.xml"
        filed = chain(demandes(count, setting, named=named), demandes(housed, setting, first=_FIRST_HOUSED))
        write_exchange(path, filed, on=on)
        import_file(path, created_by=BY_COMMAND, at=at)
    _house(housed, setting, at)
    propose_duplicates()
    _assign(agents["attribution"], agents["secretaire_caleol"], at)
    numbers = {number_of(rank, filed_on(rank, setting)): one.identifier for rank, one in enumerate(APPLICANTS)}
    found = Application.objects.filter(number__in=numbers).values_list("number", "person_id")
    return {numbers[number]: person_id for number, person_id in found}


def _house(count: int, setting: Setting, at: datetime) -> None:
    """These were housed, by whichever landlord, and struck off for it."""
    ranks = range(_FIRST_HOUSED, _FIRST_HOUSED + count)
    numbers = [number_of(rank, filed_on(rank, setting)) for rank in ranks]
    with connection.cursor() as cursor:
        cursor.execute(_HOUSED, {"on": setting.on, "at": at, "numbers": numbers})


def _assign(officer_id: int, secretary_id: int, at: datetime) -> None:
    """The oldest applications are in hand."""
    until = at + timedelta(days=_ASSIGNED_DAYS)
    oldest = Application.objects.order_by("id").values_list("id", flat=True)[:_ASSIGNED]
    Assignment.objects.bulk_create(
        [
            Assignment(
                application_id=number, agent_id=officer_id, first_at=at, until_at=until, assigned_by_id=secretary_id
            )
            for number in oldest
        ]
    )


def _communes() -> list[tuple[str, str]]:
    """The communes where the landlord has dwellings, with the zone of their ceilings."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT commune, min(zone_ceiling) FROM estate_residence WHERE commune <> ''
               GROUP BY commune ORDER BY commune"""
        )
        return list(cursor.fetchall()) or list(_ANYWHERE)
