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
from django.utils.dateformat import format as date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_noop, ngettext

from palier.foundation.errors import Refusal
from palier.retention.rules.told import Clause, Told, woven
from palier.web import preferences
from palier.web.sites import HOME, site_of

# Where the session keeps the language of its account.
SPOKEN: Final = "palier_langue"
# What stands between two clauses.
_BETWEEN: Final = (gettext_noop(", "), gettext_noop("\u00a0: "))


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


def told_duration(how_long: Told) -> str:
    """How long data are kept, in the person’s language."""
    if is_french():
        return str(how_long)
    return woven(
        [told_clause(each) for each in how_long.clauses],
        tuple(gettext(each) if each in _BETWEEN else each for each in how_long.joined),
    )


def told_clause(clause: Clause) -> str:
    """One clause of it: its words translated, its day and its length as the language says them."""
    if is_french():
        return str(clause)
    day = "" if clause.day is None else date_format(clause.day, "j F Y")
    return told(clause.words).format(day=day, length=_length(clause.months), year=clause.year)


def _length(months: int) -> str:
    whole, rest = divmod(months, 12)
    if rest or not whole:
        return ngettext("%(n)s mois", "%(n)s mois", months) % {"n": months}
    return ngettext("%(n)s an", "%(n)s ans", whole) % {"n": whole}


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
