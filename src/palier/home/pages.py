"""The tenant's pages: their own file only, and even that leaves a trace."""

from palier.privacy.declare import PageAccess, Role


def _own(*categories: str, screen: str, methods: tuple[str, ...] = ("GET",)) -> PageAccess:
    return PageAccess(
        roles=(Role.TENANT,), purpose="ESPACE_LOCATAIRE", methods=methods, categories=categories, screen=screen
    )


PAGES: dict[str, PageAccess] = {
    "sign_in": PageAccess(roles=(), purpose="", methods=("GET", "POST"), public=True),
    "sign_out": PageAccess(roles=(), purpose="", methods=("POST",), public=True),
    "preferences": PageAccess(roles=(), purpose="", methods=("POST",), public=True),
    "home": _own("COMPTE", screen="chez moi"),
    "lease": _own("COMPTE", screen="chez moi"),
    "why": _own("COMPTE", "BAIL", screen="pourquoi ce montant"),
    "pay": _own("COMPTE", screen="payer"),
    "documents": _own("DOCUMENTS", screen="mes documents"),
    "document": _own("DOCUMENTS", screen="mes documents"),
    "document_pdf": _own("DOCUMENTS", screen="mes documents"),
    "file": _own("IDENTITE", "COORDONNEES", "FOYER", "RESSOURCES", "BAIL", screen="mon dossier"),
    "share": _own("COORDONNEES", screen="mon dossier", methods=("POST",)),
    "readings": _own("JOURNAL", screen="qui a consulté mon dossier"),
}
