"""One request: its session, its headers, its actor. The transaction of the actor holds the view and its rendering.

ActorMiddleware is the last one and calls the view itself: what the view raises reaches it before Django makes an answer
of it, so an error rolls the transaction back.
"""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime
from importlib import import_module
from typing import cast
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase, UpdateError
from django.contrib.sessions.exceptions import SessionInterrupted
from django.db import DataError, InterfaceError, OperationalError, ProgrammingError, connection, transaction
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
)
from django.http.response import StreamingHttpResponse
from django.shortcuts import resolve_url
from django.template.response import SimpleTemplateResponse
from django.utils.cache import patch_vary_headers
from django.utils.http import http_date, urlencode

from palier.foundation.clock import now, today
from palier.foundation.errors import Refusal
from palier.privacy.actor import JournalClosed, Reading, acting
from palier.privacy.declare import OPENED_FILE, PageAccess, Role
from palier.privacy.policy import declared_pages
from palier.rights.access import told_as_frozen
from palier.web.actors import actor_behind, named
from palier.web.exports import CONTENT_TYPES
from palier.web.guard import refuse_writes
from palier.web.proofs import to_proof
from palier.web.refusals import not_found, refused, unavailable
from palier.web.requests import ActorRequest, SiteRequest
from palier.web.sessions import account_of, proof_is_fresh, session_of
from palier.web.sites import Site, site_of

logger = logging.getLogger("palier.web")

Answer = Callable[[HttpRequest], HttpResponseBase]
View = Callable[..., HttpResponseBase]

# What leaves as data to be used elsewhere: told in the journal apart from what is looked at.
FILES_HANDED_OVER = frozenset({*(kind.partition(";")[0] for kind in CONTENT_TYPES.values()), "application/zip"})
READS = ("GET", "HEAD")

# One source each, no inline, no third party: a name that is not listed falls under default-src.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; manifest-src 'self'; base-uri 'none'; frame-ancestors 'none'"
)
PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in ("camera", "display-capture", "geolocation", "microphone", "payment", "usb", "browsing-topics")
)


class PageNotDeclared(Exception):
    """A URL of a site is missing from its table of pages: nobody may call it."""


class NulSent(Refusal):
    """Un caractère invisible, le caractère nul, est dans ce qui est envoyé : revenez au formulaire, effacez
    la réponse qui le porte, et retapez-la sans la coller."""


class ResponseStreamed(Exception):
    """A page answered with a stream: it would run after its transaction, without role or journal."""


class SecurityHeadersMiddleware:
    """What the browser is told on every answer: nothing from elsewhere, nothing inline, nothing kept."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        # A page that depends on who asks is never kept, by the lodge's shared computer least of all.
        response.headers.setdefault("Cache-Control", "no-store")
        if request.method == "HEAD":
            _empty(response)
        return response


def _empty(response: HttpResponseBase) -> None:
    """A HEAD has the headers of its GET and no body: the server would drop it, with a warning each time."""
    if isinstance(response, StreamingHttpResponse):
        response.streaming_content = ()
    elif isinstance(response, HttpResponse):
        response.content = b""


class SiteSessionMiddleware:
    """One cookie a site: signing in to one opens none of the others."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response
        self.store: type[SessionBase] = import_module(settings.SESSION_ENGINE).SessionStore

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        site = site_of(request.path_info)
        request.session = self.store(request.COOKIES.get(site.cookie_name))
        try:
            # Read now and not when first needed: elsewhere an absent database would be a plain error page.
            request.session.is_empty()
            request.session.get("_auth_user_id")
            response = self.get_response(request)
            self._keep(request, response, site)
        except (OperationalError, InterfaceError):
            logger.exception("the database does not answer")
            return unavailable()
        return response

    def _keep(self, request: HttpRequest, response: HttpResponseBase, site: Site) -> None:
        session = request.session
        accessed, modified, is_empty = session.accessed, session.modified, session.is_empty()
        if site.cookie_name in request.COOKIES and is_empty:
            response.delete_cookie(site.cookie_name, path=site.cookie_path, samesite="Lax")
            patch_vary_headers(response, ("Cookie",))
            return
        if accessed:
            patch_vary_headers(response, ("Cookie",))
        if not modified or is_empty or response.status_code >= 500:
            return
        try:
            session.save()
        except UpdateError as error:
            raise SessionInterrupted("the session was closed while the request ran") from error
        lasts = None if session.get_expire_at_browser_close() else session.get_expiry_age()
        response.set_cookie(
            site.cookie_name,
            session.session_key or "",
            max_age=lasts,
            expires=None if lasts is None else http_date(time.time() + lasts),
            path=site.cookie_path,
            secure=settings.PALIER_HTTPS,
            httponly=True,
            samesite="Lax",
        )


