"""Who may open the lettering of an account: its agency reads, bookkeepers put together and part."""

from palier.privacy.catalogue import OFFICE
from palier.privacy.declare import PageAccess, Role

_SCREEN = "lettrage"
_SHOWN = ("IDENTITE", "BAIL", "COMPTE", "DOCUMENTS")
_BOOKKEEPERS = PageAccess(
    roles=(Role.HEADQUARTERS, Role.ACCOUNTANT),
    purpose="COMPTABILITE",
    methods=("POST",),
    categories=_SHOWN,
    screen=_SCREEN,
)

PAGES: dict[str, PageAccess] = {
    "account_settlement": PageAccess(
        roles=(*OFFICE, Role.ACCOUNTANT), purpose="COMPTABILITE", categories=_SHOWN, screen=_SCREEN
    ),
    "account_letter": _BOOKKEEPERS,
    "account_part": _BOOKKEEPERS,
}
