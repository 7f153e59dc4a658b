"""Who may call the pages of adoption: headquarters count and decide, agencies print surveys and type what came back."""

from palier.privacy.catalogue import AGENCY, OFFICE
from palier.privacy.declare import PageAccess, Role

_HQ = (Role.HEADQUARTERS,)

PAGES: dict[str, PageAccess] = {
    # Counts alone: nobody is shown.
    "adoption": PageAccess(roles=_HQ, purpose="GESTION_LOCATIVE", methods=("GET", "POST"), menu="Adoption"),
    "adoption_campaign": PageAccess(roles=_HQ, purpose="GESTION_LOCATIVE"),
    "adoption_step": PageAccess(roles=_HQ, purpose="GESTION_LOCATIVE", methods=("POST",)),
    "adoption_export": PageAccess(roles=_HQ, purpose="GESTION_LOCATIVE"),
    "adoption_leaflet": PageAccess(roles=OFFICE, purpose="GESTION_LOCATIVE"),
    "adoption_surveys": PageAccess(
        roles=AGENCY, purpose="GESTION_LOCATIVE", categories=("ADOPTION",), screen="questionnaires à imprimer"
    ),
    "adoption_leaflets": PageAccess(
        roles=AGENCY, purpose="GESTION_LOCATIVE", categories=("ADOPTION",), screen="dépliants à imprimer"
    ),
    "adoption_answer": PageAccess(
        roles=AGENCY,
        purpose="GESTION_LOCATIVE",
        methods=("GET", "POST"),
        categories=("ADOPTION",),
        screen="questionnaires rendus",
        menu="Questionnaires",
    ),
}
