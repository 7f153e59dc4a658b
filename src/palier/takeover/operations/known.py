"""What a file of accounts can name, and what was already taken over of it."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from typing import TypeAlias

from palier.aid.models import Beneficiary
from palier.banking.identifiers import ending
from palier.banking.models import SepaMandate
from palier.foundation.reading import fetch
from palier.people.models import Contact
from palier.takeover.imports.account_file import (
    BalanceRow,
    BeneficiaryRow,
    ContactRow,
    DepositRow,
    HistoryRow,
    InstalmentRow,
    KnownLease,
    MandateRow,
    Row,
)
from palier.takeover.models import FormerLine, Instalment, Opening

Key: TypeAlias = tuple[object, ...]

_LEASES = """
SELECT l.reference, l.id AS lease_id, l.account_id, l.residence_id, o.person_id AS holder_id,
       p.residence_id AS main_residence_id, l.starts_on, l.deposit_cents
FROM leases_lease AS l
LEFT JOIN LATERAL (
    SELECT k.person_id FROM leases_occupant AS k
    WHERE k.lease_id = l.id AND k.role = 'HOLDER' ORDER BY k.moved_out_on DESC NULLS FIRST, k.id LIMIT 1
) AS o ON true
LEFT JOIN people_person AS p ON p.id = o.person_id
"""


def known_leases() -> dict[str, KnownLease]:
    """Every lease by its reference."""
    return dict(fetch(_referenced, _LEASES, {}))


def _referenced(
    reference: str,
    lease_id: int,
    account_id: int,
    residence_id: int,
    holder_id: int | None,
    main_residence_id: int | None,
    starts_on: date,
    deposit_cents: int,
) -> tuple[str, KnownLease]:
    return reference, KnownLease(
        id=lease_id,
        account_id=account_id,
        residence_id=residence_id,
        holder_id=holder_id,
        main_residence_id=main_residence_id,
        starts_on=starts_on,
        deposit_cents=deposit_cents,
    )


class Taken:
    """What earlier files, and the file being read, have taken over: each fact under its key, with its value."""

    def __init__(self) -> None:
        self._facts: dict[tuple[type, int], dict[Key, Key]] = {}
        self._debited: set[int] | None = None
        self._contacts: set[Key] | None = None

    def of(self, row: Row) -> Key | None:
        """The value already held under the key of the row, or None."""
        if isinstance(row, ContactRow) and not new_contacts([row], self._contacts_held()):
            return ()
        return self._facts_beside(row).get(key_of(row))

    def keep(self, row: Row) -> None:
        """Remember a row of this file."""
        self._facts_beside(row)[key_of(row)] = value_of(row)
        if isinstance(row, MandateRow) and self._debited is not None:
            self._debited.add(row.lease.account_id)

    def _contacts_held(self) -> set[Key]:
        if self._contacts is None:
            contacts = Contact.objects.values_list("person_id", "channel", "value")
            self._contacts = set(contacts.iterator())
        return self._contacts

    def has_running_mandate(self, account_id: int) -> bool:
        """True when the account is already debited: a second mandate would debit it twice."""
        if self._debited is None:
            running = SepaMandate.objects.filter(ended_on__isnull=True).values_list("account_id", flat=True)
            self._debited = set(running.iterator())
        return account_id in self._debited

    def forget_history(self) -> None:
        """Let go of the history that was read: it is the longest part, and files go residence by residence."""
        for known in [known for known in self._facts if known[0] is HistoryRow]:
            del self._facts[known]

    def _facts_beside(self, row: Row) -> dict[Key, Key]:
        group = (type(row), row.lease.residence_id if isinstance(row, HistoryRow) else 0)
        if group not in self._facts:
            self._facts[group] = dict(_held(row))
        return self._facts[group]


def key_of(row: Row) -> Key:
    """What may be said once."""
    match row:
        case BalanceRow():
            return (row.lease.account_id, row.term_on)
        case DepositRow():
            return (row.lease.id,)
        case InstalmentRow():
            return (row.lease.account_id, row.plan, row.due_on)
        case MandateRow():
            return (row.reference,)
        case HistoryRow():
            return (row.lease.account_id, row.month, row.heading)
        case ContactRow():
            return (row.lease.holder_id, row.channels)
        case BeneficiaryRow():
            return (row.number_digest,)


def value_of(row: Row) -> Key:
    """What it says."""
    match row:
        case MandateRow():
            return (row.lease.account_id, ending(row.iban))
        case ContactRow():
            return ()
        case BeneficiaryRow():
            return (row.lease.id,)
        case _:
            return (row.cents,)


def _held(row: Row) -> Iterator[tuple[Key, Key]]:
    """The facts of that kind which the database holds: all of them, or for history those of one residence."""
    for *key, value in _rows_held(row):
        yield tuple(key), value if isinstance(value, tuple) else (value,)


def _rows_held(row: Row) -> Iterator[Key]:
    """Each key followed by its value."""
    match row:
        case BalanceRow():
            balances = Opening.objects.filter(kind="BALANCE")
            yield from balances.values_list("account_id", "term_on", "amount_cents").iterator()
        case DepositRow():
            yield from Opening.objects.filter(kind="DEPOSIT").values_list("lease_id", "amount_cents").iterator()
        case InstalmentRow():
            yield from Instalment.objects.values_list("account_id", "plan", "due_on", "amount_cents").iterator()
        case MandateRow():
            for reference, *value in SepaMandate.objects.values_list(
                "reference", "account_id", "iban_last4"
            ).iterator():
                yield reference, tuple(value)
        case HistoryRow():
            lines = FormerLine.objects.filter(residence_id=row.lease.residence_id)
            yield from lines.values_list("account_id", "month", "heading", "amount_cents").iterator()
        case BeneficiaryRow():
            yield from Beneficiary.objects.values_list("number_digest", "lease_id").iterator()
        case ContactRow():
            return


def new_contacts(rows: Iterable[ContactRow], held: Collection[Key] | None = None) -> list[tuple[ContactRow, str, str]]:
    """The contacts of these rows that their holders do not have yet, each once. `held`: those that are known."""
    wanted = [(row, channel, value) for row in rows for channel, value in row.channels]
    if held is None:
        holders = {row.lease.holder_id for row, _, _ in wanted}
        held = set(Contact.objects.filter(person_id__in=holders).values_list("person_id", "channel", "value"))
    seen: set[Key] = set()
    new = []
    for row, channel, value in wanted:
        key = (row.lease.holder_id, channel, value)
        if key not in held and key not in seen:
            seen.add(key)
            new.append((row, channel, value))
    return new
