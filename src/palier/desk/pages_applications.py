"""Who may call the pages of applications: those who instruct them, and the secretary of the commission."""

from palier.privacy.catalogue import ALLOCATION
from palier.privacy.declare import PageAccess


def _page(*categories: str, screen: str, methods: tuple[str, ...] = ("GET",), menu: str = "") -> PageAccess:
    return PageAccess(
        roles=ALLOCATION,
        purpose="ATTRIBUTION",
        categories=categories,
        screen=screen,
        methods=methods,
        menu=menu,
    )


_BOTH = ("GET", "POST")
_WHOLE = ("IDENTITE", "COORDONNEES", "FOYER", "RESSOURCES", "SEJOUR", "NIR", "BESOINS", "PIECES", "DEMANDE")

PAGES: dict[str, PageAccess] = {
    "applications": _page("DEMANDE", "IDENTITE", "FOYER", screen="liste des demandes", menu="Demandes"),
    "application": _page(*_WHOLE, "EXAMEN", screen="demande de logement"),
    "application_new": _page("DEMANDE", "IDENTITE", "COORDONNEES", screen="nouvelle demande", methods=_BOTH),
    "application_clocks": _page("DEMANDE", screen="échéances des demandes"),
    "application_duplicates": _page("DEMANDE", screen="doublons des demandes"),
    "duplicate_merge": _page("DEMANDE", screen="doublons des demandes", methods=("POST",)),
    "duplicate_keep_apart": _page("DEMANDE", screen="doublons des demandes", methods=("POST",)),
    "application_change": _page(*_WHOLE, screen="demande de logement", methods=_BOTH),
    "application_life": _page("DEMANDE", "IDENTITE", screen="vie d’une demande"),
    **{
        f"application_{deed}": _page("DEMANDE", screen="vie d’une demande", methods=("POST",))
        for deed in ("renew", "warn", "answer", "radiate", "reactivate", "interviewed", "take", "give", "give_back")
    },
    "application_letter": _page("DEMANDE", "IDENTITE", "COORDONNEES", screen="lettre à un demandeur"),
    "application_pieces": _page("PIECES", "IDENTITE", screen="pièces d’une demande", methods=_BOTH),
    "piece_on_paper": _page("PIECES", screen="pièces d’une demande", methods=("POST",)),
    "piece_give": _page("PIECES", "IDENTITE", screen="pièces d’une demande", methods=("POST",)),
    "piece_judge": _page("PIECES", screen="pièces d’une demande", methods=("POST",)),
    "piece_file": _page("PIECES", screen="fichier d’une pièce"),
    "paper_given_back": _page("PIECES", screen="pièces d’une demande", methods=("POST",)),
    # Words of the form and of the law: nobody's data.
    "interview": _page(screen="entretien au guichet"),
}
