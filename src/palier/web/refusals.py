"""The pages of refusal: not found, refused, unavailable. They show nothing of anyone and need no database."""

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from palier.foundation.errors import Refusal
from palier.web.languages import said


def not_found(request: HttpRequest) -> HttpResponse:
    """To a stranger, what is not theirs does not exist."""
    return HttpResponse(render_to_string("404.html", request=request), status=404)


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The sentence of a refusal that no form shows."""
    context = {"refusal": said(refusal), "back_url": request.path if request.method == "GET" else ""}
    return HttpResponse(render_to_string("422.html", context, request=request), status=422)


def unavailable() -> HttpResponse:
    """The journal is closed or the database is away: nothing is shown. Rendered without the request."""
    return HttpResponse(render_to_string("503.html"), status=503, headers={"Retry-After": "60"})
