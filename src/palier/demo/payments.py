"""The payments behind the demonstration's entries, and what each settled: by the product's own rule."""

from datetime import datetime

from django.db import connection

from palier.banking.operations.own_accounts import bank_account
from palier.banking.operations.settling import hold_settlements, settle_accounts
from palier.demo.loading import push_sequence
from palier.estate.models import Landlord

# An entry bears the number of its payment: the rows come after, with that number.
_RECEIVED = """
INSERT INTO banking_payment
    (id, account_id, residence_id, received_on, amount_cents, means, earmark, proof, entry_id, taken_back_reason,
     created_by, created_at)
SELECT e.source_id, p.account_id, p.residence_id, e.booked_on, -p.amount_cents, e.means, '', '', e.id, '', e.posted_by,
       e.posted_at
FROM ledger_entry AS e
JOIN ledger_posting AS p ON p.entry_id = e.id AND p.amount_cents < 0
JOIN ledger_account AS a ON a.id = p.account_id AND a.kind = 'TENANT'
WHERE e.source_kind = 'PAYMENT' AND NOT EXISTS (SELECT FROM banking_payment AS k WHERE k.id = e.source_id)
RETURNING id, account_id
"""


def record_payments(*, by: int, at: datetime) -> None:
    """Write the payment of each entry that has none, then what they settle. Inside a batch transaction."""
    landlord = Landlord.objects.get()
    bank_account(landlord.iban)
    with connection.cursor() as cursor:
        cursor.execute(_RECEIVED)
        received = cursor.fetchall()
    if not received:
        return
    push_sequence("banking_payment", max(number for number, _ in received))
    hold_settlements()
    settle_accounts((account_id for _, account_id in received), by=by, at=at)
