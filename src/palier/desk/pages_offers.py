"""Who may call the pages of what follows a commission: letters, offers, the lease."""

from palier.privacy.catalogue import ALLOCATION
from palier.privacy.declare import PageAccess, Role


def _page(
    *methods: str,
    screen: str = "",
    menu: str = "",
    categories: tuple[str, ...] = (),
    roles: tuple[Role, ...] = ALLOCATION,
) -> PageAccess:
    return PageAccess(
        roles=roles,
        purpose="ATTRIBUTION",
        methods=methods or ("GET",),
        categories=categories,
        screen=screen,
        menu=menu,
    )


PAGES: dict[str, PageAccess] = {
    "sitting_letters": _page(screen="lettres d’une commission", categories=("EXAMEN",)),
    "sitting_letters_make": _page("POST"),
    "sitting_letters_progress": _page(),
    # The one page that says who and where: whoever sends the letters.
    "letter": _page(
        screen="lettre d’attribution",
        categories=("IDENTITE", "COORDONNEES", "EXAMEN"),
        roles=(Role.COMMISSION_SECRETARY,),
    ),
    "letter_received": _page("POST"),
    "offers": _page(menu="Propositions", screen="propositions de logement", categories=("EXAMEN",)),
    "offer": _page(screen="proposition de logement", categories=("EXAMEN",)),
    "offer_visit": _page("POST"),
    "offer_visited": _page("POST"),
    "offer_slip": _page(screen="bon de visite"),
    "offer_answer": _page("POST"),
    "offer_renounce": _page("POST"),
    "offer_sign": _page("POST"),
    "offer_progress": _page(),
}
