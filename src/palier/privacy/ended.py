"""What people ended for good, kept beside the heads of the journal: a backup from before gives none of it back.

A line holds a kind, a number and a digest: no name, no content. It is on the disk once the transaction is committed and
before anybody is told; a transaction that fails leaves none.
"""

import hashlib
import json
import logging
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import transaction

from palier.foundation.errors import Refusal
from palier.foundation.home import told_in_french

logger = logging.getLogger("palier.journal")
REGISTER: Final = "fins.jsonl"


class Ends(StrEnum):
    """What may be ended for good."""

    DEPOSIT = "DEPOSIT"
    HELPER = "HELPER"
    LETTER = "LETTER"


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """One end, as the register keeps it. `by`: the reason of a letter's end."""

    kind: Ends
    id: int
    mark: str
    at: datetime
    by: str


def register_path() -> Path:
    """Where the ends are kept: outside what a restoration puts back."""
    heads: Path = settings.PALIER_JOURNAL_HEADS
    return heads.with_name(REGISTER)


def mark_of(kind: Ends, number: int, born_at: datetime) -> str:
    """What tells a row from another that took its number after a restoration: a digest of it and of its instant."""
    return hashlib.sha256(f"{kind} {number} {born_at.astimezone(UTC).isoformat()}".encode()).hexdigest()


def keep_ends(kind: Ends, rows: Iterable[tuple[int, datetime]], *, at: datetime, by: str = "") -> None:
    """Keep the ends of rows, by number and instant of birth, as soon as the transaction is committed.

    What is committed stays so: a register that cannot be written is an error of the log, told to who looks after it.
    """
    told = [
        {"kind": kind, "id": number, "mark": mark_of(kind, number, born_at), "at": at.isoformat(), "by": by}
        for number, born_at in rows
    ]
    if told:
        text = "".join(f"{json.dumps(each)}\n" for each in told)
        transaction.on_commit(lambda: _kept(text))


def kept_ends() -> tuple[list[End], int]:
    """Every end of the register, and how many lines of it cannot be read."""
    path = register_path()
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines() if path.exists() else []
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
        # One write at the end of the file: two at once do not mix their lines.
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "wb", buffering=0) as file:
            file.write(text.encode())
            os.fsync(file.fileno())
