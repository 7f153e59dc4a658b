"""Every text that a table of personal data holds outside a closed list: why it is there, how long it may be.

A comment box is how a file fills with illnesses and judgements (CNIL, 2012). So each text has a kind; a house test
refuses a column that is not here, and FREE_TEXT about a person is to stay at zero. Who reads a text is not said twice:
it is asked of the declared policy.
"""

from dataclasses import dataclass
from enum import StrEnum

from palier.privacy.declare import Reader
from palier.privacy.policy import declared_tables


class TextKind(StrEnum):
    """What a text is, hence what may be written in it."""

    # A person's own name, as their papers write it.
    NAME = "NAME"
    # What reaches someone or signs them in.
    IDENTIFIER = "IDENTIFIER"
    # A number or a code given to a thing: lease, account, document, file, order.
    REFERENCE = "REFERENCE"
    # One of a closed list that lives in the code and not in the column: a role, a purpose, a page.
    CODE = "CODE"
    # Words that Palier composes from figures and its own vocabulary; nobody types them.
    WORDING = "WORDING"
    # A digest or a secret: it says nothing of anyone.
    DIGEST = "DIGEST"
    # Cells of a file given to Palier, or values of columns listed here: kept as they were.
    COPY = "COPY"
    # A short fact that an agent types about a decision, read by the screen before it is kept and shown to the person.
    SCREENED = "SCREENED"
    # What an agent types as they wish.
    FREE_TEXT = "FREE_TEXT"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredText:
    """One text column of a table of personal data. `limit` in characters; None where a copy has its source's limits."""

    table: str
    column: str
    kind: TextKind
    purpose: str
    limit: int | None

    @property
    def readers(self) -> tuple[Reader, ...]:
        """Who may read it, by the declared policy."""
        found: dict[Reader, None] = {}
        for access in declared_tables():
            if access.table == self.table:
                for read in access.reads:
                    if not read.columns or self.column in read.columns:
                        found.update(dict.fromkeys(read.by))
        return tuple(found)


def _text(table: str, column: str, kind: TextKind, limit: int | None, purpose: str) -> DeclaredText:
    return DeclaredText(table=table, column=column, kind=kind, purpose=purpose, limit=limit)


_PERSONS = (
    _text("people_person", "first_name", TextKind.NAME, 80, "nommer la personne sur ses documents"),
    _text("people_person", "last_name", TextKind.NAME, 80, "nommer la personne sur ses documents"),
    _text("people_contact", "value", TextKind.IDENTIFIER, 120, "joindre la personne par le canal qu’elle a donné"),
    _text("leases_occupant", "display_name", TextKind.NAME, 170, "lister et retrouver les occupants d’un logement"),
    _text("leases_occupant", "door_name", TextKind.NAME, 80, "le nom sur la porte et la boîte aux lettres"),
)

_LEASES = (
    _text("leases_lease", "reference", TextKind.REFERENCE, 20, "désigner le bail"),
    _text("leases_lease", "mandate_reference", TextKind.REFERENCE, 35, "désigner le mandat de prélèvement (RUM)"),
    _text("leases_lease", "iban_last4", TextKind.REFERENCE, 4, "reconnaître le compte prélevé sans son numéro"),
    _text("leases_term", "label", TextKind.WORDING, 60, "nommer la ligne sur l’avis"),
    _text("leases_term", "basis", TextKind.WORDING, 60, "dire au locataire d’où vient le montant"),
    _text("adoption_invitee", "code", TextKind.REFERENCE, 8, "compter une seule réponse par questionnaire"),
    _text("leases_consent", "text_sha256", TextKind.DIGEST, 64, "prouver quel texte a été accepté, mot pour mot"),
    _text("leases_change", "before", TextKind.COPY, None, "dire ce qui a changé : les colonnes déclarées, avant"),
    _text("leases_change", "after", TextKind.COPY, None, "dire ce qui a changé : les colonnes déclarées, après"),
    _text("leases_change", "role", TextKind.CODE, 63, "dire quel métier a fait le changement"),
)

