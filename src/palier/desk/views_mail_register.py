"""The register of outgoing mail at the desk: found by number, tenant or day; one letter and what came back of it."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from palier.campaigns.models import MAILING_KINDS
from palier.correspondence.access import LetterNotFound, letter_in_scope
from palier.correspondence.models import CHANNELS, NATURES, RETURNS
from palier.correspondence.operations.handling import note_returned, note_slip
from palier.correspondence.operations.replies import (
    Received,
    ReplyNotFound,
    attach_reply,
    note_answered,
    reply_content,
    reply_in_scope,
)
from palier.correspondence.queries.register import PAGE, RegisterRow, ReplyRow, letter_row, register_rows, replies_of
from palier.desk.answers import tell
from palier.desk.forms_mail import RegisterForm, ReplyForm, ReturnedForm, SlipForm
from palier.desk.navigation import address, framed, tabs_among
from palier.desk.views_mail_templates import TABS
from palier.dispatch.channels import RETURN_LABELS, STATE_LABELS
from palier.foundation.clock import day_of, now, today
from palier.foundation.errors import Refusal
from palier.foundation.papers import LARGEST_BYTES, content_type
from palier.leases.queries.consents import holders_of
from palier.mail.documents import held_document, pdf_of
from palier.mail.store import DocumentStore
from palier.mail.vault.noting import Noted, Owner
from palier.web import words
from palier.web.components import Link, Step, StepState, Tag, Tone
from palier.web.requests import ActorRequest
from palier.web.traces import traced

_KINDS: Final = {code: label.capitalize() for code, label in MAILING_KINDS}
CHANNEL_LABELS: Final = dict(CHANNELS)
_RETURNS: Final = dict(RETURNS)
_NATURES: Final = dict(NATURES)


def letter_tags(row: RegisterRow) -> list[Tag]:
    """What must be known of a letter before it is opened."""
    found = [
        (row.withdrawn_on, Tag(label="retirée", tone=Tone.WARN)),
        (row.returned_on, Tag(label="revenue", tone=Tone.BAD)),
        (row.to_answer, Tag(label="réponse à traiter", tone=Tone.WARN)),
        (row.replies and not row.to_answer, Tag(label=words.count(row.replies, "réponse"), tone=Tone.OK)),
    ]
    return [tag for is_so, tag in found if is_so]


def register(request: ActorRequest) -> HttpResponse:
    """The last letters that left, or those that are searched for."""
    form = RegisterForm(request.GET or None)
    wanted = form.wanted
    found = register_rows(wanted, limit=PAGE + 1)
    shown = found[:PAGE]
    request.reading.saw([each.person_id for each in shown if each.person_id])
    if wanted.name:
        request.reading.searched(wanted.name)
    context: dict[str, object] = {
        "tabs": tabs_among(request, TABS, here="mail_register"),
        "form": form,
        "rows": [
            (each, _KINDS.get(each.kind, each.kind), _channel(each), letter_tags(each), _url(each)) for each in shown
        ],
        "has_more": len(found) > PAGE,
        "page": PAGE,
        "is_searched": any(request.GET.values()),
        "leases_url": address(request.actor.role, "leases"),
    }
    return framed(request, "desk/mail_register.html", context)


def letter(request: ActorRequest, outgoing_id: int) -> HttpResponse:
    """One letter: where it stands, its paper, what came back of it."""
    row = _or_404(outgoing_id)
    request.reading.saw([row.person_id] if row.person_id else [])
    replies = replies_of(outgoing_id)
    here = letter_in_scope(outgoing_id)
    role = request.actor.role
    on_paper = row.channel != "ONLINE"
    context: dict[str, object] = {
        "row": row,
        "kind": row.kind,
        "channel": _channel(row),
        "tags": letter_tags(row),
        "steps": _steps(row),
        "returned_why": _RETURNS.get(here.return_reason, "") or RETURN_LABELS.get(row.came_back, ""),
        "replies": [(each, _NATURES[each.nature].capitalize(), _is_late(each), _told(each)) for each in replies],
        "pdf_url": reverse("desk:mail_letter_pdf", args=[outgoing_id]) if row.has_pdf else "",
        "sending_url": reverse("desk:mail_sending", args=[here.sending_id]),
        "lease_url": address(role, "lease", row.lease_id),
        "slip_form": SlipForm(label_suffix="") if row.channel == "REGISTERED" and not row.registered_number else None,
        "returned_form": ReturnedForm(initial={"returned_on": today()}, label_suffix="")
        if on_paper and row.returned_on is None
        else None,
        "reply_form": ReplyForm(initial={"received_on": today()}, label_suffix="") if row.has_pdf else None,
        "crumbs": [Link(label="Courrier", url=reverse("desk:mail_register")), Link(label=row.number)],
    }
    return framed(request, "desk/mail_letter.html", context)


def letter_pdf(request: ActorRequest, outgoing_id: int) -> HttpResponse:
    """The exact bytes that left, printed again as they are."""
    row = _or_404(outgoing_id)
    held = held_document(row.document_id) if row.document_id else None
    if held is None:
        raise Http404
    _opened(request, row, Noted(kind="READ", sha256=held.sha256, owner=held.owner))
    try:
        pdf = pdf_of(held.id, held.sha256, store=DocumentStore(Path(settings.DOCUMENT_ROOT)))
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return _back(outgoing_id)
    headers = {"Content-Disposition": f'inline; filename="{row.number}.pdf"', "Cache-Control": "no-store"}
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)


def slip(request: ActorRequest, outgoing_id: int) -> HttpResponse:
    """The number of the carrier's slip."""
    form = SlipForm(request.POST)
    number = form.cleaned_data["number"] if form.is_valid() else ""
    return _done(
        request,
        outgoing_id,
        lambda: note_slip(letter_id=outgoing_id, number=number, actor=request.actor),
        "Le numéro du recommandé est noté.",
    )


