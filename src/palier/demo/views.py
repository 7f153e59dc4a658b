"""The page of roles and its buttons. Both are of demonstrations only: elsewhere `/` leads to the desk."""

from importlib import import_module
from pathlib import Path

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse

from palier.agents.models import User
from palier.demo.access import FOLDER
from palier.demo.accounts import DemoFile, DoorAccount, password_of, read_file
from palier.estate.models import Landlord
from palier.foundation.clock import now
from palier.foundation.home import Home
from palier.foundation.periods import Month
from palier.web.factors import Proof
from palier.web.refusals import not_found
from palier.web.sessions import open_session
from palier.web.sites import DESK, FIELD, HOME, PARTNER, Site

_SITES = {site.code: site for site in (DESK, FIELD, HOME, PARTNER)}


def roles(request: HttpRequest) -> HttpResponse:
    """One button a role; the password too, so that the sites' own sign-in can be tried."""
    kept = _demonstration()
    if kept is None:
        return HttpResponseRedirect(DESK.prefix)
    month = Month.parse(kept.month)
    context = {
        "site_label": "Démonstration",
        "kept": kept,
        "invented": not kept.source,
        "month": month.of_fr(),
        "next_month": month.next().of_fr(),
        "desk": [account for account in kept.accounts if account.site == DESK.code],
        "field": [account for account in kept.accounts if account.site == FIELD.code],
        "home": [account for account in kept.accounts if account.site == HOME.code],
        "letters": _letters(),
        "partner": [account for account in kept.accounts if account.site == PARTNER.code],
        "password": password_of(Home(settings.PALIER_HOME)),
    }
    return TemplateResponse(request, "demo/roles.html", context)


def enter(request: HttpRequest) -> HttpResponse:
    """Sign the visitor in to the site of the account chosen."""
    kept = _demonstration()
    account = kept and _account(kept, request.POST.get("identifier", ""))
    if not account:
        return not_found(request)
    user = User.objects.get_by_natural_key(account.identifier)
    site = _SITES[account.site]
    opened = _opened_session(request, user, site)
    response = HttpResponseRedirect(site.prefix)
    _give_cookie(response, site, opened)
    return response


def _letters() -> str:
    """Where the letter of somebody who has no account yet waits to be opened; empty when there is none."""
    folder = Path(settings.PALIER_HOME) / FOLDER
    return str(folder) if folder.is_dir() else ""


def _demonstration() -> DemoFile | None:
    """What the file says, when the database says that its landlord is fictional."""
    if not Landlord.objects.filter(is_demo=True).exists():
        return None
    return read_file(settings.PALIER_HOME)


def _account(kept: DemoFile, identifier: str) -> DoorAccount | None:
    return next((account for account in kept.accounts if account.identifier == identifier), None)


def _opened_session(request: HttpRequest, user: User, site: Site) -> SessionBase:
    """A session of the account's own site: the one of this page stays, with its form token."""
    here: SessionBase = request.session
    store: type[SessionBase] = import_module(settings.SESSION_ENGINE).SessionStore
    request.session = store()
    # The second factor is simulated, and its page says so: here everyone is fictional, and a visitor has no key.
    proof = Proof.SIMULATED if user.agent_id is not None else Proof.NONE
    open_session(request, user, site=site, second_factor=proof, is_shared=False, at=now())
    opened: SessionBase = request.session
    opened.save()
    request.session = here
    return opened


def _give_cookie(response: HttpResponse, site: Site, session: SessionBase) -> None:
    response.set_cookie(
        site.cookie_name,
        session.session_key or "",
        path=site.cookie_path,
        secure=settings.PALIER_HTTPS,
        httponly=True,
        samesite="Lax",
    )
