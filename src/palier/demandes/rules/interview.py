"""The interview at the counter, heading by heading of the form (CCH R441-2-2): what is asked, why, what may not be.

Every answer is a choice of a closed list, a number, an amount or a day: nothing can be written about a person. What may
not be asked is said before the question comes to mind (code pénal 225-1 and 225-2; RGPD, art. 9 and 10).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from palier.demandes.rules.words import HOUSING, MOTIVES, NEEDS, PRIORITIES, WORK


class Answer(StrEnum):
    """How a question is answered: there is no free text."""

    ONE = "ONE"
    SEVERAL = "SEVERAL"
    YES_NO = "YES_NO"
    COUNT = "COUNT"
    AMOUNT = "AMOUNT"
    DAY = "DAY"
    NAME = "NAME"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question, and what its answer serves. `among` is the closed list of a choice."""

    code: str
    label: str
    why: str
    answer: Answer
    among: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """One heading of the form. `never` are the things that may not be asked there, each a sentence."""

    code: str
    letter: str
    label: str
    questions: tuple[Question, ...]
    never: tuple[str, ...]


NATIONALITIES: Final[Mapping[str, str]] = {
    "FR": "française",
    "UE": "Union européenne",
    "HORS_UE": "hors Union européenne",
}

_IDENTITY: Final = Heading(
    code="IDENTITE",
    letter="a",
    label="Qui demande le logement, qui y vivra",
    questions=(
        Question(
            code="name",
            label="Vos nom, prénom et date de naissance",
            why="Pour retrouver la demande, et ne pas en faire deux.",
            answer=Answer.NAME,
        ),
        Question(
            code="members",
            label="Qui vivra dans le logement avec vous\u00a0?",
            why="Pour connaître la taille du logement et le plafond de ressources.",
            answer=Answer.NAME,
        ),
        Question(
            code="nationality",
            label="Pour chaque adulte\u00a0: nationalité française, Union européenne, ou hors Union européenne",
            why="Pour savoir si un titre de séjour est à vérifier. La commission ne le voit pas.",
            answer=Answer.ONE,
            among=NATIONALITIES,
        ),
    ),
    never=(
        "Le pays d’origine, le lieu de naissance des parents, la langue parlée.",
        "La nationalité précise\u00a0: trois réponses suffisent.",
        "La religion, les opinions, l’appartenance à un syndicat.",
    ),
)
_CONTACT: Final = Heading(
    code="CONTACT",
    letter="b",
    label="Où vous joindre",
    questions=(
        Question(
            code="channel",
            label="Un téléphone ou un courriel",
            why="Pour prévenir du renouvellement et d’une proposition de logement.",
            answer=Answer.NAME,
        ),
    ),
    never=(
        "L’adresse d’une personne protégée\u00a0: une boîte postale ou une domiciliation suffit.",
        "Le nom ou le téléphone d’un voisin.",
    ),
)
_FAMILY: Final = Heading(
    code="FAMILLE",
    letter="c",
    label="La famille",
    questions=(
        Question(
            code="spouses",
            label="Vivez-vous en couple\u00a0: mariage, pacs ou vie commune\u00a0?",
            why="Pour la catégorie du ménage et les futurs titulaires du bail.",
            answer=Answer.YES_NO,
        ),
        Question(
            code="dependants",
            label="Combien de personnes à charge\u00a0?",
            why="Pour la taille du logement et le plafond de ressources.",
            answer=Answer.COUNT,
        ),
        Question(
            code="shared_custody",
            label="Combien d’enfants en garde alternée\u00a0?",
            why="Pour la taille du logement.",
            answer=Answer.COUNT,
        ),
        Question(
            code="visiting",
            label="Combien d’enfants en droit de visite\u00a0?",
            why="Pour la taille du logement.",
            answer=Answer.COUNT,
        ),
        Question(
            code="unborn",
            label="Un enfant est-il attendu\u00a0? Combien, et pour quand\u00a0?",
            why="Pour la taille du logement. La réponse est libre.",
            answer=Answer.COUNT,
        ),
        Question(
            code="disabled",
            label="Combien de personnes ont la carte mobilité inclusion «\u00a0invalidité\u00a0»\u00a0?",
            why="La carte change la catégorie du ménage et son plafond. Le nombre suffit.",
            answer=Answer.COUNT,
        ),
    ),
    never=(
        "L’orientation sexuelle, le sexe du conjoint.",
        "Pourquoi un couple se sépare, qui en est cause.",
        "Les projets d’enfant.",
        "La maladie ou le handicap de qui que ce soit\u00a0: le nombre de cartes suffit.",
    ),
)
_WORK: Final = Heading(
    code="TRAVAIL",
    letter="d",
    label="Le travail",
    questions=(
        Question(
            code="work",
            label="Pour chaque adulte\u00a0: quelle situation professionnelle\u00a0?",
            why="Pour les pièces qui peuvent être demandées. Aucun point n’en vient, la commission ne la voit pas.",
            answer=Answer.ONE,
            among=WORK,
        ),
        Question(
            code="work_commune",
            label="Dans quelle commune chacun travaille-t-il\u00a0?",
            why="Pour un rapprochement du lieu de travail. La réponse est libre.",
            answer=Answer.ONE,
        ),
    ),
    never=(
        "Le nom de l’employeur, le métier exact.",
        "L’appartenance à un syndicat.",
        "Les arrêts de travail et leur cause.",
    ),
)
_INCOME: Final = Heading(
    code="RESSOURCES",
    letter="e",
    label="Les ressources",
    questions=(
        Question(
            code="n2",
            label="Revenu fiscal de référence de l’avant-dernière année, pour chaque personne",
            why="Pour comparer au plafond de ressources (CCH R441-1).",
            answer=Answer.AMOUNT,
        ),
        Question(
            code="n1",
            label="Revenu fiscal de référence de l’année dernière, s’il a baissé",
            why="Une baisse d’au moins 10\u00a0% est prise en compte.",
            answer=Answer.AMOUNT,
        ),
        Question(
            code="monthly",
            label="Ressources du mois, par nature",
            why="Pour le taux d’effort et le reste à vivre\u00a0: le loyer doit pouvoir être payé.",
            answer=Answer.AMOUNT,
        ),
    ),
    never=(
        "Les relevés de banque, les crédits, les dettes personnelles.",
        "La profession des parents ou d’un garant.",
    ),
)
_HOUSING: Final = Heading(
    code="LOGEMENT",
    letter="f",
    label="Le logement actuel",
    questions=(
        Question(
            code="housing",
            label="Où vivez-vous aujourd’hui\u00a0?",
            why="Être sans logement ou hébergé compte dans la priorité et dans les points.",
            answer=Answer.ONE,
            among=HOUSING,
        ),
        Question(
            code="rooms",
            label="Combien de pièces, de mètres carrés, de personnes\u00a0?",
            why="Pour savoir si le logement est trop petit au sens de la loi.",
            answer=Answer.COUNT,
        ),
        Question(
            code="cost",
            label="Combien payez-vous par mois, loyer et charges\u00a0?",
            why="Pour savoir si le logement est trop cher pour vous.",
            answer=Answer.AMOUNT,
        ),
    ),
    never=(
        "Avec qui vous entendez-vous mal, qui sont les voisins.",
        "La vie privée de la personne qui héberge.",
        "L’état de propreté du logement.",
    ),
)
_REASONS: Final = Heading(
    code="MOTIFS",
    letter="g",
    label="Pourquoi un logement est demandé",
    questions=(
        Question(
            code="motives",
            label="Quels motifs de la liste\u00a0?",
            why="Pour les points et pour proposer un logement qui convient.",
            answer=Answer.SEVERAL,
            among=MOTIVES,
        ),
        Question(
            code="priorities",
            label="Une situation prioritaire de la loi\u00a0?",
            why="Pour faire valoir une priorité (CCH L441-1). Elle se dit si la personne le veut.",
            answer=Answer.SEVERAL,
            among=PRIORITIES,
        ),
    ),
    never=(
        "Le récit des violences\u00a0: la case suffit, avec une pièce de la liste.",
        "La maladie\u00a0: «\u00a0raisons de santé\u00a0» suffit, sans document médical.",
        "Le casier judiciaire, une détention, une garde à vue.",
    ),
)
_WISHES: Final = Heading(
    code="SOUHAITS",
    letter="h",
    label="Le logement souhaité",
    questions=(
        Question(
            code="communes",
            label="Dans quelles communes, dans quel ordre\u00a0?",
            why="Pour chercher parmi les logements qui se libèrent là.",
            answer=Answer.SEVERAL,
        ),
        Question(
            code="wished_rooms",
            label="Combien de pièces, au moins et au plus\u00a0?",
            why="Pour ne pas proposer trop petit ou trop grand.",
            answer=Answer.COUNT,
        ),
        Question(
            code="highest_cost",
            label="Quelle dépense par mois au plus, loyer et charges\u00a0?",
            why="Pour ne pas proposer trop cher.",
            answer=Answer.AMOUNT,
        ),
    ),
    never=(
        "Avec quels voisins, de quelle origine, la personne veut ou ne veut pas vivre.",
        "Un quartier déconseillé «\u00a0pour son bien\u00a0»\u00a0: la personne choisit.",
    ),
)
_ADAPTED: Final = Heading(
    code="BESOINS",
    letter="i",
    label="Ce que le logement doit permettre",
    questions=(
        Question(
            code="needs",
            label="Quels aménagements de la liste\u00a0?",
            why="Pour proposer un logement adapté. Le besoin suffit, jamais sa cause.",
            answer=Answer.SEVERAL,
            among=NEEDS,
        ),
    ),
    never=(
        "La maladie, le diagnostic, le traitement, le nom du médecin.",
        "Un certificat médical ou un dossier de la MDPH\u00a0: seul le complément handicap du formulaire.",
    ),
)
# In the order of the form, a to i.
INTERVIEW: Final[tuple[Heading, ...]] = (
    _IDENTITY,
    _CONTACT,
    _FAMILY,
    _WORK,
    _INCOME,
    _HOUSING,
    _REASONS,
    _WISHES,
    _ADAPTED,
)
