"""Who may call the pages of scores: those who allocate. A grid is nobody's data."""

from palier.privacy.catalogue import ALLOCATION
from palier.privacy.declare import PageAccess

PAGES: dict[str, PageAccess] = {
    "score_grids": PageAccess(roles=ALLOCATION, purpose="ATTRIBUTION", screen="grilles de cotation"),
    "application_score": PageAccess(
        roles=ALLOCATION,
        purpose="ATTRIBUTION",
        categories=("DEMANDE", "IDENTITE", "FOYER", "RESSOURCES", "BESOINS"),
        screen="points d’une demande",
    ),
}
