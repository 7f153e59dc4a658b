"""Direct debit mandates on accounts that exist nowhere: sound keys, at a bank (99999) that no register knows."""

from collections.abc import Iterable, Iterator
from datetime import date

from palier.banking.formats.cfonb_record import french_iban
from palier.banking.identifiers import ending, iban_digest, seal_iban
from palier.banking.rules.sepa import NOTICE_DAYS
from palier.demo.rows import LeaseRow, MandateRow, Row
from palier.foundation.periods import Month

DEBIT_DAY = 5


def fictional_iban(serial: int) -> str:
    """An account of bank 99999, its RIB key and its IBAN key sound.

    >>> fictional_iban(1)
    'FR7699999000010000000000115'
    """
    return french_iban("99999", "00001", f"{serial:011d}")


def mandate_of(number: int, lease: LeaseRow, *, holder: str, iban: str, month: Month) -> MandateRow:
    """The mandate of a lease that is debited, used each month since it began."""
    has_been_used = lease.starts_on < month.previous().first_day
    return MandateRow(
        id=number,
        reference=lease.mandate_reference,
        account_id=lease.account_id,
        residence_id=lease.residence_id,
        holder_name=holder[:70],
        # In clear until it is loaded: what is drawn does not depend on a secret.
        iban_sealed=iban.encode("ascii"),
        iban_digest="",
        iban_last4=ending(iban),
        bic="",
        creditor_id="",
        signed_on=lease.starts_on,
        debit_day=DEBIT_DAY,
        notice_days=NOTICE_DAYS,
        last_used_on=date(month.year, month.month, DEBIT_DAY) if has_been_used else None,
        ended_on=None,
        ended_why="",
    )


def sealed_rows(rows: Iterable[Row]) -> Iterator[MandateRow]:
    """The drawn mandates as the database holds them."""
    for row in rows:
        if isinstance(row, MandateRow):
            iban = row.iban_sealed.decode("ascii")
            yield row._replace(iban_sealed=seal_iban(iban), iban_digest=iban_digest(iban))
