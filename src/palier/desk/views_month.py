"""The months: their list, the page of one, and what is asked of it: compute, sign the review off, seal, issue."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from palier.desk import month_page
from palier.desk.navigation import address, framed
from palier.foundation.clock import now, today
from palier.foundation.errors import Refusal
from palier.foundation.periods import MalformedMonth, Month
from palier.foundation.queries import latest_work
from palier.privacy.actor import Actor
from palier.quittancement.operations.asking import ask_compute, ask_notices, ask_receipts, ask_seal, progress_key
from palier.quittancement.operations.review import review_run
from palier.quittancement.queries.review import (
    ReviewCounts,
    anomalies,
    differences,
    notice_count,
    review_counts,
)
from palier.quittancement.queries.runs import (
    RunRow,
    latest_month,
    run_row,
    runs_of_month,
    runs_of_year,
    years_with_runs,
)
from palier.quittancement.queries.settlement import papers_that_hold
from palier.quittancement.queries.signing import signing
from palier.web import words
from palier.web.components import JobProgress, Link, Shortcut, Tag
from palier.web.requests import ActorRequest

# The anomalies shown on the page itself; the others are one link away.
SHOWN_ANOMALIES = 8


def month_or_404(text: str) -> Month:
    """The month in an address."""
    try:
        return Month.parse(text)
    except MalformedMonth:
        raise Http404 from None


def run_or_404(run_id: int) -> RunRow:
    """The run in an address."""
    run = run_row(run_id)
    if run is None:
        raise Http404
    return run


def month_url(month: Month | date, run: RunRow | None = None) -> str:
    """The address of a month, or of one of its complements."""
    period = month if isinstance(month, Month) else Month.of(month)
    place = reverse("desk:month", args=[str(period)])
    return place if run is None or run.kind == "MONTHLY" else f"{place}?calcul={run.id}"


def month_crumbs(run: RunRow, *last: Link) -> list[Link]:
    """From the list of months to a page about a run."""
    month = Month.of(run.month)
    return [
        Link(label="Quittancement", url=reverse("desk:months")),
        Link(label=month.label_fr().capitalize(), url=month_url(month, run)),
        *last,
    ]


# --- The list --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class RunLine:
    """A run in the list of months."""

    label: str
    url: str
    kind: str
    tag: Tag
    run: RunRow
    sealed: str


def months(request: ActorRequest) -> HttpResponse:
    """The runs of a year, and the month to compute next."""
    if "mois" in request.GET:
        return HttpResponseRedirect(month_url(month_or_404(request.GET["mois"])))
    years = years_with_runs() or [today().year]
    wanted = request.GET.get("annee", "")
    year = int(wanted) if wanted.isdecimal() and int(wanted) in years else years[0]
    rows = runs_of_year(year)
    coming = _coming_month(rows)
    context: dict[str, object] = {
        "runs": [
            RunLine(
                label=Month.of(run.month).label_fr().capitalize(),
                url=month_url(run.month, run),
                kind=month_page.KINDS[run.kind] + (f" n°\u00a0{run.rank}" if run.rank else ""),
                tag=month_page.state_tag(run),
                run=run,
                sealed=month_page.when(run.sealed_at),
            )
            for run in rows
        ],
        "years": [Link(label=str(each), url=f"?annee={each}", current=each == year) for each in years],
        "coming": coming.label_fr(),
        "coming_url": month_url(coming),
    }
    return framed(request, "desk/months.html", context)


def _coming_month(rows: Sequence[RunRow]) -> Month:
    """The month after the latest when it is sealed, the latest while it is open, this one when there is none."""
    latest = latest_month()
    if latest is None:
        return Month.of(today())
    is_sealed = any(run.month == latest and run.kind == "MONTHLY" and run.is_sealed for run in rows)
    return Month.of(latest).next() if is_sealed else Month.of(latest)


# --- One month -------------------------------------------------------------------------------------------------------


def month(request: ActorRequest, month: str) -> HttpResponse:
    """The page of a month: where it stands, what moved, what surprises, who may sign."""
    period = month_or_404(month)
    runs = runs_of_month(period.first_day)
    run = _run_wanted(runs, request.GET.get("calcul", ""))
    context = month_context(request, period, run)
    context["runs"] = (
        [
            Link(
                label="Mensuel" if each.kind == "MONTHLY" else f"Complément n°\u00a0{each.rank}",
                url=month_url(period, each),
                current=run is not None and each.id == run.id,
            )
            for each in runs
        ]
        if len(runs) > 1
        else []
    )
    context["job"] = _job(period)
    context["shortcuts"] = [
        Shortcut(keys=("↑", "↓"), label="anomalie"),
        Shortcut(keys=("↵",), label="ouvrir le bail"),
        Shortcut(keys=("V",), label="anomalie suivante"),
        Shortcut(keys=("E",), label="exporter les écarts"),
    ]
    return framed(request, "desk/month.html", context)


def _run_wanted(runs: Sequence[RunRow], number: str) -> RunRow | None:
    """The run asked for, else the monthly one; None before the first computing."""
    if not number:
        return runs[0] if runs else None
    found = next((run for run in runs if str(run.id) == number), None)
    if found is None:
        raise Http404
    return found


def month_context(request: ActorRequest, period: Month, run: RunRow | None) -> dict[str, object]:
    """What the page of a month and its review fragment print."""
    actor = request.actor
    counts = review_counts(run.id) if run is not None else ReviewCounts(to_see=0, justified=0, wrong=0, set_aside=0)
    context: dict[str, object] = {
        "month": str(period),
        "before": period.previous().label_fr().split()[0],
        "run": run,
        "title": month_page.title_of(run, period),
        "state": month_page.state_tag(run),
        "steps": month_page.steps(run, counts),
        "counts": counts,
        "signing": signing(run, counts, actor),
        "lots_url": address(actor.role, "print_lots"),
        "is_whole": actor.agency_id is None,
        "crumbs": [
            Link(label="Quittancement", url=reverse("desk:months")),
            Link(label=str(period.year), url=f"{reverse('desk:months')}?annee={period.year}"),
            Link(label=period.label_fr().capitalize()),
        ],
    }
    if run is not None:
        context |= _review_context(request, run, counts, actor)
    return context


def _review_context(request: ActorRequest, run: RunRow, counts: ReviewCounts, actor: Actor) -> dict[str, object]:
    moved = differences(run.id)
    found = anomalies(run_id=run.id, limit=SHOWN_ANOMALIES)[:SHOWN_ANOMALIES]
    for row in found:
        request.reading.saw(row.person_ids)
    cause_rows = month_page.causes(run, moved)
    lines = [
        month_page.anomaly_line(row, run_id=run.id, lease_url=address(actor.role, "lease", row.lease_id))
        for row in found
    ]
    return {
        "figs": month_page.figures(run, counts, moved, is_whole=actor.agency_id is None),
        "causes": cause_rows,
        "bars": month_page.bars(cause_rows),
        "change_cents": sum(row.amount_cents for row in moved),
        "anomalies": lines,
        "next_anomaly": next((line for line in lines if line.verdict == "TO_SEE" and line.bill_url), None),
        "people": month_page.people(run, actor),
        "notices": notice_count(run.month) if run.is_sealed else None,
        "papers": papers_that_hold(run.month) if run.is_sealed else 0,
    }


def _job(period: Month) -> JobProgress | None:
    return month_page.job_of(
        latest_work(progress_key(str(period), None)),
        poll_url=reverse("desk:month_progress", args=[str(period)]),
        page_url=month_url(period),
        at=now(),
    )


def month_progress(request: ActorRequest, month: str) -> HttpResponse:
    """How far the work on a month is, as the fragment that asks for itself; the page is read again once it ends."""
    period = month_or_404(month)
    job = _job(period)
    if not request.htmx:
        return HttpResponseRedirect(month_url(period))
    if job is None or not job.running:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "web/_progress.html", {"job": job})


# --- Acts ------------------------------------------------------------------------------------------------------------


def month_compute(request: ActorRequest, month: str) -> HttpResponse:
    """Ask for the computing of a month, or of its complement."""
    period = month_or_404(month)
    kind = request.POST.get("nature", "MONTHLY")
    if kind not in month_page.KINDS:
        raise Http404
    try:
        ask_compute(month=period, kind=kind, actor=request.actor, at=now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return HttpResponseRedirect(month_url(period))


def month_review(request: ActorRequest, run_id: int) -> HttpResponse:
    """Sign the review off."""
    run = run_or_404(run_id)
    try:
        review_run(run_id=run_id, actor=request.actor, at=now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "La relecture est visée. Une autre personne peut sceller le mois.")
    return HttpResponseRedirect(month_url(run.month, run))


def month_seal(request: ActorRequest, run_id: int) -> HttpResponse:
    """Say what sealing does, then ask for it."""
    run = run_or_404(run_id)
    period = Month.of(run.month)
    if request.method == "POST":
        try:
            ask_seal(run_id=run_id, actor=request.actor, at=now())
        except Refusal as refusal:
            messages.error(request, str(refusal))
        return HttpResponseRedirect(month_url(period, run))
    context: dict[str, object] = {
        "run": run,
        "title": f"Sceller {period.label_fr()}",
        "set_aside": words.count(run.set_aside_count, "bail mis de côté attend", "baux mis de côté attendent"),
        "closed": signing(run, review_counts(run_id), request.actor).seal_closed,
        "crumbs": month_crumbs(run, Link(label="Sceller")),
        "back_url": month_url(period, run),
    }
    return framed(request, "desk/month_seal.html", context)


def month_notices(request: ActorRequest, run_id: int) -> HttpResponse:
    """Ask for the notices of a sealed run."""
    run = run_or_404(run_id)
    try:
        ask_notices(run_id=run_id, actor=request.actor, at=now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return HttpResponseRedirect(month_url(run.month, run))


def month_receipts(request: ActorRequest, month: str) -> HttpResponse:
    """Ask for the quittances and reçus of what was paid of a sealed month."""
    period = month_or_404(month)
    try:
        ask_receipts(month=period, actor=request.actor, at=now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return HttpResponseRedirect(month_url(period))
