"""Who may call the pages about durations: the DPO."""

from palier.privacy.declare import PageAccess, Role


def _dpo(*methods: str, categories: tuple[str, ...] = (), screen: str = "", menu: str = "") -> PageAccess:
    return PageAccess(
        roles=(Role.DPO,),
        purpose="CONSERVATION",
        methods=methods or ("GET",),
        categories=categories,
        screen=screen,
        menu=menu,
    )


PAGES: dict[str, PageAccess] = {
    "retention": _dpo(menu="Conservation"),
    "retention_rule": _dpo("GET", "POST"),
    "retention_holds": _dpo("GET", "POST", categories=("BAIL",), screen="données retenues"),
    "retention_hold_lift": _dpo("POST", categories=("BAIL",), screen="données retenues"),
    "retention_certificates": _dpo(categories=("AGENTS",), screen="certificats de conservation"),
    "retention_certificate": _dpo(),
    "retention_certificate_data": _dpo(),
}
