"""What the copy of a file leaves out, and why: a house test refuses a table that is neither here nor in a chapter."""

from collections.abc import Mapping
from typing import Final

from palier.rights.parts_admission import ADMISSION_EXEMPT
from palier.rights.parts_demandes import APPLICATION_EXEMPT
from palier.rights.parts_payroll import PAYROLL_EXEMPT

# Tables of personal data that hold nothing to copy for a tenant, each with its reason.
EXEMPT: Final[Mapping[str, str]] = {
    "attribution_commissionmember": "qui siège à la commission : d’autres personnes",
    "attribution_attendance": "qui a siégé à la commission : d’autres personnes",
    "attribution_recusal": "qui s’est déporté : d’autres personnes",
    "attribution_handover": "qui a tenu la séance : d’autres personnes",
    "attribution_minutes": "un procès-verbal est celui de toute la séance ; votre décision vous est notifiée",
    "attribution_frozen": "des données scellées de toute la séance ; la page de votre décision dit les vôtres",
    "attribution_opinion": "la fiche sans nom de la commission ; son avis est dans l’examen de votre logement",
    "attribution_opinionvote": "la voix d’un membre, qui est une autre personne",
    "attribution_opinionrecusal": "qui s’est déporté : d’autres personnes",
    "attribution_vote": "la voix d’un membre, qui est une autre personne",
    "ledger_manualentry": "l’écriture qu’elle motive est parmi celles de votre compte, avec sa raison",
    "privacy_readevent": "les lectures ont leur propre chapitre, sans le nom des agents",
    "agents_agent": "les agents sont d’autres personnes ; leur service et leur fonction sont dits avec chaque lecture",
    "agents_opening": "l’ouverture d’un dossier hors portefeuille est une lecture, dans leur chapitre, avec son motif",
    "agents_openingalarm": "une alerte vise un agent, pas une personne",
    "agents_protectionholder": "les agents nommés pour une adresse protégée sont d’autres personnes",
    "agents_mandate": "les mandats des gardiens ne disent rien des locataires",
    "agents_staffchange": "l’arrivée, le poste et le départ d’un agent, qui est une autre personne",
    "agents_signinattempt": "des empreintes d’identifiants, dont aucune ne désigne une personne",
    "django_session": "une session ouverte ne tient que le numéro du compte, déjà donné",
    "foundation_importbatch": "un fichier repris concerne tout le monde ; ce qui en reste est dans les autres tables",
    "aid_givenaidfile": "un fichier de la CAF concerne tout le monde ; ce qu’il vous a payé est dans vos aides",
    "banking_givenfile": "un fichier de la banque concerne tout le monde ; ses mouvements sont avec vos paiements",
    "banking_orderfile": "un fichier d’ordres concerne tout le monde ; ce qui vous touche est avec vos prélèvements",
    "maintenance_round": "l’activité d’un gardien",
    "maintenance_sending": "l’activité d’un gardien",
    "maintenance_routinedone": "l’activité d’un gardien",
    "maintenance_ticket": "un équipement et un lieu, sans personne",
    "maintenance_keyset": "les clés d’un logement, sans personne",
    "maintenance_keymovement": "où sont les clés d’un logement, sans personne",
    "oversight_incident": "l’incident ne nomme personne ; ce qui vous touche est dans son propre chapitre",
    "oversight_incidentstep": "les mesures prises après un incident ne nomment personne",
    "privacy_helpwindow": "le temps où un éditeur a pu aider ; ses lectures sont dans leur chapitre",
    "screening_justifiedwarning": "un avertissement justifié ne garde ni le texte ni une personne qu’il nommerait",
    "screening_screenrefusal": "un refus ne garde ni le texte ni la personne dont il parlait",
    "privacy_journalalarm": "une alerte vise un agent, pas une personne",
    "mail_documentkey": "la clé qui scelle des documents que la copie contient",
    "retention_purge": "un certificat d’effacement ne nomme personne",
    "web_enrolmentlink": "l’empreinte d’un lien à usage unique, sans autre donnée",
    "web_passwordlink": "l’empreinte d’un lien à usage unique, sans autre donnée",
    "web_accessnotice": "un avis montré à la connexion suivante ; l’acte lui-même est parmi les lectures",
    "foundation_importrow": "les lignes d’un fichier repris s’effacent à son application ; le dossier les contient",
    **ADMISSION_EXEMPT,
    **APPLICATION_EXEMPT,
    **PAYROLL_EXEMPT,
}
