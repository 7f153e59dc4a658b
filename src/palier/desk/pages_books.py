"""Who may call the pages of the books: the accountant and headquarters. Sums name no one; an account has its page."""

from palier.privacy.declare import PageAccess, Role


def _books(*methods: str, menu: str = "") -> PageAccess:
    return PageAccess(
        roles=(Role.HEADQUARTERS, Role.ACCOUNTANT),
        purpose="COMPTABILITE",
        methods=methods or ("GET",),
        menu=menu,
    )


PAGES: dict[str, PageAccess] = {
    "books": _books(menu="Comptabilité"),
    "books_account": _books(),
    "books_periods": _books("GET", "POST"),
    "books_close": _books("GET", "POST"),
    "books_manual": _books("GET", "POST"),
    "books_chart": _books("GET", "POST"),
}
