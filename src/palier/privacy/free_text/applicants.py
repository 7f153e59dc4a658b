"""What is kept of those who apply, and of the sittings that decide."""

from palier.privacy.free_text.shape import TextKind, text

COMMISSION = (
    text("attribution_match", "against", TextKind.CODE, 24, "dire pourquoi un logement ne convient pas à la demande"),
    text("attribution_match", "to_check", TextKind.CODE, 24, "dire ce qui reste à vérifier avant la commission"),
    text("attribution_commissionmember", "communes", TextKind.CODE, 5, "dire pour quelles communes un maire siège"),
    text("attribution_occupationreview", "inputs", TextKind.COPY, None, "refaire l’examen sur les mêmes chiffres"),
    text("attribution_occupationreview", "inputs_sha256", TextKind.DIGEST, 64, "prouver que l’examen n’a pas changé"),
    text("attribution_opinion", "pseudonym", TextKind.REFERENCE, 12, "désigner le dossier sans le nom"),
    text(
        "attribution_opinion", "content", TextKind.COPY, None, "montrer à la commission ce qui est constaté, sans nom"
    ),
    text("attribution_opinion", "digest", TextKind.DIGEST, 64, "prouver que la fiche n’a pas changé"),
    text("attribution_opinionletter", "number", TextKind.REFERENCE, 30, "désigner la lettre"),
    text("attribution_opinionletter", "content_sha256", TextKind.DIGEST, 64, "prouver que la lettre n’a pas changé"),
    text("attribution_opinionletter", "pdf_sha256", TextKind.DIGEST, 64, "retrouver les octets de la lettre"),
    text("attribution_sheet", "pseudonym", TextKind.REFERENCE, 12, "désigner le candidat sans son nom"),
    text("attribution_sheet", "content", TextKind.COPY, None, "montrer à la commission les faits déclarés, sans nom"),
    text("attribution_sheet", "digest", TextKind.DIGEST, 64, "prouver que la fiche n’a pas changé"),
    text(
        "attribution_decision", "condition_piece", TextKind.CODE, 32, "dire quelle pièce de la liste limitative manque"
    ),
    text("attribution_decision", "precision", TextKind.SCREENED, 120, "préciser par un fait le motif de la décision"),
    text("attribution_minutes", "content", TextKind.COPY, None, "garder ce que dit le procès-verbal"),
    text("attribution_minutes", "content_sha256", TextKind.DIGEST, 64, "prouver que le procès-verbal n’a pas changé"),
    text("attribution_minutes", "pdf_sha256", TextKind.DIGEST, 64, "retrouver les octets du procès-verbal"),
    text("attribution_frozen", "digest", TextKind.DIGEST, 64, "prouver que les données rejouées sont les mêmes"),
    text("attribution_notification", "number", TextKind.REFERENCE, 30, "désigner la lettre"),
    text("attribution_notification", "content_sha256", TextKind.DIGEST, 64, "prouver que la lettre n’a pas changé"),
    text("attribution_notification", "pdf_sha256", TextKind.DIGEST, 64, "retrouver les octets de la lettre"),
)

APPLICATIONS = (
    text(
        "demandes_application",
        "number",
        TextKind.REFERENCE,
        18,
        "désigner la demande : le numéro unique, donné par le système national",
    ),
    text(
        "demandes_member", "first_name", TextKind.NAME, 80, "nommer une personne à loger qui n’a pas de dossier à elle"
    ),
    text(
        "demandes_member", "last_name", TextKind.NAME, 80, "nommer une personne à loger qui n’a pas de dossier à elle"
    ),
    text("demandes_nir", "ending", TextKind.DIGEST, 2, "dire lequel est gardé sans le montrer : sa clé"),
    text("demandes_postaladdress", "line", TextKind.IDENTIFIER, 120, "écrire au demandeur"),
    text("demandes_postaladdress", "postcode", TextKind.IDENTIFIER, 10, "écrire au demandeur"),
    text("demandes_postaladdress", "city", TextKind.IDENTIFIER, 80, "écrire au demandeur"),
    text("demandes_wish", "commune", TextKind.CODE, 5, "dire quelle commune est demandée : son code INSEE"),
    text(
        "demandes_resourceline",
        "code",
        TextKind.CODE,
        8,
        "dire la nature d’une ressource : un code du fichier d’échange",
    ),
    text("demandes_work", "commune", TextKind.CODE, 5, "dire dans quelle commune un adulte travaille : son code INSEE"),
    text("demandes_receipt", "unknown_codes", TextKind.COPY, 48, "garder un code inconnu jusqu’à le préciser"),
    text("demandes_receipt", "digest", TextKind.DIGEST, 64, "voir si le fichier d’échange dit autre chose"),
    text(
        "demandes_event",
        "detail",
        TextKind.CODE,
        26,
        "préciser ce qui est arrivé : une rubrique, un motif, une décision",
    ),
    text("demandes_letter", "number", TextKind.REFERENCE, 16, "désigner la lettre"),
    text("demandes_letter", "content_sha256", TextKind.DIGEST, 64, "prouver que la lettre n’a pas changé"),
    text("demandes_piece", "code", TextKind.CODE, 32, "dire de quelle pièce de la liste il s’agit"),
    text("demandes_piece", "ground", TextKind.CODE, 20, "dire pourquoi la pièce est refusée, dans une liste fermée"),
    text("demandes_piece", "content_sha256", TextKind.DIGEST, 64, "retrouver la pièce à ses octets"),
    text("demandes_officialscore", "territory", TextKind.CODE, 20, "dire quel territoire a donné les points"),
    text("demandes_officialscore", "source", TextKind.REFERENCE, 40, "dire d’où viennent les points"),
    text("demandes_standing", "territory", TextKind.CODE, 20, "dire pour quel territoire les points sont calculés"),
    text("demandes_standing", "grid_version", TextKind.CODE, 20, "dire par quelle grille"),
)
