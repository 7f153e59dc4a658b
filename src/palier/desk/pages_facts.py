"""Who may call the pages of residences day to day: tickets, keys, papers, routines, coded facts."""

from palier.privacy.catalogue import AGENCY
from palier.privacy.declare import PageAccess, Role


def _site(*categories: str, screen: str = "", methods: tuple[str, ...] = ("GET",), menu: str = "") -> PageAccess:
    return PageAccess(roles=AGENCY, purpose="TRAVAUX", methods=methods, categories=categories, screen=screen, menu=menu)


def _facts(*roles: Role, screen: str = "", methods: tuple[str, ...] = ("GET",)) -> PageAccess:
    return PageAccess(
        roles=roles or AGENCY,
        purpose="GESTION_LOCATIVE",
        methods=methods,
        categories=("SIGNALEMENTS", "PORTE") if screen else (),
        screen=screen,
    )


_POSTED = ("POST",)

PAGES: dict[str, PageAccess] = {
    "key_register": _site("INTERVENTIONS", screen="registre des clés", methods=("GET", "POST")),
    "key_moved": _site(methods=_POSTED),
    "papers": _site("INTERVENTIONS", screen="avis papier", methods=("GET", "POST")),
    "routines": _site(methods=("GET", "POST")),
    "facts": _facts(screen="consignes à revoir"),
    "lease_facts": _facts(screen="consignes", methods=("GET", "POST")),
    "fact_end": _facts(methods=_POSTED),
    "fact_announce": _facts(Role.AGENCY_MANAGER, methods=_POSTED),
    "contest_answer": _facts(Role.AGENCY_MANAGER, methods=_POSTED),
}
