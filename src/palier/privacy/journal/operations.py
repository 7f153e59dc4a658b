"""What a command or a job asks of the journal: seal it, publish its head, check it, hand it over, let a month go.

Each opens its own transaction and names its operator. Sealing and checking show nobody's reading to anyone: they leave
no line. An export hands the journal over: it is a reading of it, and says so.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from pathlib import Path

from django.conf import settings
from django.db import connections

from palier.foundation.errors import Refusal
from palier.foundation.home import told_in_french
from palier.privacy.actor import Reading, batch
from palier.privacy.declare import Batch
from palier.privacy.journal import export, standalone
from palier.privacy.journal.partitions import Expired, expire_month, make_months, months_over
from palier.privacy.journal.publishing import Published, publish_head
from palier.privacy.journal.sealing import Sealed, seal
from palier.privacy.journal.standalone import Report
from palier.privacy.operations import owner_connection

MOTIVE = "VERIFICATION"


class HeadsUnreadable(Refusal):
    """Le fichier d’empreintes {path} ne se lit pas : donnez celui que « palier journal publish » écrit, une empreinte
    par ligne."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedAndPublished:
    sealed: Sealed
    published: tuple[Published, ...]


@contextmanager
def looking_after(operator: str, command: str) -> Iterator[Reading]:
    """The job role of the journal, for work that shows no reading to anyone."""
    with batch(Batch.JOURNAL, operator=operator, motive=MOTIVE, command=command, categories=()) as reading:
        yield reading


def seal_and_publish(*, operator: str, at: datetime, is_restored: bool = False) -> SealedAndPublished:
    """Seal what was committed, then give the new head outside. A publication that fails never undoes the seal."""
    with looking_after(operator, "journal seal"):
        sealed = seal(is_restored=is_restored)
    if not sealed.blocks:
        return SealedAndPublished(sealed=sealed, published=())
    return SealedAndPublished(sealed=sealed, published=publish(operator=operator, at=at))


def publish(*, operator: str, at: datetime) -> tuple[Published, ...]:
    """Give the last head outside, by each channel that the settings name; what each answered."""
    with looking_after(operator, "journal publish"):
        return publish_head(at=at)


def check(*, heads: Path | None, operator: str, at: datetime) -> Report:
    """Check the whole journal as an export would be, against the heads published. Raises HeadsUnreadable."""
    known = read_heads(heads or settings.PALIER_JOURNAL_HEADS, is_asked=heads is not None)
    with looking_after(operator, "journal verify"):
        return standalone.verify(export.lines(at=at), known)


def read_heads(path: Path, *, is_asked: bool) -> list[tuple[int, str]]:
    """The heads of a file; none when it was not asked for and is not there. Raises HeadsUnreadable."""
    if not is_asked and not path.exists():
        return []
    try:
        return list(standalone.read_heads(path))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise HeadsUnreadable(path=path) from error


def hand_over(path: Path, *, operator: str, motive: str, at: datetime) -> int:
    """Write the journal to a file, and its verifier beside it; how many lines. It is a reading of the journal."""
    with batch(Batch.JOURNAL, operator=operator, motive=motive, command="journal export"):
        count = export.write(path, at=at)
    verifier = path.with_name("palier_verify.py")
    with told_in_french(verifier):
        verifier.write_text(
            (files("palier.privacy.journal") / "standalone.py").read_text(encoding="utf-8"), encoding="utf-8"
        )
    return count


def months_to_expire(*, at: datetime, kept_months: int | None = None) -> list[str]:
    """The months whose time is over, the oldest first; without `kept_months`, that of the settings.

    A month that an open breach needs waits for its closing (palier.months_of_open_incidents).
    """
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT palier.months_of_open_incidents()")
        (needed,) = cursor.fetchone()
        over = months_over(cursor, kept_months=kept_months or settings.PALIER_JOURNAL_MONTHS, at=at)
        return [month for month in over if month not in needed]


def prepare_months(*, at: datetime) -> list[str]:
    """Make the months ahead, as the owner; which were made. Raises OwnerOutOfReach."""
    return make_months(owner_connection(), at=at)


def let_months_go(*, operator: str, at: datetime, kept_months: int | None = None) -> list[Expired]:
    """Drop each month whose time is over, its seals kept; each is a line of the journal. Raises OwnerOutOfReach."""
    owner = owner_connection()
    gone = []
    for month in months_to_expire(at=at, kept_months=kept_months):
        # The tombstone, with its operator, goes with the month in one transaction; the journal's own line follows.
        with batch(Batch.JOURNAL, operator=operator, motive="CONSERVATION", command=f"journal expire {month}"):
            gone.append(expire_month(owner, month, operator=operator, at=at))
    return gone
