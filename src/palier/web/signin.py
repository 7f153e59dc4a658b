"""Signing in and out, one implementation for the three sites: a passkey, or an identifier and a password, counted.

These pages are public: no role is taken, the login reads accounts and nothing else.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from django import forms
from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render, resolve_url
from django.utils.translation import gettext, gettext_lazy, gettext_noop

from palier.agents.models import User
from palier.agents.signing_in import TooManyAttempts, TooManyFromOrigin, attempt_succeeded, begin_attempt
from palier.foundation.clock import now
from palier.foundation.errors import Refusal
from palier.web.factors import Proof, prove_by_passkey
from palier.web.languages import said as why_refused
from palier.web.languages import told
from palier.web.links import LinkNeeded, keep_link
from palier.web.openid import Provider, provider_for
from palier.web.passkeys import PasskeyRefused, ask_for_a_signature, key_named_by, place_of
from palier.web.proofs import CHALLENGE
from palier.web.sessions import account_of, close_this_session, open_session, origin_of
from palier.web.sites import HOME, PARTNER, Site
from palier.web.steps import destination, landlord_here, proceed

logger = logging.getLogger("palier.web")

LONGEST_PASSWORD: Final = 200
WRONG_PAIR: Final = gettext_noop(
    "Cet identifiant et ce mot de passe ne vont pas ensemble. Vérifiez-les, majuscules comprises."
)
WRONG_SITE: Final = gettext_noop("Votre compte n’ouvre pas ce site. Entrez par le site de votre fonction.")
# What a browser forgets on leaving. Cookies are left out: the other sites have theirs on the same host.
_FORGOTTEN: Final = '"cache", "storage"'


@dataclass(frozen=True, slots=True, kw_only=True)
class WayIn:
    """How one site is entered. `home` is the name of its first page; `shared_label` empty leaves the choice out."""

    site: Site
    home: str
    may_enter: Callable[[User], bool]
    identifier_label: str = "Adresse professionnelle"
    hint: str = ""
    shared_label: str = "Ordinateur partagé de la loge"
    # The page of who has a letter and no account yet; empty where there is none.
    first_access: str = ""
    # Why this account does not enter, when there is more to say than that its site is another.
    closed_because: Callable[[User], str] = lambda _: ""

    def refusal_of(self, user: User) -> str:
        """What is said to someone who may not enter."""
        return self.closed_because(user) or gettext(WRONG_SITE)

    @property
    def audience(self) -> str:
        """Whose identity provider serves this site."""
        return {HOME.code: "tenants", PARTNER.code: "partners"}.get(self.site.code, "agents")


class SignInForm(forms.Form):
    """What is typed. The identifier is a text: an agent's is an address, a tenant's may be a reference."""

    identifier = forms.CharField(
        max_length=120,
        error_messages={"required": gettext_lazy("Tapez votre identifiant.")},
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false", "data-focus": ""}
        ),
    )
    password = forms.CharField(
        label=gettext_lazy("Mot de passe"),
        max_length=LONGEST_PASSWORD,
        strip=False,
        error_messages={"required": gettext_lazy("Tapez votre mot de passe.")},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    shared = forms.BooleanField(
        required=False, help_text=gettext_lazy("Session de 15\u00a0minutes, rien ne reste sur cet ordinateur.")
    )

    def __init__(self, way: WayIn, data: QueryDict | None = None) -> None:
        super().__init__(data)
        self.fields["identifier"].label = told(way.identifier_label)
        self.fields["shared"].label = told(way.shared_label)
        if not way.shared_label:
            del self.fields["shared"]


def sign_in(request: HttpRequest, way: WayIn) -> HttpResponse:
    """The sign-in page of a site. The same sentence and the same time for an unknown account and a wrong password."""
    at = now()
    user = account_of(request, at=at)
    if user is not None and way.may_enter(user):
        return HttpResponseRedirect(destination(_wanted(request), site=way.site, home=way.home))
    said = way.closed_because(user) if user is not None else ""
    if user is not None and said:
        # The session has nothing left to open: it is closed here, or each page would lead back to this one.
        close_this_session(request)
    keep_link(request)
    form = SignInForm(way, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        user = _recognised(request, way, form)
        if user is not None:
            try:
                return proceed(
                    request,
                    user,
                    site=way.site,
                    home=way.home,
                    is_shared=bool(form.cleaned_data.get("shared")),
                    wanted=_wanted(request),
                    at=at,
                )
            except LinkNeeded as refusal:
                form.add_error(None, why_refused(refusal))
    return page(request, way, form, said=said if request.method == "GET" else "", status=_status(form))


def sign_in_by_passkey(request: HttpRequest, way: WayIn) -> HttpResponse:
    """A key that knows its owner opens the session by itself: no identifier, no password."""
    at = now()
    origin = origin_of(request)
    state = request.session.pop(CHALLENGE, None)
    answer = request.POST.get("credential", "")
    try:
        attempt = f"passkey\x00{key_named_by(answer).hex()}"
        begin_attempt(attempt, site=way.site.code, at=at, origin=origin)
        if not isinstance(state, dict):
            raise PasskeyRefused
        user = prove_by_passkey(place_of(request), state, answer, user=None, at=at)
        if not user.is_active:
            raise PasskeyRefused
    except (TooManyAttempts, TooManyFromOrigin) as refusal:
        return refused(request, way, refusal, status=HTTPStatus.TOO_MANY_REQUESTS)
    except PasskeyRefused as refusal:
        return refused(request, way, refusal)
    attempt_succeeded(attempt, at=at, origin=origin)
    if not way.may_enter(user):
        return refused(request, way, way.refusal_of(user))
    is_shared = request.POST.get("shared") == "on"
    open_session(request, user, site=way.site, second_factor=Proof.PASSKEY, is_shared=is_shared, at=at)
    return HttpResponseRedirect(destination(_wanted(request), site=way.site, home=way.home))


def sign_out(request: HttpRequest, way: WayIn) -> HttpResponse:
    """Close the session of this site; the session itself is forgotten, and what the browser kept of its pages."""
    close_this_session(request)
    return HttpResponseRedirect(resolve_url(way.site.sign_in), headers={"Clear-Site-Data": _FORGOTTEN})


def refused(
    request: HttpRequest, way: WayIn, said: Refusal | str, *, status: int = HTTPStatus.UNPROCESSABLE_ENTITY
) -> HttpResponse:
    """The sign-in page again, with why."""
    return page(
        request, way, SignInForm(way), said=why_refused(said) if isinstance(said, Refusal) else said, status=status
    )


def page(
    request: HttpRequest, way: WayIn, form: SignInForm, *, said: str = "", status: int = HTTPStatus.OK
) -> HttpResponse:
    """The sign-in page as it stands. What the browser's key will be asked is drawn anew each time."""
    here = landlord_here()
    asked = ask_for_a_signature(place_of(request), None)
    request.session[CHALLENGE] = asked.state
    provider = _provider_shown(way.audience)
    context = {
        "form": form,
        "said": said,
        "landlord": here.name,
        "submit_label": gettext("Se connecter"),
        "hint": told(way.hint),
        "demo_url": "/" if here.is_demo else "",
        "next": _wanted(request),
        "passkey_options": asked.options,
        "passkey_url": resolve_url(f"{way.site.code}:passkey"),
        "provider_label": provider.label if provider else "",
        "provider_url": resolve_url(f"{way.site.code}:provider") if provider else "",
        "shared_label": told(way.shared_label),
        "forgotten_url": resolve_url(f"{way.site.code}:forgotten"),
        "first_access_url": resolve_url(way.first_access) if way.first_access else "",
        "closed_site": way.site.prefix,
        "is_partner": way.site is PARTNER,
    }
    return render(request, "web/signin.html", context, status=status)


