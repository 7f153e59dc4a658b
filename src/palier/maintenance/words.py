"""The closed lists of what happens in a residence: places, equipment, symptoms, keys, rounds, papers. No free text."""

from typing import Final

# Urgence Sécurité Gaz (GRDF) and the European number: dialled at any hour, free.
GAS_NUMBER: Final = "0\u00a0800\u00a047\u00a033\u00a033"
RESCUE_NUMBER: Final = "112"

PLACES: Final[dict[str, str]] = {
    "HALL": "Hall",
    "STAIRS": "Escalier, paliers",
    "LIFT": "Ascenseur",
    "CELLARS": "Caves",
    "PARKING": "Parking",
    "BINS": "Local poubelles",
    "BIKES": "Local vélos",
    "OUTSIDE": "Abords, jardin",
    "ROOF": "Toiture, terrasse",
    "PLANT": "Local technique",
    "DWELLING": "Dans un logement",
}

EQUIPMENT: Final[dict[str, str]] = {
    "DOOR": "Porte",
    "CLOSER": "Groom de porte",
    "LOCK": "Serrure",
    "INTERCOM": "Interphone",
    "LIGHT": "Éclairage",
    "LIFT": "Ascenseur",
    "PIPE": "Canalisation",
    "TAP": "Robinet, mitigeur",
    "DRAIN": "Évacuation",
    "BOILER": "Chaudière",
    "RADIATOR": "Radiateur",
    "SOCKET": "Prise, tableau électrique",
    "WINDOW": "Fenêtre, volet",
    "GLASS": "Vitre",
    "FLOOR": "Sol, carrelage",
    "WALL": "Mur, plafond",
    "GATE": "Portail",
    "LETTERBOX": "Boîte aux lettres",
    "BIN": "Bac, conteneur",
    "EXTINGUISHER": "Extincteur, désenfumage",
}

SYMPTOMS: Final[dict[str, str]] = {
    "BROKEN": "Ne marche plus",
    "LEAK": "Fuit",
    "BLOCKED": "Bouché ou coincé",
    "DAMAGED": "Cassé",
    "DOES_NOT_CLOSE": "Ne ferme plus",
    "NOISE": "Fait un bruit anormal",
    "NO_POWER": "Plus de courant",
    "NO_HEAT": "Ne chauffe plus",
    "DIRTY": "Sale, à nettoyer",
    "MISSING": "Manque",
    "DAMP": "Humide, moisi",
}

URGENCIES: Final[dict[str, str]] = {
    "DANGER": "Danger : tout de suite",
    "TODAY": "Dans la journée",
    "WEEK": "Dans la semaine",
    "LATER": "Sans urgence",
}

TRADES: Final[dict[str, str]] = {
    "LODGE": "Gardien",
    "PLUMBER": "Plombier",
    "ELECTRICIAN": "Électricien",
    "LOCKSMITH": "Serrurier",
    "LIFT_FIRM": "Ascensoriste",
    "HEATING": "Chauffagiste",
    "PAINTER": "Peintre",
    "CLEANING": "Entreprise de nettoyage",
    "GLAZIER": "Vitrier",
    "MULTI": "Entreprise multitechnique",
}

TICKET_STATES: Final[dict[str, str]] = {"OPEN": "Signalée", "ASSIGNED": "Confiée", "CLOSED": "Close"}

CLOSINGS: Final[dict[str, str]] = {
    "REPAIRED": "Réparé",
    "REPLACED": "Remplacé",
    "CLEANED": "Nettoyé",
    "NO_FAULT": "Rien à réparer",
    "DUPLICATE": "Déjà signalé",
}

CATEGORIES: Final[dict[str, str]] = {
    "WATER": "Eau, fuites, humidité",
    "HEAT": "Chauffage, eau chaude",
    "POWER": "Électricité, éclairage",
    "LIFT": "Ascenseur",
    "DOORS": "Portes, serrures, fenêtres",
    "COMMON": "Propreté, parties communes",
}

# The same where there is little room: beside a bar.
CATEGORIES_SHORT: Final[dict[str, str]] = {
    "WATER": "Eau, fuites",
    "HEAT": "Chauffage",
    "POWER": "Électricité",
    "LIFT": "Ascenseur",
    "DOORS": "Portes",
    "COMMON": "Propreté",
}

# A category is read off the equipment, a damp or leaking wall apart: the database computes it the same way.
EQUIPMENT_OF: Final[dict[str, tuple[str, ...]]] = {
    "WATER": ("PIPE", "TAP", "DRAIN"),
    "HEAT": ("BOILER", "RADIATOR"),
    "POWER": ("SOCKET", "LIGHT"),
    "LIFT": ("LIFT",),
    "DOORS": ("DOOR", "CLOSER", "LOCK", "INTERCOM", "WINDOW", "GLASS", "GATE", "LETTERBOX"),
}
WET: Final = ("LEAK", "DAMP")

SOURCES: Final[dict[str, str]] = {
    "LODGE": "Le gardien",
    "TENANT": "Le locataire, en ligne",
    "DESK": "Le locataire, à l’agence",
    "PHONE": "Le locataire, au téléphone",
    "AGENCY": "L’agence",
}

