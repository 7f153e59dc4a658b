"""What a person sees and changes of their own way in: sessions, keys and codes, password. And the proof asked again.

Public pages, as signing in is: the login reads the accounts, no role is taken, nobody's file is near.
"""

from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render, resolve_url
from django.urls import Resolver404, resolve
from django.utils.http import urlencode
from django.utils.translation import gettext, gettext_noop

from palier.agents.models import User
from palier.agents.signing_in import TooManyAttempts, TooManyFromOrigin
from palier.foundation.clock import now
from palier.foundation.errors import Refusal
from palier.privacy.policy import declared_pages
from palier.web.account_mail import tell_of_change
from palier.web.amounts import row_number
from palier.web.components import Frame, Link
from palier.web.factors import (
    Proof,
    factors_of,
    new_recovery_codes,
    public_keys_of,
    recovery_codes_left,
    remove_factor,
)
from palier.web.languages import said as why_refused
from palier.web.languages import told
from palier.web.passwords import PasswordForm, change_password
from palier.web.proofs import CodeForm, proven, to_proof, ways_to_prove
from palier.web.refusals import not_found
from palier.web.second_factor import show_codes
from palier.web.sessions import (
    ListedSession,
    account_of,
    close_other_sessions,
    close_session,
    note_proof,
    proof_is_fresh,
    session_of,
    sessions_of,
)
from palier.web.signin import WayIn
from palier.web.steps import destination, landlord_here

