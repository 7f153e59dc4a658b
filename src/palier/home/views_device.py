"""The device of a tenant: what makes the site an application, what it may keep to be read without network."""

from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language, get_language_bidi, gettext

from palier.estate.models import Landlord
from palier.privacy.declare import Role
from palier.web.device_worker import worker_answer
from palier.web.requests import ActorRequest
from palier.web.sessions import session_of

_ASSETS: Final = (
    "palier/theme.css",
    "palier/palier.js",
    "palier/session.js",
    "palier/mark.svg",
    "home/chez-moi.js",
    "palier/vendor/hanken-grotesk-latin.woff2",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """What the page hands to its device. `stamp` names no one, and is each person’s own: empty, nothing is kept."""

    stamp: str
    assets: str


def device_of(request: ActorRequest) -> Device:
    """On a device that is not theirs, a person leaves nothing behind; on a helper's, nobody does."""
    session = session_of(request)
    if session is None or session.is_shared or request.actor.role is Role.HELPER or request.actor.person_id is None:
        return Device(stamp="", assets="")
    style = "palier/vendor/bootstrap.rtl.min.css" if get_language_bidi() else "palier/vendor/bootstrap.min.css"
    return Device(stamp=_stamp(request.actor.person_id), assets=" ".join(static(name) for name in (style, *_ASSETS)))


def _stamp(person_id: int) -> str:
    return salted_hmac("palier.home.device", str(person_id), algorithm="sha256").hexdigest()


def token(request: ActorRequest) -> HttpResponse:
    """A fresh proof for what waited on the device, and whose sendings are accepted now. Reads nothing of anyone."""
    return JsonResponse({"jeton": get_token(request), "de": device_of(request).stamp})


def worker(request: HttpRequest) -> HttpResponse:
    """The script that keeps what was opened, under the site’s own path: it sees no other."""
    return worker_answer("palier.home")


def manifest(request: HttpRequest) -> HttpResponse:
    """What a phone asks before it puts the site among its applications."""
    name = Landlord.objects.values_list("name", flat=True).first() or "Palier"
    described = {
        "name": f"{name}, {gettext('Chez moi')}",
        "short_name": gettext("Chez moi"),
        "lang": get_language(),
        "dir": "rtl" if get_language_bidi() else "ltr",
        "start_url": reverse("home:home"),
        "scope": reverse("home:home"),
        "display": "standalone",
        "theme_color": "#0c3337",
        "background_color": "#f1f4f4",
        "icons": [
            {"src": static(f"home/icon-{side}.png"), "sizes": f"{side}x{side}", "type": "image/png", "purpose": "any"}
            for side in (192, 512)
        ],
    }
    return JsonResponse(described, content_type="application/manifest+json")


def offline(request: HttpRequest) -> HttpResponse:
    """Shown without network for a page that was never opened here. The same for everyone."""
    return render(request, "home/offline.html")
