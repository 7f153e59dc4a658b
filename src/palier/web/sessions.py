"""Open sessions: opened once all is proven, seen, listed, closed from elsewhere. Run as the login, outside any actor.

A session whose row is gone opens nothing, whatever its cookie says: closing is deleting a row.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, cast

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest
from django.utils import timezone

from palier.agents.models import User
from palier.web import preferences
from palier.web.factors import Proof
from palier.web.languages import SPOKEN
from palier.web.models import OpenSession
from palier.web.recovery import tell_owner
from palier.web.sites import HOME, Site, site_of

SHARED_SESSION: Final = timedelta(minutes=15)
# How long a proof (password, code, key) is enough to take data out.
FRESH: Final = timedelta(minutes=10)
# « Vue à » is told within five minutes: a page that is read costs no write each time.
_SEEN_EVERY: Final = timedelta(minutes=5)
# Where the session keeps the number of its row, and when the person last proved who they are.
RECORD: Final = "palier_session"
PROVED_AT: Final = "palier_proved_at"

_BROWSERS: Final = (
    ("Edge", re.compile(r"\bEdgA?/|\bEdge/")),
    ("Opera", re.compile(r"\bOPR/")),
    ("Firefox", re.compile(r"\bFirefox/|\bFxiOS/")),
    ("Chrome", re.compile(r"Chrom(?:e|ium)/|\bCriOS/")),
    ("Safari", re.compile(r"\bSafari/")),
)
_SYSTEMS: Final = (
    ("iPhone", re.compile(r"\biPhone\b")),
    ("iPad", re.compile(r"\biPad\b")),
    ("Android", re.compile(r"\bAndroid\b")),
    ("Windows", re.compile(r"\bWindows\b")),
    ("macOS", re.compile(r"\bMacintosh\b")),
    ("Linux", re.compile(r"\bLinux\b|\bX11\b")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionFacts:
    """The session of a request."""

    id: int
    second_factor: Proof
    is_shared: bool
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedSession:
    """A session as its owner sees it."""

    id: int
    site: str
    browser: str
    second_factor: Proof
    is_shared: bool
    opened_at: datetime
    last_seen_at: datetime
    is_this_one: bool


def open_session(
    request: HttpRequest, user: User, *, site: Site, second_factor: Proof, is_shared: bool, at: datetime
) -> None:
    """Open the session of someone who has proven everything: a new one, which keeps nothing of the stages before."""
    request.session.flush()
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    ends_at = at + (SHARED_SESSION if is_shared else timedelta(seconds=settings.SESSION_COOKIE_AGE))
    OpenSession.objects.filter(user=user, ends_at__lte=at).delete()
    opened = OpenSession.objects.create(
        user=user,
        site=site.code,
        browser=browser_of(request),
        second_factor=second_factor,
        is_shared=is_shared,
        opened_at=at,
        last_seen_at=at,
        ends_at=ends_at,
    )
    request.session[RECORD] = opened.pk
    note_proof(request, at=at)
    tell_owner(request, user, at=at)
    _speak(request, user, site=site, is_shared=is_shared)
    if is_shared:
        # A fixed hour, not a delay renewed by each click: the next person at the lodge finds nothing open.
        request.session.set_expiry(ends_at)


def _speak(request: HttpRequest, user: User, *, site: Site, is_shared: bool) -> None:
    """In the language of the account; one chosen before signing in, on a device of one’s own, becomes the account’s."""
    if site is not HOME:
        return
    before = preferences.chosen(request, "langue", "")
    if not user.language and before and not is_shared:
        user.language = before
        User.objects.filter(pk=user.pk).update(language=before)
    if user.language:
        request.session[SPOKEN] = user.language


def account_of(request: HttpRequest, *, at: datetime) -> User | None:
    """Who signed in, when the session is still open; an agent's needs its second factor. Forgets one that is not."""
    user = request.user
    if not isinstance(user, User):
        return None
    facts = _facts(request, user, at)
    if facts is None or (user.agent_id is not None and facts.second_factor is Proof.NONE):
        logout(request)
        return None
    return user


