"""The closed list of coded facts: what each says, who may state it, who reads it, why, for how long.

Functional needs only: « accès impossible sans ascenseur » and never why. Nothing here names an illness, an origin or a
judgement; a fact that is not on this list cannot be kept (CNIL, décision 2011-037).
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from palier.privacy.declare import Role


class Source(StrEnum):
    """Who stated a fact."""

    PERSON = "PERSON"
    AGENT = "AGENT"
    MANAGER = "MANAGER"


SOURCE_LABELS: Final[dict[str, str]] = {
    Source.PERSON: "vous-même",
    Source.AGENT: "votre agence, à votre demande",
    Source.MANAGER: "le responsable de votre agence",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FactKind:
    """One coded fact. Durations in days, first and last day included."""

    code: str
    label: str
    # What it changes for whoever comes: all that the caretaker is told.
    instruction: str
    sources: tuple[Source, ...]
    audience: tuple[Role, ...]
    purpose: str
    longest_days: int
    review_days: int
    # Contested, it stays shown while the manager reviews it: the safety of those who come is at stake.
    stays_when_contested: bool = False
    asks_language: bool = False
    # Why, from a closed list; empty where no reason may be asked.
    reasons: tuple[tuple[str, str], ...] = ()

    @property
    def is_restricted(self) -> bool:
        """True when a manager alone decides it."""
        return self.sources == (Source.MANAGER,)


_OFFICE: Final = (Role.RENT_OFFICER, Role.AGENCY_MANAGER)
_WHO_COMES: Final = (Role.CARETAKER, *_OFFICE)
_ASKED: Final = (Source.PERSON, Source.AGENT)

KINDS: Final[dict[str, FactKind]] = {
    kind.code: kind
    for kind in (
        FactKind(
            code="PREVENIR_AVANT_PASSAGE",
            label="Prévenir avant passage",
            instruction="Appelez ou écrivez avant de venir.",
            sources=_ASKED,
            audience=_WHO_COMES,
            purpose="PROXIMITE",
            longest_days=730,
            review_days=365,
        ),
        FactKind(
            code="ACCES_SANS_ASCENSEUR_IMPOSSIBLE",
            label="Accès impossible sans ascenseur",
            instruction="Ascenseur en panne : passez voir si tout va bien.",
            sources=_ASKED,
            audience=_WHO_COMES,
            purpose="PROXIMITE",
            longest_days=730,
            review_days=365,
        ),
        FactKind(
            code="COUPURE_A_ANNONCER",
            label="Annoncer toute coupure d’eau ou de courant",
            instruction="Prévenez avant toute coupure, même courte.",
            sources=_ASKED,
            audience=_WHO_COMES,
            purpose="PROXIMITE",
            longest_days=365,
            review_days=180,
        ),
        FactKind(
            code="INTERPRETE_UTILE",
            label="Interprète utile",
            instruction="Venez avec un interprète, ou un écrit traduit.",
            sources=_ASKED,
            audience=_WHO_COMES,
            purpose="PROXIMITE",
            longest_days=730,
            review_days=365,
            asks_language=True,
        ),
        FactKind(
            code="ANIMAL_AU_LOGEMENT",
            label="Animal au logement",
            instruction="Sonnez et attendez avant d’entrer.",
            sources=_ASKED,
            audience=_WHO_COMES,
            purpose="PROXIMITE",
            longest_days=730,
            review_days=365,
        ),
        FactKind(
            code="INTERVENIR_A_DEUX",
            label="Intervenir à deux",
            instruction="N’entrez pas seul.",
            sources=(Source.MANAGER,),
            audience=_WHO_COMES,
            purpose="SECURITE_DES_AGENTS",
            longest_days=30,
            review_days=15,
            stays_when_contested=True,
            reasons=(
                ("INCIDENT_RECENT", "Incident récent lors d’une visite"),
                ("GESTE_A_DEUX", "Matériel lourd, geste qui se fait à deux"),
                ("DEMANDE", "Demande de la personne"),
            ),
        ),
    )
}

LANGUAGES: Final[dict[str, str]] = {
    "AMH": "amharique",
    "ENG": "anglais",
    "ARA": "arabe",
    "HYE": "arménien",
    "BAM": "bambara",
    "BEN": "bengali",
    "ZHO": "chinois",
    "KOR": "coréen",
    "SPA": "espagnol",
    "KAT": "géorgien",
    "ITA": "italien",
    "LFS": "langue des signes",
    "LIN": "lingala",
    "FAS": "persan ou dari",
    "PUS": "pachto",
    "FUL": "peul",
    "POL": "polonais",
    "POR": "portugais",
    "RON": "roumain",
    "RUS": "russe",
    "SOM": "somali",
    "SNK": "soninké",
    "BER": "tamazight",
    "TAM": "tamoul",
    "TIR": "tigrinya",
    "TUR": "turc",
    "UKR": "ukrainien",
    "VIE": "vietnamien",
    "WOL": "wolof",
}

# How a restricted fact is announced to the person it is about.
ANNOUNCEMENTS: Final[dict[str, str]] = {"LETTER": "par courrier", "TALK": "de vive voix", "PHONE": "par téléphone"}

# The manager answers a contestation within this time.
CONTEST_DAYS: Final = 8
CONTEST_GROUNDS: Final[dict[str, str]] = {
    "NOT_TRUE": "Ce n’est pas exact",
    "NO_LONGER_USEFUL": "Ce n’est plus utile",
    "NOT_MINE": "Cela concerne quelqu’un d’autre",
    "NOT_TOLD": "On ne m’en avait pas parlé",
}
# (answer, is the fact kept?)
CONTEST_ANSWERS: Final[dict[str, tuple[str, bool]]] = {
    "STILL_NEEDED": ("Maintenue : elle reste nécessaire à ceux qui viennent", True),
    "AGREED_TOGETHER": ("Maintenue, avec votre accord", True),
    "MISTAKE": ("Retirée : c’était une erreur", False),
    "NO_LONGER_NEEDED": ("Retirée : elle n’est plus nécessaire", False),
}


def codes_stated_by(source: Source) -> tuple[str, ...]:
    """The facts that this source may state."""
    return tuple(kind.code for kind in KINDS.values() if source in kind.sources)


def codes_read_by(role: Role) -> tuple[str, ...]:
    """The facts that this role may read."""
    return tuple(kind.code for kind in KINDS.values() if role in kind.audience)
