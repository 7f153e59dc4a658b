"""What is written to the owner of an account: the link they asked for, or what was done to their account.

Written by a job or a command, as the operator of the machine: a page of the sites reads nobody's address. An agent is
written to at the address that is their identifier, a tenant at the e-mail address of their file.
"""

import secrets
from datetime import datetime
from enum import StrEnum
from typing import Final

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import urlencode
from django.utils.translation import gettext, gettext_noop

from palier.agents.models import User
from palier.estate.models import Landlord
from palier.foundation.mailing import leave_mail
from palier.people.models import Contact
from palier.privacy.actor import seeing_to_an_account
from palier.privacy.deferring import defer
from palier.web import words
from palier.web.languages import told
from palier.web.links import PARAMETER
from palier.web.mail_links import token_for
from palier.web.models import SecondFactor
from palier.web.recovery import LASTS_BY_MAIL, LASTS_IN_HAND, Notice, alarm_of, give_password_link, note_for_owner

FOLDER: Final = "courriels"
TASK: Final = "palier.web.tasks.write_to_account"
QUEUE: Final = "access"
OPERATOR: Final = "file d’attente"
MOTIVE: Final = "CONNEXION"
SCREEN: Final = "courriel de connexion"


class Message(StrEnum):
    """Why an account is written to."""

    LINK_TO_CHOOSE = "PASSWORD_LINK"
    INVITATION = "INVITATION"
    SIGN_IN_LINK = "SIGN_IN_LINK"
    LETTER_ASKED = "LETTER_ASKED"
    ACCESS_CHANGED = "ACCESS_CHANGED"
    FACTOR_RESET = "FACTOR_RESET"
    CHOSEN_BY_LINK = "PASSWORD_RESET"


_SUBJECTS: Final = {
    Message.LINK_TO_CHOOSE: gettext_noop("Choisir un nouveau mot de passe"),
    Message.INVITATION: "Votre compte Palier est prêt",
    Message.SIGN_IN_LINK: gettext_noop("Votre lien pour entrer"),
    Message.LETTER_ASKED: gettext_noop("Une nouvelle lettre d’accès se prépare"),
    Message.ACCESS_CHANGED: gettext_noop("Votre manière d’entrer a changé"),
    Message.FACTOR_RESET: gettext_noop("Votre second facteur a été réinitialisé"),
    Message.CHOSEN_BY_LINK: gettext_noop("Votre mot de passe a été changé"),
}
_DONE: Final = {
    Message.LETTER_ASKED: gettext_noop(
        "Le %(when)s, votre agence a préparé une nouvelle lettre d’accès à votre nom. Quand son code servira, avec une "
        "seconde preuve, vos moyens d’entrer actuels seront retirés."
    ),
    Message.ACCESS_CHANGED: gettext_noop(
        "Le %(when)s, un moyen d’entrer a été ajouté ou retiré, ou votre mot de passe changé."
    ),
    Message.FACTOR_RESET: gettext_noop(
        "Le %(when)s, le second facteur de votre compte a été réinitialisé et vos sessions fermées."
    ),
    Message.CHOSEN_BY_LINK: gettext_noop(
        "Le %(when)s, un nouveau mot de passe a été choisi par un lien. Vos sessions sont fermées."
    ),
}
_ASKED: Final = gettext_noop("Le %(when)s, quelqu’un a demandé à choisir un nouveau mot de passe pour votre compte.")
_NOTED: Final = {
    Message.LETTER_ASKED: Notice.LETTER_ASKED,
    Message.ACCESS_CHANGED: Notice.ACCESS_CHANGED,
}
_ENTERS: Final = gettext_noop("Voici le lien que vous avez demandé pour entrer.")
_HOW_IT_ENTERS: Final = gettext_noop(
    "Il sert une fois, pendant quinze minutes. Sur un autre appareil que celui qui l’a demandé, il vous demandera le "
    "nombre affiché là-bas. Si vous n’avez rien demandé, ne l’ouvrez pas et changez votre mot de passe."
)

_NOT_BY_MAIL: Final = (
    "Votre compte n’a pas encore de second facteur : un courriel ne suffit pas. Demandez un lien de remise à votre "
    "administrateur technique."
)
_AT_THE_AGENCY: Final = gettext_noop(
    "Vous entrez avec un lien reçu à cette adresse : elle ne peut pas changer aussi votre mot de passe. Venez à votre "
    "agence avec une pièce d’identité : elle vous remet un bon et vous envoie une nouvelle lettre d’accès."
)
_INVITED: Final = (
    "Un compte est ouvert à votre nom. Choisissez votre mot de passe par le lien ci-dessous ; un second facteur vous "
    "sera demandé à votre première connexion."
)
_ENTERED_ALREADY: Final = (
    "Une invitation a été demandée pour votre compte, qui a déjà servi : elle ne porte pas de lien."
)
_HOW_THE_INVITATION_SERVES: Final = (
    "Ce lien sert une fois, pendant un jour. Si vous n’attendiez pas cette invitation, prévenez votre administrateur "
    "technique."
)
_HOW_IT_SERVES: Final = gettext_noop(
    "Ce lien sert une fois, pendant trente minutes. Votre second facteur vous sera demandé ensuite, si vous en avez "
    "un. Si vous n’avez rien demandé, ne faites rien : votre mot de passe n’a pas changé."
)


