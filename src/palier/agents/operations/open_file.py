"""Opening a file outside one's own portfolio: for a motive, within the day's quota. PostgreSQL finds and counts."""

from dataclasses import dataclass
from enum import StrEnum

from palier.foundation.errors import Refusal
from palier.foundation.reading import fetch
from palier.foundation.text import fold
from palier.privacy.catalogue import OPENING_MOTIVES

LONGEST = 80
_YEAR = 4


class MotiveNotOpen(Refusal):
    """Ce motif n’est plus ouvert : choisissez-en un autre dans la liste."""


class Outcome(StrEnum):
    """What became of the request. Only a motive that is closed raises: the rest is kept, and counts."""

    OPENED = "OPENED"
    # The file is in the agent's own portfolio: there is nothing to open.
    MINE = "MINE"
    NONE = "NONE"
    SEVERAL = "SEVERAL"
    # The day's quota is spent: the data protection officer is told.
    QUOTA = "QUOTA"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedFile:
    """`lease_id` when the file may be read; `left_today` says how many more may be opened today."""

    outcome: Outcome
    lease_id: int | None
    left_today: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    outcome: str
    lease_id: int | None
    left_today: int


def open_file(*, asked: str, motive: str) -> OpenedFile:
    """Open the only file that answers: a lease's or an account's reference, or a whole name. Inside `acting()`.

    Raises MotiveNotOpen. What was not found, or is beyond the quota, is answered and not raised: the attempt is kept.
    """
    if motive not in OPENING_MOTIVES:
        raise MotiveNotOpen
    answers = fetch(
        _Answer,
        "SELECT outcome, lease_id, left_today FROM palier.open_file(%(reference)s, %(names)s, %(motive)s)",
        {"reference": reference_asked(asked), "names": names_asked(asked), "motive": motive},
    )
    answer = answers[0]
    if answer.outcome == "CLOSED":
        raise MotiveNotOpen
    return OpenedFile(outcome=Outcome(answer.outcome), lease_id=answer.lease_id, left_today=answer.left_today)


def reference_asked(asked: str) -> str:
    """ "2026 00125" → "2026-00125": a reference is typed with or without its hyphen."""
    bare = asked.upper().replace(" ", "")[:LONGEST]
    return f"{bare[:_YEAR]}-{bare[_YEAR:]}" if bare.isdigit() and len(bare) > _YEAR else bare


def names_asked(asked: str) -> list[str]:
    """The folded name as it may stand on a lease: first name first, or last."""
    words = fold(asked[:LONGEST]).split()
    # A last name alone would find everyone who bears it.
    if len(words) < 2:
        return []
    return list(dict.fromkeys([" ".join(words), " ".join([*words[1:], words[0]]), " ".join([words[-1], *words[:-1]])]))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Motive:
    motive: str | None


def motive_of(lease_id: int) -> str | None:
    """Why the file is open to whoever asks, now and for this purpose; None when it is not."""
    (row,) = fetch(_Motive, "SELECT palier.motive_of_opening(%(lease)s) AS motive", {"lease": lease_id})
    return row.motive
