"""What is kept of those who work here or are paid, of who reads, and of what is kept about data itself."""

from palier.privacy.free_text.shape import TextKind, text

AGENTS = (
    text("agents_agent", "first_name", TextKind.NAME, 80, "nommer l’agent dans son propre service"),
    text("agents_agent", "last_name", TextKind.NAME, 80, "nommer l’agent dans son propre service"),
    text("agents_agent", "service", TextKind.REFERENCE, 80, "dire au locataire quel service a lu son dossier"),
    text("agents_agent", "function", TextKind.REFERENCE, 80, "dire au locataire quelle fonction a lu son dossier"),
    text("agents_staffchange", "before", TextKind.COPY, 120, "dire ce qui a changé dans le poste d’un agent, avant"),
    text("agents_staffchange", "after", TextKind.COPY, 120, "dire ce qui a changé dans le poste d’un agent, après"),
    text("agents_opening", "motive", TextKind.CODE, 24, "dire pourquoi un dossier hors portefeuille a été ouvert"),
    text("agents_user", "identifier", TextKind.IDENTIFIER, 120, "ouvrir une session"),
    text("agents_user", "language", TextKind.CODE, 7, "écrire à la personne dans la langue qu’elle a choisie"),
    text("agents_user", "password", TextKind.DIGEST, 128, "vérifier un mot de passe sans le connaître"),
    text("agents_signinattempt", "identifier_sha256", TextKind.DIGEST, 64, "freiner qui devine un mot de passe"),
    text("agents_signinattempt", "site", TextKind.CODE, 7, "dire sur quel site l’essai a eu lieu"),
    text("web_secondfactor", "label", TextKind.WORDING, 60, "reconnaître sa clé : navigateur et appareil"),
    text("web_secondfactor", "secret", TextKind.DIGEST, 200, "vérifier un code : secret chiffré ou empreinte"),
    text("web_opensession", "site", TextKind.CODE, 7, "dire sur quel site la session est ouverte"),
    text("web_opensession", "browser", TextKind.WORDING, 40, "reconnaître sa session : familles du navigateur"),
    text("web_enrolmentlink", "token_sha256", TextKind.DIGEST, 64, "reconnaître le lien remis après un oubli"),
    text("web_passwordlink", "token_sha256", TextKind.DIGEST, 64, "reconnaître le lien qui change un mot de passe"),
    text("web_maillink", "token_sha256", TextKind.DIGEST, 64, "reconnaître le lien reçu par courriel"),
    text("web_maillink", "browser_sha256", TextKind.DIGEST, 64, "reconnaître le navigateur qui a demandé le lien"),
    text("web_maillink", "number", TextKind.CODE, 2, "montrer que celui qui lit le courriel voit l’autre écran"),
    text("admission_accessletter", "selector", TextKind.REFERENCE, 5, "retrouver la lettre dont un code est tapé"),
    text("admission_accessletter", "code_sha256", TextKind.DIGEST, 64, "vérifier un code sans le garder"),
    text("admission_accessletter", "identifier", TextKind.IDENTIFIER, 120, "ouvrir une session"),
    text("admission_knowncontact", "hint", TextKind.WORDING, 20, "dire où un code part, sans le numéro"),
    text("admission_knowncontact", "value_sha256", TextKind.DIGEST, 64, "voir si le contact a changé depuis la lettre"),
    text("admission_helper", "name", TextKind.NAME, 80, "dire à la personne quel aidant elle a choisi"),
    text("admission_helper", "selector", TextKind.REFERENCE, 5, "retrouver l’aide dont un code est tapé"),
    text("admission_helper", "code_sha256", TextKind.DIGEST, 64, "vérifier un code sans le garder"),
    text("admission_helper", "identifier", TextKind.IDENTIFIER, 20, "ouvrir une session"),
    text("admission_sentcode", "code_sha256", TextKind.DIGEST, 64, "vérifier un code envoyé sans le garder"),
    text("admission_accessslip", "code_sha256", TextKind.DIGEST, 64, "vérifier le numéro d’un bon sans le garder"),
    text("django_session", "session_key", TextKind.DIGEST, 40, "reconnaître une session ouverte"),
    text("django_session", "session_data", TextKind.COPY, None, "garder la session : compte, messages d’écran"),
)

