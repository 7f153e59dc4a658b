"""Which debts the payments and the credits of an account settle: by the rule, from what is left of each; undone by an
opposite row.

A credit is what an entry owes the tenant without any payment: a notice in their favour, housing benefit paid late, a
sum waived, an advance taken over. It extinguishes debts as a payment does: the rules on payments apply to set-off
(Code civil, art. 1347 and 1347-4).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from django.db import connection

from palier.banking.rules.allocation import Debt, Ground, Part, allocate
from palier.foundation.reading import fetch
from palier.foundation.staging import insert_rows

# A debt is what an entry charges to the account: a bill that stands, a balance taken over, a manual entry, a refund,
# which spends what the payments had left. A payment
# that went back charges the account too, but opens again the debts that it had settled: it is not one itself.
OPEN_DEBTS = """
SELECT p.account_id, p.entry_id, p.booked_on AS due_on,
       (p.amount_cents - coalesce(s.cents, 0))::bigint AS cents
FROM ledger_posting AS p JOIN ledger_entry AS e ON e.id = p.entry_id
LEFT JOIN LATERAL (
    SELECT sum(amount_cents) AS cents FROM banking_settlement
    WHERE account_id = p.account_id AND debt_id = p.entry_id
) AS s ON true
WHERE p.account_id = ANY (%(accounts)s::bigint[]) AND p.amount_cents > 0
  AND e.source_kind IN ('BILL', 'OPENING', 'MANUAL', 'AID', 'REFUND')
  AND p.amount_cents > coalesce(s.cents, 0)
  AND NOT (e.source_kind = 'BILL' AND EXISTS (
      SELECT FROM ledger_entry AS c WHERE c.source_kind = 'CONTRA' AND c.source_id = e.source_id
  ))
ORDER BY p.account_id, p.booked_on, p.entry_id
"""
# A payment has its own row, which bears what its payer said; a notice that was taken back owes nothing any more.
_UNSPENT = """
SELECT p.id AS payment_id, NULL::bigint AS credit_id, p.account_id, p.residence_id, p.received_on, p.indicated_id,
       p.earmark, (p.amount_cents - coalesce(s.cents, 0))::bigint AS left_cents
FROM banking_payment AS p
LEFT JOIN LATERAL (SELECT sum(amount_cents) AS cents FROM banking_settlement WHERE payment_id = p.id) AS s ON true
WHERE p.account_id = ANY (%(accounts)s::bigint[]) AND p.taken_back_on IS NULL
  AND p.amount_cents > coalesce(s.cents, 0)
UNION ALL
SELECT NULL, p.entry_id, p.account_id, p.residence_id, p.booked_on, NULL, '',
       (-p.amount_cents - coalesce(s.cents, 0))::bigint
FROM ledger_posting AS p JOIN ledger_entry AS e ON e.id = p.entry_id
LEFT JOIN LATERAL (SELECT sum(amount_cents) AS cents FROM banking_settlement WHERE credit_id = p.entry_id) AS s ON true
WHERE p.account_id = ANY (%(accounts)s::bigint[]) AND p.amount_cents < 0
  AND e.source_kind IN ('BILL', 'OPENING', 'MANUAL', 'AID') AND -p.amount_cents > coalesce(s.cents, 0)
  AND NOT (e.source_kind = 'BILL' AND EXISTS (
      SELECT FROM ledger_entry AS c WHERE c.source_kind = 'CONTRA' AND c.source_id = e.source_id
  ))
ORDER BY account_id, received_on, payment_id, credit_id
"""
# One pass over what was settled, and the few entries that are neither a notice nor a payment.
_WITH_MONEY_LEFT = """
WITH spent AS (
    SELECT payment_id, credit_id, sum(amount_cents) AS cents FROM banking_settlement GROUP BY payment_id, credit_id
)
SELECT p.account_id FROM banking_payment AS p LEFT JOIN spent AS s ON s.payment_id = p.id
WHERE p.taken_back_on IS NULL AND p.earmark = '' AND p.amount_cents > coalesce(s.cents, 0)
UNION
SELECT p.account_id FROM ledger_entry AS e JOIN ledger_posting AS p ON p.entry_id = e.id AND p.amount_cents < 0
JOIN ledger_account AS a ON a.id = p.account_id AND a.kind = 'TENANT'
LEFT JOIN spent AS s ON s.credit_id = e.id
WHERE e.source_kind IN ('OPENING', 'MANUAL', 'AID') AND -p.amount_cents > coalesce(s.cents, 0)
"""
_COLUMNS = (
    "payment_id", "credit_id", "account_id", "residence_id", "debt_id", "amount_cents", "ground", "settled_at",
    "settled_by",
)  # fmt: skip
_AT_ONCE = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDebt:
    """What is left to pay of one entry of an account, in cents."""

    account_id: int
    entry_id: int
    due_on: date
    cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Unspent:
    """What is left of a payment, or of the entry of a credit: one of the two is known."""

    payment_id: int | None
    credit_id: int | None
    account_id: int
    residence_id: int
    received_on: date
    indicated_id: int | None
    earmark: str
    left_cents: int


def settle_accounts(account_ids: Iterable[int], *, by: int, at: datetime) -> int:
    """Settle what the payments and credits of these accounts leave unspent, the oldest first; how many settlements.

    Called inside a transaction that holds the accounts (`hold_settlements`). Doing it again adds nothing.
    """
    wanted = sorted(set(account_ids))
    return sum(_settle(wanted[start : start + _AT_ONCE], by, at) for start in range(0, len(wanted), _AT_ONCE))


def settle_with_money_left(also: Iterable[int] = (), *, by: int, at: datetime) -> int:
    """Settle, for every account where an earlier payment or credit is not all spent, and for `also`; how many
    settlements. What a new month calls for: an advance pays it at once. The caller holds the settlements."""
    with connection.cursor() as cursor:
        cursor.execute(_WITH_MONEY_LEFT)
        accounts = {number for (number,) in cursor.fetchall()}
    return settle_accounts(accounts | set(also), by=by, at=at)


def hold_settlements() -> None:
    """One writer of settlements at a time, until the transaction ends: two would pay the same debt twice.

    Held before the numbers of the journals: taken the other way round, two people would wait for each other for ever.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('palier.settlements'))")


