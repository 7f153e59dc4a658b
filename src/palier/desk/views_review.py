"""The review of a run in detail: the leases behind a cause, every anomaly and its verdict, the leases set aside."""

from typing import Final

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from palier.desk import month_page
from palier.desk.navigation import address, framed
from palier.desk.tables_month import anomalies_table, differences_table, moved_table, set_aside_table
from palier.desk.views_month import month_context, month_crumbs, month_url, run_or_404
from palier.foundation.clock import now, today
from palier.foundation.errors import Refusal
from palier.foundation.periods import Month
from palier.quittancement.operations.review import judge_anomaly
from palier.quittancement.queries.review import (
    EVERYTHING,
    anomalies,
    anomaly_count,
    differences,
    moved_leases,
    review_counts,
    set_aside,
)
from palier.quittancement.queries.signing import signing
from palier.web import words
from palier.web.components import Chip, Link
from palier.web.exports import export_response
from palier.web.requests import ActorRequest
from palier.web.table_view import view_of
from palier.web.tables import TableState, page_of, read_state

PAGE_ROWS: Final = 60


def pair_cursor(state: TableState) -> tuple[int, int] | None:
    """The cursor of a list sorted by an amount: (amount, number)."""
    match state.cursor:
        case (int(value), int(number)):
            return value, number
        case _:
            return None


def single_cursor(state: TableState) -> int | None:
    """The cursor of a list in the order of its numbers."""
    match state.cursor:
        case (int(number),):
            return number
        case _:
            return None


def month_differences(request: ActorRequest, run_id: int) -> HttpResponseBase:
    """The differences by cause, as a file. On screen they are on the month's own page."""
    run = run_or_404(run_id)
    table = differences_table()
    return export_response(
        table,
        read_state(table, request.GET),
        differences(run_id),
        wanted=request.GET.get("format", "xlsx"),
        name=f"écarts {Month.of(run.month)}",
        on=today(),
    )


def month_cause(request: ActorRequest, run_id: int, cause: str) -> HttpResponseBase:
    """The leases behind one cause, by decreasing effect."""
    run = run_or_404(run_id)
    if cause not in month_page.CAUSES:
        raise Http404
    table = moved_table(request.actor.role)
    state = read_state(table, request.GET)
    wanted = request.GET.get("format", "")
    limit = EVERYTHING if wanted else PAGE_ROWS
    rows = moved_leases(
        run_id=run_id,
        month=run.month,
        cause=cause,
        cursor=None if wanted else pair_cursor(state),
        backwards=state.backwards and not wanted,
        limit=limit,
    )
    label = month_page.CAUSES[cause]
    for row in rows[:limit]:
        request.reading.saw(row.person_ids)
    if wanted:
        name = f"écart {label} {Month.of(run.month)}"
        return export_response(table, state, rows, wanted=wanted, name=name, on=today())
    page = page_of(table, state, rows, limit=limit, key=lambda row: (abs(row.amount_cents), row.lease_id))
    context: dict[str, object] = {
        "run": run,
        "title": label,
        "month": Month.of(run.month).label_fr(),
        "view": view_of(table, state, page.rows, pager=page.pager),
        "crumbs": month_crumbs(run, Link(label=label)),
        "is_whole": request.actor.agency_id is None,
        "empty_title": "Aucun bail de votre portefeuille",
        "empty_text": "Cette cause touche d’autres agences.",
    }
    return framed(request, "desk/month_list.html", context)


# --- Anomalies -------------------------------------------------------------------------------------------------------


