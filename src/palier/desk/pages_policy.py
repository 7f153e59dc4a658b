"""Who may call the pages about access: files outside the portfolio, replacements, protected addresses, the policy."""

from dataclasses import replace

from palier.privacy.catalogue import AGENCY, OFFICE
from palier.privacy.declare import PageAccess, Role

_WRITE = ("GET", "POST")
_FILE = ("IDENTITE", "COORDONNEES", "BAIL", "COMPTE")
_HOLDERS = (*OFFICE, Role.SOCIAL_WORKER)
_PROTECTORS = (Role.AGENCY_MANAGER, Role.HEADQUARTERS)
_ASSIGNERS = (Role.AGENCY_MANAGER,)


def _file(*roles: Role, purpose: str, screen: str) -> PageAccess:
    return PageAccess(roles=roles, purpose=purpose, categories=_FILE, screen=screen, opens_file=True)


def _held(method: str) -> PageAccess:
    return PageAccess(
        roles=_HOLDERS,
        purpose="PROTECTION_VIOLENCES",
        methods=(method,),
        categories=("ADRESSE_PROTEGEE", "EXAMEN"),
        screen="attribution, adresses protégées",
    )


PAGES: dict[str, PageAccess] = {
    "open_file": PageAccess(
        roles=AGENCY,
        purpose="GESTION_LOCATIVE",
        methods=_WRITE,
        categories=("IDENTITE", "BAIL"),
        screen="recherche hors portefeuille",
        menu="Accès",
    ),
    "opened_file": _file(*AGENCY, purpose="GESTION_LOCATIVE", screen="dossier hors portefeuille"),
    "emergency_file": _file(*AGENCY, purpose="URGENCE", screen="dossier ouvert en urgence"),
    "replacements": PageAccess(
        roles=_ASSIGNERS,
        purpose="GESTION_LOCATIVE",
        methods=_WRITE,
        categories=("AGENTS",),
        screen="remplacements",
    ),
    "replacement_end": PageAccess(roles=_ASSIGNERS, purpose="GESTION_LOCATIVE", methods=("POST",)),
    "protections": PageAccess(
        roles=_HOLDERS,
        purpose="PROTECTION_VIOLENCES",
        categories=("ADRESSE_PROTEGEE",),
        screen="adresses protégées",
        menu="Accès",
    ),
    "protected_file": _file(*_HOLDERS, purpose="PROTECTION_VIOLENCES", screen="dossier protégé"),
    # No address is printed: who holds the protection hands the letter over.
    "protected_access_letter": replace(
        _file(*_HOLDERS, purpose="PROTECTION_VIOLENCES", screen="lettre d’accès protégée"), methods=("POST",)
    ),
    # Who is protected often has no telephone of their own in the file: the slip is their second proof.
    "protected_access_slip": replace(
        _file(*_HOLDERS, purpose="PROTECTION_VIOLENCES", screen="bon d’accès protégé"),
        methods=_WRITE,
        fresh_proof=True,
    ),
    # A function of the database answers the rows of whoever holds them, to nobody else (privacy/sql/applications.sql).
    "protected_allocation": _held("GET"),
    "protected_letter": PageAccess(
        roles=_HOLDERS,
        purpose="PROTECTION_VIOLENCES",
        categories=("IDENTITE", "COORDONNEES", "EXAMEN"),
        screen="lettre d’une personne protégée",
    ),
    "protected_proposed": _held("POST"),
    "protected_letter_handed": _held("POST"),
    "protected_letter_answered": _held("POST"),
    "protect": PageAccess(
        roles=_PROTECTORS,
        purpose="PROTECTION_VIOLENCES",
        methods=_WRITE,
        categories=("IDENTITE", "ADRESSE_PROTEGEE"),
        screen="protection d’une adresse",
    ),
    "protection_end": PageAccess(
        roles=_PROTECTORS,
        purpose="PROTECTION_VIOLENCES",
        methods=("POST",),
        categories=("ADRESSE_PROTEGEE",),
        screen="protection d’une adresse",
    ),
    "policy": PageAccess(
        roles=(Role.DPO,),
        purpose="PROTECTION_DONNEES",
        methods=_WRITE,
        categories=("AGENTS",),
        screen="quotas, motifs et alertes",
    ),
    "alarm_seen": PageAccess(
        roles=(Role.DPO,),
        purpose="PROTECTION_DONNEES",
        methods=("POST",),
        categories=("AGENTS",),
        screen="quotas, motifs et alertes",
    ),
}
