"""To the identity provider and back. Coming back is a first proof: the second follows, unless it vouches for it."""

import hmac
from http import HTTPStatus
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url

from palier.foundation.clock import now
from palier.foundation.errors import Refusal
from palier.web.factors import Proof
from palier.web.links import LinkNeeded
from palier.web.openid import (
    Provider,
    ProviderAnswerRefused,
    ProviderUnreachable,
    Recognised,
    depart,
    provider_for,
    recognise,
)
from palier.web.refusals import not_found
from palier.web.sessions import open_session
from palier.web.signin import WayIn, refused
from palier.web.steps import destination, proceed

_DEPARTURE: Final = "palier_provider"
_LONGEST_CODE: Final = 4_000


def begin(request: HttpRequest, way: WayIn) -> HttpResponse:
    """Send the visitor to the provider."""
    provider = provider_for(way.audience)
    if provider is None:
        return not_found(request)
    is_shared = bool(way.shared_label) and request.GET.get("partage") == "oui"
    try:
        leaving = depart(provider, comes_back_to=_comes_back_to(request, way), is_shared=is_shared)
    except Refusal as refusal:
        return refused(request, way, refusal, status=_status(refusal))
    request.session[_DEPARTURE] = {
        "state": leaving.state,
        "nonce": leaving.nonce,
        "verifier": leaving.verifier,
        "wanted": request.GET.get("next", ""),
        "shared": is_shared,
    }
    return HttpResponseRedirect(leaving.address)


def come_back(request: HttpRequest, way: WayIn) -> HttpResponse:
    """The visitor is back: the answer serves once, and only in the browser that left."""
    provider = provider_for(way.audience)
    if provider is None:
        return not_found(request)
    left = request.session.pop(_DEPARTURE, None)
    try:
        found = _recognised(request, way, provider, left)
    except Refusal as refusal:
        return refused(request, way, refusal, status=_status(refusal))
    if not way.may_enter(found.user):
        return refused(request, way, way.refusal_of(found.user))
    wanted = left["wanted"] if isinstance(left, dict) else ""
    # Unsaid, the short session: a departure kept by a former version knows nothing of the computer.
    is_shared = left.get("shared", True) if isinstance(left, dict) else True
    at = now()
    if found.has_second_factor:
        open_session(request, found.user, site=way.site, second_factor=Proof.PROVIDER, is_shared=is_shared, at=at)
        return HttpResponseRedirect(destination(wanted, site=way.site, home=way.home))
    try:
        return proceed(request, found.user, site=way.site, home=way.home, is_shared=is_shared, wanted=wanted, at=at)
    except LinkNeeded as refusal:
        return refused(request, way, refusal)


def _recognised(request: HttpRequest, way: WayIn, provider: Provider, left: object) -> Recognised:
    state, code = request.GET.get("state", ""), request.GET.get("code", "")
    if not isinstance(left, dict) or not hmac.compare_digest(state.encode(), str(left["state"]).encode()):
        raise ProviderAnswerRefused(reason="elle n’a pas été demandée par ce navigateur")
    if not code or len(code) > _LONGEST_CODE:
        raise ProviderAnswerRefused(reason="il n’a pas donné son accord")
    return recognise(
        provider,
        code=code,
        nonce=str(left["nonce"]),
        verifier=str(left["verifier"]),
        comes_back_to=_comes_back_to(request, way),
        at=now(),
    )


def _comes_back_to(request: HttpRequest, way: WayIn) -> str:
    return request.build_absolute_uri(resolve_url(f"{way.site.code}:provider_return"))


def _status(refusal: Refusal) -> int:
    if isinstance(refusal, ProviderUnreachable):
        return HTTPStatus.SERVICE_UNAVAILABLE
    return HTTPStatus.UNPROCESSABLE_ENTITY
