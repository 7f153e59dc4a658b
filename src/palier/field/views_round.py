"""The round and the phone: its beginning, its end, what may be kept meanwhile, what the landlord knows of it."""

from datetime import timedelta
from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse

from palier.field.frame import framed, is_shared_computer
from palier.field.sender import received, sender_of
from palier.foundation.clock import now
from palier.foundation.errors import Refusal
from palier.maintenance.operations.rounds import end_round, start_round
from palier.maintenance.queries.own import my_readings, my_rounds
from palier.privacy.catalogue import CATEGORIES, PURPOSES
from palier.retention.by_category import in_one_line, kept_by_category
from palier.web.device_worker import worker_answer
from palier.web.requests import ActorRequest
from palier.web.sessions import session_of

_SHOWN: Final = timedelta(days=30)


class NothingKeptHere(Refusal):
    """Sur l’ordinateur partagé de la loge, rien n’est gardé : la tournée hors réseau se fait avec votre téléphone."""


def round_start(request: ActorRequest) -> HttpResponse:
    """From here the phone may keep the pages of the residences in force. Raises NothingKeptHere."""
    if is_shared_computer(request):
        raise NothingKeptHere
    session = session_of(request)
    start_round(actor=request.actor, at=now(), session_ends_at=session.ends_at if session else None)
    messages.success(request, "Tournée commencée. Ce téléphone garde ses pages jusqu’à la fin.")
    return HttpResponseRedirect(reverse("field:home"))


def round_end(request: ActorRequest) -> HttpResponse:
    """The phone forgets: pages, their key, the worker itself; not what it has yet to send, until the day ends."""
    end_round(actor=request.actor, at=now())
    home = reverse("field:home")
    if request.POST.get("attente"):
        # The page's script has wiped the pages and their key: wiping the rest from here would lose what was noted.
        messages.warning(request, "Tournée finie. Ce téléphone n’en garde que ce qui reste à envoyer.")
        return received(request, home)
    messages.success(request, "Tournée finie. Ce téléphone n’en garde rien.")
    response = received(request, home)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def me(request: ActorRequest) -> HttpResponse:
    """What the landlord can see of the caretaker's own activity, why and for how long."""
    since, durations = now() - _SHOWN, kept_by_category()
    context: dict[str, object] = {
        "readings": my_readings(since=since),
        "rounds": my_rounds(since=since),
        "purpose": PURPOSES["PROTECTION_DONNEES"],
        "kinds": [
            (CATEGORIES[code].label, in_one_line(durations[code])) for code in ("JOURNAL", "AGENTS", "CONNEXION")
        ],
    }
    return framed(request, "field/me.html", context, here="me")


def token(request: ActorRequest) -> HttpResponse:
    """A fresh proof for what waited in the phone, and whose sendings are accepted now. Reads nothing of anyone."""
    return JsonResponse({"jeton": get_token(request), "de": sender_of(request.actor, at=now()).stamp})


def worker(request: HttpRequest) -> HttpResponse:
    """The script that keeps the pages of a round, under the site's own path: it sees no other."""
    return worker_answer("palier.field")


def manifest(request: HttpRequest) -> HttpResponse:
    """What a phone needs to put the site among its applications."""
    return JsonResponse(
        {
            "id": reverse("field:home"),
            "name": "Palier Terrain",
            "short_name": "Terrain",
            "lang": "fr",
            "start_url": reverse("field:home"),
            "scope": reverse("field:home"),
            "display": "standalone",
            "background_color": "#eef2f3",
            "theme_color": "#0d3338",
            "icons": [
                {"src": static("palier/mark.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"},
                {"src": static("field/icon-192.png"), "sizes": "192x192", "type": "image/png", "purpose": "any"},
                {"src": static("field/icon-512.png"), "sizes": "512x512", "type": "image/png", "purpose": "any"},
                # The drawing stays within the circle that phones cut.
                {"src": static("field/icon-512.png"), "sizes": "512x512", "type": "image/png", "purpose": "maskable"},
            ],
        },
        content_type="application/manifest+json",
    )


def offline(request: HttpRequest) -> HttpResponse:
    """What is shown without network when nothing is kept. The same for everyone: it names no one."""
    return render(request, "field/offline.html")
