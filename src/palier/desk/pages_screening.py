"""Who may call the pages of the screen: the DPO; and whoever types, to say that it was wrong."""

from palier.privacy.declare import PageAccess, Role

PAGES: dict[str, PageAccess] = {
    "screening": PageAccess(
        roles=(Role.DPO,),
        purpose="PROTECTION_DONNEES",
        methods=("GET", "POST"),
        screen="filtrage des textes",
        categories=("AGENTS",),
    ),
    "screening_false_alarm": PageAccess(
        roles=(Role.RENT_OFFICER, Role.AGENCY_MANAGER, Role.DPO), purpose="PROTECTION_DONNEES", methods=("POST",)
    ),
}
