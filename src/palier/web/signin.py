"""Signing in and out, one implementation for the three sites: an identifier, a password, and attempts that are counted.

These pages are public: no role is taken, the login reads accounts and nothing else.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Final

from django import forms
from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme

from palier.agents.models import User
from palier.agents.signing_in import TooManyAttempts, attempt_succeeded, begin_attempt
from palier.estate.models import Landlord
from palier.foundation.clock import now
from palier.web.sites import Site

SHARED_SESSION: Final = timedelta(minutes=15)
LONGEST_PASSWORD: Final = 200
WRONG_PAIR: Final = "Cet identifiant et ce mot de passe ne vont pas ensemble. Vérifiez-les, majuscules comprises."


@dataclass(frozen=True, slots=True, kw_only=True)
class WayIn:
    """How one site is entered. `home` is the name of its first page; `shared_label` empty leaves the choice out."""

    site: Site
    home: str
    may_enter: Callable[[User], bool]
    identifier_label: str = "Adresse professionnelle"
    hint: str = ""
    shared_label: str = "Ordinateur partagé de la loge"


class SignInForm(forms.Form):
    """What is typed. The identifier is a text: an agent's is an address, a tenant's may be a reference."""

    identifier = forms.CharField(
        max_length=120,
        error_messages={"required": "Tapez votre identifiant."},
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false", "data-focus": ""}
        ),
    )
    password = forms.CharField(
        label="Mot de passe",
        max_length=LONGEST_PASSWORD,
        strip=False,
        error_messages={"required": "Tapez votre mot de passe."},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    shared = forms.BooleanField(
        required=False, help_text="Session de 15\u00a0minutes, rien ne reste sur cet ordinateur."
    )

    def __init__(self, way: WayIn, data: QueryDict | None = None) -> None:
        super().__init__(data)
        self.fields["identifier"].label = way.identifier_label
        self.fields["shared"].label = way.shared_label
        if not way.shared_label:
            del self.fields["shared"]


def sign_in(request: HttpRequest, way: WayIn) -> HttpResponse:
    """The sign-in page of a site. The same sentence and the same time for an unknown account and a wrong password."""
    user = request.user
    if isinstance(user, User) and way.may_enter(user):
        return HttpResponseRedirect(_destination(request, way))
    form = SignInForm(way, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and _entered(request, way, form):
        return HttpResponseRedirect(_destination(request, way))
    landlord, is_demo = Landlord.objects.values_list("name", "is_demo").first() or ("", False)
    context = {
        "form": form,
        "landlord": landlord,
        "submit_label": "Se connecter",
        "hint": way.hint,
        "demo_url": "/" if is_demo else "",
        "next": request.POST.get("next") or request.GET.get("next", ""),
    }
    return render(request, "web/signin.html", context, status=_status(form))


def sign_out(request: HttpRequest, way: WayIn) -> HttpResponse:
    """Close the session of this site; the session itself is forgotten, not only the account in it."""
    logout(request)
    return HttpResponseRedirect(resolve_url(way.site.sign_in))


def _entered(request: HttpRequest, way: WayIn, form: SignInForm) -> bool:
    """True when the account is who it says and this site is theirs; otherwise the form says why."""
    identifier = form.cleaned_data["identifier"]
    try:
        begin_attempt(identifier, site=way.site.code, at=now())
    except TooManyAttempts as refusal:
        form.add_error(None, forms.ValidationError(str(refusal), code="too_many"))
        return False
    user = authenticate(request, username=identifier, password=form.cleaned_data["password"])
    if not isinstance(user, User):
        form.add_error(None, WRONG_PAIR)
        return False
    attempt_succeeded(identifier)
    if not way.may_enter(user):
        form.add_error(None, "Votre compte n’ouvre pas ce site. Entrez par le site de votre fonction.")
        return False
    login(request, user)
    if form.cleaned_data.get("shared"):
        # A fixed hour, not a delay renewed by each click: the next person at the lodge finds nothing open.
        request.session.set_expiry(now() + SHARED_SESSION)
    return True


def _status(form: SignInForm) -> int:
    if not form.errors:
        return HTTPStatus.OK
    if form.has_error("__all__", "too_many"):
        return HTTPStatus.TOO_MANY_REQUESTS
    return HTTPStatus.UNPROCESSABLE_ENTITY


def _destination(request: HttpRequest, way: WayIn) -> str:
    """The page that was asked for, when it is one of this site."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    is_local = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if is_local and wanted.startswith(way.site.prefix) else resolve_url(way.home)


def signed_in(request: HttpRequest) -> User | None:
    """The account on a public page, or None."""
    user: User | AnonymousUser = request.user
    return user if isinstance(user, User) else None