def month_anomalies(request: ActorRequest, run_id: int) -> HttpResponseBase:
    """Every anomaly by decreasing effect, filtered by verdict or nature."""
    run = run_or_404(run_id)
    table = anomalies_table(request.actor.role)
    state = read_state(table, request.GET)
    verdict, kind = state.one("avis"), state.one("nature")
    wanted = request.GET.get("format", "")
    limit = EVERYTHING if wanted else PAGE_ROWS
    rows = anomalies(
        run_id=run_id,
        verdict=verdict,
        kind=kind,
        cursor=None if wanted else pair_cursor(state),
        backwards=state.backwards and not wanted,
        limit=limit,
    )
    for row in rows[:limit]:
        request.reading.saw(row.person_ids)
    if wanted:
        name = f"anomalies {Month.of(run.month)}"
        return export_response(table, state, rows, wanted=wanted, name=name, on=today())
    total = anomaly_count(run_id=run_id, verdict=verdict, kind=kind)
    page = page_of(table, state, rows, limit=limit, key=lambda row: (abs(row.effect_cents), row.id), total=total)
    counts = review_counts(run_id)
    role = request.actor.role
    context: dict[str, object] = {
        "run": run,
        "title": "Anomalies",
        "month": Month.of(run.month).label_fr(),
        "facts": f"{words.count(counts.anomalies, 'anomalie')}, dont {words.number(counts.to_see)} à voir",
        "anomalies": [
            month_page.anomaly_line(row, run_id=run_id, lease_url=address(role, "lease", row.lease_id))
            for row in page.rows
        ],
        "chips": [
            Chip(
                label=label.capitalize(),
                url=state.without_filter("avis", code) if code == verdict else state.address(filters={"avis": [code]}),
                on=code == verdict,
            )
            for code, label in month_page.VERDICTS.items()
        ],
        "pager": page.pager,
        "signing": signing(run, counts, request.actor),
        "crumbs": month_crumbs(run, Link(label="Anomalies")),
        "back": request.get_full_path(),
    }
    return framed(request, "desk/month_anomalies.html", context)


def anomaly_judge(request: ActorRequest, run_id: int, anomaly_id: int) -> HttpResponseBase:
    """Record a verdict, then show the review again: its fragment to htmx, the page it was given from otherwise."""
    run = run_or_404(run_id)
    verdict = request.POST.get("avis", "")
    if verdict not in month_page.VERDICTS:
        raise Http404
    try:
        judge_anomaly(run_id=run_id, anomaly_id=anomaly_id, verdict=verdict, actor=request.actor, at=now())
    except Refusal as refusal:
        if request.htmx:
            return HttpResponse(headers={"HX-Refresh": "true"})
        messages.error(request, str(refusal))
    if request.htmx:
        context = month_context(request, Month.of(run.month), run_or_404(run_id))
        context["focus_on"] = _next_to_see(context["anomalies"], anomaly_id)
        return render(request, "desk/_month_review.html", context)
    return HttpResponseRedirect(_way_back(request, run_id) or month_url(run.month, run))


def _next_to_see(lines: object, judged: int) -> int:
    """The anomaly to look at after the one just judged, for whoever works from the keyboard; itself when last."""
    rows = [line for line in lines if isinstance(line, month_page.AnomalyLine)] if isinstance(lines, list) else []
    place = next((rank for rank, line in enumerate(rows) if line.id == judged), 0)
    waiting = (line.id for line in (*rows[place + 1 :], *rows[:place]) if line.verdict == "TO_SEE")
    return next(waiting, judged)


def _way_back(request: ActorRequest, run_id: int) -> str:
    """The list of anomalies when the verdict was given there, with its filter."""
    wanted = request.POST.get("retour", "")
    return wanted if wanted.startswith(reverse("desk:month_anomalies", args=[run_id])) else ""


# --- Set aside -------------------------------------------------------------------------------------------------------


def month_set_aside(request: ActorRequest, run_id: int) -> HttpResponseBase:
    """The leases that could not be priced, each with its reason and the way to its lease."""
    run = run_or_404(run_id)
    table = set_aside_table(request.actor.role)
    state = read_state(table, request.GET)
    wanted = request.GET.get("format", "")
    limit = EVERYTHING if wanted else PAGE_ROWS
    backwards = state.backwards and not wanted
    rows = set_aside(run_id=run_id, cursor=None if wanted else single_cursor(state), backwards=backwards, limit=limit)
    for row in rows[:limit]:
        request.reading.saw(row.person_ids)
    if wanted:
        name = f"baux mis de côté {Month.of(run.month)}"
        return export_response(table, state, rows, wanted=wanted, name=name, on=today())
    counts = review_counts(run_id)
    page = page_of(table, state, rows, limit=limit, key=lambda row: (row.id,), total=counts.set_aside)
    context: dict[str, object] = {
        "run": run,
        "title": "Baux mis de côté",
        "month": Month.of(run.month).label_fr(),
        "facts": "corrigez le bail, puis recalculez le mois"
        if not run.is_sealed
        else "corrigez le bail, puis lancez un quittancement complémentaire",
        "view": view_of(table, state, page.rows, pager=page.pager),
        "crumbs": month_crumbs(run, Link(label="Mis de côté")),
        "is_whole": request.actor.agency_id is None,
        "empty_title": "Aucun bail mis de côté",
        "empty_text": "Tous les baux de votre portefeuille ont été calculés.",
    }
    return framed(request, "desk/month_list.html", context)
