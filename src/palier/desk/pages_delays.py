"""Who may call the pages of the delays asked by tenants: the agency answers, those who keep the accounts read."""

from palier.privacy.catalogue import AGENCY
from palier.privacy.declare import PageAccess, Role

_READERS = (*AGENCY, Role.HEADQUARTERS, Role.ACCOUNTANT)
_CATEGORIES = ("COMPTE", "BAIL")


def _answered() -> PageAccess:
    return PageAccess(
        roles=AGENCY, purpose="COMPTABILITE", methods=("POST",), categories=_CATEGORIES, screen="demande de délai"
    )


PAGES: dict[str, PageAccess] = {
    "delays": PageAccess(
        roles=_READERS,
        purpose="COMPTABILITE",
        categories=_CATEGORIES,
        screen="demandes de délai",
        menu="Délais de paiement",
    ),
    "one_delay": PageAccess(roles=_READERS, purpose="COMPTABILITE", categories=_CATEGORIES, screen="demande de délai"),
    "delay_agree": _answered(),
    "delay_offer": _answered(),
    "delay_refuse": _answered(),
    "delay_end": _answered(),
}
