"""The rows that demandes of the exchange file become, table by table, for the COPY of a whole block."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from palier.demandes.imports.record import Adult, Asked, Demande
from palier.demandes.rules.composing import Composed, Housed, composed
from palier.demandes.rules.facts import Path, Proof, Stay
from palier.demandes.rules.lifecycle import expiry
from palier.foundation.periods import after_months

Row = tuple[object, ...]
_RESOURCE_CODE_LENGTH = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownStay:
    """A stay that the database holds already: what an agent checked is kept while the nationality is the same."""

    nationality: str
    state: str
    valid_until: date | None


@dataclass(slots=True, kw_only=True)
class Item:
    """A demande with the numbers of its rows. `stays`: by rank of the adult, what is already known and stays so."""

    demande: Demande
    digest: str
    file_on: date
    application_id: int
    # Of the adults, then of the others, in the order of the file.
    member_ids: tuple[int, ...]
    person_ids: tuple[int, ...]
    stays: dict[int, KnownStay]

    def household(self) -> Composed:
        """The household by number."""
        adults = (
            Housed(
                role=role_of(rank),
                birth_date=adult.birth_date,
                tie=adult.tie,
                stay=Stay(stay.state) if stay else None,
                stays_until=stay.valid_until if stay else None,
            )
            for rank, adult in enumerate(self.demande.adults)
            for stay in (self.stay(rank),)
        )
        others = (Housed(role=one.role, birth_date=one.birth_date, tie=one.tie) for one in self.demande.others)
        return composed([*adults, *others], on=self.file_on)

    def stay(self, rank: int) -> KnownStay | None:
        """What is known of the stay of an adult, once this demande is written."""
        return self.stays.get(rank) or told_stay(self.demande.adults[rank])


def role_of(rank: int) -> str:
    """The first adult asks."""
    return "COHOLDER" if rank else "APPLICANT"


def told_stay(adult: Adult) -> KnownStay | None:
    """What the file says of a stay: a French person's is no question, another's is to be checked unless told."""
    if not adult.nationality:
        return None
    usual = Stay.REGULAR if adult.nationality == "FR" else Stay.UNCHECKED
    return KnownStay(nationality=adult.nationality, state=adult.stay or usual.value, valid_until=adult.stay_until)


APPLICATION = (
    *(
        "id",
        "number",
        "person_id",
        "path",
        "filed_on",
        "renewed_on",
        "expires_on",
        "state",
        "radiation_motive",
        "warned_for",
    ),
    *("source", "version"),
)
PERSON = ("id", "title", "first_name", "last_name", "birth_date")
CONTACT = ("person_id", "channel", "value", "shared_with_caretaker")
MEMBER = ("id", "application_id", "person_id", "role", "first_name", "last_name", "birth_date", "tie")
STAY = ("member_id", "application_id", "nationality", "state", "valid_until")
WORK = ("member_id", "application_id", "status", "commune")
COMPOSITION = (
    *("application_id", "adults", "dependants", "shared_custody", "visiting", "unborn", "due_on", "disabled"),
    *("spouses", "young_couple_until", "dependants_born_on", "stays_regularly"),
)
SITUATION = (
    *("application_id", "housing", "rooms", "floor_area_m2", "occupants", "cost_cents", "wished_rooms_min"),
    *("wished_rooms_max", "highest_cost_cents", "refused_offers"),
)
WISH = ("application_id", "commune", "rank")
STATED = ("application_id", "code", "proof")
RESOURCES = ("application_id", "n2_year", "n2_cents", "n1_cents", "nursing_home_cents", "monthly_cents", "proof")
RESOURCE_LINE = ("application_id", "member_id", "direction", "code", "monthly_cents")
ADDRESS = ("application_id", "line", "postcode", "city")
EVENT = ("application_id", "kind", "detail", "on", "at")
RECEIPT = ("application_id", "digest", "received_at", "unknown_codes")


def applications(items: Sequence[Item]) -> Iterator[Row]:
    """Filed, renewed at each end of validity up to the day of the file, since the file still holds them."""
    for item in items:
        asked = item.demande.asked
        started = _started_on(item.demande.filed_on, item.file_on)
        yield (
            *(item.application_id, item.demande.number, item.person_ids[0]),
            (Path.TRANSFER if asked.is_transfer else Path.FIRST).value,
            *(item.demande.filed_on, started if started > item.demande.filed_on else None, expiry(started)),
            *("ACTIVE", "", "", "SNE", 1),
        )


def persons(items: Sequence[Item]) -> Iterator[Row]:
    """Applicants and co-holders: no residence, no scope of residences sees them."""
    for item in items:
        for number, adult in zip(item.person_ids, item.demande.adults, strict=True):
            yield number, adult.title, adult.first_name, adult.last_name, adult.birth_date


def contacts(items: Sequence[Item]) -> Iterator[Row]:
    """What reaches each adult."""
    for item in items:
        for number, adult in zip(item.person_ids, item.demande.adults, strict=True):
            for channel, value in (("PHONE", adult.phone), ("EMAIL", adult.email)):
                if value:
                    yield number, channel, value, False


def members(items: Sequence[Item]) -> Iterator[Row]:
    """Everyone who will live there; an adult's name is the person's own."""
    for item in items:
        adults, others = item.demande.adults, item.demande.others
        for rank, adult in enumerate(adults):
            yield (
                *(item.member_ids[rank], item.application_id, item.person_ids[rank], role_of(rank)),
                *("", "", None, adult.tie),
            )
        for number, one in zip(item.member_ids[len(adults) :], others, strict=True):
            yield (
                *(number, item.application_id, None, one.role),
                *(one.first_name, one.last_name, one.birth_date, one.tie),
            )


def stays(items: Sequence[Item]) -> Iterator[Row]:
    """Those that are not already there."""
    for item in items:
        for rank, adult in enumerate(item.demande.adults):
            told = told_stay(adult)
            if told and rank not in item.stays:
                yield (
                    *(item.member_ids[rank], item.application_id),
                    *(told.nationality, told.state, told.valid_until),
                )


def works(items: Sequence[Item]) -> Iterator[Row]:
    """What each adult does for a living, where the file tells it."""
    for item in items:
        for rank, adult in enumerate(item.demande.adults):
            if adult.work:
                yield item.member_ids[rank], item.application_id, adult.work, adult.work_commune


def compositions(items: Sequence[Item]) -> Iterator[Row]:
    """The household by number."""
    for item in items:
        one, household = item.demande, item.household()
        yield (
            *(item.application_id, household.adults, household.dependants, household.shared_custody),
            *(household.visiting, one.unborn, one.due_on, one.asked.disabled, household.spouses),
            *(household.young_couple_until, list(household.dependants_born_on), household.stays_regularly),
        )


def situations(items: Sequence[Item]) -> Iterator[Row]:
    """Where they live, and what is looked for."""
    for item in items:
        dwelling, asked = item.demande.dwelling, item.demande.asked
        yield (
            *(item.application_id, dwelling.housing or "INCONNU", dwelling.rooms, dwelling.floor_area_m2),
            *(dwelling.occupants, dwelling.cost_cents, asked.rooms_min, asked.rooms_max, asked.highest_cost_cents, 0),
        )


def wishes(items: Sequence[Item]) -> Iterator[Row]:
    """The communes asked for, in their order."""
    for item in items:
        for rank, commune in enumerate(item.demande.asked.communes, start=1):
            yield item.application_id, commune, rank


def stated(items: Sequence[Item], which: str) -> Iterator[Row]:
    """Motives, priorities or needs."""
    for item in items:
        for code, proof in stated_of(item.demande.asked, which):
            yield item.application_id, code, proof


def stated_of(asked: Asked, which: str) -> tuple[tuple[str, str], ...]:
    """One of the three lists."""
    return {"motive": asked.motives, "priority": asked.priorities, "need": asked.needs}[which]


def resources(items: Sequence[Item]) -> Iterator[Row]:
    """The yearly incomes of all adults, and what comes in a month."""
    for item in items:
        year, n2, n1 = incomes_of(item.demande)
        monthly = sum(line.cents for line in item.demande.money if line.direction == "RECEIVED")
        yield item.application_id, year, n2, n1, 0, monthly, Proof.DECLARED.value


def resource_lines(items: Sequence[Item]) -> Iterator[Row]:
    """Each resource of the month."""
    for item in items:
        for line in item.demande.money:
            member = None if line.adult is None else item.member_ids[line.adult]
            yield item.application_id, member, line.direction, line.code[:_RESOURCE_CODE_LENGTH], line.cents


def addresses(items: Sequence[Item]) -> Iterator[Row]:
    """Where to write, when it is told."""
    for item in items:
        line, postcode, city = item.demande.address
        if line or postcode:
            yield item.application_id, line, postcode, city


def events(items: Sequence[Item], at: datetime, *, detail: str) -> Iterator[Row]:
    """What happened: it was received."""
    for item in items:
        yield item.application_id, "IMPORTED", detail, item.file_on, at


def receipts(items: Sequence[Item], at: datetime) -> Iterator[Row]:
    """What was received, to know it again."""
    for item in items:
        yield item.application_id, item.digest, at, list(item.demande.unknown)


def incomes_of(demande: Demande) -> tuple[int | None, int | None, int | None]:
    """The year that is N-2, its income and the next year's: those of all adults, as far as they are told."""
    years = [income.year if income.is_n2 else income.year - 1 for income in demande.incomes]
    if not years:
        return None, None, None
    year = max(years)
    return year, _total(demande, year), _total(demande, year + 1)


def _total(demande: Demande, year: int) -> int | None:
    told = [income.cents for income in demande.incomes if income.year == year and income.cents is not None]
    return sum(told) if told else None


@lru_cache(maxsize=8192)
def _started_on(filed_on: date, file_on: date) -> date:
    """The first day of the year that runs that day: the file would not hold an application that was not renewed."""
    years = max(0, file_on.year - filed_on.year)
    started = after_months(filed_on, 12 * years)
    if started > file_on and years:
        started = after_months(filed_on, 12 * (years - 1))
    return started
