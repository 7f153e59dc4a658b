"""Who may call the pages of the stock, of leases and of accounts. No caretaker, no DPO, no technical administrator."""

from dataclasses import replace

from palier.desk.navigation import TWIN
from palier.privacy.catalogue import OFFICE
from palier.privacy.declare import PageAccess, Role

_WRITE = ("GET", "POST")
_LISTED = ("IDENTITE", "BAIL", "COMPTE")


def _managing(
    *, screen: str, categories: tuple[str, ...] = _LISTED, methods: tuple[str, ...] = ("GET",), menu: str = ""
) -> PageAccess:
    return PageAccess(
        roles=OFFICE, purpose="GESTION_LOCATIVE", methods=methods, categories=categories, screen=screen, menu=menu
    )


# Pages that accountants open too, for their own purpose.
_SHARED: dict[str, PageAccess] = {
    "search": _managing(screen="recherche", categories=("IDENTITE", "BAIL")),
    "residences": PageAccess(roles=OFFICE, purpose="PATRIMOINE", menu="Patrimoine"),
    "residences_export": PageAccess(roles=OFFICE, purpose="PATRIMOINE"),
    "residence": _managing(screen="résidence"),
    "residence_export": replace(_managing(screen="export de la résidence"), fresh_proof=True),
    "tenants": _managing(screen="liste des locataires", menu="Locataires"),
    "tenants_export": replace(_managing(screen="export des locataires"), fresh_proof=True),
    "leases": _managing(screen="liste des baux", menu="Baux"),
    "leases_export": replace(_managing(screen="export des baux"), fresh_proof=True),
    "lease": _managing(screen="bail", categories=("IDENTITE", "BAIL", "DOCUMENTS")),
    "account": _managing(screen="compte"),
    "account_export": replace(_managing(screen="export du compte"), fresh_proof=True),
}


def _accounting(page: PageAccess) -> PageAccess:
    purpose = "COMPTABILITE" if page.purpose == "GESTION_LOCATIVE" else page.purpose
    return replace(page, roles=(Role.ACCOUNTANT,), purpose=purpose)


PAGES: dict[str, PageAccess] = {
    **_SHARED,
    **{f"{TWIN}{name}": _accounting(page) for name, page in _SHARED.items()},
    "to_complete": PageAccess(roles=OFFICE, purpose="PATRIMOINE"),
    "dwelling": _managing(screen="logement", categories=("BAIL",)),
    "dwelling_area": PageAccess(roles=OFFICE, purpose="PATRIMOINE", methods=_WRITE),
    "lease_create": _managing(screen="nouveau bail", categories=("IDENTITE", "BAIL"), methods=_WRITE),
    "lease_term": _managing(screen="montant du bail", categories=("IDENTITE", "BAIL"), methods=_WRITE),
    "lease_end": _managing(screen="départ", categories=("IDENTITE", "BAIL"), methods=_WRITE),
    "contact_share": _managing(screen="contacts", categories=("COORDONNEES",), methods=("POST",)),
}