def _provider_shown(audience: str) -> Provider | None:
    """The provider's button, left out when it is misdescribed: the other ways in must not fall with it."""
    try:
        return provider_for(audience)
    except Refusal:
        logger.exception("the identity provider is misdescribed")
        return None


def _recognised(request: HttpRequest, way: WayIn, form: SignInForm) -> User | None:
    """The account, when it is who it says and this site is theirs; otherwise the form says why."""
    identifier = form.cleaned_data["identifier"]
    at, origin = now(), origin_of(request)
    try:
        begin_attempt(identifier, site=way.site.code, at=at, origin=origin)
    except (TooManyAttempts, TooManyFromOrigin) as refusal:
        form.add_error(None, forms.ValidationError(why_refused(refusal), code="too_many"))
        return None
    user = authenticate(request, username=identifier, password=form.cleaned_data["password"])
    if not isinstance(user, User):
        form.add_error(None, gettext(WRONG_PAIR))
        return None
    attempt_succeeded(identifier, at=at, origin=origin)
    if not way.may_enter(user):
        form.add_error(None, way.refusal_of(user))
        return None
    return user


def _status(form: SignInForm) -> int:
    if not form.errors:
        return HTTPStatus.OK
    if form.has_error("__all__", "too_many"):
        return HTTPStatus.TOO_MANY_REQUESTS
    return HTTPStatus.UNPROCESSABLE_ENTITY


def _wanted(request: HttpRequest) -> str:
    return request.POST.get("next") or request.GET.get("next", "")


def signed_in(request: HttpRequest) -> User | None:
    """The account on a public page, or None."""
    return account_of(request, at=now())
