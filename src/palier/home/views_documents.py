"""The tenant's documents: notices, quittances and reçus as pages, from the same frozen data as their PDF; letters."""

import logging
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext, gettext_noop

from palier.foundation.clock import today
from palier.foundation.periods import MalformedMonth, Month
from palier.home import sentences
from palier.home.navigation import me, page, trail
from palier.leases.queries.tenant import own_leases
from palier.mail.deposits import FAMILIES, own_deposits
from palier.mail.documents import counted, held_document, pdf_of
from palier.mail.models import CERTIFICATES, DOCUMENT_KINDS, NOTICE_KIND, RECEIPT_KINDS
from palier.mail.notice import Notice
from palier.mail.queries import FrozenDocument, LeaseDocument, documents_of_lease, frozen_document
from palier.mail.receipt import Receipt
from palier.mail.store import UNREADABLE, DocumentStore
from palier.mail.vault.noting import Noted, Owner
from palier.privacy.declare import Role
from palier.quittancement.queries.settlement import HandedPaper, papers_of
from palier.web import words
from palier.web.components import Tag, Tone
from palier.web.languages import told
from palier.web.requests import ActorRequest
from palier.web.traces import traced

logger = logging.getLogger("palier.home")

_DOCUMENTS_A_PAGE = 24
_KINDS: Final = {kind: label[0].upper() + label[1:] for kind, label in DOCUMENT_KINDS}
_LABELS: Final = dict(DOCUMENT_KINDS)
_SHORT: Final = {
    NOTICE_KIND: gettext_noop("Avis"),
    "QUITTANCE": gettext_noop("Quittance"),
    "RECU": gettext_noop("Reçu"),
    "RETRAIT": gettext_noop("Retrait de quittance"),
}
_FILES: Final = {
    **dict.fromkeys(CERTIFICATES, "attestation"),
    NOTICE_KIND: "avis-echeance",
    "QUITTANCE": "quittance",
    "RECU": "recu",
    "RETRAIT": "retrait",
}
_READ_HERE: Final = (NOTICE_KIND, *RECEIPT_KINDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelved:
    """A document in the list: its name, what became of it, where it is read."""

    document: LeaseDocument
    name: str
    tag: Tag | None
    url: str


def documents(request: ActorRequest) -> HttpResponse:
    """The documents of each lease, the newest first."""
    before = _month_before(request)
    shelves = []
    for each in own_leases(me(request), on=today()):
        found = documents_of_lease(each.id, limit=_DOCUMENTS_A_PAGE + 1, before=before)
        kept, earlier = _whole_months(found)
        papers = papers_of([document.id for document in kept])
        shelves.append((each, [_shelved(document, papers) for document in kept], earlier))
    context: dict[str, object] = {
        "crumbs": trail((gettext("Mes documents"), "")),
        "shelves": shelves,
        "before": before,
        "is_oneself": _is_oneself(request),
    }
    if _is_oneself(request):
        context["years"] = _counts(me(request), [each.id for each, _, _ in shelves])
        context["papers"] = [(paper, told(FAMILIES[paper.family])) for paper in own_deposits(me(request))]
        traced(request, [Noted(kind="LISTED", owner=Owner(person_id=me(request)))])
    return page(request, "home/documents.html", context)


def _counts(person_id: int, leases: list[int]) -> list[tuple[int, int, list[tuple[str, int]]]]:
    """By year, the newest first: how many in all, then of each family."""
    years: dict[int, list[tuple[str, int]]] = {}
    for row in counted(leases, person_id=person_id):
        label = told(_LABELS[row.family]) if row.family in _LABELS else gettext("mes papiers")
        name = words.capital(label)
        years.setdefault(row.year, []).append((name, row.count))
    return [(year, sum(count for _, count in families), families) for year, families in years.items()]


def _is_oneself(request: ActorRequest) -> bool:
    """A helper sees the documents of the lease, never the person's own papers."""
    return request.actor.role is Role.TENANT


def _whole_months(found: list[LeaseDocument]) -> tuple[list[LeaseDocument], str]:
    """A page of documents that does not cut a month, and the month before which the others are."""
    if len(found) <= _DOCUMENTS_A_PAGE:
        return found, ""
    cut = found[_DOCUMENTS_A_PAGE].month
    kept = [document for document in found if document.month != cut] or found[:_DOCUMENTS_A_PAGE]
    return kept, str(Month.of(kept[-1].month))


def _shelved(document: LeaseDocument, papers: dict[int, HandedPaper]) -> Shelved:
    kind = told(_SHORT.get(document.kind, _KINDS[document.kind]))
    name = gettext("%(paper)s %(of_month)s") % {"paper": kind, "of_month": words.of_month(document.month)}
    paper = papers.get(document.id)
    tag = None
    if document.withdrawn_on is not None:
        tag = Tag(label=gettext("n’est plus valable"), tone=Tone.WARN)
    elif paper is not None and paper.ended_why:
        tag = Tag(label=gettext("remplacé"))
    read_here = document.kind in _READ_HERE
    return Shelved(
        document=document,
        name=name,
        tag=tag,
        url=reverse("home:document", args=[document.id]) if read_here else "",
    )


def document(request: ActorRequest, document_id: int) -> HttpResponse:
    """A notice, a quittance or a reçu as a page: the same frozen data as its PDF."""
    found = frozen_document(document_id)
    if found is None or found.kind not in _READ_HERE:
        raise Http404
    if found.pdf_sha256 and (held := held_document(found.id)) is not None:
        traced(request, [Noted(kind="READ", sha256=held.sha256, owner=held.owner)])
    if found.kind in RECEIPT_KINDS:
        return _receipt(request, found)
    notice = Notice.parse(found.data)
    title = gettext("Avis %(of_month)s") % {"of_month": words.of_month(notice.month.first_day)}
    return page(
        request,
        "home/document.html",
        {
            "crumbs": trail((gettext("Mes documents"), reverse("home:documents")), (title, "")),
            "document": found,
            "notice": notice,
            "lines": sentences.notice_lines(notice),
            "account": sentences.notice_account(notice),
            "reference": sentences.grouped(notice.payment.reference),
        },
    )


def _receipt(request: ActorRequest, found: FrozenDocument) -> HttpResponse:
    receipt = Receipt.parse(found.data)
    paper = papers_of([found.id]).get(found.id)
    return page(
        request,
        "home/receipt.html",
        {
            "crumbs": trail((gettext("Mes documents"), reverse("home:documents")), (told(receipt.title), "")),
            "title": told(receipt.title),
            "document": found,
            "receipt": receipt,
            "said": sentences.receipt_sentence(receipt),
            "lines": sentences.notice_lines(receipt),
            "payments": sentences.receipt_payments(receipt),
            "credits": sentences.receipt_credits(receipt),
            "is_replaced": paper is not None and paper.ended_why == "REPLACED",
        },
    )


def document_pdf(request: ActorRequest, document_id: int) -> HttpResponse:
    """The exact bytes that were made of the document."""
    found = frozen_document(document_id)
    if found is None or not found.pdf_sha256:
        raise Http404
    request.reading.saw([me(request)])
    try:
        pdf = pdf_of(found.id, found.pdf_sha256, store=DocumentStore(settings.DOCUMENT_ROOT))
    except UNREADABLE as fault:
        logger.error("%s", fault)
        if found.kind not in _READ_HERE:
            messages.warning(request, gettext("Ce PDF n’est pas disponible aujourd’hui. Il le sera bientôt."))
            return HttpResponseRedirect(reverse("home:documents"))
        messages.warning(request, gettext("Ce PDF n’est pas disponible aujourd’hui. Il se lit ici, en entier."))
        return HttpResponseRedirect(reverse("home:document", args=[found.id]))
    held = held_document(found.id)
    if held is not None:
        traced(request, [Noted(kind="READ", sha256=held.sha256, owner=held.owner)])
    name = f"{_FILES.get(found.kind, 'lettre')}-{Month.of(found.month)}.pdf"
    headers = {"Content-Disposition": content_disposition_header(as_attachment=False, filename=name) or ""}
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)


def _month_before(request: ActorRequest) -> date | None:
    written = request.GET.get("avant", "")
    try:
        return Month.parse(written).first_day if written else None
    except MalformedMonth as malformed:
        raise Http404 from malformed
