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
from palier.foundation.money import cents_from_decimal, decimal_fr, euros_fr
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
    return cents_from_decimal(flat.useful_area_m2 * rate / 100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """The indices of one first of January: IRL of the second quarters of the two years before."""

    reference: Decimal
    new: Decimal


@cache
def revision_of(year: int) -> Revision | None:
    """The revision of the 1st of January of `year`; none when an index is not known."""
    try:
        reference, new = (bareme("irl").at(date(known, 4, 1), "france").value for known in (year - 2, year - 1))
    except OutsideBareme:
        return None
    return Revision(reference=reference, new=new)


def terms_of(
    rng: Random,
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
    # Everyone of a residence pays the same price: drawn from the residence, not from the lease.
    prices = Random(f"{place.code}/provisions")
    area = Decimal(flat.floor_area).scaleb(-2)
    water = prices.randint(820, 1150)
    persons = f"{composition.persons} personne{'s' if composition.persons > 1 else ''}"
    yield term("PROVISION_WATER", "Avance eau", water * composition.persons, f"{persons} × {euros_fr(water)}", since)
    heating = prices.randint(70, 118)
    if prices.random() < _COLLECTIVE_HEATING_SHARE:
        yield term("PROVISION_HEATING", "Avance chauffage", *_by_area(area, heating), since)
    common = prices.randint(55, 105)
    yield term("PROVISION_COMMON", "Avance parties communes", *_by_area(area, common), since)
    if prices.random() < _ENERGY_WORKS_SHARE:
        # Fixed, never revised, at most fifteen years (CCH L442-3).
        yield term("ENERGY_WORKS", "Économies d’énergie", prices.randint(600, 1800), "montant fixe, 15 ans au plus", since)


def _by_area(area: Decimal, rate_cents: int) -> tuple[int, str]:
    return cents_from_decimal(area * rate_cents / 100), f"{decimal_fr(area)} m² × {euros_fr(rate_cents)} le m²"


def _rents(flat: Flat, starts_on: date, current_cents: int, *, month: Month) -> Iterator[tuple[int, str, date, date | None]]:
    """The rent of the year before, of the year, and of the next when its first month may be computed ahead."""
    by_rate = f"{decimal_fr(flat.useful_area_m2.normalize())} m² × {euros_fr(flat.rent_per_m2_cents)} le m²"
    last_year = month.next().year
    years = [year for year in range(month.year - 1, last_year + 1) if starts_on <= date(year, 12, 31)]
    amounts = {month.year: (current_cents, by_rate)}
    now = revision_of(month.year)
    if now is not None and starts_on < date(month.year, 1, 1):
        before = cents_from_decimal(Decimal(current_cents) / 100 * now.reference / now.new)
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
        yield amount, basis or f"{decimal_fr(flat.useful_area_m2.normalize())} m² de surface utile", first_day, last_day


def _revised(rent: int, revision: Revision) -> tuple[int, str]:
    percent = revision_percent(reference=revision.reference, new=revision.new)
    amount = revised_rent(rent_cents=rent, reference=revision.reference, new=revision.new)
    return amount, f"{euros_fr(rent)} + {decimal_fr(percent)} % (IRL)"
