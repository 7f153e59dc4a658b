"""Who may call the pages of what leaves: the month's sendings, the lots to print, the mail that came back."""

from palier.privacy.catalogue import OFFICE
from palier.privacy.declare import PageAccess, Role

_PRINTERS = (Role.HEADQUARTERS, Role.ACCOUNTANT)


def _sent(
    *roles: Role,
    methods: tuple[str, ...] = ("GET",),
    screen: str = "",
    categories: tuple[str, ...] = (),
    menu: str = "",
) -> PageAccess:
    return PageAccess(
        roles=roles or (*OFFICE, Role.ACCOUNTANT),
        purpose="QUITTANCEMENT",
        methods=methods,
        screen=screen,
        categories=categories,
        menu=menu,
    )


PAGES: dict[str, PageAccess] = {
    "sendings": _sent(menu="Envois"),
    "sendings_hand_over": _sent(*_PRINTERS, methods=("POST",)),
    "returned_mail": _sent(methods=("GET", "POST"), screen="courrier revenu", categories=("BAIL", "DOCUMENTS")),
    "returned_checked": _sent(methods=("POST",), screen="courrier revenu", categories=("BAIL", "DOCUMENTS")),
    "returned_letter_checked": _sent(*OFFICE, methods=("POST",), screen="courrier revenu", categories=("CONNEXION",)),
    "print_lots": _sent(*_PRINTERS, methods=("GET", "POST")),
    "print_lots_progress": _sent(*_PRINTERS),
    "print_lot": _sent(*_PRINTERS, screen="lot à imprimer", categories=("BAIL", "DOCUMENTS")),
    "print_lot_pdf": _sent(
        *_PRINTERS, methods=("POST",), screen="lots à imprimer", categories=("IDENTITE", "COMPTE", "DOCUMENTS")
    ),
    "print_lot_sheet": _sent(
        *_PRINTERS, methods=("POST",), screen="feuille réimprimée", categories=("IDENTITE", "COMPTE", "DOCUMENTS")
    ),
}
