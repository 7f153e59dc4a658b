"""Taking a certificate: the two that a tenant is most asked for, made at once, kept among their documents."""

from http import HTTPStatus

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext

from palier.foundation.clock import now, today
from palier.foundation.errors import Refusal
from palier.home.navigation import me, page, trail
from palier.home.views import _own
from palier.leases.certificates import PAID, RESIDENCE
from palier.leases.operations.certify import take_certificate
from palier.leases.queries.tenant import own_leases
from palier.ledger.standing import standing_of
from palier.mail.store import DocumentStore
from palier.web.languages import said as why_refused
from palier.web.requests import ActorRequest


def certificates(request: ActorRequest, lease_id: int) -> HttpResponse:
    """The two certificates, and what each says; one is made when asked."""
    shown = _own(own_leases(me(request), on=today()), lease_id)
    said, status = "", HTTPStatus.OK
    if request.method == "POST":
        try:
            document_id = take_certificate(
                lease=shown, kind=request.POST.get("kind", ""), store=DocumentStore(settings.DOCUMENT_ROOT), at=now()
            )
        except Refusal as refusal:
            said, status = why_refused(refusal), HTTPStatus.UNPROCESSABLE_ENTITY
        else:
            request.reading.saw([me(request)])
            messages.success(request, gettext("Votre attestation est prête. Elle reste dans vos documents."))
            return HttpResponseRedirect(f"{reverse('home:certificates', args=[lease_id])}?faite={document_id}")
    made = request.GET.get("faite", "")
    context: dict[str, object] = {
        "crumbs": trail(
            (gettext("Mes documents"), reverse("home:documents")), (gettext("Demander une attestation"), "")
        ),
        "lease": shown,
        "said": said,
        "is_late": standing_of(shown.account_id, on=today()).late_cents > 0,
        "made": int(made) if made.isdecimal() and len(made) < 19 else 0,
        "paid": PAID,
        "residence": RESIDENCE,
    }
    response = page(request, "home/certificates.html", context)
    response.status_code = status
    return response
