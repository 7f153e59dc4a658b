"""A sealed bill is never changed: it is taken back by its mirror image, and the lease can be billed again."""

from datetime import datetime

from django.db import connection

from palier.agents.access import agent_of
from palier.banking.operations.settling import hold_settlements, release_entry
from palier.foundation.clock import day_of
from palier.foundation.errors import Refusal
from palier.foundation.periods import day_fr
from palier.ledger.models import Entry
from palier.ledger.operations.post import first_open_day, hold_numbers
from palier.privacy.actor import Actor
from palier.quittancement.models import Bill, Contra


class BillNotSealed(Refusal):
    """Cet avis n’est pas scellé : recalculez le mois, il sera remplacé."""


class BillAlreadyTakenBack(Refusal):
    """Cet avis a déjà sa contre-écriture, du {created_on}. Rien n’a été changé."""


class BillNotFound(Refusal):
    """Cet avis n’existe pas."""


def take_bill_back(*, bill_id: int, motive: str, actor: Actor, at: datetime) -> Contra:
    """Post the contra-entry of one sealed bill, once.

    Raises BillNotFound, BillNotSealed, BillAlreadyTakenBack.
    """
    # Settlements before numbers, as a payment does: the other way round, two people would wait for each other for ever.
    hold_settlements()
    # One writer of the journal at a time: two clicks wait for each other, and numbers follow without gap.
    hold_numbers()
    try:
        bill = Bill.objects.select_related("run").get(pk=bill_id)
    except Bill.DoesNotExist:
        raise BillNotFound from None
    if bill.run.state != "SEALED":
        raise BillNotSealed
    earlier = Contra.objects.filter(bill=bill).first()
    if earlier is not None:
        raise BillAlreadyTakenBack(created_on=day_fr(day_of(earlier.created_at)))
    # A mistake of a closed month is corrected in the first open one.
    booked_on = first_open_day(at.date())
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO ledger_entry
                   (journal, number, booked_on, label, residence_id, source_kind, source_id, means, posted_at,
                    posted_by)
               SELECT journal, (SELECT max(number) + 1 FROM ledger_entry WHERE journal = 'QUIT'), %(on)s,
                      'Contre-écriture : ' || label, residence_id, 'CONTRA', source_id, '', %(at)s, %(by)s
               FROM ledger_entry WHERE source_kind = 'BILL' AND source_id = %(bill)s
               RETURNING id""",
            {"on": booked_on, "at": at, "by": actor.agent_id, "bill": bill.pk},
        )
        entry_id = cursor.fetchone()[0]
        cursor.execute(
            """INSERT INTO ledger_posting (entry_id, account_id, residence_id, booked_on, amount_cents)
               SELECT %(entry)s, p.account_id, p.residence_id, %(on)s, -p.amount_cents
               FROM ledger_posting AS p JOIN ledger_entry AS e ON e.id = p.entry_id
               WHERE e.source_kind = 'BILL' AND e.source_id = %(bill)s""",
            {"entry": entry_id, "on": booked_on, "bill": bill.pk},
        )
    contra = Contra(
        bill=bill,
        residence_id=bill.residence_id,
        entry=Entry(pk=entry_id),
        motive=motive,
        created_by=agent_of(actor),
        created_at=at,
    )
    contra.clean_fields(exclude=["bill", "residence", "entry"])
    contra.save(force_insert=True)
    # What had paid it is free again, and settles what else is owed; what it had paid, in the tenant's favour, is owed.
    taken_back = Entry.objects.get(source_kind="BILL", source_id=bill.pk)
    release_entry(taken_back.pk, by=actor.agent_id or 0, at=at)
    return contra
