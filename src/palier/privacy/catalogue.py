"""The landlord's purposes and categories of personal data: the record of processing starts here (GDPR art. 30)."""

from collections.abc import Mapping
from typing import Final

from palier.privacy.declare import Batch, Category, Purpose, Role

# Those who manage one agency's residences, and those who manage leases.
AGENCY = (Role.RENT_OFFICER, Role.AGENCY_MANAGER)
OFFICE = (*AGENCY, Role.HEADQUARTERS)
# Those whose own rooms come with allocation, works, purchasing and audit: today the desk shows them the policy.
SPECIALISTS = (
    Role.ALLOCATION_OFFICER,
    Role.COMMISSION_SECRETARY,
    Role.COMMISSION_MEMBER,
    Role.SOCIAL_WORKER,
    Role.TECHNICAL_INSPECTOR,
    Role.BUYER,
    Role.PAYROLL,
    Role.AUDITOR,
)
# Jobs that read the whole landlord. A copy made for one person reads that person's rows alone; those that look after
# the journal and the machine reach no file.
WHOLE_BATCHES = (Batch.IMPORT, Batch.RENT, Batch.MAIL, Batch.RETENTION)
# Those who instruct applications: the whole stock without names, who it is about in the files given to them alone.
ALLOCATION = (Role.ALLOCATION_OFFICER, Role.COMMISSION_SECRETARY)
# What a person's helper may read of them, in the tables that the person reads: neither their means nor their household,
# neither who read their file nor what they ask for.
# Whether notices come on line is told with the lease: reading it gives no consent.
# By category, what the person must have let them do: see, report, or either. Row security holds it (compile.py).
SEES: Final = "SEES"
REPORTS: Final = "REPORTS"
HELPED: Mapping[str, str] = {
    "": "",
    "PORTE": "",
    "BAIL": SEES,
    "CONSENTEMENTS": SEES,
    "COMPTE": SEES,
    "DOCUMENTS": SEES,
    "INTERVENTIONS": REPORTS,
}
# Where one lives, without which nothing is seen nor reported: the lease, the number of its account, no posting.
HELPED_EITHER_WAY = frozenset({"leases_lease", "ledger_account"})
# A journal is written whichever they do: a document read, a photo kept.
HELPED_TO_NOTE = frozenset({"mail_vaultevent"})
# Where they may add a row as the person does: a problem reported, and that a document was read. Nothing else.
HELPED_TO_WRITE = frozenset(
    {
        "maintenance_ticket",
        "maintenance_repairrequest",
        "maintenance_ticketphoto",
        "maintenance_ticketstep",
        "mail_vaultevent",
    }
)
# Everyone who works at the desk.
DESK = (*OFFICE, Role.ACCOUNTANT, Role.DPO, Role.TECHNICAL_ADMIN, *SPECIALISTS)

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
            roles=(*DESK, Batch.IMPORT),
        ),
        Purpose(
            code="ESPACE_LOCATAIRE",
            label="Espace du locataire",
            lawful_basis="Exécution du bail (RGPD, art. 6-1-b)",
            plain_words="pour vous montrer votre propre dossier",
            roles=(Role.TENANT, Role.APPLICANT, Role.HELPER),
        ),
        Purpose(
            code="PROTECTION_DONNEES",
            label="Protection des données",
            lawful_basis="Obligation légale (RGPD, art. 6-1-c et 39)",
            plain_words="pour contrôler qui lit les dossiers",
            # Every agent may read who sees what; the journal itself is the DPO's alone (desk/pages_month.py).
            roles=(*DESK, Role.CARETAKER, Role.TENANT, Role.APPLICANT, Batch.JOURNAL),
        ),
        Purpose(
            code="CONSERVATION",
            label="Durées de conservation",
            lawful_basis="Obligation légale (RGPD, art. 6-1-c et 5-1-e)",
            plain_words="pour effacer ce qui n’a plus à être gardé",
            roles=(Role.DPO, Batch.RETENTION),
        ),
        Purpose(
            code="EXPLOITATION",
            label="Exploitation technique",
            lawful_basis="Intérêt légitime (RGPD, art. 6-1-f) : sécurité du système",
            plain_words="pour que le service fonctionne",
            roles=(Role.TECHNICAL_ADMIN, Role.HEADQUARTERS, Batch.OPERATOR),
        ),
        Purpose(
            code="SUIVI_SOCIAL",
            label="Suivi social",
            lawful_basis="Mission d’intérêt public (RGPD, art. 6-1-e)",
            plain_words="pour vous accompagner dans une difficulté",
            roles=(Role.SOCIAL_WORKER,),
            told_after_days=30,
        ),
        Purpose(
            code="PROTECTION_VIOLENCES",
            label="Protection des victimes de violences",
            lawful_basis="Mission d’intérêt public (RGPD, art. 6-1-e)",
            plain_words="pour tenir votre adresse secrète",
            # The function is not enough: the agent is also named for that person (agents_protectionholder).
            roles=(*OFFICE, Role.SOCIAL_WORKER),
            told_in_person_only=True,
        ),
        Purpose(
            code="SECURITE_DES_AGENTS",
            label="Sécurité des agents",
            lawful_basis="Obligation légale (RGPD, art. 6-1-c ; code du travail, art. L4121-1)",
            plain_words="pour la sécurité des personnes qui interviennent chez vous",
            roles=(Role.AGENCY_MANAGER, Role.CARETAKER, Role.TECHNICAL_INSPECTOR),
        ),
        Purpose(
            code="ATTRIBUTION",
            label="Attribution des logements",
            lawful_basis="Mission d’intérêt public (RGPD, art. 6-1-e)",
            plain_words="pour étudier votre demande de logement",
            roles=(*ALLOCATION, Role.COMMISSION_MEMBER, Batch.ALLOCATION, Batch.LETTERS),
        ),
        Purpose(
            code="OCCUPATION",
            label="Examen de l’occupation des logements",
            lawful_basis="Obligation légale (RGPD, art. 6-1-c ; CCH, art. L442-5-2)",
            plain_words="pour regarder, tous les trois ans, si votre logement vous convient encore",
            roles=(*ALLOCATION, Role.COMMISSION_MEMBER),
        ),
        Purpose(
            code="TRAVAUX",
            label="Entretien et travaux",
            lawful_basis="Exécution du bail (RGPD, art. 6-1-b)",
            plain_words="pour entretenir et réparer votre logement",
            roles=(*AGENCY, Role.CARETAKER, Role.TECHNICAL_INSPECTOR),
        ),
        Purpose(
            code="ACHATS",
            label="Achats et fournisseurs",
            lawful_basis="Obligation légale (RGPD, art. 6-1-c)",
            plain_words="pour commander et payer les travaux",
            roles=(Role.BUYER, Role.ACCOUNTANT, Role.SUPPLIER),
        ),
        Purpose(
            code="GESTION_DU_PERSONNEL",
            label="Documents du personnel",
            lawful_basis="Exécution du contrat de travail (RGPD, art. 6-1-b)",
            plain_words="pour vous remettre vos documents de travail",
            roles=(Role.PAYROLL, Role.EMPLOYEE, Batch.PAYROLL),
        ),
        Purpose(
            code="AUDIT",
            label="Audit",
            lawful_basis="Obligation légale (RGPD, art. 5-2 et 24)",
            plain_words="pour vérifier que les règles sont suivies, sans lire les noms",
            # The DPO declares a mission, headquarters confirm it: neither reads what the auditor reads.
            roles=(Role.AUDITOR, Role.DPO, Role.HEADQUARTERS, Batch.AUDIT),
        ),
        Purpose(
            code="DROITS_DES_PERSONNES",
            label="Droits des personnes",
            lawful_basis="Obligation légale (RGPD, art. 6-1-c, 12 et 15 à 22)",
            plain_words="pour répondre à votre demande sur vos données",
            # An agent at the counter writes the request down; the answer is the DPO's (desk/pages_rights.py).
            roles=(Role.DPO, *OFFICE, Role.TENANT, Role.APPLICANT, Batch.RIGHTS),
        ),
        Purpose(
            code="VIOLATION_DE_DONNEES",
            label="Violation de données",
            lawful_basis="Obligation légale (RGPD, art. 6-1-c, 33 et 34)",
            plain_words="pour mesurer et réparer une fuite de données",
            roles=(Role.DPO,),
        ),
        Purpose(
            code="ASSISTANCE_EDITEUR",
            label="Assistance de l’éditeur",
            lawful_basis="Intérêt légitime (RGPD, art. 6-1-f) : maintien en service, par un sous-traitant (art. 28)",
            plain_words="pour qu’un technicien répare le logiciel",
            roles=(Role.TECHNICAL_ADMIN, Batch.VENDOR),
        ),
        Purpose(
            code="URGENCE",
            label="Urgence",
            lawful_basis="Sauvegarde des intérêts vitaux (RGPD, art. 6-1-d)",
            plain_words="pour répondre à une urgence",
            roles=OFFICE,
        ),
    )
}

