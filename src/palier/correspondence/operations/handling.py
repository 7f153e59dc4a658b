"""What is noted of letters that left: handed to the post, the carrier's number, come back."""

import re
from datetime import date
from typing import Final

from palier.correspondence.access import MAY_WRITE_ONE, letter_in_scope, require_function, sending_in_scope
from palier.correspondence.models import RETURNS, Letter, Sending
from palier.foundation.errors import Refusal
from palier.privacy.actor import Actor

_SLIP: Final = re.compile(r"[0-9A-Z]{8,30}")


class NotMadeYet(Refusal):
    """Les lettres de cet envoi ne sont pas toutes faites : attendez la fin du travail."""


class DayOutOfOrder(Refusal):
    """Ce jour ne va pas : il est entre la date de la lettre et aujourd’hui."""


class NotRegisteredMail(Refusal):
    """Cette lettre n’est pas un recommandé : elle n’a pas de numéro de transporteur."""


class SlipMalformed(Refusal):
    """Ce numéro n’est pas celui d’un recommandé : de 8 à 30 lettres et chiffres, comme sur l’avis de dépôt."""


class SlipAlreadyNoted(Refusal):
    """Cette lettre a déjà le numéro {number} : il ne change plus."""


class NotOnPaper(Refusal):
    """Cette lettre n’est pas partie par la poste : elle ne peut pas en revenir."""


def note_posted(*, sending_id: int, on: date, actor: Actor, today: date) -> None:
    """Its paper was handed to the post that day.

    Raises SendingNotFound, FunctionMayNotWrite, NotMadeYet, DayOutOfOrder.
    """
    require_function(actor, MAY_WRITE_ONE)
    sending = sending_in_scope(sending_id, actor=actor, held=True)
    if sending.state != "MADE" or sending.issued_on is None:
        raise NotMadeYet
    if not sending.issued_on <= on <= today:
        raise DayOutOfOrder
    Sending.objects.filter(pk=sending_id).update(posted_on=on)


def note_slip(*, letter_id: int, number: str, actor: Actor) -> None:
    """What the carrier's slip bears; once.

    Raises LetterNotFound, FunctionMayNotWrite, NotRegisteredMail, SlipMalformed, SlipAlreadyNoted.
    """
    require_function(actor, MAY_WRITE_ONE)
    letter = letter_in_scope(letter_id)
    if letter.channel != "REGISTERED":
        raise NotRegisteredMail
    typed = "".join(number.split()).upper()
    if not _SLIP.fullmatch(typed):
        raise SlipMalformed
    if not Letter.objects.filter(pk=letter_id, registered_number="").update(registered_number=typed):
        raise SlipAlreadyNoted(number=letter.registered_number)


def note_returned(*, letter_id: int, on: date, reason: str, actor: Actor, today: date) -> None:
    """The post brought it back. Raises LetterNotFound, FunctionMayNotWrite, NotOnPaper, DayOutOfOrder."""
    require_function(actor, MAY_WRITE_ONE)
    letter = letter_in_scope(letter_id)
    issued_on = letter.sending.issued_on
    if letter.channel == "ONLINE" or reason not in dict(RETURNS):
        raise NotOnPaper
    if issued_on is None or not issued_on <= on <= today:
        raise DayOutOfOrder
    Letter.objects.filter(pk=letter_id).update(returned_on=on, return_reason=reason)
