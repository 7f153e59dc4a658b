"""The caretaker's pages: the residences of their mandates, the doors, and what is to be done there."""

from palier.privacy.declare import PageAccess, Role
from palier.web.signin_pages import PAGES as SIGNING_IN


def _site(*categories: str, screen: str = "", methods: tuple[str, ...] = ("GET",)) -> PageAccess:
    return PageAccess(
        roles=(Role.CARETAKER,), purpose="PROXIMITE", methods=methods, categories=categories, screen=screen
    )


PAGES: dict[str, PageAccess] = {
    **SIGNING_IN,
    "sign_in": PageAccess(roles=(), purpose="", methods=("GET", "POST"), public=True),
    "sign_out": PageAccess(roles=(), purpose="", methods=("POST",), public=True),
    "preferences": PageAccess(roles=(), purpose="", methods=("POST",), public=True),
    # Names of residences: nobody's data.
    "home": PageAccess(roles=(Role.CARETAKER,), purpose="PROXIMITE", screen="mes résidences"),
    # The policy names no one.
    "who_sees": PageAccess(roles=(Role.CARETAKER,), purpose="PROXIMITE"),
    "doors": PageAccess(
        roles=(Role.CARETAKER,), purpose="PROXIMITE", categories=("PORTE", "COORDONNEES"), screen="tournée"
    ),
    "routine_done": _site(methods=("POST",)),
    # What is broken and where: a door, never a name.
    "report": _site("INTERVENTIONS", screen="signalements techniques", methods=("GET", "POST")),
    "ticket_done": _site(methods=("POST",)),
    "ticket_photo": _site("INTERVENTIONS", screen="photo d’un équipement"),
    "keys": _site("INTERVENTIONS", screen="clés"),
    "key_move": _site(methods=("POST",)),
    "deliveries": _site("PORTE", "INTERVENTIONS", screen="avis à distribuer"),
    "delivery_done": _site(methods=("POST",)),
    "round_start": _site(methods=("POST",)),
    "round_end": _site(methods=("POST",)),
    "token": _site(),
    # Their own activity, as the landlord may see it.
    "me": _site("AGENTS", screen="ma propre activité"),
    # The same for everyone, and nobody's data.
    "worker": PageAccess(roles=(), purpose="", public=True),
    "manifest": PageAccess(roles=(), purpose="", public=True),
    "offline": PageAccess(roles=(), purpose="", public=True),
}