# How long each is kept is the table of durations' (retention/schedule.toml), and nobody else's.
CATEGORIES: dict[str, Category] = {
    c.code: c
    for c in (
        Category(code="IDENTITE", label="votre identité"),
        Category(code="COORDONNEES", label="vos coordonnées"),
        Category(code="FOYER", label="la composition de votre foyer"),
        Category(code="RESSOURCES", label="vos ressources"),
        Category(code="BAIL", label="votre bail"),
        Category(code="COMPTE", label="votre compte locatif"),
        Category(code="DOCUMENTS", label="vos documents"),
        Category(code="PORTE", label="le nom sur la porte"),
        Category(code="AGENTS", label="l’activité des agents"),
        Category(code="CONNEXION", label="les comptes de connexion"),
        Category(code="JOURNAL", label="les lectures de dossiers"),
        Category(code="DEMANDES_DROITS", label="vos demandes sur vos données"),
        Category(code="SIGNALEMENTS", label="les consignes utiles chez vous"),
        Category(code="INTERVENTIONS", label="les interventions chez vous"),
        Category(code="ECHANGES", label="ce que vous nous écrivez"),
        Category(code="ADRESSE_PROTEGEE", label="la protection de votre adresse"),
        Category(code="VIOLATIONS", label="les violations de données"),
        Category(code="REPRISE", label="les fichiers repris"),
        Category(code="DEMANDE", label="votre demande de logement"),
        Category(code="SEJOUR", label="la régularité de votre séjour"),
        Category(code="NIR", label="votre numéro de sécurité sociale"),
        Category(code="BESOINS", label="vos besoins d’adaptation"),
        Category(code="PIECES", label="les pièces de votre dossier"),
        Category(code="EXAMEN", label="l’examen de votre demande par la commission"),
        Category(code="OCCUPATION", label="l’occupation de votre logement"),
        Category(code="CONSENTEMENTS", label="vos accords et leurs retraits"),
        Category(code="ADOPTION", label="les invitations à votre espace"),
        Category(code="PAIE", label="vos bulletins de paie"),
        Category(code="FACTURES", label="vos factures"),
    )
}

