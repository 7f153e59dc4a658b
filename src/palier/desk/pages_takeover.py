"""Who may call the pages of the takeover and of the two suites compared: headquarters and the accountant."""

from palier.privacy.declare import PageAccess, Role

_MONEY = (Role.HEADQUARTERS, Role.ACCOUNTANT)


def _page(*methods: str, screen: str = "", categories: tuple[str, ...] = (), menu: str = "") -> PageAccess:
    return PageAccess(
        roles=_MONEY,
        purpose="COMPTABILITE",
        methods=methods or ("GET",),
        screen=screen,
        categories=categories,
        menu=menu,
    )


PAGES: dict[str, PageAccess] = {
    "takeover": _page(menu="Reprise"),
    "takeover_sheet": _page(),
    "takeover_sheet_sign": _page("POST"),
    "takeover_sheet_pdf": _page(),
    "takeover_mapping": _page("GET", "POST"),
    "parallels": _page(menu="Marche en double"),
    "parallel": _page(),
    "parallel_gaps": _page(screen="marche en double", categories=("BAIL", "COMPTE")),
    "parallel_pdf": _page(),
}
