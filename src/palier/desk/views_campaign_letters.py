"""The letters of a campaign at the desk: prepare, read one, have someone else launch them, follow them."""

from collections.abc import Callable
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from palier.campaigns.models import CHANNELS, MAILING_KINDS, MAILING_STATES
from palier.campaigns.operations.asking import ask_letters, ask_letters_again, letters_key
from palier.campaigns.operations.lettering import sample_letter
from palier.campaigns.operations.mailing import (
    MAY_CHARGE,
    MAY_LAUNCH,
    MAY_PREPARE,
    OF_A_SURVEY,
    MailingNotFound,
    cancel_mailing,
    prepare_revision_mailing,
    prepare_survey_mailing,
)
from palier.campaigns.operations.survey import SurveyNotFound
from palier.campaigns.queries import mailing as reads
from palier.campaigns.registered import CARRIER
from palier.desk.answers import tell
from palier.desk.month_page import job_of
from palier.desk.navigation import address, framed
from palier.desk.paper_places import paper_places
from palier.foundation.clock import now, today
from palier.foundation.errors import Refusal
from palier.foundation.queries import latest_work
from palier.mail.report import render_report
from palier.web import words
from palier.web.components import Fig, JobProgress, Link, Tag, Tone
from palier.web.requests import ActorRequest

KINDS: Final = dict(MAILING_KINDS)
_STATES: Final = dict(MAILING_STATES)
_TONES: Final = {"PREPARED": Tone.WARN, "LAUNCHED": Tone.INFO, "MADE": Tone.OK, "WITHDRAWN": Tone.NEUTRAL}


def mailing_tag(row: reads.MailingRow) -> Tag:
    """The state of a mailing, for the pages of its campaign."""
    return Tag(label=_STATES[row.state], tone=_TONES[row.state])


def mailing(request: ActorRequest, mailing_id: int) -> HttpResponse:
    """A mailing: where it stands, who signs, its letters."""
    row = _or_404(mailing_id)
    found = reads.letters_of(mailing_id)
    request.reading.saw([each.person_id for each in found if each.person_id])
    role, channels = request.actor.role, dict(CHANNELS)
    charges = row.kind == "SLS_PROVISOIRE"
    may_launch = MAY_CHARGE if charges else MAY_LAUNCH
    context: dict[str, object] = {
        "row": row,
        "kind": KINDS[row.kind].capitalize(),
        "state": mailing_tag(row),
        "figs": _figs(row),
        "letters": [
            (
                each,
                channels[each.channel],
                address(role, "document_pdf", each.document_id) if each.has_pdf and each.document_id else "",
            )
            for each in found
        ],
        "paper": paper_places(role, reads.papers_of(mailing_id)),
        "carrier": CARRIER.label,
        "may_cancel": role in MAY_PREPARE and row.state == "PREPARED",
        "may_launch": role in may_launch and row.state == "PREPARED" and row.prepared_by_id != request.actor.agent_id,
        "may_ask_again": role in MAY_LAUNCH and _may_ask_again(row),
        "charges": charges,
        "is_sampled": row.state == "PREPARED" and not charges,
        "job": _job(mailing_id),
        "crumbs": [*_crumbs(row), Link(label=KINDS[row.kind].capitalize())],
    }
    return framed(request, "desk/mailing.html", context)


def mailing_progress(request: ActorRequest, mailing_id: int) -> HttpResponse:
    """How far the letters are, as the fragment that asks for itself."""
    _or_404(mailing_id)
    job = _job(mailing_id)
    if not request.htmx:
        return _back(mailing_id)
    if job is None or not job.running:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "web/_progress.html", {"job": job})


def mailing_sample(request: ActorRequest, mailing_id: int) -> HttpResponse:
    """One letter as it would leave, stamped as a draft: what the second person reads before launching."""
    _or_404(mailing_id)
    try:
        sample = sample_letter(mailing_id=mailing_id, on=today())
        pdf = render_report(sample.report)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return _back(mailing_id)
    request.reading.saw(sample.person_ids)
    headers = {"Content-Disposition": f'inline; filename="{sample.report.number}.pdf"'}
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)


