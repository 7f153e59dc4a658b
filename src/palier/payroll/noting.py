"""What is done to payslips, in the vault's journal: it enters the same nightly root as the documents of tenants."""

from collections.abc import Iterable
from datetime import datetime

from palier.mail.vault.noting import Noted, Owner, note
from palier.payroll.models import Payslip
from palier.privacy.actor import BY_COMMAND


def note_payslips(rows: Iterable[Payslip], kind: str, *, by: int, at: datetime) -> None:
    """Write a line a payslip, for its employee: deposited, destroyed. `by`: the agent's number, 0 for a command."""
    note(noted_of(rows, kind), by="JOB" if by == BY_COMMAND else "LANDLORD", at=at)


def noted_of(rows: Iterable[Payslip], kind: str) -> list[Noted]:
    """The lines, whoever does it."""
    return [Noted(kind=kind, sha256=row.sha256, owner=Owner(person_id=row.person_id)) for row in rows]
