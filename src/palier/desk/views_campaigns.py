"""The yearly revision of rents at the desk: simulate, read, sign, apply by someone else, take back before the day."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from palier.campaigns.letters import Envelope
from palier.campaigns.letters import revision_letter as letter
from palier.campaigns.models import LIMITS, REVISION_STATES
from palier.campaigns.operations.asking import (
    MAY_APPLY,
    MAY_REVIEW,
    MAY_SIMULATE,
    ask_application,
    ask_simulation,
    ask_undoing,
    progress_key,
)
from palier.campaigns.operations.mailing import MAY_PREPARE
from palier.campaigns.operations.revision import review_revision
from palier.campaigns.queries import revision as reads
from palier.campaigns.queries.mailing import mailings_of_revision
from palier.campaigns.queries.survey import surveys
from palier.desk.answers import tell
from palier.desk.forms_campaigns import SurveyForm, VoteForm
from palier.desk.month_page import job_of
from palier.desk.navigation import address, framed
from palier.desk.views_campaign_letters import mailing_tag
from palier.foundation.clock import now, today
from palier.foundation.errors import Refusal
from palier.foundation.queries import latest_work
from palier.leases.queries.addressees import address_lines, addressees
from palier.mail.report import render_report
from palier.mail.sender import sender_and_reach
from palier.web import words
from palier.web.components import Bar, Fig, JobProgress, Link, Tag, Tone
from palier.web.requests import ActorRequest

# Slices of the distribution: 20 at most, the last one open.
_MOST_SLICES = 20
_TONES = {"SIMULATED": Tone.NEUTRAL, "REVIEWED": Tone.INFO, "APPLIED": Tone.OK, "UNDONE": Tone.WARN}


def campaigns(request: ActorRequest) -> HttpResponse:
    """Every campaign, and what may be begun."""
    rows = [(row, _state(row)) for row in reads.revisions()]
    context: dict[str, object] = {
        "rows": rows,
        "surveys": surveys(),
        "may_begin": request.actor.role in MAY_SIMULATE,
        "survey_form": SurveyForm(initial={"year": today().year}),
        "jobs": [job for job in (_job(year) for year in (today().year, today().year + 1)) if job],
    }
    return framed(request, "desk/campaigns.html", context)


def revision_simulate(request: ActorRequest) -> HttpResponse:
    """Type what was voted, and ask for the simulation."""
    form = VoteForm(request.POST or None, initial={"year": today().year + 1})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                ask_simulation(vote=form.vote, actor=request.actor, at=now())
            except Refusal as refusal:
                form.add_error(None, str(refusal))
            else:
                return HttpResponseRedirect(reverse("desk:campaigns"))
    return framed(request, "desk/revision_simulate.html", {"form": form, "crumbs": _crumbs("Simuler")}, status=status)


def revision(request: ActorRequest, revision_id: int) -> HttpResponse:
    """A revision: what it gives, how it is spread, residence by residence, beside the year before."""
    row = _or_404(revision_id)
    slices = reads.slices(revision_id)
    before = reads.applied_before(row.year)
    role = request.actor.role
    mailings = mailings_of_revision(revision_id)
    context: dict[str, object] = {
        "row": row,
        "state": _state(row),
        "figs": _figs(row, before),
        "slices": slices,
        "bars": _bars(slices),
        "limited": [(dict(LIMITS)[each.limit], each.leases) for each in reads.limited(revision_id)],
        "residences": reads.residences(revision_id),
        "is_whole": request.actor.agency_id is None,
        "may_review": role in MAY_REVIEW and row.state == "SIMULATED",
        "may_apply": role in MAY_APPLY and row.state == "REVIEWED" and row.reviewed_by_id != request.actor.agent_id,
        "may_undo": role in MAY_APPLY and row.state == "APPLIED" and row.effective_on > today(),
        "mailings": [(each, mailing_tag(each)) for each in mailings],
        "may_prepare": role in MAY_PREPARE
        and row.state == "APPLIED"
        and row.effective_on > today()
        and all(each.state == "WITHDRAWN" for each in mailings),
        "job": _job(row.year, row.id),
        "crumbs": _crumbs(f"Révision {row.year}"),
    }
    return framed(request, "desk/revision.html", context)


def revision_progress(request: ActorRequest, revision_id: int) -> HttpResponse:
    """How far the work on a revision is, as the fragment that asks for itself."""
    row = _or_404(revision_id)
    job = _job(row.year, row.id)
    if not request.htmx:
        return _back(revision_id)
    if job is None or not job.running:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "web/_progress.html", {"job": job})


def revision_residence(request: ActorRequest, revision_id: int, residence_id: int) -> HttpResponse:
    """The leases of a residence in a revision."""
    row = _or_404(revision_id)
    found = reads.leases_of(revision_id, residence_id)
    if not found:
        raise Http404
    request.reading.saw([each.person_id for each in found if each.person_id])
    name = next((each.name for each in reads.residences(revision_id) if each.id == residence_id), "")
    labels = dict(LIMITS)
    context: dict[str, object] = {
        "row": row,
        "name": name,
        "leases": [(each, labels[each.limit], address(request.actor.role, "lease", each.lease_id)) for each in found],
        "crumbs": [
            *_crumbs(f"Révision {row.year}", reverse("desk:revision", args=[row.id])),
            Link(label=name),
        ],
    }
    return framed(request, "desk/revision_residence.html", context)


def revision_letter(request: ActorRequest, revision_id: int, lease_id: int) -> HttpResponse:
    """The letter of one lease."""
    row = _or_404(revision_id)
    lease = reads.revised_lease(revision_id, lease_id)
    if lease is None:
        raise Http404
    request.reading.saw([lease.person_id] if lease.person_id else [])
    home = addressees([lease_id], on=today())[lease_id]
    sender, reach = sender_and_reach()
    try:
        envelope = Envelope(
            number=f"PROJET-{row.year}-{lease.reference}",
            on=today(),
            sender=sender,
            reach=reach,
            address=address_lines(home),
            reference=home.reference,
            holders=home.holders,
            # What was sent is in the register; this page only shows what it says.
            stamp="PROJET",
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return _back(revision_id)
    paper = letter(revision=row, lease=lease, envelope=envelope)
    response = HttpResponse(render_report(paper), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{paper.number}.pdf"'
    return response


def revision_review(request: ActorRequest, revision_id: int) -> HttpResponse:
    """Sign a simulation."""
    _or_404(revision_id)
    return _done(
        request,
        revision_id,
        lambda: review_revision(revision_id=revision_id, actor=request.actor, at=now()),
        "La révision est visée. Une autre personne peut l’appliquer.",
    )


def revision_apply(request: ActorRequest, revision_id: int) -> HttpResponse:
    """Ask for a revision to be applied."""
    _or_404(revision_id)
    return _done(
        request,
        revision_id,
        lambda: ask_application(revision_id=revision_id, actor=request.actor, at=now()),
        "L’application est demandée.",
    )


def revision_undo(request: ActorRequest, revision_id: int) -> HttpResponse:
    """Ask for a revision to be taken back."""
    _or_404(revision_id)
    return _done(
        request,
        revision_id,
        lambda: ask_undoing(revision_id=revision_id, actor=request.actor, at=now()),
        "Le retrait est demandé.",
    )


def _done(request: ActorRequest, revision_id: int, act: Callable[[], object], said: str) -> HttpResponse:
    tell(request, act, said)
    return _back(revision_id)


def _figs(row: reads.RevisionRow, before: reads.RevisionRow | None) -> list[Fig]:
    figs = [
        Fig(label="Baux", value=words.number(row.lease_count), note=f"{words.number(row.revised_count)} changent"),
        Fig(label="Loyers avant", value=words.euros(row.before_cents), note="par mois"),
        Fig(label="Loyers après", value=words.euros(row.after_cents), note="par mois"),
        Fig(label="Écart", value=words.euros(row.change_cents, signed=True), note="par mois"),
    ]
    if before is not None:
        note = f"{words.number(before.revised_count)} baux"
        label = f"Révision {before.year}"
        figs.append(Fig(label=label, value=words.euros(before.change_cents, signed=True), note=note))
    return figs


def _bars(slices: list[reads.Slice]) -> list[Bar]:
    shown = [(each.from_euros, each.leases) for each in slices[:_MOST_SLICES]]
    rest = sum(each.leases for each in slices[_MOST_SLICES:])
    bars = [
        Bar(label=f"{euros} à {euros + 1}\u00a0€", value=leases, text=words.number(leases)) for euros, leases in shown
    ]
    return [*bars, Bar(label="au-delà", value=rest, text=words.number(rest))] if rest else bars


def _state(row: reads.RevisionRow) -> Tag:
    return Tag(label=dict(REVISION_STATES)[row.state], tone=_TONES[row.state])


def _job(year: int, revision_id: int | None = None) -> JobProgress | None:
    url = reverse("desk:campaigns") if revision_id is None else reverse("desk:revision", args=[revision_id])
    poll = "" if revision_id is None else reverse("desk:revision_progress", args=[revision_id])
    return job_of(latest_work(progress_key(year)), poll_url=poll, page_url=url, at=now())


def _or_404(revision_id: int) -> reads.RevisionRow:
    row = reads.revision_row(revision_id)
    if row is None:
        raise Http404
    return row


def _back(revision_id: int) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("desk:revision", args=[revision_id]))


def _crumbs(here: str, url: str = "") -> list[Link]:
    return [Link(label="Campagnes", url=reverse("desk:campaigns")), Link(label=here, url=url)]
