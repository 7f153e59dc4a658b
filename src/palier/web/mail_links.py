"""A link received by mail, for who gave their password: once, for a quarter of an hour.

In the browser that asked for it, the link is enough. In another one (a telephone that reads the mail), the number which
the first browser shows must be typed, and the first browser goes on: a link that was sent on, or asked by a thief,
opens nothing where it is read.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.http import HttpRequest

from palier.agents.models import User
from palier.agents.signing_in import begin_attempt
from palier.foundation.errors import Refusal
from palier.web.models import MailLink

LASTS: Final = timedelta(minutes=15)
LONGEST_TOKEN: Final = 100
_MOST_WRONG: Final = 3
_BROWSER: Final = "palier_mail_link"


class LinkGone(Refusal):
    """Ce lien ne sert plus : il a déjà servi, son quart d’heure est passé, ou un autre a été demandé. Demandez-en un
    nouveau sur la page d’entrée."""


class NumberRefused(Refusal):
    """Ce n’est pas le nombre affiché sur l’autre écran. Relisez-le."""


class NotConfirmedYet(Refusal):
    """Le lien n’a pas encore été ouvert, ou le nombre n’a pas été tapé. Ouvrez le courriel, puis continuez."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A link that somebody opened."""

    user: User
    is_same_browser: bool


def ask_for_link(request: HttpRequest, user: User, *, site: str, at: datetime) -> str:
    """Wait for a link in this browser; the number that it shows. The former link serves no more.

    Raises TooManyAttempts. The message itself is written by a job, which draws the token.
    """
    begin_attempt(f"mail-link\x00{user.pk}", site=site, at=at)
    kept = secrets.token_urlsafe(24)
    number = f"{10 + secrets.randbelow(90)}"
    MailLink.objects.filter(user=user).delete()
    MailLink.objects.create(
        user=user,
        # Until the job draws the token, a digest of nothing.
        token_sha256=secrets.token_hex(32),
        browser_sha256=_digest(kept),
        number=number,
        made_at=at,
        expires_at=at + LASTS,
    )
    request.session[_BROWSER] = kept
    return number


def number_shown(request: HttpRequest, user: User, *, at: datetime) -> str:
    """The number of the link that this browser waits for; empty when it waits for none."""
    link = MailLink.objects.filter(user=user, expires_at__gt=at).first()
    return link.number if link is not None and _is_from(request, link) else ""


def token_for(user_id: int, *, at: datetime) -> str:
    """The token of the link that is waited for, drawn by whoever writes the message; empty when none is."""
    token = secrets.token_urlsafe(24)
    waited = MailLink.objects.filter(user_id=user_id, expires_at__gt=at)
    return token if waited.update(token_sha256=_digest(token)) else ""


def received(request: HttpRequest, token: str, *, at: datetime) -> Received:
    """Whose link was opened, and whether in the browser that asked. Raises LinkGone."""
    link = _link(token, at)
    return Received(user=link.user, is_same_browser=_is_from(request, link))


def confirm(token: str, number: str, *, at: datetime) -> None:
    """Let the browser that asked go on, by the number that it shows. Raises LinkGone, NumberRefused."""
    link = _link(token, at)
    with transaction.atomic():
        # Numbers sent at once are counted one after the other: held, the link says how many were wrong already.
        held = MailLink.objects.select_for_update().filter(pk=link.pk, expires_at__gt=at)
        wrong = held.values_list("wrong_numbers", flat=True).first()
        if wrong is None or wrong >= _MOST_WRONG:
            raise LinkGone
        is_right = hmac.compare_digest(link.number.encode(), number.strip().encode())
        if is_right:
            held.update(confirmed_at=at)
        elif wrong + 1 >= _MOST_WRONG:
            held.delete()
        else:
            held.update(wrong_numbers=wrong + 1)
    if not is_right:
        raise NumberRefused if wrong + 1 < _MOST_WRONG else LinkGone


def use_here(request: HttpRequest, user: User, *, token: str = "", at: datetime) -> None:
    """Use the link up in the browser that asked for it: it holds the link, or the number was typed elsewhere.

    Raises LinkGone, NotConfirmedYet.
    """
    link = MailLink.objects.filter(user=user, expires_at__gt=at).first()
    if link is None or not _is_from(request, link):
        raise LinkGone
    holds = bool(token) and hmac.compare_digest(link.token_sha256, _digest(token))
    if not holds and link.confirmed_at is None:
        raise NotConfirmedYet
    used, _ = MailLink.objects.filter(pk=link.pk).delete()
    if not used:
        raise LinkGone
    request.session.pop(_BROWSER, None)


def _link(token: str, at: datetime) -> MailLink:
    links = MailLink.objects.select_related("user").filter(expires_at__gt=at, user__is_active=True)
    link = links.filter(token_sha256=_digest(token)).first() if token else None
    if link is None:
        raise LinkGone
    return link


def _is_from(request: HttpRequest, link: MailLink) -> bool:
    kept = request.session.get(_BROWSER)
    return isinstance(kept, str) and hmac.compare_digest(_digest(kept), link.browser_sha256)


def _digest(told: str) -> str:
    return hashlib.sha256(told.encode()).hexdigest()
