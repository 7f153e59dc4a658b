"""Refunds: prepared by one person, signed by another, sent to the bank in one file that a job makes."""

import re
import tempfile
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import Final

from django import forms
from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from palier.banking.models import Refund
from palier.banking.operations.debit_asking import REFUNDS, ask_refund_file
from palier.banking.operations.order_files import OrderFileNotKept, hand_over
from palier.banking.operations.refunds import (
    RefundNotFound,
    Wanted,
    drop_refund,
    prepare_refund,
    sign_refund,
)
from palier.banking.operations.voiding import refuse_voided
from palier.banking.queries.debits import RefundRow, refund_files, refunds
from palier.banking.queries.orders import voids_of_refunds
from palier.desk.answers import tell
from palier.desk.labels import labels_of
from palier.desk.month_page import job_of, when
from palier.desk.navigation import framed
from palier.desk.views_orders import void_tag
from palier.foundation.clock import now
from palier.foundation.errors import Refusal
from palier.foundation.queries import latest_work
from palier.ledger.models import Account
from palier.web.amounts import Amount
from palier.web.components import JobProgress, Link, Tag, Tone
from palier.web.requests import ActorRequest

SHOWN: Final = 100
SHOWN_FILES: Final = 50
MESSAGE_ID: Final = re.compile(r"RMB-[0-9]{8}-[0-9]{1,18}(?:-[0-9]{1,6})?")
REASONS: Final = labels_of(Refund, "reason")


class RefundForm(forms.Form):
    """A refund to prepare. Without an IBAN, the account of the running mandate is credited."""

    account = forms.CharField(
        label="Compte du locataire", max_length=20, help_text="Son numéro, par exemple 4110000012."
    )
    amount = Amount(label="Somme (€)")
    reason = forms.ChoiceField(label="Motif", choices=list(REASONS.items()))
    iban = forms.CharField(
        label="IBAN à créditer",
        max_length=42,
        required=False,
        help_text="Vide\u00a0: celui du mandat en cours.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    holder_name = forms.CharField(label="Titulaire de ce compte", max_length=70, required=False)


def refunds_page(request: ActorRequest) -> HttpResponse:
    """The refunds; a POST prepares one."""
    form = RefundForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        account_id = Account.objects.filter(code=given["account"], kind="TENANT").values_list("id", flat=True).first()
        wanted = Wanted(
            account_id=-1 if account_id is None else account_id,
            amount_cents=given["amount"],
            reason=given["reason"],
            iban=given["iban"],
            holder_name=given["holder_name"],
        )
        try:
            prepare_refund(wanted=wanted, actor=request.actor, at=now())
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Le remboursement est préparé\u00a0: une autre personne doit le signer.")
            return HttpResponseRedirect(reverse("desk:refunds"))
    rows, files, voids = refunds(SHOWN), refund_files(SHOWN_FILES), voids_of_refunds()
    for row in rows:
        request.reading.saw(row.person_ids)
    context: dict[str, object] = {
        "form": form,
        "refunds": [
            {
                "row": row,
                "state": void_tag(voids.get(row.message_id)) or _state(row),
                "void": voids.get(row.message_id),
                "reason": REASONS[row.reason],
                "is_open": row.signed_at is None and row.dropped_at is None,
                "is_mine": row.prepared_by == request.actor.agent_id,
            }
            for row in rows
        ],
        "files": [
            {"row": row, "made": when(row.made_at), "void": void_tag(voids.get(row.message_id))} for row in files
        ],
        "kept": {row.message_id for row in files},
        "job": _job(),
        "crumbs": [Link(label="Prélèvements", url=reverse("desk:debits")), Link(label="Remboursements")],
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return framed(request, "desk/refunds.html", context, status=status)


def refund_sign(request: ActorRequest, refund_id: int) -> HttpResponse:
    """Sign what someone else prepared."""
    return _done(
        request,
        lambda: sign_refund(refund_id=refund_id, actor=request.actor, at=now()),
        "Le remboursement est signé\u00a0: il part avec le prochain fichier.",
    )


def refund_drop(request: ActorRequest, refund_id: int) -> HttpResponse:
    """Give up what nobody signed."""
    return _done(
        request,
        lambda: drop_refund(refund_id=refund_id, actor=request.actor, at=now()),
        "Le remboursement est abandonné.",
    )


def _done(request: ActorRequest, act: Callable[[], object], said: str) -> HttpResponseRedirect:
    tell(request, act, said, strangers=(RefundNotFound,))
    return HttpResponseRedirect(reverse("desk:refunds"))


def refund_send(request: ActorRequest) -> HttpResponse:
    """Ask for the file of the signed refunds that none has carried yet, or for a former one again.

    A job makes it: the list of whoever sends it may lack a protected person, whose refund leaves all the same.
    """
    message_id = request.POST.get("fichier", "")
    if message_id and not MESSAGE_ID.fullmatch(message_id):
        raise Http404
    try:
        ask_refund_file(message_id=message_id, actor=request.actor, at=now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Le fichier se fait, puis se télécharge ici.")
    return HttpResponseRedirect(reverse("desk:refunds"))


def refund_progress(request: ActorRequest) -> HttpResponse:
    """How far the file is, as the fragment that asks for itself."""
    job = _job()
    if not request.htmx:
        return HttpResponseRedirect(reverse("desk:refunds"))
    if job is None or not job.running:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "web/_progress.html", {"job": job})


def refund_file(request: ActorRequest, message_id: str) -> FileResponse:
    """A file of refunds, as its job has kept it."""
    with tempfile.TemporaryDirectory(prefix="palier-refunds-") as folder:
        path = Path(folder) / "remboursements.xml"
        refuse_voided(message_id)
        try:
            hand_over(message_id=message_id, kind="REFUNDS", path=path, reading=request.reading)
        except OrderFileNotKept:
            raise Http404 from None
        # Open before its folder goes: the bytes live as long as the answer.
        response = FileResponse(
            path.open("rb"), as_attachment=True, filename=f"{message_id}.xml", content_type="application/xml"
        )
    response["Cache-Control"] = "no-store"
    return response


def _job() -> JobProgress | None:
    return job_of(
        latest_work(REFUNDS), poll_url=reverse("desk:refund_progress"), page_url=reverse("desk:refunds"), at=now()
    )


def _state(row: RefundRow) -> Tag:
    if row.dropped_at is not None:
        return Tag(label="Abandonné")
    if row.signed_at is None:
        return Tag(label="À signer", tone=Tone.WARN)
    return Tag(label="Envoyé", tone=Tone.OK) if row.message_id else Tag(label="Signé, à envoyer", tone=Tone.INFO)
