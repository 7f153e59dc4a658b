"""A small server of the visual guide for browser tests: our templates under the strict policy, without database."""

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from socket import socket
from socketserver import ThreadingMixIn
from typing import TYPE_CHECKING, cast
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler
from django.db import connections
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.test import override_settings
from django.urls import path

from palier.web import preferences, styleguide
from palier.web.components import Frame, Link

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
)
GUIDE_FRAME = Frame(
    site_label="Bureau",
    home_url="/",
    navigation=[
        Link(label="Accueil", url="/", icon="home"),
        Link(label="Patrimoine", url="/", icon="building", current=True),
        Link(label="Quittancement", url="/", icon="stairs"),
    ],
    purpose_label="Aucune donnée personnelle",
    account_name="N. Ferrand",
    search_url="/trouver/",
    signout_url="/sortir/",
    preferences_url="/apparence/",
)


if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment


class Threaded(ThreadingMixIn, WSGIServer):
    daemon_threads = True

    def process_request_thread(self, request: socket | tuple[bytes, socket], client_address: object) -> None:
        """A thread a request: its connections to the database end with it."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            connections.close_all()


class Quiet(WSGIRequestHandler):
    def log_message(self, *_told: object) -> None:
        pass


class _Strict:
    """Every answer, static files included, under the policy the sites promise."""

    def __init__(self, application: "WSGIApplication") -> None:
        self.application = application

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *rest: object) -> object:
            return start_response(status, [*headers, ("Content-Security-Policy", POLICY)])

        return self.application(environ, cast("StartResponse", start))


def guide(request: HttpRequest) -> HttpResponse:
    return styleguide.styleguide(request, GUIDE_FRAME)


def find(request: HttpRequest) -> HttpResponse:
    groups = styleguide.sample_results()
    return render(
        request, "web/_found.html", {"groups": groups, "query": request.GET.get("q", ""), "count": 3, "took": "1 ms"}
    )


urlpatterns = [
    path("", guide),
    path("trouver/", find),
    path("sortir/", preferences.change),
    path("apparence/", preferences.change),
]


@contextmanager
def serving(urlconf: str = __name__) -> Iterator[str]:
    """The address of a running server of those addresses."""
    with override_settings(ROOT_URLCONF=urlconf, MIDDLEWARE=[], ALLOWED_HOSTS=["*"], SECRET_KEY="of no use but here"):
        application = _Strict(StaticFilesHandler(WSGIHandler()))
        server = make_server("127.0.0.1", 0, application, Threaded, Quiet)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            server.server_close()
            thread.join()
