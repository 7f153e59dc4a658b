"""Who may call the pages of the three-year review: who allocates, and members for the opinions of their sittings."""

from palier.privacy.catalogue import ALLOCATION
from palier.privacy.declare import PageAccess, Role

_SECRETARY = (Role.COMMISSION_SECRETARY,)


def _page(
    *categories: str,
    screen: str,
    roles: tuple[Role, ...] = ALLOCATION,
    methods: tuple[str, ...] = ("GET",),
    menu: str = "",
) -> PageAccess:
    return PageAccess(
        roles=roles, purpose="OCCUPATION", categories=categories, screen=screen, methods=methods, menu=menu
    )


PAGES: dict[str, PageAccess] = {
    "occupation_reviews": _page("OCCUPATION", screen="examens de l’occupation", menu="Occupation"),
    "occupation_review": _page("OCCUPATION", screen="examen de l’occupation"),
    "occupation_review_do": _page("OCCUPATION", screen="examen de l’occupation", methods=("POST",)),
    "occupation_progress": _page(screen="examen de l’occupation"),
    "opinion_letter": _page("IDENTITE", "OCCUPATION", roles=_SECRETARY, screen="lettre d’avis sur l’occupation"),
    "sitting_opinions": _page("OCCUPATION", screen="avis sur l’occupation"),
    "sitting_opinion_do": _page("OCCUPATION", roles=_SECRETARY, screen="avis sur l’occupation", methods=("POST",)),
    "my_opinions": _page("OCCUPATION", roles=(Role.COMMISSION_MEMBER,), screen="avis sur l’occupation"),
}
