"""Papers to slip into letter boxes: drawn from the notices of a month whose tenants chose paper, then ticked."""

from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from palier.agents.access import agent_of
from palier.foundation.errors import Refusal
from palier.foundation.periods import Month
from palier.mail.queries import IS_ON_PAPER
from palier.maintenance.models import Delivery
from palier.maintenance.operations.sendings import is_first_time
from palier.maintenance.words import UNDELIVERABLE
from palier.privacy.actor import Actor


class DeliveryNotFound(Refusal):
    """Ce pli n’est pas à distribuer dans vos résidences."""


class ReasonNeeded(Refusal):
    """Dites dans la liste pourquoi le pli n’a pas été distribué."""


class NothingToDeliver(Refusal):
    """Aucun avis papier nouveau pour {month} dans vos résidences : les avis ne sont pas édités, ou tout est préparé."""


# Notices alone: every door has one. A quittance or a reçu would tell the caretaker who has paid, which is none of their
# business (CNIL, décision 2011-037): those go by post. What each notice says of its own sending holds: an agreement
# given or withdrawn since changes the next one (loi du 6 juillet 1989, art. 21).
_PREPARE = f"""
INSERT INTO maintenance_delivery (residence_id, dwelling_id, lease_id, document_id, month, prepared_at, state, reason)
SELECT d.residence_id, l.dwelling_id, l.id, d.id, d.month, %(at)s, 'TO_DELIVER', ''
FROM mail_document AS d JOIN leases_lease AS l ON l.id = d.lease_id
WHERE d.month = %(month)s AND d.kind = 'AVIS_ECHEANCE' AND {IS_ON_PAPER}
  AND NOT EXISTS (SELECT FROM maintenance_delivery AS already WHERE already.document_id = d.id)
ON CONFLICT (document_id) DO NOTHING
"""


def prepare_deliveries(*, month: Month, at: datetime) -> int:
    """Put the month's paper notices of the residences of whoever acts on the caretakers' lists; gives how many.

    Asked again, it adds only what is new. Raises NothingToDeliver.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_PREPARE, {"month": month.first_day, "at": at})
        prepared = int(cursor.rowcount)
    if not prepared:
        raise NothingToDeliver(month=month.label_fr())
    return prepared


def tick_delivery(*, delivery_id: int, reason: str, key: UUID, actor: Actor, at: datetime) -> int:
    """Tick a paper: delivered when `reason` is empty, otherwise not, and why; gives its residence.

    Corrected the same way. Raises DeliveryNotFound, ReasonNeeded.
    """
    if reason and reason not in UNDELIVERABLE:
        raise ReasonNeeded
    with transaction.atomic():
        held = Delivery.objects.select_for_update(of=("self",)).filter(pk=delivery_id)
        residence_id = held.values_list("residence_id", flat=True).first()
        if residence_id is None:
            raise DeliveryNotFound
        if is_first_time(key, actor=actor, at=at):
            Delivery.objects.filter(pk=delivery_id).update(
                state="UNDELIVERABLE" if reason else "DELIVERED", reason=reason, done_at=at, done_by_id=agent_of(actor)
            )
    return residence_id
