"""One door for every file of a bank: what it says, without a database; then what it does, by its kind.

A command and the screen come here. Statements bring movements, a pain.002 takes debits back, a settlement file tells
what the card gateway hands over.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from palier.banking.formats.document import Format
from palier.banking.formats.reading import open_bank_file
from palier.banking.formats.remittance import is_remittance, read_remittance
from palier.banking.models import BankFile
from palier.banking.operations.card_remittances import take_in_remittance
from palier.banking.operations.returns import read_status_report
from palier.banking.operations.statements import take_in_statement
from palier.foundation.jobs import Progress
from palier.foundation.money import Cents
from palier.foundation.reviews import digest_of

CARDS = "CARDS"
_READING = "Lecture du fichier"
_BLOCK = 1 << 20
# Told often enough for an eye.
_EVERY = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a file says of itself, read to its end; `format` is a code of BankFile."""

    format: str
    entries: int
    total_cents: Cents
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenIn:
    """What a file did. `entries` and `total_cents` are its own; `created`: what was new, `matched`: of it, what found
    its account. `already`: when the same file had been given before."""

    entries: int
    total_cents: Cents
    created: int
    matched: int
    warnings: tuple[str, ...] = ()
    already: datetime | None = None

    @property
    def to_review(self) -> int:
        """What waits for someone."""
        return self.created - self.matched


def check_bank_file(path: Path, *, progress: Progress | None = None) -> Checked:
    """Read a file to its end. Raises the refusal of whatever cannot be read, with the line."""
    if is_remittance(path):
        remittance = read_remittance(path)
        return Checked(format=CARDS, entries=len(remittance.rows), total_cents=remittance.net_cents)
    file = open_bank_file(path)
    if progress is not None:
        expected = _entries_expected(path)
        each = file.statuses() if file.format is Format.PAIN002 else file.movements()
        for rank, _ in enumerate(each):
            if rank % _EVERY == 0:
                progress.at(_READING, min(rank, expected), expected)
    document = file.document()
    return Checked(
        format=document.format.value,
        entries=document.entries,
        total_cents=document.total_cents,
        warnings=document.warnings,
    )


def take_in_bank_file(path: Path, *, name: str, by: int, at: datetime, progress: Progress | None = None) -> TakenIn:
    """Take in a file by its kind: all of it or nothing, each thing once, however often it is sent.

    Called inside `batch()` or `acting()`. Raises what its kind refuses.
    """
    if is_remittance(path):
        remitted = take_in_remittance(path, name=name, by=by, at=at)
        return TakenIn(
            entries=remitted.rows,
            total_cents=remitted.net_cents,
            created=remitted.news,
            matched=remitted.news,
            already=remitted.already,
        )
    if open_bank_file(path).format is not Format.PAIN002:
        imported = take_in_statement(path, name=name, by=by, at=at, progress=progress)
        return TakenIn(
            entries=imported.entries,
            total_cents=imported.total_cents,
            created=imported.created,
            matched=imported.matched,
            warnings=imported.warnings,
            already=imported.already,
        )
    reported = read_status_report(path, name=name, by=by, at=at)
    kept = BankFile.objects.filter(sha256=digest_of(path)).get()
    done = reported.refused + reported.taken_back
    return TakenIn(
        entries=kept.entry_count,
        total_cents=kept.total_cents,
        # What names no debit of ours waits for someone.
        created=done + reported.unknown,
        matched=done,
        warnings=tuple(kept.warnings),
        already=reported.already,
    )


def _entries_expected(path: Path) -> int:
    """About how many entries the file has, for the progress alone: its closing tags, or its lines of movement."""
    count = 0
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            count += block.count(b"Ntry>") // 2 + block.count(b"\n04") + block.count(b"TxInfAndSts>") // 2
    return max(count, 1)
