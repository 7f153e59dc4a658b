"""What the copy of a file holds: every table with personal data, in chapters a person can read, or a reason why not.

Row security selects the rows: the job that copies reads under the person's number (privacy.actor.about_one). A house
test compares this list with the declared policy: a new table of personal data is in a chapter, or exempted by name.
"""

from collections.abc import Mapping
from typing import Final

from palier.rights.parts_admission import ADMISSION_PARTS
from palier.rights.parts_correspondence import CORRESPONDENCE_PARTS
from palier.rights.parts_demandes import APPLICATION_PARTS
from palier.rights.parts_money import MONEY_PARTS
from palier.rights.parts_occupation import OCCUPATION_PARTS
from palier.rights.parts_payroll import INVOICE_PARTS, PAYROLL_PARTS
from palier.rights.parts_repairs import EXCHANGE_PARTS, REPAIR_PARTS
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
    *MONEY_PARTS,
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
        shown={
            "identifier": "Identifiant",
            "is_active": "Ouvert",
            "last_login": "Dernière connexion",
            "language": "Langue choisie",
        },
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
    *EXCHANGE_PARTS,
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

# What the landlord computes and could not hand over as the person's own data (RGPD, art. 20-1): left out of a
# portability copy, which holds what the person gave or what their contract produced.
NOT_PORTABLE: Final = frozenset({"quittancement_anomaly", "quittancement_setaside", "leases_change"})

LABELS: Final[Mapping[str, Mapping[str, str]]] = {
    # The journal of documents: those of a lease are also read by whoever else holds it, and by who helps them.
    "by": {
        "SELF": "vous, ou un autre titulaire du bail",
        "HELPER": "un aidant",
        "LANDLORD": "votre bailleur",
        "JOB": "un travail automatique",
    },
    "subject": {"LEASE": "bail", "TERM": "montant", "OCCUPANT": "occupant", "CONTACT": "contact"},
}
