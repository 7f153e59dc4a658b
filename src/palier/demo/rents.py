"""What a lease says each month: rent with its yearly revision, annexes, provisions, energy works."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from random import Random

from palier.demo.estate import Place
from palier.demo.flats import Flat
from palier.demo.households import Composition
from palier.demo.rows import LeaseRow, Rows, TermRow
from palier.foundation.baremes import OutsideBareme, bareme
from palier.foundation.money import decimal_fr, euros_fr, rounded_quotient
from palier.foundation.periods import Month
from palier.quittancement.rules.revision import revised_rent, revision_percent

RENT_LABEL = "Loyer du logement"
_PARKING_CENTS, _CELLAR_CENTS = {1: 7_200, 2: 3_400, 3: 2_800}, 850
_ENERGY_WORKS_SHARE = 0.08
_COLLECTIVE_HEATING_SHARE = 0.7


def rent_cents(flat: Flat, *, above_maximum: bool = False) -> int:
    """Useful area × rate. `above_maximum` makes the mistake that the review looks for."""
    rate = flat.rent_per_m2_cents
    if above_maximum and flat.max_rent_per_m2_cents is not None:
        rate = round(flat.max_rent_per_m2_cents * 1.06)
    return rounded_quotient(flat.useful_area * rate, 100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """The indices of one first of January: IRL of the second quarters of the two years before."""

    reference: Decimal
    new: Decimal
    percent: str

    def before(self, cents: int) -> int:
        """The rent of the eve: revised, it gives this one."""
        return rounded_quotient(cents * int(self.reference * 100), int(self.new * 100))


@cache
def revision_of(year: int) -> Revision | None:
    """The revision of the 1st of January of `year`; none when an index is not known."""
    try:
        reference, new = (bareme("irl").at(date(known, 4, 1), "france").value for known in (year - 2, year - 1))
    except OutsideBareme:
        return None
    percent = decimal_fr(revision_percent(reference=reference, new=new))
    return Revision(reference=reference, new=new, percent=percent)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """What everyone of a residence pays, in cents: water a person, heating and common parts a m²."""

    water: int
    heating: int | None
    common: int
    energy_works: int | None


@cache
def prices_of(code: str) -> Prices:
    """The prices of a residence, drawn from its code."""
    rng = Random(f"{code}/prices")
    return Prices(
        water=rng.randint(820, 1150),
        heating=rng.randint(70, 118) if rng.random() < _COLLECTIVE_HEATING_SHARE else None,
        common=rng.randint(55, 105),
        energy_works=rng.randint(600, 1800) if rng.random() < _ENERGY_WORKS_SHARE else None,
    )


def terms_of(
    rows: Rows,
    place: Place,
    flat: Flat,
    composition: Composition,
    lease: LeaseRow,
    *,
    rent_cents: int,
    month: Month,
) -> Iterator[TermRow]:
    """Every dated amount of a lease since the 1st of January of the year before the month."""

    def term(kind: str, label: str, amount: int, basis: str, first_day: date, last_day: date | None = None) -> TermRow:
        annex = {"Parking": flat.parking, "Cave": flat.cellar}.get(label.split(" ")[0])
        return TermRow(
            id=rows.next_id(TermRow),
            lease_id=lease.id,
            residence_id=place.id,
            kind=kind,
            label=label,
            amount_cents=amount,
            basis=basis,
            annex_id=annex.id if annex else None,
            first_day=first_day,
            last_day=last_day,
        )

    since = max(lease.starts_on, date(month.year - 1, 1, 1))
    if not place.is_family:
        yield term("RENT", "Redevance", rent_cents, "contrat d’occupation", since)
        yield term("PROVISION_COMMON", "Avance parties communes", 3_500, "eau, chauffage, ménage", since)
        return
    for amount, basis, first_day, last_day in _rents(flat, lease.starts_on, rent_cents, month=month):
        yield term("RENT", RENT_LABEL, amount, basis, first_day, last_day)
    if flat.parking:
        price = _PARKING_CENTS[place.zone_rls]
        yield term("ANNEX", f"Parking n° {flat.parking.number}", price, "prix fixe par mois", since)
    if flat.cellar:
        yield term("ANNEX", f"Cave n° {flat.cellar.number}", _CELLAR_CENTS, "prix fixe par mois", since)
    prices = prices_of(place.code)
    persons = f"{composition.persons} personne{'s' if composition.persons > 1 else ''}"
    water = prices.water * composition.persons
    yield term("PROVISION_WATER", "Avance eau", water, f"{persons} × {euros_fr(prices.water)}", since)
    if prices.heating:
        yield term("PROVISION_HEATING", "Avance chauffage", *_by_area(flat, prices.heating), since)
    yield term("PROVISION_COMMON", "Avance parties communes", *_by_area(flat, prices.common), since)
    if prices.energy_works:
        # Fixed, never revised, at most fifteen years (CCH L442-3).
        yield term("ENERGY_WORKS", "Économies d’énergie", prices.energy_works, "montant fixe, 15 ans au plus", since)


def _area_fr(area: int) -> str:
    return f"{area // 100},{area % 100:02d} m²"


def _by_area(flat: Flat, rate_cents: int) -> tuple[int, str]:
    amount = rounded_quotient(flat.floor_area * rate_cents, 100)
    return amount, f"{_area_fr(flat.floor_area)} × {euros_fr(rate_cents)} le m²"


def _rents(
    flat: Flat, starts_on: date, current_cents: int, *, month: Month
) -> Iterator[tuple[int, str, date, date | None]]:
    """The rent of the year before, of the year, and of the next when its first month may be computed ahead."""
    by_rate = f"{_area_fr(flat.useful_area)} × {euros_fr(flat.rent_per_m2_cents)} le m²"
    last_year = month.year + (1 if month.month == 12 else 0)
    years = [year for year in range(month.year - 1, last_year + 1) if starts_on <= date(year, 12, 31)]
    amounts = {month.year: (current_cents, by_rate)}
    now = revision_of(month.year)
    if now is not None and starts_on < date(month.year, 1, 1):
        before = now.before(current_cents)
        amounts[month.year - 1] = (before, "")
        amounts[month.year] = _revised(before, now)
    coming = revision_of(last_year)
    if last_year > month.year and coming is not None:
        amounts[last_year] = _revised(amounts[month.year][0], coming)
    known = [year for year in years if year in amounts]
    for rank, year in enumerate(known):
        amount, basis = amounts[year]
        first_day = max(starts_on, date(year if rank else min(year, month.year - 1), 1, 1))
        last_day = date(known[rank + 1], 1, 1) - timedelta(days=1) if rank + 1 < len(known) else None
        yield amount, basis or f"{_area_fr(flat.useful_area)} de surface utile", first_day, last_day


def _revised(rent: int, revision: Revision) -> tuple[int, str]:
    amount = revised_rent(rent_cents=rent, reference=revision.reference, new=revision.new)
    return amount, f"{euros_fr(rent)} + {revision.percent} % (IRL)"