class _KnownRequest(HttpRequest):
    """A request whose session was read."""

    palier_session: SessionFacts


def session_of(request: HttpRequest) -> SessionFacts | None:
    """What `account_of` found of the session of this request."""
    facts = getattr(request, "palier_session", None)
    return facts if isinstance(facts, SessionFacts) else None


def _facts(request: HttpRequest, user: User, at: datetime) -> SessionFacts | None:
    number = request.session.get(RECORD)
    if not isinstance(number, int):
        return None
    open_ones = OpenSession.objects.filter(pk=number, user=user, site=site_of(request.path_info).code, ends_at__gt=at)
    row = open_ones.values_list("second_factor", "is_shared", "ends_at", "last_seen_at").first()
    if row is None:
        return None
    second_factor, is_shared, ends_at, last_seen_at = row
    if at - last_seen_at > _SEEN_EVERY:
        open_ones.update(last_seen_at=at)
    facts = SessionFacts(id=number, second_factor=Proof(second_factor), is_shared=is_shared, ends_at=ends_at)
    # Beside the user on the request: a page asks several times, the table is read once.
    cast("_KnownRequest", request).palier_session = facts
    return facts


# --- one's own list --------------------------------------------------------------------------------------------------


def sessions_of(user: User, *, this_one: int | None, at: datetime) -> list[ListedSession]:
    """The sessions of an account that are open, this one first, then the last seen."""
    rows = OpenSession.objects.filter(user=user, ends_at__gt=at).order_by("-last_seen_at", "-id")
    listed = [
        ListedSession(
            id=row.pk,
            site=row.site,
            browser=row.browser,
            second_factor=Proof(row.second_factor),
            is_shared=row.is_shared,
            opened_at=timezone.localtime(row.opened_at),
            last_seen_at=timezone.localtime(row.last_seen_at),
            is_this_one=row.pk == this_one,
        )
        for row in rows
    ]
    return sorted(listed, key=lambda each: not each.is_this_one)


def close_session(user: User, session_id: int) -> bool:
    """Close one session of one's own; False when it is someone else's, or closed already."""
    closed, _ = OpenSession.objects.filter(pk=session_id, user=user).delete()
    return closed > 0


def close_other_sessions(user: User, *, this_one: int | None) -> int:
    """Close every session of an account but this one; how many there were."""
    others = OpenSession.objects.filter(user=user)
    if this_one is not None:
        others = others.exclude(pk=this_one)
    closed, _ = others.delete()
    return closed


def close_this_session(request: HttpRequest) -> None:
    """The way out: the row and the session itself are forgotten."""
    number = request.session.get(RECORD)
    if isinstance(number, int):
        OpenSession.objects.filter(pk=number).delete()
    logout(request)


# --- proofs ----------------------------------------------------------------------------------------------------------


def note_proof(request: HttpRequest, *, at: datetime) -> None:
    """Remember when the person last proved that it is them."""
    request.session[PROVED_AT] = at.isoformat()


def proof_is_fresh(request: HttpRequest, *, at: datetime) -> bool:
    """True when the last proof is less than ten minutes old."""
    told = request.session.get(PROVED_AT)
    return isinstance(told, str) and at - datetime.fromisoformat(told) <= FRESH


def browser_of(request: HttpRequest) -> str:
    """ "Firefox, Windows": the families of the browser and of the machine, nothing finer."""
    announced = request.headers.get("User-Agent", "")
    browser = next((name for name, sign in _BROWSERS if sign.search(announced)), "Navigateur")
    system = next((name for name, sign in _SYSTEMS if sign.search(announced)), "")
    return f"{browser}, {system}" if system else browser


def origin_of(request: HttpRequest) -> str:
    """The address a request comes from: behind our own proxy, the one that it adds last."""
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.PALIER_HTTPS else ""
    return forwarded.rsplit(",", 1)[-1].strip() or str(request.META.get("REMOTE_ADDR", ""))
