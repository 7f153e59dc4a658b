"""Files of a bank given on screen: kept sealed, read by a job, looked at, then applied by another or left."""

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Final

from palier.banking.identifiers import SEALED_UNDER
from palier.banking.models import BankFile, GivenFile
from palier.banking.operations.bank_files import TakenIn, check_bank_file, take_in_bank_file
from palier.foundation.clock import day_of
from palier.foundation.errors import Refusal
from palier.foundation.fields import check_values
from palier.foundation.jobs import Progress
from palier.foundation.models import JobProgress
from palier.foundation.packing import pack, unpack_to
from palier.foundation.periods import day_fr
from palier.foundation.reviews import ReviewAlreadyClosed, ReviewNotFound
from palier.foundation.text import file_name
from palier.privacy.actor import Actor
from palier.privacy.declare import ROLE_LABELS, Role
from palier.privacy.deferring import defer

QUEUE: Final = "imports"
CHECKS: Final = "palier.banking.tasks.check_given_file"
APPLIES: Final = "palier.banking.tasks.apply_given_file"
MAY_GIVE: Final = (Role.HEADQUARTERS, Role.ACCOUNTANT)


class MayNotGiveBankFiles(Refusal):
    """La fonction « {function} » ne donne pas de fichier de la banque : la comptabilité et le siège le font."""


class FileGivenBefore(Refusal):
    """« {name} » a déjà été appliqué le {day} : rien de nouveau n’y est, rien n’a changé."""


class GivenFileTooLarge(Refusal):
    """Ce fichier dépasse {limit} Mo : importez-le par la commande palier bank import."""


class GivenFileNotRead(Refusal):
    """Ce fichier est encore en lecture : attendez qu’elle soit finie."""


