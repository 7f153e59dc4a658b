"""Failed attempts to sign in: five in fifteen minutes for an identifier, known or not, forty for an address of origin.

Run as the login role, outside any actor. Neither the identifier nor the address is kept, only digests under a key of
this installation: people type their password in the wrong field, and four thousand million addresses are soon digested.
"""

import hmac
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction

from palier.agents.models import SignInAttempt
from palier.foundation.clock import hour_fr
from palier.foundation.errors import Refusal

FAILURES_ALLOWED = 5
# An agency stands behind one address: many may mistype on a Monday, nobody tries forty passwords by hand.
FAILURES_ALLOWED_FROM_ORIGIN = 40
WINDOW = timedelta(minutes=15)


class TooManyAttempts(Refusal):
    """Cinq essais n’ont pas abouti pour cet identifiant. Réessayez après {again_at}."""


class TooManyFromOrigin(Refusal):
    """Trop d’essais n’ont pas abouti depuis ce réseau. Réessayez après {again_at}."""


def begin_attempt(identifier: str, *, site: str, at: datetime, origin: str = "") -> None:
    """Count an attempt before its password is looked at: a hundred at once are counted too.

    `origin` is the address it comes from, empty when there is none. Raises TooManyAttempts, TooManyFromOrigin.
    """
    digest, origin_digest = _digest(identifier), _origin_digest(origin)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('palier.sign_in'), hashtext(%s))", [digest])
        again_at = _closed_until(digest, FAILURES_ALLOWED, at)
        if again_at:
            raise TooManyAttempts(again_at=again_at)
        from_there = _closed_until(origin_digest, FAILURES_ALLOWED_FROM_ORIGIN, at) if origin else ""
        if from_there:
            raise TooManyFromOrigin(again_at=from_there)
        SignInAttempt.objects.filter(at__lte=at - WINDOW).delete()
        SignInAttempt.objects.create(identifier_sha256=digest, site=site, at=at)
        if origin:
            SignInAttempt.objects.create(identifier_sha256=origin_digest, site=site, at=at)


def attempt_succeeded(identifier: str, *, at: datetime, origin: str = "") -> None:
    """Forget the attempts of someone who got in, and this one among those of their network."""
    SignInAttempt.objects.filter(identifier_sha256=_digest(identifier)).delete()
    if origin:
        last = SignInAttempt.objects.filter(identifier_sha256=_origin_digest(origin), at=at).values("pk")[:1]
        SignInAttempt.objects.filter(pk__in=last).delete()


def _closed_until(digest: str, allowed: int, at: datetime) -> str:
    """The hour when an attempt is possible again, empty when it is now."""
    recent = list(
        SignInAttempt.objects.filter(identifier_sha256=digest, at__gt=at - WINDOW)
        .order_by("-at")
        .values_list("at", flat=True)[:allowed]
    )
    if len(recent) < allowed:
        return ""
    return hour_fr(recent[-1] + WINDOW)


def _origin_digest(origin: str) -> str:
    return _digest(f"origin\x00{origin}")


def _digest(told: str) -> str:
    return hmac.digest(settings.SECRET_KEY.encode(), told.strip().lower().encode(), "sha256").hex()
