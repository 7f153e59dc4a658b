"""The bills of a run, one bill and its explanation, its document, and its contra-entry."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from palier.desk.month_page import when
from palier.desk.navigation import address, framed
from palier.desk.tables_month import bills_table
from palier.desk.tracing import trace_of
from palier.desk.views_month import month_crumbs, run_or_404
from palier.desk.views_review import PAGE_ROWS, pair_cursor
from palier.foundation.clock import now, today
from palier.foundation.errors import Refusal
from palier.foundation.periods import Month
from palier.mail.documents import held_document, pdf_of
from palier.mail.notice import Notice
from palier.mail.queries import FrozenDocument, frozen_document
from palier.mail.store import DocumentStore
from palier.mail.vault.noting import Noted
from palier.quittancement.models import Contra
from palier.quittancement.operations.contra import take_bill_back
from palier.quittancement.queries.bills import (
    BillSubject,
    ExplainedBill,
    bill_explanation,
    bill_subject,
    taken_back,
)
from palier.quittancement.queries.review import EVERYTHING, bill_sum, bills
from palier.quittancement.queries.signing import may_take_back
from palier.web import words
from palier.web.components import Link
from palier.web.exports import export_response
from palier.web.requests import ActorRequest
from palier.web.table_view import view_of
from palier.web.tables import page_of, read_state
from palier.web.traces import traced

MOTIVES: Final[Sequence[tuple[str, str]]] = list(Contra._meta.get_field("motive").flatchoices)


def month_bills(request: ActorRequest, run_id: int) -> HttpResponseBase:
    """Every bill of a run, by number or by total."""
    run = run_or_404(run_id)
    table = bills_table(request.actor.role, is_sealed=run.is_sealed)
    state = read_state(table, request.GET)
    residence = state.one("residence")
    if residence and not (residence.isdecimal() and len(residence) < 10):
        raise Http404
    residence_id = int(residence) if residence else None
    wanted = request.GET.get("format", "")
    limit = EVERYTHING if wanted else PAGE_ROWS
    by_total = state.sort == "total"
    rows = bills(
        run_id=run_id,
        by_total=by_total,
        descending=state.descending,
        residence_id=residence_id,
        cursor=None if wanted else pair_cursor(state),
        backwards=state.backwards and not wanted,
        limit=limit,
    )
    for row in rows[:limit]:
        request.reading.saw(row.person_ids)
    if wanted:
        return export_response(table, state, rows, wanted=wanted, name=f"avis {Month.of(run.month)}", on=today())
    total = bill_sum(run_id=run_id, residence_id=residence_id)
    page = page_of(
        table,
        state,
        rows,
        limit=limit,
        key=lambda row: (row.total_cents if by_total else row.sequence, row.sequence),
        total=total.count,
    )
    label = words.count(total.count, "avis", "avis")
    context: dict[str, object] = {
        "run": run,
        "title": "Avis du mois" if run.is_sealed else "Ébauches d’avis",
        "month": Month.of(run.month).label_fr(),
        "view": view_of(
            table, state, page.rows, totals={"total": total.total_cents}, totals_label=label, pager=page.pager
        ),
        "crumbs": month_crumbs(run, Link(label="Avis")),
        "is_whole": request.actor.agency_id is None,
        "has_columns": True,
        "empty_title": "Aucun avis dans votre portefeuille",
        "empty_text": "Ce calcul ne concerne aucun de vos baux.",
    }
    return framed(request, "desk/month_list.html", context)


# --- One bill --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    """A bill and whose it is."""

    bill: ExplainedBill
    subject: BillSubject

    @property
    def title(self) -> str:
        return f"Avis {self.bill.number}" if self.bill.number else f"Ébauche {Month.of(self.bill.month).of_fr()}"


def _shown_or_404(request: ActorRequest, bill_id: int) -> _Shown:
    """The bill in an address, its reading noted."""
    found = bill_explanation(bill_id)
    subject = bill_subject(found.lease_id) if found is not None else None
    if found is None or subject is None:
        raise Http404
    request.reading.saw(subject.person_ids)
    return _Shown(bill=found, subject=subject)


def _bill_crumbs(shown: _Shown, *last: Link) -> list[Link]:
    run = run_or_404(shown.bill.run_id)
    avis = Link(label=shown.title, url=reverse("desk:bill", args=[shown.bill.id]) if last else "")
    return month_crumbs(run, Link(label="Avis", url=reverse("desk:month_bills", args=[run.id])), avis, *last)


def _bill_context(request: ActorRequest, shown: _Shown) -> dict[str, object]:
    bill, subject, role = shown.bill, shown.subject, request.actor.role
    return {
        "bill": bill,
        "subject": subject,
        "title": shown.title,
        "month": Month.of(bill.month).label_fr(),
        "lease_url": address(role, "lease", bill.lease_id),
        "account_url": address(role, "account", bill.account_id),
        "trace": trace_of(request),
    }


def bill(request: ActorRequest, bill_id: int) -> HttpResponse:
    """One bill: each line, and how it is calculated."""
    shown = _shown_or_404(request, bill_id)
    contra = taken_back(bill_id)
    motives = dict(MOTIVES)
    context = _bill_context(request, shown) | {
        "crumbs": _bill_crumbs(shown),
        "contra": contra,
        "contra_motive": motives[contra.motive] if contra else "",
        "contra_when": when(contra.at) if contra else "",
        "may_take_back": may_take_back(request.actor) and shown.bill.is_sealed and contra is None,
    }
    return framed(request, "desk/bill.html", context)


class TakeBackForm(forms.Form):
    """Why a sealed bill is taken back: a closed list, no comment."""

    motive = forms.ChoiceField(
        label="Motif",
        choices=MOTIVES,
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez le motif."},
    )


def bill_take_back(request: ActorRequest, bill_id: int) -> HttpResponse:
    """Say what a contra-entry does, ask for its motive, then post it."""
    shown = _shown_or_404(request, bill_id)
    form = TakeBackForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            take_bill_back(bill_id=bill_id, motive=form.cleaned_data["motive"], actor=request.actor, at=now())
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request,
                "La contre-écriture est passée. Le compte est rétabli\u00a0; le bail peut être repris par un "
                "quittancement complémentaire.",
            )
            back = address(request.actor.role, "account", shown.bill.account_id)
            return HttpResponseRedirect(back or reverse("desk:bill", args=[bill_id]))
    context = _bill_context(request, shown) | {
        "crumbs": _bill_crumbs(shown, Link(label="Contre-écriture")),
        "form": form,
        "is_closed": not shown.bill.is_sealed or taken_back(bill_id) is not None,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return framed(request, "desk/bill_take_back.html", context, status=status)


# --- Its document ----------------------------------------------------------------------------------------------------


def _document_or_404(document_id: int) -> FrozenDocument:
    document = frozen_document(document_id)
    if document is None:
        raise Http404
    return document


def bill_notice(request: ActorRequest, bill_id: int) -> HttpResponse:
    """The avis d’échéance as the tenant has it, from its frozen data."""
    shown = _shown_or_404(request, bill_id)
    if shown.bill.document_id is None:
        raise Http404
    document = _document_or_404(shown.bill.document_id)
    context = _bill_context(request, shown) | {
        "crumbs": _bill_crumbs(shown, Link(label="Document")),
        "notice": Notice.parse(document.data),
        "document": document,
    }
    return framed(request, "desk/bill_notice.html", context)


def document_pdf(request: ActorRequest, document_id: int) -> HttpResponse:
    """The exact bytes of a document, by digest from the store."""
    document = _document_or_404(document_id)
    if not document.pdf_sha256:
        raise Http404
    subject = bill_subject(document.lease_id)
    if subject is None:
        raise Http404
    # The letters of the survey say what the household earns.
    request.reading.saw(subject.person_ids, *(("RESSOURCES",) if document.kind.startswith("SLS_") else ()))
    held = held_document(document.id)
    if held is not None:
        # Its person reads in the journal of documents that the landlord opened it.
        traced(request, [Noted(kind="READ", sha256=held.sha256, owner=held.owner)])
    content = pdf_of(document.id, document.pdf_sha256, store=DocumentStore(settings.DOCUMENT_ROOT))
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{document.number}.pdf"'},
    )
