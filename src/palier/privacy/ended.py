"""What people ended for good, kept beside the heads of the journal: a backup from before gives none of it back.

A line holds a kind, a number and a digest: no name, no content. It is on the disk before the transaction is committed:
a process that dies between the two loses no end. A transaction that fails then leaves a line for an end that did not
take place: it was asked for by who could, a restoration grants it, and an end told twice is one (docs/decisions/0025).
"""

import hashlib
import json
import logging
import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Final

from django.conf import settings

from palier.foundation.errors import Refusal
from palier.foundation.home import ENDS_FOLDER, told_in_french

logger = logging.getLogger("palier.journal")
REGISTER: Final = "fins.jsonl"


class Ends(StrEnum):
    """What may be ended for good."""

    DEPOSIT = "DEPOSIT"
    HELPER = "HELPER"
    LETTER = "LETTER"
    SLIP = "SLIP"
    # A way in: a passkey, an application, a sheet, a code that served.
    FACTOR = "FACTOR"
    # A device that is told of what comes.
    DEVICE = "DEVICE"
    # A vault of another maker, where copies went.
    VAULT = "VAULT"
    # An agreement, by the row that gave it.
    CONSENT = "CONSENT"
    # A telephone or an address shown to the caretaker.
    SHARING = "SHARING"


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """One end, as the register keeps it. `by`: the reason of a letter's end."""

    kind: Ends
    id: int
    mark: str
    at: datetime
    by: str


def register_path() -> Path:
    """Where the ends are kept: outside what a restoration puts back, in a folder that the sites and the jobs write."""
    heads: Path = settings.PALIER_JOURNAL_HEADS
    return heads.parent / ENDS_FOLDER / REGISTER


def mark_of(kind: Ends, number: int, born: date) -> str:
    """What tells a row from another that took its number after a restoration: a digest of it and of its birth."""
    when = born.astimezone(UTC) if isinstance(born, datetime) else born
    return hashlib.sha256(f"{kind} {number} {when.isoformat()}".encode()).hexdigest()


def keep_ends(kind: Ends, rows: Iterable[tuple[int, date]], *, at: datetime, by: str = "") -> None:
    """Keep the ends of rows, by number and birth (an instant, or a day), before the transaction is committed.

    Nobody is kept from ending what is theirs by a folder that is closed: a register that cannot be written is an error
    of the log, and a fault that `palier doctor` names.
    """
    told = [
        {"kind": kind, "id": number, "mark": mark_of(kind, number, born), "at": at.isoformat(), "by": by}
        for number, born in rows
    ]
    if told:
        _kept("".join(f"{json.dumps(each)}\n" for each in told))


def kept_ends() -> tuple[list[End], int]:
    """Every end of the register, and how many lines of it cannot be read."""
    path = register_path()
    # Beside the heads themselves: where it was before it had a folder.
    places = (path.parent.with_name(REGISTER), path)
    texts = [place.read_text(encoding="utf-8", errors="replace") for place in places if place.exists()]
    lines = [line for text in texts for line in text.splitlines()]
    found, spoilt = [], 0
    for line in lines:
        try:
            told = json.loads(line)
            found.append(
                End(
                    kind=Ends(told["kind"]),
                    id=int(told["id"]),
                    mark=str(told["mark"]),
                    at=datetime.fromisoformat(told["at"]),
                    by=str(told["by"]),
                )
            )
        except (ValueError, KeyError, TypeError):
            spoilt += 1
    return found, spoilt


def _kept(text: str) -> None:
    try:
        _append(text)
    except Refusal as refusal:
        logger.error("an end is not kept for restorations: %s", refusal)


def _append(text: str) -> None:
    path = register_path()
    with told_in_french(path):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # In a folder that several accounts share, each of them adds to the file whichever made it.
        is_shared = bool(path.parent.stat().st_mode & stat.S_ISGID)
        is_new = not path.exists()
        # One write at the end of the file: two at once do not mix their lines.
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "wb", buffering=0) as file:
            if is_new and is_shared:
                os.fchmod(file.fileno(), 0o660)
            file.write(text.encode())
            os.fsync(file.fileno())
