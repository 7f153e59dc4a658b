"""What joins Palier to the outside world, and how far each join was proven: shown as such, never guessed.

`docs/guide/connecteurs.md` says the same to whoever reads the guide; a test compares both.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class State(StrEnum):
    """How far a join with the outside was proven."""

    REAL = "réel"
    SIMULATED = "simulé"
    NOT_VERIFIED = "non vérifié"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Adapter:
    """One join: what goes through it, how far it was proven, and what to do without it."""

    subject: str
    name: str
    state: State
    told: str


def _adapter(subject: str, name: str, state: State, told: str) -> Adapter:
    return Adapter(subject=subject, name=name, state=state, told=told)


_BANK: Final = "Banque"
_AID: Final = "Aides et ressources"
_MAIL: Final = "Courrier"
_DATA: Final = "Données reprises"
_BOOKS: Final = "Comptabilité"
_PAPER: Final = "Documents"
_TRUST: Final = "Connexion et preuves"
_MACHINE: Final = "Machine"

ADAPTERS: Final[tuple[Adapter, ...]] = (
    _adapter(
        _BANK,
        "Relevés camt.053 et camt.054",
        State.REAL,
        "versions 02 et 08, et camt.053 version 13, lues avec leur schéma XSD",
    ),
    _adapter(_BANK, "Relevés CFONB 120", State.REAL, "positions, soldes et totaux vérifiés ligne par ligne"),
    _adapter(
        _BANK, "Prélèvements pain.008", State.REAL, "versions 08 et 02, chaque fichier vérifié par son schéma XSD"
    ),
    _adapter(_BANK, "Remboursements pain.001", State.REAL, "version 09, chaque fichier vérifié par son schéma XSD"),
    _adapter(
        _BANK, "Comptes rendus pain.002", State.REAL, "lus sans leur schéma, qui n’est pas livré : une remarque le dit"
    ),
    _adapter(_BANK, "CFONB 160, 240 et 320", State.ABSENT, "refusés par une phrase qui dit quoi demander à la banque"),
    _adapter(
        _BANK,
        "Échange avec la banque (EBICS)",
        State.ABSENT,
        "les fichiers se déposent et se prennent à la main sur le site de la banque",
    ),
    _adapter(
        _BANK,
        "Passerelle de paiement par carte",
        State.SIMULATED,
        "une fausse passerelle sur cette machine ; le protocole n’a été essayé avec aucune vraie",
    ),
    _adapter(
        _BANK, "Remises de cartes", State.NOT_VERIFIED, "format de Palier ; aucune passerelle ne l’a encore donné"
    ),
    _adapter(
        _BANK,
        "Code carré de virement (EPC) et référence RF",
        State.REAL,
        "relus sur la page imprimée ; essayés avec aucune banque",
    ),
    _adapter(
        _AID,
        "Fichiers de la CAF (APL, RLS)",
        State.NOT_VERIFIED,
        "largeurs fixes, d’après une description qui n’est pas celle de la CAF ; un profil les change",
    ),
    _adapter(
        _AID, "Ressources des locataires (impôts)", State.ABSENT, "les réponses à l’enquête se saisissent à la main"
    ),
    _adapter(
        _MAIL, "Lettres recommandées", State.SIMULATED, "aucun transporteur n’est relié : les numéros sont inventés"
    ),
    _adapter(_MAIL, "Courrier électronique", State.SIMULATED, "les messages s’écrivent dans un dossier, rien ne part"),
    _adapter(_MAIL, "SMS", State.SIMULATED, "le code d’un premier accès s’écrit dans un dossier, rien ne part"),
    _adapter(
        _MAIL,
        "Affranchissement et dépôt à la poste",
        State.ABSENT,
        "les lots à imprimer sont faits ici, postés par vos soins",
    ),
    _adapter(
        _MAIL,
        "Courrier hybride",
        State.SIMULATED,
        "écrit d’après une interface publique (envois, v2) ; essayé avec un remplaçant et ses pannes",
    ),
    _adapter(
        _MAIL,
        "Coffre externe",
        State.SIMULATED,
        "écrit d’après une interface publique de partenaire ; essayé avec un remplaçant et ses pannes",
    ),
    _adapter(
        _MAIL,
        "Notifications sans contenu (Web Push)",
        State.NOT_VERIFIED,
        "signées selon la RFC 8292 ; essayées avec un remplaçant, avec aucun service de navigateur",
    ),
    _adapter(
        _MAIL,
        "Code DataMatrix des lots",
        State.REAL,
        "relu sur la feuille rendue ; essayé avec aucune machine de mise sous pli",
    ),
    _adapter(
        _DATA, "Fichiers de Palier : patrimoine, baux, comptes", State.REAL, "CSV et XLSX, jugés cellule par cellule"
    ),
    _adapter(
        _DATA,
        "Ancien logiciel et marche en double",
        State.NOT_VERIFIED,
        "correspondance enregistrée par logiciel ; aucun export d’un éditeur n’a été essayé",
    ),
    _adapter(_DATA, "Programmes de la Ville de Paris", State.REAL, "données ouvertes, lues comme elles sont publiées"),
    _adapter(
        _DATA,
        "Système national d’enregistrement (SNE)",
        State.SIMULATED,
        "fichier interfaceNuu 02.00 lu d’après un exemple public ; aucun échange, spécification de l’État non publique",
    ),
    _adapter(
        _BOOKS,
        "Fichier des écritures comptables",
        State.NOT_VERIFIED,
        "les dix-huit colonnes de l’article A47 A-1 du LPF ; jamais lu par l’outil de l’administration",
    ),
    _adapter(
        _BOOKS,
        "Numéros du plan comptable",
        State.NOT_VERIFIED,
        "chacun dit s’il est confirmé ; les autres se règlent à l’écran",
    ),
    _adapter(_PAPER, "PDF/A-3a et PDF/UA-1", State.NOT_VERIFIED, "imposés par l’outil et relus ici ; jamais certifiés"),
    _adapter(
        _PAPER,
        "Adresse dans la fenêtre de l’enveloppe",
        State.NOT_VERIFIED,
        "dessinée d’après la norme NF Z 10-011 ; montrée à aucun opérateur postal",
    ),
    _adapter(_TRUST, "Clés de sécurité et codes à usage unique", State.REAL, "WebAuthn et RFC 6238"),
    _adapter(
        _TRUST,
        "Fournisseur d’identité (OpenID Connect)",
        State.NOT_VERIFIED,
        "essayé contre un fournisseur simulé et ses fautes",
    ),
    _adapter(
        _TRUST,
        "Horodatage (RFC 3161)",
        State.NOT_VERIFIED,
        "essayé contre un horodateur de cette machine et ses fautes",
    ),
    _adapter(
        _TRUST, "Publication de l’empreinte du journal", State.REAL, "fichier et lettre du mois ; par courriel, simulée"
    ),
    _adapter(_TRUST, "Notification en ligne à la CNIL", State.ABSENT, "le brouillon est prêt, une personne le recopie"),
    _adapter(_MACHINE, "PostgreSQL livré avec Palier", State.REAL, "version 18, démarrée et arrêtée par Palier"),
    _adapter(
        _MACHINE,
        "PostgreSQL extérieur (DATABASE_URL)",
        State.NOT_VERIFIED,
        "l’adresse n’est essayée que sur le serveur livré",
    ),
    _adapter(
        _MACHINE,
        "Antivirus (clamd)",
        State.NOT_VERIFIED,
        "protocole INSTREAM, essayé contre un remplaçant et ses fautes ; configuré et muet, il ne laisse rien entrer",
    ),
    _adapter(
        _MACHINE,
        "Stockage des documents (S3)",
        State.NOT_VERIFIED,
        "signature relue sur l’exemple publié par Amazon ; essayé contre un remplaçant local et ses fautes",
    ),
    _adapter(_MACHINE, "Unités systemd", State.NOT_VERIFIED, "écrites et relues ; démarrées par aucun systemd ici"),
)