def revision_letters_prepare(request: ActorRequest, revision_id: int) -> HttpResponse:
    """Prepare the letters of an applied revision."""
    return _prepared(
        request,
        lambda: prepare_revision_mailing(revision_id=revision_id, actor=request.actor, at=now()).pk,
        reverse("desk:revision", args=[revision_id]),
    )


def survey_letters_prepare(request: ActorRequest, survey_id: int) -> HttpResponse:
    """Prepare the letters of one step of a survey."""
    kind = request.POST.get("lettre", "")
    if kind not in OF_A_SURVEY:
        raise Http404
    return _prepared(
        request,
        lambda: prepare_survey_mailing(survey_id=survey_id, kind=kind, actor=request.actor, at=now()).pk,
        reverse("desk:survey", args=[survey_id]),
    )


def mailing_launch(request: ActorRequest, mailing_id: int) -> HttpResponse:
    """Launch a mailing that someone else prepared."""
    return _done(
        request,
        mailing_id,
        lambda: ask_letters(mailing_id=mailing_id, actor=request.actor, at=now()),
        "L’envoi est lancé. Les lettres portent la date d’aujourd’hui.",
    )


def mailing_again(request: ActorRequest, mailing_id: int) -> HttpResponse:
    """Ask again for what is left to write."""
    return _done(
        request,
        mailing_id,
        lambda: ask_letters_again(mailing_id=mailing_id, actor=request.actor, at=now()),
        "La reprise est demandée. Les lettres déjà faites restent telles quelles.",
    )


def mailing_cancel(request: ActorRequest, mailing_id: int) -> HttpResponse:
    """Give up a mailing that nobody has launched."""
    return _done(
        request,
        mailing_id,
        lambda: cancel_mailing(mailing_id=mailing_id, actor=request.actor, at=now()),
        "L’envoi est retiré. Aucune lettre n’est partie.",
    )


def _prepared(request: ActorRequest, prepare: Callable[[], int], back: str) -> HttpResponse:
    try:
        prepared = prepare()
    except (MailingNotFound, SurveyNotFound) as stranger:
        raise Http404 from stranger
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(back)
    messages.success(request, "L’envoi est préparé. Une autre personne le lance.")
    return _back(prepared)


def _done(request: ActorRequest, mailing_id: int, act: Callable[[], object], said: str) -> HttpResponse:
    _or_404(mailing_id)
    tell(request, act, said)
    return _back(mailing_id)


def _may_ask_again(row: reads.MailingRow) -> bool:
    if row.state == "LAUNCHED":
        return True
    return row.state == "MADE" and row.revision_id is not None and row.refused > 0


def _figs(row: reads.MailingRow) -> list[Fig]:
    return [
        Fig(label="Attendues", value=words.number(row.expected_count)),
        Fig(label="Écrites", value=words.number(row.written)),
        Fig(label="Par la poste", value=words.number(row.paper)),
        Fig(label="Espace locataire", value=words.number(row.online)),
        *([Fig(label="Recommandées", value=words.number(row.registered))] if row.kind == "SLS_DEMEURE" else []),
        *([Fig(label="Non écrites", value=words.number(row.refused), note="à corriger")] if row.refused else []),
    ]


def _job(mailing_id: int) -> JobProgress | None:
    return job_of(
        latest_work(letters_key(mailing_id)),
        poll_url=reverse("desk:mailing_progress", args=[mailing_id]),
        page_url=reverse("desk:mailing", args=[mailing_id]),
        at=now(),
    )


def _or_404(mailing_id: int) -> reads.MailingRow:
    row = reads.mailing_row(mailing_id)
    if row is None:
        raise Http404
    return row


def _back(mailing_id: int) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("desk:mailing", args=[mailing_id]))


def _crumbs(row: reads.MailingRow) -> list[Link]:
    campaigns = Link(label="Campagnes", url=reverse("desk:campaigns"))
    if row.revision_id is not None:
        place = reverse("desk:revision", args=[row.revision_id])
        return [campaigns, Link(label=f"Révision {row.year}", url=place)]
    return [campaigns, Link(label=f"Enquête {row.year}", url=reverse("desk:survey", args=[row.survey_id]))]
