"""The pages of tenants and of those who ask for a dwelling: their own file only, and even that leaves a trace."""

from dataclasses import replace

from palier.privacy.catalogue import REPORTS, SEES
from palier.privacy.declare import PageAccess, Role
from palier.web.signin_pages import PAGES as SIGNING_IN


def _own(*categories: str, screen: str, methods: tuple[str, ...] = ("GET",)) -> PageAccess:
    return PageAccess(
        roles=(Role.TENANT,), purpose="ESPACE_LOCATAIRE", methods=methods, categories=categories, screen=screen
    )


def _anyone(*categories: str, screen: str, methods: tuple[str, ...] = ("GET",)) -> PageAccess:
    """A page about one's own data: whoever asks for a dwelling has it too."""
    return replace(_own(*categories, screen=screen, methods=methods), roles=(Role.TENANT, Role.APPLICANT))


def _with_helper(page: PageAccess, *, helps: str = "") -> PageAccess:
    """The same page for whom the person lets help them; `helps`: when they were let do that."""
    return replace(page, roles=(*page.roles, Role.HELPER), helps=helps)


def _shown_to_helper(page: PageAccess) -> PageAccess:
    return _with_helper(page, helps=SEES)


def _reported_by_helper(page: PageAccess) -> PageAccess:
    """Reporting and following what was reported; an appointment and an opinion stay the tenant's."""
    return _with_helper(page, helps=REPORTS)


_APPLICATION = ("DEMANDE", "PIECES", "FOYER", "RESSOURCES", "BESOINS", "EXAMEN")