def returned(request: ActorRequest, outgoing_id: int) -> HttpResponse:
    """The post brought it back."""
    form = ReturnedForm(request.POST)
    if not form.is_valid():
        return _done(request, outgoing_id, None, "Donnez le jour et le motif du retour.")
    typed = form.cleaned_data
    return _done(
        request,
        outgoing_id,
        lambda: note_returned(
            letter_id=outgoing_id,
            on=typed["returned_on"],
            reason=typed["reason"],
            actor=request.actor,
            at=now(),
        ),
        "Le retour est noté. Vérifiez l’adresse avant d’écrire de nouveau.",
    )


def attach(request: ActorRequest, outgoing_id: int) -> HttpResponse:
    """A paper that answers the letter."""
    form = ReplyForm(request.POST, request.FILES)
    if not form.is_valid():
        return _done(request, outgoing_id, None, "Donnez le papier, le jour où il est arrivé et sa nature.")
    typed = form.cleaned_data
    received = Received(
        content=typed["paper"].read(LARGEST_BYTES + 1),
        received_on=typed["received_on"],
        nature=typed["nature"],
        answer_by=typed["answer_by"],
    )
    return _done(
        request,
        outgoing_id,
        lambda: attach_reply(letter_id=outgoing_id, received=received, actor=request.actor, at=now()),
        "La réponse est attachée à la lettre.",
    )


