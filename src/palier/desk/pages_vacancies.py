"""Who may call the pages of vacancies and reservations: those who allocate; the list alone, for the
manager of an agency. They show dwellings, bodies and sums.
"""

from palier.privacy.catalogue import ALLOCATION
from palier.privacy.declare import PageAccess, Role


def _page(*methods: str, menu: str = "") -> PageAccess:
    return PageAccess(roles=ALLOCATION, purpose="ATTRIBUTION", methods=methods or ("GET",), menu=menu)


def _followed(menu: str = "") -> PageAccess:
    """What the manager of an agency follows of its empty dwellings."""
    return PageAccess(roles=(Role.AGENCY_MANAGER,), purpose="PATRIMOINE", menu=menu)


PAGES: dict[str, PageAccess] = {
    "vacancies": _page(menu="Vacances"),
    "vacancies_export": _page(),
    "vacancy_new": _page("GET", "POST"),
    "vacancy": _page("GET", "POST"),
    "reservations": _page("GET", "POST", menu="Réservations"),
    "reservation_report": _page(),
    "equity": _page(),
    "agency_vacancies": _followed(menu="Vacances"),
    "agency_vacancies_export": _followed(),
}
