"""Failed attempts to sign in: five in fifteen minutes for an identifier, known or not, and it waits.

Run as the login role, outside any actor. The identifier is kept as a digest: people type their password there too.
"""

from datetime import datetime, timedelta
from hashlib import sha256

from django.db import connection, transaction

from palier.agents.models import SignInAttempt
from palier.foundation.errors import Refusal

FAILURES_ALLOWED = 5
WINDOW = timedelta(minutes=15)


class TooManyAttempts(Refusal):
    """Cinq essais n’ont pas abouti pour cet identifiant. Réessayez après {again_at}."""


def begin_attempt(identifier: str, *, site: str, at: datetime) -> None:
    """Count an attempt before its password is looked at: a hundred at once are counted too. Raises TooManyAttempts."""
    digest = _digest(identifier)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('palier.sign_in'), hashtext(%s))", [digest])
        recent = list(
            SignInAttempt.objects.filter(identifier_sha256=digest, at__gt=at - WINDOW)
            .order_by("-at")
            .values_list("at", flat=True)[:FAILURES_ALLOWED]
        )
        if len(recent) == FAILURES_ALLOWED:
            again_at = (recent[-1] + WINDOW).astimezone(at.tzinfo)
            raise TooManyAttempts(again_at=f"{again_at.hour}\u00a0h\u00a0{again_at.minute:02d}")
        SignInAttempt.objects.create(identifier_sha256=digest, site=site, at=at)


def attempt_succeeded(identifier: str) -> None:
    """Forget the attempts of someone who got in."""
    SignInAttempt.objects.filter(identifier_sha256=_digest(identifier)).delete()


def _digest(identifier: str) -> str:
    return sha256(identifier.strip().lower().encode()).hexdigest()
