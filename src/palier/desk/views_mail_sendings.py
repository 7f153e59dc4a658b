"""Sendings at the desk: their list, one sending and its stair, the dry run line by line, signatures, paper."""

import io
from collections.abc import Callable
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from palier.correspondence.access import (
    MAY_WRITE_MANY,
    MAY_WRITE_ONE,
    SendingNotFound,
    sending_in_scope,
)
from palier.correspondence.models import CHANNELS, OPEN_STATES, REFUSALS, SENDING_STATES, SLOTS
from palier.correspondence.operations.asking import ask_again, ask_launch, progress_key
from palier.correspondence.operations.checking import listed_of
from palier.correspondence.operations.handling import note_posted
from palier.correspondence.operations.signing import cancel_sending, may_sign, sign_sending
from palier.correspondence.queries import sendings as reads
from palier.correspondence.rules.fields import categories_of
from palier.correspondence.writing import Writing
from palier.desk.answers import tell
from palier.desk.forms_mail import PostedForm
from palier.desk.month_page import job_of, when
from palier.desk.navigation import address, framed, opens, tabs_among
from palier.desk.paper_places import paper_places
from palier.desk.views_mail_templates import TABS
from palier.desk.views_mail_writing import filter_words, url_of_list
from palier.estate.queries import agency_names
from palier.foundation.clock import now, today
from palier.foundation.errors import Refusal
from palier.foundation.queries import latest_work
from palier.leases.queries.lists import LeaseFilter
from palier.mail.report import render_report
from palier.privacy.declare import Role
from palier.web import words
from palier.web.components import Fig, JobProgress, Link, Step, StepState, Tag, Tone
from palier.web.exports import ROW_LIMIT, csv_file
from palier.web.requests import ActorRequest
from palier.web.tables import Column

STATES: Final = dict(SENDING_STATES)
CHANNEL_LABELS: Final = dict(CHANNELS)
REFUSAL_LABELS: Final = dict(REFUSALS)
_TONES: Final = {
    "SELECTED": Tone.INFO,
    "CHECKED": Tone.WARN,
    "SIGNED": Tone.WARN,
    "LAUNCHED": Tone.INFO,
    "MADE": Tone.OK,
    "CANCELLED": Tone.NEUTRAL,
}
_CSV: Final = (
    Column[reads.LetterLine](code="bail", label="Bail", value=lambda row: row.reference),
    Column[reads.LetterLine](code="residence", label="Résidence", value=lambda row: row.residence),
    Column[reads.LetterLine](
        code="suite",
        label="Suite",
        value=lambda row: REFUSAL_LABELS[row.refusal_code] if row.refusal_code else "lettre",
    ),
    Column[reads.LetterLine](code="raison", label="Raison", value=lambda row: row.refusal),
    Column[reads.LetterLine](code="numero", label="Numéro", value=lambda row: row.number),
    Column[reads.LetterLine](code="envoi", label="Envoi", value=lambda row: CHANNEL_LABELS[row.channel]),
)


def sending_tag(row: reads.SendingRow) -> Tag:
    """The state of a sending."""
    return Tag(label=STATES[row.state], tone=_TONES[row.state])


def sendings(request: ActorRequest) -> HttpResponse:
    """The sendings of one's agency, those that wait for one's signature first."""
    agency = _agency(request)
    to_sign = reads.sendings_to_sign(agency_id=agency, agent_id=request.actor.agent_id or 0)
    context: dict[str, object] = {
        "tabs": tabs_among(request, TABS, here="mail_sendings"),
        "to_sign": [(each, sending_tag(each)) for each in to_sign] if request.actor.role in MAY_WRITE_MANY else [],
        "sendings": [(each, sending_tag(each)) for each in reads.sendings(agency_id=agency)],
        "leases_url": address(request.actor.role, "leases") if opens(request.actor.role, "mail_sending_new") else "",
    }
    return framed(request, "desk/mail_sendings.html", context)


