"""Who may call the pages of what tenants write: the agency of the residence alone."""

from palier.privacy.catalogue import AGENCY
from palier.privacy.declare import PageAccess


def _read(menu: str = "", *, fresh_proof: bool = False) -> PageAccess:
    return PageAccess(
        roles=AGENCY,
        purpose="GESTION_LOCATIVE",
        categories=("ECHANGES", "PORTE"),
        screen="échanges",
        menu=menu,
        fresh_proof=fresh_proof,
    )


def _sent() -> PageAccess:
    return PageAccess(
        roles=AGENCY,
        purpose="GESTION_LOCATIVE",
        methods=("POST",),
        categories=("ECHANGES", "PORTE"),
        screen="échange",
    )


PAGES: dict[str, PageAccess] = {
    "threads": _read(menu="Échanges"),
    "threads_export": _read(fresh_proof=True),
    "one_thread": _read(),
    "thread_paper": _read(),
    "thread_answer": _sent(),
    "thread_hand": _sent(),
    "thread_put_off": _sent(),
    "thread_end": _sent(),
}
