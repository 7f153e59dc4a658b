"""The exchange format's code lists, as far as they are public, and what each code is here.

The State's specification is not public: these lists hold what a public example shows. A code that is not in its list
is kept with the application as it came, and told; it never stops a demande.
"""

NAMESPACE = "http://nuu.application.i2/"
VERSION = "02.00"
# Palier's own headings in the same file: what the public example does not show. Nobody else writes them.
COMPLEMENT = "urn:palier:complement:1"

# By list of the format: code → what is stored. An empty word: the code is known, nothing is kept of it.
LISTS: dict[str, dict[str, str]] = {
    "civilite": {"1": "M", "2": "MME"},
    # 3 is deduced: the example shows 1 and 2, the form has three boxes.
    "nationalite": {"1": "FR", "2": "UE", "3": "HORS_UE"},
    "situationFamiliale": {"M": ""},
    "lienDemandeur": {"M": "CONJOINT"},
    "lienParente": {"E": "ENFANT"},
    "sexe": {"M": "", "F": ""},
    "coParentalite": {"G": "SHARED", "D": "VISITING"},
    "typeContratTravail": {"CDI": "CDI"},
    "modeleLogement": {"LP": "LOCATAIRE_PRIVE"},
    "categorieLogement": {"A": ""},
    "typeLogementActuel": {f"T{rooms}": str(rooms) for rooms in range(1, 10)},
}
RECEIVED: dict[str, str] = {
    "SAL": "salaire ou revenu d’activité",
    "RET": "retraite",
    "CHO": "chômage",
    "PAR": "pension alimentaire reçue",
    "PINV": "pension d’invalidité",
    "AF": "allocations familiales",
    "AAH": "allocation aux adultes handicapés",
    "AEEH": "allocation d’éducation de l’enfant handicapé",
    "AJPP": "allocation journalière de présence parentale",
    "RSA": "revenu de solidarité active",
    "AMV": "minimum vieillesse",
    "PAJE": "prestation d’accueil du jeune enfant",
    "BE": "bourse étudiante",
    "AUT": "autre, hors aide au logement",
}
PAID: dict[str, str] = {"PAV": "pension alimentaire versée"}

# What may stand in each element: another name is told once, and not read.
EXPECTED: dict[str, frozenset[str]] = {
    name: frozenset(children.split())
    for name, children in {
        "demandeLogement": "numUnique dateCreationDemande personnePhysique",
        "personnePhysique": "demandeur listePersonneACharge personneANaitre listePersonneEnGarde listeCotitulaire "
        "logementActuel",
        "demandeur": "civilite nom nomPatronymique prenom dateNaissance nationalite situationFamiliale telPortable mel "
        "adressePostale situationProfessionnelle revenuFiscal listeRessourceRecue listeRessourceVersee "
        "listeRessourceRecuePersACharge listeRessourceVerseePersACharge lienDemandeur",
        "adressePostale": "etranger numero voie codePostal commune",
        "situationProfessionnelle": "profession typeContratTravail nomEmployeurPrincipal etranger codePostal commune",
        "revenuFiscal": "anneeMoins1 montantMoins1 anneeMoins2 montantMoins2",
        "detailRessource": "ressource montant",
        "personneACharge": "nom prenom dateNaissance sexe lienParente",
        "personneANaitre": "nombre dateNaissancePrevue",
        "personneEnGarde": "dateNaissance sexe coParentalite",
        "logementActuel": "listeModeleLogement montantMensuelLoyer nombreHabitant categorieLogement typeLogementActuel "
        "surface proprietaire",
        "complement": "logement commune motif priorite besoin pieces loyerMaximal invalidites sejour mutation",
    }.items()
}
