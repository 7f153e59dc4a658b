"""Who may call the pages of what tenants agreed to: those who manage leases."""

from palier.privacy.catalogue import OFFICE
from palier.privacy.declare import PageAccess

PAGES: dict[str, PageAccess] = {
    "lease_consents": PageAccess(
        roles=OFFICE,
        purpose="GESTION_LOCATIVE",
        methods=("GET", "POST"),
        categories=("IDENTITE", "BAIL", "CONSENTEMENTS"),
        screen="accords du bail",
    ),
    "lease_consents_proof": PageAccess(
        roles=OFFICE,
        purpose="GESTION_LOCATIVE",
        categories=("IDENTITE", "BAIL", "CONSENTEMENTS"),
        screen="preuve des accords",
    ),
}
