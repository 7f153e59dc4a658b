"""The closed lists of allocation: codes stored, French labels beside."""

# RPLS contingents (arrêté du 5 janvier 2010, field 63; CCH R441-5).
CONTINGENTS: dict[str, str] = {
    "1": "État, fonctionnaires",
    "2": "État, publics prioritaires (préfet)",
    "3": "employeurs, Action Logement",
    "4": "collectivités territoriales",
    "5": "réservations conventionnelles de l’État pour ses fonctionnaires",
    "6": "autres réservataires",
    "7": "non réservé",
}

# The same, where a chart has room for a word or two.
CONTINGENTS_SHORT: dict[str, str] = {
    "1": "État, agents",
    "2": "Préfet",
    "3": "Action Logement",
    "4": "Collectivités",
    "5": "État, conventions",
    "6": "Autres",
    "7": "Non réservé",
}

# The five decisions of CCH R441-3.
DECISIONS: dict[str, str] = {
    "ATTRIBUTION": "attribution",
    "ATTRIBUTION_RANG": "attribution avec rang",
    "ATTRIBUTION_CONDITION": "attribution sous condition suspensive",
    "NON_ATTRIBUTION": "non-attribution",
    "IRRECEVABILITE": "rejet pour irrecevabilité",
}

# Why a candidate is not allocated the dwelling: a closed list, with a factual precision beside.
REFUSAL_MOTIVES: dict[str, str] = {
    "DOSSIER_INCOMPLET": "dossier incomplet",
    "PLAFOND": "ressources au-dessus du plafond",
    "TAUX_EFFORT": "taux d’effort excessif ou ressources insuffisantes",
    "TYPOLOGIE": "composition du foyer inadaptée à la taille du logement",
    "HANDICAP": "logement inadapté aux besoins d’adaptation",
    "SEJOUR": "absence de titre de séjour en cours de validité",
    "FAUSSE_DECLARATION": "fausse déclaration établie",
    "DEJA_LOGE": "locataire ou propriétaire d’un logement adapté",
    "ANTECEDENT": "antécédent locatif documenté : impayé non soldé sans plan, ou troubles jugés",
    "MIXITE": "mixité sociale (jamais seule, jamais l’origine)",
    "AUTRE_CANDIDAT": "un candidat plus prioritaire a été retenu",
}

# Why fewer than three candidates are examined (CCH R441-3).
EXCEPTIONS: dict[str, str] = {
    "INSUFFICIENT": "nombre insuffisant de candidats",
    "DALO_PREFET": "personne désignée par le préfet (DALO)",
    "PLAI_ADAPTE": "logement ayant reçu la subvention PLAI adapté",
}

# Dwellings outside the yearly flow of reservations.
WITHDRAWALS: dict[str, str] = {
    "MUTATION": "mutation interne",
    "NPNRU": "relogement de renouvellement urbain ou d’ORCOD",
    "TRAVAUX": "relogement pour travaux",
    "VENTE": "vente",
    "DEMOLITION": "démolition",
    "INSALUBRITE": "relogement pour insalubrité ou péril",
    # Written by the night alone, which reads the lease.
    "CONGE": "congé repris\u00a0: le locataire reste",
}

# Out of the flow, let to someone all the same: examined by the commission like the others, and held by no one.
REHOUSING = frozenset({"MUTATION", "NPNRU", "TRAVAUX", "INSALUBRITE"})
# Counted with the first quartile outside QPV (CCH L441-1).
RELOCATED = "NPNRU"

# Why a person refuses an offer.
OFFER_REFUSALS: dict[str, str] = {
    "LOYER": "loyer ou charges trop élevés",
    "TAILLE": "taille du logement",
    "LOCALISATION": "localisation",
    "ETAT": "état du logement",
    "ACCES": "étage, accès ou adaptation",
    "CALENDRIER": "date d’entrée",
    "AUTRE_LOGEMENT": "a trouvé un autre logement",
    "PERSONNEL": "raison personnelle",
    "SILENCE": "pas de réponse dans le délai",
}

# Why a dwelling goes to another holder than the one that the counters propose.
CHOICES: dict[str, str] = {
    "AGREEMENT": "accord entre les réservataires",
    "NO_APPLIC": "le réservataire proposé n’a pas de candidat",
    "TYPE": "taille ou financement demandé par ce réservataire",
    "ADAPTED": "logement adapté demandé par ce réservataire",
    "URGENT": "relogement urgent",
}

# Why a dwelling is empty: spells written by hand, then what follows from the path itself.
SPELLS: dict[str, str] = {
    "WORKS": "travaux",
    "TECHNICAL": "vacance technique",
    "PROPOSAL": "attente de candidats",
    "COMMISSION": "attente de la commission",
    "OFFER": "offre en cours",
    "UNSTATED": "sans cause notée",
}

# What the three-year review looks for (CCH L442-5-2), in the order of the law.
SITUATIONS: dict[str, str] = {
    "OVERCROWDED": "suroccupation",
    "UNDER_OCCUPIED": "sous-occupation",
    "ADAPTATION_LEFT": "logement adapté libéré par la personne concernée",
    "NEEDS_ADAPTATION": "besoin d’un logement adapté",
    "ABOVE_CEILING": "ressources au-dessus du plafond",
}

# What keeps under-occupation from ending a right to stay (CCH L442-3-1).
PROTECTIONS: dict[str, str] = {
    "SENIOR": "un titulaire a 65 ans ou plus",
    "HANDICAP": "handicap ou perte d’autonomie",
    "QPV": "quartier prioritaire",
}

# What the commission may advise, then what the landlord proposes and the tenant accepts or not.
OPINIONS: dict[str, str] = {
    "STAY": "maintien dans le logement",
    "SMALLER": "logement plus petit",
    "LARGER": "logement plus grand",
    "ADAPTED": "logement adapté",
    "BUY": "conseil d’accession à la propriété",
}
SOLUTIONS: dict[str, str] = {
    "STAY": "maintien dans le logement",
    "TRANSFER": "mutation dans le parc",
    "WORKS": "travaux d’adaptation",
    "BUY": "accession à la propriété",
}
