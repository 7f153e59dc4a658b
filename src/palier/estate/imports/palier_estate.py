"""Palier's own estate file: one row a dwelling, the residence's facts repeated or left empty after its first row."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from palier.estate.rules import indexing
from palier.foundation.money import Cents
from palier.foundation.tabular.checking import Checking
from palier.foundation.tabular.header import require_columns
from palier.foundation.tabular.records import Record, Table

_COMMUNE = re.compile(r"[0-9][0-9AB][0-9]{3}")
EXPECTED = ("code_residence", "batiment", "porte", "financement")
RESIDENCE_COLUMNS = ("nom_residence", "adresse", "code_postal", "ville", "zone_rls", "zone_plafonds", "zone_sls")
COLUMNS = (
    "code_residence",
    "nom_residence",
    "nature",
    "agence",
    "nom_agence",
    "adresse",
    "code_postal",
    "ville",
    "code_insee",
    "annee",
    "qpv",
    "zone_rls",
    "zone_plafonds",
    "zone_sls",
    "terme",
    "batiment",
    "escalier",
    "porte",
    "etage",
    "pieces",
    "surface_habitable_m2",
    "surface_annexes_m2",
    "financement",
    "convention",
    "convention_signee_le",
    "loyer_max_m2",
    "loyer_max_au",
)
NATURES = {
    "logement familial": "FAMILIAL",
    "résidence étudiante": "ETUDIANT",
    "foyer de jeunes travailleurs": "FJT",
    "résidence sociale": "RESIDENCE_SOCIALE",
    "maison relais": "MAISON_RELAIS",
    "foyer de travailleurs migrants": "FTM",
    "foyer pour personnes handicapées": "HANDICAP",
    "ehpad": "EHPAD",
    "résidence pour personnes âgées": "AGEES",
    "centre d'hébergement d'urgence": "URGENCE",
    "chrs": "CHRS",
}
FINANCINGS = {
    "plai": "PLAI",
    "plus": "PLUS",
    "plus-cd": "PLUS_CD",
    "pls": "PLS",
    "hlmo": "HLMO",
    "pla": "PLA",
    "ilm": "ILM",
}
ZONES_RLS = {"1": "1", "2": "2", "3": "3"}
ZONES_CEILING = {"paris": "PARIS", "idf": "IDF", "autres": "OTHER"}
ZONES_SLS = {"1bis": "1BIS", "1": "1", "2": "2", "3": "3"}
TERMS = {"échu": "ECHU", "echu": "ECHU", "à échoir": "ECHOIR", "echoir": "ECHOIR"}
LARGEST_AREA_M2 = Decimal(1_000)
# Under 9 m² a dwelling is not decent (décret 2002-120, art. 4); the file may still be right about an old one.
SMALLEST_DECENT_M2 = Decimal(9)
UNUSUAL_AREA_M2 = Decimal(250)
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2100, 12, 31)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResidenceFacts:
    """What the file says of a residence. Codes are those of the database."""

    code: str
    name: str
    nature: str
    agency: str
    address: str
    postcode: str
    city: str
    commune: str
    delivered_year: int | None
    is_qpv: bool
    zone_rls: int
    zone_ceiling: str
    zone_sls: str
    rent_term: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConventionFacts:
    """An APL convention: a maximum rent in cents per m² of useful area (CCH L353-1), and the day it is stated to."""

    number: str
    residence: str
    signed_on: date
    financing: str
    max_rent_per_m2_cents: int
    max_rent_on: date | None = None

    def is_older(self, valued_on: date) -> bool:
        """Whether a maximum stated to that day takes the place of this one."""
        return self.max_rent_on is None or self.max_rent_on < valued_on


@dataclass(frozen=True, slots=True, kw_only=True)
class DwellingFacts:
    """One dwelling. None is a fact that the file leaves out: what is known stays as it is."""

    residence: str
    building: str
    staircase: str
    door: str
    floor: int | None
    rooms: int | None
    floor_area_m2: Decimal | None
    annex_area_m2: Decimal | None
    financing: str
    convention: str

    @property
    def key(self) -> tuple[str, str, str, str]:
        return self.residence, self.building, self.staircase, self.door


@dataclass(frozen=True, slots=True, kw_only=True)
class EstateKnown:
    """What the database holds that a file can refer to: agencies by code, residences by code, convention numbers."""

    agencies: frozenset[str]
    residences: Mapping[str, ResidenceFacts]
    conventions: Mapping[str, ConventionFacts]


@dataclass(frozen=True, slots=True, kw_only=True)
class DwellingReading:
    """A record and what was made of it: a dwelling, or only remarks. Its residence comes with the first row only."""

    record: Record
    checking: Checking
    dwelling: DwellingFacts | None
    residence: ResidenceFacts | None
    convention: ConventionFacts | None


@dataclass(slots=True)
class EstateReader:
    """Reads the rows of one file, in order, against what is already known."""

    table: Table
    known: EstateKnown
    new_agencies: dict[str, str] = field(default_factory=dict)
    _stated: dict[str, tuple[ResidenceFacts, int]] = field(default_factory=dict)
    _conventions: dict[str, tuple[ConventionFacts, int]] = field(default_factory=dict)
    _lines: dict[tuple[str, str, str, str], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        require_columns(self.table.columns, EXPECTED)

    def readings(self) -> Iterator[DwellingReading]:
        for record in self.table.records:
            yield self._reading(record)

    def _reading(self, record: Record) -> DwellingReading:
        checking = Checking(record)
        residence = self._residence(checking)
        financing = checking.choice("financement", FINANCINGS)
        convention = self._convention(checking, residence, financing)
        dwelling = self._dwelling(checking, residence, convention, financing)
        if checking.is_refused or residence is None or dwelling is None:
            return DwellingReading(record=record, checking=checking, dwelling=None, residence=None, convention=None)
        states_residence = residence.code not in self._stated
        states_convention = convention is not None and convention.number not in self._conventions
        self._stated.setdefault(residence.code, (residence, record.line))
        if convention is not None:
            self._conventions.setdefault(convention.number, (convention, record.line))
        self._lines[dwelling.key] = record.line
        return DwellingReading(
            record=record,
            checking=checking,
            dwelling=dwelling,
            residence=residence if states_residence else None,
            convention=convention if states_convention else None,
        )

    def _residence(self, checking: Checking) -> ResidenceFacts | None:
        code = checking.text("code_residence", longest=20)
        if not code:
            return None
        stated = self._stated.get(code)
        before = stated[0] if stated else self.known.residences.get(code)
        if before is None:
            return self._new_residence(checking, code)
        facts = _overlaid(checking, before, self._agency(checking, before.agency))
        if stated and facts != before:
            checking.refuse(
                "code_residence", f"la résidence {code} est décrite autrement à la ligne {stated[1]} du même fichier"
            )
        return facts

    def _new_residence(self, checking: Checking, code: str) -> ResidenceFacts:
        for column in RESIDENCE_COLUMNS:
            if not checking.record.raw(column) and not checking.record.fault_of(column):
                checking.refuse(column, f"cellule vide : la résidence {code} n’est pas encore connue")
        blank = ResidenceFacts(
            code=code,
            name="",
            nature="FAMILIAL",
            agency="",
            address="",
            postcode="",
            city="",
            commune="",
            delivered_year=None,
            is_qpv=False,
            zone_rls=1,
            zone_ceiling="",
            zone_sls="",
            rent_term="ECHU",
        )
        only = next(iter(self.known.agencies)) if len(self.known.agencies) == 1 else ""
        return _overlaid(checking, blank, self._agency(checking, only))

    def _agency(self, checking: Checking, default: str) -> str:
        code = checking.text("agence", required=not default, longest=20) or default
        if not code or code in self.known.agencies or code in self.new_agencies:
            return code
        if name := checking.text("nom_agence", required=False, longest=80):
            checking.warn("agence", f"agence inconnue : elle sera créée sous le nom « {name} »")
            self.new_agencies[code] = name
        else:
            present = ", ".join(sorted(self.known.agencies)[:10]) or "aucune"
            checking.refuse("agence", f"agence inconnue ; agences connues : {present} (ou donnez son nom_agence)")
        return code

    def _convention(
        self, checking: Checking, residence: ResidenceFacts | None, financing: str
    ) -> ConventionFacts | None:
        number = checking.text("convention", required=False, longest=40)
        if not number or residence is None:
            return None
        stated = self._conventions.get(number)
        before = stated[0] if stated else self.known.conventions.get(number)
        signed_on = checking.day("convention_signee_le", first=FIRST_DAY, last=LAST_DAY, required=before is None)
        rent = checking.cents("loyer_max_m2", required=before is None, most=10_000)
        valued_on = checking.day("loyer_max_au", first=FIRST_DAY, last=LAST_DAY, required=False)
        if before is not None and before.residence != residence.code:
            checking.refuse("convention", f"cette convention est celle de la résidence {before.residence}")
        elif (
            before is not None
            and stated is None
            and valued_on is not None
            and before.is_older(valued_on)
            and signed_on in {None, before.signed_on}
        ):
            # The maximum of a new year, or the day of one that had none.
            return _revalued(checking, before, rent, valued_on)
        elif before is not None and (
            signed_on not in {None, before.signed_on}
            or rent not in {None, before.max_rent_per_m2_cents}
            or valued_on not in {None, before.max_rent_on}
        ):
            where = f"à la ligne {stated[1]} du même fichier" if stated else "dans la base"
            checking.refuse("convention", f"cette convention est décrite autrement {where}")
        if before is not None:
            return before
        if signed_on is None or rent is None or rent == 0:
            if rent == 0:
                checking.refuse("loyer_max_m2", "un loyer maximum ne peut pas être nul")
            return None
        return ConventionFacts(
            number=number,
            residence=residence.code,
            signed_on=signed_on,
            financing=financing,
            max_rent_per_m2_cents=rent,
            max_rent_on=valued_on,
        )

    def _dwelling(
        self, checking: Checking, residence: ResidenceFacts | None, convention: ConventionFacts | None, financing: str
    ) -> DwellingFacts | None:
        if residence is None:
            return None
        area = checking.quantity("surface_habitable_m2", least=Decimal("0.01"), most=LARGEST_AREA_M2, places=2)
        rooms = checking.optional_whole("pieces", least=1, most=30)
        dwelling = DwellingFacts(
            residence=residence.code,
            building=checking.text("batiment", longest=10),
            staircase=checking.text("escalier", required=False, longest=10) or "1",
            door=checking.text("porte", longest=20),
            floor=checking.optional_whole("etage", least=-5, most=80),
            rooms=rooms,
            floor_area_m2=area,
            annex_area_m2=checking.quantity("surface_annexes_m2", least=Decimal(0), most=LARGEST_AREA_M2, places=2),
            financing=financing,
            convention=convention.number if convention else "",
        )
        if dwelling.key in self._lines:
            checking.refuse("porte", f"logement déjà décrit à la ligne {self._lines[dwelling.key]} du même fichier")
        if not checking.is_refused:
            _warn_about_area(checking, area, rooms)
        return dwelling


def commune_of_paris(postcode: str) -> str:
    """The arrondissement's own code; elsewhere a postcode is shared by several communes and says none."""
    return f"751{postcode[3:]}" if postcode.startswith("75") and postcode[3:].isdigit() else ""


