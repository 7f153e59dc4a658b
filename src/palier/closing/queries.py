"""The bank beside the books, and what a month still lacks. Amounts in cents."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from palier.banking.rules.sepa import is_target_day
from palier.closing.models import Waiver
from palier.closing.rules import Item, ItemState, MonthFacts, checklist
from palier.foundation.periods import Month
from palier.foundation.reading import fetch, fetch_one
from palier.ledger.books import checked_books
from palier.ledger.models import Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciled:
    """One bank account on one day: what the bank states, what the books say.

    `stated_cents` None: the bank has stated nothing of that day. `unposted_cents`: movements that the bank sent and no
    entry of the books states, up to that day.
    """

    bank_account_id: int
    label: str
    # The day from which another account stood on the notices; None: it still does.
    replaced_on: date | None
    iban_last4: str
    on: date
    stated_cents: int | None
    stated_on: date | None
    books_cents: int
    unposted_count: int
    unposted_cents: int

    @property
    def difference_cents(self) -> int | None:
        """Books less bank; None while the bank has stated nothing."""
        return None if self.stated_cents is None else self.books_cents - self.stated_cents


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmatched:
    """A movement of one side that has no counterpart on the other: where a difference comes from.

    `side` is BANK (sent by the bank, not in the books) or BOOKS (in the books, of no movement sent by the bank).
    """

    side: str
    booked_on: date
    label: str
    amount_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingList:
    """The closing of a month: its lines, and what the two signatures wait for."""

    month: Month
    items: tuple[Item, ...]
    facts: MonthFacts

    @property
    def missing(self) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.state is ItemState.MISSING)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedAct:
    """A month closed, opened again or locked: who asked, who signed."""

    act: str
    reason: str
    month: date
    asked_by: str
    signed_by: str
    signed_at: datetime


_SIGNED = """
SELECT a.act, a.reason, p.month, concat_ws(' ', k.first_name, k.last_name) AS asked_by,
       concat_ws(' ', s.first_name, s.last_name) AS signed_by, a.signed_at
FROM ledger_periodact AS a JOIN ledger_period AS p ON p.id = a.period_id
LEFT JOIN agents_agent AS k ON k.id = a.asked_by LEFT JOIN agents_agent AS s ON s.id = a.signed_by
ORDER BY a.id DESC LIMIT 30
"""
# The last balance stated on or before the day: a bank states none on a Sunday. The books are read on its own day.
# An account that another replaced is reconciled until it is empty and nothing moves on it.
_RECONCILED = """
SELECT b.id AS bank_account_id, b.label, b.closed_on AS replaced_on, right(b.iban, 4) AS iban_last4,
       coalesce(s.on, %(on)s) AS on,
       s.balance_cents AS stated_cents, s.on AS stated_on,
       (SELECT coalesce(sum(p.amount_cents), 0)::bigint FROM ledger_posting AS p
        WHERE p.account_id = b.account_id AND p.booked_on <= coalesce(s.on, %(on)s)) AS books_cents,
       u.count AS unposted_count, u.cents AS unposted_cents
FROM banking_bankaccount AS b
LEFT JOIN LATERAL (
    SELECT on_day.on, on_day.balance_cents FROM banking_statedbalance AS on_day
    WHERE on_day.bank_account_id = b.id AND on_day.on <= %(on)s ORDER BY on_day.on DESC, on_day.id DESC LIMIT 1
) AS s ON true
CROSS JOIN LATERAL (
    SELECT count(*) AS count, coalesce(sum(m.amount_cents), 0)::bigint AS cents FROM banking_bankentry AS m
    WHERE m.bank_account_id = b.id AND m.entry_id IS NULL AND m.booked_on <= coalesce(s.on, %(on)s)
) AS u
WHERE b.closed_on IS NULL OR b.closed_on >= %(first_day)s OR EXISTS (
    SELECT FROM ledger_posting AS p WHERE p.account_id = b.account_id AND p.booked_on <= %(on)s
    HAVING sum(p.amount_cents) <> 0 OR max(p.booked_on) >= %(first_day)s
) ORDER BY b.id
"""
# A movement of the bank has its entry; an entry that moved the bank's account has its movement.
_UNMATCHED = """
SELECT 'BANK' AS side, m.booked_on, coalesce(nullif(m.operation, ''), 'mouvement de la banque') AS label,
       m.amount_cents
FROM banking_bankentry AS m
WHERE m.bank_account_id = %(bank)s AND m.entry_id IS NULL AND m.booked_on <= %(on)s
UNION ALL
SELECT 'BOOKS', p.booked_on, e.label, p.amount_cents
FROM banking_bankaccount AS b JOIN ledger_posting AS p ON p.account_id = b.account_id
JOIN ledger_entry AS e ON e.id = p.entry_id
WHERE b.id = %(bank)s AND p.booked_on <= %(on)s
  AND NOT EXISTS (SELECT FROM banking_bankentry AS m WHERE m.entry_id = p.entry_id)
