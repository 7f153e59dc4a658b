"""The landlord's purposes and categories of personal data: the record of processing starts here (GDPR art. 30)."""

from palier.privacy.declare import Batch, Category, Purpose, Role

# Those who manage one agency's residences, and those who manage leases.
AGENCY = (Role.RENT_OFFICER, Role.AGENCY_MANAGER)
OFFICE = (*AGENCY, Role.HEADQUARTERS)

PURPOSES: dict[str, Purpose] = {
    p.code: p
    for p in (
        Purpose(
            code="GESTION_LOCATIVE",
            label="Gestion locative",
            lawful_basis="Exécution du bail (RGPD, art. 6-1-b)",
            plain_words="pour gérer votre bail et votre logement",
            roles=(*OFFICE, Batch.IMPORT),
        ),
        Purpose(
            code="QUITTANCEMENT",
            label="Quittancement",
            lawful_basis="Exécution du bail (RGPD, art. 6-1-b)",
            plain_words="pour calculer et vérifier votre loyer du mois",
            roles=(*OFFICE, Role.ACCOUNTANT, Batch.RENT, Batch.MAIL),
        ),
        Purpose(
            code="COMPTABILITE",
            label="Comptabilité des locataires",
            lawful_basis="Obligation légale (RGPD, art. 6-1-c)",
            plain_words="pour tenir votre compte",
            roles=(*OFFICE, Role.ACCOUNTANT),
        ),
        Purpose(
            code="PROXIMITE",
            label="Service de proximité",
            lawful_basis="Exécution du bail (RGPD, art. 6-1-b)",
            plain_words="pour le service dans votre immeuble",
            roles=(Role.CARETAKER,),
        ),
        Purpose(
            code="PATRIMOINE",
            label="Connaissance du patrimoine",
            lawful_basis="Mission d’intérêt public (RGPD, art. 6-1-e)",
            plain_words="pour connaître les logements",
            roles=(*OFFICE, Role.ACCOUNTANT, Role.DPO, Role.TECHNICAL_ADMIN, Batch.IMPORT),
        ),
        Purpose(
            code="ESPACE_LOCATAIRE",
            label="Espace du locataire",
            lawful_basis="Exécution du bail (RGPD, art. 6-1-b)",
            plain_words="pour vous montrer votre propre dossier",
            roles=(Role.TENANT,),
        ),
        Purpose(
            code="PROTECTION_DONNEES",
            label="Protection des données",
            lawful_basis="Obligation légale (RGPD, art. 6-1-c et 39)",
            plain_words="pour contrôler qui lit les dossiers",
            # Every agent may read who sees what; the journal itself is the DPO's alone (desk/pages_month.py).
            roles=(Role.DPO, *OFFICE, Role.ACCOUNTANT, Role.TECHNICAL_ADMIN),
        ),
        Purpose(
            code="EXPLOITATION",
            label="Exploitation technique",
            lawful_basis="Intérêt légitime (RGPD, art. 6-1-f) : sécurité du système",
            plain_words="pour que le service fonctionne",
            roles=(Role.TECHNICAL_ADMIN, Role.HEADQUARTERS),
        ),
    )
}

_NS20 = "Délibération CNIL 2014-122 (NS-20), à confirmer dans le référentiel à paraître"

CATEGORIES: dict[str, Category] = {
    c.code: c
    for c in (
        Category(
            code="IDENTITE", label="votre identité", retention="Bail + clôture du compte + 3 ans", retention_basis=_NS20
        ),
        Category(
            code="COORDONNEES", label="vos coordonnées", retention="Bail + clôture du compte", retention_basis=_NS20
        ),
        Category(code="FOYER", label="la composition de votre foyer", retention="Bail + 3 ans", retention_basis=_NS20),
        Category(code="RESSOURCES", label="vos ressources", retention="Bail + 3 ans", retention_basis=_NS20),
        Category(code="BAIL", label="votre bail", retention="Bail + 3 ans", retention_basis=_NS20),
        Category(
            code="COMPTE",
            label="votre compte locatif",
            retention="10 ans après l’exercice (pièces comptables)",
            retention_basis="Code de commerce, art. L123-22, à confirmer",
        ),
        Category(
            code="DOCUMENTS",
            label="vos documents",
            retention="10 ans après l’exercice (pièces comptables)",
            retention_basis="Code de commerce, art. L123-22, à confirmer",
        ),
        Category(
            code="PORTE",
            label="le nom sur la porte",
            retention="Durée de l’occupation",
            retention_basis=_NS20,
        ),
        Category(
            code="AGENTS",
            label="l’activité des agents",
            retention="12 mois",
            retention_basis="Recommandation CNIL sur la journalisation, à confirmer",
        ),
        Category(
            code="CONNEXION",
            label="les comptes de connexion",
            retention="Durée du compte",
            retention_basis="Recommandation CNIL sur les mots de passe, à confirmer",
        ),
        Category(
            code="JOURNAL",
            label="les lectures de dossiers",
            retention="12 mois",
            retention_basis="Recommandation CNIL sur la journalisation, à confirmer",
        ),
        Category(
            code="REPRISE",
            label="les fichiers repris",
            retention="Jusqu’à l’application du fichier, 3 mois au plus",
            retention_basis="Décision de l’organisme, à confirmer",
        ),
    )
}

# The purpose and the categories of each job family: what its line in the read journal says.
BATCH_PURPOSES: dict[Batch, str] = {
    Batch.IMPORT: "GESTION_LOCATIVE",
    Batch.RENT: "QUITTANCEMENT",
    Batch.MAIL: "QUITTANCEMENT",
}
BATCH_CATEGORIES: dict[Batch, tuple[str, ...]] = {
    Batch.IMPORT: ("IDENTITE", "BAIL", "COMPTE"),
    Batch.RENT: ("BAIL", "FOYER", "RESSOURCES", "COMPTE"),
    Batch.MAIL: ("IDENTITE", "BAIL", "COMPTE", "DOCUMENTS"),
}

# Why a command or a job reads, or why a file outside one's own portfolio is opened: a closed list.
MOTIVES: dict[str, str] = {
    "MOIS": "Calcul, relecture ou scellement d’un mois",
    "AVIS": "Édition des avis d’échéance",
    "REPRISE": "Reprise d’un fichier",
    "DEMONSTRATION": "Bailleur de démonstration",
    "MESURE": "Mesure de performance",
    "DEMANDE_LOCATAIRE": "Demande du locataire",
    "MAINTENANCE": "Maintenance",
}