def sending(request: ActorRequest, sending_id: int) -> HttpResponse:
    """One sending: its stair, what the dry run found, who signs, its letters."""
    row = _or_404(request, sending_id)
    found = reads.lines_of(sending_id)
    request.reading.saw([each.person_id for each in found if each.person_id])
    kept = _filter_of(row)
    context: dict[str, object] = {
        "row": row,
        "state": sending_tag(row),
        "steps": _steps(row),
        "figs": _figs(row),
        "refusals": [(REFUSAL_LABELS[each.code], each.count) for each in reads.refusals_of(sending_id)],
        "lines": [(each, CHANNEL_LABELS[each.channel], REFUSAL_LABELS.get(each.refusal_code, "")) for each in found],
        "most": reads.MOST_LETTERS,
        "chosen": [] if row.is_single or row.withdraws_id else filter_words(kept, agency_names()),
        "list_url": url_of_list(kept, request.actor.role),
        "slot": dict(SLOTS).get(row.event_slot, ""),
        "job": _job(sending_id),
        "paper": paper_places(request.actor.role, reads.papers_of(sending_id)),
        "posted_form": PostedForm(initial={"posted_on": today()}, label_suffix="") if _is_to_post(row) else None,
        **_rights(request, row),
        "crumbs": [
            Link(label="Courrier", url=reverse("desk:mail_register")),
            Link(label="Envois", url=reverse("desk:mail_sendings")),
            Link(label=row.name),
        ],
    }
    return framed(request, "desk/mail_sending.html", context)


def progress(request: ActorRequest, sending_id: int) -> HttpResponse:
    """How far the work is, as the fragment that asks for itself."""
    _or_404(request, sending_id)
    job = _job(sending_id)
    if not request.htmx:
        return _back(sending_id)
    if job is None or not job.running:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "web/_progress.html", {"job": job})


def lines_csv(request: ActorRequest, sending_id: int) -> HttpResponseBase:
    """The dry run whole, line by line: every lease, and why it gets no letter."""
    _or_404(request, sending_id)
    found = reads.lines_of(sending_id, limit=ROW_LIMIT)
    request.reading.saw([each.person_id for each in found if each.person_id])
    request.reading.handed_over()
    with csv_file(_CSV, found) as spool:
        spool.seek(0, io.SEEK_SET)
        content = spool.read()
    return HttpResponse(
        content,
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="envoi-{sending_id}.csv"',
            "Cache-Control": "no-store",
        },
    )


def sample(request: ActorRequest, sending_id: int) -> HttpResponse:
    """The first letter of a sending as it would leave, stamped as a draft: what a signer reads."""
    _or_404(request, sending_id)
    here = sending_in_scope(sending_id, actor=request.actor)
    first = next((each for each in reads.lines_of(sending_id) if not each.refusal_code), None)
    if first is None:
        messages.error(request, "Aucune lettre de cet envoi ne peut partir.")
        return _back(sending_id)
    try:
        writing = Writing(here, [first.lease_id], on=today())
        pdf = render_report(writing.preview(first.lease_id))
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return _back(sending_id)
    # Its greeting names every holder.
    request.reading.saw(writing.homes[first.lease_id].person_ids, *categories_of(here.version.fields))
    headers = {"Content-Disposition": 'inline; filename="exemple.pdf"', "Cache-Control": "no-store"}
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)


def sign(request: ActorRequest, sending_id: int) -> HttpResponse:
    """The first of two signatures."""
    return _done(
        request,
        sending_id,
        lambda: sign_sending(sending_id=sending_id, actor=request.actor, at=now()),
        "Vous avez signé. Une autre personne signe et envoie.",
    )


def launch(request: ActorRequest, sending_id: int) -> HttpResponse:
    """The last signature: the letters leave."""
    return _done(
        request,
        sending_id,
        lambda: ask_launch(sending_id=sending_id, actor=request.actor, at=now()),
        "L’envoi est lancé. Les lettres portent la date d’aujourd’hui.",
    )


def again(request: ActorRequest, sending_id: int) -> HttpResponse:
    """Ask again for what a stopped work left."""
    return _done(
        request,
        sending_id,
        lambda: ask_again(sending_id=sending_id, actor=request.actor, at=now()),
        "La reprise est demandée. Ce qui est fait reste tel quel.",
    )


def cancel(request: ActorRequest, sending_id: int) -> HttpResponse:
    """Give up a sending that nobody has launched."""
    return _done(
        request,
        sending_id,
        lambda: cancel_sending(sending_id=sending_id, actor=request.actor),
        "L’envoi est abandonné. Aucune lettre n’est partie.",
    )


def posted(request: ActorRequest, sending_id: int) -> HttpResponse:
    """The day the paper was handed to the post."""
    form = PostedForm(request.POST)
    _or_404(request, sending_id)
    if not form.is_valid():
        messages.error(request, "Donnez le jour de la remise à la poste.")
        return _back(sending_id)
    on = form.cleaned_data["posted_on"]
    return _done(
        request,
        sending_id,
        lambda: note_posted(sending_id=sending_id, on=on, actor=request.actor, today=today()),
        "La remise à la poste est notée.",
    )


