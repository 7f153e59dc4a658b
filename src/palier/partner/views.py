"""An employee's pages: their payslips by year, paper or electronic, and all of them at once."""

import logging
from datetime import date
from itertools import groupby
from typing import Final

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import content_disposition_header

from palier.agents.models import User
from palier.foundation.clock import today
from palier.foundation.errors import Refusal
from palier.foundation.periods import Month
from palier.mail.store import UNREADABLE, DocumentStore
from palier.partner.bundle import bundle
from palier.partner.frame import me, page, trail
from palier.payroll.access import PayslipNotFound, payslip_in_scope, payslips_in_scope
from palier.payroll.noting import noted_of
from palier.payroll.operations.opposing import oppose, take_back_opposition
from palier.payroll.queries import OwnStanding, closing_announced, own_slips, own_standing
from palier.payroll.rules.electronic import Standing, availability, first_electronic_day, opposition_limit
from palier.people.queries import signs_in_as_partner
from palier.web import signin
from palier.web.requests import ActorRequest
from palier.web.sites import PARTNER
from palier.web.traces import traced

logger = logging.getLogger("palier.partner")

# Fifty years of months, and those corrected.
_ALL: Final = 1_200
_FIRST_PAGES: Final = {"employee": "partner:payslips", "supplier": "partner:invoices"}
_UNAVAILABLE: Final = "Ce bulletin n’est pas disponible aujourd’hui. Demandez-le au service de la paie."


def _is_partner(user: User) -> bool:
    return user.person_id is not None and bool(signs_in_as_partner(user.person_id))


WAY: Final = signin.WayIn(
    site=PARTNER,
    home="partner:home",
    may_enter=_is_partner,
    identifier_label="Votre identifiant",
    hint="Il est écrit sur la feuille remise avec votre dernier bulletin sur papier. Il reste le vôtre ensuite.",
    shared_label="Cet appareil n’est pas le mien",
    first_access="partner:first_access",
)


def enter(request: HttpRequest) -> HttpResponse:
    return signin.sign_in(request, WAY)


def leave(request: HttpRequest) -> HttpResponse:
    return signin.sign_out(request, WAY)


def home(request: HttpRequest) -> HttpResponse:
    """To one's own first page: payslips or invoices. Nothing is read here but who is signed in."""
    user = signin.signed_in(request)
    partner = signs_in_as_partner(user.person_id) if user is not None and user.person_id is not None else ""
    return HttpResponseRedirect(reverse(_FIRST_PAGES.get(partner, "partner:sign_in")))


def payslips(request: ActorRequest) -> HttpResponse:
    """The payslips, by year, the latest first."""
    slips = own_slips(me(request), limit=_ALL)
    standing = own_standing(me(request))
    years = [
        (
            year,
            [
                {
                    "slip": slip,
                    "name": Month.of(slip.month).label_fr().capitalize(),
                    "until": availability(slip.issued_on, standing.birth_date if standing else None).until,
                    "url": reverse("partner:payslip", args=[slip.id]),
                }
                for slip in group
            ],
        )
        for year, group in groupby(slips, key=lambda slip: slip.month.year)
    ]
    context: dict[str, object] = {
        "years": years,
        "standing": standing,
        "closing": closing_announced(),
        "latest": years[0][1][0] if years else None,
    }
    return page(request, "partner/payslips.html", context)


def payslip(request: ActorRequest, payslip_id: int) -> HttpResponse:
    """The exact bytes of a payslip of one's own."""
    try:
        found = payslip_in_scope(payslip_id)
    except PayslipNotFound as stranger:
        raise Http404 from stranger
    request.reading.saw([me(request)])
    try:
        content = DocumentStore(settings.DOCUMENT_ROOT).open(found.kept)
    except UNREADABLE as fault:
        logger.error("%s", fault)
        messages.warning(request, _UNAVAILABLE)
        return HttpResponseRedirect(reverse("partner:payslips"))
    traced(request, noted_of([found], "READ"))
    return _file(content, "application/pdf", f"bulletin-{Month.of(found.month)}-{found.pk}.pdf", attached=False)


def payslips_zip(request: ActorRequest) -> HttpResponse:
    """Every payslip at once, with their list in open formats."""
    slips = own_slips(me(request), limit=_ALL)
    request.reading.saw([me(request)])
    try:
        content = bundle(slips, store=DocumentStore(settings.DOCUMENT_ROOT))
    except UNREADABLE as fault:
        logger.error("%s", fault)
        messages.warning(request, _UNAVAILABLE)
        return HttpResponseRedirect(reverse("partner:payslips"))
    taken = list(payslips_in_scope([slip.id for slip in slips]).values())
    request.reading.handed_over()
    traced(request, noted_of(taken, "RETRIEVED"))
    return _file(content, "application/zip", "mes-bulletins-de-paie.zip", attached=True)


def choice(request: ActorRequest) -> HttpResponse:
    """Paper or electronic: what holds today, and the one button that changes it."""
    standing = own_standing(me(request))
    context: dict[str, object] = {
        "crumbs": trail("Papier ou électronique"),
        "standing": standing,
        "first_day": _first_day(standing),
        "limit": opposition_limit(standing.opposed_on) if standing and standing.opposed_on else None,
    }
    return page(request, "partner/choice.html", context)


def oppose_page(request: ActorRequest) -> HttpResponse:
    """One click: the next payslips come on paper."""
    try:
        oppose(person_id=me(request), on=today())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "C’est noté. Vos prochains bulletins viennent sur papier.")
    return HttpResponseRedirect(reverse("partner:choice"))


def take_back_page(request: ActorRequest) -> HttpResponse:
    """One click: the next payslips come here again."""
    try:
        take_back_opposition(person_id=me(request), on=today())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "C’est noté. Vos prochains bulletins viennent ici.")
    return HttpResponseRedirect(reverse("partner:choice"))


def _first_day(standing: OwnStanding | None) -> date | None:
    if standing is None:
        return None
    return first_electronic_day(Standing(entered_on=standing.entered_on, notice_given_on=standing.notice_given_on))


def _file(content: bytes, kind: str, name: str, *, attached: bool) -> HttpResponse:
    headers = {"Content-Disposition": content_disposition_header(as_attachment=attached, filename=name) or ""}
    return HttpResponse(content, content_type=kind, headers=headers)
