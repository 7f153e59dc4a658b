"""Who may call the pages of housing aid: what the CAF pays is read by headquarters and the accountant."""

from palier.privacy.declare import PageAccess, Role

_READERS = (Role.HEADQUARTERS, Role.ACCOUNTANT)
_NAMES = ("IDENTITE", "BAIL", "COMPTE")


def _page(*methods: str, roles: tuple[Role, ...] = _READERS, menu: str = "", shows: bool = False) -> PageAccess:
    return PageAccess(
        roles=roles,
        purpose="QUITTANCEMENT",
        methods=methods or ("GET",),
        menu=menu,
        screen="aides au logement" if shows else "",
        categories=_NAMES if shows else (),
    )


PAGES: dict[str, PageAccess] = {
    "aid": _page(menu="Aides (CAF)"),
    "aid_upload": _page("POST", roles=(Role.HEADQUARTERS,)),
    "aid_given": _page(roles=(Role.HEADQUARTERS,)),
    "aid_given_progress": _page(roles=(Role.HEADQUARTERS,)),
    "aid_given_again": _page("POST", roles=(Role.HEADQUARTERS,)),
    "aid_given_leave": _page("POST", roles=(Role.HEADQUARTERS,)),
    "aid_file": _page(shows=True),
    "aid_reconcile": _page("POST"),
    "aid_attach": _page("POST", roles=(Role.HEADQUARTERS,), shows=True),
    "aid_accept": _page("POST", roles=(Role.HEADQUARTERS,), shows=True),
}
