"""Movements that wait for someone, whom each could be for and why, and the files they came from."""

from dataclasses import dataclass
from datetime import date, datetime

from palier.foundation.reading import fetch, fetch_count, fetch_one, like
from palier.foundation.text import fold
from palier.ledger.chart import BANK_FEES_CODE, CHART, TRANSFERS_CODE


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """One movement of a bank account. Cents; positive, money came in. `account_*`: where it was put, when it was."""

    id: int
    booked_on: date
    amount_cents: int
    wording: str
    payer_name: str
    iban_last4: str
    iban_digest: str
    rf_reference: str
    end_to_end_id: str
    return_reason: str
    state: str
    key: str | None
    account_id: int | None
    account_code: str | None
    account_label: str | None
    account_kind: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An account that a movement could be for."""

    account_id: int
    code: str
    label: str
    lease_reference: str
    owed_cents: int
    same_payer: bool
    same_name: bool
    # The day of the debt of exactly that amount.
    same_amount_on: date | None
    person_ids: list[int]

    @property
    def score(self) -> int:
        """The more a fact proves, the heavier; only to sort."""
        return 4 * self.same_payer + 2 * (self.same_amount_on is not None) + self.same_name


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRow:
    """A file received from the bank."""

    id: int
    name: str
    format: str
    entry_count: int
    total_cents: int
    warning_count: int
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """How many movements wait, and what they sum to, by direction, in cents."""

    count: int
    in_cents: int
    out_cents: int


_MOVEMENT = """
SELECT b.id, b.booked_on, b.amount_cents, b.wording, b.payer_name, b.iban_last4, b.iban_digest, b.rf_reference,
       b.end_to_end_id, b.return_reason, b.state, m.key, m.account_id, a.code AS account_code,
       a.label AS account_label, a.kind AS account_kind
FROM banking_bankentry AS b
LEFT JOIN banking_match AS m ON m.bank_entry_id = b.id AND m.undone_at IS NULL
LEFT JOIN ledger_account AS a ON a.id = m.account_id
"""
# Three facts, each from its own index; the accounts that one of them names, with all three told.
_CANDIDATES = """
WITH movement AS (SELECT * FROM banking_bankentry WHERE id = %(movement)s),
payer AS (
    SELECT DISTINCT m.account_id FROM banking_bankentry AS b JOIN movement AS x ON x.iban_digest = b.iban_digest
    JOIN banking_match AS m ON m.bank_entry_id = b.id AND m.undone_at IS NULL AND m.key <> 'OTHER'
    WHERE b.iban_digest <> '' LIMIT 5
), named AS (
    SELECT a.id AS account_id FROM ledger_account AS a
    WHERE a.kind = 'TENANT' AND cardinality(%(words)s::text[]) > 0
      AND palier.fold(a.label) LIKE ALL (%(words)s::text[]) LIMIT 5
), amount AS (
    SELECT p.account_id, max(p.booked_on) AS due_on FROM movement AS x
    JOIN ledger_posting AS p ON p.amount_cents = x.amount_cents AND p.booked_on > x.booked_on - 100
    JOIN ledger_entry AS e ON e.id = p.entry_id AND e.source_kind IN ('BILL', 'OPENING')
    JOIN ledger_account AS a ON a.id = p.account_id AND a.kind = 'TENANT'
    WHERE NOT EXISTS (SELECT FROM banking_settlement AS s WHERE s.account_id = p.account_id AND s.debt_id = p.entry_id)
    GROUP BY p.account_id ORDER BY p.account_id LIMIT 6
), likely AS (
    SELECT account_id FROM payer UNION SELECT account_id FROM named
    UNION SELECT account_id FROM amount WHERE (SELECT count(*) FROM amount) < 6
)
SELECT a.id AS account_id, a.code, a.label, coalesce(l.reference, '') AS lease_reference,
       coalesce((SELECT sum(amount_cents) FROM ledger_posting WHERE account_id = a.id), 0)::bigint AS owed_cents,
       a.id IN (SELECT account_id FROM payer) AS same_payer, a.id IN (SELECT account_id FROM named) AS same_name,
       (SELECT due_on FROM amount WHERE account_id = a.id) AS same_amount_on,
       coalesce((SELECT array_agg(DISTINCT o.person_id) FROM leases_occupant AS o
                 WHERE o.lease_id = l.id AND o.role IN ('HOLDER', 'COHOLDER')), '{}') AS person_ids
