"""Who may try a grid: the secretary of the commission, who prepares its orientations. Figures, and nobody in them."""

from palier.privacy.declare import PageAccess, Role


def _page(*methods: str) -> PageAccess:
    return PageAccess(
        roles=(Role.COMMISSION_SECRETARY,),
        purpose="ATTRIBUTION",
        screen="essai d’une grille",
        methods=methods or ("GET",),
    )


PAGES: dict[str, PageAccess] = {
    "score_trials": _page("GET", "POST"),
    "score_trial_weights": _page("GET", "POST"),
    "score_trial": _page(),
    "score_trial_progress": _page(),
    "score_trial_export": _page(),
    "score_trial_grid": _page(),
}
