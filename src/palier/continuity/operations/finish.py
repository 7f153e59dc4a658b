"""What a restored database needs before it opens: its tables and policy of today, its journal sealed, its dead buried.

A backup holds what was ended since it was made, by its time or by somebody: it is ended again here, and the operator is
told how many rows.
"""

import json
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

from palier.continuity.operations.end_again import end_again
from palier.foundation.home import told_in_french
from palier.mail.kept import alive_slots
from palier.mail.models import Document
from palier.mail.store import DocumentStore
from palier.mail.store.packs import PackAltered, PackMissing, bytes_in
from palier.privacy.actor import batch
from palier.privacy.declare import Batch
from palier.privacy.journal.operations import check, read_heads, seal_and_publish
from palier.privacy.operations import apply_policy, owner_connection
from palier.retention.operations.purge import Asked, purge


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """What was done after the data came back."""

    purged_rows: int
    certificate: int | None
    # What people had destroyed, withdrawn or used since the backup, and lines of that register that are spoilt.
    ended_again: int
    spoilt_ends: int
    # Heads published after the instant that was restored: what they covered is lost.
    heads_set_aside: int
    journal_holds: bool
    journal_findings: tuple[str, ...]
    missing_documents: int


def finish(*, operator: str, motive: str, command: str, last_block: int, on: date, at: datetime) -> Finished:
    """Bring the tables and the policy up to date, seal and check the journal, name who restored, end what is over.

    `last_block` is the number of the journal's last block as restored. Raises UnknownMotive, JournalClosed,
    OwnerOutOfReach, HeadsUnreadable.
    """
    bring_up_to_date()
    set_aside = set_heads_aside(settings.PALIER_JOURNAL_HEADS, after=last_block, at=at)
    # Before any new reading: the numbers of transactions may have gone back.
    seal_and_publish(operator=operator, at=at, is_restored=True)
    with batch(Batch.OPERATOR, operator=operator, motive=motive, command=command):
        pass
    ended, spoilt = end_again(operator=operator, motive=motive, command=command)
    asked = Asked(day=on, operator=operator, agent_id=None, at=at, documents=Path(settings.DOCUMENT_ROOT))
    purged = purge(asked, today=on)
    seal_and_publish(operator=operator, at=at)
    report = check(heads=None, operator=operator, at=at)
    return Finished(
        purged_rows=purged.count(),
        certificate=purged.certificate,
        ended_again=ended,
        spoilt_ends=spoilt,
        heads_set_aside=set_aside,
        journal_holds=report.holds,
        journal_findings=tuple(report.findings),
        missing_documents=missing_documents(operator=operator, command=command),
    )


def bring_up_to_date() -> None:
    """Migrations and policy, as the database's owner. Raises OwnerOutOfReach."""
    owner = owner_connection()
    call_command("migrate", database="owner", verbosity=0, interactive=False)
    apply_policy(owner)
    with owner.cursor() as cursor:
        # The planner would take the tables for empty until the next autovacuum.
        cursor.execute("ANALYZE")
    owner.close()


def set_heads_aside(path: Path, *, after: int, at: datetime) -> int:
    """Keep apart the published heads of blocks that were lost; how many. Two heads for one number would never agree.

    Nothing is forgotten: the whole file is kept beside, dated. Raises HeadsUnreadable, DiskFull.
    """
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    numbers = [number for number, _ in read_heads(path, is_asked=False)]
    lost = [number for number in numbers if number > after]
    if not lost:
        return 0
    kept = [line for line in lines if line.strip() and json.loads(line)["number"] <= after]
    with told_in_french(path):
        path.with_name(f"{path.stem}-avant-{at:%Y-%m-%dT%H-%M-%S}{path.suffix}").write_text(
            path.read_text(encoding="utf-8"), encoding="utf-8"
        )
        draft = path.with_name(f".{path.name}.part")
        draft.write_text("".join(f"{line}\n" for line in kept), encoding="utf-8")
        draft.replace(path)
    return len(lost)


def missing_documents(*, operator: str, command: str) -> int:
    """How many documents are not where their row says: numbers are read, no one's paper."""
    store = DocumentStore(Path(settings.DOCUMENT_ROOT))
    with batch(Batch.MAIL, operator=operator, motive="SAUVEGARDE", command=command, categories=()):
        of_before = Document.objects.exclude(rendered_at=None).filter(kept_pack="")
        digests = list(of_before.values_list("pdf_sha256", flat=True).iterator(chunk_size=5_000))
        alive = alive_slots()
    lost = sum(1 for digest in digests if not (store.sealed_path(digest).exists() or store.path(digest).exists()))
    return lost + sum(len(slots - _held_in(store, pack)) for pack, slots in alive.items())


def _held_in(store: DocumentStore, pack: str) -> set[int]:
    try:
        return set(bytes_in(store.shelf, pack))
    except (PackMissing, PackAltered):
        return set()
