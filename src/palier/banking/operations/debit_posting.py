"""The day of the debits has come: each becomes a payment of its tenant, once, until the bank says otherwise."""

from datetime import date, datetime

from django.db import connection, transaction

from palier.banking.operations.own_accounts import general_account
from palier.banking.operations.settling import hold_settlements, settle_accounts
from palier.ledger.chart import DEBITS_CODE
from palier.ledger.operations.post import first_open_day, hold_numbers

_DUE = """
CREATE TEMPORARY TABLE due_debit ON COMMIT DROP AS
SELECT d.id AS debit_id, d.account_id, d.residence_id, d.collected_on, d.amount_cents, d.bill_entry_id,
       nextval(pg_get_serial_sequence('banking_payment', 'id')) AS payment_id,
       nextval(pg_get_serial_sequence('ledger_entry', 'id')) AS entry_id,
       (SELECT coalesce(max(number), 0) FROM ledger_entry WHERE journal = 'BANK')
           + row_number() OVER (ORDER BY d.collected_on, d.id) AS number
FROM banking_debit AS d JOIN banking_debitrun AS r ON r.id = d.run_id
WHERE d.state = 'ASKED' AND d.collected_on <= %(on)s AND r.written_at IS NOT NULL
  AND (%(debit)s::bigint IS NULL OR d.id = %(debit)s)
"""
_WRITTEN = (
    """INSERT INTO banking_payment
           (id, account_id, residence_id, received_on, amount_cents, means, earmark, indicated_id, proof, entry_id,
            taken_back_reason, created_by, created_at)
       SELECT payment_id, account_id, residence_id, collected_on, amount_cents, 'PRELEVEMENT', '', bill_entry_id, '',
              entry_id, '', %(by)s, %(at)s
       FROM due_debit""",
    """INSERT INTO ledger_entry
           (id, journal, number, booked_on, label, residence_id, source_kind, source_id, means, posted_at, posted_by)
       SELECT d.entry_id, 'BANK', d.number, o.booked_on, 'Prélèvement', d.residence_id, 'PAYMENT', d.payment_id,
              'PRELEVEMENT', %(at)s, %(by)s
       FROM due_debit AS d JOIN unnest(%(days)s::date[], %(booked)s::date[]) AS o (day, booked_on)
           ON o.day = d.collected_on""",
    """INSERT INTO ledger_posting (entry_id, account_id, residence_id, booked_on, amount_cents)
       SELECT e.id, s.account_id, d.residence_id, e.booked_on, s.cents
       FROM due_debit AS d JOIN ledger_entry AS e ON e.id = d.entry_id
       CROSS JOIN LATERAL (VALUES (d.account_id, -d.amount_cents), (%(debits)s::bigint, d.amount_cents))
           AS s (account_id, cents)""",
    """UPDATE banking_debit AS b SET state = 'COLLECTED', payment_id = d.payment_id
       FROM due_debit AS d WHERE b.id = d.debit_id""",
)


def post_due_debits(*, on: date, by: int, at: datetime, debit_id: int | None = None) -> int:
    """Credit each account whose debit was to be collected by `on` and is in a written file; how many.

    A debit of a closed month is booked on the first open day. Doing it again adds nothing; two at once, the second
    finds nothing left. `debit_id` keeps to one debit.
    """
    with transaction.atomic():
        hold_settlements()
        hold_numbers()
        facts: dict[str, int | date | list[date] | None] = {"on": on, "by": by, "at": at, "debit": debit_id}
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS due_debit")
            cursor.execute(_DUE, facts)
            cursor.execute("ANALYZE due_debit")
            cursor.execute("SELECT DISTINCT collected_on FROM due_debit ORDER BY 1")
            days = [day for (day,) in cursor.fetchall()]
            if not days:
                return 0
            facts |= {
                "days": days,
                "booked": [first_open_day(day) for day in days],
                "debits": general_account(DEBITS_CODE),
            }
            for statement in _WRITTEN:
                cursor.execute(statement, facts)
            cursor.execute("SELECT DISTINCT account_id FROM due_debit")
            accounts = [number for (number,) in cursor.fetchall()]
            cursor.execute("SELECT count(*) FROM due_debit")
            (count,) = cursor.fetchone()
            cursor.execute("DROP TABLE due_debit")
        settle_accounts(accounts, by=by, at=at)
        return int(count)
