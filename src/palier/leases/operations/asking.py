"""Asking for a file to be applied from a page: the records accepted on screen are written by a job."""

from datetime import datetime

from palier.foundation.errors import Refusal
from palier.foundation.models import ImportBatch, JobProgress
from palier.foundation.reviews import ReviewAlreadyClosed, ReviewNotFound
from palier.privacy.actor import Actor
from palier.privacy.declare import ROLE_LABELS, Role
from palier.privacy.deferring import defer

# A file may touch any residence of the landlord.
MAY_IMPORT = (Role.HEADQUARTERS,)
QUEUE = "imports"
APPLIES_A_FILE = "palier.leases.tasks.apply_file"


class MayNotImport(Refusal):
    """La fonction « {function} » n’applique pas de fichier : le siège le fait."""


def require_importer(role: Role) -> None:
    """Raises MayNotImport."""
    if role not in MAY_IMPORT:
        raise MayNotImport(function=ROLE_LABELS[role])


def ask_apply(*, batch_id: int, actor: Actor, at: datetime, task: str = APPLIES_A_FILE) -> int:
    """Ask for a file that was looked at to be applied; the job's number. `task`: files of a higher floor have theirs.

    Raises MayNotImport, ReviewNotFound, ReviewAlreadyClosed, AlreadyAsked.
    """
    require_importer(Role(actor.role.value))
    file = ImportBatch.objects.filter(pk=batch_id).first()
    if file is None:
        raise ReviewNotFound
    if file.state != "READ":
        raise ReviewAlreadyClosed(name=file.file_name, state=file.get_state_display())
    job = defer(
        task,
        queue=QUEUE,
        # One file at a time: two would both believe that a record is new.
        lock="import",
        queueing_lock=f"import:{batch_id}",
        args={"batch_id": batch_id, "asked_by": actor.agent_id},
    )
    JobProgress.objects.bulk_create(
        [JobProgress(key=import_key(batch_id, job), label="Application du fichier", state="WAITING", updated_at=at)]
    )
    return job


def import_key(batch_id: int, job: int | None = None) -> str:
    """The name under which the application of a file shows: "import:12/57"."""
    return f"import:{batch_id}" if job is None else f"import:{batch_id}/{job}"
