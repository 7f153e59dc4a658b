"""The only door to a sending or a letter for the sites, and who may write what."""

from typing import Final

from palier.correspondence.models import Letter, Sending
from palier.foundation.errors import Refusal
from palier.privacy.actor import Actor
from palier.privacy.declare import ROLE_LABELS, Role

MAY_WRITE_TEMPLATES: Final = (Role.AGENCY_MANAGER, Role.HEADQUARTERS)
MAY_WRITE_ONE: Final = (Role.RENT_OFFICER, Role.AGENCY_MANAGER, Role.HEADQUARTERS)
MAY_WRITE_MANY: Final = (Role.AGENCY_MANAGER, Role.HEADQUARTERS)


class FunctionMayNotWrite(Refusal):
    """La fonction « {function} » ne permet pas cet acte sur le courrier. Peuvent le faire : {others}."""


class SendingNotFound(Refusal):
    """Cet envoi n’existe pas, ou n’est pas de votre agence."""


class LetterNotFound(Refusal):
    """Cette lettre n’existe pas, ou n’est pas dans votre portefeuille."""


def require_function(actor: Actor, allowed: tuple[Role, ...]) -> None:
    """Refuse the act to a function that may not do it. Raises FunctionMayNotWrite."""
    role = Role(actor.role.value)
    if role not in allowed:
        raise FunctionMayNotWrite(
            function=ROLE_LABELS[role], others=" ; ".join(ROLE_LABELS[other] for other in allowed)
        )


def sending_in_scope(sending_id: int, *, actor: Actor, held: bool = False) -> Sending:
    """A sending of one's own agency, or any at headquarters; with `held`, until the transaction ends.

    Raises SendingNotFound.
    """
    found = Sending.objects.select_related("version__template").filter(pk=sending_id)
    sending = (found.select_for_update(of=("self",)) if held else found).first()
    if sending is None or (actor.role is not Role.HEADQUARTERS and sending.agency_id != actor.agency_id):
        raise SendingNotFound
    return sending


def letter_in_scope(letter_id: int) -> Letter:
    """A letter that has its number. Raises LetterNotFound: row security answers, not this function."""
    letter = Letter.objects.select_related("sending__version__template").filter(pk=letter_id).exclude(number="").first()
    if letter is None:
        raise LetterNotFound
    return letter
