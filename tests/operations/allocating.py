"""What tests of vacancies share: who allocates, a vacancy, a holder with its convention."""

from datetime import date

import psycopg
from tests.landlord import insert

from palier.attribution.models import Holder, ReservationConvention, Vacancy
from palier.attribution.operations.reservations import add_convention, add_holder
from palier.attribution.operations.vacancies import announce_vacancy
from palier.privacy.actor import Actor
from palier.privacy.declare import Role

OFFICER, SECRETARY = 91, 92
MONDAY = date(2026, 11, 23)
ELISE = Actor(role=Role.ALLOCATION_OFFICER, purpose="ATTRIBUTION", agent_id=OFFICER)
_PEOPLE = ((OFFICER, "attribution", "allocation_officer"), (SECRETARY, "secretaire_caleol", "commission_secretary"))


def with_allocation(superuser: psycopg.Connection) -> None:
    """The officer of allocation and the secretary of the commission, with their accounts."""
    for number, identifier, role in _PEOPLE:
        insert(
            superuser,
            "agents_agent",
            [
                {
                    "id": number, "first_name": "Agent", "last_name": identifier, "service": "Siège, attribution",
                    "function": role, "role": role,
                }
            ],
        )  # fmt: skip
        superuser.execute(
            """INSERT INTO agents_user (identifier, agent_id, password, is_active, language)
               SELECT %s, %s, password, true, language FROM agents_user LIMIT 1""",
            [identifier, number],
        )


def vacancy(dwelling_id: int = 1102, *, available_on: date = MONDAY) -> Vacancy:
    """A dwelling empty since the end of October, at 500,00 € a month of rent and charges."""
    return announce_vacancy(
        dwelling_id=dwelling_id,
        announced_on=date(2026, 11, 2),
        expected_on=date(2026, 10, 31),
        available_on=available_on,
        rent_cents=40_000,
        charges_cents=10_000,
        on=MONDAY,
    )


def reserved(
    code: str, contingent: str, share_bp: int, *, territory: str = "75", last_day: date | None = None
) -> tuple[Holder, ReservationConvention]:
    """A holder and its convention since the beginning of 2024, with twenty days to propose."""
    holder = add_holder(code=code, name=code.capitalize(), contingent=contingent)
    convention = add_convention(
        holder_id=holder.pk,
        territory=territory,
        first_day=date(2024, 1, 1),
        last_day=last_day,
        share_bp=share_bp,
        propose_within_days=20,
    )
    return holder, convention
