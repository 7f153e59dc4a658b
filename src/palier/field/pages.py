"""The caretaker's pages: the residences of their mandates, and the doors of one of them."""

from palier.privacy.declare import PageAccess, Role

PAGES: dict[str, PageAccess] = {
    "sign_in": PageAccess(roles=(), purpose="", methods=("GET", "POST"), public=True),
    "sign_out": PageAccess(roles=(), purpose="", methods=("POST",), public=True),
    "preferences": PageAccess(roles=(), purpose="", methods=("POST",), public=True),
    # Names of residences: nobody's data.
    "home": PageAccess(roles=(Role.CARETAKER,), purpose="PROXIMITE", screen="mes résidences"),
    "doors": PageAccess(
        roles=(Role.CARETAKER,), purpose="PROXIMITE", categories=("PORTE", "COORDONNEES"), screen="tournée"
    ),
}
