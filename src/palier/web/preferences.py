"""How a person likes to see Palier: scheme, density, keys, language, size of letters. Cookies, nothing in a table."""

from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

ONE_YEAR: Final = 365 * 24 * 3600
SCHEMES: Final = {"auto": "auto", "clair": "light", "sombre": "dark"}
DENSITIES: Final = {"dense": "dense", "ample": "ample"}
KEYS: Final = {"oui": "on", "non": "off"}
LANGUAGES: Final = {code: code for code, _ in settings.LANGUAGES}
LETTERS: Final = {"normales": "normal", "grandes": "large"}
CONTRASTS: Final = {"normal": "normal", "fort": "more"}
COOKIES: Final = {
    "theme": ("palier_theme", SCHEMES),
    "densite": ("palier_densite", DENSITIES),
    "touches": ("palier_touches", KEYS),
    "langue": ("palier_langue", LANGUAGES),
    "lettres": ("palier_lettres", LETTERS),
    "contraste": ("palier_contraste", CONTRASTS),
}


def chosen(request: HttpRequest | None, setting: str, otherwise: str) -> str:
    """The French word kept for a setting, or `otherwise` when there is none or when the cookie was tampered with."""
    cookie, words = COOKIES[setting]
    word = request.COOKIES.get(cookie, otherwise) if request is not None else otherwise
    return word if word in words else otherwise


@require_POST
def change(request: HttpRequest) -> HttpResponse:
    """Keep the posted settings (`theme`, `langue`, …), then go back to `retour`, a path of this site."""
    posted = [(name, request.POST[name]) for name in COOKIES if name in request.POST]
    if not posted or any(word not in COOKIES[name][1] for name, word in posted):
        return HttpResponseBadRequest("Ce réglage n’existe pas.", content_type="text/plain; charset=utf-8")
    response = HttpResponse(status=HTTPStatus.SEE_OTHER, headers={"Location": _way_back(request)})
    for name, word in posted:
        response.set_cookie(
            COOKIES[name][0], word, max_age=ONE_YEAR, secure=request.is_secure(), httponly=True, samesite="Lax"
        )
    return response


def _way_back(request: HttpRequest) -> str:
    wanted = request.POST.get("retour", "")
    local = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) and not urlsplit(wanted).netloc
    return wanted if local and wanted.startswith("/") else "/"
