"""« Mot de passe oublié »: asked for, without a word on whether the account exists; chosen by the link received."""

from http import HTTPStatus
from typing import Final

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils.translation import gettext, gettext_lazy

from palier.agents.models import User
from palier.agents.signing_in import TooManyAttempts, TooManyFromOrigin, begin_attempt
from palier.foundation.clock import now
from palier.foundation.errors import Refusal
from palier.web.account_mail import Message, ask_to_write
from palier.web.languages import said as why_refused
from palier.web.languages import told
from palier.web.links import PARAMETER
from palier.web.passwords import NewPasswordForm
from palier.web.recovery import LONGEST_TOKEN, LinkServesNoMore, account_by_link, choose_password
from palier.web.sessions import origin_of
from palier.web.signin import WayIn
from palier.web.steps import landlord_here

_LINK: Final = "palier_password_link"
_LOCAL: Final = ("localhost", "127.0.0.1")
# What the queue takes: a place longer than that is no host.
_LONGEST_PLACE: Final = 80


class TooManyRequests(Refusal):
    """Trop de demandes ont été faites. Réessayez après {again_at}."""


class ForgottenForm(forms.Form):
    """Whose password is forgotten."""

    identifier = forms.CharField(
        max_length=120,
        error_messages={"required": gettext_lazy("Tapez votre identifiant.")},
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )


def forgotten(request: HttpRequest, way: WayIn) -> HttpResponse:
    """Ask for a link. The same answer for an account that exists, one that does not, and one without an address."""
    form = ForgottenForm(request.POST if request.method == "POST" else None)
    form.fields["identifier"].label = told(way.identifier_label)
    context: dict[str, object] = {
        "landlord": landlord_here().name,
        "heading": gettext("Mot de passe oublié"),
        "form": form,
        "is_agents": way.audience == "agents",
        "back_url": resolve_url(way.site.sign_in),
    }
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            try:
                _ask(request, way, form.cleaned_data["identifier"])
            except TooManyRequests as refusal:
                context["said"], status = why_refused(refusal), HTTPStatus.TOO_MANY_REQUESTS
            else:
                context["is_asked"], status = True, HTTPStatus.OK
    return render(request, "web/forgotten.html", context, status=status)


def _ask(request: HttpRequest, way: WayIn, identifier: str) -> None:
    """Count the request, then have the message written. Raises TooManyRequests."""
    origin = origin_of(request)
    try:
        # Counted apart from the passwords tried: asking for a link must close the door to nobody.
        begin_attempt(
            f"forgotten\x00{identifier}",
            site=way.site.code,
            at=now(),
            origin=f"forgotten\x00{origin}" if origin else "",
        )
    except (TooManyAttempts, TooManyFromOrigin) as refusal:
        raise TooManyRequests(again_at=refusal.facts["again_at"]) from refusal
    user = User.objects.filter(identifier=identifier.strip().lower(), is_active=True).first()
    known = user if user is not None and way.may_enter(user) else None
    ask_to_write(
        Message.LINK_TO_CHOOSE,
        user_id=known.pk if known is not None else None,
        person_id=known.person_id if known is not None else None,
        site=way.site.code,
        origin=where_links_lead(request),
    )


def where_links_lead(request: HttpRequest) -> str:
    """Where the link leads: this site; never this machine when the landlord has a name of its own."""
    scheme = "https" if request.is_secure() else "http"
    host = request.get_host()
    named = [each for each in settings.ALLOWED_HOSTS if each not in _LOCAL]
    if named and host.partition(":")[0] in _LOCAL:
        host = named[0]
    return f"{scheme}://{host}"[:_LONGEST_PLACE]


def choose(request: HttpRequest, way: WayIn) -> HttpResponse:
    """Choose a password by the link received; then the sign-in page, with the second factor of who has one."""
    token = request.GET.get(PARAMETER, "")
    if token:
        # Out of the address: it stays neither in the browser's history nor in what is sent on as a referrer.
        request.session[_LINK] = token[:LONGEST_TOKEN]
        return HttpResponseRedirect(request.path)
    at = now()
    kept = request.session.get(_LINK)
    token = kept if isinstance(kept, str) else ""
    context: dict[str, object] = {
        "landlord": landlord_here().name,
        "heading": gettext("Choisir un mot de passe"),
        "forgotten_url": resolve_url(f"{way.site.code}:forgotten"),
    }
    try:
        user = account_by_link(token, at=at)
        if not way.may_enter(user):
            raise LinkServesNoMore
        form = NewPasswordForm(user, request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            return _chosen(request, way, choose_password(token, form.cleaned_data["wanted"], at=at))
    except LinkServesNoMore as refusal:
        request.session.pop(_LINK, None)
        context["said"] = why_refused(refusal)
        return render(request, "web/choose_password.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    context |= {"form": form, "account": user.identifier}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "web/choose_password.html", context, status=status)


def _chosen(request: HttpRequest, way: WayIn, user: User) -> HttpResponse:
    request.session.pop(_LINK, None)
    ask_to_write(Message.CHOSEN_BY_LINK, user_id=user.pk, person_id=user.person_id, site=way.site.code)
    messages.success(
        request, gettext("Votre mot de passe est changé, toutes vos sessions sont fermées. Entrez avec lui.")
    )
    return HttpResponseRedirect(resolve_url(way.site.sign_in))
