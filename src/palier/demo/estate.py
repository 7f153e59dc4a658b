"""A fictional stock: residences, buildings, staircases and doors, in two towns that exist nowhere."""

from dataclasses import dataclass
from math import exp, sqrt
from random import Random

from palier.demo.draws import curve, pick
from palier.demo.rows import BuildingRow, DwellingRow, ResidenceRow, Rows, StaircaseRow
from palier.demo.targets import BEFORE_1990_SHARE, targets_of

NORTH, SOUTH = 1, 2

_BEFORE = ("Les", "Le Clos des", "Le Parc des", "Les Jardins des", "La Cour des", "Le Hameau des", "Le Carré des",
           "Les Terrasses des", "Le Square des", "La Villa des", "Le Mail des", "Les Balcons des")  # fmt: skip
_NAMES = (
    "Tilleuls", "Érables", "Acacias", "Frênes", "Bouleaux", "Cèdres", "Charmes", "Châtaigniers", "Cormiers", "Genêts",
    "Glycines", "Hêtres", "Houx", "Iris", "Lauriers", "Lilas", "Marronniers", "Merisiers", "Micocouliers", "Mûriers",
    "Noisetiers", "Noyers", "Oliviers", "Ormes", "Peupliers", "Pins", "Platanes", "Poiriers", "Pommiers", "Roseaux",
    "Saules", "Séquoias", "Sorbiers", "Sureaux", "Trembles", "Troènes", "Alisiers", "Amandiers", "Aubépines", "Aulnes",
)  # fmt: skip
_STREETS = ("rue", "avenue", "allée", "place", "boulevard", "impasse", "passage", "square")
_WORDS = (
    "des Échantillons", "du Modèle", "de l’Exemple", "des Spécimens", "de l’Essai", "du Brouillon", "de la Maquette",
    "du Gabarit", "de l’Esquisse", "des Prototypes", "de l’Ébauche", "du Canevas", "de la Fiction", "de l’Aparté",
    "des Guillemets", "de l’Astérisque", "des Parenthèses", "de la Virgule", "du Paragraphe", "de l’Incipit",
)  # fmt: skip
# Postcodes that no town has: nothing here can be taken for a real address.
_TOWNS = {NORTH: ("00100", "Villefictive"), SOUTH: ("00200", "Bourg-Imaginaire")}

_OTHER_NATURES = (("ETUDIANT", 4.0), ("RESIDENCE_SOCIALE", 3.0), ("FJT", 2.0), ("AGEES", 1.0))
_OTHER_NATURES_SHARE = 0.04