class GivenFileInHand(Refusal):
    """Ce fichier est lu ou appliqué en ce moment même, ou une autre personne en décide : rien n’a changé. Attendez un
    instant, puis rouvrez sa page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """Bytes as a browser sends them, block by block."""

    name: str
    blocks: Iterable[bytes]
    largest_bytes: int


class _Counted:
    """The blocks of an upload, their size and their digest known once they are read. Raises GivenFileTooLarge."""

    def __init__(self, upload: Upload) -> None:
        self.upload = upload
        self.digest = sha256()
        self.size = 0

    def __iter__(self) -> Iterator[bytes]:
        for block in self.upload.blocks:
            self.size += len(block)
            if self.size > self.upload.largest_bytes:
                raise GivenFileTooLarge(limit=self.upload.largest_bytes // 1_000_000)
            self.digest.update(block)
            yield block


def require_giver(role: Role) -> None:
    """Raises MayNotGiveBankFiles."""
    if role not in MAY_GIVE:
        raise MayNotGiveBankFiles(function=ROLE_LABELS[role])


def give_file(upload: Upload, *, actor: Actor, at: datetime) -> GivenFile:
    """Keep a file sealed and ask for it to be read. Raises GivenFileTooLarge, FileGivenBefore, MayNotGiveBankFiles."""
    require_giver(Role(actor.role.value))
    counted = _Counted(upload)
    content = pack(counted, under=SEALED_UNDER)
    known = BankFile.objects.filter(sha256=counted.digest.hexdigest()).first()
    if known is not None:
        raise FileGivenBefore(name=known.name, day=day_fr(day_of(known.received_at)))
    given = GivenFile(
        name=upload.name[:120],
        sha256=counted.digest.hexdigest(),
        size_bytes=counted.size,
        content_sealed=content,
        given_by=_agent(actor),
        given_at=at,
    )
    check_values(given)
    given.save(force_insert=True)
    _ask(CHECKS, "Lecture d’un fichier de la banque", given.pk, actor, at)
    return given


def check_given_file(*, file_id: int, progress: Progress) -> None:
    """Read a given file to its end and keep what it says, or the sentence on which it is refused. Again: the same."""
    given = _held(file_id)
    if given.state != "WAITING":
        return
    try:
        with _opened(given) as path:
            checked = check_bank_file(path, progress=progress)
    except Refusal as refusal:
        given.state, given.refusal, given.content_sealed = "REFUSED", str(refusal)[:400], None
    else:
        given.state, given.format, given.entry_count = "READ", checked.format, checked.entries
        given.total_cents, given.warnings = checked.total_cents, list(checked.warnings)
    check_values(given)
    given.save(update_fields=["state", "refusal", "content_sealed", "format", "entry_count", "total_cents", "warnings"])


def ask_apply_file(*, file_id: int, actor: Actor, at: datetime) -> int:
    """Ask for a file that was looked at to be applied; the job's number.

    Raises ReviewNotFound, GivenFileNotRead, GivenFileInHand, ReviewAlreadyClosed, MayNotGiveBankFiles, AlreadyAsked.
    """
    require_giver(Role(actor.role.value))
    given = _decidable(file_id)
    return _ask(APPLIES, "Application d’un fichier de la banque", given.pk, actor, at)


def apply_given_file(*, file_id: int, by: int, at: datetime, progress: Progress) -> TakenIn | None:
    """Apply a file that was read, all of it or nothing, once; None when it was decided before.

    Raises ReviewNotFound, GivenFileNotRead, and what the file's kind refuses.
    """
    given = _held(file_id)
    if given.state == "WAITING":
        raise GivenFileNotRead
    if given.state != "READ":
        return None
    with _opened(given) as path:
        taken = take_in_bank_file(path, name=given.name, by=by, at=at, progress=progress)
    given.state, given.content_sealed = "APPLIED", None
    given.decided_by, given.decided_at = by, at
    given.created_count, given.matched_count = taken.created, taken.matched
    if taken.already is None:
        # What the file says of itself, then what applying it found: closed months, days ahead.
        given.warnings = list(taken.warnings)
    given.file = BankFile.objects.get(sha256=given.sha256)
    given.save()
    return taken


def ask_read_again(*, file_id: int, actor: Actor, at: datetime) -> int:
    """Ask for a file to be read when the job that read it was stopped for good; the job's number.

    Raises ReviewNotFound, GivenFileInHand, ReviewAlreadyClosed, MayNotGiveBankFiles, AlreadyAsked.
    """
    require_giver(Role(actor.role.value))
    given = _open(file_id, "WAITING")
    return _ask(CHECKS, "Lecture d’un fichier de la banque", given.pk, actor, at)


def leave_file(*, file_id: int, actor: Actor, at: datetime) -> None:
    """Leave a file, read or not: nothing was changed, its bytes are forgotten, a job that comes late finds it closed.

    Raises ReviewNotFound, GivenFileInHand, ReviewAlreadyClosed.
    """
    given = _open(file_id, "WAITING", "READ")
    GivenFile.objects.filter(pk=given.pk).update(
        state="ABANDONED", content_sealed=None, decided_by=_agent(actor), decided_at=at
    )


def file_key(file_id: int, job: int | None = None) -> str:
    """The name under which the work on a given file shows: "bankfile:12/57"."""
    return f"bankfile:{file_id}" if job is None else f"bankfile:{file_id}/{job}"


def _ask(task: str, label: str, file_id: int, actor: Actor, at: datetime) -> int:
    job = defer(
        task,
        queue=QUEUE,
        # One file of the bank at a time: two would both believe that a movement is new.
        lock="bankfile",
        queueing_lock=f"{task.rpartition('.')[2]}:{file_id}",
        args={"file_id": file_id, "asked_by": actor.agent_id},
    )
    JobProgress.objects.bulk_create(
        [JobProgress(key=file_key(file_id, job), label=label, state="WAITING", updated_at=at)]
    )
    return job


def _held(file_id: int) -> GivenFile:
    given = GivenFile.objects.select_for_update(of=("self",)).filter(pk=file_id).first()
    if given is None:
        raise ReviewNotFound
    return given


def _decidable(file_id: int) -> GivenFile:
    """A file that was looked at. Raises ReviewNotFound, GivenFileNotRead, GivenFileInHand, ReviewAlreadyClosed."""
    given = _open(file_id, "WAITING", "READ")
    if given.state == "WAITING":
        raise GivenFileNotRead
    return given


def _open(file_id: int, *states: str) -> GivenFile:
    """The file, in one of these states; its bytes, which the site does not read, are left.

    A job holds the row of a file for as long as it reads it: a page does not wait for it.
    Raises ReviewNotFound, GivenFileInHand, ReviewAlreadyClosed.
    """
    files = GivenFile.objects.filter(pk=file_id)
    given = files.select_for_update(of=("self",), skip_locked=True).defer("content_sealed").first()
    if given is None:
        raise GivenFileInHand if files.exists() else ReviewNotFound
    if given.state not in states:
        raise ReviewAlreadyClosed(name=given.name, state=given.get_state_display())
    return given


@contextmanager
def _opened(given: GivenFile) -> Iterator[Path]:
    """The file as it was given, in a folder of its own that goes afterwards."""
    if given.content_sealed is None:
        raise ReviewNotFound
    with tempfile.TemporaryDirectory(prefix="palier-bank-") as folder:
        # Named as it was given: what reads it quotes its name.
        path = Path(folder) / file_name(given.name)
        unpack_to(path, given.content_sealed, under=SEALED_UNDER)
        yield path


def _agent(actor: Actor) -> int:
    if actor.agent_id is None:
        raise ReviewNotFound
    return actor.agent_id