ORDER BY booked_on DESC, amount_cents LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Counted:
    run_sealed: bool
    leases_set_aside: int
    bills: int
    notices: int
    running_mandates: int
    debit_files_written: int
    movements_to_review: int
    suspense_cents: int
    aid_due_cents: int
    manual_entries_to_sign: int


_COUNTED = """
SELECT EXISTS (SELECT FROM quittancement_run WHERE month = %(month)s AND kind = 'MONTHLY' AND state = 'SEALED')
           AS run_sealed,
       (SELECT count(DISTINCT a.lease_id) FROM quittancement_setaside AS a
        JOIN quittancement_run AS r ON r.id = a.run_id
        WHERE r.month = %(month)s AND NOT EXISTS (
            SELECT FROM quittancement_bill AS b JOIN quittancement_run AS o ON o.id = b.run_id
            WHERE b.lease_id = a.lease_id AND b.month = %(month)s AND o.state = 'SEALED')) AS leases_set_aside,
       (SELECT coalesce(sum(lease_count), 0)::int FROM quittancement_run
        WHERE month = %(month)s AND state = 'SEALED') AS bills,
       (SELECT count(*) FROM mail_document WHERE kind = 'AVIS_ECHEANCE' AND month = %(month)s AND pdf_sha256 <> '')
           AS notices,
       (SELECT count(*) FROM banking_sepamandate WHERE ended_on IS NULL AND signed_on <= %(last)s)
           AS running_mandates,
       (SELECT count(*) FROM banking_debitrun WHERE month = %(month)s AND written_at IS NOT NULL AND voided_at IS NULL)
           AS debit_files_written,
       (SELECT count(*) FROM banking_bankentry WHERE state IN ('TO_REVIEW', 'TO_SIGN') AND booked_on <= %(last)s)
           AS movements_to_review,
       (SELECT coalesce(sum(p.amount_cents), 0)::bigint FROM ledger_posting AS p
        JOIN ledger_account AS a ON a.id = p.account_id
        WHERE a.code = 'ATT-BANQUE' AND p.booked_on <= %(last)s) AS suspense_cents,
       (SELECT coalesce(sum(p.amount_cents), 0)::bigint FROM ledger_posting AS p
        JOIN ledger_account AS a ON a.id = p.account_id
        WHERE a.code = 'CAF-APL' AND p.booked_on <= %(last)s) AS aid_due_cents,
       (SELECT count(*) FROM ledger_manualentry WHERE entry_id IS NULL AND booked_on <= %(last)s)
           AS manual_entries_to_sign
"""


def reconciled(*, on: date) -> list[Reconciled]:
    """Every open bank account beside the books, on the last day that its bank has stated up to `on`."""
    return fetch(Reconciled, _RECONCILED, {"on": on, "first_day": on.replace(day=1)})


def unmatched(bank_account_id: int, *, on: date, limit: int = 200) -> list[Unmatched]:
    """What explains a difference: movements without entry, entries without movement, most recent first."""
    return fetch(Unmatched, _UNMATCHED, {"bank": bank_account_id, "on": on, "limit": limit})


def last_working_day(month: Month) -> date:
    """The last day of the month on which banks settle payments: the day that its last statement must reach."""
    day = month.last_day
    while not is_target_day(day):
        day -= timedelta(days=1)
    return day


def month_facts(month: Month) -> MonthFacts:
    """The figures of the month that its closing looks at."""
    counted = fetch_one(_Counted, _COUNTED, {"month": month.first_day, "last": month.last_day})
    if counted is None:
        raise LookupError("counts always answer one row")
    accounts, until = reconciled(on=month.last_day), last_working_day(month)
    return MonthFacts(
        run_sealed=counted.run_sealed,
        leases_set_aside=counted.leases_set_aside,
        bills=counted.bills,
        notices=counted.notices,
        running_mandates=counted.running_mandates,
        debit_files_written=counted.debit_files_written,
        bank_accounts=len(accounts),
        bank_accounts_stated=sum(each.stated_on is not None and each.stated_on >= until for each in accounts),
        bank_differences=sum(each.difference_cents not in (0, None) for each in accounts),
        movements_to_review=counted.movements_to_review,
        suspense_cents=counted.suspense_cents,
        aid_due_cents=counted.aid_due_cents,
        manual_entries_to_sign=counted.manual_entries_to_sign,
        books_hold=checked_books(after=_closed_before(month)).holds,
    )


def _closed_before(month: Month) -> date:
    """The last day of the last closed month before this one: what is booked until then was checked when it was closed,
    and the database lets nothing be dated there since."""
    earlier = Period.objects.filter(month__lt=month.first_day).exclude(state="OPEN").order_by("-month")
    closed = earlier.values_list("month", flat=True).first()
    return date.min if closed is None else Month.of(closed).last_day


def closing_list(month: Month) -> ClosingList:
    """What the month still lacks, waivers counted."""
    facts = month_facts(month)
    waived = set(Waiver.objects.filter(month=month.first_day).values_list("item", flat=True))
    return ClosingList(month=month, items=checklist(facts, waived), facts=facts)


def signed_acts() -> list[SignedAct]:
    """The last acts on the months of the books, the newest first."""
    return fetch(SignedAct, _SIGNED, {})
