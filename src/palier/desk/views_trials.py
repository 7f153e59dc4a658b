"""A new grid tried on the whole stock: who gains and who loses, by objective group. Nothing is put in force by it."""

from collections.abc import Iterator
from decimal import Decimal
from http import HTTPStatus
from itertools import groupby
from pathlib import Path
from typing import Final

from django.forms import BoundField
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from palier.demandes.operations.score_figures import BAND_POINTS
from palier.demandes.operations.trials import ask_trial, require_same_kind, trial_key
from palier.demandes.queries.grids import grid_given, grids_on
from palier.demandes.queries.trials import Trial, latest_trials, trial_of
from palier.demandes.rules.grids import Grid
from palier.demandes.rules.trials import Band, Group, Simulation, reweighed, weights_of
from palier.desk.application_words import PATHS
from palier.desk.forms_trials import TrialFileForm, WeightsForm, code_of, label_of
from palier.desk.month_page import job_of, when
from palier.desk.navigation import framed
from palier.desk.views_applications import tabs_of
from palier.foundation.clock import now, today
from palier.foundation.errors import Refusal
from palier.foundation.queries import latest_work
from palier.web import words
from palier.web.components import Bar, Fig, JobProgress, Link
from palier.web.exports import export_response
from palier.web.requests import ActorRequest
from palier.web.tables import Column, Kind, Table, read_state

_SHOWN: Final = 40
_LABEL: Final = 18


