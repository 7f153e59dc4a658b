"""Reservation holders, their conventions, and their counters of a year: due, oriented, signed."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from palier.attribution.models import Holder, ReservationConvention
from palier.attribution.rules.flow import (
    LANDLORD,
    UNRESERVED,
    Claim,
    Proposal,
    proposal,
    with_lapsed,
    with_unreserved,
    yearly_flow,
)
from palier.attribution.rules.territory import department_of, territories_of
from palier.foundation.reading import fetch


@dataclass(frozen=True, slots=True, kw_only=True)
class ConventionRow:
    """A convention and its holder."""

    id: int
    holder_id: int
    holder: str
    name: str
    contingent: str
    territory: str
    first_day: date
    last_day: date | None
    share_bp: int
    propose_within_days: int
    managed_in: str

    def runs_on(self, day: date) -> bool:
        """Whether the convention is in force that day."""
        return self.first_day <= day and (self.last_day is None or day <= self.last_day)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """The dwellings of a year on one territory."""

    available: int
    withdrawn: int

    @property
    def counted(self) -> int:
        return yearly_flow(available=self.available, withdrawn=self.withdrawn)


@dataclass(frozen=True, slots=True, kw_only=True)
class TerritoryCounters:
    """A territory, its flow, and what each holder is due and was given; the landlord's own part last."""

    territory: str
    flow: Flow
    claims: tuple[Claim, ...]
    lapsed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Advised:
    """What the counters propose for one vacancy, the convention that gives the delay, if any."""

    proposal: Proposal
    convention: ConventionRow | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Given:
    holder_id: int
    postcode: str
    commune: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Freed:
    postcode: str
    commune: str
    available: int
    withdrawn: int


_FREED = """
SELECT r.postcode, r.commune, count(*)::int AS available,
       (count(*) FILTER (WHERE v.withdrawn_for <> ''))::int AS withdrawn
FROM attribution_vacancy AS v JOIN estate_residence AS r ON r.id = v.residence_id
WHERE v.available_on BETWEEN %(first)s AND %(last)s GROUP BY r.postcode, r.commune
"""
_ORIENTED = """
SELECT o.holder_id, r.postcode, r.commune, count(*)::int AS number
FROM attribution_orientation AS o JOIN attribution_vacancy AS v ON v.id = o.vacancy_id
JOIN estate_residence AS r ON r.id = v.residence_id
WHERE v.available_on BETWEEN %(first)s AND %(last)s AND o.released_on IS NULL AND v.withdrawn_for = ''
GROUP BY o.holder_id, r.postcode, r.commune
"""
_SIGNED = """
SELECT s.holder_id, r.postcode, r.commune, count(*)::int AS number
FROM attribution_signedattribution AS s JOIN estate_residence AS r ON r.id = s.residence_id
WHERE s.signed_on BETWEEN %(first)s AND %(last)s AND s.holder_id IS NOT NULL GROUP BY s.holder_id, r.postcode, r.commune
"""


def holders() -> list[Holder]:
    """Every holder, by name."""
    return list(Holder.objects.order_by("name", "pk"))


def conventions() -> list[ConventionRow]:
    """Every convention, the running ones first."""
    found = ReservationConvention.objects.select_related("holder").order_by("territory", "holder__name", "-first_day")
    return [
        ConventionRow(
            id=each.pk,
            holder_id=each.holder_id,
            holder=each.holder.code,
            name=each.holder.name,
            contingent=each.holder.contingent,
            territory=each.territory,
            first_day=each.first_day,
            last_day=each.last_day,
            share_bp=each.share_bp,
            propose_within_days=each.propose_within_days,
            managed_in=each.managed_in,
        )
        for each in found
    ]


def counters(year: int, *, on: date) -> list[TerritoryCounters]:
    """Each territory that a convention names or where a dwelling is freed this year, with the shares of a day."""
    known, book = conventions(), _book(year)
    departments = {department_of(territory) for territory in book.flows}
    territories = sorted(departments | {each.territory for each in known if each.managed_in == "FLOW"})
    return [_of_territory(territory, known, book, on) for territory in territories]


