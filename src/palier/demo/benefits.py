"""Housing benefits and supplements as third parties notify them: facts, with plausible amounts.

The RLS follows the law's own rule. The APL is an order of magnitude: its real computation belongs to the CAF, and the
landlord never makes it. The SLS follows the coefficients of CCH R441-21 on a rate per m² that no text confirms here.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from random import Random

from palier.demo.estate import Place
from palier.demo.flats import Flat
from palier.demo.households import Composition, Kind
from palier.demo.targets import SLS_SHARE, targets_of
from palier.foundation.baremes import OutsideBareme, bareme
from palier.foundation.periods import Month
from palier.quittancement.rules.rls import (
    Reduction,
    ReductionNotEstablished,
    reduction_basis,
    solidarity_reduction,
)

_SLS_RATE_CENTS = {"1BIS": 311, "1": 249, "2": 125, "3": 31}
# Family and minimum benefits are not taxed, and a tenth comes off wages: the taxable income is about that part.
_TAXABLE_PART = 0.79


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """An amount notified for a lease between two days."""

    kind: str
    amount_cents: int
    basis: str
    notified_on: date
    first_day: date
    last_day: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Aids:
    """What a household has, and the income that it follows from."""

    monthly_resources_cents: int
    taxable_income_cents: int
    apl_cents: int
    reductions: tuple[Fact, ...]
    sls_cents: int
    since: date

    def facts(self, *, starts_on: date, ends_on: date | None) -> Iterator[Fact]:
        """The facts between the tenant's first month and the end of the lease."""
        first_month = starts_on.replace(day=1)
        known = [*self.reductions]
        if self.apl_cents:
            known.append(_fact("APL", self.apl_cents, "elle nous est payée pour vous", self.since))
        if self.sls_cents:
            known.append(_fact("SLS", self.sls_cents, "enquête ressources", self.since))
        for fact in known:
            is_over = fact.last_day is not None and fact.last_day < first_month
            if not is_over and (ends_on is None or ends_on >= fact.first_day):
                yield _within(fact, first_month, ends_on)


def aids_of(
    rng: Random, place: Place, flat: Flat, composition: Composition, rent_cents: int, *, month: Month, forced: str
) -> Aids:
    """The benefits of a household. `forced` says which one a household of the showcase has: APL, SLS, NONE."""
    resources = composition.monthly_resources * 100
    taxable = round(resources * 12 * _TAXABLE_PART)
    ceiling = income_ceiling_cents(place, composition, flat.door.financing, month=month)
    supplemented = place.is_family and not place.is_qpv and flat.max_rent_per_m2_cents is not None
    share = SLS_SHARE / (1 - targets_of(place.zone_ceiling).qpv_share)
    sls = 0
    if forced == "SLS" or (supplemented and not forced and composition.income_share > 1 - share):
        taxable = round(ceiling * rng.uniform(1.22, 1.75))
        resources = round(taxable / 12 / _TAXABLE_PART)
        sls = _supplement(place, flat, taxable, ceiling, rent_cents)
    elif taxable > ceiling * 1.15:
        taxable = round(ceiling * rng.uniform(0.85, 1.15))
        resources = round(taxable / 12 / _TAXABLE_PART)
    wanted = targets_of(place.zone_ceiling).apl_share
    drawn = not sls and composition.income_share + rng.gauss(0, 0.07) < wanted
    reductions = _reductions(place, flat, composition, resources, month=month)
    apl = 0
    if forced == "APL" or (drawn and not forced):
        # The APL falls by 98 % of the reduction of rent (CCH L442-2-1).
        rls = max((fact.amount_cents for fact in reductions), default=0) * 98 // 100
        apl = max(1_500, _housing_benefit(composition, resources, rent_cents, zone=place.zone_rls) - rls)
    return Aids(
        monthly_resources_cents=resources,
        taxable_income_cents=taxable,
        apl_cents=min(apl, rent_cents),
        reductions=reductions,
        sls_cents=sls,
        since=_first_days(month)[0].replace(month=1),
    )


def _fact(kind: str, amount_cents: int, basis: str, first_day: date) -> Fact:
    return Fact(
        kind=kind,
        amount_cents=amount_cents,
        basis=basis,
        notified_on=first_day - timedelta(days=6),
        first_day=first_day,
    )


def _within(fact: Fact, first_month: date, ends_on: date | None) -> Fact:
    last_day = fact.last_day if ends_on is None else min(ends_on, fact.last_day or ends_on)
    if first_month <= fact.first_day:
        return replace(fact, last_day=last_day)
    return replace(fact, notified_on=first_month + timedelta(days=4), first_day=first_month, last_day=last_day)


