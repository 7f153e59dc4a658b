"""Between the password and the session: someone is waited for, and is nobody yet.

What is known of them stays in the session for ten minutes. No page but those of this stage looks at it: skipping the
second factor by typing another address leads back to the first page.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme

from palier.agents.models import User
from palier.estate.models import Landlord
from palier.web.factors import Proof, factors_of
from palier.web.links import require_link
from palier.web.sessions import open_session
from palier.web.sites import Site

PATIENCE: Final = timedelta(minutes=10)
_WAITING: Final = "palier_waiting"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Someone whose first proof is right."""

    user: User
    is_shared: bool
    wanted: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LandlordHere:
    """Where everyone is fictional, and nowhere else, a second factor may be simulated."""

    name: str
    is_demo: bool


def proceed(
    request: HttpRequest, user: User, *, site: Site, home: str, is_shared: bool, wanted: str, at: datetime
) -> HttpResponse:
    """After a first proof that is right: the second factor, its choice, or the session of a tenant who has none.

    Raises LinkNeeded when the account was reset and they did not come by their link.
    """
    has_factors = bool(factors_of(user))
    if not has_factors:
        require_link(request, user, at=at)
    if not has_factors and user.agent_id is None:
        open_session(request, user, site=site, second_factor=Proof.NONE, is_shared=is_shared, at=at)
        return HttpResponseRedirect(destination(wanted, site=site, home=home))
    # The key changes with the stage: a session that someone planted in this browser does not learn who is waited for.
    request.session.cycle_key()
    request.session[_WAITING] = {
        "user": user.pk,
        "proof": user.get_session_auth_hash(),
        "shared": is_shared,
        "wanted": wanted,
        "until": (at + PATIENCE).isoformat(),
    }
    page = "second_factor" if has_factors else "enrol"
    return HttpResponseRedirect(resolve_url(f"{site.code}:{page}"))


def waiting(request: HttpRequest, *, at: datetime) -> Waiting | None:
    """Who is waited for, or None: too late, another password since, an account closed since."""
    kept = request.session.get(_WAITING)
    if not isinstance(kept, dict) or at > datetime.fromisoformat(kept["until"]):
        return None
    user = User.objects.filter(pk=kept["user"], is_active=True).first()
    if user is None or not constant_time_compare(user.get_session_auth_hash(), kept["proof"]):
        return None
    return Waiting(user=user, is_shared=kept["shared"], wanted=kept["wanted"])


def enter(
    request: HttpRequest, who: Waiting, *, site: Site, home: str, proof: Proof, at: datetime
) -> HttpResponseRedirect:
    """Open the session of someone who was waited for."""
    open_session(request, who.user, site=site, second_factor=proof, is_shared=who.is_shared, at=at)
    return HttpResponseRedirect(destination(who.wanted, site=site, home=home))


def destination(wanted: str, *, site: Site, home: str) -> str:
    """The page that was asked for, when it is one of this site."""
    is_local = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if is_local and wanted.startswith(site.prefix) else resolve_url(home)


def landlord_here() -> LandlordHere:
    """Whose pages these are."""
    name, is_demo = Landlord.objects.values_list("name", "is_demo").first() or ("", False)
    return LandlordHere(name=name, is_demo=is_demo)