def _overlaid(checking: Checking, before: ResidenceFacts, agency: str) -> ResidenceFacts:
    """The residence as the row states it: an empty cell keeps what was known."""
    raw = checking.record.raw
    postcode = checking.text("code_postal", required=False, longest=5) or before.postcode
    if postcode and not (postcode.isascii() and postcode.isdigit() and len(postcode) == 5):
        checking.refuse("code_postal", "un code postal a cinq chiffres")
    commune = checking.text("code_insee", required=False, longest=5) or before.commune
    if commune and not _COMMUNE.fullmatch(commune):
        checking.refuse("code_insee", "un code INSEE de commune a cinq caractères, par exemple 76540 ou 2A004")
    year = checking.optional_whole("annee", least=1800, most=2100)
    zone_rls = checking.choice("zone_rls", ZONES_RLS, default=str(before.zone_rls), required=False)
    return ResidenceFacts(
        code=before.code,
        name=checking.text("nom_residence", required=False, longest=120) or before.name,
        nature=checking.choice("nature", NATURES, default=before.nature, required=False),
        agency=agency,
        address=checking.text("adresse", required=False) or before.address,
        postcode=postcode,
        city=checking.text("ville", required=False, longest=80) or before.city,
        commune=commune or commune_of_paris(postcode),
        delivered_year=before.delivered_year if year is None else year,
        is_qpv=checking.flag("qpv") if raw("qpv") else before.is_qpv,
        zone_rls=int(zone_rls),
        zone_ceiling=checking.choice("zone_plafonds", ZONES_CEILING, default=before.zone_ceiling, required=False),
        zone_sls=checking.choice("zone_sls", ZONES_SLS, default=before.zone_sls, required=False),
        rent_term=checking.choice("terme", TERMS, default=before.rent_term, required=False),
    )