_MONTH = (
    _text("quittancement_datedamount", "basis", TextKind.WORDING, 60, "dire au locataire d’où vient l’aide notifiée"),
    _text("campaigns_letter", "number", TextKind.REFERENCE, 30, "désigner la lettre"),
    _text(
        "campaigns_letter", "registered_number", TextKind.REFERENCE, 30, "suivre le recommandé chez son transporteur"
    ),
    _text("campaigns_letter", "refusal", TextKind.WORDING, 300, "dire pourquoi la lettre n’a pas pu être écrite"),
    _text("correspondence_letter", "number", TextKind.REFERENCE, 30, "désigner la lettre au registre du courrier"),
    _text(
        "correspondence_letter",
        "registered_number",
        TextKind.REFERENCE,
        30,
        "suivre le recommandé chez son transporteur",
    ),
    _text("correspondence_letter", "refusal", TextKind.WORDING, 300, "dire pourquoi la lettre n’a pas pu être écrite"),
    _text("correspondence_reply", "sha256", TextKind.DIGEST, 64, "prouver que la réponse n’a pas changé"),
    _text("correspondence_reply", "kept_pack", TextKind.REFERENCE, 32, "trouver le paquet où la réponse est gardée"),
    _text("aid_givenaidfile", "name", TextKind.REFERENCE, 120, "reconnaître un fichier donné"),
    _text("aid_givenaidfile", "profile", TextKind.CODE, 20_000, "dire comment le fichier est découpé"),
    _text("aid_givenaidfile", "refusal", TextKind.WORDING, 400, "dire pourquoi un fichier n’est pas lu"),
    _text("aid_beneficiary", "number_digest", TextKind.DIGEST, 64, "reconnaître un allocataire sans garder son numéro"),
    _text("aid_beneficiary", "number_end", TextKind.REFERENCE, 3, "montrer la fin du numéro à l’agent"),
    _text("aid_aidrow", "number_digest", TextKind.DIGEST, 64, "reconnaître un allocataire sans garder son numéro"),
    _text("aid_aidrow", "number_end", TextKind.REFERENCE, 3, "montrer la fin du numéro à l’agent"),
    _text("quittancement_oneoffline", "label", TextKind.WORDING, 60, "nommer la régularisation sur l’avis"),
    _text("quittancement_oneoffline", "basis", TextKind.WORDING, 60, "dire au locataire d’où vient la régularisation"),
    _text("quittancement_oneoffline", "source_key", TextKind.CODE, 60, "ne pas écrire deux fois la même"),
    _text("quittancement_suspensionorder", "order_reference", TextKind.REFERENCE, 60, "désigner l’arrêté"),
    _text("quittancement_line", "label", TextKind.WORDING, 60, "nommer la ligne sur l’avis"),
    _text("quittancement_line", "rule", TextKind.CODE, 20, "dire quelle règle a donné le montant"),
    _text("quittancement_line", "inputs", TextKind.CODE, 80, "refaire le calcul : les nombres de la règle"),
    _text("quittancement_line", "basis", TextKind.WORDING, 60, "dire au locataire d’où vient le montant"),
    _text("quittancement_receipt", "basis", TextKind.DIGEST, 32, "savoir si les paiements d’un mois ont changé"),
    _text("dispatch_sending", "kind", TextKind.CODE, 16, "dire quelle sorte de document est partie"),
    _text("dispatch_sending", "reference", TextKind.REFERENCE, 80, "la référence que le prestataire a donnée"),
    _text("dispatch_sending", "code", TextKind.CODE, 40, "le code de la dernière réponse du prestataire"),
    _text("dispatch_pushpoint", "endpoint", TextKind.IDENTIFIER, 500, "prévenir l’appareil, sans rien lui dire"),
    _text("dispatch_vaultaccount", "member", TextKind.IDENTIFIER, 64, "déposer dans le coffre choisi"),
    _text("quittancement_setaside", "code", TextKind.CODE, 40, "dire pourquoi un bail n’a pas d’avis"),
    _text("quittancement_setaside", "reason", TextKind.WORDING, 300, "dire pourquoi, en une phrase de la règle"),
)

