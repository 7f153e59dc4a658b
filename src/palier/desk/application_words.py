"""The French words of an application's codes, at the desk."""

from typing import Final

from palier.attribution.models import Offer
from palier.demandes.models import PROOFS as PROOF_CHOICES
from palier.demandes.models import RADIATION_MOTIVES, Application, Event, Member, Piece, Stay
from palier.demandes.operations.holding import ORIGINS_FR, Origin
from palier.demandes.queries.file import StayRow
from palier.demandes.rules.interview import INTERVIEW
from palier.demandes.rules.pieces import GROUNDS
from palier.desk.labels import labels_of
from palier.web import words
from palier.web.components import Tone

PATHS: Final = {code: words.capital(label) for code, label in labels_of(Application, "path").items()}
STATES: Final = {code: words.capital(label) for code, label in labels_of(Application, "state").items()}
SOURCES: Final = labels_of(Application, "source")
MOTIVES_OF_END: Final = dict(RADIATION_MOTIVES)
EVENTS: Final = labels_of(Event, "kind")
TIES: Final = labels_of(Member, "tie")
NATIONALITIES: Final = labels_of(Stay, "nationality")
STAY_STATES: Final = labels_of(Stay, "state")
PROOFS: Final = dict(PROOF_CHOICES)
PROOF_TONES: Final = {"DECLARED": Tone.INFO, "PROVED": Tone.OK, "REJECTED": Tone.BAD}
PIECE_STATES: Final = labels_of(Piece, "state")
PIECE_TONES: Final = {"ASKED": Tone.WARN, "GIVEN": Tone.INFO, "PROVED": Tone.OK, "REJECTED": Tone.BAD}
# The codes of the exchange format (interfaceNuu 02.00); another code is shown as it came.
RESOURCES: Final = {
    "SAL": "salaire ou revenu d’activité",
    "RET": "retraite",
    "CHO": "chômage",
    "PAR": "pension alimentaire reçue",
    "PINV": "pension d’invalidité",
    "AF": "allocations familiales",
    "AAH": "allocation aux adultes handicapés",
    "AEEH": "allocation d’éducation de l’enfant handicapé",
    "AJPP": "allocation journalière de présence parentale",
    "RSA": "RSA",
    "AMV": "minimum vieillesse",
    "PAJE": "prestation d’accueil du jeune enfant",
    "BE": "bourse d’étudiant",
    "AUT": "autre ressource, hors aide au logement",
    "PAV": "pension alimentaire versée",
}
_HEADINGS: Final = {heading.code: heading.label for heading in INTERVIEW}
_OTHER_DETAILS: Final = {
    "PIECES": "Pièces du dossier",
    "PRIORITES": "Priorités",
}


_OFFERS: Final = labels_of(Offer, "state")
_ORIGINS: Final = frozenset(origin.value for origin in Origin)


def detail_of(code: str) -> str:
    """What the code of an event tells more; a code of another time is shown as it is."""
    known = {**_HEADINGS, **_OTHER_DETAILS, **MOTIVES_OF_END, **GROUNDS, **_OFFERS}
    heading, _, origin = code.partition(":")
    said = words.capital(known.get(heading, heading))
    return f"{said}, {ORIGINS_FR[Origin(origin)]}" if origin in _ORIGINS else said


def stay_told(row: StayRow | None) -> str:
    """A stay in three words of nationality and a yes or no, never more."""
    if row is None:
        return "à vérifier"
    until = f", titre valable jusqu’au {words.day_short(row.valid_until)}" if row.valid_until else ""
    return f"{NATIONALITIES[row.nationality]}, {STAY_STATES[row.state]}{until}"
