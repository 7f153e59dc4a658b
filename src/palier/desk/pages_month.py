"""Who may call the pages of the month, of imports, of jobs, of sign-in."""

from palier.privacy.catalogue import DESK, OFFICE
from palier.privacy.declare import PageAccess, Role

_MONTH = (*OFFICE, Role.ACCOUNTANT)
_SIGNERS = (Role.HEADQUARTERS, Role.ACCOUNTANT)
_JUDGES = (Role.AGENCY_MANAGER, *_SIGNERS)
# A file may touch any residence of the landlord: whoever applies it answers for all of them.
_IMPORTERS = (Role.HEADQUARTERS,)
_SIGNING_IN = PageAccess(roles=(), purpose="", methods=("GET", "POST"), public=True)
_POSTED = PageAccess(roles=(), purpose="", methods=("POST",), public=True)


def _month(
    *roles: Role,
    methods: tuple[str, ...] = ("GET",),
    screen: str = "",
    categories: tuple[str, ...] = (),
    menu: str = "",
) -> PageAccess:
    return PageAccess(
        roles=roles or _MONTH, purpose="QUITTANCEMENT", methods=methods, screen=screen, categories=categories, menu=menu
    )


def _import(*methods: str, screen: str = "", menu: str = "") -> PageAccess:
    # A file of leases names people: it is a reading of identities.
    categories = ("IDENTITE", "BAIL") if screen else ()
    return PageAccess(
        roles=_IMPORTERS, purpose="GESTION_LOCATIVE", methods=methods, screen=screen, categories=categories, menu=menu
    )


_NAMES = ("IDENTITE", "BAIL", "COMPTE")

PAGES: dict[str, PageAccess] = {
    "sign_in": _SIGNING_IN,
    "sign_out": _POSTED,
    "preferences": _POSTED,
    "my_preferences": PageAccess(roles=(), purpose="", public=True),
    "home": PageAccess(roles=DESK, purpose="PATRIMOINE", menu="Accueil"),
    "months": _month(menu="Quittancement"),
    "month": _month(screen="quittancement", categories=_NAMES),
    "month_progress": _month(),
    "month_compute": _month(methods=("POST",)),
    "month_review": _month(*_SIGNERS, methods=("POST",)),
    "month_seal": _month(*_SIGNERS, methods=("GET", "POST")),
    "month_notices": _month(methods=("POST",)),
    "month_receipts": _month(methods=("POST",)),
    "month_differences": _month(),
    "month_cause": _month(screen="écarts", categories=_NAMES),
    "month_anomalies": _month(screen="anomalies", categories=_NAMES),
    "anomaly_judge": _month(*_JUDGES, methods=("POST",), screen="anomalies", categories=_NAMES),
    "month_set_aside": _month(screen="baux mis de côté", categories=("IDENTITE", "BAIL")),
    "month_bills": _month(screen="avis du mois", categories=_NAMES),
    "bill": _month(screen="avis", categories=_NAMES),
    "bill_take_back": _month(*_SIGNERS, methods=("GET", "POST"), screen="contre-écriture", categories=_NAMES),
    "bill_notice": _month(screen="avis d’échéance", categories=("IDENTITE", "COMPTE", "DOCUMENTS")),
    "document_pdf": _month(screen="avis d’échéance", categories=("IDENTITE", "COMPTE", "DOCUMENTS")),
    "imports": _import("GET", menu="Imports"),
    "import_upload": _import("POST"),
    "import_review": _import("GET", screen="fichier repris"),
    "import_errors": _import("GET", screen="fichier repris"),
    "import_apply": _import("POST"),
    "import_abandon": _import("POST"),
    "import_progress": _import("GET"),
    "jobs": PageAccess(roles=(Role.HEADQUARTERS, Role.TECHNICAL_ADMIN), purpose="EXPLOITATION", menu="Tâches"),
    "privacy": PageAccess(roles=DESK, purpose="PROTECTION_DONNEES", menu="Données et droits"),
    "purposes": PageAccess(roles=DESK, purpose="PROTECTION_DONNEES"),
    "readings": PageAccess(
        roles=(Role.DPO,), purpose="PROTECTION_DONNEES", screen="journal des lectures", categories=("JOURNAL", "AGENTS")
    ),
}