def _warn_about_area(checking: Checking, area: Decimal | None, rooms: int | None) -> None:
    if area is None:
        checking.warn("surface_habitable_m2", "surface absente : le logement sera « à compléter »")
    elif area < SMALLEST_DECENT_M2:
        checking.warn("surface_habitable_m2", "moins de 9 m² : à vérifier")
    elif area > UNUSUAL_AREA_M2:
        checking.warn("surface_habitable_m2", "plus de 250 m² : à vérifier")
    elif rooms and area < 7 * rooms:
        checking.warn("pieces", "moins de 7 m² par pièce : à vérifier")


def _revalued(checking: Checking, before: ConventionFacts, rent: Cents | None, valued_on: date) -> ConventionFacts:
    """A known convention at its maximum of a later day."""
    if rent == 0:
        checking.refuse("loyer_max_m2", "un loyer maximum ne peut pas être nul")
    if rent is None and before.max_rent_on is not None:
        # The old maximum under a new day would lose the years between them.
        checking.refuse("loyer_max_m2", "donnez le maximum de ce nouveau jour")
    if indexing(valued_on, on=valued_on) is None:
        checking.warn("loyer_max_au", "l’IRL de ce jour n’est pas connu : le maximum sera pris tel quel, vérifiez-le")
    return replace(before, max_rent_per_m2_cents=rent or before.max_rent_per_m2_cents, max_rent_on=valued_on)