def _done(request: ActorRequest, sending_id: int, act: Callable[[], object], said: str) -> HttpResponse:
    _or_404(request, sending_id)
    tell(request, act, said)
    return _back(sending_id)


def _rights(request: ActorRequest, row: reads.SendingRow) -> dict[str, object]:
    """What whoever asks may do now; nothing grey."""
    role, here = request.actor.role, sending_in_scope(row.id, actor=request.actor)
    alone = row.is_single and row.state != "SIGNED"
    signs = role in (MAY_WRITE_ONE if alone else MAY_WRITE_MANY) and may_sign(here, agent_id=request.actor.agent_id)
    can_leave = signs and row.chosen > row.refused
    return {
        "may_sign": can_leave and row.needs_two and row.state == "CHECKED",
        "may_launch": can_leave and (row.state == "SIGNED" or not row.needs_two),
        "waits_for_other": row.state == "SIGNED" and row.signed_by_id == request.actor.agent_id,
        "may_cancel": role in (MAY_WRITE_ONE if row.is_single else MAY_WRITE_MANY) and row.state in OPEN_STATES,
        "may_ask_again": row.state in ("SELECTED", "LAUNCHED"),
        "may_withdraw": role in (MAY_WRITE_ONE if row.is_single else MAY_WRITE_MANY)
        and row.state == "MADE"
        and row.written
        and row.withdrawn_by_id is None
        and row.withdraws_id is None,
        "may_read_sample": row.state in ("CHECKED", "SIGNED") and row.chosen > row.refused,
    }


def _steps(row: reads.SendingRow) -> list[Step]:
    """Frozen, tried, signed, sent, in the register."""
    rank = {"SELECTED": 1, "CHECKED": 2, "SIGNED": 2, "LAUNCHED": 3, "MADE": 5, "CANCELLED": 0}[row.state]
    letters = words.count(row.chosen - row.refused, "lettre")
    signed = f"{row.signed_by}, {when(row.signed_at)}" if row.signed_at else ""
    last = f"{row.launched_by}, {when(row.launched_at)}" if row.launched_at else ""
    told = [
        ("Choisi", f"{words.count(row.selected_count, 'bail', 'baux')}, par {row.selected_by}"),
        (
            "Essayé",
            f"{letters}, {words.count(row.refused, 'refus', 'refus')}" if row.checked_at else "Rien n’est écrit",
        ),
        ("Signé deux fois" if row.needs_two else "Signé", "\u00a0; ".join(filter(None, (signed, last)))),
        ("Envoyé", words.day_short(row.issued_on) if row.issued_on else "Numéros, PDF, espace du locataire"),
        ("Au registre", words.count(row.written, "lettre") if row.made_at else "Définitif"),
    ]
    return [
        Step(
            label=label,
            note=note,
            state=StepState.DONE if place < rank else StepState.NOW if place == rank else StepState.TODO,
        )
        for place, (label, note) in enumerate(told)
    ]


def _figs(row: reads.SendingRow) -> list[Fig]:
    return [
        Fig(label="Lettres", value=words.number(row.chosen - row.refused)),
        Fig(label="Refusées", value=words.number(row.refused), note="à lire ci-dessous" if row.refused else ""),
        Fig(label="Par la poste", value=words.number(row.paper)),
        *([Fig(label="En recommandé", value=words.number(row.registered))] if row.is_registered else []),
        Fig(label="Espace locataire", value=words.number(row.online)),
    ]


def _is_to_post(row: reads.SendingRow) -> bool:
    return row.state == "MADE" and bool(row.paper + row.registered) and row.posted_on is None


def _filter_of(row: reads.SendingRow) -> LeaseFilter:
    return LeaseFilter(
        state=row.lease_state,
        payment_mode=row.payment_mode,
        kind=row.lease_kind,
        agency_id=row.filter_agency_id,
        listed=listed_of(row),
    )


def _agency(request: ActorRequest) -> int | None:
    return None if request.actor.role is Role.HEADQUARTERS else request.actor.agency_id


def _job(sending_id: int) -> JobProgress | None:
    return job_of(
        latest_work(progress_key(sending_id)),
        poll_url=reverse("desk:mail_sending_progress", args=[sending_id]),
        page_url=reverse("desk:mail_sending", args=[sending_id]),
        at=now(),
    )


def _or_404(request: ActorRequest, sending_id: int) -> reads.SendingRow:
    try:
        sending_in_scope(sending_id, actor=request.actor)
    except SendingNotFound as stranger:
        raise Http404 from stranger
    row = reads.sending_row(sending_id)
    if row is None:
        raise Http404
    return row


def _back(sending_id: int) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("desk:mail_sending", args=[sending_id]))
