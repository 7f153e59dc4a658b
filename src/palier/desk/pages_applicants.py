"""Who may call the pages of those who ask for a dwelling: the allocation officer, one file at a time."""

from palier.privacy.declare import PageAccess, Role


def _page(*categories: str, screen: str, menu: str = "") -> PageAccess:
    return PageAccess(
        roles=(Role.ALLOCATION_OFFICER,), purpose="ATTRIBUTION", categories=categories, screen=screen, menu=menu
    )


PAGES: dict[str, PageAccess] = {
    "applicants": _page("IDENTITE", screen="recherche d’un demandeur", menu="Demandeurs"),
    "applicant": _page("IDENTITE", "COORDONNEES", screen="dossier du demandeur"),
}
