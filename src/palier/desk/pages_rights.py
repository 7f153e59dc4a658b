"""Who may call the pages of persons’ requests: the DPO answers, the agencies write down what the counter hears."""

from palier.privacy.catalogue import OFFICE
from palier.privacy.declare import PageAccess, Role

_READ = ("IDENTITE", "DEMANDES_DROITS")


def _answered(*methods: str, screen: str = "droits", fresh_proof: bool = False) -> PageAccess:
    return PageAccess(
        roles=(Role.DPO,),
        purpose="DROITS_DES_PERSONNES",
        methods=methods or ("GET",),
        categories=_READ,
        screen=screen,
        fresh_proof=fresh_proof,
    )


PAGES: dict[str, PageAccess] = {
    "rights": _answered(screen="demandes des personnes"),
    "rights_request": _answered(),
    "rights_answer": _answered("POST"),
    "rights_extend": _answered("POST"),
    "rights_lift": _answered("POST"),
    "rights_copy": _answered("POST", screen="copie de dossier"),
    "rights_handed": _answered("POST"),
    "rights_letter": _answered(screen="lettre de réponse"),
    # The whole file of someone: whoever takes it has just proved who they are.
    "rights_package": _answered(screen="copie de dossier", fresh_proof=True),
    "rights_write_down": PageAccess(
        roles=OFFICE,
        purpose="DROITS_DES_PERSONNES",
        methods=("GET", "POST"),
        categories=_READ,
        screen="demande au guichet",
    ),
}
