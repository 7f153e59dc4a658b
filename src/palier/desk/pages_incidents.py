"""Who may call the pages on breaches of data: the data protection officer alone."""

from palier.privacy.declare import PageAccess, Role


def _page(*methods: str, menu: str = "", screen: str = "violation de données") -> PageAccess:
    return PageAccess(
        roles=(Role.DPO,),
        purpose="VIOLATION_DE_DONNEES",
        methods=methods,
        screen=screen,
        categories=("VIOLATIONS",),
        menu=menu,
    )


PAGES: dict[str, PageAccess] = {
    "incidents": _page("GET", menu="Violations", screen="registre des violations"),
    "incident_register": _page("GET", screen="registre des violations"),
    "incident_new": _page("GET", "POST"),
    "incident": _page("GET"),
    "incident_assess": _page("POST"),
    "incident_notify": _page("POST"),
    "incident_letters": _page("GET", "POST", screen="lettres de violation"),
    "incident_progress": _page("GET"),
    "incident_told": _page("POST"),
    "incident_close": _page("POST"),
    "incident_notification": _page("GET"),
}
