"""Who follows the access of tenants: the agency its residences, headquarters counts. A code is shown to nobody."""

from palier.privacy.catalogue import AGENCY
from palier.privacy.declare import PageAccess, Role


def _follows(*methods: str, screen: str, fresh_proof: bool = False) -> PageAccess:
    return PageAccess(
        roles=AGENCY,
        purpose="GESTION_LOCATIVE",
        methods=methods or ("GET",),
        categories=("PORTE", "CONNEXION"),
        screen=screen,
        fresh_proof=fresh_proof,
    )


PAGES: dict[str, PageAccess] = {
    # Numbers by residence: nobody is named.
    "tenant_access": PageAccess(
        roles=(*AGENCY, Role.HEADQUARTERS), purpose="GESTION_LOCATIVE", menu="Espaces locataires"
    ),
    "tenant_access_residence": _follows("GET", "POST", screen="accès des locataires"),
    "tenant_access_letter": _follows("POST", screen="nouvelle lettre d’accès"),
    # Half of what opens somebody's account: who gives it has just proven who they are.
    "tenant_access_slip": _follows("GET", "POST", screen="bon d’accès", fresh_proof=True),
}