def open_debts(account_ids: Sequence[int]) -> list[OpenDebt]:
    """What is left to pay of each debt of these accounts, the oldest first."""
    return fetch(OpenDebt, OPEN_DEBTS, {"accounts": list(account_ids)})


def settle_together(payment_id: int, debt_id: int, cents: int, *, by: int, at: datetime) -> None:
    """Let an agent's decision come before the rule: this payment settles this debt. Whatever else touched either of
    them is undone by opposite rows, and what is then free settles the other debts in the order of the law.

    The caller holds the settlements, and answers for the amounts.
    """
    _undo("payment_id", payment_id, by=by, at=at)
    _undo("debt_id", debt_id, by=by, at=at)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""INSERT INTO banking_settlement ({", ".join(_COLUMNS)})
                SELECT id, NULL, account_id, residence_id, %(debt)s, %(cents)s, 'HAND', %(at)s, %(by)s
                FROM banking_payment WHERE id = %(payment)s RETURNING account_id""",
            {"payment": payment_id, "debt": debt_id, "cents": cents, "at": at, "by": by},
        )
        (account_id,) = cursor.fetchone()
    settle_accounts([account_id], by=by, at=at)


def part_again(payment_id: int, debt_id: int, *, by: int, at: datetime) -> None:
    """Undo an agent's decision: both are free, and the rule settles them. The caller holds the settlements."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""INSERT INTO banking_settlement ({", ".join(_COLUMNS)})
                SELECT payment_id, NULL, account_id, residence_id, debt_id, -sum(amount_cents), 'HAND', %(at)s, %(by)s
                FROM banking_settlement WHERE payment_id = %(payment)s AND debt_id = %(debt)s
                GROUP BY payment_id, account_id, residence_id, debt_id HAVING sum(amount_cents) <> 0
                RETURNING account_id""",
            {"payment": payment_id, "debt": debt_id, "at": at, "by": by},
        )
        accounts = [number for (number,) in cursor.fetchall()]
    settle_accounts(accounts, by=by, at=at)


def release_payment(payment_id: int, *, by: int, at: datetime) -> None:
    """Undo what a payment settled: its debts are open again."""
    _undo("payment_id", payment_id, by=by, at=at)


def release_entry(entry_id: int, *, by: int, at: datetime) -> None:
    """Undo what settled a debt that no longer is, or what a credit that no longer is settled: payments are free again
    and settle what else is owed, debts are open again."""
    hold_settlements()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT account_id FROM banking_settlement WHERE debt_id = %(entry)s OR credit_id = %(entry)s",
            {"entry": entry_id},
        )
        accounts = [number for (number,) in cursor.fetchall()]
    _undo("debt_id", entry_id, by=by, at=at)
    _undo("credit_id", entry_id, by=by, at=at)
    settle_accounts(accounts, by=by, at=at)


def _undo(column: str, number: int, *, by: int, at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"""INSERT INTO banking_settlement ({", ".join(_COLUMNS)})
                SELECT payment_id, credit_id, account_id, residence_id, debt_id, -sum(amount_cents), max(ground),
                       %(at)s, %(by)s
                FROM banking_settlement WHERE {column} = %(number)s
                GROUP BY payment_id, credit_id, account_id, residence_id, debt_id HAVING sum(amount_cents) <> 0""",
            {"number": number, "at": at, "by": by},
        )


def _settle(account_ids: list[int], by: int, at: datetime) -> int:
    owed: dict[int, dict[str, Debt]] = {}
    for debt in open_debts(account_ids):
        known = owed.setdefault(debt.account_id, {})
        known[str(debt.entry_id)] = Debt(id=str(debt.entry_id), due_on=debt.due_on, cents=debt.cents)
    unspent = fetch(_Unspent, _UNSPENT, {"accounts": [number for number in account_ids if number in owed]})
    rows: list[tuple[object, ...]] = []
    for account_id, money in groupby(unspent, key=lambda each: each.account_id):
        debts = owed[account_id]
        for each in money:
            for part in _parts(each, list(debts.values())):
                rows.append((
                    each.payment_id, each.credit_id, account_id, each.residence_id, int(part.debt.id), part.cents,
                    part.ground, at, by,
                ))  # fmt: skip
                left = debts[part.debt.id].cents - part.cents
                debts[part.debt.id] = Debt(id=part.debt.id, due_on=part.debt.due_on, cents=left)
    return insert_rows("banking_settlement", _COLUMNS, rows) if rows else 0


def _parts(money: _Unspent, debts: list[Debt]) -> list[Part]:
    indicated = str(money.indicated_id) if money.indicated_id else None
    if money.earmark:
        # Reserved money clears what was owed when it came; it is no advance on the terms to come.
        due = [debt for debt in debts if debt.due_on <= money.received_on or debt.id == indicated]
        parts = allocate(money.left_cents, due, indicated=indicated, paid_on=money.received_on)
        return [Part(debt=part.debt, cents=part.cents, ground=Ground.EARMARKED) for part in parts]
    return allocate(money.left_cents, debts, indicated=indicated, paid_on=money.received_on)
