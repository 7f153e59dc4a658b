"""Those who instruct applications, and applications filed at their counter: what several tests arrange."""

from datetime import date, datetime, timedelta

import psycopg
from tests.landlord import insert

from palier.demandes.operations.filing import NewApplicant, NewApplication, file_application
from palier.foundation.clock import now, today
from palier.privacy.actor import Actor, acting
from palier.privacy.declare import Role

NADIA, OMAR, SOLENE, MEMBER = 91, 92, 93, 94
_STAFF = (
    (NADIA, "Nadia", "allocation_officer"),
    (OMAR, "Omar", "allocation_officer"),
    (SOLENE, "Solène", "commission_secretary"),
    (MEMBER, "Maud", "commission_member"),
)


def staff(superuser: psycopg.Connection) -> None:
    """Two officers of allocation, the secretary, a member of the commission."""
    for number, name, role in _STAFF:
        insert(
            superuser,
            "agents_agent",
            [
                {
                    "id": number, "first_name": name, "last_name": "Essai", "service": "Attribution",
                    "function": role, "role": role,
                }
            ],
        )  # fmt: skip


def officer(number: int = NADIA) -> Actor:
    role = {SOLENE: Role.COMMISSION_SECRETARY, MEMBER: Role.COMMISSION_MEMBER}.get(number, Role.ALLOCATION_OFFICER)
    return Actor(role=role, purpose="ATTRIBUTION", agent_id=number)


def applicant(person: int) -> Actor:
    return Actor(role=Role.APPLICANT, purpose="ESPACE_LOCATAIRE", person_id=person)


def days_ago(days: int) -> date:
    return today() - timedelta(days=days)


def number_of(rank: int) -> str:
    """Obviously fictional."""
    return f"1110524{rank:06d}TEST0"


def asking(rank: int, *, filed_on: date | None = None, **values: object) -> NewApplication:
    """Mireille Noyer, or whoever is told, with a number of her own."""
    told: dict[str, object] = {
        "title": "MME",
        "first_name": "Mireille",
        "last_name": "Noyer",
        "birth_date": date(1991, 3, 4),
        "phone": "01 99 00 00 01",
        "email": "mireille@exemple.fr",
        "address": "3 rue Fictive",
        "postcode": "75000",
        "city": "Ville",
        "nationality": "HORS_UE",
    }
    return NewApplication(
        number=number_of(rank),
        filed_on=filed_on or days_ago(30),
        applicant=NewApplicant(**{**told, **values}),
    )


def filed(
    rank: int, *, by: int = NADIA, at: datetime | None = None, filed_on: date | None = None, **values: object
) -> int:
    """An application filed at the counter of that officer; its number in the database."""
    with acting(officer(by)) as reading:
        return file_application(new=asking(rank, filed_on=filed_on, **values), actor=reading.actor, at=at or now())