_ACCOUNTS = (
    _text("ledger_account", "code", TextKind.REFERENCE, 20, "désigner le compte"),
    _text("ledger_account", "label", TextKind.NAME, 120, "nommer le titulaire du compte, ou le compte général"),
    _text("ledger_account", "reference", TextKind.REFERENCE, 25, "rapprocher un paiement (ISO 11649)"),
    _text("ledger_entry", "label", TextKind.WORDING, 120, "dire ce que l’écriture constate"),
    _text("banking_bankentry", "identity", TextKind.DIGEST, 64, "ne compter qu’une fois un mouvement de la banque"),
    _text("banking_bankentry", "booking", TextKind.DIGEST, 64, "ne compter qu’une fois un lot et ses paiements"),
    _text("banking_bankentry", "operation", TextKind.CODE, 20, "le code de l’opération, comme la banque le donne"),
    _text("banking_bankentry", "rf_reference", TextKind.REFERENCE, 25, "rapprocher le paiement (ISO 11649)"),
    _text("banking_bankentry", "end_to_end_id", TextKind.REFERENCE, 35, "retrouver un prélèvement ou un virement"),
    _text("banking_bankentry", "mandate_reference", TextKind.REFERENCE, 35, "retrouver le mandat (RUM)"),
    _text("banking_bankentry", "return_reason", TextKind.CODE, 4, "dire pourquoi la banque a rendu la somme (ISO)"),
    _text("banking_bankentry", "wording", TextKind.COPY, 300, "trouver de qui vient la somme"),
    _text("banking_bankentry", "payer_name", TextKind.NAME, 140, "trouver de qui vient la somme"),
    _text("banking_bankentry", "iban_digest", TextKind.DIGEST, 64, "reconnaître un payeur sans garder son IBAN"),
    _text("banking_bankentry", "iban_last4", TextKind.IDENTIFIER, 4, "montrer la fin du compte du payeur"),
    _text("banking_cardpayment", "reference", TextKind.REFERENCE, 20, "désigner le paiement à la passerelle"),
    _text("banking_cardpayment", "gateway", TextKind.REFERENCE, 60, "dire quelle passerelle tient la page de paiement"),
    _text("banking_givenfile", "name", TextKind.REFERENCE, 120, "reconnaître un fichier donné"),
    _text("banking_givenfile", "sha256", TextKind.DIGEST, 64, "ne pas appliquer deux fois le même fichier"),
    _text("banking_givenfile", "format", TextKind.CODE, 20, "dire de quel format est le fichier"),
    _text("banking_givenfile", "warnings", TextKind.COPY, None, "dire ce qui est étrange dans le fichier"),
    _text("banking_givenfile", "refusal", TextKind.WORDING, 400, "dire pourquoi un fichier n’est pas lu"),
    _text("banking_payment", "proof", TextKind.REFERENCE, 40, "le numéro du chèque ou du reçu, jamais d’une carte"),
    _text("mail_document", "number", TextKind.REFERENCE, 30, "désigner le document"),
    _text("mail_document", "data_sha256", TextKind.DIGEST, 64, "prouver que les données figées n’ont pas changé"),
    _text("mail_document", "template_sha256", TextKind.DIGEST, 64, "dire avec quel modèle la page a été faite"),
    _text("mail_document", "pdf_sha256", TextKind.DIGEST, 64, "retrouver les octets exacts du PDF"),
    _text("mail_document", "kept_pack", TextKind.REFERENCE, 32, "trouver le paquet où le PDF est gardé"),
    _text("mail_vaultevent", "sha256", TextKind.DIGEST, 64, "dire de quel document une ligne parle"),
    _text("rights_retrieval", "sha256", TextKind.DIGEST, 64, "retrouver la copie de tous les documents d’une personne"),
    _text("mail_deposit", "sha256", TextKind.DIGEST, 64, "prouver que le papier déposé n’a pas changé"),
    _text("mail_deposit", "kept_pack", TextKind.REFERENCE, 32, "trouver le paquet où le papier déposé est gardé"),
    _text("maintenance_ticketphoto", "sha256", TextKind.DIGEST, 64, "prouver que la photo n’a pas changé"),
    _text("maintenance_ticketphoto", "kept_pack", TextKind.REFERENCE, 32, "trouver le paquet où la photo est gardée"),
    _text("mail_deposit", "media_type", TextKind.CODE, 16, "dire si le papier est un PDF ou une photo"),
)

