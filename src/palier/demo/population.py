"""The population of a landlord, pure and reproducible: the same seed, month and stock give the same rows, to the byte.

Residences are taken one by one, each with a generator of its own, and given out by chunks: memory does not grow with
the landlord. Rows carry their numbers, so that a chunk needs no answer from the database.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from math import sqrt
from random import Random

from palier.demo.benefits import aids_of
from palier.demo.draws import paired, spread
from palier.demo.estate import Place, fictional_places
from palier.demo.flats import Flat, furnished
from palier.demo.households import Adult, Composition, Kind, adults_of, compositions, lodgers
from palier.demo.leases import Situation, Tenancy, write_tenancy
from palier.demo.rents import rent_cents
from palier.demo.rows import PersonRow, Row, Rows
from palier.demo.targets import OVER_TEN_YEARS_SHARE, targets_of
from palier.foundation.periods import Month

# The situations that the demonstration must always hold, at the first doors of its first residence.
SHOWCASE: tuple[Situation, ...] = (
    Situation.AIDED,
    Situation.IN_ARREARS,
    Situation.ARRIVES,
    Situation.LEAVES,
    Situation.SUPPLEMENT,
    Situation.RENT_MISSING,
    Situation.SUSPENDED,
    Situation.RENT_JUMP,
)
_SHOWCASE_NAMES = {
    Situation.AIDED: (("MME", "Thi-Lan", "Saule"), ("M", "Paul", "Saulnier-Merisier")),
    Situation.IN_ARREARS: (("MME", "Rosa", "Lilas"),),
    Situation.ARRIVES: (("M", "Amine", "Cèdre"),),
}
_RARE = ((Situation.RENT_MISSING, 0.001), (Situation.RENT_JUMP, 0.0012), (Situation.ABOVE_MAXIMUM, 0.002),
         (Situation.SUSPENDED, 0.0006))  # fmt: skip
_CHUNK_DWELLINGS = 4_000
_OF_AGE = 18


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to make: the month around which dates turn, how many dwellings, and the seed of every draw."""

    month: Month
    dwellings: int
    seed: int = 1


@dataclass(slots=True, kw_only=True)
class Chunk:
    """Some residences' rows, to be loaded together: tables in the order of their inserts."""

    tables: dict[type[Row], list[Row]]
    dwellings: int
    leases: int


@dataclass(slots=True)
class Shown:
    """Where the situations of the showcase ended up: situation → lease, account and person of the holder."""

    leases: dict[Situation, int] = field(default_factory=dict)
    accounts: dict[Situation, int] = field(default_factory=dict)
    persons: dict[Situation, int] = field(default_factory=dict)
    names: dict[Situation, str] = field(default_factory=dict)


def fictional_population(plan: Plan, rows: Rows, shown: Shown) -> Iterator[Chunk]:
    """A whole landlord that exists nowhere, residence rows included."""
    places = fictional_places(Random(f"{plan.seed}/stock"), rows, dwellings=plan.dwellings, year=plan.month.year)
    yield from populated(plan, places, rows, shown)


def populated(plan: Plan, places: Iterable[Place], rows: Rows, shown: Shown) -> Iterator[Chunk]:
    """The insides, households and leases of these residences, by chunks."""
    dwellings = leases = 0
    for place in places:
        is_shown = not shown.leases and place.is_family and len(place.doors) >= len(SHOWCASE)
        rng = Random(f"{plan.seed}/{place.code}")
        leases += _inhabit(rng, rows, place, month=plan.month, shown=shown if is_shown else None)
        dwellings += len(place.doors)
        if dwellings >= _CHUNK_DWELLINGS:
            yield Chunk(tables=rows.taken(), dwellings=dwellings, leases=leases)
            dwellings = leases = 0
    yield Chunk(tables=rows.taken(), dwellings=dwellings, leases=leases)


def _inhabit(rng: Random, rows: Rows, place: Place, *, month: Month, shown: Shown | None) -> int:
    """Furnish and people one residence; the number of leases."""
    flats = furnished(rng, rows, place, shown=len(SHOWCASE) if shown else 0)
    let = [flat for flat in flats if not flat.is_vacant]
    rooms = [flat.rooms for flat in let]
    people = compositions(rng, rooms) if place.is_family else lodgers(rng, place.nature, len(let))
    starts = _starts(rng, place, people, month=month)
    recent = month.previous().first_day
    count = 0
    for rank, (flat, composition, starts_on) in enumerate(zip(let, people, starts, strict=True)):
        situation = SHOWCASE[rank] if shown and rank < len(SHOWCASE) else _drawn_situation(rng, place, month)
        tenancy = _tenancy(rng, place, flat, composition, situation, starts_on, month=month)
        if tenancy.starts_on >= recent:
            count += _before(rng, rows, place, flat, until=tenancy.starts_on, month=month)
        lease = write_tenancy(rng, rows, tenancy, month=month)
        count += 1
        if shown and rank < len(SHOWCASE):
            person = next(row for row in reversed(rows.of(PersonRow)) if row.first_name == tenancy.adults[0].first_name)
            shown.leases[situation], shown.accounts[situation] = lease.id, lease.account_id
            shown.persons[situation], shown.names[situation] = person.id, f"{person.first_name} {person.last_name}"
    for flat in flats:
        if flat.is_vacant and flat.is_surveyed and rng.random() < 0.5:
            count += _before(rng, rows, place, flat, until=month.last_day, month=month)
    return count


