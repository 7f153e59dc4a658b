"""The social-housing programmes that the City of Paris publishes: one record a programme, counts by kind of loan.

Source: Paris open data, « logements sociaux financés à Paris » (ODbL). `id_livraison` alone is not a key: eight of them
serve two programmes.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from palier.estate.imports.address import Address, normalised, parse_address
from palier.foundation.errors import Refusal
from palier.foundation.tabular.checking import Checking
from palier.foundation.tabular.header import require_columns
from palier.foundation.tabular.limits import Limits
from palier.foundation.tabular.records import Record, Table
from palier.foundation.text import fold

# A city publishes thousands of programmes, not hundreds of thousands.
LIMITS = Limits(records=50_000, file_bytes=100_000_000)
COUNT_COLUMNS = {"nb_plai": "PLAI", "nb_plus": "PLUS", "nb_pluscd": "PLUS_CD", "nb_pls": "PLS"}
EXPECTED = (
    "id_livraison",
    "adresse_programme",
    "code_postal",
    "ville",
    "annee",
    "bs",
    "nb_logmt_total",
    *COUNT_COLUMNS,
    "nature_programme",
)
NATURES = {
    "logement familial": "FAMILIAL",
    "résidence étudiante": "ETUDIANT",
    "foyer pour jeunes travailleurs ou résidence pour jeunes actifs": "FJT",
    "résidence sociale pour démunis": "RESIDENCE_SOCIALE",
    "résidence sociale issue du plan de traitement des foyers de travailleurs migrants": "RESIDENCE_SOCIALE",
    "maison relais": "MAISON_RELAIS",
    "foyer de travailleurs migrants": "FTM",
    "foyer pour personnes handicapées": "HANDICAP",
    "établissement d'hébergement pour personnes âgées dépendantes": "EHPAD",
    "résidence pour personnes âgées": "AGEES",
    "centre d'hébergement d'urgence": "URGENCE",
    "centre d'hébergement et de réinsertion sociale": "CHRS",
}
UNKNOWN_LANDLORD = "(vide)"
LARGEST_PROGRAMME = 5_000
EARLIEST_YEAR, LATEST_YEAR = 1850, 2100


class LandlordNotInFile(Refusal):
    """Aucun programme du bailleur « {landlord} » dans ce fichier. Bailleurs présents : {present}."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """One programme, as it can become a residence. `counts` is dwellings by financing, zeros left out."""

    key: str
    delivery: str
    landlord: str
    address: Address
    postcode: str
    city: str
    year: int
    nature: str
    counts: tuple[tuple[str, int], ...]

    @property
    def dwellings(self) -> int:
        return sum(count for _, count in self.counts)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeReading:
    """A record and what was made of it: a programme, or only remarks."""

    record: Record
    checking: Checking
    programme: Programme | None
    key: str
    occurrence: int


@dataclass(slots=True)
class ProgrammeReader:
    """Reads the records of one file, in order. `left_aside` counts those of other landlords."""

    table: Table
    landlord: str = ""
    left_aside: int = 0
    _twins: Counter[str] = field(default_factory=Counter)
    _landlords: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        require_columns(self.table.columns, EXPECTED)

    def readings(self) -> Iterator[ProgrammeReading]:
        """Every record of the landlord asked for, or of all. Raises LandlordNotInFile when there is none."""
        wanted = _squeezed(self.landlord)
        taken = 0
        for record in self.table.records:
            landlord = record.raw("bs")
            if wanted and _squeezed(landlord) != wanted:
                self.left_aside += 1
                if len(self._landlords) < 1_000:
                    self._landlords[landlord] += 1
                continue
            taken += 1
            yield self._reading(record)
        if wanted and not taken:
            present = ", ".join(name for name, _ in self._landlords.most_common(10))
            raise LandlordNotInFile(landlord=self.landlord, present=present or "aucun")

    def _reading(self, record: Record) -> ProgrammeReading:
        checking = Checking(record)
        stem = _stem(record)
        self._twins[stem] += 1
        written = checking.optional_whole("occurrence", least=1, most=LIMITS.records)
        occurrence = written or self._twins[stem]
        key = f"{stem}|{occurrence}"
        programme = None if checking.is_refused else _programme(checking, key)
        return ProgrammeReading(record=record, checking=checking, programme=programme, key=key, occurrence=occurrence)


def _programme(checking: Checking, key: str) -> Programme | None:
    landlord = checking.text("bs", longest=80)
    delivery = checking.text("id_livraison", longest=12)
    checking.text("adresse_programme")
    postcode = checking.text("code_postal", longest=5)
    if postcode and not (postcode.isascii() and postcode.isdigit() and len(postcode) == 5 and postcode[:2] == "75"):
        checking.refuse("code_postal", "ce n’est pas un code postal de Paris (75001 à 75020, 75116)")
    city = checking.text("ville", longest=80)
    year = checking.whole("annee", least=EARLIEST_YEAR, most=LATEST_YEAR)
    nature = checking.choice("nature_programme", NATURES)
    counts = _counts(checking)
    if checking.is_refused:
        return None
    # As the file says it, line breaks included: the label keeps what the parsing may have missed.
    address = parse_address(checking.record.raw("adresse_programme"))
    if landlord == UNKNOWN_LANDLORD:
        checking.warn("bs", "bailleur non renseigné dans le fichier")
    if not any(street.numbers for street in address.streets):
        checking.warn("adresse_programme", "adresse sans numéro de rue : à compléter")
    return Programme(
        key=key,
        delivery=delivery,
        landlord=landlord,
        address=address,
        postcode=postcode,
        city=city,
        year=year,
        nature=nature,
        counts=counts,
    )


def _counts(checking: Checking) -> tuple[tuple[str, int], ...]:
    total = checking.whole("nb_logmt_total", least=0, most=LARGEST_PROGRAMME)
    counts = tuple(
        (financing, checking.whole(column, least=0, most=LARGEST_PROGRAMME))
        for column, financing in COUNT_COLUMNS.items()
    )
    if not checking.is_refused:
        by_loan = sum(count for _, count in counts)
        if by_loan != total:
            checking.refuse("nb_logmt_total", f"le total ({total}) n’est pas la somme des financements ({by_loan})")
        elif total == 0:
            checking.refuse("nb_logmt_total", "programme sans logement")
    return tuple((financing, count) for financing, count in counts if count)


def _stem(record: Record) -> str:
    """The key without its occurrence number: every part as the file says it, so that refused twins count too."""
    parts = (
        postal(record.raw("bs")),
        normalised(record.raw("adresse_programme"))[:200],
        record.raw("code_postal")[:5],
        record.raw("annee")[:4],
        postal(record.raw("nature_programme"))[:90],
        postal(record.raw("id_livraison"))[:12],
    )
    return "|".join(parts)


def postal(text: str) -> str:
    """A code or a name as it stands in a key."""
    return normalised(text)[:80]


def _squeezed(text: str) -> str:
    return " ".join(fold(text).split())
