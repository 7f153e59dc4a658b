"""Who may call the pages of the yearly campaigns: the revision of rents and the survey of resources."""

from palier.privacy.catalogue import OFFICE
from palier.privacy.declare import PageAccess, Role

_READERS = (*OFFICE, Role.ACCOUNTANT)
_SIGNERS = (Role.HEADQUARTERS, Role.ACCOUNTANT)
_NAMES = ("IDENTITE", "BAIL")


def _page(
    *methods: str,
    roles: tuple[Role, ...] = _READERS,
    menu: str = "",
    screen: str = "",
    categories: tuple[str, ...] = (),
) -> PageAccess:
    return PageAccess(
        roles=roles,
        purpose="QUITTANCEMENT",
        methods=methods or ("GET",),
        menu=menu,
        screen=screen,
        categories=categories,
    )


PAGES: dict[str, PageAccess] = {
    "campaigns": _page(menu="Campagnes"),
    "revision_simulate": _page("GET", "POST", roles=(Role.HEADQUARTERS,)),
    "revision": _page(),
    "revision_progress": _page(),
    "revision_residence": _page(screen="révision des loyers", categories=_NAMES),
    "revision_letter": _page(screen="révision des loyers", categories=_NAMES),
    "revision_review": _page("POST", roles=_SIGNERS),
    "revision_apply": _page("POST", roles=_SIGNERS),
    "revision_undo": _page("POST", roles=_SIGNERS),
    "survey_exclusions": _page("GET", "POST", roles=(Role.HEADQUARTERS,)),
    "survey_exclusion_end": _page("POST", roles=(Role.HEADQUARTERS,)),
    "survey_open": _page("POST", roles=(Role.HEADQUARTERS,)),
    "survey": _page(screen="enquête de ressources", categories=(*_NAMES, "RESSOURCES")),
    "survey_letters_prepare": _page("POST", roles=_SIGNERS),
    "revision_letters_prepare": _page("POST", roles=_SIGNERS),
    "mailing": _page(screen="lettres d’une campagne", categories=(*_NAMES, "DOCUMENTS")),
    "mailing_progress": _page(),
    "mailing_sample": _page(
        roles=_SIGNERS, screen="lettres d’une campagne", categories=(*_NAMES, "RESSOURCES", "DOCUMENTS")
    ),
    "mailing_launch": _page("POST", roles=_SIGNERS),
    "mailing_again": _page("POST", roles=_SIGNERS),
    "mailing_cancel": _page("POST", roles=_SIGNERS),
    "survey_reached": _page("POST", roles=OFFICE),
    "survey_answer": _page(
        "GET", "POST", roles=OFFICE, screen="enquête de ressources", categories=(*_NAMES, "RESSOURCES")
    ),
}
