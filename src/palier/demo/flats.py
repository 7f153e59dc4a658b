"""The inside of a dwelling: rooms, areas, annexes, convention, and the rent per m² that goes with them."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from random import Random

from palier.demo.draws import spread
from palier.demo.estate import Door, Place
from palier.demo.rows import AnnexRow, ConventionRow, DwellingRow, Rows
from palier.demo.targets import VACANT_SHARE, targets_of

_AREAS = {1: 30, 2: 46, 3: 63, 4: 78, 5: 94, 6: 112}
_SMALLER_COSTS_MORE = {1: 1.14, 2: 1.05, 3: 1.0, 4: 0.97, 5: 0.94, 6: 0.92}
_FINANCING_FACTOR = {"PLAI": 0.88, "PLUS": 1.0, "PLUS_CD": 1.06, "PLS": 1.42, "HLMO": 0.96, "PLA": 1.0, "ILM": 1.4}
# What the factors above average to over the stock, so that the mean rent per m² of floor area is the published one.
_MEAN_FACTOR = {"PARIS": 0.998, "IDF": 0.969, "OTHER": 0.969}

_WAITING_SURVEY_SHARE = 0.6
_NOT_CONVENTIONED = "ILM"
_PARKING_SHARE, _CELLAR_SHARE = 0.3, 0.15


@dataclass(frozen=True, slots=True, kw_only=True)
class Flat:
    """A dwelling with its inside. Areas in hundredths of m², rents in cents per m² of useful area."""

    door: Door
    rooms: int
    floor_area: int
    annex_area: int
    rent_per_m2_cents: int
    max_rent_per_m2_cents: int | None
    parking: AnnexRow | None
    cellar: AnnexRow | None
    is_vacant: bool
    is_surveyed: bool

    @property
    def useful_area(self) -> int:
        """Floor area and half of the annexes (CCH R353-16), whole hundredths of m² since annexes are even."""
        return self.floor_area + self.annex_area // 2


@dataclass(frozen=True, slots=True, kw_only=True)
class _Inside:
    rooms: int
    floor_area: int
    annex_area: int
    rent_per_m2_cents: int


def furnished(rng: Random, rows: Rows, place: Place, *, shown: int) -> list[Flat]:
    """The inside of every dwelling of a residence, with the rows of dwellings, annexes and conventions.

    The first `shown` dwellings, those of the showcase, are let and have three rooms.
    """
    insides = _insides(rng, place, shown)
    conventions = _conventions(rng, rows, place, insides)
    flats = []
    for rank, (door, inside, share) in enumerate(zip(place.doors, insides, spread(rng, len(place.doors)), strict=True)):
        convention = conventions.get(door.financing)
        is_vacant = share < VACANT_SHARE and rank >= shown
        # Most of the empty dwellings wait for their survey: no area yet, « à compléter ».
        is_surveyed = not is_vacant or rng.random() >= _WAITING_SURVEY_SHARE
        rows.add(_dwelling_row(place, door, inside, convention, is_surveyed=is_surveyed))
        flats.append(
            Flat(
                door=door,
                rooms=inside.rooms,
                floor_area=inside.floor_area,
                annex_area=inside.annex_area,
                rent_per_m2_cents=inside.rent_per_m2_cents,
                max_rent_per_m2_cents=convention.max_rent_per_m2_cents if convention else None,
                parking=_annex(rows, place, door, "PARKING", rank) if rng.random() < _PARKING_SHARE else None,
                cellar=_annex(rows, place, door, "CELLAR", rank) if rng.random() < _CELLAR_SHARE else None,
                is_vacant=is_vacant,
                is_surveyed=is_surveyed,
            )
        )
    return flats


def _insides(rng: Random, place: Place, shown: int) -> list[_Inside]:
    targets = targets_of(place.zone_ceiling)
    neighbourhood = rng.gauss(1, 0.05)
    insides = []
    for rank, (door, share) in enumerate(zip(place.doors, spread(rng, len(place.doors)), strict=True)):
        rooms = 3 if rank < shown else _rooms(rng, share, place)
        area = round(_AREAS[rooms] * 100 * rng.uniform(0.87, 1.13))
        annex_area = rng.choice((0, 0, 300, 450, 600, 900)) if rooms > 1 else 0
        factor = _FINANCING_FACTOR[door.financing] * _SMALLER_COSTS_MORE[rooms] * neighbourhood * rng.gauss(1, 0.03)
        # The published rent is per m² of floor area, a convention's is per m² of useful area.
        euros = targets.rent_per_m2 * factor / _MEAN_FACTOR[place.zone_ceiling] * area / (area + annex_area / 2)
        insides.append(
            _Inside(rooms=rooms, floor_area=area, annex_area=annex_area, rent_per_m2_cents=round(euros * 100))
        )
    return insides


def _rooms(rng: Random, share: float, place: Place) -> int:
    if not place.is_family:
        return 1 if share < 0.85 else 2
    targets = targets_of(place.zone_ceiling)
    if share < targets.small_share:
        return 1 if rng.random() < 0.38 else 2
    if share < targets.small_share + targets.middle_share:
        return 3 if rng.random() < 0.58 else 4
    return 5 if rng.random() < 0.85 else 6


def _conventions(rng: Random, rows: Rows, place: Place, insides: list[_Inside]) -> dict[str, ConventionRow]:
    """One convention a financing, its maximum above every rent that it covers."""
    highest: dict[str, int] = {}
    for door, inside in zip(place.doors, insides, strict=True):
        highest[door.financing] = max(highest.get(door.financing, 0), inside.rent_per_m2_cents)
    conventions = {}
    for financing, cents in highest.items():
        if financing == _NOT_CONVENTIONED:
            continue
        signed_year = max(place.delivered_year, 1978)
        conventions[financing] = ConventionRow(
            id=rows.next_id(ConventionRow),
            residence_id=place.id,
            number=f"DEMO-{signed_year}-{place.code}-{financing}",
            signed_on=date(signed_year, rng.randint(1, 12), rng.randint(1, 28)),
            financing=financing,
            max_rent_per_m2_cents=round(cents * rng.uniform(1.02, 1.1)),
            coefficient=Decimal(1),
        )
        rows.add(conventions[financing])
    return conventions


def _annex(rows: Rows, place: Place, door: Door, kind: str, rank: int) -> AnnexRow:
    annex = AnnexRow(rows.next_id(AnnexRow), place.id, door.id, kind, str(rank + 1))
    rows.add(annex)
    return annex


def _dwelling_row(
    place: Place, door: Door, inside: _Inside, convention: ConventionRow | None, *, is_surveyed: bool
) -> DwellingRow:
    return DwellingRow(
        id=door.id,
        residence_id=place.id,
        staircase_id=door.staircase_id,
        convention_id=convention.id if convention else None,
        door=door.name,
        floor=door.floor,
        rooms=inside.rooms if is_surveyed else None,
        floor_area_m2=Decimal(inside.floor_area).scaleb(-2) if is_surveyed else None,
        annex_area_m2=Decimal(inside.annex_area if is_surveyed else 0).scaleb(-2),
        financing=door.financing,
    )
