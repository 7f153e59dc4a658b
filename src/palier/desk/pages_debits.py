"""Who may call the pages of debits, mandates and refunds: bookkeepers pay and collect, offices keep the mandates."""

from palier.privacy.catalogue import OFFICE
from palier.privacy.declare import PageAccess, Role

_BOOKKEEPERS = (Role.HEADQUARTERS, Role.ACCOUNTANT)
_LISTED = ("IDENTITE", "BAIL", "COMPTE")


def _debits(*methods: str, screen: str = "", menu: str = "", fresh_proof: bool = False) -> PageAccess:
    return PageAccess(
        roles=_BOOKKEEPERS,
        purpose="COMPTABILITE",
        methods=methods or ("GET",),
        categories=_LISTED if screen else (),
        screen=screen,
        menu=menu,
        fresh_proof=fresh_proof,
    )


PAGES: dict[str, PageAccess] = {
    "debits": _debits(screen="prélèvements", menu="Prélèvements"),
    "debits_draft": _debits("POST"),
    "debit_run": _debits(screen="prélèvements"),
    "debit_progress": _debits(),
    "debit_sign": _debits("POST"),
    "debit_file_ask": _debits("POST"),
    # The file holds accounts in clear: whoever takes it has just proven who they are.
    "debit_file": _debits(screen="fichier de prélèvements", fresh_proof=True),
    "debit_report": _debits("POST"),
    "debit_again": _debits("POST", screen="prélèvements"),
    "order_file": _debits(),
    "order_void": _debits("POST"),
    "order_void_sign": _debits("POST"),
    "order_void_drop": _debits("POST"),
    "order_void_progress": _debits(),
    "mandates": PageAccess(
        roles=OFFICE,
        purpose="COMPTABILITE",
        methods=("GET", "POST"),
        categories=_LISTED,
        screen="mandat de prélèvement",
    ),
    "mandate_stop": PageAccess(
        roles=OFFICE, purpose="COMPTABILITE", methods=("POST",), categories=_LISTED, screen="mandat de prélèvement"
    ),
    "refunds": _debits("GET", "POST", screen="remboursements"),
    "refund_sign": _debits("POST"),
    "refund_drop": _debits("POST"),
    "refund_send": _debits("POST"),
    "refund_progress": _debits(),
    "refund_file": _debits(screen="fichier de remboursements", fresh_proof=True),
}
