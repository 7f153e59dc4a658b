"""Who may call the pages of repairs."""

from palier.privacy.catalogue import AGENCY
from palier.privacy.declare import PageAccess


def _site(*categories: str, screen: str = "", methods: tuple[str, ...] = ("GET",), menu: str = "") -> PageAccess:
    return PageAccess(roles=AGENCY, purpose="TRAVAUX", methods=methods, categories=categories, screen=screen, menu=menu)


_POSTED = ("POST",)

PAGES: dict[str, PageAccess] = {
    "tickets": _site("INTERVENTIONS", screen="demandes techniques", menu="Proximité"),
    # Medians of a year, small numbers hidden: nobody's data.
    "repair_delays": _site(),
    "ticket": _site("INTERVENTIONS", "BAIL", screen="demandes techniques"),
    "ticket_photo": _site("INTERVENTIONS", screen="photo d’un équipement"),
    "ticket_group": _site(methods=_POSTED),
    "ticket_split": _site(methods=_POSTED),
    "ticket_assign": _site(methods=_POSTED),
    "ticket_close": _site(methods=_POSTED),
    "ticket_propose": _site(methods=_POSTED),
    "visit_move": _site(methods=_POSTED),
    "visit_note": _site(methods=_POSTED),
    "repair_write": _site("INTERVENTIONS", "BAIL", screen="demandes techniques", methods=("GET", "POST")),
}