_YEARS_BEFORE_1990 = curve((0, 1922), (0.15, 1938), (0.3, 1955), (0.75, 1974), (1, 1989.99))
_YEARS_SINCE_1990 = curve((0, 1990), (0.35, 2000), (0.86, 2021), (1, 2026.99))


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """A dwelling as the stock knows it before anyone furnishes it with rooms and areas."""

    id: int
    staircase_id: int
    name: str
    floor: int | None
    financing: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A residence and its doors, fictional or out of a real file."""

    id: int
    code: str
    nature: str
    delivered_year: int
    is_qpv: bool
    zone_rls: int
    zone_ceiling: str
    zone_sls: str
    doors: tuple[Door, ...]

    @property
    def is_family(self) -> bool:
        return self.nature == "FAMILIAL"


def fictional_places(rng: Random, rows: Rows, *, dwellings: int, year: int) -> list[Place]:
    """As many residences as it takes to hold exactly that many dwellings, in two towns that exist nowhere."""
    return [
        _fictional_place(rng, rows, rank=rank, size=size, year=year) for rank, size in enumerate(_sizes(rng, dwellings))
    ]


def _sizes(rng: Random, dwellings: int) -> list[int]:
    """Sizes of residences. The first two hold the demonstration's own situations: neither may be tiny."""
    sizes = [max(12, dwellings * 3 // 10)] if dwellings < 100 else [40, 30]
    left = dwellings - sum(sizes)
    while left > 0:
        size = min(left, round(6 + 30 * exp(rng.gauss(0, 0.75))), 240)
        sizes.append(size)
        left -= size
    return sizes


def _fictional_place(rng: Random, rows: Rows, *, rank: int, size: int, year: int) -> Place:
    agency = NORTH if rank % 2 == 0 else SOUTH
    postcode, city = _TOWNS[agency]
    targets = targets_of("PARIS" if agency == NORTH else "OTHER")
    # Irrational steps, one an attribute: every stretch of residences holds its share, without following each other.
    step = rank // 2 + (0.5 if agency == SOUTH else 0)
    nature = "FAMILIAL"
    if rank > 1 and step * sqrt(3) % 1 < _OTHER_NATURES_SHARE:
        nature = pick(_OTHER_NATURES, rng.random())
    built_before = step * sqrt(2) % 1 < BEFORE_1990_SHARE
    delivered = int((_YEARS_BEFORE_1990 if built_before else _YEARS_SINCE_1990).at(rng.random()))
    number, street = rng.randint(1, 140), f"{_STREETS[rank % len(_STREETS)]} {_WORDS[rank // 3 % len(_WORDS)]}"
    place = ResidenceRow(
        id=rows.next_id(ResidenceRow),
        code=f"{'N' if agency == NORTH else 'S'}{rank + 1:04d}",
        name=_residence_name(rank),
        agency_id=agency,
        nature=nature,
        address=f"{number} {street}",
        address_as_given="",
        postcode=postcode,
        city=city,
        # Codes that no commune bears.
        commune=postcode,
        delivered_year=min(delivered, year - 1),
        rent_term="ECHOIR" if rng.random() < 0.1 else "ECHU",
        is_qpv=(step * sqrt(5) + 0.5) % 1 < targets.qpv_share,
        zone_rls=1 if agency == NORTH else 2,
        zone_ceiling="PARIS" if agency == NORTH else "OTHER",
        zone_sls="1BIS" if agency == NORTH else "2",
        source_landlord="",
    )
    rows.add(place)
    return Place(
        id=place.id,
        code=place.code,
        nature=nature,
        delivered_year=place.delivered_year,
        is_qpv=place.is_qpv,
        zone_rls=place.zone_rls,
        zone_ceiling=place.zone_ceiling,
        zone_sls=place.zone_sls,
        doors=_doors(rng, rows, place, size),
    )


def _residence_name(rank: int) -> str:
    before, name = _BEFORE[rank // len(_NAMES) % len(_BEFORE)], _NAMES[rank % len(_NAMES)]
    turn = rank // (len(_NAMES) * len(_BEFORE))
    return f"{before} {name}" + (f" {turn + 1}" if turn else "")


def _doors(rng: Random, rows: Rows, place: ResidenceRow, size: int) -> tuple[Door, ...]:
    doors: list[Door] = []
    lift = place.delivered_year >= 1970
    per_floor, floors = (4, 6) if lift else (3, 4)
    per_staircase = per_floor * floors
    building = staircase = 0
    for rank in range(size):
        within = rank % per_staircase
        if within == 0:
            if rank // per_staircase % 2 == 0:
                building = rows.next_id(BuildingRow)
                letter = _letter(rank // (2 * per_staircase))
                rows.add(BuildingRow(building, place.id, letter, place.address))
            staircase = rows.next_id(StaircaseRow)
            rows.add(StaircaseRow(staircase, building, str(rank // per_staircase % 2 + 1), lift))
        floor, on_floor = divmod(within, per_floor)
        doors.append(
            Door(
                id=rows.next_id(DwellingRow),
                staircase_id=staircase,
                name=f"{floor}{on_floor + 1:02d}",
                floor=floor,
                financing=_financing(rng, place.delivered_year),
            )
        )
    return tuple(doors)


def _letter(rank: int) -> str:
    return chr(ord("A") + rank % 26) + (str(rank // 26 + 1) if rank >= 26 else "")


def _financing(rng: Random, year: int) -> str:
    if year < 1977:
        return "HLMO" if rng.random() < 0.97 else "ILM"
    if year < 2000:
        return "PLA"
    return pick((("PLUS", 0.6), ("PLAI", 0.25), ("PLS", 0.13), ("PLUS_CD", 0.02)), rng.random())
