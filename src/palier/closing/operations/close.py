"""A month is closed when nothing of its list is missing, by two people; a line is waived for a coded reason."""

from datetime import datetime

from django.db import IntegrityError, transaction

from palier.closing.models import Waiver
from palier.closing.queries import closing_list
from palier.closing.rules import CODES, ItemState
from palier.foundation.errors import Refusal
from palier.foundation.money import shortened
from palier.foundation.periods import Month
from palier.ledger.operations.periods import Outcome, close_period
from palier.privacy.actor import Actor


class MonthNotReady(Refusal):
    """Le mois {of_month} n’est pas prêt à clore. Il manque : {missing}. Terminez ces points, ou écartez-les avec un
    motif."""


class ItemUnknown(Refusal):
    """« {item} » n’est pas un point de la clôture du mois. Les points sont {known}."""


class ItemAlreadyDone(Refusal):
    """Le point « {label} » est déjà fait : il n’y a rien à écarter."""


class ItemAlreadyWaived(Refusal):
    """Le point « {label} » est déjà écarté pour ce mois. Rien n’a été changé."""


class NobodyCloses(Refusal):
    """Dites qui agit : la clôture porte le nom de deux agents."""


def close_month(*, month: Month, reason: str, actor: Actor, at: datetime) -> Outcome:
    """Ask for the closing of a month, or sign what someone else asked.

    Raises MonthNotReady, and what `close_period` raises.
    """
    found = closing_list(month)
    if found.missing:
        raise MonthNotReady(of_month=month.of_fr(), missing=" ; ".join(item.label for item in found.missing))
    return close_period(month=month, reason=reason, actor=actor, at=at)


def waive_item(*, month: Month, item: str, reason: str, actor: Actor, at: datetime) -> Waiver:
    """Set a missing line aside for this month, once.

    Raises NobodyCloses, ItemUnknown, ItemAlreadyDone, ItemAlreadyWaived.
    """
    if actor.agent_id is None:
        raise NobodyCloses
    if item not in CODES:
        raise ItemUnknown(item=shortened(item), known=", ".join(sorted(CODES)))
    line = next(each for each in closing_list(month).items if each.code == item)
    if line.state is ItemState.DONE:
        raise ItemAlreadyDone(label=line.label)
    waiver = Waiver(month=month.first_day, item=item, reason=reason, waived_by=actor.agent_id, waived_at=at)
    waiver.clean_fields()
    try:
        with transaction.atomic():
            waiver.save(force_insert=True)
    except IntegrityError:
        raise ItemAlreadyWaived(label=line.label) from None
    return waiver