# The purpose and the categories of each job family: what its line in the read journal says.
BATCH_PURPOSES: dict[Batch, str] = {
    Batch.IMPORT: "GESTION_LOCATIVE",
    Batch.RENT: "QUITTANCEMENT",
    Batch.MAIL: "QUITTANCEMENT",
    Batch.RETENTION: "CONSERVATION",
    Batch.RIGHTS: "DROITS_DES_PERSONNES",
    Batch.JOURNAL: "PROTECTION_DONNEES",
    Batch.OPERATOR: "EXPLOITATION",
    Batch.VENDOR: "ASSISTANCE_EDITEUR",
    Batch.AUDIT: "AUDIT",
    Batch.ALLOCATION: "ATTRIBUTION",
    Batch.LETTERS: "ATTRIBUTION",
    Batch.PAYROLL: "GESTION_DU_PERSONNEL",
}
BATCH_CATEGORIES: dict[Batch, tuple[str, ...]] = {
    Batch.IMPORT: ("IDENTITE", "BAIL", "COMPTE", "DEMANDE"),
    Batch.RENT: ("BAIL", "FOYER", "RESSOURCES", "COMPTE"),
    Batch.MAIL: ("IDENTITE", "BAIL", "COMPTE", "DOCUMENTS"),
    Batch.RIGHTS: (
        *("IDENTITE", "COORDONNEES", "FOYER", "RESSOURCES", "BAIL", "COMPTE", "DOCUMENTS", "JOURNAL"),
        *("DEMANDE", "SEJOUR", "NIR", "BESOINS", "PIECES", "EXAMEN", "OCCUPATION", "CONSENTEMENTS", "ADOPTION"),
        *("PAIE", "FACTURES", "ECHANGES"),
    ),
    Batch.RETENTION: (
        *("IDENTITE", "COORDONNEES", "FOYER", "RESSOURCES", "BAIL", "COMPTE", "DOCUMENTS"),
        *("DEMANDE", "SEJOUR", "NIR", "BESOINS", "PIECES", "EXAMEN", "OCCUPATION", "CONSENTEMENTS", "ADOPTION"),
        *("PAIE", "FACTURES", "ECHANGES"),
    ),
    Batch.JOURNAL: ("JOURNAL", "AGENTS"),
    # Whoever holds the machine may read all of it: said as such.
    Batch.OPERATOR: tuple(CATEGORIES),
    Batch.VENDOR: tuple(CATEGORIES),
    Batch.AUDIT: (),
    Batch.ALLOCATION: ("DEMANDE", "FOYER", "RESSOURCES", "BESOINS", "OCCUPATION"),
    Batch.PAYROLL: ("IDENTITE", "PAIE"),
    Batch.LETTERS: ("IDENTITE", "COORDONNEES", "DEMANDE", "EXAMEN", "OCCUPATION"),
}

