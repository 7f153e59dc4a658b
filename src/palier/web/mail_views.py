"""Going on by a link received by mail: the page that waits for it, and the page that it opens."""

from datetime import datetime
from http import HTTPStatus
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils.translation import gettext

from palier.agents.models import User
from palier.agents.signing_in import TooManyAttempts
from palier.foundation.clock import now
from palier.foundation.errors import Refusal
from palier.web.account_mail import Message, ask_to_write
from palier.web.factors import Proof, factors_of
from palier.web.languages import said as why_refused
from palier.web.links import PARAMETER
from palier.web.mail_links import (
    LONGEST_TOKEN,
    LinkGone,
    ask_for_link,
    confirm,
    number_shown,
    received,
    use_here,
)
from palier.web.recovery_views import where_links_lead
from palier.web.sessions import account_of, note_proof
from palier.web.signin import WayIn
from palier.web.steps import destination, enter, landlord_here, waiting

_ARRIVED: Final = "palier_mail_token"
_NEXT: Final = "palier_mail_next"


def mail_link(request: HttpRequest, way: WayIn) -> HttpResponse:
    """The browser that waits: ask for the link, show the number, go on once it was typed elsewhere."""
    at = now()
    user = _who(request, at)
    if user is None:
        return HttpResponseRedirect(resolve_url(way.site.sign_in))
    said, status = "", int(HTTPStatus.OK)
    if "next" in request.GET:
        request.session[_NEXT] = request.GET["next"]
    if request.method == "POST":
        try:
            if request.POST.get("acte") == "continuer":
                use_here(request, user, at=at)
                return _gone_on(request, way, at)
            ask_for_link(request, user, site=way.site.code, at=at)
            ask_to_write(
                Message.SIGN_IN_LINK,
                user_id=user.pk,
                person_id=user.person_id,
                site=way.site.code,
                origin=where_links_lead(request),
            )
        except TooManyAttempts as refusal:
            said, status = why_refused(refusal), int(HTTPStatus.TOO_MANY_REQUESTS)
        except Refusal as refusal:
            said, status = why_refused(refusal), int(HTTPStatus.UNPROCESSABLE_ENTITY)
    context = {
        **_around(gettext("Un lien par courriel")),
        "account": user.identifier,
        "number": number_shown(request, user, at=at),
        "said": said,
        "back_url": resolve_url(way.site.sign_in),
    }
    return render(request, "web/mail_link.html", context, status=status)


def mail_arrive(request: HttpRequest, way: WayIn) -> HttpResponse:
    """The link, opened: in the browser that asked it goes on; elsewhere the number is typed, and nothing opens here."""
    token = request.GET.get(PARAMETER, "")
    if token:
        # Out of the address: it stays neither in the browser's history nor in what is sent on as a referrer.
        request.session[_ARRIVED] = token[:LONGEST_TOKEN]
        return HttpResponseRedirect(request.path)
    at = now()
    kept = request.session.get(_ARRIVED)
    token = kept if isinstance(kept, str) else ""
    context: dict[str, object] = _around(gettext("Un lien par courriel"))
    try:
        found = received(request, token, at=at)
        context["is_same_browser"] = found.is_same_browser
        if request.method == "POST":
            if found.is_same_browser and _who(request, at) == found.user:
                use_here(request, found.user, token=token, at=at)
                request.session.pop(_ARRIVED, None)
                return _gone_on(request, way, at)
            confirm(token, request.POST.get("nombre", ""), at=at)
            request.session.pop(_ARRIVED, None)
            context["is_confirmed"] = True
    except LinkGone as refusal:
        request.session.pop(_ARRIVED, None)
        context |= {"said": why_refused(refusal), "is_gone": True, "back_url": resolve_url(way.site.sign_in)}
    except Refusal as refusal:
        context["said"] = why_refused(refusal)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if "said" in context else HTTPStatus.OK
    return render(request, "web/mail_arrive.html", context, status=status)


def _who(request: HttpRequest, at: datetime) -> User | None:
    """Who gave their password and is waited for, or who proves again; only when a mailbox is among their factors."""
    who = waiting(request, at=at)
    user = who.user if who is not None else account_of(request, at=at)
    if user is None or not any(factor.kind is Proof.EMAIL for factor in factors_of(user)):
        return None
    return user


def _gone_on(request: HttpRequest, way: WayIn, at: datetime) -> HttpResponse:
    who = waiting(request, at=at)
    if who is not None:
        return enter(request, who, site=way.site, home=way.home, proof=Proof.EMAIL, at=at)
    note_proof(request, at=at)
    wanted = request.session.pop(_NEXT, "")
    return HttpResponseRedirect(destination(str(wanted), site=way.site, home=way.home))


def _around(heading: str) -> dict[str, object]:
    return {"landlord": landlord_here().name, "heading": heading}
