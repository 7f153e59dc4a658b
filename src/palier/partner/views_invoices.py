"""A supplier's pages: the invoices that the landlord made in their name."""

import logging
from typing import Final

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import content_disposition_header

from palier.mail.store import UNREADABLE, DocumentStore
from palier.partner.frame import me, page
from palier.purchasing.access import InvoiceNotFound, invoice_in_scope
from palier.purchasing.queries import own_invoices
from palier.web.requests import ActorRequest

logger = logging.getLogger("palier.partner")

_SHOWN: Final = 500


def invoices(request: ActorRequest) -> HttpResponse:
    """The invoices, the latest first."""
    return page(request, "partner/invoices.html", {"invoices": own_invoices(me(request), limit=_SHOWN)})


def invoice(request: ActorRequest, invoice_id: int) -> HttpResponse:
    """The exact bytes of an invoice of one's own."""
    try:
        found = invoice_in_scope(invoice_id)
    except InvoiceNotFound as stranger:
        raise Http404 from stranger
    request.reading.saw([me(request)])
    try:
        content = DocumentStore(settings.DOCUMENT_ROOT).open(found.kept)
    except UNREADABLE as fault:
        logger.error("%s", fault)
        messages.warning(request, "Cette facture n’est pas disponible aujourd’hui. Elle le sera bientôt.")
        return HttpResponseRedirect(reverse("partner:invoices"))
    headers = {
        "Content-Disposition": content_disposition_header(as_attachment=False, filename=f"{found.number}.pdf") or ""
    }
    return HttpResponse(content, content_type="application/pdf", headers=headers)