TRACES = (
    text("privacy_readevent", "operator", TextKind.NAME, 80, "nommer qui a lancé une commande"),
    text("privacy_readevent", "role", TextKind.CODE, 20, "dire quel métier a lu"),
    text("privacy_readevent", "purpose", TextKind.CODE, 24, "dire pour quelle finalité"),
    text("privacy_readevent", "motive", TextKind.CODE, 24, "dire pour quel motif, dans une liste fermée"),
    text("privacy_readevent", "categories", TextKind.CODE, 16, "dire quelles données ont été lues"),
    text("privacy_readevent", "screen", TextKind.CODE, 40, "dire sur quelle page"),
    # What an agent typed in the search box: shown to the DPO alone, to see a search that had no business.
    text("privacy_readevent", "terms", TextKind.IDENTIFIER, 120, "contrôler ce qui a été cherché"),
    text("privacy_helpwindow", "vendor", TextKind.REFERENCE, 60, "dire quelle société intervient"),
    text("privacy_helpwindow", "opened_by", TextKind.NAME, 80, "nommer qui a ouvert la fenêtre d’assistance"),
    text("screening_screenrefusal", "category", TextKind.CODE, 10, "compter ce que le filtre refuse, par catégorie"),
    text("screening_screenrefusal", "term", TextKind.CODE, 40, "dire quel terme du lexique a refusé un texte"),
    text("screening_screenrefusal", "field", TextKind.CODE, 40, "dire dans quel champ un texte a été refusé"),
    text("screening_screenrefusal", "site", TextKind.CODE, 5, "dire sur quel site un texte a été refusé"),
    text("screening_justifiedwarning", "category", TextKind.CODE, 10, "compter les avertissements, par catégorie"),
    text("screening_justifiedwarning", "term", TextKind.CODE, 40, "dire quel terme du lexique a averti"),
    text("screening_justifiedwarning", "field", TextKind.CODE, 40, "dire dans quel champ un texte a été justifié"),
    text("screening_justifiedwarning", "site", TextKind.CODE, 5, "dire sur quel site un texte a été justifié"),
    text(
        "screening_justifiedwarning", "justification", TextKind.CODE, 9, "dire le motif choisi, dans une liste fermée"
    ),
    text("foundation_importbatch", "format", TextKind.CODE, 30, "dire quel format de fichier a été lu"),
    text("foundation_importbatch", "file_name", TextKind.REFERENCE, 200, "reconnaître le fichier"),
    text("foundation_importbatch", "file_sha256", TextKind.DIGEST, 64, "reconnaître le fichier à ses octets"),
    text("foundation_importrow", "key", TextKind.REFERENCE, 400, "retrouver ce que la ligne désigne"),
    text("foundation_importrow", "cells", TextKind.COPY, None, "relire la ligne avant de l’appliquer"),
    text("foundation_importrow", "findings", TextKind.COPY, None, "dire ce qui est refusé dans la ligne, et pourquoi"),
)

RETENTION = (
    text("retention_purge", "operator", TextKind.NAME, 80, "nommer qui a lancé la purge"),
    text("retention_purge", "data_sha256", TextKind.DIGEST, 64, "prouver que le certificat n’a pas changé"),
    text("retention_purge", "pdf_sha256", TextKind.DIGEST, 64, "retrouver le PDF du certificat"),
)

