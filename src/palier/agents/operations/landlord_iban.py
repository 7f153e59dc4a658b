"""The landlord's IBAN confirmed by a second person, who is not one whom the first has just made or let in again."""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Final

from palier.agents.access import agent_of
from palier.agents.models import StaffChange
from palier.estate.models import LandlordChange
from palier.estate.operations.landlord import confirm_iban
from palier.foundation.errors import Refusal
from palier.privacy.actor import BY_COMMAND, Actor

# The landlord's own decision: how long before the request an account that someone made or let in again is still theirs.
SUSPECT_FOR: Final = timedelta(days=7)
# What gives an account to whoever does it, or may.
_HOLDS: Final = ("ARRIVAL", "ROLE", "INVITED", "RESET")


class ConfirmerMadeByAsker(Refusal):
    """La personne qui a demandé cet IBAN a créé, invité ou réinitialisé votre compte, ou changé votre métier, elle-même
    ou par quelqu’un dont elle a ainsi ouvert le compte, depuis sa demande ou moins de {days} jours avant, ou vous le
    sien : faites-le confirmer par une autre personne du siège, ou refusez-le et demandez-le vous-même."""


class BothMadeBySomeoneElse(Refusal):
    """Une même personne a créé, invité ou réinitialisé votre compte et celui qui a demandé cet IBAN, moins de {days}
    jours avant sa demande : faites-le confirmer par une autre personne du siège."""


def confirm_landlord_iban(*, change_id: int, actor: Actor, at: datetime) -> str:
    """The second pair of eyes: the new IBAN is in force from now on.

    The first IBAN too is confirmed by someone whom the asker has not made, nor made by another; both may come from the
    same hand, since whoever installs opens every account. Raises ConfirmerMadeByAsker, BothMadeBySomeoneElse,
    IbanChangeNotFound, OwnIbanChange.
    """
    confirmer = agent_of(actor)
    change = LandlordChange.objects.filter(pk=change_id, subject="IBAN", state="WAITING").first()
    if change is not None:
        since = change.asked_at - SUSPECT_FOR
        theirs, mine = _hands_on(change.asked_by, since=since), _hands_on(confirmer, since=since)
        if change.asked_by in mine or confirmer in theirs:
            raise ConfirmerMadeByAsker(days=SUSPECT_FOR.days)
        if change.before and (mine & theirs) - {BY_COMMAND}:
            raise BothMadeBySomeoneElse(days=SUSPECT_FOR.days)
    return confirm_iban(change_id=change_id, by=confirmer, at=at)


def _hands_on(agent_id: int, *, since: datetime) -> set[int]:
    """Who made an agent's account, gave it its role, invited it or reset it since then, and who did that to these: a
    hand may act by an account that it has made."""
    acts = StaffChange.objects.filter(subject__in=_HOLDS, at__gte=since)
    hands: dict[int, set[int]] = defaultdict(set)
    for touched, hand in acts.values_list("agent_id", "changed_by"):
        hands[touched].add(hand)
    found: set[int] = set()
    left = [agent_id]
    while left:
        news = hands[left.pop()] - found
        found |= news
        left += news
    return found
