"""The number that the accountant gives to a general account: the last one given holds, the others remain as history."""

import re
from datetime import datetime

from palier.foundation.errors import Refusal
from palier.foundation.money import shortened
from palier.ledger.chart import chart_codes
from palier.ledger.models import Account, ChartNumber
from palier.privacy.actor import Actor

_NUMBER = re.compile(r"[1-9][0-9]{1,11}")


class ChartNumberMalformed(Refusal):
    """« {number} » n’est pas un numéro de compte : écrivez de deux à douze chiffres, sans espace, par exemple 7043."""


class ChartCodeUnknown(Refusal):
    """Le compte {code} n’est pas un compte général du bailleur."""


class NobodyNumbers(Refusal):
    """Un numéro de compte est donné par quelqu’un : aucun agent n’agit ici."""


def number_account(*, code: str, number: str, actor: Actor, at: datetime) -> None:
    """Give a general account its number in the landlord's chart; giving the same again writes nothing.

    Raises ChartNumberMalformed, ChartCodeUnknown, NobodyNumbers.
    """
    if actor.agent_id is None:
        raise NobodyNumbers
    if not _NUMBER.fullmatch(number):
        raise ChartNumberMalformed(number=shortened(number))
    if code not in chart_codes() and not Account.objects.filter(code=code, kind="GENERAL").exists():
        raise ChartCodeUnknown(code=shortened(code))
    last = ChartNumber.objects.filter(code=code).order_by("-id").first()
    if last is None or last.number != number:
        ChartNumber.objects.create(code=code, number=number, set_by=actor.agent_id, set_at=at)
