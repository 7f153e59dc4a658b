"""What a statement brings, staged beside the tables: each movement with its identity, once whatever file says it."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from hashlib import sha256

from django.db import connection

from palier.banking.formats.document import Movement, saying
from palier.banking.identifiers import ending, iban_digest, without_ibans
from palier.banking.operations.own_accounts import bank_account
from palier.foundation.staging import Stage, copy_rows

ARRIVED = "arrived_movement"
_TABLE = f"""
CREATE TEMPORARY TABLE {ARRIVED} (
    rank int, identity text, account_iban text, line int, booked_on date, value_on date, amount_cents bigint,
    operation text, rf_reference text, end_to_end_id text, mandate_reference text, return_reason text, wording text,
    payer_name text, iban_digest text, iban_last4 text, booking text, inside bigint
) ON COMMIT DROP
"""
# A batch is told whole by a statement and payment by payment by a notification, in any order: its money came in once.
# What is known by its payments is not told again, whole or in other words; nor are the payments of a sum that someone
# has treated already. Those of a sum that still waits take its place: `inside` is its movement.
_TOLD_OTHERWISE = (
    f"""DELETE FROM {ARRIVED} AS a USING banking_bankentry AS b
        WHERE a.booking <> '' AND b.booking = 'P' || substr(a.booking, 2)""",
    f"""DELETE FROM {ARRIVED} AS a USING banking_bankentry AS b
        WHERE left(a.booking, 1) = 'P' AND b.booking = 'W' || substr(a.booking, 2) AND b.state <> 'TO_REVIEW'""",
    f"""UPDATE {ARRIVED} AS a SET inside = b.id FROM banking_bankentry AS b
        WHERE left(a.booking, 1) = 'P' AND b.booking = 'W' || substr(a.booking, 2)""",
)
_COLUMNS = (
    "rank", "identity", "account_iban", "line", "booked_on", "value_on", "amount_cents", "operation", "rf_reference",
    "end_to_end_id", "mandate_reference", "return_reason", "wording", "payer_name", "iban_digest", "iban_last4",
    "booking",
)  # fmt: skip


def stage_arrivals(movements: Iterable[Movement]) -> int:
    """Stage the booked movements that are not known yet; how many. Raises what the file's reader refuses, and the
    refusals of an account that is not the landlord's."""
    with connection.cursor() as cursor:
        cursor.execute(_TABLE)
    copy_rows(Stage(table=ARRIVED, into=ARRIVED, columns=_COLUMNS), _rows(movements))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT DISTINCT account_iban FROM {ARRIVED}")
        for (iban,) in cursor.fetchall():
            bank_account(iban)
        cursor.execute(f"DELETE FROM {ARRIVED} AS a USING banking_bankentry AS b WHERE b.identity = a.identity")
        for statement in _TOLD_OTHERWISE:
            cursor.execute(statement)
        cursor.execute(f"CREATE UNIQUE INDEX ON {ARRIVED} (rank)")
        cursor.execute(f"ANALYZE {ARRIVED}")
        cursor.execute(f"SELECT count(*) FROM {ARRIVED}")
        (count,) = cursor.fetchone()
    return int(count)


def _rows(movements: Iterable[Movement]) -> Iterator[tuple[object, ...]]:
    for rank, (movement, identity) in enumerate(_identified(movements)):
        yield (
            rank, identity, movement.account_iban, movement.line, movement.booked_on, movement.value_on,
            movement.amount_cents, _plain(movement.operation), movement.rf_reference, _plain(_ours(movement)),
            _plain(movement.mandate_reference), movement.return_reason[:4], _kept(movement.wording),
            _kept(movement.payer_name), _digest(movement.payer_iban), ending(movement.payer_iban), _booking(movement),
        )  # fmt: skip


def _identified(movements: Iterable[Movement]) -> Iterator[tuple[Movement, str]]:
    """Each booked movement with its digest: of what the bank says of it, and of its rank among those that say the same.

    Two equal payments of one day are two; an overlapping file, or a camt.053 after its camt.054, brings them again.
    """
    seen: dict[bytes, int] = {}
    for movement in movements:
        if not movement.is_booked:
            continue
        said = sha256("\x1f".join(_said(movement)).encode()).digest()
        seen[said] = seen.get(said, 0) + 1
        yield movement, sha256(said + str(seen[said]).encode()).hexdigest()


def _said(movement: Movement) -> tuple[str, ...]:
    """With the bank's own reference, the facts that its formats all carry; without one, everything that it says."""
    if not movement.bank_reference:
        return saying(movement)
    return (
        movement.account_iban, movement.booked_on.isoformat(), str(movement.amount_cents), movement.bank_reference,
        movement.end_to_end_id, movement.mandate_reference, movement.rf_reference, movement.payer_iban,
    )  # fmt: skip


def _ours(movement: Movement) -> str:
    """What we called the payment, or the batch that the movement sums up."""
    return movement.end_to_end_id or movement.batch_reference


def _booking(movement: Movement) -> str:
    """The entry that the movement is, or is a part of; nothing when the bank gives it no reference of its own."""
    if not movement.entry_reference.strip("0"):
        return ""
    said = (
        movement.account_iban, movement.booked_on.isoformat(), str(movement.entry_cents), movement.entry_reference,
    )  # fmt: skip
    part = "W" if movement.amount_cents == movement.entry_cents else "P"
    return part + sha256("\x1f".join(said).encode()).hexdigest()[:63]


def _plain(text: str) -> str:
    # PostgreSQL holds no NUL.
    return text.replace("\x00", "")


def _kept(words: str) -> str:
    # Payers write their own number in the words of a transfer.
    return without_ibans(_plain(words))


@lru_cache(maxsize=1024)
def _digest(iban: str) -> str:
    return iban_digest(iban) if iban else ""
