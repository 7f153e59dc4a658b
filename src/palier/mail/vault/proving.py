"""The proof of a day's events on documents: a tree of digests (Merkle), its root chained to the root before.

The form is that of the standalone verifier (standalone.py), which must give the same digests with none of this code.
"""

import json
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final
from uuid import UUID

from palier.privacy.journal.canonical import instant_text

VERSION: Final = 1
GENESIS: Final = "0" * 64
DIGEST_BYTES: Final = 32
_LEAF, _NODE = b"\x00", b"\x01"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An event as its leaf holds it. `ref` is random: a leaf beside says nothing of what it covers."""

    ref: UUID
    at: datetime
    kind: str
    sha256: str
    by: str

    @property
    def canonical(self) -> list[object]:
        return [VERSION, str(self.ref), instant_text(self.at), self.kind, self.sha256, self.by]

    @property
    def leaf(self) -> bytes:
        """The digest that stands for the event in its tree."""
        return sha256(_LEAF + canonical_bytes(self.canonical)).digest()


def canonical_bytes(values: Sequence[object]) -> bytes:
    """One way to write the same values, for their digest."""
    return json.dumps(values, separators=(",", ":")).encode()


def head_of(*, number: int, day: str, leaves: int, root: str, previous: str) -> str:
    """The digest of a root with the head before: changing a day changes every head after."""
    return sha256(canonical_bytes([VERSION, number, day, leaves, root, previous])).hexdigest()


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The root of a tree, its leaves in their order; an odd one goes up alone."""
    level = list(leaves)
    while len(level) > 1:
        level = [_joined(level[at : at + 2]) for at in range(0, len(level), 2)]
    return level[0]


def path_of(leaves: Sequence[bytes], leaf: bytes) -> list[tuple[str, str]]:
    """From a leaf to the root: each neighbour, and its side. The leaves are sorted; ValueError when it is not there."""
    at = bisect_left(leaves, leaf)
    if at == len(leaves) or leaves[at] != leaf:
        raise ValueError("no such leaf")
    path = []
    level = list(leaves)
    while len(level) > 1:
        beside = at ^ 1
        if beside < len(level):
            path.append(("left" if beside < at else "right", level[beside].hex()))
        level = [_joined(level[one : one + 2]) for one in range(0, len(level), 2)]
        at //= 2
    return path


def cut(joined: bytes) -> list[bytes]:
    """Leaves kept end to end."""
    return [joined[at : at + DIGEST_BYTES] for at in range(0, len(joined), DIGEST_BYTES)]


def in_order(told: Iterable[Told]) -> list[bytes]:
    """The leaves of events, sorted: whatever the order in which they are read."""
    return sorted(each.leaf for each in told)


def _joined(pair: Sequence[bytes]) -> bytes:
    return sha256(_NODE + pair[0] + pair[1]).digest() if len(pair) > 1 else pair[0]
