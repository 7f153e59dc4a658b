"""What a person's own file holds of them: identity, ways to reach them, household, income."""

from dataclasses import dataclass
from datetime import date, datetime

from palier.foundation.reading import fetch, fetch_one
from palier.foundation.text import fold


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    title: str
    first_name: str
    last_name: str
    birth_date: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnContact:
    """A way to reach the person. `shared_at` is the instant of their agreement, None without one."""

    id: int
    channel: str
    value: str
    shared_with_caretaker: bool
    shared_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnHousehold:
    """Who lives together, by number, between two days."""

    id: int
    adults: int
    dependants: int
    is_couple: bool
    first_day: date
    last_day: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnIncome:
    """Income of a household for one year, in cents."""

    year: int
    rfr_cents: int
    monthly_resources_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicantRow:
    """Someone who asks for a dwelling, as an allocation officer finds them."""

    id: int
    name: str
    birth_date: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    said: bool


def signs_in_as_applicant(person_id: int) -> bool:
    """True of a person whom no lease has ever held. Asked as the login, before any role is taken."""
    found = fetch_one(_Said, "SELECT palier.signs_in_as_applicant(%(person)s) AS said", {"person": person_id})
    return found is not None and found.said


@dataclass(frozen=True, slots=True, kw_only=True)
class _Code:
    said: str


def signs_in_as_partner(person_id: int) -> str:
    """« employee », « supplier », or nothing for whoever is neither. Asked as the login, before any role is taken."""
    found = fetch_one(_Code, "SELECT palier.signs_in_as_partner(%(person)s) AS said", {"person": person_id})
    return found.said if found else ""


def applicants_named(words: str, *, limit: int) -> list[ApplicantRow]:
    """Those who ask for a dwelling and whose name begins so, without accents; row security leaves out the others."""
    return fetch(
        ApplicantRow,
        """SELECT id, last_name || ' ' || first_name AS name, birth_date FROM people_person
           WHERE starts_with(sort_name, %(name)s) ORDER BY sort_name, id LIMIT %(limit)s""",
        {"name": fold(words), "limit": limit},
    )


def identity_of(person_id: int) -> Identity | None:
    """The person, or None when they are out of scope."""
    return fetch_one(
        Identity,
        "SELECT title, first_name, last_name, birth_date FROM people_person WHERE id = %(person)s",
        {"person": person_id},
    )


def contacts_of_person(person_id: int) -> list[OwnContact]:
    """Every way to reach the person, phones first."""
    return fetch(
        OwnContact,
        """SELECT id, channel, value, shared_with_caretaker, shared_at FROM people_contact
           WHERE person_id = %(person)s
           ORDER BY array_position(ARRAY['PHONE', 'SMS', 'EMAIL'], channel::text), id LIMIT 50""",
        {"person": person_id},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A way to reach someone, without what they agreed to share."""

    channel: str
    value: str


def contacts_to_write_to(person_id: int) -> list[Channel]:
    """Every way to reach the person, phones first, for whoever studies what they ask for."""
    return fetch(
        Channel,
        """SELECT channel, value FROM people_contact WHERE person_id = %(person)s
           ORDER BY array_position(ARRAY['PHONE', 'SMS', 'EMAIL'], channel::text), id LIMIT 50""",
        {"person": person_id},
    )


def households_of_person(person_id: int) -> list[OwnHousehold]:
    """The households the person belongs or belonged to, the newest first."""
    return fetch(
        OwnHousehold,
        """SELECT h.id, h.adults, h.dependants, h.is_couple, h.first_day, h.last_day
           FROM people_householdmember AS m JOIN people_household AS h ON h.id = m.household_id
           WHERE m.person_id = %(person)s ORDER BY h.first_day DESC, h.id DESC LIMIT 20""",
        {"person": person_id},
    )


def incomes_of_households(household_ids: list[int]) -> list[OwnIncome]:
    """The known income of these households, the newest year first."""
    return fetch(
        OwnIncome,
        """SELECT year, rfr_cents, monthly_resources_cents FROM people_income
           WHERE household_id = ANY (%(households)s) ORDER BY year DESC, id DESC LIMIT 20""",
        {"households": household_ids},
    )
