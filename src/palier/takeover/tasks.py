"""The job that applies a file of accounts looked at on screen: the leases' own, on this floor's kind of file."""

from procrastinate import JobContext
from procrastinate.contrib.django import app

from palier.leases.operations.asking import QUEUE
from palier.leases.tasks import apply_given
from palier.takeover.operations import files

APPLIES_ACCOUNTS = "palier.takeover.tasks.apply_file"


@app.task(name=APPLIES_ACCOUNTS, queue=QUEUE, pass_context=True)
def apply_file(context: JobContext, *, batch_id: int, asked_by: int) -> None:
    """Apply the accepted rows of a file of accounts."""
    apply_given(context, batch_id=batch_id, asked_by=asked_by, appliers={files.KIND: files.apply_review})