_AGENTS = (
    _text("agents_agent", "first_name", TextKind.NAME, 80, "nommer l’agent dans son propre service"),
    _text("agents_agent", "last_name", TextKind.NAME, 80, "nommer l’agent dans son propre service"),
    _text("agents_agent", "service", TextKind.REFERENCE, 80, "dire au locataire quel service a lu son dossier"),
    _text("agents_agent", "function", TextKind.REFERENCE, 80, "dire au locataire quelle fonction a lu son dossier"),
    _text("agents_staffchange", "before", TextKind.COPY, 120, "dire ce qui a changé dans le poste d’un agent, avant"),
    _text("agents_staffchange", "after", TextKind.COPY, 120, "dire ce qui a changé dans le poste d’un agent, après"),
    _text("agents_opening", "motive", TextKind.CODE, 24, "dire pourquoi un dossier hors portefeuille a été ouvert"),
    _text("agents_user", "identifier", TextKind.IDENTIFIER, 120, "ouvrir une session"),
    _text("agents_user", "language", TextKind.CODE, 7, "écrire à la personne dans la langue qu’elle a choisie"),
    _text("agents_user", "password", TextKind.DIGEST, 128, "vérifier un mot de passe sans le connaître"),
    _text("agents_signinattempt", "identifier_sha256", TextKind.DIGEST, 64, "freiner qui devine un mot de passe"),
    _text("agents_signinattempt", "site", TextKind.CODE, 7, "dire sur quel site l’essai a eu lieu"),
    _text("web_secondfactor", "label", TextKind.WORDING, 60, "reconnaître sa clé : navigateur et appareil"),
    _text("web_secondfactor", "secret", TextKind.DIGEST, 200, "vérifier un code : secret chiffré ou empreinte"),
    _text("web_opensession", "site", TextKind.CODE, 7, "dire sur quel site la session est ouverte"),
    _text("web_opensession", "browser", TextKind.WORDING, 40, "reconnaître sa session : familles du navigateur"),
    _text("web_enrolmentlink", "token_sha256", TextKind.DIGEST, 64, "reconnaître le lien remis après un oubli"),
    _text("web_passwordlink", "token_sha256", TextKind.DIGEST, 64, "reconnaître le lien qui change un mot de passe"),
    _text("web_maillink", "token_sha256", TextKind.DIGEST, 64, "reconnaître le lien reçu par courriel"),
    _text("web_maillink", "browser_sha256", TextKind.DIGEST, 64, "reconnaître le navigateur qui a demandé le lien"),
    _text("web_maillink", "number", TextKind.CODE, 2, "montrer que celui qui lit le courriel voit l’autre écran"),
    _text("admission_accessletter", "selector", TextKind.REFERENCE, 5, "retrouver la lettre dont un code est tapé"),
    _text("admission_accessletter", "code_sha256", TextKind.DIGEST, 64, "vérifier un code sans le garder"),
    _text("admission_accessletter", "identifier", TextKind.IDENTIFIER, 120, "ouvrir une session"),
    _text("admission_knowncontact", "hint", TextKind.WORDING, 20, "dire où un code part, sans le numéro"),
    _text(
        "admission_knowncontact", "value_sha256", TextKind.DIGEST, 64, "voir si le contact a changé depuis la lettre"
    ),
    _text("admission_helper", "name", TextKind.NAME, 80, "dire à la personne quel aidant elle a choisi"),
    _text("admission_helper", "selector", TextKind.REFERENCE, 5, "retrouver l’aide dont un code est tapé"),
    _text("admission_helper", "code_sha256", TextKind.DIGEST, 64, "vérifier un code sans le garder"),
    _text("admission_helper", "identifier", TextKind.IDENTIFIER, 20, "ouvrir une session"),
    _text("admission_sentcode", "code_sha256", TextKind.DIGEST, 64, "vérifier un code envoyé sans le garder"),
    _text("admission_accessslip", "code_sha256", TextKind.DIGEST, 64, "vérifier le numéro d’un bon sans le garder"),
    _text("django_session", "session_key", TextKind.DIGEST, 40, "reconnaître une session ouverte"),
    _text("django_session", "session_data", TextKind.COPY, None, "garder la session : compte, messages d’écran"),
)

_RESIDENCES = (
    _text("maintenance_repairrequest", "guide_version", TextKind.CODE, 8, "dire quelles questions ont été posées"),
    _text("maintenance_keyset", "tag", TextKind.REFERENCE, 12, "désigner le trousseau : le numéro d’une étiquette"),
)

_EXCHANGES = (
    _text(
        "exchanges_message",
        "body",
        TextKind.SCREENED,
        2_000,
        "poser une question et y répondre : la personne écrit et lit tout",
    ),
)

