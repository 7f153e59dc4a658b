"""Who may call the pages of matching: those who allocate. Numbers and facts, never a name."""

from palier.privacy.catalogue import ALLOCATION
from palier.privacy.declare import PageAccess


def _page(*categories: str, screen: str, methods: tuple[str, ...] = ("GET",), menu: str = "") -> PageAccess:
    return PageAccess(
        roles=ALLOCATION, purpose="ATTRIBUTION", categories=categories, screen=screen, methods=methods, menu=menu
    )


_POST = ("POST",)
_SCREEN = "rapprochement d’un logement"

PAGES: dict[str, PageAccess] = {
    "matchings": _page(screen="logements à rapprocher", menu="Rapprochement"),
    "matching": _page("DEMANDE", "FOYER", "EXAMEN", screen=_SCREEN),
    "matching_ask": _page(screen=_SCREEN, methods=_POST),
    "matching_progress": _page(screen=_SCREEN),
    "candidate_add": _page("DEMANDE", "FOYER", "EXAMEN", screen=_SCREEN, methods=_POST),
    "candidate_withdraw": _page("EXAMEN", screen=_SCREEN, methods=_POST),
    "application_matching": _page(
        "DEMANDE", "FOYER", "RESSOURCES", "BESOINS", screen="logements qui conviennent à une demande"
    ),
}
