"""Signing in and out of the desk, and what a person may set for themselves."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils import timezone

from palier.agents.models import User
from palier.agents.queries import role_in_post
from palier.privacy.rights import may_open
from palier.web import signin
from palier.web.sessions import session_of
from palier.web.sites import DESK


def _may_enter(user: User) -> bool:
    """An agent whose function has at least the desk's first page."""
    if user.agent_id is None:
        return False
    role = role_in_post(user.agent_id)
    return role is not None and may_open(role, "desk:home")


WAY_IN = signin.WayIn(site=DESK, home="desk:home", may_enter=_may_enter)


def sign_in(request: HttpRequest) -> HttpResponse:
    """The way into the desk."""
    return signin.sign_in(request, WAY_IN)


def sign_out(request: HttpRequest) -> HttpResponse:
    """The way out."""
    return signin.sign_out(request, WAY_IN)


def my_preferences(request: HttpRequest) -> HttpResponse:
    """How one likes the desk, and until when the session lasts; sessions, keys and password have their own pages."""
    user = signin.signed_in(request)
    session = session_of(request)
    if user is None or session is None:
        return HttpResponseRedirect(resolve_url(DESK.sign_in))
    context = {"identifier": user.identifier, "ends_at": timezone.localtime(session.ends_at)}
    return render(request, "desk/my_preferences.html", context)