_TRACES = (
    _text("privacy_readevent", "operator", TextKind.NAME, 80, "nommer qui a lancé une commande"),
    _text("privacy_readevent", "role", TextKind.CODE, 20, "dire quel métier a lu"),
    _text("privacy_readevent", "purpose", TextKind.CODE, 24, "dire pour quelle finalité"),
    _text("privacy_readevent", "motive", TextKind.CODE, 24, "dire pour quel motif, dans une liste fermée"),
    _text("privacy_readevent", "categories", TextKind.CODE, 16, "dire quelles données ont été lues"),
    _text("privacy_readevent", "screen", TextKind.CODE, 40, "dire sur quelle page"),
    # What an agent typed in the search box: shown to the DPO alone, to see a search that had no business.
    _text("privacy_readevent", "terms", TextKind.IDENTIFIER, 120, "contrôler ce qui a été cherché"),
    _text("privacy_helpwindow", "vendor", TextKind.REFERENCE, 60, "dire quelle société intervient"),
    _text("privacy_helpwindow", "opened_by", TextKind.NAME, 80, "nommer qui a ouvert la fenêtre d’assistance"),
    _text("screening_screenrefusal", "category", TextKind.CODE, 10, "compter ce que le filtre refuse, par catégorie"),
    _text("screening_screenrefusal", "term", TextKind.CODE, 40, "dire quel terme du lexique a refusé un texte"),
    _text("screening_screenrefusal", "field", TextKind.CODE, 40, "dire dans quel champ un texte a été refusé"),
    _text("screening_screenrefusal", "site", TextKind.CODE, 5, "dire sur quel site un texte a été refusé"),
    _text("screening_justifiedwarning", "category", TextKind.CODE, 10, "compter les avertissements, par catégorie"),
    _text("screening_justifiedwarning", "term", TextKind.CODE, 40, "dire quel terme du lexique a averti"),
    _text("screening_justifiedwarning", "field", TextKind.CODE, 40, "dire dans quel champ un texte a été justifié"),
    _text("screening_justifiedwarning", "site", TextKind.CODE, 5, "dire sur quel site un texte a été justifié"),
    _text(
        "screening_justifiedwarning", "justification", TextKind.CODE, 9, "dire le motif choisi, dans une liste fermée"
    ),
    _text("foundation_importbatch", "format", TextKind.CODE, 30, "dire quel format de fichier a été lu"),
    _text("foundation_importbatch", "file_name", TextKind.REFERENCE, 200, "reconnaître le fichier"),
    _text("foundation_importbatch", "file_sha256", TextKind.DIGEST, 64, "reconnaître le fichier à ses octets"),
    _text("foundation_importrow", "key", TextKind.REFERENCE, 400, "retrouver ce que la ligne désigne"),
    _text("foundation_importrow", "cells", TextKind.COPY, None, "relire la ligne avant de l’appliquer"),
    _text("foundation_importrow", "findings", TextKind.COPY, None, "dire ce qui est refusé dans la ligne, et pourquoi"),
)

_RETENTION = (
    _text("retention_purge", "operator", TextKind.NAME, 80, "nommer qui a lancé la purge"),
    _text("retention_purge", "data_sha256", TextKind.DIGEST, 64, "prouver que le certificat n’a pas changé"),
    _text("retention_purge", "pdf_sha256", TextKind.DIGEST, 64, "retrouver le PDF du certificat"),
)

_RIGHTS = (
    _text("rights_request", "about", TextKind.CODE, 16, "dire quelles données sont concernées"),
    _text("rights_request", "reading_role", TextKind.CODE, 20, "rappeler quel métier a fait la lecture questionnée"),
    _text("rights_request", "reading_purpose", TextKind.CODE, 24, "rappeler pour quelle finalité"),
    _text("rights_request", "reading_screen", TextKind.CODE, 40, "rappeler sur quelle page"),
    _text("rights_step", "motive", TextKind.CODE, 20, "dire pourquoi une demande est refusée, avec l’article"),
    _text("rights_step", "sentences", TextKind.CODE, 20, "répondre par des phrases d’une liste fermée"),
    _text("rights_package", "sha256", TextKind.DIGEST, 64, "retrouver les octets de la copie remise"),
)