def _drawn_situation(rng: Random, place: Place, month: Month) -> Situation:
    """Few leases are worth a second look: those of a month's departures, and the desk's own mistakes."""
    if rng.random() < targets_of(place.zone_ceiling).arrivals_share / 12:
        return Situation.LEAVES
    if not place.is_family:
        return Situation.ORDINARY
    draw = rng.random()
    for situation, share in _RARE:
        draw -= share
        if draw < 0:
            return situation
    return Situation.ORDINARY


def _tenancy(
    rng: Random,
    place: Place,
    flat: Flat,
    composition: Composition,
    situation: Situation,
    starts_on: date,
    *,
    month: Month,
) -> Tenancy:
    composition, forced = _as_shown(composition, situation)
    ends_on = None
    if situation is Situation.ARRIVES:
        starts_on = month.first_day + timedelta(days=11)
    elif situation is Situation.LEAVES:
        ends_on = month.first_day + timedelta(days=rng.randint(4, month.days - 2))
        starts_on = min(starts_on, month.previous().previous().first_day)
    elif situation is not Situation.ORDINARY:
        starts_on = min(starts_on, month.first_day - timedelta(days=400))
    # Nobody holds a lease from before they were of age.
    starts_on = max(starts_on, month.last_day - timedelta(days=365 * max(composition.reference_age - _OF_AGE, 1)))
    rent = rent_cents(flat, above_maximum=situation is Situation.ABOVE_MAXIMUM)
    adults = adults_of(rng, composition, on=month.last_day)
    return Tenancy(
        place=place,
        flat=flat,
        composition=composition,
        adults=_renamed(adults, situation),
        rent_cents=rent,
        aids=aids_of(rng, place, flat, composition, rent, month=month, forced=forced),
        situation=situation,
        starts_on=starts_on,
        ends_on=ends_on,
    )


def _as_shown(composition: Composition, situation: Situation) -> tuple[Composition, str]:
    """The household that makes a situation of the showcase easy to read, and the benefit it has."""
    match situation:
        case Situation.AIDED:
            shown = replace(composition, kind=Kind.FAMILY, children=1, reference_age=41, standard_of_living=640.0)
            return shown, "APL"
        case Situation.SUPPLEMENT:
            return replace(composition, kind=Kind.SINGLE, children=0, reference_age=58), "SLS"
        case Situation.IN_ARREARS:
            return replace(composition, kind=Kind.SINGLE_PARENT, children=2, reference_age=44), "NONE"
        case Situation.ARRIVES:
            alone = replace(composition, kind=Kind.SINGLE, children=0, reference_age=29)
            return replace(alone, standard_of_living=1450.0), "NONE"
        case _:
            return composition, ""


def _renamed(adults: list[Adult], situation: Situation) -> list[Adult]:
    """The three tenants who can sign in have names of trees, as the landlord's staff have."""
    names = _SHOWCASE_NAMES.get(situation, ())
    shown = [
        replace(adult, title=title, first_name=first, last_name=last)
        for adult, (title, first, last) in zip(adults, names, strict=False)
    ]
    return shown or adults


def _before(rng: Random, rows: Rows, place: Place, flat: Flat, *, until: date, month: Month) -> int:
    """The tenancy that ended a little before a dwelling was let again: its account lives on."""
    ends_on = until - timedelta(days=rng.randint(3, 40))
    households = compositions(rng, [flat.rooms]) if place.is_family else lodgers(rng, place.nature, 1)
    starts_on = ends_on - timedelta(days=rng.randint(400, 5_000))
    tenancy = _tenancy(rng, place, flat, households[0], Situation.ORDINARY, starts_on, month=month)
    write_tenancy(rng, rows, replace(tenancy, ends_on=ends_on), month=month)
    return 1


def _starts(rng: Random, place: Place, people: list[Composition], *, month: Month) -> list[date]:
    """The day each lease began: older people have lived there longer, nobody since before they were of age."""
    arrivals = targets_of(place.zone_ceiling).arrivals_share
    if not place.is_family:
        arrivals = 0.4
    years = [_years_there(share, arrivals) for share in spread(rng, len(people))]
    match = paired(rng, [float(one.reference_age) for one in people], [2 * one for one in years], noise=11)
    starts = []
    for rank, composition in enumerate(people):
        most = min(composition.reference_age - _OF_AGE - 1, month.year - place.delivered_year)
        days = int(min(years[match[rank]], max(most, 0.4)) * 365.25)
        starts.append(month.last_day - timedelta(days=days))
    return starts


def _years_there(share: float, arrivals: float) -> float:
    if share < arrivals:
        return share / arrivals
    # Those whom age or a new building keeps under ten years are made up for among the others.
    settled = 1 - OVER_TEN_YEARS_SHARE * 1.08
    if share < settled:
        return 1 + 9 * (share - arrivals) / (settled - arrivals)
    place = (share - settled) / (1 - settled)
    return 10 + 34 * place * sqrt(place)