def advised(*, postcode: str, commune: str, year: int, on: date) -> Advised:
    """To whom the counters give a dwelling of that place, on that day."""
    known, book, places = conventions(), _book(year), territories_of(postcode, commune)
    claims = [claim for place in places for claim in _claims(place, known, book, on)]
    found = proposal(claims, _own(places[0], book))
    running = [
        each
        for each in known
        if each.holder == found.holder and each.territory in places and each.managed_in == "FLOW" and each.runs_on(on)
    ]
    # The closest territory, when a holder has both.
    closest = max(running, key=lambda each: len(each.territory), default=None)
    return Advised(proposal=found, convention=closest)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Book:
    """What a year counts, by territory; the landlord's own holders apart."""

    flows: Mapping[str, Flow]
    oriented: Mapping[tuple[int, str], int]
    signed: Mapping[tuple[int, str], int]
    own_ids: frozenset[int]


def _book(year: int) -> _Book:
    days = {"first": date(year, 1, 1), "last": date(year, 12, 31)}
    available: Counter[str] = Counter()
    withdrawn: Counter[str] = Counter()
    for freed in fetch(_Freed, _FREED, days):
        for territory in territories_of(freed.postcode, freed.commune):
            available[territory] += freed.available
            withdrawn[territory] += freed.withdrawn
    return _Book(
        flows={each: Flow(available=number, withdrawn=withdrawn[each]) for each, number in available.items()},
        oriented=_given(_ORIENTED, days),
        signed=_given(_SIGNED, days),
        own_ids=frozenset(Holder.objects.filter(contingent=UNRESERVED).values_list("pk", flat=True)),
    )


def _given(statement: str, days: Mapping[str, date]) -> Mapping[tuple[int, str], int]:
    found: Counter[tuple[int, str]] = Counter()
    for row in fetch(_Given, statement, days):
        for territory in territories_of(row.postcode, row.commune):
            found[row.holder_id, territory] += row.number
    return found


def _of_territory(territory: str, known: list[ConventionRow], book: _Book, on: date) -> TerritoryCounters:
    claims = _claims(territory, known, book, on)
    return TerritoryCounters(
        territory=territory,
        flow=book.flows.get(territory, Flow(available=0, withdrawn=0)),
        claims=tuple(with_unreserved(with_lapsed(claims), _own(territory, book))),
        lapsed=tuple(claim.name for claim in claims if not claim.has_convention),
    )


def _claims(territory: str, known: list[ConventionRow], book: _Book, on: date) -> list[Claim]:
    """One claim a holder: its convention of the day, or the last one that ended without another."""
    latest: dict[str, ConventionRow] = {}
    for each in known:
        if each.territory != territory or each.managed_in != "FLOW" or each.first_day > on:
            continue
        if each.holder not in latest or each.first_day > latest[each.holder].first_day:
            latest[each.holder] = each
    flow = book.flows.get(territory, Flow(available=0, withdrawn=0)).counted
    return [
        Claim(
            holder=each.holder,
            name=each.name,
            contingent=each.contingent,
            share_bp=each.share_bp,
            flow=flow,
            oriented=book.oriented.get((each.holder_id, territory), 0),
            signed=book.signed.get((each.holder_id, territory), 0),
            has_convention=each.runs_on(on),
        )
        for each in latest.values()
    ]


def _own(territory: str, book: _Book) -> Claim:
    return Claim(
        holder=LANDLORD,
        name="part non réservée",
        contingent=UNRESERVED,
        share_bp=0,
        flow=book.flows.get(territory, Flow(available=0, withdrawn=0)).counted,
        oriented=sum(book.oriented.get((each, territory), 0) for each in book.own_ids),
        signed=sum(book.signed.get((each, territory), 0) for each in book.own_ids),
    )
