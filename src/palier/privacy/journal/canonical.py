"""The bytes that a seal covers, version 1 (docs/guide/journal.md): one line of JSON a reading, one mark a line, one
head a block. The verifier in one file (standalone.py) says the same thing again, on purpose, without this module."""

import hashlib
import json
import struct
from dataclasses import dataclass
from datetime import UTC, datetime

VERSION = 1
GENESIS = "0" * 64
# A window without an upper end: the last of the readings that a restored database came back with.
FOREVER = 2**63 - 1

# PostgreSQL writes the line: the same characters on every server (jsonb prints without ambiguity), the instant in UTC.
LINE = """jsonb_build_array(id, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), agent_id, person_id,
operator, role, purpose, motive, is_mass, to_jsonb(subjects), to_jsonb(categories), screen, terms, xid)::text"""
MONTH = "to_char(at AT TIME ZONE 'UTC', 'YYYY-MM')"

_MARK = struct.Struct(">q16s")
MARK_BYTES = _MARK.size


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Readings sealed together: those of one month whose transaction fell in [from_xid, until_xid)."""

    number: int
    version: int
    month: str
    first_id: int
    last_id: int
    rows: int
    rows_hash: str
    from_xid: int
    until_xid: int
    # Readings numbered up to here belong to what came before the database was restored.
    after_id: int
    sealed_at: datetime
    previous: str

    @property
    def header(self) -> list[int | str]:
        return [
            self.version,
            self.number,
            self.month,
            self.first_id,
            self.last_id,
            self.rows,
            self.rows_hash,
            self.from_xid,
            self.until_xid,
            self.after_id,
            instant_text(self.sealed_at),
            self.previous,
        ]

    @property
    def head(self) -> str:
        """The hash that covers this block and, through `previous`, every block before it."""
        return hashlib.sha256(json.dumps(self.header, separators=(",", ":")).encode()).hexdigest()


def mark(number: int, line: str) -> bytes:
    """A reading's number and half of the SHA-256 of its line: enough to name the line that was touched."""
    return _MARK.pack(number, hashlib.sha256(line.encode()).digest()[:16])


def hash_of(marks: bytes) -> str:
    return hashlib.sha256(marks).hexdigest()


def instant_text(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
