"""What the tests of debits share: the month of the demonstration's landlord debited, and what the books say."""

from contextlib import AbstractContextManager
from datetime import date, datetime
from pathlib import Path

from django.db import connection
from lxml import etree

from palier.banking.models import DebitRun
from palier.banking.operations.debit_file import write_debit_file
from palier.banking.operations.debits import draft_debits
from palier.foundation.clock import PARIS
from palier.foundation.periods import Month
from palier.privacy.actor import Actor, Reading, batch
from palier.privacy.declare import Batch, Role

MONTH = Month(2026, 11)
# The notices were issued on the 21st: the 5 December they announce is a Saturday.
COLLECTED_ON = date(2026, 12, 7)
AT = datetime(2026, 11, 24, 9, tzinfo=PARIS)
LATER = datetime(2026, 12, 8, 9, tzinfo=PARIS)
PREPARES, SIGNS = 4, 5
# Of either version.
_SPACE = "{*}"


def agent(number: int) -> Actor:
    return Actor(role=Role.ACCOUNTANT, purpose="COMPTABILITE", name="Agent comptable", agent_id=number)


def as_batch(number: int = PREPARES) -> AbstractContextManager[Reading]:
    """The job of debits, asked by an agent."""
    return batch(Batch.RENT, operator="essai", motive="PRELEVEMENTS", command="essai", agent_id=number)


def drafted(number: int = PREPARES, *, at: datetime = AT, month: Month = MONTH) -> DebitRun:
    """The run of the month, drafted by that agent."""
    with as_batch(number) as reading:
        return draft_debits(month=month, actor=reading.actor, at=at).run


def written(path: Path, *, at: datetime = AT) -> DebitRun:
    """The run of the month, drafted and in its file, as the command does."""
    run = drafted(at=at)
    with as_batch():
        return write_debit_file(run_id=run.pk, path=path, at=at, by_command=True)


def in_file(path: Path) -> dict[str, tuple[str, str, str, str, str]]:
    """EndToEndId → amount, day, sequence, RUM, IBAN, as the bank will read them."""
    found: dict[str, tuple[str, str, str, str, str]] = {}
    for info in etree.parse(path).iter(f"{_SPACE}PmtInf"):
        day = info.findtext(f"{_SPACE}ReqdColltnDt", default="")
        sequence = info.findtext(f"{_SPACE}PmtTpInf/{_SPACE}SeqTp", default="")
        for one in info.iter(f"{_SPACE}DrctDbtTxInf"):
            amount, rum, iban = (
                one.findtext(f".//{_SPACE}{name}", default="") for name in ("InstdAmt", "MndtId", "IBAN")
            )
            reference = one.findtext(f".//{_SPACE}EndToEndId")
            assert reference is not None
            assert reference not in found
            found[reference] = (amount, day, sequence, rum, iban)
    return found


def rows(statement: str, *values: object) -> list[tuple[object, ...]]:
    """What the tables hold, read by the job of debits."""
    with as_batch(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def one(statement: str, *values: object) -> object:
    """The first value of the first row."""
    return rows(statement, *values)[0][0]


def balance(account: int | str) -> object:
    """The balance in cents of an account, by its number or its code."""
    return one(
        """SELECT coalesce(sum(p.amount_cents), 0)::bigint FROM ledger_posting AS p
           JOIN ledger_account AS a ON a.id = p.account_id WHERE a.code = %s OR a.id::text = %s""",
        str(account),
        str(account),
    )
