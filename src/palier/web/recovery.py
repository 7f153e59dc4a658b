"""A password forgotten or never chosen: links that serve once, and what is told at the next sign-in.

A link changes a password and opens nothing: the sign-in page comes after, with its second factor.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext, gettext_noop

from palier.admission.rules import LETTER_SERVES
from palier.agents.models import User
from palier.foundation.errors import Refusal
from palier.web import words
from palier.web.links import close_sessions_of
from palier.web.models import AccessNotice, PasswordLink
from palier.web.sites import HOME, site_of

LASTS_BY_MAIL: Final = timedelta(minutes=30)
LASTS_IN_HAND: Final = timedelta(days=1)
# Handed over on paper, with a payslip.
SHEET_LASTS: Final = timedelta(days=60)
LONGEST_TOKEN: Final = 100


class Notice(StrEnum):
    """What was done to an account, and its owner is told."""

    FACTOR_RESET = "FACTOR_RESET"
    CHOSEN_BY_LINK = "PASSWORD_RESET"
    LETTER_ASKED = "LETTER_ASKED"
    ACCESS_CHANGED = "ACCESS_CHANGED"


_TOLD: Final = {
    Notice.FACTOR_RESET: gettext_noop(
        "Le %(when)s, votre second facteur a été réinitialisé à la demande de quelqu’un."
    ),
    Notice.CHOSEN_BY_LINK: gettext_noop("Le %(when)s, votre mot de passe a été changé par un lien."),
    Notice.LETTER_ASKED: gettext_noop(
        "Le %(when)s, une nouvelle lettre d’accès a été préparée à votre nom par votre agence."
    ),
    Notice.ACCESS_CHANGED: gettext_noop(
        "Le %(when)s, un moyen d’entrer a été ajouté ou retiré, ou votre mot de passe changé."
    ),
}
# Who to warn: of an agent, those who hold the accounts; of a tenant, their agency.
_ALARM: Final = gettext_noop(
    "Si ce n’est pas vous qui l’avez voulu, prévenez aussitôt l’administrateur technique ou le délégué à la protection "
    "des données."
)
_ALARM_OF_TENANT: Final = gettext_noop("Si ce n’est pas vous qui l’avez voulu, appelez aussitôt votre agence.")


class LinkServesNoMore(Refusal):
    """Ce lien ne sert plus : il a déjà servi, son délai est passé, ou un autre a été demandé depuis. Demandez-en un
    nouveau."""


def give_password_link(user_id: int, *, lasts: timedelta, at: datetime, token: str = "") -> str:
    """The token of a link to choose a password, told once: only its digest is kept. The former ones serve no more.

    `token`: a code drawn to be typed by hand, in place of one that is followed.
    """
    PasswordLink.objects.filter(user_id=user_id).delete()
    token = token or secrets.token_urlsafe(24)
    PasswordLink.objects.create(user_id=user_id, token_sha256=_digest(token), made_at=at, expires_at=at + lasts)
    return token


def plain_code(typed: str) -> str:
    """A code as it is kept, however it was typed: capitals, without spaces or dashes."""
    return "".join(sign for sign in typed.upper() if sign.isalnum())


def account_by_link(token: str, *, at: datetime) -> User:
    """The open account that a link is for. Raises LinkServesNoMore."""
    links = PasswordLink.objects.filter(token_sha256=_digest(token), expires_at__gt=at, user__is_active=True)
    link = links.select_related("user").first() if token else None
    if link is None:
        raise LinkServesNoMore
    return link.user


def choose_password(token: str, wanted: str, *, at: datetime) -> User:
    """Keep the password chosen by a link, close every session, use every link up. Raises LinkServesNoMore."""
    with transaction.atomic():
        user = account_by_link(token, at=at)
        used, _ = PasswordLink.objects.filter(token_sha256=_digest(token)).delete()
        if not used:
            # The same link, sent twice at once.
            raise LinkServesNoMore
        forget_password_links(user)
        user.set_password(wanted)
        user.save(update_fields=["password"])
        close_sessions_of(user.pk)
        note_for_owner(user.pk, Notice.CHOSEN_BY_LINK, at=at)
    return user


def forget_password_links(user: User) -> None:
    """A password that was changed makes the links asked for before it useless."""
    PasswordLink.objects.filter(user=user).delete()


def note_for_owner(user_id: int, notice: Notice, *, at: datetime) -> None:
    """Keep what was done to an account until its owner signs in."""
    AccessNotice.objects.create(user_id=user_id, kind=notice, at=at)


def tell_owner(request: HttpRequest, user: User, *, at: datetime) -> None:
    """Say, on the first page after signing in, what was done to the account since the last time; then forget it.

    A letter that was asked for is told at each sign-in, for as long as it may serve: whoever enters first, were it not
    its owner, must not be the only one to read it.
    """
    kept = list(AccessNotice.objects.filter(user=user).order_by("at", "id"))
    for notice in kept:
        said = gettext(_TOLD[Notice(notice.kind)]) % {"when": words.instant(notice.at)}
        messages.warning(request, f"{said} {alarm_of(site_of(request.path_info).code)}")
    told = [each.pk for each in kept if each.kind != Notice.LETTER_ASKED or each.at <= at - LETTER_SERVES]
    if told:
        AccessNotice.objects.filter(pk__in=told).delete()


def alarm_of(site: str) -> str:
    """Whom to warn, for someone of that site who did not want what was done to their account."""
    return gettext(_ALARM_OF_TENANT if site == HOME.code else _ALARM)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
