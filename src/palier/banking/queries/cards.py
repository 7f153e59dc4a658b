"""Payments by card as pages show them: one, those of an account, the latest of all; and files given on screen."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from palier.foundation.reading import fetch, fetch_count, fetch_one


@dataclass(frozen=True, slots=True, kw_only=True)
class CardRow:
    """One payment by card, in cents. Whose it is, for those who may know."""

    id: int
    account_id: int
    account_code: str
    amount_cents: int
    back_cents: int
    reference: str
    gateway: str
    is_simulated: bool
    state: str
    reason: str
    asked_at: datetime
    expires_at: datetime
    opened_at: datetime | None
    ended_at: datetime | None

    @property
    def left_cents(self) -> int:
        """What may still be given back."""
        return self.amount_cents - self.back_cents if self.state in ("PAID", "PARTLY_BACK") else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Holder:
    person_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RemittanceRow:
    """What the gateway handed over, and whether the bank has credited it."""

    reference: str
    remitted_on: date
    payment_count: int
    back_count: int
    net_cents: int
    is_credited: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenRow:
    """A file given on screen: what reading it said, what applying it did."""

    id: int
    name: str
    size_bytes: int
    state: str
    format: str
    entry_count: int
    total_cents: int
    warnings: str
    refusal: str
    given_at: datetime
    decided_at: datetime | None
    created_count: int
    matched_count: int
    applied_before_at: datetime | None

    @property
    def remarks(self) -> list[str]:
        """What is odd in the file, in sentences."""
        return [str(remark) for remark in json.loads(self.warnings)]


_CARD = """
SELECT c.id, c.account_id, a.code AS account_code, c.amount_cents, c.back_cents, c.reference, c.gateway, c.is_simulated,
       c.state, c.reason, c.asked_at, c.expires_at, c.opened_at, c.ended_at
FROM banking_cardpayment AS c JOIN ledger_account AS a ON a.id = c.account_id
"""
_GIVEN = """
SELECT g.id, g.name, g.size_bytes, g.state, g.format, g.entry_count, g.total_cents, g.warnings::text, g.refusal,
       g.given_at, g.decided_at, g.created_count, g.matched_count,
       (SELECT f.received_at FROM banking_bankfile AS f WHERE f.sha256 = g.sha256) AS applied_before_at
FROM banking_givenfile AS g
"""


def card_payment(card_id: int) -> CardRow | None:
    """One payment, when it is within the reader's scope."""
    return fetch_one(CardRow, f"{_CARD} WHERE c.id = %(card)s", {"card": card_id})


def waiting_card_of(account_id: int, *, at: datetime) -> CardRow | None:
    """The payment that an account has open at the gateway."""
    return fetch_one(
        CardRow,
        f"""{_CARD} WHERE c.account_id = %(account)s AND c.state = 'ASKED' AND c.expires_at > %(at)s
            ORDER BY c.id DESC LIMIT 1""",
        {"account": account_id, "at": at},
    )


def latest_cards(*, only_doubts: bool, limit: int) -> list[CardRow]:
    """The latest payments of all, or those to verify."""
    return fetch(
        CardRow,
        f"{_CARD} WHERE NOT %(doubts)s OR c.state = 'DOUBT' ORDER BY c.id DESC LIMIT %(limit)s",
        {"doubts": only_doubts, "limit": limit},
    )


def holders_of(account_ids: Sequence[int]) -> list[int]:
    """The persons whose accounts these are."""
    return [
        row.person_id
        for row in fetch(
            _Holder,
            """SELECT DISTINCT o.person_id FROM leases_lease AS l JOIN leases_occupant AS o ON o.lease_id = l.id
               WHERE l.account_id = ANY (%(accounts)s::bigint[]) AND o.role <> 'OCCUPANT'""",
            {"accounts": list(account_ids)},
        )
    ]


def doubtful_cards_count() -> int:
    """How many payments someone must verify with the gateway."""
    return fetch_count("SELECT count(*) FROM banking_cardpayment WHERE state = 'DOUBT'", {})


def latest_remittances(limit: int) -> list[RemittanceRow]:
    """What the gateway handed over, the last first."""
    return fetch(
        RemittanceRow,
        """SELECT r.reference, r.remitted_on, r.payment_count, r.back_count, r.net_cents,
                  EXISTS (SELECT FROM banking_bankentry AS b
                          WHERE b.end_to_end_id = r.reference AND b.amount_cents = r.net_cents
                            AND b.state IN ('MATCHED', 'OTHER')) AS is_credited
           FROM banking_cardremittance AS r ORDER BY r.remitted_on DESC, r.id DESC LIMIT %(limit)s""",
        {"limit": limit},
    )


def given_file(file_id: int) -> GivenRow | None:
    """One file given on screen."""
    return fetch_one(GivenRow, f"{_GIVEN} WHERE g.id = %(file)s", {"file": file_id})


def open_given_files(limit: int) -> list[GivenRow]:
    """The files that wait for someone, and those refused lately; what was applied is among the files received."""
    return fetch(
        GivenRow,
        f"{_GIVEN} WHERE g.state IN ('WAITING', 'READ', 'REFUSED') ORDER BY g.id DESC LIMIT %(limit)s",
        {"limit": limit},
    )
