"""The closed lists of what happens in a residence: places, equipment, symptoms, keys, rounds, papers. No free text."""

from typing import Final

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
