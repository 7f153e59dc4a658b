"""What was taken over, in the ledger: one entry a balance of a term or a deposit, numbered without gap."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from palier.banking.operations.settling import hold_settlements, settle_accounts
from palier.foundation.periods import Month, day_fr
from palier.foundation.staging import insert_rows, next_ids
from palier.ledger.chart import CHART, DEPOSITS_CODE, OPENING_CODE
from palier.ledger.models import Account
from palier.ledger.operations.post import hold_numbers, require_open
from palier.takeover.imports.account_file import BalanceRow, DepositRow


def post_openings(rows: Sequence[BalanceRow | DepositRow], *, at: datetime, by: int) -> None:
    """Post each row, dated of its term: the account against the balances taken over; a deposit, a debt of ours.

    A balance in the tenant's favour pays what the account owes, as an advance does.

    Raises PeriodIsClosed: a month that is closed takes nothing more.
    """
    if not rows:
        return
    hold_settlements()
    for day in sorted({row.term_on.replace(day=1) for row in rows}):
        require_open(day)
    accounts = _general_accounts()
    numbers = _next_numbers(len(rows))
    entry_ids, opening_ids = next_ids("ledger_entry", len(rows)), next_ids("takeover_opening", len(rows))
    insert_rows(
        "ledger_entry",
        (
            *("id", "journal", "number", "booked_on", "label", "residence_id", "source_kind", "source_id", "means"),
            *("posted_at", "posted_by"),
        ),
        (
            (
                *(entry_id, "OPEN", number, row.term_on, _label(row), row.lease.residence_id, "OPENING", opening_id),
                *("", at, by),
            )
            for row, number, entry_id, opening_id in zip(rows, numbers, entry_ids, opening_ids, strict=True)
        ),
    )
    insert_rows(
        "ledger_posting",
        ("entry_id", "account_id", "residence_id", "booked_on", "amount_cents"),
        (
            (entry_id, account_id, row.lease.residence_id, row.term_on, cents)
            for row, entry_id in zip(rows, entry_ids, strict=True)
            for account_id, cents in _sides(row, accounts)
        ),
    )
    insert_rows(
        "takeover_opening",
        ("id", "kind", "lease_id", "account_id", "residence_id", "term_on", "amount_cents", "entry_id", "taken_at"),
        (
            (
                *(opening_id, "BALANCE" if isinstance(row, BalanceRow) else "DEPOSIT", row.lease.id),
                *(row.lease.account_id, row.lease.residence_id, row.term_on, row.cents, entry_id, at),
            )
            for row, entry_id, opening_id in zip(rows, entry_ids, opening_ids, strict=True)
        ),
    )
    settle_accounts({row.lease.account_id for row in rows if isinstance(row, BalanceRow)}, by=by, at=at)


def _sides(row: BalanceRow | DepositRow, accounts: dict[str, int]) -> tuple[tuple[int, int], tuple[int, int]]:
    if isinstance(row, BalanceRow):
        return (row.lease.account_id, row.cents), (accounts[OPENING_CODE], -row.cents)
    return (accounts[OPENING_CODE], row.cents), (accounts[DEPOSITS_CODE], -row.cents)


def _label(row: BalanceRow | DepositRow) -> str:
    if isinstance(row, BalanceRow):
        return f"Solde repris, {Month.of(row.term_on).label_fr()}"
    return f"Dépôt de garantie repris, versé le {day_fr(row.term_on)}"


def _general_accounts() -> dict[str, int]:
    """The two general accounts, opened when they are first needed."""
    needed = [account for account in CHART if account.code in (OPENING_CODE, DEPOSITS_CODE)]
    Account.objects.bulk_create(
        [Account(code=account.code, label=account.label, kind="GENERAL") for account in needed],
        ignore_conflicts=True,
    )
    return dict(Account.objects.filter(code__in=[account.code for account in needed]).values_list("code", "id"))


def _next_numbers(count: int) -> range:
    hold_numbers()
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(number), 0) + 1 FROM ledger_entry WHERE journal = 'OPEN'")
        (first,) = cursor.fetchone()
    return range(first, first + count)
