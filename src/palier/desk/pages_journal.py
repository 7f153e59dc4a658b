"""Who may call the pages of the journal's keeping: the DPO alone."""

from palier.privacy.declare import PageAccess, Role

PAGES: dict[str, PageAccess] = {
    "journal_alarms": PageAccess(
        roles=(Role.DPO,),
        purpose="PROTECTION_DONNEES",
        methods=("GET", "POST"),
        screen="alarmes du journal",
        categories=("AGENTS",),
    ),
    "journal_alarm_answer": PageAccess(
        roles=(Role.DPO,),
        purpose="PROTECTION_DONNEES",
        methods=("POST",),
        screen="alarmes du journal",
        categories=("AGENTS",),
    ),
    "journal_seals": PageAccess(
        roles=(Role.DPO,), purpose="PROTECTION_DONNEES", screen="sceaux du journal", categories=("AGENTS",)
    ),
}
