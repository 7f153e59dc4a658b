"""Which reasons, decisions and sentences each kind of request admits: closed lists, with the article of the GDPR.

Nothing is typed about anyone. The person reads these very sentences, in their space and in the letter.
"""

from dataclasses import dataclass
from typing import Final

READING = "READING"
RIGHTS: Final = ("ACCESS", "RECTIFICATION", "ERASURE", "RESTRICTION", "OBJECTION", "PORTABILITY")
# A copy of the file answers these two.
COPIES: Final = frozenset({"ACCESS", "PORTABILITY"})
# What data a request may be about: those of a file that the person reads.
ABOUT: Final = ("IDENTITE", "COORDONNEES", "FOYER", "RESSOURCES", "BAIL", "COMPTE", "DOCUMENTS")


@dataclass(frozen=True, slots=True, kw_only=True)
class Right:
    """A right of the person, in plain words, with its article."""

    label: str
    article: str
    plain_words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Motive:
    """Why a request may be refused, and for which kinds of request."""

    sentence: str
    article: str
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One building block of an answer: for which kinds, and with which decisions."""

    text: str
    kinds: tuple[str, ...]
    decisions: tuple[str, ...]


WORDS: Final[dict[str, Right]] = {
    "READING": Right(
        label="Question sur une lecture",
        article="RGPD, art. 15",
        plain_words="comprendre pourquoi votre dossier a été lu",
    ),
    "ACCESS": Right(label="Accès", article="RGPD, art. 15", plain_words="recevoir une copie de tout votre dossier"),
    "RECTIFICATION": Right(
        label="Rectification", article="RGPD, art. 16", plain_words="faire corriger une donnée fausse ou incomplète"
    ),
    "ERASURE": Right(label="Effacement", article="RGPD, art. 17", plain_words="faire effacer des données"),
    "RESTRICTION": Right(
        label="Limitation", article="RGPD, art. 18", plain_words="geler des données, le temps de les vérifier"
    ),
    "OBJECTION": Right(label="Opposition", article="RGPD, art. 21", plain_words="refuser un usage de vos données"),
    "PORTABILITY": Right(
        label="Portabilité", article="RGPD, art. 20", plain_words="recevoir vos données dans un fichier réutilisable"
    ),
}

REASONS: Final[dict[str, tuple[str, ...]]] = {
    "READING": ("UNKNOWN_SERVICE", "NOTHING_ASKED", "TOO_OFTEN", "CALL_ME_BACK"),
    "ACCESS": (),
    "RECTIFICATION": ("NOT_ACCURATE",),
    "ERASURE": ("NO_LONGER_NEEDED", "CONSENT_WITHDRAWN", "UNLAWFUL"),
    "RESTRICTION": ("NOT_ACCURATE", "UNLAWFUL", "NEEDED_BY_ME", "OBJECTION_PENDING"),
    "OBJECTION": ("OWN_SITUATION",),
    "PORTABILITY": (),
}

DECISIONS: Final[dict[str, tuple[str, ...]]] = {
    READING: ("JUSTIFIED", "NOT_JUSTIFIED"),
    **dict.fromkeys(RIGHTS, ("GRANTED", "PARTLY", "REFUSED")),
}

MOTIVES: Final[dict[str, Motive]] = {
    "IDENTITY_IN_DOUBT": Motive(
        sentence="Nous n’avons pas pu vérifier votre identité.", article="RGPD, art. 12-6", kinds=RIGHTS
    ),
    "UNFOUNDED": Motive(sentence="La demande est manifestement infondée.", article="RGPD, art. 12-5", kinds=RIGHTS),
    "EXCESSIVE": Motive(
        sentence="La même demande a déjà reçu une réponse il y a peu.", article="RGPD, art. 12-5", kinds=RIGHTS
    ),
    "OTHERS_RIGHTS": Motive(
        sentence="La copie porterait atteinte aux droits d’une autre personne.",
        article="RGPD, art. 15-4 et 20-4",
        kinds=("ACCESS", "PORTABILITY"),
    ),
    "ACCURATE": Motive(
        sentence="Vérification faite, les données sont exactes.",
        article="RGPD, art. 16",
        kinds=("RECTIFICATION", "RESTRICTION"),
    ),
    "LEGAL_OBLIGATION": Motive(
        sentence="La loi nous oblige à garder ces données.", article="RGPD, art. 17-3-b", kinds=("ERASURE",)
    ),
    "STILL_NEEDED": Motive(
        sentence="Ces données servent encore à votre bail.", article="RGPD, art. 17-1-a", kinds=("ERASURE",)
    ),
    "LEGAL_CLAIMS": Motive(
        sentence="Ces données servent à faire valoir un droit en justice.",
        article="RGPD, art. 17-3-e et 21-1",
        kinds=("ERASURE", "OBJECTION"),
    ),
    "NO_CASE": Motive(
        sentence="La situation n’est pas l’un des quatre cas prévus par le texte.",
        article="RGPD, art. 18-1",
        kinds=("RESTRICTION",),
    ),
    "CONTRACT": Motive(
        sentence="Ce traitement est nécessaire à votre bail ou imposé par la loi\u00a0: le droit d’opposition ne s’y "
        "applique pas.",
        article="RGPD, art. 21-1",
        kinds=("OBJECTION",),
    ),
    "NOT_PORTABLE": Motive(
        sentence="Ces données ne viennent ni de vous ni de votre bail\u00a0: la portabilité ne s’y applique pas.",
        article="RGPD, art. 20-1",
        kinds=("PORTABILITY",),
    ),
}

_YES = ("GRANTED", "PARTLY")
SENTENCES: Final[dict[str, Sentence]] = {
    "ORDINARY_WORK": Sentence(
        text="Cet accès fait partie du travail ordinaire de ce service sur votre bail.",
        kinds=(READING,),
        decisions=("JUSTIFIED",),
    ),
    "AN_ACT_OF_YOURS": Sentence(
        text="Cet accès suit une démarche que vous avez faite\u00a0: un appel, un courrier, un paiement.",
        kinds=(READING,),
        decisions=("JUSTIFIED",),
    ),
    "SAME_RESIDENCE": Sentence(
        text="Votre nom était dans une liste de votre résidence\u00a0: personne n’a ouvert votre dossier seul.",
        kinds=(READING,),
        decisions=("JUSTIFIED",),
    ),
    "A_REPLACEMENT": Sentence(
        text="Un agent d’un autre service remplaçait un collègue absent.", kinds=(READING,), decisions=("JUSTIFIED",)
    ),
    "SAME_NAME": Sentence(
        text="Une autre personne porte votre nom\u00a0: votre dossier a été ouvert par erreur, puis refermé.",
        kinds=(READING,),
        decisions=("NOT_JUSTIFIED",),
    ),
    "NO_GROUND": Sentence(
        text="Nous n’avons trouvé aucune raison valable à cet accès. Nous vous présentons nos excuses.",
        kinds=(READING,),
        decisions=("NOT_JUSTIFIED",),
    ),
    "SERVICE_REMINDED": Sentence(
        text="Le service concerné a été rappelé à ses règles.", kinds=(READING,), decisions=("NOT_JUSTIFIED",)
    ),
    "ACCESS_WITHDRAWN": Sentence(
        text="L’accès de cet agent à votre dossier a été retiré.", kinds=(READING,), decisions=("NOT_JUSTIFIED",)
    ),
    "CALLED_BACK": Sentence(
        text="Nous vous avons rappelé pour en parler.",
        kinds=(READING, *RIGHTS),
        decisions=("JUSTIFIED", "NOT_JUSTIFIED", *_YES, "REFUSED"),
    ),
    "COPY_ONLINE": Sentence(
        text="La copie de votre dossier est dans votre espace pendant trente jours.",
        kinds=tuple(COPIES),
        decisions=_YES,
    ),
    "COPY_AT_COUNTER": Sentence(
        text="La copie de votre dossier vous attend à l’agence, sur présentation d’une pièce d’identité.",
        kinds=tuple(COPIES),
        decisions=_YES,
    ),
    "CORRECTED": Sentence(
        text="Les données ont été corrigées, et ceux qui les avaient reçues sont prévenus.",
        kinds=("RECTIFICATION",),
        decisions=_YES,
    ),
    "ERASED": Sentence(text="Les données ont été effacées.", kinds=("ERASURE",), decisions=_YES),
    "FROZEN": Sentence(
        text="Vos données sont gelées\u00a0: elles sont gardées, mais plus modifiées. Nous vous préviendrons avant de "
        "lever ce gel.",
        kinds=("RESTRICTION",),
        decisions=_YES,
    ),
    "STOPPED": Sentence(text="Nous avons cessé cet usage de vos données.", kinds=("OBJECTION",), decisions=_YES),
    "REST_REFUSED": Sentence(
        text="Pour le reste des données, la loi nous oblige à les garder.", kinds=RIGHTS, decisions=("PARTLY",)
    ),
}

IDENTITY_SENTENCES: Final[dict[str, str]] = {
    "NOT_ASKED": "",
    "NOT_GIVEN": "Le nom de l’agent n’est pas communiqué. Il agissait sur nos instructions, et son nom ne vous "
    "est pas indispensable pour exercer vos droits (CJUE, 22 juin 2023, C-579/21).",
    "GIVEN": "Le nom de l’agent vous est communiqué par lettre. Il vous est indispensable pour exercer vos droits "
    "(CJUE, 22 juin 2023, C-579/21).",
}


def sentences_for(kind: str, decision: str = "") -> dict[str, str]:
    """The building blocks that an answer to this kind of request may hold, for a decision or for any."""
    return {
        code: sentence.text
        for code, sentence in SENTENCES.items()
        if kind in sentence.kinds and (not decision or decision in sentence.decisions)
    }


def motives_for(kind: str) -> dict[str, str]:
    """The grounds on which this kind of request may be refused, each with its article."""
    return {code: f"{each.sentence} ({each.article})" for code, each in MOTIVES.items() if kind in each.kinds}