class ActorMiddleware:
    """Finds the page, the actor and the purpose, then runs the view in the actor's transaction."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: View, args: Sequence[object], kwargs: Mapping[str, object]
    ) -> HttpResponseBase | None:
        """Answer in place of Django's own call of the view; None for a public page, which takes no role."""
        site_request = _as_site_request(request)
        if site_request is None:
            return not_found(request)
        page = site_request.page
        allowed = (*page.methods, "HEAD") if "GET" in page.methods else page.methods
        if request.method not in allowed:
            return HttpResponseNotAllowed(page.methods)
        if _is_asked_with_nul(request, kwargs) or _numbers_no_row(kwargs):
            return not_found(request)
        if page.public:
            return refused(request, NulSent()) if _is_filled_with_nul(request) else None
        try:
            return _as_actor(site_request, view, args, kwargs)
        except JournalClosed:
            logger.exception("the read journal cannot be written")
        except (OperationalError, InterfaceError):
            logger.exception("the database does not answer")
        return unavailable()

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """What a public page raised; the others are answered for above."""
        if isinstance(exception, Refusal):
            return refused(request, exception)
        if isinstance(exception, OperationalError | InterfaceError):
            logger.error("the database does not answer", exc_info=exception)
            return unavailable()
        return None


def _as_actor(
    request: SiteRequest, view: View, args: Sequence[object], kwargs: Mapping[str, object]
) -> HttpResponseBase:
    """Run the view as the one who signed in, in one transaction."""
    page, at = request.page, now()
    user = account_of(request, at=at)
    # Read here, as the login: inside the transaction the role of a family has no right on accounts.
    actor = actor_behind(user, purpose=page.purpose, on=today()) if user is not None else None
    if actor is None:
        return _to_sign_in(request)
    if actor.role not in page.roles:
        return not_found(request)
    if actor.role is Role.HELPER and page.helps and page.helps not in actor.helps:
        return not_found(request)
    if page.fresh_proof and not proof_is_fresh(request, at=at):
        return _to_proof(request)
    if page.opens_file:
        actor = replace(actor, takes=OPENED_FILE)
    actor_request = cast("ActorRequest", request)
    with ExitStack() as not_sent:
        with acting(actor, screen=page.screen, categories=page.categories) as reading:
            actor_request.actor = named(actor)
            actor_request.reading = reading
            response = _answer(actor_request, view, args, kwargs)
            # A file made for a reading that could not be written is closed unread.
            not_sent.callback(response.close)
        not_sent.pop_all()
    return _leaving_the_screen(request, response, at)


def _leaving_the_screen(request: SiteRequest, response: HttpResponseBase, at: datetime) -> HttpResponseBase:
    """On the lodge's computer, the page goes by itself when the session ends: nobody has to think of it."""
    session = session_of(request)
    if session is not None and session.is_shared and response.headers.get("Content-Type", "").startswith("text/html"):
        seconds = max(1, int((session.ends_at - at).total_seconds()))
        response.headers["Refresh"] = f"{seconds}; url={resolve_url(request.reached_site.sign_in)}"
    return response


