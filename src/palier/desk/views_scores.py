"""Scores at the desk: the grids, public and printable, and why one application has its points."""

from typing import Final

from django.http import HttpResponse

from palier.demandes.queries.explanation import explained, official_scores
from palier.demandes.queries.grids import grids
from palier.demandes.queries.members import members_of
from palier.demandes.rules.cotation import PROOF_LABELS
from palier.demandes.rules.criteria import Shape
from palier.demandes.rules.grids import Criterion, Grid, Mode, Status, points_fr
from palier.desk.application_words import PATHS
from palier.desk.navigation import address, framed
from palier.desk.views_applications import file_frame, found_application, tabs_of
from palier.estate.communes import commune_names
from palier.foundation.clock import today
from palier.web.requests import ActorRequest

_MODES: Final = {
    Mode.MAX: "seul le critère le plus favorable compte",
    Mode.SUM: "les critères s’ajoutent",
}


def score_grids(request: ActorRequest) -> HttpResponse:
    """Every grid that applies or will: their points are public (CCH L441-2-8). Nobody's data."""
    on = today()
    shown = [_grid(grid) for grid in grids() if grid.last_day is None or grid.last_day >= on]
    context: dict[str, object] = {
        "grids": shown,
        "tabs": tabs_of(request, "score_grids"),
        "trials_url": address(request.actor.role, "score_trials"),
    }
    return framed(request, "desk/score_grids.html", context)


def application_score(request: ActorRequest, application_id: int) -> HttpResponse:
    """One application, criterion by criterion, for whoever instructs it; the official scores for all who allocate."""
    here = found_application(request, application_id)
    members = members_of(application_id) if here.is_mine else []
    request.reading.saw(member.person_id for member in members if member.person_id is not None)
    context: dict[str, object] = {
        **file_frame(request, here, members, "application_score", "Points"),
        "territories": explained(application_id, on=today()) if here.is_mine else [],
        "official": official_scores(application_id),
        "proofs": PROOF_LABELS,
    }
    return framed(request, "desk/application_score.html", context)


def _grid(grid: Grid) -> dict[str, object]:
    return {
        "grid": grid,
        "path": PATHS[grid.path.value],
        "is_fictive": grid.status is Status.FICTIVE,
        "communes": ", ".join(sorted(commune_names(grid.communes).values())),
        "refusal": grid.refusal.sentence(),
        "rubrics": [
            (rubric.label, _MODES[rubric.mode], [_criterion(criterion) for criterion in rubric.criteria])
            for rubric in grid.rubrics
        ],
    }


def _criterion(criterion: Criterion) -> tuple[str, str, str]:
    """A criterion, the proof that it asks for, its points."""
    proofs = " ou ".join(PROOF_LABELS[proof] for proof in sorted(criterion.proofs))
    if not criterion.steps:
        return criterion.label, proofs, points_fr(criterion.points)
    unit = f"\u00a0{criterion.question.unit}" if criterion.question.unit else ""
    word = "moins de" if criterion.question.shape is Shape.FALLING else "dès"
    steps = "\u00a0; ".join(f"{word} {bound}{unit}, {points_fr(points)}" for bound, points in criterion.steps)
    return criterion.label, proofs, steps