SITE_NAMES: Final = {
    "desk": gettext_noop("Bureau"),
    "field": gettext_noop("Terrain"),
    "home": gettext_noop("Chez moi"),
    "partner": gettext_noop("Partenaires"),
    "demo": gettext_noop("Démonstration"),
}
PROOF_NAMES: Final = {
    Proof.NONE: gettext_noop("mot de passe seul"),
    Proof.PASSKEY: gettext_noop("clé d’accès"),
    Proof.TOTP: gettext_noop("application à codes"),
    Proof.EMAIL: gettext_noop("lien par courriel"),
    Proof.SHEET: gettext_noop("feuille de codes"),
    Proof.LETTER: gettext_noop("lettre d’accès et seconde preuve"),
    Proof.RECOVERY: gettext_noop("code de secours"),
    Proof.PROVIDER: gettext_noop("fournisseur d’identité"),
    Proof.SIMULATED: gettext_noop("facteur simulé"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRow:
    """A session, in words."""

    session: ListedSession
    site: str
    proof: str


def my_sessions(request: HttpRequest, way: WayIn) -> HttpResponse:
    """The sessions that are open on any site: since when, last seen, on what; one's own to close."""
    at = now()
    user = account_of(request, at=at)
    if user is None:
        return _to_sign_in(request, way)
    here = session_of(request)
    this_one = here.id if here is not None else None
    if request.method == "POST":
        return _closed(request, way, user, this_one)
    rows = [
        SessionRow(session=each, site=gettext(SITE_NAMES[each.site]), proof=gettext(PROOF_NAMES[each.second_factor]))
        for each in sessions_of(user, this_one=this_one, at=at)
    ]
    context = {**_framed(way, user, "my_sessions"), "rows": rows, "others": len(rows) - 1}
    return render(request, "web/my_sessions.html", context)


def _closed(request: HttpRequest, way: WayIn, user: User, this_one: int | None) -> HttpResponse:
    asked = request.POST.get("fermer", "")
    if asked == "autres":
        count = close_other_sessions(user, this_one=this_one)
        closed = (
            gettext("Votre autre session est fermée.") if count == 1 else gettext("Vos autres sessions sont fermées.")
        )
        messages.success(request, closed)
    elif (number := row_number(asked)) is not None and close_session(user, number):
        messages.success(request, gettext("Cette session est fermée\u00a0: elle n’ouvre plus rien."))
    else:
        return not_found(request)
    return HttpResponseRedirect(resolve_url(f"{way.site.code}:my_sessions"))


def my_keys(request: HttpRequest, way: WayIn) -> HttpResponse:
    """One's keys, application and recovery codes. Changing them asks for a recent proof."""
    at = now()
    user = account_of(request, at=at)
    if user is None:
        return _to_sign_in(request, way)
    here = resolve_url(f"{way.site.code}:my_keys")
    if request.method == "POST":
        if not proof_is_fresh(request, at=at):
            return to_proof(way.site.code, here)
        if "codes" in request.POST and factors_of(user):
            return show_codes(request, new_recovery_codes(user, at=at), onward=here)
        return _removed(request, way, user, here)
    session = session_of(request)
    context = {
        **_framed(way, user, "my_keys"),
        "factors": [replace(each, label=told(each.label)) for each in factors_of(user)],
        "codes_left": recovery_codes_left(user),
        "enrol_url": resolve_url(f"{way.site.code}:enrol"),
        "proof": gettext(PROOF_NAMES[session.second_factor]) if session is not None else "",
        "is_agent": user.agent_id is not None,
    }
    return render(request, "web/my_keys.html", context)


def _removed(request: HttpRequest, way: WayIn, user: User, here: str) -> HttpResponse:
    number = row_number(request.POST.get("retirer", ""))
    if number is None:
        return not_found(request)
    try:
        removed = remove_factor(user, number, at=now())
    except Refusal as refusal:
        messages.error(request, why_refused(refusal))
        return HttpResponseRedirect(here)
    if not removed:
        return not_found(request)
    tell_of_change(user, site=way.site.code)
    messages.success(request, gettext("C’est retiré\u00a0: cela n’ouvre plus votre compte."))
    return HttpResponseRedirect(here)


def my_password(request: HttpRequest, way: WayIn) -> HttpResponse:
    """Another password, by who knows the present one; the sessions opened elsewhere are closed.

    Who has a second factor gives it first: a password that was stolen must not change the locks.
    """
    at = now()
    user = account_of(request, at=at)
    if user is None:
        return _to_sign_in(request, way)
    if factors_of(user) and not proof_is_fresh(request, at=at):
        return to_proof(way.site.code, resolve_url(f"{way.site.code}:my_password"))
    form = PasswordForm(user, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        change_password(request, user, form.cleaned_data["wanted"])
        tell_of_change(user, site=way.site.code)
        messages.success(request, gettext("Votre mot de passe est changé. Vos autres sessions sont fermées."))
        return HttpResponseRedirect(resolve_url(f"{way.site.code}:my_password"))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "web/my_password.html", {**_framed(way, user, "my_password"), "form": form}, status=status)


def prove(request: HttpRequest, way: WayIn) -> HttpResponse:
    """« C’est bien vous ? »: asked before data leave the site; then back to what was wanted.

    The password alone proves it for an account that has no second factor, and for no other.
    """
    at = now()
    user = account_of(request, at=at)
    if user is None:
        return _to_sign_in(request, way)
    wanted = destination(request.POST.get("next") or request.GET.get("next", ""), site=way.site, home=way.home)
    factors = factors_of(user)
    said, status = "", HTTPStatus.OK
    if request.method == "POST":
        try:
            proven(request, user, site=way.site.code, at=at, password_is_enough=not factors)
            note_proof(request, at=at)
            return _proved(request, way, wanted)
        except (TooManyAttempts, TooManyFromOrigin) as refusal:
            said, status = why_refused(refusal), HTTPStatus.TOO_MANY_REQUESTS
        except Refusal as refusal:
            said, status = why_refused(refusal), HTTPStatus.UNPROCESSABLE_ENTITY
    context = {
        "landlord": landlord_here().name,
        "heading": gettext("C’est bien vous\u202f?"),
        "account": user.identifier,
        "form": CodeForm(),
        "said": said,
        "next": wanted,
        "back_url": resolve_url(way.home),
        "takes_a_code": bool(factors)
        and (any(factor.kind is Proof.TOTP for factor in factors) or recovery_codes_left(user) > 0),
        "takes_the_password": not factors,
        "mail_url": f"{resolve_url(f'{way.site.code}:mail_link')}?{urlencode({'next': wanted})}",
        **ways_to_prove(request, factors, public_keys_of(user)),
    }
    return render(request, "web/prove.html", context, status=status)


def _proved(request: HttpRequest, way: WayIn, wanted: str) -> HttpResponse:
    """A file would leave the visitor before the page that asked: a page that fetches it says so, and leads back."""
    path = urlsplit(wanted).path
    if not _is_a_file(path):
        return HttpResponseRedirect(wanted)
    back = f"{path.split('/export/', 1)[0]}/" if "/export/" in path else ""
    context = {
        "landlord": landlord_here().name,
        "heading": gettext("C’est vérifié"),
        "wanted": wanted,
        "back_url": destination(back, site=way.site, home=way.home),
    }
    return render(request, "web/proved.html", context)


def _is_a_file(path: str) -> bool:
    """True for a page that asks for a recent proof and only answers: what it answers is a file."""
    try:
        name = resolve(path).view_name
    except Resolver404:
        return False
    page = declared_pages().get(name)
    return page is not None and page.fresh_proof and page.methods == ("GET",)


def _framed(way: WayIn, user: User, here: str) -> dict[str, object]:
    code = way.site.code
    site = gettext(SITE_NAMES[code])
    pages = (
        ("my_sessions", gettext("Mes sessions")),
        ("my_keys", gettext("Mes clés et codes")),
        ("my_password", gettext("Mon mot de passe")),
    )
    return {
        "frame": Frame(site_label=site, home_url=resolve_url(way.home), signout_url=resolve_url(f"{code}:sign_out")),
        "site_label": site,
        "tabs": [Link(label=label, url=resolve_url(f"{code}:{name}"), current=name == here) for name, label in pages],
        "account": user.identifier,
    }


def _to_sign_in(request: HttpRequest, way: WayIn) -> HttpResponse:
    return to_sign_in(way.site.sign_in, request.get_full_path() if request.method == "GET" else "")


def to_sign_in(page: str, wanted: str) -> HttpResponse:
    """The sign-in page, then back to what was wanted."""
    query = QueryDict(mutable=True)
    if wanted:
        query["next"] = wanted
    return HttpResponseRedirect(f"{resolve_url(page)}?{query.urlencode()}" if wanted else resolve_url(page))
