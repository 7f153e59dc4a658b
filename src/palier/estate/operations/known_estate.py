"""The stock as an import finds it, by the names that files use."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from palier.estate.imports.palier_estate import ConventionFacts, DwellingFacts, EstateKnown, ResidenceFacts
from palier.estate.models import Agency, Building, Convention, Dwelling, Residence, Staircase


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownDwelling:
    """A dwelling in the database."""

    id: int
    floor: int | None
    rooms: int | None
    floor_area_m2: Decimal | None
    annex_area_m2: Decimal
    financing: str
    convention: str

    def completed(self, facts: DwellingFacts) -> "KnownDwelling":
        """The dwelling once the file's facts are laid over it; a fact left out stays."""
        return KnownDwelling(
            id=self.id,
            floor=self.floor if facts.floor is None else facts.floor,
            rooms=self.rooms if facts.rooms is None else facts.rooms,
            floor_area_m2=self.floor_area_m2 if facts.floor_area_m2 is None else facts.floor_area_m2,
            annex_area_m2=self.annex_area_m2 if facts.annex_area_m2 is None else facts.annex_area_m2,
            financing=facts.financing,
            convention=facts.convention or self.convention,
        )


@dataclass(slots=True, kw_only=True)
class KnownEstate:
    """Ids by the names that files use; it grows with what an import adds."""

    agencies: dict[str, int]
    residences: dict[str, int]
    conventions: dict[str, int]
    buildings: dict[tuple[str, str], int]
    staircases: dict[tuple[str, str, str], int]
    dwellings: dict[tuple[str, str, str, str], KnownDwelling]
    facts: EstateKnown


def known_estate() -> KnownEstate:
    """Read the whole stock: 120,000 dwellings weigh about 60 MB."""
    agencies = dict(Agency.objects.values_list("code", "id"))
    residences = dict(Residence.objects.values_list("code", "id"))
    conventions = dict(Convention.objects.values_list("number", "id"))
    buildings = Building.objects.values_list("residence__code", "code", "id")
    staircases = Staircase.objects.values_list("building__residence__code", "building__code", "code", "id")
    return KnownEstate(
        agencies=agencies,
        residences=residences,
        conventions=conventions,
        buildings={(residence, code): building_id for residence, code, building_id in buildings},
        staircases={(residence, building, code): row_id for residence, building, code, row_id in staircases},
        dwellings=dict(_dwellings()),
        facts=EstateKnown(
            agencies=frozenset(agencies),
            residences={facts.code: facts for facts in _residences()},
            conventions={facts.number: facts for facts in _conventions()},
        ),
    )


def _residences() -> Iterator[ResidenceFacts]:
    for residence in Residence.objects.select_related("agency").defer("search_text").iterator():
        yield ResidenceFacts(
            code=residence.code,
            name=residence.name,
            nature=residence.nature,
            agency=residence.agency.code,
            address=residence.address,
            postcode=residence.postcode,
            city=residence.city,
            commune=residence.commune,
            delivered_year=residence.delivered_year,
            is_qpv=residence.is_qpv,
            zone_rls=residence.zone_rls,
            zone_ceiling=residence.zone_ceiling,
            zone_sls=residence.zone_sls,
            rent_term=residence.rent_term,
        )


def _conventions() -> Iterator[ConventionFacts]:
    for convention in Convention.objects.select_related("residence").iterator():
        yield ConventionFacts(
            number=convention.number,
            residence=convention.residence.code,
            signed_on=convention.signed_on,
            financing=convention.financing,
            max_rent_per_m2_cents=convention.max_rent_per_m2_cents,
            max_rent_on=convention.max_rent_on,
        )


def _dwellings() -> Iterator[tuple[tuple[str, str, str, str], KnownDwelling]]:
    place = ("residence__code", "staircase__building__code", "staircase__code", "door")
    facts = ("id", "floor", "rooms", "floor_area_m2", "annex_area_m2", "financing", "convention__number")
    for row in Dwelling.objects.values_list(*place, *facts).iterator(chunk_size=5_000):
        residence, building, staircase, door, dwelling_id, floor, rooms, area, annex, financing, convention = row
        yield (
            (residence, building, staircase, door),
            KnownDwelling(
                id=dwelling_id,
                floor=floor,
                rooms=rooms,
                floor_area_m2=area,
                annex_area_m2=annex,
                financing=financing,
                convention=convention or "",
            ),
        )
