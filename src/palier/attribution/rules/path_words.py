"""The headings of what a replay compares, in French: « dossier, resources, n2_cents » is a revenue of the year N-2."""

from collections.abc import Mapping
from typing import Final

from palier.attribution.rules.words import EXCEPTIONS, OPINIONS
from palier.foundation.money import euros_fr

WORDS: Final[Mapping[str, str]] = {
    # The file, as the rules read it.
    "filed_on": "date de dépôt",
    "path": "parcours",
    "composition": "foyer",
    "adults": "adultes",
    "dependants": "personnes à charge",
    "under_14": "moins de 14 ans",
    "shared_custody": "enfants en garde alternée",
    "visiting": "enfants en visite",
    "unborn": "enfants à naître",
    "disabled": "personnes handicapées",
    "spouses": "couple",
    "young_couple": "jeune couple",
    "resources": "ressources",
    "n2_cents": "revenu de l’année N-2",
    "n1_cents": "revenu de l’année N-1",
    "last_12_months_cents": "revenu des 12 derniers mois",
    "nursing_home_cents": "frais d’hébergement d’un conjoint",
    "monthly_cents": "ressources par mois",
    "proof": "preuve",
    "stay": "séjour",
    "current": "logement actuel",
    "housing": "logement actuel",
    "rooms": "pièces",
    "floor_area_m2": "surface",
    "occupants": "occupants",
    "cost_cents": "loyer et charges actuels",
    "wish": "souhait",
    "communes": "communes",
    "rooms_min": "pièces au moins",
    "rooms_max": "pièces au plus",
    "highest_cost_cents": "loyer et charges au plus",
    "motives": "motifs de la demande",
    "priorities": "priorités de la loi",
    "needs": "besoins du logement",
    "refused_offers": "offres adaptées refusées",
    # The sheet.
    "persons": "personnes à loger",
    "verdict": "recevabilité",
    "grounds": "raisons de la recevabilité",
    "category": "catégorie du foyer",
    "income_cents": "revenu retenu",
    "income_basis": "base du revenu",
    "ceiling_cents": "plafond",
    "resources_proof": "preuve des ressources",
    "effort_percent": "taux d’effort",
    "left_cents_per_day": "reste à vivre par jour",
    "rooms_least": "pièces au moins, par la table",
    "rooms_most": "pièces au plus, par la table",
    "rooms_fit": "taille adaptée",
    "stays_regularly": "séjour recevable",
    "waited_months": "mois d’attente",
    "housing_rooms": "pièces du logement actuel",
    "housing_occupants": "occupants du logement actuel",
    "housing_cost_cents": "loyer et charges actuels",
    "scores": "points affichés",
    # The decision.
    "kind": "nature",
    "rank": "rang",
    "condition_piece": "pièce de la condition",
    "condition_due_on": "date de la condition",
    "motive": "motif",
    "other_motive": "autre motif",
    "precision": "précision",
    # Who came.
    "state": "présence",
    "proxy_to": "pouvoir",
    "is_president": "présidence",
    # An opinion on an occupation: what its rule read, what the members read, what came of it.
    "pseudonym": "pseudonyme",
    "examined_on": "jour de l’examen",
    "inputs": "données de l’examen",
    "inputs_sha256": "empreinte des données",
    "zone": "zone",
    "financing": "financement",
    "is_qpv": "quartier prioritaire",
    "residents": "occupants",
    "household": "foyer",
    "has_senior": "titulaire de 65 ans ou plus",
    "is_adapted": "logement adapté",
    "adapted_for_gone": "personne concernée partie",
    "needs_adapted": "besoin d’un logement adapté",
    "is_young_couple": "jeune couple",
    "content": "ce que les membres ont lu",
    "digest": "empreinte",
    "rule": "règle",
    "city": "commune",
    "places": "codes de la commune",
    "due_on": "jour dû",
    "scope": "zone de l’examen",
    "findings": "situations",
    "protections": "protections",
    "code": "code",
    "answer": "réponse",
    "sentence": "phrase",
    "OVERCROWDED": "suroccupation",
    "UNDER_OCCUPIED": "sous-occupation",
    "ADAPTATION_LEFT": "logement adapté libéré",
    "NEEDS_ADAPTATION": "besoin d’un logement adapté",
    "ABOVE_CEILING": "ressources au-dessus du plafond",
    "opinion": "avis rendu",
    "recused": "déports",
    "unheard": "voix non comptées",
    # The dwelling.
    "floor": "étage",
    "has_lift": "ascenseur",
    "rent_cents": "loyer",
    "charges_cents": "charges",
}
_VALUES: Final[Mapping[str, str]] = {
    "null": "rien",
    '""': "rien",
    "true": "oui",
    "false": "non",
    '"FOR"': "pour",
    '"AGAINST"': "contre",
    '"ABSTAIN"': "abstention",
    '"ROOM"': "en salle",
    '"MIXED"': "en salle et à distance",
    **{f'"{code}"': label for code, label in EXCEPTIONS.items()},
    '"PRESENT"': "présent",
    '"REMOTE"': "à distance",
    '"REPRESENTED"': "représenté",
    '"ABSENT"': "absent",
    **{f'"{code}"': label for code, label in OPINIONS.items()},
}


_ANSWERS: Final[Mapping[str, str]] = {'"FOUND"': "oui", '"NONE"': "non", '"UNKNOWN"': "à vérifier"}


def path_fr(path: str) -> str:
    """« dossier, ressources, revenu de l’année N-2 »."""
    return ", ".join(WORDS.get(step, step) for step in path.split(", "))


def value_fr(path: str, value: str) -> str:
    """An amount in euros, a missing value in a word, a text without its quotes; anything else as it is kept."""
    if path.endswith(", answer") and value in _ANSWERS:
        return _ANSWERS[value]
    if value in _VALUES:
        return _VALUES[value]
    if "_cents" in path.rpartition(", ")[2] and value.lstrip("-").isdecimal():
        return euros_fr(int(value))
    if value.startswith('"') and value.endswith('"') and value.count('"') == len('""'):
        return value.strip('"')
    return value
