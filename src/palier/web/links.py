"""The link that follows a reset: whoever lost their second factor chooses another, once, within a day.

Without it, the password alone would be enough to choose a new factor: a stolen password would then be a stolen account.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Final

from django.db.models import QuerySet
from django.http import HttpRequest

from palier.agents.models import User
from palier.foundation.errors import Refusal
from palier.privacy.ended import Ends, keep_ends
from palier.web.models import EnrolmentLink, OpenSession, SecondFactor

LASTS: Final = timedelta(days=1)
PARAMETER: Final = "lien"
_LINK: Final = "palier_link"
_LONGEST_TOKEN: Final = 100


class LinkNeeded(Refusal):
    """Votre second facteur a été réinitialisé : entrez par le lien qui vous a été remis, valable un jour. S’il ne
    fonctionne plus, demandez-en un autre à votre administrateur."""


def reset_second_factor(user_id: int, *, made_by: int | None, at: datetime) -> str:
    """Take an account's factors away, close its sessions, and give the token of the link to enrol again.

    The token is told once: only its digest is kept. The one who resets learns nothing that opens the account by itself.
    """
    take_away(SecondFactor.objects.filter(user_id=user_id), at=at)
    close_sessions_of(user_id)
    EnrolmentLink.objects.filter(user_id=user_id).delete()
    token = secrets.token_urlsafe(24)
    EnrolmentLink.objects.create(
        user_id=user_id, token_sha256=_digest(token), made_by=made_by, made_at=at, expires_at=at + LASTS
    )
    return token


def take_away(factors: QuerySet[SecondFactor], *, at: datetime) -> int:
    """Factors that open nothing any more, nor after a restoration; how many."""
    keep_ends(Ends.FACTOR, factors.values_list("id", "created_at"), at=at)
    gone, _ = factors.delete()
    return gone


def close_sessions_of(user_id: int) -> int:
    """Close every session of an account; how many there were."""
    closed, _ = OpenSession.objects.filter(user_id=user_id).delete()
    return closed


def keep_link(request: HttpRequest) -> None:
    """Remember the link by which someone came, until their password is checked."""
    token = request.GET.get(PARAMETER, "")
    if token and len(token) <= _LONGEST_TOKEN:
        request.session[_LINK] = token


def require_link(request: HttpRequest, user: User, *, at: datetime) -> None:
    """Nothing for who was not reset; the others came by their link, still good. Raises LinkNeeded."""
    links = EnrolmentLink.objects.filter(user=user)
    if not links.exists():
        return
    token = request.session.get(_LINK)
    if not isinstance(token, str) or not links.filter(token_sha256=_digest(token), expires_at__gt=at).exists():
        raise LinkNeeded


def link_served(user: User) -> None:
    """A factor was chosen: the link is used up. Not before, or giving up half-way would leave the password alone."""
    EnrolmentLink.objects.filter(user=user).delete()


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