_BREACHES = (
    _text("oversight_incident", "number", TextKind.REFERENCE, 16, "le numéro de la violation"),
    _text("oversight_incidentperson", "categories", TextKind.CODE, 16, "les catégories de données vues"),
    _text("oversight_incidentstep", "measures", TextKind.CODE, 16, "les mesures prises"),
    _text("oversight_incidentstep", "package_sha256", TextKind.DIGEST, 64, "retrouver les lettres préparées"),
    _text("oversight_incidentstep", "receipt", TextKind.REFERENCE, 30, "le récépissé de la CNIL"),
)

_TAKEOVER = (
    _text("takeover_instalment", "plan", TextKind.REFERENCE, 20, "le numéro du plan dans l’ancien logiciel"),
    _text("takeover_gap", "reference", TextKind.REFERENCE, 20, "le bail tel que le fichier comparé le désigne"),
    _text("takeover_gap", "detail", TextKind.WORDING, 160, "dire comment la cause donne le montant de l’écart"),
)

_DEBITS = (
    _text("banking_sepamandate", "reference", TextKind.REFERENCE, 35, "désigner le mandat de prélèvement (RUM)"),
    _text("banking_sepamandate", "holder_name", TextKind.NAME, 70, "nommer le titulaire du compte à sa banque"),
    _text("banking_sepamandate", "iban_digest", TextKind.DIGEST, 64, "reconnaître un compte sans lire son IBAN"),
    _text("banking_sepamandate", "iban_last4", TextKind.REFERENCE, 4, "reconnaître le compte prélevé sans son numéro"),
    _text("banking_sepamandate", "bic", TextKind.REFERENCE, 11, "désigner la banque du payeur"),
    _text("banking_sepamandate", "creditor_id", TextKind.REFERENCE, 35, "l’ICS que connaît la banque du payeur"),
    _text("banking_mandatechange", "former_reference", TextKind.REFERENCE, 35, "dire à la banque l’ancien mandat"),
    _text("banking_mandatechange", "former_creditor_id", TextKind.REFERENCE, 35, "dire à la banque l’ancien ICS"),
    _text("banking_debit", "end_to_end_id", TextKind.REFERENCE, 35, "reconnaître le prélèvement quand il revient"),
    _text("banking_debit", "mandate_reference", TextKind.REFERENCE, 35, "désigner le mandat dans le fichier"),
    _text("banking_debit", "holder_name", TextKind.NAME, 70, "nommer le titulaire du compte à sa banque"),
    _text("banking_debit", "iban_last4", TextKind.REFERENCE, 4, "reconnaître le compte prélevé sans son numéro"),
    _text("banking_debit", "bic", TextKind.REFERENCE, 11, "désigner la banque du payeur"),
    _text("banking_debit", "former_reference", TextKind.REFERENCE, 35, "dire à la banque l’ancien mandat"),
    _text("banking_debit", "former_creditor_id", TextKind.REFERENCE, 35, "dire à la banque l’ancien ICS"),
    _text("banking_debit", "reason", TextKind.CODE, 4, "dire pourquoi la banque l’a rendu (ISO)"),
    _text("banking_orderfile", "message_id", TextKind.REFERENCE, 35, "désigner le fichier envoyé à la banque"),
    _text("banking_orderfile", "own_sha256", TextKind.DIGEST, 64, "refuser un fichier d’une fiche remplacée"),
    _text("banking_refund", "own_sha256", TextKind.DIGEST, 64, "refuser un fichier d’une fiche remplacée"),
    _text("banking_refund", "iban_last4", TextKind.REFERENCE, 4, "reconnaître le compte remboursé sans son numéro"),
    _text("banking_refund", "holder_name", TextKind.NAME, 70, "nommer le titulaire du compte à sa banque"),
    _text("banking_refund", "end_to_end_id", TextKind.REFERENCE, 35, "reconnaître le virement sur le relevé"),
    _text("banking_refund", "message_id", TextKind.REFERENCE, 35, "désigner le fichier envoyé à la banque"),
)