PAGES: dict[str, PageAccess] = {
    **SIGNING_IN,
    "sign_in": PageAccess(roles=(), purpose="", methods=("GET", "POST"), public=True),
    "sign_out": PageAccess(roles=(), purpose="", methods=("POST",), public=True),
    # First access by a letter: nobody is known yet.
    "open_space": PageAccess(roles=(), purpose="", methods=("GET", "POST"), public=True),
    "open_proof": PageAccess(roles=(), purpose="", methods=("GET", "POST"), public=True),
    "open_choose": PageAccess(roles=(), purpose="", methods=("GET", "POST"), public=True),
    "open_password": PageAccess(roles=(), purpose="", methods=("GET", "POST"), public=True),
    "help_take": PageAccess(roles=(), purpose="", methods=("GET", "POST"), public=True),
    # Whom a tenant lets help them: who opens a way into the file has just proven who they are.
    "helping": _own("CONNEXION", screen="mes aidants"),
    # After a letter opened an account anew: what somebody else may have left there.
    "entered_again": _own("CONNEXION", "COORDONNEES", "BAIL", screen="mes aidants"),
    "helping_new": replace(_own("CONNEXION", screen="mes aidants", methods=("GET", "POST")), fresh_proof=True),
    "helping_end": _own("CONNEXION", screen="mes aidants", methods=("POST",)),
    "preferences": PageAccess(roles=(), purpose="", methods=("POST",), public=True),
    "worker": PageAccess(roles=(), purpose="", public=True),
    "manifest": PageAccess(roles=(), purpose="", public=True),
    "offline": PageAccess(roles=(), purpose="", public=True),
    # Whose sendings this device may send: nothing of a file is read.
    "token": _anyone(screen=""),
    "home": _with_helper(_anyone("COMPTE", screen="chez moi")),
    "lease": _own("COMPTE", screen="chez moi"),
    "why": _shown_to_helper(_own("COMPTE", "BAIL", screen="pourquoi ce montant")),
    "pay": _own("COMPTE", screen="payer"),
    "certificates": _own("BAIL", "COMPTE", "PORTE", "DOCUMENTS", screen="attestations", methods=("GET", "POST")),
    "delay": _own("COMPTE", screen="demande de délai", methods=("GET", "POST")),
    "delay_withdraw": _own("COMPTE", screen="demande de délai", methods=("POST",)),
    "delay_accept": _own("COMPTE", screen="demande de délai", methods=("POST",)),
    "card_pay": _own("COMPTE", screen="payer", methods=("POST",)),
    "card": _own("COMPTE", screen="paiement par carte"),
    "card_return": _own("COMPTE", screen="paiement par carte"),
    # The gateway's server speaks, signed; nobody is signed in.
    "card_notice": PageAccess(roles=(), purpose="", methods=("POST",), public=True),
    # What the law asks of a year's allocations, small numbers hidden: for everyone.
    "allocation_figures": PageAccess(roles=(), purpose="", public=True),
    "repairs": _reported_by_helper(_own("INTERVENTIONS", "BAIL", screen="signaler")),
    # Medians of a year, small numbers hidden: for everyone.
    "repair_delays": PageAccess(roles=(), purpose="", public=True),
    "repair_category": _reported_by_helper(_own(screen="signaler")),
    "repair_new": _reported_by_helper(_own("INTERVENTIONS", "BAIL", screen="signaler", methods=("GET", "POST"))),
    "repair_follow": _reported_by_helper(_own("INTERVENTIONS", "BAIL", screen="signaler", methods=("POST",))),
    "repair": _reported_by_helper(_own("INTERVENTIONS", screen="signaler")),
    "repair_rate": _own("INTERVENTIONS", screen="signaler", methods=("POST",)),
    "repair_reopen": _own("INTERVENTIONS", screen="signaler", methods=("POST",)),
    "repair_photo": _reported_by_helper(_own("INTERVENTIONS", screen="signaler")),
    "visit_accept": _own("INTERVENTIONS", screen="signaler", methods=("POST",)),
    "visit_other": _own("INTERVENTIONS", screen="signaler", methods=("POST",)),
    # One's own words: no helper reads nor writes them.
    "threads": _own("ECHANGES", "BAIL", screen="écrire"),
    "thread_new": _own("ECHANGES", "BAIL", screen="écrire", methods=("GET", "POST")),
    "thread": _own("ECHANGES", screen="écrire"),
    "thread_reply": _own("ECHANGES", screen="écrire", methods=("POST",)),
    "thread_paper": _own("ECHANGES", screen="écrire"),
    "thread_settle": _own("ECHANGES", screen="écrire", methods=("POST",)),
    "thread_reopen": _own("ECHANGES", screen="écrire", methods=("POST",)),
    "documents": _shown_to_helper(_own("DOCUMENTS", screen="mes documents")),
    "devices": _own("COORDONNEES", screen="mes appareils", methods=("GET", "POST")),
    "document": _shown_to_helper(_own("DOCUMENTS", screen="mes documents")),
    "document_pdf": _shown_to_helper(_own("DOCUMENTS", screen="mes documents")),
    "document_facts": _own("DOCUMENTS", screen="mes documents"),
    "document_control": _own("DOCUMENTS", screen="mes documents", methods=("POST",)),
    "document_proof": _own("DOCUMENTS", screen="mes documents"),
    # Where copies of one's papers go: whoever says it has just proven who they are.
    "external_vault": replace(
        _own("COORDONNEES", screen="mon coffre externe", methods=("GET", "POST")), fresh_proof=True
    ),
    "deposit_new": _own("DOCUMENTS", screen="mes papiers", methods=("GET", "POST")),
    "deposit": _own("DOCUMENTS", screen="mes papiers"),
    "deposit_file": _own("DOCUMENTS", screen="mes papiers"),
    "deposit_control": _own("DOCUMENTS", screen="mes papiers", methods=("POST",)),
    "deposit_proof": _own("DOCUMENTS", screen="mes papiers"),
    "deposit_destroy": _own("DOCUMENTS", screen="mes papiers", methods=("GET", "POST")),
    "retrieval": _own("DOCUMENTS", screen="tous mes documents", methods=("GET", "POST")),
    "retrieval_file": replace(_own("DOCUMENTS", screen="tous mes documents", methods=("POST",)), fresh_proof=True),
    "application": _anyone(*_APPLICATION, screen="ma demande"),
    "one_application": _anyone(*_APPLICATION, screen="ma demande"),
    "application_renew": _anyone("DEMANDE", screen="ma demande", methods=("POST",)),
    "application_piece": _anyone(*_APPLICATION, screen="mes pièces", methods=("GET", "POST")),
    "own_offer": _anyone("EXAMEN", "DEMANDE", screen="logement proposé", methods=("GET", "POST")),
    "own_offer_slip": _anyone("EXAMEN", screen="bon de visite"),
    "own_decision_letter": _anyone("EXAMEN", "IDENTITE", "COORDONNEES", screen="lettre de la commission"),
    "own_letter": _anyone("DEMANDE", "IDENTITE", "COORDONNEES", screen="lettre sur ma demande"),
    "file": _anyone("IDENTITE", "COORDONNEES", "FOYER", "RESSOURCES", "BAIL", "OCCUPATION", screen="mon dossier"),
    "share": _own("COORDONNEES", screen="mon dossier", methods=("POST",)),
    "consents": _own("CONSENTEMENTS", "BAIL", screen="mes accords"),
    "consent_say": _own("CONSENTEMENTS", screen="mes accords", methods=("POST",)),
    "consents_proof": _own("CONSENTEMENTS", screen="mes accords"),
    "no_proposal": _own("ADOPTION", screen="mes accords", methods=("POST",)),
    "survey": _own("ADOPTION", screen="questionnaire", methods=("GET", "POST")),
    "facts": _own("SIGNALEMENTS", screen="mes consignes", methods=("GET", "POST")),
    "fact_end": _own("SIGNALEMENTS", screen="mes consignes", methods=("POST",)),
    "fact_contest": _own("SIGNALEMENTS", screen="mes consignes", methods=("POST",)),
    # The policy names no one.
    "who_sees": _anyone(screen="qui peut voir quoi"),
    "readings": _anyone("JOURNAL", screen="qui a consulté mon dossier"),
    "readings_file": replace(_anyone("JOURNAL", screen="qui a consulté mon dossier"), fresh_proof=True),
    "question": _anyone("JOURNAL", "DEMANDES_DROITS", screen="question sur une lecture", methods=("GET", "POST")),
    "requests": _anyone("DEMANDES_DROITS", screen="mes droits"),
    "request_new": _anyone("DEMANDES_DROITS", screen="mes droits", methods=("GET", "POST")),
    "request": _anyone("DEMANDES_DROITS", screen="mes droits"),
    "request_package": replace(
        _anyone("DEMANDES_DROITS", screen="copie de mon dossier", methods=("POST",)), fresh_proof=True
    ),
}
