"""Who may call the pages of the commission: its secretary, who allocates, and each member for what concerns them."""

from palier.privacy.catalogue import ALLOCATION
from palier.privacy.declare import PageAccess, Role

_SECRETARY = (Role.COMMISSION_SECRETARY,)
_MEMBER = (Role.COMMISSION_MEMBER,)
_EXAMINED = ("EXAMEN", "FOYER", "RESSOURCES")


def _page(
    *categories: str,
    screen: str = "",
    roles: tuple[Role, ...] = _SECRETARY,
    methods: tuple[str, ...] = ("GET",),
    menu: str = "",
) -> PageAccess:
    return PageAccess(
        roles=roles, purpose="ATTRIBUTION", categories=categories, screen=screen, methods=methods, menu=menu
    )


_POST = ("POST",)

PAGES: dict[str, PageAccess] = {
    "sittings": _page(roles=ALLOCATION, menu="Commission"),
    "sitting_new": _page(methods=("GET", "POST")),
    "sitting_change": _page(methods=("GET", "POST")),
    "sitting": _page("AGENTS", "EXAMEN", roles=ALLOCATION, screen="séance de la commission"),
    "sitting_do": _page("AGENTS", "EXAMEN", screen="séance de la commission", methods=_POST),
    "sitting_agenda": _page(*_EXAMINED, screen="séance de la commission", methods=_POST),
    "sitting_attendance": _page("AGENTS", "EXAMEN", screen="séance de la commission", methods=_POST),
    "sitting_convocation": _page("AGENTS", screen="convocation de la commission"),
    "sitting_minutes": _page("AGENTS", "EXAMEN", roles=ALLOCATION, screen="procès-verbal de la commission"),
    "sitting_identities": _page("IDENTITE", "EXAMEN", screen="liste nominative de la commission"),
    "commission_item": _page(*_EXAMINED, screen="fiches de la commission"),
    "item_agenda": _page("DEMANDE", *_EXAMINED, screen="fiches de la commission", methods=_POST),
    "sheet_decide": _page(*_EXAMINED, screen="fiches de la commission", methods=_POST),
    "sheet_vote": _page(*_EXAMINED, screen="fiches de la commission", methods=_POST),
    "commission": _page("AGENTS", screen="règles et membres de la commission"),
    "commission_rules": _page("AGENTS", screen="règles et membres de la commission", methods=_POST),
    "commission_seat": _page("AGENTS", screen="règles et membres de la commission", methods=_POST),
    "commission_seat_end": _page("AGENTS", screen="règles et membres de la commission", methods=_POST),
    "my_sittings": _page(roles=_MEMBER, menu="Commission"),
    "my_sitting": _page(roles=_MEMBER),
    "my_item": _page(*_EXAMINED, roles=_MEMBER, screen="fiches de la commission"),
}
