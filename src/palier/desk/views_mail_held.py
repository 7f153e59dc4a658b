"""The letters of a list for someone whose address is protected: whoever holds it prints them and hands them over."""

from django.http import Http404, HttpResponse
from django.urls import reverse

from palier.correspondence.models import Sending
from palier.correspondence.queries.held import letters_held
from palier.correspondence.rules.fields import categories_of
from palier.correspondence.writing import Writing
from palier.desk.navigation import framed
from palier.foundation.clock import today
from palier.foundation.errors import Refusal
from palier.leases.queries.lease import lease_facts, occupants_of
from palier.mail.report import render_report
from palier.web.components import Link
from palier.web.requests import ActorRequest


def held_mail(request: ActorRequest, lease_id: int) -> HttpResponse:
    """What left without them."""
    here = lease_facts(lease_id, with_history=False)
    if here is None:
        raise Http404
    request.reading.saw([each.person_id for each in occupants_of(lease_id)])
    context: dict[str, object] = {
        "lease": here,
        "letters": letters_held(lease_id),
        "crumbs": [
            Link(label="Adresses protégées", url=reverse("desk:protections")),
            Link(label=f"Dossier n°\u00a0{lease_id}", url=reverse("desk:protected_file", args=[lease_id])),
            Link(label="Courrier"),
        ],
    }
    return framed(request, "desk/mail_held.html", context)


def held_mail_pdf(request: ActorRequest, lease_id: int, sending_id: int) -> HttpResponse:
    """One of them, to print and hand over: it is in no lot, and takes no number of the register."""
    if sending_id not in {each.sending_id for each in letters_held(lease_id)}:
        raise Http404
    sending = Sending.objects.select_related("version__template").get(pk=sending_id)
    request.reading.saw([each.person_id for each in occupants_of(lease_id)], *categories_of(sending.version.fields))
    try:
        pdf = render_report(Writing(sending, [lease_id], on=today()).by_hand(lease_id))
    except Refusal as refusal:
        return HttpResponse(str(refusal), content_type="text/plain; charset=utf-8", status=409)
    headers = {"Content-Disposition": 'attachment; filename="a-remettre.pdf"', "Cache-Control": "no-store"}
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)
