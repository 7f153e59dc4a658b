"""Long work and the queue: for those who keep the service running. States and counts, no personal data."""

from dataclasses import dataclass

from django.http import HttpResponse

from palier.desk.month_page import when
from palier.desk.navigation import framed
from palier.desk.work_pages import page_url, told_to
from palier.foundation.clock import now
from palier.foundation.queries import WorkRow, queue_states, recent_work
from palier.mail.vault.control import control_state
from palier.privacy.declare import Batch, Role
from palier.privacy.rights import may_read
from palier.web import words
from palier.web.components import Tag, Tone
from palier.web.requests import ActorRequest

SHOWN_WORK = 40
STATES = {
    "WAITING": Tag(label="En attente"),
    "RUNNING": Tag(label="En cours", tone=Tone.INFO),
    "DONE": Tag(label="Terminé", tone=Tone.OK),
    "FAILED": Tag(label="Arrêté", tone=Tone.BAD),
}
JOB_STATES = {
    "todo": Tag(label="En attente"),
    "doing": Tag(label="En cours", tone=Tone.INFO),
    "succeeded": Tag(label="Fait", tone=Tone.OK),
    "failed": Tag(label="En échec", tone=Tone.BAD),
    "cancelled": Tag(label="Annulé"),
    "aborting": Tag(label="S’arrête", tone=Tone.WARN),
    "aborted": Tag(label="Arrêté", tone=Tone.WARN),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkLine:
    label: str
    key: str
    url: str
    tag: Tag
    progress: str
    lasted: str
    at: str
    message: str


def jobs(request: ActorRequest) -> HttpResponse:
    """The latest pieces of work, and for the administrator the queue's states."""
    context: dict[str, object] = {
        "work": [_line(row, request.actor.role) for row in told_to(request.actor.role, recent_work(SHOWN_WORK))]
    }
    if may_read(request.actor.role, "procrastinate_jobs"):
        context["queue"] = [
            {"row": row, "tag": JOB_STATES.get(row.status, Tag(label=row.status)), "last": when(row.last_at)}
            for row in queue_states()
        ]
    if may_read(request.actor.role, "mail_packcontrol"):
        state = control_state()
        context["control"] = {"state": state, "last": when(state.last_at) if state.last_at else ""}
    return framed(request, "desk/jobs.html", context)


def _line(row: WorkRow, role: Role | Batch) -> WorkLine:
    ends_at = now() if row.state == "RUNNING" else row.updated_at
    return WorkLine(
        label=row.label,
        key=row.key,
        url=page_url(role, row.key),
        tag=STATES[row.state],
        progress=f"{words.number(row.done)} / {words.number(row.total)}" if row.total else "",
        lasted=words.seconds(max(0.0, (ends_at - row.started_at).total_seconds())) if row.started_at else "",
        at=when(row.updated_at),
        message=row.message or (row.phase if row.state == "RUNNING" else ""),
    )