# Why a file outside one's own portfolio is opened: a closed list, each said to the person in plain words.
OPENING_MOTIVES: dict[str, str] = {
    "DEMANDE_LOCATAIRE": "Demande du locataire",
    "REMPLACEMENT": "Remplacement d’un collègue absent",
    "MUTATION": "Changement de logement vers ou depuis une autre agence",
    "RECLAMATION": "Réclamation à traiter",
    "ERREUR_D_AFFECTATION": "Dossier rattaché à la mauvaise agence",
    "CONTROLE": "Contrôle demandé par la hiérarchie",
    "URGENCE": "Urgence pour une personne ou un logement",
}

# Why a command or a job reads, or why a file outside one's own portfolio is opened: a closed list.
MOTIVES: dict[str, str] = {
    "MOIS": "Calcul, relecture ou scellement d’un mois",
    "AVIS": "Édition des avis d’échéance",
    "QUITTANCES": "Édition des quittances et des reçus",
    "PRELEVEMENTS": "Prélèvements, leurs retours et remboursements",
    "REPRISE": "Reprise d’un fichier",
    "RELEVE": "Relevé de la banque",
    "CAMPAGNE": "Campagne annuelle : révision des loyers ou enquête de ressources",
    "COURRIER": "Courrier aux locataires : rédaction, envoi, impression, retour",
    "INSTALLATION": "Installation de Palier",
    "DEMONSTRATION": "Bailleur de démonstration",
    "MESURE": "Mesure de performance",
    "MAINTENANCE": "Maintenance",
    "DROITS": "Réponse à une demande sur ses données",
    "CONSERVATION": "Fin d’une durée de conservation",
    "SAUVEGARDE": "Sauvegarde ou restauration",
    "DEPANNAGE": "Panne à réparer",
    "ASSISTANCE": "Assistance de l’éditeur",
    "VERIFICATION": "Vérification du journal des lectures",
    "AUDIT": "Dossier pour un auditeur",
    "VIOLATION": "Lettre après une violation de données",
    "ATTRIBUTION": "Demandes et attribution des logements",
    "PAIE": "Bulletins de paie : lot reçu, diffusé ou annulé",
    "CONNEXION": "Compte de connexion à ouvrir, à rétablir ou à fermer",
    **OPENING_MOTIVES,
}