def _reductions(
    place: Place, flat: Flat, composition: Composition, resources_cents: int, *, month: Month
) -> tuple[Fact, ...]:
    """The RLS of the month before and of the month: one fact, two when the law's amount changes between them."""
    if not place.is_family or flat.max_rent_per_m2_cents is None:
        return ()
    facts: list[Fact] = []
    for on in _first_days(month):
        reduction = reduction_on(place.zone_rls, composition.is_couple, composition.children, on, resources_cents)
        if reduction is None or not reduction.eligible:
            continue
        if facts and facts[-1].amount_cents == reduction.amount_cents:
            continue
        since = max(value.first_day for value in reduction.values)
        basis = reduction_basis(zone=place.zone_rls, couple=composition.is_couple, dependants=composition.children)
        if facts:
            facts[-1] = replace(facts[-1], last_day=since - timedelta(days=1))
        facts.append(_fact("RLS", reduction.amount_cents, basis, since))
    return tuple(facts)


def reduction_on(zone: int, couple: bool, dependants: int, on: date, resources_cents: int) -> Reduction | None:
    """The law's reduction, or nothing for a month whose amounts Palier does not know.

    After the last known table the CAF's last notification still holds.
    """
    try:
        below_every_ceiling = _reduction(zone, couple, dependants, min(on, _last_known_day()), 0)
    except (OutsideBareme, ReductionNotEstablished):
        return None
    if resources_cents < below_every_ceiling.ceiling_cents:
        return below_every_ceiling
    return None


@cache
def _reduction(zone: int, couple: bool, dependants: int, on: date, resources_cents: int) -> Reduction:
    return solidarity_reduction(
        zone=zone, couple=couple, dependants=dependants, monthly_resources_cents=resources_cents, on=on
    )


@cache
def _first_days(month: Month) -> tuple[date, date]:
    """The first days of the month before and of the month."""
    return month.previous().first_day, month.first_day


@cache
def _last_known_day() -> date:
    return bareme("rls_ceilings").last_day() or date.max


def _housing_benefit(composition: Composition, resources_cents: int, rent_cents: int, *, zone: int) -> int:
    """The rent up to a limit and flat charges, less a share that grows with the resources."""
    limit = {1: 32_000, 2: 28_000, 3: 26_000}[zone] + 5_500 * (composition.persons - 1)
    flat_charges = 5_800 + 1_350 * (composition.persons - 1)
    unlike_income = 48_000 + 17_000 * (composition.persons - 1)
    share = 4_000 + max(0, resources_cents - unlike_income) * 26 // 100
    return max(min(rent_cents, limit) + flat_charges - share, 2_000)


def _supplement(place: Place, flat: Flat, taxable_cents: int, ceiling_cents: int, rent_cents: int) -> int:
    """SLR × floor area × coefficient, rent and supplement together within 30 % of the resources (CCH L441-4)."""
    overrun = int((taxable_cents / ceiling_cents - 1) * 100)
    coefficient = 27 + 6 * (min(overrun, 59) - 20) + 8 * max(0, min(overrun, 149) - 59)
    full = _SLS_RATE_CENTS[place.zone_sls] * flat.floor_area * coefficient // 10_000
    return max(0, min(full, taxable_cents * 30 // 1200 - rent_cents))


def income_ceiling_cents(place: Place, composition: Composition, financing: str, *, month: Month) -> int:
    """The ceiling of resources of the household for that dwelling, of the latest year known."""
    table = {"PLAI": "ceilings_plai", "PLS": "ceilings_pls"}.get(financing, "ceilings_plus")
    return _ceiling(table, place.zone_ceiling.lower(), _category(composition), composition.persons, month)


@cache
def _ceiling(table: str, zone: str, category: int, persons: int, month: Month) -> int:
    known = bareme(table)
    on = max(known.first_day(), min(month.first_day, known.last_day() or date.max))
    ceiling = known.at(on, zone, str(category)).value
    if persons > 6:
        ceiling += known.at(on, zone, "extra").value * (persons - 6)
    return int(ceiling * 100)


def _category(composition: Composition) -> int:
    """Alone with dependants: one category above the number of people (arrêté du 29 juillet 1987, annexe I)."""
    alone_with_children = composition.kind is Kind.SINGLE_PARENT
    return min(6, composition.persons + (1 if alone_with_children else 0))
