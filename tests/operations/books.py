"""The landlord written by hand, with a bank account and books whose numbers follow."""

import psycopg
from tests.landlord import insert

from palier.bench.bank_files import OWN


def with_bank(superuser: psycopg.Connection) -> None:
    """The bank account 1, mirrored by the account 950; rents under their own code; entries numbered from 1."""
    insert(superuser, "ledger_account", [{"id": 950, "code": "BNQ-COURANT", "label": "Banque", "kind": "GENERAL"}])
    insert(
        superuser,
        "banking_bankaccount",
        [{"id": 1, "label": "Compte courant", "iban": OWN.iban, "bic": "", "account_id": 950}],
    )
    superuser.execute("UPDATE ledger_account SET code = 'PRD-LOYER', label = 'Loyers' WHERE id = 900")
    # Entries are append-only for everyone else.
    superuser.execute("SET session_replication_role = replica")
    superuser.execute(
        """UPDATE ledger_entry AS e SET number = r.rank
           FROM (SELECT id, row_number() OVER (PARTITION BY journal ORDER BY id) AS rank FROM ledger_entry) AS r
           WHERE r.id = e.id"""
    )
    superuser.execute("SET session_replication_role = origin")


def a_movement_without_entry(superuser: psycopg.Connection, *, cents: int, on: str) -> None:
    """A movement that the bank sent and that nothing in the books states."""
    insert(
        superuser,
        "banking_bankentry",
        [
            {
                "id": 1, "bank_account_id": 1, "file_id": 1, "identity": "m1", "booking": "", "line": 1,
                "booked_on": on, "amount_cents": cents, "operation": "VIREMENT", "rf_reference": "",
                "end_to_end_id": "", "mandate_reference": "", "return_reason": "", "wording": "", "payer_name": "",
                "iban_digest": "", "iban_last4": "", "state": "TO_REVIEW",
            }
        ],
    )  # fmt: skip