def _answer(
    request: ActorRequest, view: View, args: Sequence[object], kwargs: Mapping[str, object]
) -> HttpResponseBase:
    """The view's answer, rendered, with what it read left to be written by the transaction that holds it."""
    try:
        if request.method in READS:
            with connection.execute_wrapper(refuse_writes):
                response = _rendered(view(request, *args, **kwargs))
        else:
            response = _rendered(view(request, *args, **kwargs))
    except Http404:
        return _nothing_kept(request.reading, not_found(request))
    except JournalClosed:
        # Written by the database as it read (oversight/queries/audited.py): the same 503 as when it is written after.
        raise
    except Refusal as refusal:
        return _nothing_kept(request.reading, refused(request, refusal))
    except DataError:
        # A form refuses it beside its field; what is read without a form stops here.
        if not _is_filled_with_nul(request):
            raise
        return _nothing_kept(request.reading, refused(request, NulSent()))
    except ProgrammingError as error:
        frozen = told_as_frozen(error)
        if frozen is None:
            raise
        return _nothing_kept(request.reading, refused(request, frozen))
    if response.status_code >= 500 or response.status_code in (403, 404, 405):
        return _nothing_kept(request.reading, response)
    if response.headers.get("Content-Type", "").partition(";")[0] in FILES_HANDED_OVER:
        request.reading.handed_over()
    return response


def _nothing_kept(reading: Reading, response: HttpResponseBase) -> HttpResponseBase:
    reading.showed_nothing()
    transaction.set_rollback(True)
    return response


def _rendered(response: HttpResponseBase) -> HttpResponseBase:
    if isinstance(response, SimpleTemplateResponse):
        return response.render()
    # A file is complete when the view returns it; any other stream would read people after the transaction.
    if isinstance(response, StreamingHttpResponse) and not isinstance(response, FileResponse):
        raise ResponseStreamed
    return response


def _as_site_request(request: HttpRequest) -> SiteRequest | None:
    match = request.resolver_match
    name = match.view_name if match is not None else ""
    page: PageAccess | None = declared_pages().get(name)
    if page is None:
        logger.error("a page is not in its site's table of pages: %s", name, exc_info=PageNotDeclared(name))
        return None
    site_request = cast("SiteRequest", request)
    site_request.reached_site = site_of(request.path_info)
    site_request.page = page
    return site_request


def _is_asked_with_nul(request: HttpRequest, kwargs: Mapping[str, object]) -> bool:
    """PostgreSQL's texts hold no NUL: no address has one, and a query given one would be an error page."""
    asked = (each for each in kwargs.values() if isinstance(each, str))
    named = (text for name, values in request.GET.lists() for text in (name, *values))
    return any("\x00" in text for text in (*asked, *named, *request.POST))


def _is_filled_with_nul(request: HttpRequest) -> bool:
    """A text that was pasted may hold one."""
    return any("\x00" in text for _, values in request.POST.lists() for text in values)


def _numbers_no_row(kwargs: Mapping[str, object]) -> bool:
    """PostgreSQL numbers no row beyond its bigint, and a query given more would be an error page."""
    return any(isinstance(asked, int) and asked >= 2**63 for asked in kwargs.values())


def _to_proof(request: SiteRequest) -> HttpResponse:
    """To « C’est bien vous ? », then back: to the page itself when it is read, else to the one that holds its form."""
    wanted = request.get_full_path() if request.method in READS else urlsplit(request.headers.get("Referer", "")).path
    response = to_proof(request.reached_site.code, wanted)
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Redirect": response.headers["Location"]})
    return response


def _to_sign_in(request: SiteRequest) -> HttpResponse:
    address = resolve_url(request.reached_site.sign_in)
    if request.method in READS:
        address = f"{address}?{urlencode({'next': request.get_full_path()})}"
    if request.htmx:
        # A redirection followed by htmx would put the sign-in page inside the fragment's place.
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)
