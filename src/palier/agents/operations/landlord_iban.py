"""The landlord's IBAN confirmed by a second person, who is not one whom the first has just made."""

from datetime import datetime, timedelta
from typing import Final

from palier.agents.access import agent_of
from palier.agents.models import StaffChange
from palier.estate.models import LandlordChange
from palier.estate.operations.landlord import confirm_iban
from palier.foundation.errors import Refusal
from palier.privacy.actor import Actor

# The landlord's own decision: how long before the request an account made by whoever asks is still theirs.
SUSPECT_FOR: Final = timedelta(hours=24)


class ConfirmerMadeByAsker(Refusal):
    """La personne qui a demandé cet IBAN a créé votre compte ou changé votre métier depuis sa demande, ou le jour
    d’avant : faites-le confirmer par une autre personne du siège."""


def confirm_landlord_iban(*, change_id: int, actor: Actor, at: datetime) -> str:
    """The second pair of eyes: the new IBAN is in force from now on.

    The first IBAN of a landlord is let through: no notice says yet where to pay, and whoever installs opens every
    account. Raises ConfirmerMadeByAsker, IbanChangeNotFound, OwnIbanChange.
    """
    change = LandlordChange.objects.filter(pk=change_id, subject="IBAN", state="WAITING").first()
    if change is not None and change.before:
        made = StaffChange.objects.filter(
            agent_id=agent_of(actor),
            changed_by=change.asked_by,
            subject__in=("ARRIVAL", "ROLE"),
            at__gte=change.asked_at - SUSPECT_FOR,
        )
        if made.exists():
            raise ConfirmerMadeByAsker
    return confirm_iban(change_id=change_id, by=agent_of(actor), at=at)
