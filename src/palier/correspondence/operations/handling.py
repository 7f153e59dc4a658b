"""What is noted of letters that left: handed to the post, the carrier's number, come back."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from django.db import transaction

from palier.correspondence.access import MAY_WRITE_ONE, letter_in_scope, require_function, sending_in_scope
from palier.correspondence.models import RETURNS, Letter, Sending
from palier.dispatch.models import Sending as Outgoing
from palier.dispatch.operations.returns import write_return
from palier.foundation.clock import day_of
from palier.foundation.errors import Refusal
from palier.mail.print_lot import SheetMark
from palier.privacy.actor import Actor

# As the register of what leaves counts them.
_REASONS: Final[Mapping[str, str]] = {
    "UNKNOWN": "NPAI",
    "MOVED": "NPAI",
    "REFUSED": "REFUSED",
    "UNCLAIMED": "UNCLAIMED",
    "INCOMPLETE": "INCOMPLETE",
}
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


def note_returned(*, letter_id: int, on: date, reason: str, actor: Actor, at: datetime) -> None:
    """The post brought it back: noted here by its reader, and with the rest of the mail that came back.

    Raises LetterNotFound, FunctionMayNotWrite, NotOnPaper, DayOutOfOrder.
    """
    require_function(actor, MAY_WRITE_ONE)
    letter = letter_in_scope(letter_id)
    issued_on = letter.sending.issued_on
    if letter.channel == "ONLINE" or reason not in dict(RETURNS):
        raise NotOnPaper
    if issued_on is None or not issued_on <= on <= day_of(at):
        raise DayOutOfOrder
    with transaction.atomic():
        Letter.objects.filter(pk=letter_id).update(returned_on=on, return_reason=reason)
        sent = Outgoing.objects.filter(document__number=letter.number, state="ACCEPTED", print_lot__isnull=False)
        for lot, rank in sent.values_list("print_lot__number", "print_rank"):
            mark = SheetMark(lot=lot, rank=rank or 0, sheet=1, sheets=1)
            write_return(mark, reason=_REASONS[reason], by=actor.agent_id or 0, at=at)