_COMMISSION = (
    _text("attribution_match", "against", TextKind.CODE, 24, "dire pourquoi un logement ne convient pas à la demande"),
    _text("attribution_match", "to_check", TextKind.CODE, 24, "dire ce qui reste à vérifier avant la commission"),
    _text("attribution_commissionmember", "communes", TextKind.CODE, 5, "dire pour quelles communes un maire siège"),
    _text("attribution_occupationreview", "inputs", TextKind.COPY, None, "refaire l’examen sur les mêmes chiffres"),
    _text("attribution_occupationreview", "inputs_sha256", TextKind.DIGEST, 64, "prouver que l’examen n’a pas changé"),
    _text("attribution_opinion", "pseudonym", TextKind.REFERENCE, 12, "désigner le dossier sans le nom"),
    _text(
        "attribution_opinion", "content", TextKind.COPY, None, "montrer à la commission ce qui est constaté, sans nom"
    ),
    _text("attribution_opinion", "digest", TextKind.DIGEST, 64, "prouver que la fiche n’a pas changé"),
    _text("attribution_opinionletter", "number", TextKind.REFERENCE, 30, "désigner la lettre"),
    _text("attribution_opinionletter", "content_sha256", TextKind.DIGEST, 64, "prouver que la lettre n’a pas changé"),
    _text("attribution_opinionletter", "pdf_sha256", TextKind.DIGEST, 64, "retrouver les octets de la lettre"),
    _text("attribution_sheet", "pseudonym", TextKind.REFERENCE, 12, "désigner le candidat sans son nom"),
    _text("attribution_sheet", "content", TextKind.COPY, None, "montrer à la commission les faits déclarés, sans nom"),
    _text("attribution_sheet", "digest", TextKind.DIGEST, 64, "prouver que la fiche n’a pas changé"),
    _text(
        "attribution_decision", "condition_piece", TextKind.CODE, 32, "dire quelle pièce de la liste limitative manque"
    ),
    _text("attribution_decision", "precision", TextKind.SCREENED, 120, "préciser par un fait le motif de la décision"),
    _text("attribution_minutes", "content", TextKind.COPY, None, "garder ce que dit le procès-verbal"),
    _text("attribution_minutes", "content_sha256", TextKind.DIGEST, 64, "prouver que le procès-verbal n’a pas changé"),
    _text("attribution_minutes", "pdf_sha256", TextKind.DIGEST, 64, "retrouver les octets du procès-verbal"),
    _text("attribution_frozen", "digest", TextKind.DIGEST, 64, "prouver que les données rejouées sont les mêmes"),
    _text("attribution_notification", "number", TextKind.REFERENCE, 30, "désigner la lettre"),
    _text("attribution_notification", "content_sha256", TextKind.DIGEST, 64, "prouver que la lettre n’a pas changé"),
    _text("attribution_notification", "pdf_sha256", TextKind.DIGEST, 64, "retrouver les octets de la lettre"),
)

_APPLICATIONS = (
    _text(
        "demandes_application",
        "number",
        TextKind.REFERENCE,
        18,
        "désigner la demande : le numéro unique, donné par le système national",
    ),
    _text(
        "demandes_member", "first_name", TextKind.NAME, 80, "nommer une personne à loger qui n’a pas de dossier à elle"
    ),
    _text(
        "demandes_member", "last_name", TextKind.NAME, 80, "nommer une personne à loger qui n’a pas de dossier à elle"
    ),
    _text("demandes_nir", "ending", TextKind.DIGEST, 2, "dire lequel est gardé sans le montrer : sa clé"),
    _text("demandes_postaladdress", "line", TextKind.IDENTIFIER, 120, "écrire au demandeur"),
    _text("demandes_postaladdress", "postcode", TextKind.IDENTIFIER, 10, "écrire au demandeur"),
    _text("demandes_postaladdress", "city", TextKind.IDENTIFIER, 80, "écrire au demandeur"),
    _text("demandes_wish", "commune", TextKind.CODE, 5, "dire quelle commune est demandée : son code INSEE"),
    _text(
        "demandes_resourceline",
        "code",
        TextKind.CODE,
        8,
        "dire la nature d’une ressource : un code du fichier d’échange",
    ),
    _text(
        "demandes_work", "commune", TextKind.CODE, 5, "dire dans quelle commune un adulte travaille : son code INSEE"
    ),
    _text("demandes_receipt", "unknown_codes", TextKind.COPY, 48, "garder un code inconnu jusqu’à le préciser"),
    _text("demandes_receipt", "digest", TextKind.DIGEST, 64, "voir si le fichier d’échange dit autre chose"),
    _text(
        "demandes_event",
        "detail",
        TextKind.CODE,
        26,
        "préciser ce qui est arrivé : une rubrique, un motif, une décision",
    ),
    _text("demandes_letter", "number", TextKind.REFERENCE, 16, "désigner la lettre"),
    _text("demandes_letter", "content_sha256", TextKind.DIGEST, 64, "prouver que la lettre n’a pas changé"),
    _text("demandes_piece", "code", TextKind.CODE, 32, "dire de quelle pièce de la liste il s’agit"),
    _text("demandes_piece", "ground", TextKind.CODE, 20, "dire pourquoi la pièce est refusée, dans une liste fermée"),
    _text("demandes_piece", "content_sha256", TextKind.DIGEST, 64, "retrouver la pièce à ses octets"),
    _text("demandes_officialscore", "territory", TextKind.CODE, 20, "dire quel territoire a donné les points"),
    _text("demandes_officialscore", "source", TextKind.REFERENCE, 40, "dire d’où viennent les points"),
    _text("demandes_standing", "territory", TextKind.CODE, 20, "dire pour quel territoire les points sont calculés"),
    _text("demandes_standing", "grid_version", TextKind.CODE, 20, "dire par quelle grille"),
)

