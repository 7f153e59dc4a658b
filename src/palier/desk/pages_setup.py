"""Who sets the landlord up: its sheet, its agencies, its agents and their mandates. Nobody's file is read there."""

from palier.privacy.declare import PageAccess, Role

_SET_UP = (Role.TECHNICAL_ADMIN, Role.HEADQUARTERS)


def _setting_up(
    *methods: str, categories: tuple[str, ...] = (), screen: str = "", menu: str = "", fresh_proof: bool = False
) -> PageAccess:
    return PageAccess(
        roles=_SET_UP,
        purpose="EXPLOITATION",
        methods=methods or ("GET",),
        categories=categories,
        screen=screen,
        menu=menu,
        fresh_proof=fresh_proof,
    )


_AGENTS = ("AGENTS", "CONNEXION")

PAGES: dict[str, PageAccess] = {
    "landlord": _setting_up("GET", "POST", menu="Organisme"),
    "landlord_logo": _setting_up("POST"),
    "landlord_logo_image": _setting_up(),
    # Where the rents go: who changes it has just proven who they are.
    "landlord_iban": _setting_up("GET", "POST", fresh_proof=True),
    "agencies": _setting_up("GET", "POST"),
    "connectors": _setting_up(),
    "staff": _setting_up(categories=_AGENTS, screen="agents"),
    "agent_new": _setting_up("GET", "POST", categories=_AGENTS, screen="nouvel agent", fresh_proof=True),
    # Who opens an account, changes what it may do or closes it has just proven who they are.
    "agent": _setting_up("GET", "POST", categories=_AGENTS, screen="agent", fresh_proof=True),
    "agent_leave": _setting_up("POST", categories=_AGENTS, screen="départ d’un agent", fresh_proof=True),
    "agent_invite": _setting_up("POST", categories=_AGENTS, screen="invitation d’un agent", fresh_proof=True),
    "mandate_give": _setting_up("POST", categories=("AGENTS",), screen="mandat d’un gardien"),
    "mandate_end": _setting_up("POST", categories=("AGENTS",), screen="mandat d’un gardien"),
}
