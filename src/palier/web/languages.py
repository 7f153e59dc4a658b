"""The languages of the tenants’ site: French, and one folder of `locale` for each other. Desk and field stay French.

A language is added by its folder, `locale/<code>/LC_MESSAGES`, with its sentences: no code names it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from palier.foundation.errors import Refusal
from palier.web import preferences
from palier.web.sites import HOME, site_of

# Where the session keeps the language of its account.
SPOKEN: Final = "palier_langue"


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """A language as it is offered: its code, its name in itself, its direction."""

    code: str
    name: str
    is_rtl: bool


def offered() -> list[Language]:
    """French first, then every other language of which the sentences are here."""
    found = []
    for code, name in settings.LANGUAGES:
        known = translation.get_language_info(code)
        found.append(Language(code=code, name=known.get("name_local", name), is_rtl=known["bidi"]))
    return found


def others(request: HttpRequest | None) -> list[Language]:
    """The languages that this page may be read in, but its own; none outside the tenants’ site."""
    if request is None or site_of(request.path_info) is not HOME:
        return []
    return [each for each in offered() if each.code != translation.get_language()]


def is_french() -> bool:
    return translation.get_language() in (None, settings.LANGUAGE_CODE)


def told(text: str) -> str:
    """A sentence of a room below in the person’s language; as it stands, in French, when it exists in French only."""
    return gettext(text) if text else text


def is_told(text: str) -> bool:
    """Whether that sentence exists in the person’s language."""
    return is_french() or not text or gettext(text) != text


def in_french(text: str) -> SafeString:
    """A sentence that exists in French only, marked as such on a page in another language."""
    return format_html('<span lang="fr" dir="ltr">{}</span>', text)


def said(refusal: Refusal) -> str:
    """Why it was refused, with its facts, in the person’s language; in French, and marked so, when it is not told."""
    sentence = type(refusal).sentence()
    if not is_told(sentence):
        return in_french(str(refusal))
    return told(sentence).format(**{name: told(str(fact)) for name, fact in refusal.facts.items()})


class LanguageMiddleware:
    """On the tenants’ site, the language that the person chose; French everywhere else.

    The choice is on the account of who signed in (kept in the session when it opens); before that, in a cookie.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if site_of(request.path_info) is not HOME:
            with translation.override(settings.LANGUAGE_CODE):
                return self.get_response(request)
        kept = request.session.get(SPOKEN)
        before = preferences.chosen(request, "langue", settings.LANGUAGE_CODE)
        code = preferences.LANGUAGES.get(str(kept), before)
        with translation.override(code):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", code)
        patch_vary_headers(response, ("Cookie",))
        return response
