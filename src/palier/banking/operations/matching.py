"""Whose money it is: keys in order, the surest first. What two keys or two accounts could explain is left to review."""

from django.db import connection

from palier.banking.operations.arrivals import ARRIVED
from palier.banking.operations.settling import open_debts
from palier.foundation.staging import Stage, copy_rows
from palier.ledger.chart import CARDS_CODE, DEBITS_CODE

FOUND = "found_account"
_TABLE = f"""
CREATE TEMPORARY TABLE {FOUND} (rank int PRIMARY KEY, account_id bigint, key text, flow text) ON COMMIT DROP
"""
# NOT IN and not NOT EXISTS: what is found so far is looked through once. While it is small PostgreSQL would rather scan
# it again for each movement, and the statement that fills it makes it longer at each scan.
_LEFT = f"a.rank NOT IN (SELECT f.rank FROM {FOUND} AS f)"
# Days that a bank may credit a debit ahead of the day that was asked: never more than a long week-end.
_DAYS_AHEAD = 5
# A debit or a refund of ours has its own account on its way: the tenant's was moved when it was asked or signed.
_KEYS = (
    f"""INSERT INTO {FOUND}
        SELECT a.rank, d.account_id, 'END_TO_END', 'DEBIT' FROM {ARRIVED} AS a
        JOIN banking_debit AS d ON d.end_to_end_id = a.end_to_end_id
        WHERE a.amount_cents > 0 AND a.end_to_end_id <> ''""",
    # A file, or a batch of it (PmtInf), credited in one sum: less than was asked when the bank keeps refusals back.
    f"""INSERT INTO {FOUND}
        SELECT a.rank, c.id, 'END_TO_END', 'DEBIT' FROM {ARRIVED} AS a
        JOIN banking_debitrun AS r ON a.end_to_end_id = r.message_id OR a.end_to_end_id LIKE r.message_id || '-___'
        JOIN ledger_account AS c ON c.code = '{DEBITS_CODE}'
        WHERE r.written_at IS NOT NULL AND r.voided_at IS NULL
          AND a.amount_cents > 0 AND a.amount_cents <= r.total_cents AND {_LEFT}""",
    # A debit that a pain.002 has already told back: the tenant owes it again, or was never credited. What the bank
    # takes for it now is what it had credited too much.
    f"""INSERT INTO {FOUND}
        SELECT DISTINCT ON (d.id) a.rank, d.account_id, 'END_TO_END', 'DEBIT' FROM {ARRIVED} AS a
        JOIN banking_debit AS d ON d.end_to_end_id = a.end_to_end_id AND d.amount_cents = -a.amount_cents
        WHERE a.amount_cents < 0 AND a.end_to_end_id <> '' AND d.state IN ('REFUSED', 'RETURNED', 'REFUNDED')
          AND a.end_to_end_id NOT IN (
              SELECT b.end_to_end_id FROM banking_bankentry AS b WHERE b.amount_cents < 0 AND b.end_to_end_id <> ''
          )
        ORDER BY d.id, a.rank""",
    f"""INSERT INTO {FOUND}
        SELECT a.rank, r.account_id, 'END_TO_END', 'REFUND' FROM {ARRIVED} AS a
        JOIN banking_refund AS r ON r.end_to_end_id = a.end_to_end_id AND r.entry_id IS NOT NULL
        WHERE a.amount_cents = -r.amount_cents AND a.end_to_end_id <> ''""",
    # What the card gateway hands over: the tenants were credited one by one when they paid.
    f"""INSERT INTO {FOUND}
        SELECT a.rank, c.id, 'END_TO_END', 'CARDS' FROM {ARRIVED} AS a
        JOIN banking_cardremittance AS k ON k.reference = a.end_to_end_id AND k.net_cents = a.amount_cents
        JOIN ledger_account AS c ON c.code = '{CARDS_CODE}'
        WHERE a.end_to_end_id <> '' AND {_LEFT}""",
    # A bank that keeps the mandate's reference and loses ours: the tenant is credited on the day of the debit, a second
    # payment would be a rent never paid.
    f"""INSERT INTO {FOUND}
        SELECT a.rank, min(d.account_id), 'RUM', 'DEBIT' FROM {ARRIVED} AS a
        JOIN banking_debit AS d ON d.mandate_reference = a.mandate_reference AND d.amount_cents = a.amount_cents
        JOIN banking_debitrun AS r ON r.id = d.run_id AND r.written_at IS NOT NULL
        WHERE a.amount_cents > 0 AND a.mandate_reference <> '' AND d.collected_on <= a.booked_on + {_DAYS_AHEAD}
          AND {_LEFT}
        GROUP BY a.rank""",
    f"""INSERT INTO {FOUND}
        SELECT a.rank, t.id, 'RF', 'TENANT' FROM {ARRIVED} AS a
        JOIN ledger_account AS t ON t.reference = a.rf_reference AND t.kind = 'TENANT'
        WHERE a.amount_cents > 0 AND a.rf_reference <> '' AND {_LEFT}""",
    f"""INSERT INTO {FOUND}
        SELECT a.rank, m.account_id, 'RUM', 'TENANT' FROM {ARRIVED} AS a
        JOIN banking_sepamandate AS m ON m.reference = a.mandate_reference
        WHERE a.amount_cents > 0 AND a.mandate_reference <> '' AND {_LEFT}
          AND NOT EXISTS (
              SELECT FROM banking_debit AS d JOIN banking_debitrun AS r ON r.id = d.run_id
              WHERE d.mandate_id = m.id AND r.written_at IS NOT NULL
                AND d.collected_on <= a.booked_on + {_DAYS_AHEAD}
          )""",
    # A number of a lease or of an account among the words, when it leads to one account only.
    f"""INSERT INTO {FOUND}
        SELECT w.rank, min(w.account_id), 'LEASE', 'TENANT' FROM (
            SELECT a.rank, l.account_id
            FROM {ARRIVED} AS a, regexp_split_to_table(upper(a.wording), '[^A-Z0-9-]+') AS word
            JOIN leases_lease AS l ON l.reference = word
            WHERE a.amount_cents > 0 AND length(word) >= 4 AND word ~ '[0-9]' AND {_LEFT}
            UNION
            SELECT a.rank, t.id
            FROM {ARRIVED} AS a, regexp_split_to_table(upper(a.wording), '[^A-Z0-9-]+') AS word
            JOIN ledger_account AS t ON t.code = word AND t.kind = 'TENANT'
            WHERE a.amount_cents > 0 AND length(word) >= 6 AND word ~ '[0-9]' AND {_LEFT}
        ) AS w GROUP BY w.rank HAVING count(DISTINCT w.account_id) = 1""",
)
# The payer's account paid for this tenant before, and for no one else.
_SAME_PAYER = f"""
SELECT a.rank, a.amount_cents, k.account_id FROM {ARRIVED} AS a
JOIN (
    SELECT b.iban_digest, min(m.account_id) AS account_id
    FROM banking_bankentry AS b JOIN banking_match AS m ON m.bank_entry_id = b.id AND m.undone_at IS NULL
    WHERE m.key <> 'OTHER' AND b.amount_cents > 0 AND b.iban_digest <> ''
      AND b.iban_digest IN (SELECT a.iban_digest FROM {ARRIVED} AS a WHERE {_LEFT})
    GROUP BY b.iban_digest HAVING count(DISTINCT m.account_id) = 1
) AS k ON k.iban_digest = a.iban_digest
WHERE a.amount_cents > 0 AND {_LEFT} AND NOT EXISTS (SELECT FROM {FOUND} AS f WHERE f.account_id = k.account_id)
ORDER BY a.rank
"""


def match_arrivals() -> int:
    """Find the account of each staged movement that one key explains; how many."""
    with connection.cursor() as cursor:
        cursor.execute(_TABLE)
        for statement in _KEYS:
            cursor.execute(statement)
            cursor.execute(f"ANALYZE {FOUND}")
        cursor.execute(_SAME_PAYER)
        payers = cursor.fetchall()
    copy_rows(Stage(table=FOUND, into=FOUND, columns=("rank", "account_id", "key", "flow")), _exact(payers))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {FOUND}")
        (count,) = cursor.fetchone()
    return int(count)


def _exact(payers: list[tuple[int, int, int]]) -> list[tuple[object, ...]]:
    """Those whose amount is what the account owes, or one of its debts; two for one account are two questions."""
    accounts = [account_id for _, _, account_id in payers]
    debts: dict[int, list[int]] = {}
    for debt in open_debts(accounts):
        debts.setdefault(debt.account_id, []).append(debt.cents)
    return [
        (rank, account_id, "AMOUNT_IBAN", "TENANT")
        for rank, cents, account_id in payers
        if accounts.count(account_id) == 1 and (owed := debts.get(account_id)) and (cents in owed or cents == sum(owed))
    ]