RIGHTS = (
    text("rights_request", "about", TextKind.CODE, 16, "dire quelles données sont concernées"),
    text("rights_request", "reading_role", TextKind.CODE, 20, "rappeler quel métier a fait la lecture questionnée"),
    text("rights_request", "reading_purpose", TextKind.CODE, 24, "rappeler pour quelle finalité"),
    text("rights_request", "reading_screen", TextKind.CODE, 40, "rappeler sur quelle page"),
    text("rights_step", "motive", TextKind.CODE, 20, "dire pourquoi une demande est refusée, avec l’article"),
    text("rights_step", "sentences", TextKind.CODE, 20, "répondre par des phrases d’une liste fermée"),
    text("rights_package", "sha256", TextKind.DIGEST, 64, "retrouver les octets de la copie remise"),
)

BREACHES = (
    text("oversight_incident", "number", TextKind.REFERENCE, 16, "le numéro de la violation"),
    text("oversight_incidentperson", "categories", TextKind.CODE, 16, "les catégories de données vues"),
    text("oversight_incidentstep", "measures", TextKind.CODE, 16, "les mesures prises"),
    text("oversight_incidentstep", "package_sha256", TextKind.DIGEST, 64, "retrouver les lettres préparées"),
    text("oversight_incidentstep", "receipt", TextKind.REFERENCE, 30, "le récépissé de la CNIL"),
)

TAKEOVER = (
    text("takeover_instalment", "plan", TextKind.REFERENCE, 20, "le numéro du plan dans l’ancien logiciel"),
    text("takeover_gap", "reference", TextKind.REFERENCE, 20, "le bail tel que le fichier comparé le désigne"),
    text("takeover_gap", "detail", TextKind.WORDING, 160, "dire comment la cause donne le montant de l’écart"),
)

PAYROLL = (
    text("payroll_employee", "number", TextKind.REFERENCE, 20, "rattacher un bulletin à son salarié (matricule)"),
    text("payroll_employee", "work_address", TextKind.IDENTIFIER, 160, "remettre l’information et le papier"),
    text("payroll_employee", "private_email", TextKind.IDENTIFIER, 120, "joindre qui a quitté l’organisme"),
    text("payroll_givenpayfile", "name", TextKind.REFERENCE, 120, "reconnaître le fichier donné"),
    text("payroll_givenpayfile", "refusal", TextKind.WORDING, 400, "dire pourquoi le fichier n’est pas pris"),
    text("payroll_givenpayfile", "sha256", TextKind.DIGEST, 64, "contrôler les octets scellés en attendant"),
    text("payroll_givenpayfile", "kept_pack", TextKind.REFERENCE, 32, "trouver le paquet où il attend"),
    text("payroll_paybatch", "file_name", TextKind.REFERENCE, 120, "reconnaître le fichier de la paie"),
    text("payroll_paybatch", "file_sha256", TextKind.DIGEST, 64, "ne pas prendre deux fois le même fichier"),
    text("payroll_payslip", "sha256", TextKind.DIGEST, 64, "retrouver les octets du bulletin et les contrôler"),
    text("payroll_payslip", "kept_pack", TextKind.REFERENCE, 32, "trouver le paquet où le bulletin est gardé"),
    text("payroll_quarantined", "kept_pack", TextKind.REFERENCE, 32, "trouver le paquet où les pages sont gardées"),
    text("payroll_quarantined", "number", TextKind.REFERENCE, 20, "dire quel matricule la page porte"),
    text("payroll_quarantined", "sha256", TextKind.DIGEST, 64, "retrouver les octets des pages et les contrôler"),
)

PURCHASING = (
    text("purchasing_supplier", "name", TextKind.NAME, 120, "nommer le fournisseur sur ses factures"),
    text("purchasing_supplier", "siret", TextKind.REFERENCE, 14, "désigner l’établissement du fournisseur"),
    text("purchasing_selfbilledinvoice", "number", TextKind.REFERENCE, 40, "désigner la facture"),
    text("purchasing_selfbilledinvoice", "sha256", TextKind.DIGEST, 64, "retrouver ses octets et les contrôler"),
    text("purchasing_selfbilledinvoice", "kept_pack", TextKind.REFERENCE, 32, "trouver le paquet où elle est gardée"),
)
