"""Who may call the pages of vacancies and reservations: those who allocate. They show dwellings, bodies and sums."""

from palier.privacy.catalogue import ALLOCATION
from palier.privacy.declare import PageAccess


def _page(*methods: str, menu: str = "") -> PageAccess:
    return PageAccess(roles=ALLOCATION, purpose="ATTRIBUTION", methods=methods or ("GET",), menu=menu)


PAGES: dict[str, PageAccess] = {
    "vacancies": _page(menu="Vacances"),
    "vacancies_export": _page(),
    "vacancy_new": _page("GET", "POST"),
    "vacancy": _page("GET", "POST"),
    "reservations": _page("GET", "POST", menu="Réservations"),
    "reservation_report": _page(),
    "equity": _page(),
}