FROM likely JOIN ledger_account AS a ON a.id = likely.account_id
LEFT JOIN LATERAL (
    SELECT id, reference FROM leases_lease WHERE account_id = a.id ORDER BY starts_on DESC LIMIT 1
) AS l ON true
"""
_SEARCHED = """
SELECT a.id AS account_id, a.code, a.label, coalesce(l.reference, '') AS lease_reference,
       coalesce((SELECT sum(amount_cents) FROM ledger_posting WHERE account_id = a.id), 0)::bigint AS owed_cents,
       false AS same_payer, false AS same_name, NULL::date AS same_amount_on,
       coalesce((SELECT array_agg(DISTINCT o.person_id) FROM leases_occupant AS o
                 WHERE o.lease_id = l.id AND o.role IN ('HOLDER', 'COHOLDER')), '{}') AS person_ids
FROM ledger_account AS a
LEFT JOIN LATERAL (
    SELECT id, reference FROM leases_lease WHERE account_id = a.id ORDER BY starts_on DESC LIMIT 1
) AS l ON true
WHERE a.kind = 'TENANT'
  AND (a.code = %(exact)s OR a.reference = %(exact)s OR l.reference = %(exact)s OR palier.fold(a.label) LIKE %(like)s)
ORDER BY a.label, a.id LIMIT 8
"""


def movements(*, state: str, after: tuple[date, int] | None, limit: int) -> list[Movement]:
    """The movements of a state: those that wait from the oldest, the others from the newest."""
    newest = state != "TO_REVIEW"
    order, side = ("DESC", "<") if newest else ("ASC", ">")
    further = f"AND (b.booked_on, b.id) {side} (%(day)s, %(last)s)" if after else ""
    return fetch(
        Movement,
        f"{_MOVEMENT} WHERE b.state = %(state)s {further} ORDER BY b.booked_on {order}, b.id {order} LIMIT %(limit)s",
        {
            "state": state,
            "limit": limit,
            "day": after[0] if after else None,
            "last": after[1] if after else None,
        },
    )


def movement(movement_id: int) -> Movement | None:
    """One movement, whatever its state."""
    return fetch_one(Movement, f"{_MOVEMENT} WHERE b.id = %(movement)s", {"movement": movement_id})


def candidates(found: Movement) -> list[Candidate]:
    """Whom the movement could be for, the likeliest first, with the facts that say so. One that leaves: nobody."""
    if found.amount_cents <= 0:
        return []
    words = [like(word) for word in fold(found.payer_name).split() if len(word) > 2]
    rows = fetch(Candidate, _CANDIDATES, {"movement": found.id, "words": words})
    return sorted(rows, key=lambda row: (-row.score, row.label))


def accounts_like(text: str) -> list[Candidate]:
    """Tenant accounts by lease, account or payment reference, or by name."""
    return fetch(
        Candidate, _SEARCHED, {"exact": text.strip().upper().replace(" ", ""), "like": like(fold(text.strip()))}
    )


def waiting() -> Waiting:
    """What waits for someone."""
    (found,) = fetch(
        Waiting,
        """SELECT count(*) AS count, coalesce(sum(amount_cents) FILTER (WHERE amount_cents > 0), 0)::bigint AS in_cents,
                  coalesce(-sum(amount_cents) FILTER (WHERE amount_cents < 0), 0)::bigint AS out_cents
           FROM banking_bankentry WHERE state = 'TO_REVIEW'""",
        {},
    )
    return found


def bank_files(limit: int) -> list[FileRow]:
    """The files received, the newest first."""
    return fetch(
        FileRow,
        """SELECT id, name, format, entry_count, total_cents, jsonb_array_length(warnings) AS warning_count, received_at
           FROM banking_bankfile ORDER BY id DESC LIMIT %(limit)s""",
        {"limit": limit},
    )


def bank_balance_cents() -> int:
    """What the ledger says of the landlord's bank accounts together, in cents."""
    return fetch_count(
        """SELECT coalesce(sum(p.amount_cents), 0) FROM ledger_posting AS p
           JOIN banking_bankaccount AS b ON b.account_id = p.account_id""",
        {},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneralAccount:
    """An account of the landlord that a movement without a tenant may be put to."""

    code: str
    label: str


def accounts_for_movements() -> list[GeneralAccount]:
    """The general accounts, without the banks and the account where movements wait.

    That of the bank's fees and that of transfers between the banks are there even before the first of them opens it.
    """
    found = fetch(
        GeneralAccount,
        """SELECT code, label FROM ledger_account AS a WHERE kind = 'GENERAL' AND code <> 'ATT-BANQUE'
             AND code <> 'BNQ-COURANT' AND NOT EXISTS (SELECT FROM banking_bankaccount WHERE account_id = a.id)
           ORDER BY code LIMIT 200""",
        {},
    )
    opened = {account.code for account in found}
    others = [
        GeneralAccount(code=account.code, label=account.label)
        for account in CHART
        if account.code in (BANK_FEES_CODE, TRANSFERS_CODE) and account.code not in opened
    ]
    return others + found