_PAYROLL = (
    _text("payroll_employee", "number", TextKind.REFERENCE, 20, "rattacher un bulletin à son salarié (matricule)"),
    _text("payroll_employee", "work_address", TextKind.IDENTIFIER, 160, "remettre l’information et le papier"),
    _text("payroll_employee", "private_email", TextKind.IDENTIFIER, 120, "joindre qui a quitté l’organisme"),
    _text("payroll_givenpayfile", "name", TextKind.REFERENCE, 120, "reconnaître le fichier donné"),
    _text("payroll_givenpayfile", "refusal", TextKind.WORDING, 400, "dire pourquoi le fichier n’est pas pris"),
    _text("payroll_givenpayfile", "sha256", TextKind.DIGEST, 64, "contrôler les octets scellés en attendant"),
    _text("payroll_givenpayfile", "kept_pack", TextKind.REFERENCE, 32, "trouver le paquet où il attend"),
    _text("payroll_paybatch", "file_name", TextKind.REFERENCE, 120, "reconnaître le fichier de la paie"),
    _text("payroll_paybatch", "file_sha256", TextKind.DIGEST, 64, "ne pas prendre deux fois le même fichier"),
    _text("payroll_payslip", "sha256", TextKind.DIGEST, 64, "retrouver les octets du bulletin et les contrôler"),
    _text("payroll_payslip", "kept_pack", TextKind.REFERENCE, 32, "trouver le paquet où le bulletin est gardé"),
    _text("payroll_quarantined", "kept_pack", TextKind.REFERENCE, 32, "trouver le paquet où les pages sont gardées"),
    _text("payroll_quarantined", "number", TextKind.REFERENCE, 20, "dire quel matricule la page porte"),
    _text("payroll_quarantined", "sha256", TextKind.DIGEST, 64, "retrouver les octets des pages et les contrôler"),
)

_PURCHASING = (
    _text("purchasing_supplier", "name", TextKind.NAME, 120, "nommer le fournisseur sur ses factures"),
    _text("purchasing_supplier", "siret", TextKind.REFERENCE, 14, "désigner l’établissement du fournisseur"),
    _text("purchasing_selfbilledinvoice", "number", TextKind.REFERENCE, 40, "désigner la facture"),
    _text("purchasing_selfbilledinvoice", "sha256", TextKind.DIGEST, 64, "retrouver ses octets et les contrôler"),
    _text("purchasing_selfbilledinvoice", "kept_pack", TextKind.REFERENCE, 32, "trouver le paquet où elle est gardée"),
)

REGISTER: tuple[DeclaredText, ...] = (
    *_PURCHASING,
    *_PAYROLL,
    *_COMMISSION,
    *_DEBITS,
    *_PERSONS,
    *_LEASES,
    *_MONTH,
    *_ACCOUNTS,
    *_AGENTS,
    *_RIGHTS,
    *_RETENTION,
    *_RESIDENCES,
    *_EXCHANGES,
    *_TRACES,
    *_BREACHES,
    *_TAKEOVER,
    *_APPLICATIONS,
)
