"""A commission written by hand over tests/applications.py: two dwellings, their candidates, four members.

`SECRETARY` holds the sittings. Rose Olivier presides, Paul Figuier bears the name of a candidate, Maud Houx represents
the tenants, Léa Sureau is a member who is convened to nothing until a test says so.
"""

from collections.abc import Mapping
from datetime import date, time, timedelta
from typing import Any

import psycopg
from tests.applications import COLLEAGUE, HERS, HIS, SECRETARY, _account, _application, write_applications
from tests.landlord import Landlord, insert

from palier.foundation.clock import today

THIRD, THIRD_NUMBER, ZOE = 503, "1110524000503TEST0", 7
PRESIDENT, NAMESAKE, TENANTS, STRANGER = 94, 95, 96, 97
SEAT_OF_PRESIDENT, SEAT_OF_NAMESAKE, SEAT_OF_TENANTS = 1, 2, 3
FIRST_VACANCY, SECOND_VACANCY = 71, 72
MEETING: Mapping[str, Any] = {"hour": time(14, 30), "mode": "MIXED", "place": "Salle des Acacias, 3 rue des Arbres"}
_MEMBERS = (
    (PRESIDENT, "presidente", "Rose", "Olivier"),
    (NAMESAKE, "membre_figuier", "Paul", "Figuier"),
    (TENANTS, "membre_locataires", "Maud", "Houx"),
    (STRANGER, "membre_non_convoque", "Léa", "Sureau"),
)
_SEATS = (
    (SEAT_OF_PRESIDENT, PRESIDENT, "ADMINISTRATOR", True),
    (SEAT_OF_NAMESAKE, NAMESAKE, "ADMINISTRATOR", False),
    (SEAT_OF_TENANTS, TENANTS, "TENANTS", False),
)


def write_commission(session: psycopg.Connection, landlord: Landlord, *, on: date | None = None) -> None:
    """Fill a landlord written by hand that has no application yet."""
    day = on or today()
    write_applications(session, landlord)
    session.execute(
        """INSERT INTO people_person (id, title, first_name, last_name, birth_date)
           VALUES (7, 'MME', 'Zoé', 'Genévrier', '1985-09-01')"""
    )
    _application(session, THIRD, THIRD_NUMBER, person_id=ZOE, dependants=1)
    for agent_id, identifier, first_name, last_name in _MEMBERS:
        insert(session, "agents_agent", [{"id": agent_id, "first_name": first_name, "last_name": last_name,
                                          "service": "Commission d’attribution", "function": "Membre",
                                          "role": "commission_member"}])  # fmt: skip
        _account(session, identifier, agent_id=agent_id)
    insert(session, "attribution_commissionrules", [
        {"id": 1, "version": "2026-1", "first_day": day - timedelta(days=300), "adopted_on": day - timedelta(days=310),
         "quorum": 2, "casting": "PRESIDENT", "least_candidates": 3, "proxies_each": 1, "remote_allowed": True,
         "convened_days_before": 0},
    ])  # fmt: skip
    for seat, agent_id, quality, presides in _SEATS:
        session.execute(
            """INSERT INTO attribution_commissionmember (id, agent_id, quality, has_vote, is_president, communes,
                                                         first_day)
               VALUES (%s, %s, %s, true, %s, '{}', %s)""",
            [seat, agent_id, quality, presides, day - timedelta(days=200)],
        )
    insert(session, "attribution_holder", [{"id": 1, "code": "ETAT", "name": "Préfecture", "contingent": "2"}])
    for vacancy, dwelling, residence in ((FIRST_VACANCY, 1102, 11), (SECOND_VACANCY, 2102, 21)):
        insert(session, "attribution_vacancy", [
            {"id": vacancy, "dwelling_id": dwelling, "residence_id": residence, "announced_on": day,
             "expected_on": day, "available_on": day, "rent_cents": 42_000, "charges_cents": 9_000,
             "state": "MATCHED", "withdrawn_for": "", "version": 1},
        ])  # fmt: skip
        insert(session, "attribution_orientation", [
            {"vacancy_id": vacancy, "holder_id": 1, "proposed_holder_id": 1, "reason": "LATE", "decided_on": day,
             "decided_by_id": COLLEAGUE, "due_on": day, "chosen_for": ""},
        ])  # fmt: skip
    for vacancy, applications in ((FIRST_VACANCY, (HERS, HIS, THIRD)), (SECOND_VACANCY, (HERS, THIRD))):
        insert(session, "attribution_candidate", [
            {"vacancy_id": vacancy, "application_id": application, "source": "MATCHING", "added_on": day,
             "added_by_id": COLLEAGUE, "withdrawn_for": ""}
            for application in applications
        ])  # fmt: skip


__all__ = ["SECRETARY", "write_commission"]
