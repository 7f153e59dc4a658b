"""Who signs a sending, who launches it, who gives it up. The rule of two different people is the database's too."""

from datetime import datetime

from django.db import transaction

from palier.correspondence.access import (
    MAY_WRITE_MANY,
    MAY_WRITE_ONE,
    require_function,
    sending_in_scope,
)
from palier.correspondence.models import OPEN_STATES, Letter, Sending
from palier.foundation.errors import Refusal
from palier.privacy.actor import Actor


class NotTriedYet(Refusal):
    """L’essai à blanc de cet envoi n’est pas fini : attendez sa fin, puis lisez-le."""


class AlreadySent(Refusal):
    """Cet envoi est déjà lancé, ou abandonné : rien n’est parti une seconde fois."""


class NothingToSend(Refusal):
    """Aucune lettre de cet envoi ne peut partir : lisez les refus, corrigez, puis préparez un autre envoi."""


class OneSignatureOnly(Refusal):
    """Ce modèle ne demande qu’une signature : lancez l’envoi."""


class SignatureMissing(Refusal):
    """Ce modèle demande deux signatures : une première personne signe, une autre signe et envoie."""


class SamePersonSigns(Refusal):
    """Vous avez donné la première signature : une autre personne signe et envoie."""


def sign_sending(*, sending_id: int, actor: Actor, at: datetime) -> Sending:
    """The first of two signatures, once the dry run was read.

    Raises SendingNotFound, FunctionMayNotWrite, NotTriedYet, AlreadySent, NothingToSend, OneSignatureOnly.
    """
    with transaction.atomic():
        sending = _ready(sending_id, actor)
        if not sending.needs_two:
            raise OneSignatureOnly
        if sending.state == "SIGNED":
            raise AlreadySent
        sending.state, sending.signed_by, sending.signed_at = "SIGNED", actor.agent_id, at
        sending.save(update_fields=["state", "signed_by", "signed_at"])
        return sending


def launch_sending(*, sending_id: int, actor: Actor, at: datetime) -> Sending:
    """The last signature: the letters bear today's day, and a job writes them. A second person where two are asked.

    Raises SendingNotFound, FunctionMayNotWrite, NotTriedYet, AlreadySent, NothingToSend, SignatureMissing,
    SamePersonSigns.
    """
    with transaction.atomic():
        sending = _ready(sending_id, actor)
        if sending.needs_two and sending.state != "SIGNED":
            raise SignatureMissing
        if sending.needs_two and sending.signed_by == actor.agent_id:
            raise SamePersonSigns
        sending.state, sending.issued_on = "LAUNCHED", at.date()
        sending.launched_by, sending.launched_at = actor.agent_id, at
        sending.save(update_fields=["state", "issued_on", "launched_by", "launched_at"])
        return sending


def cancel_sending(*, sending_id: int, actor: Actor) -> Sending:
    """Give up what nobody has launched: nothing leaves, no number is taken.

    Raises SendingNotFound, FunctionMayNotWrite, AlreadySent.
    """
    with transaction.atomic():
        sending = sending_in_scope(sending_id, actor=actor, held=True)
        require_function(actor, MAY_WRITE_ONE if sending.is_single else MAY_WRITE_MANY)
        if sending.state not in OPEN_STATES:
            raise AlreadySent
        sending.state = "CANCELLED"
        sending.save(update_fields=["state"])
        return sending


def may_sign(sending: Sending, *, agent_id: int | None) -> bool:
    """True when this person's signature is the next one: not a second time the same."""
    if sending.state == "CHECKED":
        return True
    return sending.state == "SIGNED" and sending.signed_by != agent_id


def _ready(sending_id: int, actor: Actor) -> Sending:
    sending = sending_in_scope(sending_id, actor=actor, held=True)
    # The second of two signatures is a manager's.
    alone = sending.is_single and sending.state != "SIGNED"
    require_function(actor, MAY_WRITE_ONE if alone else MAY_WRITE_MANY)
    if sending.state == "SELECTED":
        raise NotTriedYet
    if sending.state not in ("CHECKED", "SIGNED"):
        raise AlreadySent
    if not Letter.objects.filter(sending=sending, refusal_code="").exists():
        raise NothingToSend
    return sending