def score_trials(request: ActorRequest) -> HttpResponse:
    """The latest trials, and the place to try a file."""
    grids = grids_on(today())
    if request.method != "POST":
        return _list(request, TrialFileForm(label_suffix="").offer(grids), grids)
    form = TrialFileForm(request.POST, request.FILES, label_suffix="").offer(grids)
    if form.is_valid():
        given = form.cleaned_data["file"]
        against = next(grid for grid in grids if code_of(grid) == form.cleaned_data["grid"])
        try:
            grid = grid_given(given.read(), file=Path(given.name or "grille.toml").name)
            require_same_kind(grid, against=against)
            return _asked(request, grid)
        except Refusal as refusal:
            form.add_error("file", str(refusal))
    return _list(request, form, grids, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def score_trial_weights(request: ActorRequest) -> HttpResponse:
    """The points of a grid in force, to change before a trial."""
    here = _chosen(request)
    weights = weights_of(here)
    form = WeightsForm(request.POST if request.method == "POST" else None, weights=weights)
    if form.is_valid():
        version = f"ESSAI-{timezone.localtime(now()):%Y%m%d-%H%M}"
        try:
            return _asked(request, reweighed(here, form.cleaned_data, version=version))
        except Refusal as refusal:
            form.add_error(None, str(refusal))
    rubrics: list[tuple[str, list[BoundField]]] = [
        (label, [form[weight.key] for weight in group])
        for label, group in groupby(weights, key=lambda weight: weight.rubric)
    ]
    context: dict[str, object] = {
        "form": form,
        "code": code_of(here),
        "label": label_of(here),
        "rubrics": rubrics,
        "crumbs": _crumbs("Changer les points"),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return framed(request, "desk/score_trial_weights.html", context, status=status)


def score_trial(request: ActorRequest, trial_id: int) -> HttpResponse:
    """One trial: what it changes in the grid, then who gains and who loses."""
    trial = _found(trial_id)
    context: dict[str, object] = {
        "trial": trial,
        "path": PATHS[trial.path].lower(),
        "asked": when(trial.asked_at),
        "job": _job(trial),
        "changes": [(change, change.sentence()) for change in trial.changes or ()],
        "told": trial.told,
        "crumbs": _crumbs(trial.version),
    }
    if trial.told is not None:
        context |= _figures(trial.told)
    return framed(request, "desk/score_trial.html", context)


def score_trial_progress(request: ActorRequest, trial_id: int) -> HttpResponse:
    """How far the job is, as the fragment that asks for itself."""
    job = _job(_found(trial_id))
    if not request.htmx:
        return HttpResponseRedirect(reverse("desk:score_trial", args=[trial_id]))
    if job is None or not job.running:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "web/_progress.html", {"job": job})


def score_trial_export(request: ActorRequest, trial_id: int, wanted: str) -> HttpResponseBase:
    """The groups as a file. A number that is hidden is an empty cell."""
    trial = _found(trial_id)
    if trial.told is None:
        raise Http404
    state = read_state(_EXPORTED, request.GET)
    rows = [_whole(trial.told), *trial.told.groups]
    return export_response(_EXPORTED, state, rows, wanted=wanted, name=f"essai {trial.version}", on=today())


def score_trial_grid(request: ActorRequest, trial_id: int) -> HttpResponse:
    """The grid that was tried, as the file that the command and the folder of grids read."""
    trial = _found(trial_id)
    answer = HttpResponse(trial.text, content_type="application/toml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="grille-essai-{trial.id}.toml"'
    answer["Cache-Control"] = "no-store"
    return answer


def _list(
    request: ActorRequest, form: TrialFileForm, grids: tuple[Grid, ...], *, status: int = HTTPStatus.OK
) -> HttpResponse:
    here = reverse("desk:score_trial_weights")
    context: dict[str, object] = {
        "form": form,
        "grids": [(label_of(grid), f"{here}?grille={code_of(grid)}") for grid in grids],
        "rows": [(row, PATHS[row.path], when(row.asked_at)) for row in latest_trials(_SHOWN)],
        "tabs": tabs_of(request, "score_grids"),
    }
    return framed(request, "desk/score_trials.html", context, status=status)


def _asked(request: ActorRequest, grid: Grid) -> HttpResponse:
    trial_id = ask_trial(grid=grid, on=today(), actor=request.actor, at=now())
    return HttpResponseRedirect(reverse("desk:score_trial", args=[trial_id]))


def _chosen(request: ActorRequest) -> Grid:
    """The grid that the address names; the first one when it names none."""
    asked = request.GET.get("grille", "")
    found = next((grid for grid in grids_on(today()) if asked in ("", code_of(grid))), None)
    if found is None:
        raise Http404
    return found


def _found(trial_id: int) -> Trial:
    trial = trial_of(trial_id)
    if trial is None:
        raise Http404
    return trial


def _job(trial: Trial) -> JobProgress | None:
    return job_of(
        latest_work(trial_key(trial.id)),
        poll_url=reverse("desk:score_trial_progress", args=[trial.id]),
        page_url=reverse("desk:score_trial", args=[trial.id]),
        at=now(),
    )


def _crumbs(here: str) -> list[Link]:
    return [
        Link(label="Grilles", url=reverse("desk:score_grids")),
        Link(label="Essais", url=reverse("desk:score_trials")),
        Link(label=here),
    ]


# --- Figures ---------------------------------------------------------------------------------------------------------


def _figures(told: Simulation) -> dict[str, object]:
    parts = (("Gagnent", told.winners), ("Perdent", told.losers), ("Sans changement", told.unchanged))
    families = [(family, list(group)) for family, group in groupby(told.groups, key=lambda group: group.family)]
    return {
        "figs": [
            Fig(label="Demandes pesées", value=words.number(told.applications)),
            *(Fig(label=label, value=words.number(number)) for label, number in parts),
        ],
        "part_bars": [Bar(label=label, value=number or 0, text=words.number(number)) for label, number in parts],
        "families": [
            {
                "title": words.capital(family),
                "name": f"famille-{rank}",
                "rows": [_row(group) for group in groups],
                "bars": [_bar(group) for group in groups],
            }
            for rank, (family, groups) in enumerate(families, start=1)
        ],
        "bands": [(_band(band), words.number(band.before), words.number(band.after)) for band in told.bands],
        "band_bars": [bar for band in told.bands for bar in _band_bars(band)],
    }


def _row(group: Group) -> dict[str, str]:
    return {
        "label": words.capital(group.label),
        "applications": words.number(group.applications),
        "winners": words.number(group.winners),
        "losers": words.number(group.losers),
        "change": _change(group.average_change_hundredths),
    }


def _bar(group: Group) -> Bar:
    change = group.average_change_hundredths
    return Bar(label=_short(words.capital(group.label)), value=change or 0, text=_change(change))


def _band_bars(band: Band) -> Iterator[Bar]:
    for label, number in (("avant", band.before), ("après", band.after)):
        yield Bar(label=f"{_band(band)}, {label}", value=number or 0, text=words.number(number))


def _band(band: Band) -> str:
    """« 20 à 39 »."""
    return f"{words.number(band.lowest)} à {words.number(band.lowest + BAND_POINTS - 1)}"


def _change(hundredths: int | None) -> str:
    """« +1,25 »: the average, in points."""
    return words.NOTHING if hundredths is None else words.number(Decimal(hundredths) / 100, decimals=2, signed=True)


def _short(label: str) -> str:
    return label if len(label) <= _LABEL else f"{label[: _LABEL - 1]}…"


def _whole(told: Simulation) -> Group:
    return Group(
        family="ensemble",
        label="toutes les demandes pesées",
        applications=told.applications,
        winners=told.winners,
        losers=told.losers,
        average_change_hundredths=None,
    )


_EXPORTED: Final = Table[Group](
    code="essai",
    caption="Essai d’une grille, par groupe objectif",
    default_sort="famille",
    columns=(
        Column(code="famille", label="Famille", value=lambda row: row.family, sortable=True, fixed=True),
        Column(code="groupe", label="Groupe", value=lambda row: row.label, fixed=True),
        Column(code="demandes", label="Demandes", kind=Kind.NUMBER, value=lambda row: row.applications),
        Column(code="gagnent", label="Gagnent", kind=Kind.NUMBER, value=lambda row: row.winners),
        Column(code="perdent", label="Perdent", kind=Kind.NUMBER, value=lambda row: row.losers),
        Column(
            code="changement",
            label="Changement moyen (points)",
            value=lambda row: "" if row.average_change_hundredths is None else _change(row.average_change_hundredths),
        ),
    ),
)