def ask_to_write(
    message: Message,
    *,
    user_id: int | None,
    person_id: int | None,
    site: str,
    origin: str = "",
    asked_by: int | None = None,
) -> None:
    """Have a message written by a job. `user_id` None asks all the same, for nothing: the answer takes as long."""
    args = {
        "kind": message.value,
        "user_id": user_id,
        "person_id": person_id,
        "site": site,
        "origin": origin or None,
        "asked_by": asked_by,
    }
    defer(TASK, queue=QUEUE, args=args)


def tell_of_change(user: User, *, site: str) -> None:
    """Have a tenant told that their way in changed: by mail when they have a mailbox, at their next sign-in anyway."""
    if user.person_id is not None:
        ask_to_write(Message.ACCESS_CHANGED, user_id=user.pk, person_id=user.person_id, site=site)


def write_to_account(
    message: Message, *, user_id: int, person_id: int | None, site: str, origin: str, at: datetime
) -> bool:
    """Write one message; False when the account is closed or has no address. A link is made only to be sent."""
    with seeing_to_an_account(person_id, operator=OPERATOR, motive=MOTIVE, command=SCREEN) as reading:
        row = User.objects.filter(pk=user_id, is_active=True).values_list("identifier", "agent_id", "person_id").first()
        found = row if row is not None and row[2] == person_id else None
        address = _address(found[0], person_id) if found is not None else ""
        if person_id is not None:
            reading.saw([person_id], "COORDONNEES")
        if found is not None and message in _NOTED:
            # At their next sign-in too: not everyone has a mailbox.
            note_for_owner(user_id, _NOTED[message], at=at)
        if found is None or not address:
            return False
        spoken = User.objects.filter(pk=user_id).values_list("language", flat=True).first()
        with translation.override(spoken or settings.LANGUAGE_CODE):
            body = _body(message, user_id, is_agent=found[1] is not None, site=site, origin=origin, at=at)
            leave_mail(
                settings.PALIER_HOME / FOLDER,
                # Two messages of one instant have two names; neither says whose they are.
                name=f"{timezone.localtime(at):%Y%m%d-%H%M%S}-{secrets.token_hex(4)}",
                to=address,
                subject=told(_SUBJECTS[message]),
                body=body,
            )
    return True


def _address(identifier: str, person_id: int | None) -> str:
    if person_id is None:
        return identifier if "@" in identifier else ""
    contacts = Contact.objects.filter(person_id=person_id, channel="EMAIL").order_by("-id")
    return contacts.values_list("value", flat=True).first() or ""


def _body(message: Message, user_id: int, *, is_agent: bool, site: str, origin: str, at: datetime) -> str:
    name = Landlord.objects.values_list("name", flat=True).first()
    when = words.instant(at)
    return "\n\n".join([gettext("Bonjour,"), *_said(message, user_id, when, is_agent, site, origin, at), str(name), ""])


def _said(
    message: Message, user_id: int, when: str, is_agent: bool, site: str, origin: str, at: datetime
) -> tuple[str, ...]:
    if message in _DONE:
        return (told(_DONE[message]) % {"when": when}, alarm_of(site))
    if message is Message.SIGN_IN_LINK:
        waited = token_for(user_id, at=at)
        # Another link was asked for, or the quarter of an hour is over: nothing is left to send.
        address = f"{origin}{reverse(f'{site}:mail_arrive')}?{urlencode({PARAMETER: waited})}"
        return (told(_ENTERS), address, told(_HOW_IT_ENTERS))
    if message is Message.INVITATION:
        # For who never entered alone: the mailbox of another must not open an account by it.
        if User.objects.filter(pk=user_id, last_login__isnull=False).exists() or _has_factor(user_id):
            return (_ENTERED_ALREADY,)
        token = give_password_link(user_id, lasts=LASTS_IN_HAND, at=at)
        return (_INVITED, _link(token, site, origin), _HOW_THE_INVITATION_SERVES)
    asked = told(_ASKED) % {"when": when}
    if is_agent and not _has_factor(user_id):
        # A mailbox alone must not open an agent's account.
        return (
            asked,
            _NOT_BY_MAIL,
        )
    if _has_only_a_mailbox(user_id):
        # The same mailbox would then give both: the password, and the link that comes after it.
        return (asked, told(_AT_THE_AGENCY))
    token = give_password_link(user_id, lasts=LASTS_BY_MAIL, at=at)
    return (
        asked,
        _link(token, site, origin),
        told(_HOW_IT_SERVES),
    )


def _has_factor(user_id: int) -> bool:
    return SecondFactor.objects.filter(user_id=user_id).exclude(kind="RECOVERY").exists()


def _has_only_a_mailbox(user_id: int) -> bool:
    kinds = SecondFactor.objects.filter(user_id=user_id).exclude(kind="RECOVERY").values_list("kind", flat=True)
    return set(kinds) == {"EMAIL"}


def _link(token: str, site: str, origin: str) -> str:
    return f"{origin}{reverse(f'{site}:choose_password')}?{urlencode({PARAMETER: token})}"