def reply(request: ActorRequest, reply_id: int) -> HttpResponse:
    """The paper received, as it was made anew."""
    try:
        found = reply_in_scope(reply_id)
    except ReplyNotFound as stranger:
        raise Http404 from stranger
    row = _or_404(found.letter_id)
    owner = Owner(lease_id=found.lease_id, residence_id=found.residence_id)
    _opened(request, row, Noted(kind="READ", sha256=found.sha256, owner=owner))
    try:
        content = reply_content(found)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return _back(found.letter_id)
    kind = content_type(content)
    suffix = "pdf" if kind == "application/pdf" else "jpg"
    headers = {
        "Content-Disposition": f'inline; filename="reponse-{row.number}.{suffix}"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    return HttpResponse(content, content_type=kind, headers=headers)


def answered(request: ActorRequest, reply_id: int) -> HttpResponse:
    """It was answered today."""
    try:
        found = reply_in_scope(reply_id)
    except ReplyNotFound as stranger:
        raise Http404 from stranger
    return _done(
        request,
        found.letter_id,
        lambda: note_answered(reply_id=reply_id, on=today(), actor=request.actor),
        "La réponse est notée comme traitée.",
    )


def _done(request: ActorRequest, outgoing_id: int, act: Callable[[], object] | None, said: str) -> HttpResponse:
    row = _or_404(outgoing_id)
    request.reading.saw([row.person_id] if row.person_id else [])
    if act is None:
        messages.error(request, said)
        return _back(outgoing_id)
    tell(request, act, said)
    return _back(outgoing_id)


def _opened(request: ActorRequest, row: RegisterRow, event: Noted) -> None:
    """A paper of the lease is read: each holder of that day finds the reading in their own journals."""
    request.reading.saw(each.person_id for each in holders_of(row.lease_id, on=row.issued_on))
    traced(request, [event])


def _steps(row: RegisterRow) -> list[Step]:
    """Prepared, signed, sent, and come back when it did."""
    is_sent = (row.channel == "ONLINE" and row.has_pdf) or row.posted_on is not None or row.lot_taken_at is not None
    is_sent = is_sent or row.hybrid_state == "DELIVERED"
    sent = "Dans l’espace du locataire" if row.channel == "ONLINE" else _on_paper(row)
    steps = [
        Step(label="Préparée", note=f"par {row.prepared_by}", state=StepState.DONE),
        Step(label="Signée", note=f"par {row.signed_by}, {words.day_short(row.issued_on)}", state=StepState.DONE),
        Step(
            label="Envoyée" if is_sent else "À envoyer",
            note=sent,
            state=StepState.DONE if is_sent else StepState.NOW,
        ),
    ]
    if row.returned_on is not None:
        steps.append(Step(label="Revenue", note=words.day_short(row.returned_on), state=StepState.NOW))
    return steps


def _on_paper(row: RegisterRow) -> str:
    if row.posted_on:
        return f"Remise à la poste le {words.day_short(row.posted_on)}"
    if row.hybrid_state == "DELIVERED" and row.told_at:
        return f"Postée par le prestataire, dit-il le {words.day_short(day_of(row.told_at))}"
    if row.hybrid_state:
        return f"Courrier hybride\u00a0: {STATE_LABELS[row.hybrid_state]}"
    if row.lot_taken_at:
        return f"Imprimée dans {row.lot}"
    return f"Dans {row.lot}, à imprimer" if row.lot else "À mettre en lot"


def _channel(row: RegisterRow) -> str:
    return CHANNEL_LABELS.get(row.channel, row.channel)


def _url(row: RegisterRow) -> str:
    if row.letter_id is not None:
        return reverse("desk:mail_letter", args=[row.letter_id])
    return reverse("desk:mailing", args=[row.mailing_id])


def _is_late(reply: ReplyRow) -> bool:
    return reply.answered_on is None and reply.answer_by is not None and reply.answer_by < today()


def _told(reply: ReplyRow) -> str:
    """When it came, its pages, what is expected."""
    if reply.answered_on is not None:
        waited = f"répondue le {words.day_short(reply.answered_on)}"
    elif reply.answer_by is not None:
        waited = f"à répondre avant le {words.day_short(reply.answer_by)}"
    else:
        waited = "sans délai"
    came = f"Reçue le {words.day_short(reply.received_on)}, {words.count(reply.page_count, 'page')}"
    return f"{came}, {waited}, notée par {reply.recorded_by}."


def _or_404(outgoing_id: int) -> RegisterRow:
    try:
        letter_in_scope(outgoing_id)
    except LetterNotFound as stranger:
        raise Http404 from stranger
    row = letter_row(outgoing_id)
    if row is None:
        raise Http404
    return row


def _back(outgoing_id: int) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("desk:mail_letter", args=[outgoing_id]))
