"""A file of the payroll given on screen: kept sealed, taken by a job, its key thrown away whatever became of it."""

from datetime import datetime
from typing import Final

from palier.agents.access import agent_of
from palier.foundation.errors import Refusal
from palier.foundation.fields import check_values
from palier.foundation.jobs import Listener
from palier.foundation.models import JobProgress
from palier.foundation.periods import Month
from palier.mail.store import DocumentStore
from palier.payroll.models import GivenPayFile
from palier.payroll.operations.batches import BatchEmpty, FileTakenBefore, GivenBatch, import_batch, refuse_taken_before
from palier.payroll.pay_file import LARGEST_BYTES, PayFileNotPdf, PayFileRefused, PayFileTooHeavy
from palier.privacy.actor import Actor
from palier.privacy.deferring import defer

QUEUE: Final = "imports"
TAKES: Final = "palier.payroll.tasks.take_given"
LABEL: Final = "Lecture d’un lot de bulletins"


class GivenPayFileNotFound(Refusal):
    """Ce fichier n’existe pas."""


class GivenPayFileInHand(Refusal):
    """Ce fichier est lu en ce moment même, ou une autre personne en décide : rien n’a changé. Attendez un instant, puis
    rouvrez sa page."""


class GivenPayFileClosed(Refusal):
    """Le fichier « {name} » a déjà été {state} : donnez-le de nouveau s’il faut le relire."""


def give_pay_file(given: GivenBatch, *, store: DocumentStore, actor: Actor, at: datetime) -> GivenPayFile:
    """Keep a file sealed and ask for it to be taken.

    Raises PayFileNotPdf, PayFileTooHeavy, FileTakenBefore, NotKeptNow.
    """
    if len(given.content) > LARGEST_BYTES:
        raise PayFileTooHeavy
    if not given.content.startswith(b"%PDF-"):
        raise PayFileNotPdf
    refuse_taken_before(given)
    kept = GivenPayFile(
        name=given.name[:120],
        month=given.month.first_day,
        issued_on=given.issued_on,
        given_by=agent_of(actor),
        given_at=at,
    )
    (held,) = store.deposit_given([given.content])
    kept.hold(held)
    check_values(kept)
    kept.save(force_insert=True)
    _ask(kept.pk, actor, at)
    return kept


def ask_take_again(*, given_id: int, actor: Actor, at: datetime) -> int:
    """Ask again for a file whose job was stopped for good; the job's number.

    Raises GivenPayFileNotFound, GivenPayFileInHand, GivenPayFileClosed, AlreadyAsked.
    """
    return _ask(_waiting(given_id).pk, actor, at)


def leave_pay_file(*, given_id: int, actor: Actor, at: datetime) -> None:
    """Leave a file that no job has taken: nothing was changed, its key is gone, a job that comes late finds it closed.

    Raises GivenPayFileNotFound, GivenPayFileInHand, GivenPayFileClosed.
    """
    GivenPayFile.objects.filter(pk=_waiting(given_id).pk).update(
        state="LEFT", kept_key=None, left_by=agent_of(actor), left_at=at
    )


def take_given(
    *, given_id: int, store: DocumentStore, by: int, at: datetime, listener: Listener | None = None
) -> GivenPayFile:
    """Take a given file in, all of it or nothing, once; the sentence on which it is refused is kept with it.

    What another try may mend leaves the file as it was: no layout, an empty register, a store that is silent.
    Called inside `batch()`. Raises GivenPayFileNotFound, LayoutUnknown, RegisterEmpty, StorageSilent and their like.
    """
    given = GivenPayFile.objects.select_for_update(of=("self",)).filter(pk=given_id).first()
    if given is None:
        raise GivenPayFileNotFound
    if given.state != "WAITING":
        return given
    try:
        file = GivenBatch(
            content=store.open(given.kept), name=given.name, month=Month.of(given.month), issued_on=given.issued_on
        )
        given.batch = import_batch(file, store=store, by=by, at=at, listener=listener)
    except (PayFileRefused, BatchEmpty, FileTakenBefore) as refusal:
        given.state, given.refusal = "REFUSED", str(refusal)[:400]
    else:
        given.state = "TAKEN"
    given.kept_key = None
    given.save(update_fields=["state", "refusal", "batch", "kept_key"])
    return given


def _ask(given_id: int, actor: Actor, at: datetime) -> int:
    job = defer(
        TAKES,
        queue=QUEUE,
        # One at a time: two would both believe that a payslip is the first of its month.
        lock="payroll",
        queueing_lock=given_key(given_id),
        args={"given_id": given_id, "asked_by": actor.agent_id},
    )
    JobProgress.objects.bulk_create(
        [JobProgress(key=given_key(given_id, job), label=LABEL, state="WAITING", updated_at=at)]
    )
    return job


def _waiting(given_id: int) -> GivenPayFile:
    """A file that no job has taken yet. A job holds its row for as long as it reads: a page does not wait for it.

    Raises GivenPayFileNotFound, GivenPayFileInHand, GivenPayFileClosed.
    """
    files = GivenPayFile.objects.filter(pk=given_id)
    given = files.select_for_update(of=("self",), skip_locked=True).first()
    if given is None:
        raise GivenPayFileInHand if files.exists() else GivenPayFileNotFound
    if given.state != "WAITING":
        raise GivenPayFileClosed(name=given.name, state=given.get_state_display())
    return given


def given_key(given_id: int, job: int | None = None) -> str:
    """The name under which the work on a given file shows: "payfile:12/57"."""
    return f"payfile:{given_id}" if job is None else f"payfile:{given_id}/{job}"
