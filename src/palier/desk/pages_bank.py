"""Who may call the pages of the bank: bookkeepers. An agency reads the payments of its own residences."""

from palier.privacy.catalogue import OFFICE
from palier.privacy.declare import PageAccess, Role

_BOOKKEEPERS = (Role.HEADQUARTERS, Role.ACCOUNTANT)
_LISTED = ("IDENTITE", "BAIL", "COMPTE")


def _banking(*methods: str, screen: str = "", menu: str = "") -> PageAccess:
    return PageAccess(
        roles=_BOOKKEEPERS,
        purpose="COMPTABILITE",
        methods=methods or ("GET",),
        categories=_LISTED if screen else (),
        screen=screen,
        menu=menu,
    )


PAGES: dict[str, PageAccess] = {
    "bank": _banking(menu="Banque"),
    "bank_upload": _banking("POST"),
    "bank_file": _banking(),
    "bank_file_progress": _banking(),
    "bank_file_apply": _banking("POST"),
    "bank_file_leave": _banking("POST"),
    "bank_file_read": _banking("POST"),
    # The sums and references of payments, with the way to each account: the names are there.
    "cards": _banking(screen="paiements par carte"),
    "card_refund": _banking("POST", screen="paiements par carte"),
    "bank_worklist": _banking(screen="mouvements de banque"),
    "bank_match": _banking("POST", screen="mouvements de banque"),
    "bank_class": _banking("POST"),
    "bank_undo": _banking("POST", screen="mouvements de banque"),
    "account_payments": PageAccess(
        roles=(*OFFICE, Role.ACCOUNTANT), purpose="COMPTABILITE", categories=_LISTED, screen="paiements"
    ),
    "payment_receive": _banking("POST", screen="paiements"),
    "payment_take_back": _banking("POST", screen="paiements"),
}