DANGERS: Final[dict[str, str]] = {
    "GAS": "Ça sent le gaz",
    "STUCK": "Quelqu’un est bloqué dans l’ascenseur",
    "SPARKS": "Il y a des étincelles, de la fumée ou une odeur de brûlé",
    "WATER": "L’eau coule et je ne peux pas l’arrêter",
    "FALL": "Quelque chose peut tomber sur quelqu’un",
}

SINCE: Final[dict[str, str]] = {
    "TODAY": "Aujourd’hui",
    "WEEK": "Cette semaine",
    "LONGER": "Depuis plus longtemps",
    "AGAIN": "C’est revenu après une réparation",
}

ACCESS: Final[dict[str, str]] = {
    "PRESENT": "Je serai là, sur rendez-vous",
    "OTHER": "Un adulte de confiance ouvrira, sur rendez-vous",
    "NONE": "Pas besoin d’entrer chez moi",
}

VISIT_STATES: Final[dict[str, str]] = {
    "PROPOSED": "Proposé",
    "ACCEPTED": "Accepté",
    "REFUSED": "Un autre moment est demandé",
    "WITHDRAWN": "Retiré",
    "MOVED": "Déplacé",
    "TENANT_OUT": "Personne n’a ouvert",
    "FIRM_OUT": "Personne n’est venu",
    "KEPT": "Tenu",
}

WISHES: Final[dict[str, str]] = {
    "MORNING": "Plutôt le matin",
    "AFTERNOON": "Plutôt l’après-midi",
    "EVENING": "Plutôt après 17 heures",
    "SATURDAY": "Plutôt le samedi",
    "CALL": "Appelez-moi pour choisir",
}

MOVES: Final[dict[str, str]] = {
    "PART_MISSING": "Une pièce manque",
    "FIRM_LATE": "L’entreprise a du retard",
    "URGENT_ELSEWHERE": "Une urgence ailleurs",
    "WEATHER": "Le temps ne le permet pas",
    "TENANT_ASKED": "À la demande du locataire",
}

RATINGS: Final[dict[str, str]] = {"YES": "Oui, c’est réglé", "NO": "Non, pas vraiment"}

COMPLAINTS: Final[dict[str, str]] = {
    "NOT_REPAIRED": "Ce n’est pas réparé",
    "CAME_BACK": "C’est revenu",
    "TOO_LONG": "C’était trop long",
    "MISSED": "Personne n’est venu au rendez-vous",
    "DAMAGE": "Quelque chose a été abîmé",
    "LEFT_DIRTY": "Ce n’est pas propre",
}

STEPS: Final[dict[str, str]] = {
    "RECEIVED": "Demande reçue",
    "FOLLOWED": "Vous suivez cette demande",
    "GROUPED": "Réunie avec celles de vos voisins",
    "SPLIT": "Suivie à part",
    "ASSIGNED": "Confiée",
    "PROPOSED": "Rendez-vous proposé",
    "ACCEPTED": "Rendez-vous accepté",
    "REFUSED": "Autre moment demandé",
    "MOVED": "Rendez-vous déplacé",
    "TENANT_OUT": "Personne n’a ouvert",
    "FIRM_OUT": "Personne n’est venu",
    "KEPT": "Rendez-vous tenu",
    "CLOSED": "Travail terminé",
    "RATED": "Votre avis est noté",
    "REOPENED": "Demande rouverte",
}

# What a step may say besides its kind.
STEP_DETAILS: Final[dict[str, str]] = {**TRADES, **CLOSINGS, **WISHES, **MOVES, **RATINGS, **COMPLAINTS}

KEY_KINDS: Final[dict[str, str]] = {
    "DWELLING": "Logement",
    "COMMON": "Parties communes",
    "CELLAR": "Cave",
    "PLANT": "Local technique",
    "LETTERBOX": "Boîte aux lettres",
}

HOLDERS: Final[dict[str, str]] = {
    "LODGE": "À la loge",
    "AGENCY": "À l’agence",
    "TENANT": "Chez le locataire",
    "CONTRACTOR": "Chez une entreprise",
    "LOST": "Perdue",
}

ROUTINES: Final[dict[str, str]] = {
    "BINS_OUT": "Sortir les bacs",
    "BINS_IN": "Rentrer les bacs",
    "HALL": "Nettoyer le hall",
    "STAIRS": "Nettoyer les escaliers",
    "LIGHTS": "Vérifier l’éclairage",
    "LIFT": "Vérifier l’ascenseur",
    "PLANT": "Relever la chaufferie",
    "OUTSIDE": "Faire le tour des abords",
    "SAFETY": "Vérifier les issues de secours",
}

DELIVERY_STATES: Final[dict[str, str]] = {
    "TO_DELIVER": "À distribuer",
    "DELIVERED": "Distribué",
    "UNDELIVERABLE": "Non distribué",
}

UNDELIVERABLE: Final[dict[str, str]] = {
    "NO_NAME": "Pas de nom sur la boîte",
    "BOX_BROKEN": "Boîte cassée ou pleine",
    "NO_ACCESS": "Boîtes inaccessibles",
    "MOVED": "Le nom n’est plus là",
    "DAMAGED": "Pli abîmé",
}
