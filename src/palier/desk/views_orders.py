"""A file made for the bank that never left: voided by two people from its page."""

import re
from collections.abc import Callable
from typing import Final

from django import forms
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from palier.banking.models import OrderVoid
from palier.banking.operations.debit_asking import ask_voiding, void_key
from palier.banking.operations.voiding import OrderFileNotFound, ask_void, drop_void, sign_void
from palier.banking.queries.orders import OrderRow, VoidRow, order_named, void_of
from palier.desk.answers import tell
from palier.desk.labels import labels_of
from palier.desk.month_page import job_of, when
from palier.desk.navigation import framed
from palier.foundation.clock import now
from palier.foundation.money import euros_fr
from palier.foundation.queries import latest_work
from palier.web import words
from palier.web.components import Fig, JobProgress, Link, Tag, Tone
from palier.web.requests import ActorRequest

MESSAGE_ID: Final = re.compile(r"(?:RMB-[0-9]{8}-[0-9]{1,18}|PRL-[0-9]{4}-[0-9]{2})(?:-[0-9]{1,6})?")
REASONS: Final = labels_of(OrderVoid, "reason")


class VoidForm(forms.Form):
    """Why a file is voided, and that it was not sent."""

    reason = forms.ChoiceField(
        label="Pourquoi l’annuler", choices=[(code, words.capital(label)) for code, label in REASONS.items()]
    )
    unsent = forms.BooleanField(label="Ce fichier n’a pas été transmis à la banque")


def order_file(request: ActorRequest, message_id: str) -> HttpResponse:
    """One file: what it asks, whether it may still leave, its voiding."""
    return _page(request, message_id, VoidForm())


def _page(request: ActorRequest, message_id: str, form: VoidForm, *, status: int = 200) -> HttpResponse:
    order = _order_or_404(message_id)
    void = void_of(message_id)
    waits = void is not None and void.signed_at is None
    is_mine = void is not None and void.asked_by == request.actor.agent_id
    former = Link(label="Remboursements", url=reverse("desk:refunds"))
    if order.run_id is not None:
        former = Link(label="Lot de prélèvements", url=reverse("desk:debit_run", args=[order.run_id]))
    context: dict[str, object] = {
        "order": order,
        "void": void,
        "form": form,
        "state": void_tag(void) or Tag(label="Fait", tone=Tone.OK),
        "reason": REASONS[void.reason] if void is not None else "",
        "asked": when(void.asked_at) if void is not None else "",
        "may_ask": void is None,
        "waits": waits,
        "may_sign": waits and not is_mine,
        "takes": "Ses prélèvements pourront être préparés de nouveau."
        if order.kind == "DEBITS"
        else "Ses remboursements attendront le prochain fichier.",
        "file_url": _file_url(order) if void is None and order.is_kept else "",
        "job": _job(message_id),
        "figs": [
            Fig(label="Total", value=euros_fr(order.total_cents)),
            Fig(label="Ordres", value=words.number(order.count)),
            Fig(label="Fait", value=when(order.made_at)),
        ],
        "crumbs": [Link(label="Prélèvements", url=reverse("desk:debits")), former, Link(label=message_id)],
    }
    return framed(request, "desk/order_file.html", context, status=status)


def order_void(request: ActorRequest, message_id: str) -> HttpResponse:
    """Ask that the file be voided."""
    _order_or_404(message_id)
    form = VoidForm(request.POST)
    if not form.is_valid():
        return _page(request, message_id, form, status=422)
    reason = form.cleaned_data["reason"]
    return _done(
        request,
        message_id,
        lambda: ask_void(message_id=message_id, reason=reason, actor=request.actor, at=now()),
        "L’annulation est demandée\u00a0: une autre personne doit la signer.",
    )


def order_void_sign(request: ActorRequest, message_id: str) -> HttpResponse:
    """Sign the voiding that someone else asked, and have it carried out by a job, from whom nobody is hidden."""
    _order_or_404(message_id)

    def signed() -> None:
        sign_void(message_id=message_id, actor=request.actor, at=now())
        ask_voiding(message_id=message_id, actor=request.actor, at=now())

    return _done(request, message_id, signed, "L’annulation est signée\u00a0: elle se fait.")


def order_void_drop(request: ActorRequest, message_id: str) -> HttpResponse:
    """Give up a voiding that nobody signed."""
    _order_or_404(message_id)
    return _done(
        request,
        message_id,
        lambda: drop_void(message_id=message_id, actor=request.actor, at=now()),
        "L’annulation est abandonnée\u00a0: le fichier peut partir.",
    )


def order_void_progress(request: ActorRequest, message_id: str) -> HttpResponse:
    """How far the voiding is, as the fragment that asks for itself."""
    _order_or_404(message_id)
    job = _job(message_id)
    if not request.htmx:
        return HttpResponseRedirect(reverse("desk:order_file", args=[message_id]))
    if job is None or not job.running:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "web/_progress.html", {"job": job})


def void_tag(void: VoidRow | None) -> Tag | None:
    """Where a voiding stands, in one word or two; None while nobody asked for one."""
    if void is None:
        return None
    if void.done_at is not None:
        return Tag(label="Annulé")
    return Tag(label="Annulation à signer" if void.signed_at is None else "Annulation en cours", tone=Tone.WARN)


def _done(request: ActorRequest, message_id: str, act: Callable[[], object], said: str) -> HttpResponseRedirect:
    tell(request, act, said, strangers=(OrderFileNotFound,))
    return HttpResponseRedirect(reverse("desk:order_file", args=[message_id]))


def _order_or_404(message_id: str) -> OrderRow:
    order = order_named(message_id) if MESSAGE_ID.fullmatch(message_id) else None
    if order is None:
        raise Http404
    return order


def _file_url(order: OrderRow) -> str:
    if order.run_id is not None:
        return reverse("desk:debit_file", args=[order.run_id])
    return reverse("desk:refund_file", args=[order.message_id])


def _job(message_id: str) -> JobProgress | None:
    page = reverse("desk:order_file", args=[message_id])
    poll = reverse("desk:order_void_progress", args=[message_id])
    return job_of(latest_work(void_key(message_id)), poll_url=poll, page_url=page, at=now())
