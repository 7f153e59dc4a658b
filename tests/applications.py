"""Two applications written by hand, beside every policy: one given to an officer, one to her colleague.

Inès Érable (5) asks for a dwelling with her son; Noël Figuier (6) asks alone. The officer `attribution` instructs the
first file, `attribution_sud` the second; the caretaker, the rent officer have none.
"""

from datetime import date, datetime, timedelta

import psycopg
from tests.landlord import Landlord, insert

from palier.foundation.clock import PARIS, now, today

INES, NOEL = 5, 6
HERS, HIS = 501, 502
HER_NUMBER, HIS_NUMBER = "1110524000501TEST0", "1110524000502TEST0"
MOTHER, SON, NEIGHBOUR = 5001, 5002, 5003
OFFICER, COLLEAGUE, SECRETARY = 91, 92, 93
_STAFF = (
    (OFFICER, "attribution", "allocation_officer", "Chargée d’attribution"),
    (COLLEAGUE, "attribution_sud", "allocation_officer", "Chargé d’attribution"),
    (SECRETARY, "secretaire", "commission_secretary", "Secrétaire de la commission"),
)


def write_applications(session: psycopg.Connection, landlord: Landlord) -> None:
    """Fill a landlord written by hand (tests/landlord.py) that has no application yet."""
    session.execute(
        """INSERT INTO people_person (id, title, first_name, last_name, birth_date)
           VALUES (6, 'M.', 'Noël', 'Figuier', '1980-02-01')"""
    )
    session.execute("UPDATE people_person SET birth_date = '1990-03-04' WHERE id = 5")
    for agent_id, identifier, role, function in _STAFF:
        insert(session, "agents_agent", [{"id": agent_id, "first_name": "Agent", "last_name": identifier,
                                          "service": "Siège, attribution", "function": function,
                                          "role": role}])  # fmt: skip
        _account(session, identifier, agent_id=agent_id)
    _account(session, "demandeuse", person_id=INES)
    _account(session, "autre_demandeur", person_id=NOEL)
    _application(session, HERS, HER_NUMBER, person_id=INES, dependants=1)
    _application(session, HIS, HIS_NUMBER, person_id=NOEL, dependants=0)
    insert(session, "demandes_member", [
        {"id": MOTHER, "application_id": HERS, "person_id": INES, "role": "APPLICANT", "first_name": "",
         "last_name": "", "birth_date": None, "tie": ""},
        {"id": SON, "application_id": HERS, "person_id": None, "role": "DEPENDANT", "first_name": "Théo",
         "last_name": "Érable", "birth_date": date(2016, 5, 6), "tie": "ENFANT"},
        {"id": NEIGHBOUR, "application_id": HIS, "person_id": NOEL, "role": "APPLICANT", "first_name": "",
         "last_name": "", "birth_date": None, "tie": ""},
    ])  # fmt: skip
    insert(session, "demandes_resourceline", [
        {"application_id": HERS, "member_id": MOTHER, "direction": "RECEIVED", "code": "SAL", "monthly_cents": 140_000},
    ])  # fmt: skip
    insert(session, "demandes_motive", [{"application_id": HERS, "code": "LOGEMENT_PETIT", "proof": "DECLARED"}])
    insert(session, "demandes_wish", [
        {"application_id": HERS, "commune": "93066", "rank": 1},
        {"application_id": HIS, "commune": "93001", "rank": 1},
    ])  # fmt: skip
    for application_id, agent_id in ((HERS, OFFICER), (HIS, COLLEAGUE)):
        insert(session, "demandes_assignment", [
            {"application_id": application_id, "agent_id": agent_id, "first_at": now() - timedelta(days=1),
             "until_at": now() + timedelta(days=90), "assigned_by_id": SECRETARY},
        ])  # fmt: skip


def clone_application(session: psycopg.Connection, application: int, count: int, *, first: int) -> None:
    """So many others, in the same situation as that one."""
    session.execute(
        """INSERT INTO demandes_application (id, number, person_id, path, filed_on, expires_on, state, radiation_motive,
                                             warned_for, source, version)
           SELECT %(first)s + n, 'CLONE' || (%(first)s + n), person_id, path, filed_on, expires_on, state,
                  radiation_motive, warned_for, source, version
           FROM demandes_application, generate_series(1, %(count)s) AS n WHERE id = %(id)s""",
        {"id": application, "count": count, "first": first},
    )
    for table in ("demandes_composition", "demandes_situation", "demandes_resources", "demandes_wish"):
        columns = [
            name
            for (name,) in session.execute(
                """SELECT column_name FROM information_schema.columns
                   WHERE table_name = %s AND column_name NOT IN ('id', 'application_id')""",
                [table],
            )
        ]
        named = ", ".join(columns)
        session.execute(
            f"""INSERT INTO {table} (application_id, {named})
                SELECT %s + n, {named} FROM {table}, generate_series(1, %s) AS n WHERE application_id = %s""",
            [first, count, application],
        )


def _account(
    session: psycopg.Connection, identifier: str, *, person_id: int | None = None, agent_id: int | None = None
) -> None:
    session.execute(
        """INSERT INTO agents_user (identifier, person_id, agent_id, password, is_active, language)
           SELECT %s, %s, %s, password, true, language FROM agents_user LIMIT 1""",
        [identifier, person_id, agent_id],
    )


def _application(
    session: psycopg.Connection, application_id: int, number: str, *, person_id: int, dependants: int
) -> None:
    filed_on = today() - timedelta(days=200)
    insert(session, "demandes_application", [
        {"id": application_id, "number": number, "person_id": person_id, "path": "FIRST", "filed_on": filed_on,
         "expires_on": filed_on + timedelta(days=365), "state": "ACTIVE", "radiation_motive": "", "warned_for": "",
         "source": "COUNTER", "version": 1},
    ])  # fmt: skip
    session.execute(
        """INSERT INTO demandes_composition (application_id, adults, dependants, shared_custody, visiting, unborn,
                                             disabled, spouses, dependants_born_on, stays_regularly)
           VALUES (%s, 1, %s, 0, 0, 0, 0, false, %s, true)""",
        [application_id, dependants, [date(2016, 5, 6)][:dependants]],
    )
    insert(session, "demandes_situation", [
        {"application_id": application_id, "housing": "LOCATAIRE_PRIVE", "rooms": 1, "floor_area_m2": 22,
         "occupants": 1 + dependants, "cost_cents": 70_000, "wished_rooms_min": 2, "wished_rooms_max": 3,
         "refused_offers": 0},
    ])  # fmt: skip
    insert(session, "demandes_resources", [
        {"application_id": application_id, "n2_year": filed_on.year - 2, "n2_cents": 1_500_000,
         "nursing_home_cents": 0, "monthly_cents": 150_000, "proof": "DECLARED"},
    ])  # fmt: skip
    insert(session, "demandes_event", [
        {"application_id": application_id, "kind": "FILED", "detail": "", "on": filed_on,
         "at": datetime.combine(filed_on, datetime.min.time(), PARIS), "agent_id": SECRETARY},
    ])  # fmt: skip
