"""The closed lists of an application: codes stored, French labels beside."""

# Where the household lives (form, heading f).
HOUSING: dict[str, str] = {
    "LOCATAIRE_PRIVE": "locataire du parc privé",
    "LOCATAIRE_HLM": "locataire d’un logement social",
    "RESIDENCE_SOCIALE": "résidence sociale, foyer ou pension de famille",
    "RESIDENCE_ETUDIANT": "résidence étudiante",
    "HEBERGE_STRUCTURE": "hébergé en structure d’hébergement",
    "HEBERGE_PARENTS": "hébergé chez ses parents ou ses enfants",
    "HEBERGE_TIERS": "hébergé chez un tiers",
    "LOGE_GRATUIT": "logé à titre gratuit",
    "SOUS_LOCATAIRE": "sous-locataire, ou hébergé dans un logement à titre temporaire",
    "LOGEMENT_FONCTION": "logement de fonction",
    "PROPRIETAIRE": "propriétaire occupant",
    "HOTEL": "hôtel",
    "SANS_ABRI": "sans abri, habitat de fortune, camping",
    "SQUAT": "occupant sans titre",
    "COPROPRIETE_DEGRADEE": "copropriétaire en difficulté",
    "INCONNU": "à préciser avec le demandeur",
}

# What an adult does for a living (form, heading d). The boxes of Cerfa 14069, to confirm on the version in force.
WORK: dict[str, str] = {
    "CDI": "CDI ou fonctionnaire",
    "CDD": "CDD, stage ou intérim",
    "INDEPENDANT": "artisan, commerçant ou profession libérale",
    "AGRICULTEUR": "agriculteur",
    "APPRENTI": "apprenti",
    "ETUDIANT": "étudiant",
    "RETRAITE": "retraité",
    "CHOMAGE": "chômage",
    "AUTRE": "autre situation",
}

# Why a dwelling is asked for (form, heading g).
MOTIVES: dict[str, str] = {
    "SANS_LOGEMENT": "sans logement, ou hébergé",
    "DEMOLITION": "démolition",
    "LOGEMENT_INDIGNE": "logement non décent, insalubre ou dangereux",
    "LOGEMENT_CHER": "logement trop cher",
    "LOGEMENT_PETIT": "logement trop petit",
    "LOGEMENT_GRAND": "logement trop grand",
    "DIVORCE": "divorce ou séparation",
    "DECOHABITATION": "décohabitation",
    "MARIAGE_CONCUBINAGE": "mariage, pacs ou vie commune",
    "REGROUPEMENT_FAMILIAL": "regroupement familial",
    "ASSISTANT_FAMILIAL": "assistant maternel ou familial",
    "PROCEDURE_EXPULSION": "procédure d’expulsion",
    "VIOLENCES": "violences au sein du couple ou de la famille, ou menace de mariage forcé",
    "HANDICAP": "logement inadapté à un handicap ou à une perte d’autonomie",
    "SANTE": "raisons de santé",
    "ENVIRONNEMENT": "problèmes d’environnement ou de voisinage",
    "MOBILITE_PROFESSIONNELLE": "mobilité professionnelle",
    "RAPPROCHEMENT_TRAVAIL": "rapprochement du lieu de travail",
    "RAPPROCHEMENT_SERVICES": "rapprochement des équipements et services",
    "RAPPROCHEMENT_FAMILLE": "rapprochement de la famille",
    "ACCEDANT_EN_DIFFICULTE": "accédant à la propriété en difficulté",
    "AUTRE": "autre motif particulier",
}

# CCH L441-1, a to m, and L441-2-3 before all of them.
PRIORITIES: dict[str, str] = {
    "DALO": "reconnu prioritaire et à loger d’urgence (DALO)",
    "HANDICAP": "personne en situation de handicap, ou famille ayant à charge une telle personne",
    "COORDINATION_THERAPEUTIQUE": "sortant d’un appartement de coordination thérapeutique",
    "MAL_LOGE": "mal logé ou défavorisé, difficultés financières et d’insertion",
    "HEBERGEMENT": "hébergé ou logé temporairement en établissement ou en logement de transition",
    "RETOUR_EMPLOI": "reprise d’activité après un chômage de longue durée",
    "HABITAT_INDIGNE": "exposé à un habitat indigne",
    "VIOLENCES": "victime de violences au sein du couple ou de la famille, ou menacée de mariage forcé",
    "VIOL": "victime de viol ou d’agression sexuelle à domicile ou à proximité",
    "SORTIE_PROSTITUTION": "engagé dans un parcours de sortie de la prostitution",
    "TRAITE": "victime de traite ou de proxénétisme",
    "MINEUR_SUROCCUPATION": "enfant mineur, logement manifestement suroccupé ou non décent",
    "SANS_LOGEMENT": "dépourvu de logement, y compris hébergé par un tiers",
    "EXPULSION": "menacé d’expulsion sans relogement",
    "JEUNE_ASE": "mineur émancipé, ou majeur de moins de vingt et un ans sorti de l’aide sociale à l’enfance",
}

# What the dwelling must allow (handicap annex): never why.
NEEDS: dict[str, str] = {
    "PLAIN_PIED_OU_ASCENSEUR": "rez-de-chaussée ou ascenseur",
    "SANS_MARCHE": "accès sans marche",
    "FAUTEUIL": "circulation en fauteuil roulant",
    "DOUCHE_ADAPTEE": "douche adaptée",
    "WC_ADAPTES": "toilettes adaptées",
    "CUISINE_ADAPTEE": "cuisine adaptée",
    "STATIONNEMENT_ADAPTE": "stationnement adapté proche",
    "CHAMBRE_AIDANT": "chambre pour une tierce personne",
    "EQUIPEMENT_VISUEL": "repères visuels ou tactiles",
    "EQUIPEMENT_SONORE": "signaux lumineux à la place des sons",
}

# What comes of an interview at the counter: a code, never a sentence about the person.
INTERVIEW_OUTCOMES: dict[str, str] = {
    "COMPLET": "dossier complet",
    "PIECES_ATTENDUES": "pièces attendues",
    "RENSEIGNE": "renseigné sur sa demande",
    "ORIENTE_SOCIAL": "orienté vers un service social, avec son accord",
    "A_REVOIR": "nouveau rendez-vous",
    "ABSENT": "ne s’est pas présenté",
}
