"""What the copy of a file holds: every table with personal data, in chapters a person can read, or a reason why not.

Row security selects the rows: the job that copies reads under the person's number (privacy.actor.about_one). A house
test compares this list with the declared policy: a new table of personal data is in a chapter, or exempted by name.
"""

from collections.abc import Mapping
from typing import Final

from palier.rights.parts_admission import ADMISSION_EXEMPT, ADMISSION_PARTS
from palier.rights.parts_correspondence import CORRESPONDENCE_PARTS
from palier.rights.parts_demandes import APPLICATION_EXEMPT, APPLICATION_PARTS
from palier.rights.parts_occupation import OCCUPATION_PARTS
from palier.rights.parts_payroll import INVOICE_PARTS, PAYROLL_EXEMPT, PAYROLL_PARTS
from palier.rights.parts_repairs import REPAIR_PARTS
from palier.rights.shape import Part

PARTS: Final[tuple[Part, ...]] = (
    Part(
        table="people_person",
        title="Votre identité",
        shown={"title": "Civilité", "first_name": "Prénom", "last_name": "Nom", "birth_date": "Naissance"},
    ),
    Part(
        table="people_contact",
        title="Vos coordonnées",
        shown={"channel": "Moyen", "value": "Coordonnée", "shared_with_caretaker": "Partagé avec le gardien"},
    ),
    Part(
        table="people_household",
        title="Vos foyers",
        shown={
            "adults": "Adultes",
            "dependants": "À charge",
            "is_couple": "En couple",
            "first_day": "Du",
            "last_day": "Au",
        },
    ),
    Part(table="people_householdmember", title="Votre place dans ces foyers", shown={"household_id": "Foyer n°"}),
    Part(
        table="people_income",
        title="Vos ressources",
        shown={"year": "Année", "rfr_cents": "Revenu fiscal", "monthly_resources_cents": "Par mois"},
    ),
    Part(
        table="leases_lease",
        title="Vos baux",
        shown={
            "reference": "Numéro",
            "starts_on": "Du",
            "ends_on": "Au",
            "deposit_cents": "Dépôt",
            "payment_mode": "Paiement",
        },
    ),
    Part(
        table="leases_term",
        title="Les montants de vos baux",
        shown={"label": "Ligne", "amount_cents": "Par mois", "first_day": "Du", "last_day": "Au", "basis": "Motif"},
    ),
    Part(
        table="leases_occupant",
        title="Qui habite avec vous, et le nom sur la porte",
        shown={
            "display_name": "Nom",
            "role": "Qualité",
            "door_name": "Sur la porte",
            "moved_in_on": "Entrée",
            "moved_out_on": "Sortie",
        },
    ),
    Part(
        table="leases_consent",
        title="Vos accords et leurs retraits",
        shown={
            "family": "Pour",
            "word": "Accord",
            "said_on": "Le",
            "means": "Comment",
            "text_version": "Texte n°",
            "text_sha256": "Empreinte du texte",
        },
    ),
    Part(
        table="adoption_invitee",
        title="Les campagnes qui vous ont proposé un espace",
        shown={
            "cohort": "Cohorte",
            "invited_on": "Invité le",
            "code_sent_on": "Lettre envoyée le",
            "signed_in_on": "Première connexion",
            "consented_on": "Accord",
        },
    ),
    Part(
        table="adoption_noproposal",
        title="Vous ne voulez plus de proposition",
        shown={"said_at": "Dit le"},
    ),
    Part(
        table="leases_change",
        title="Ce qui a été modifié",
        shown={"at": "Quand", "subject": "Quoi", "verb": "Comment", "after": "Nouvelle valeur"},
    ),
    Part(
        table="quittancement_datedamount",
        title="APL, RLS et SLS notifiés",
        shown={"kind": "Sorte", "amount_cents": "Par mois", "first_day": "Du", "last_day": "Au", "source": "Origine"},
    ),
    Part(
        table="aid_beneficiary",
        title="Votre numéro d’allocataire, par sa fin",
        shown={"number_end": "Fin du numéro", "linked_at": "Rattaché le"},
    ),
    Part(
        table="aid_aidrow",
        title="Ce que la CAF a payé pour vous",
        shown={"month": "Mois", "kind": "Sorte", "amount_cents": "Montant", "state": "Suite"},
    ),
    Part(
        table="campaigns_revisedrent",
        title="Les révisions de vos loyers",
        shown={"before_cents": "Avant", "after_cents": "Après", "limit": "Limite"},
    ),
    Part(
        table="campaigns_letter",
        title="Les lettres des campagnes que vous avez reçues",
        shown={
            "number": "Numéro",
            "channel": "Envoi",
            "registered_number": "Recommandé",
            "withdrawn_on": "Retirée le",
        },
    ),
    Part(
        table="campaigns_surveyfile",
        title="Vos enquêtes de ressources",
        shown={
            "state": "Suite",
            "sent_on": "Envoyée le",
            "answered_on": "Répondue le",
            "income_cents": "Revenu déclaré",
            "overrun_percent": "Dépassement (%)",
            "supplement_cents": "Supplément",
            "provisional_cents": "Provisoire",
            "fee_cents": "Frais",
        },
    ),
    Part(
        table="quittancement_oneoffline",
        title="Les régularisations de vos avis",
        shown={"month": "Mois", "label": "Ligne", "amount_cents": "Montant", "basis": "Motif"},
    ),
    Part(
        table="quittancement_suspensionorder",
        title="Arrêtés qui suspendent le loyer",
        shown={"order_reference": "Arrêté", "notified_on": "Notifié le", "lifted_on": "Levé le"},
    ),
    Part(
        table="quittancement_setaside",
        title="Mois où votre avis a été mis de côté",
        shown={"run_id": "Calcul n°", "reason": "Pourquoi"},
    ),
    Part(
        table="ledger_account",
        title="Votre compte",
        shown={"code": "Numéro", "label": "Intitulé", "reference": "Référence de paiement"},
    ),
    Part(
        table="ledger_entry",
        title="Les écritures de votre compte",
        shown={"booked_on": "Date", "label": "Écriture", "means": "Moyen", "number": "Pièce n°"},
    ),
    Part(
        table="ledger_posting",
        title="Leurs montants",
        shown={"booked_on": "Date", "entry_id": "Écriture n°", "amount_cents": "Montant"},
    ),
    Part(
        table="takeover_opening",
        title="Soldes et dépôt repris de l’ancien logiciel",
        shown={"kind": "Sorte", "term_on": "Mois ou jour", "amount_cents": "Montant"},
    ),
    Part(
        table="takeover_instalment",
        title="Vos plans de paiement repris",
        shown={"plan": "Plan", "due_on": "Échéance", "amount_cents": "Montant"},
    ),
    Part(
        table="recovery_delay",
        title="Vos demandes de délai",
        shown={"asked_at": "Le", "debt_cents": "Somme", "parts": "Paiements", "state": "Réponse", "ground": "Pourquoi"},
    ),
    Part(
        table="recovery_planpart",
        title="Les paiements prévus",
        shown={"due_on": "Le", "amount_cents": "Montant"},
    ),
    Part(
        table="takeover_formerline",
        title="L’historique repris de votre compte",
        shown={"month": "Mois", "heading": "Rubrique", "amount_cents": "Montant"},
    ),
    Part(
        table="takeover_gap",
        title="Les écarts trouvés avec l’ancien logiciel",
        shown={"month": "Mois", "heading": "Rubrique", "gap_cents": "Écart", "cause": "Cause", "detail": "Pourquoi"},
    ),
    Part(
        table="banking_sepamandate",
        title="Vos mandats de prélèvement",
        shown={"reference": "Mandat (RUM)", "iban_last4": "Compte finissant par", "signed_on": "Signé le"},
    ),
    Part(
        table="banking_mandatechange",
        title="Leurs modifications",
        shown={"mandate_id": "Mandat n°", "changed_on": "Le"},
    ),
    Part(
        table="banking_debit",
        title="Vos prélèvements",
        shown={"collected_on": "Le", "amount_cents": "Montant", "state": "État", "reason": "Motif du rejet"},
    ),
    Part(
        table="banking_debitaside",
        title="Les prélèvements que nous n’avons pas faits",
        shown={"run_id": "Lot n°", "reason": "Pourquoi"},
    ),
    Part(
        table="banking_refund",
        title="Vos remboursements",
        shown={"prepared_at": "Préparé le", "amount_cents": "Montant", "reason": "Motif", "signed_at": "Signé le"},
    ),
    Part(
        table="banking_payment",
        title="Vos paiements",
        shown={"received_on": "Reçu le", "amount_cents": "Montant", "means": "Moyen", "taken_back_on": "Repris le"},
    ),
    Part(
        table="banking_cardpayment",
        title="Vos paiements par carte",
        shown={
            "asked_at": "Demandé le",
            "amount_cents": "Montant",
            "reference": "Référence",
            "state": "État",
            "back_cents": "Rendu",
        },
    ),
    Part(
        table="banking_settlement",
        title="Ce que vos paiements ont réglé",
        shown={
            "payment_id": "Paiement n°",
            "credit_id": "Avoir n°",
            "debt_id": "Écriture n°",
            "amount_cents": "Montant",
            "ground": "Pourquoi",
        },
    ),
    Part(
        table="banking_bankentry",
        title="Les mouvements de banque de vos paiements",
        shown={
            "booked_on": "Date",
            "amount_cents": "Montant",
            "wording": "Libellé",
            "payer_name": "Payeur",
            "iban_last4": "Fin du compte",
        },
    ),
    Part(
        table="banking_match",
        title="Comment ils ont été rapprochés de votre compte",
        shown={"bank_entry_id": "Mouvement n°", "key": "Par", "matched_at": "Le", "undone_at": "Défait le"},
    ),
    Part(
        table="quittancement_bill",
        title="Vos avis",
        shown={"month": "Mois", "first_day": "Du", "last_day": "Au", "due_on": "Échéance", "total_cents": "Total"},
    ),
    Part(
        table="quittancement_line",
        title="Les lignes de vos avis",
        shown={"run_id": "Calcul n°", "label": "Ligne", "amount_cents": "Montant", "basis": "Motif"},
    ),
    Part(
        table="quittancement_anomaly",
        title="Ce que la relecture a remarqué",
        shown={"run_id": "Calcul n°", "kind": "Remarque", "effect_cents": "Effet", "verdict": "Suite"},
    ),
    Part(
        table="quittancement_contra",
        title="Vos contre-écritures",
        shown={"bill_id": "Avis n°", "entry_id": "Écriture n°"},
    ),
    Part(
        table="dispatch_sending",
        title="Par où vos documents vous sont parvenus",
        shown={"kind": "Document", "month": "Mois", "channel": "Moyen", "state": "État", "routed_at": "Depuis"},
    ),
    Part(
        table="dispatch_pushpoint",
        title="Vos appareils prévenus",
        shown={"endpoint": "Adresse de notification", "made_at": "Depuis"},
    ),
    Part(
        table="dispatch_vaultaccount",
        title="Votre coffre externe",
        shown={"member": "Numéro", "chosen_on": "Choisi le", "ended_on": "Jusqu’au"},
    ),
    Part(
        table="quittancement_receipt",
        title="Vos quittances et vos reçus",
        shown={"kind": "Sorte", "month": "Mois", "paid_cents": "Payé", "issued_at": "Fait le", "ended_why": "Suite"},
    ),
    Part(
        table="quittancement_lettering",
        title="Les paiements qu’un agent a rapprochés d’une dette",
        shown={"amount_cents": "Montant", "reason": "Raison", "lettered_at": "Le", "undone_reason": "Défait car"},
    ),
    Part(
        table="mail_document",
        title="Vos documents, joints à cette copie",
        shown={"number": "Numéro", "kind": "Sorte", "month": "Mois", "issued_on": "Émis le"},
    ),
    Part(
        table="mail_deposit",
        title="Les papiers que vous gardez ici",
        shown={"family": "Sorte", "page_count": "Pages", "deposited_at": "Déposé le", "destroyed_at": "Détruit le"},
    ),
    Part(
        table="rights_retrieval",
        title="Les fois où vous avez tout repris",
        shown={"asked_at": "Demandé le", "document_count": "Documents", "byte_count": "Octets"},
    ),
    Part(
        table="mail_vaultevent",
        title="Le journal de vos documents",
        shown={"at": "Quand", "kind": "Quoi", "by": "Par", "sha256": "Document"},
    ),
    Part(
        table="rights_request",
        title="Vos demandes",
        shown={"received_at": "Reçue le", "kind": "Sorte", "reason": "Raison", "due_on": "Réponse due"},
    ),
    Part(
        table="rights_step",
        title="Nos réponses",
        shown={"at": "Quand", "kind": "Étape", "decision": "Décision"},
    ),
    Part(
        table="rights_package",
        title="Les copies déjà faites",
        shown={"made_at": "Faite le", "expires_at": "Gardée jusqu’au", "bytes": "Octets"},
    ),
    Part(
        table="agents_user",
        title="Votre compte de connexion",
        shown={"identifier": "Identifiant", "is_active": "Ouvert", "last_login": "Dernière connexion"},
        where="person_id = %(person)s",
    ),
    Part(
        table="web_secondfactor",
        title="Vos moyens de connexion",
        shown={"kind": "Sorte", "created_at": "Ajouté le", "last_used_at": "Dernier usage"},
    ),
    Part(
        table="web_opensession",
        title="Vos sessions ouvertes",
        shown={"browser": "Appareil", "opened_at": "Ouverte le", "last_seen_at": "Vue le"},
    ),
    Part(
        table="people_codedfact",
        title="Les consignes utiles chez vous",
        shown={"code": "Consigne", "source": "Dite par", "first_day": "Du", "last_day": "Au"},
    ),
    Part(
        table="people_factcontest",
        title="Celles que vous avez contestées",
        shown={"asked_at": "Le", "ground": "Pourquoi", "answer": "Réponse"},
    ),
    *REPAIR_PARTS,
    Part(
        table="maintenance_delivery",
        title="Les plis remis à votre porte",
        shown={"month": "Mois", "state": "État", "reason": "Raison", "done_at": "Le"},
    ),
    Part(
        table="retention_hold",
        title="Ce qui retient l’effacement de votre dossier",
        shown={"ground": "Pourquoi", "first_day": "Du", "last_day": "Au"},
    ),
    Part(
        table="agents_protectedperson",
        title="La protection de votre adresse",
        shown={"first_day": "Du", "last_day": "Au"},
        in_person_only=True,
    ),
    Part(
        table="oversight_incidentperson",
        title="Les violations de données qui vous ont touché",
        shown={"incident_id": "Incident n°", "first_at": "Du", "last_at": "Au", "categories": "Données"},
        # Rehearsals touch no one.
        where="person_id = %(person)s AND incident_id IN (SELECT id FROM oversight_incident WHERE NOT is_exercise)",
    ),
    *ADMISSION_PARTS,
    *CORRESPONDENCE_PARTS,
    *OCCUPATION_PARTS,
    *PAYROLL_PARTS,
    *INVOICE_PARTS,
    *APPLICATION_PARTS,
)

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

# What the landlord computes and could not hand over as the person's own data (RGPD, art. 20-1): left out of a
# portability copy, which holds what the person gave or what their contract produced.
NOT_PORTABLE: Final = frozenset({"quittancement_anomaly", "quittancement_setaside", "leases_change"})

LABELS: Final[Mapping[str, Mapping[str, str]]] = {
    "by": {"SELF": "vous", "HELPER": "votre aidant", "LANDLORD": "votre bailleur", "JOB": "un travail automatique"},
    "subject": {"LEASE": "bail", "TERM": "montant", "OCCUPANT": "occupant", "CONTACT": "contact"},
}
