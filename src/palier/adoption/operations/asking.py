"""A step of a campaign noted and its sheets asked for, in one transaction: what is noted has its job."""

from datetime import datetime
from typing import Final

from django.db import transaction

from palier.adoption.operations.campaigns import invite, send_survey
from palier.foundation.models import JobProgress
from palier.privacy.actor import Actor
from palier.privacy.deferring import defer

QUEUE: Final = "month"
SENDS_OUT: Final = "palier.adoption.tasks.send_out_asked"


def progress_key(campaign_id: int, job: int | None = None) -> str:
    """The name under which the work on a campaign shows: "adoption:12/57"."""
    return f"adoption:{campaign_id}/{job}" if job is not None else f"adoption:{campaign_id}"


def ask_survey(*, campaign_id: int, actor: Actor, at: datetime) -> bool:
    """Send the survey; False when it already was. Raises CampaignNotFound, AlreadyAsked."""
    with transaction.atomic():
        is_new = send_survey(campaign_id=campaign_id, at=at)
        if is_new:
            _ask(campaign_id, "Questionnaires", actor, at)
    return is_new


def ask_invitation(*, campaign_id: int, actor: Actor, at: datetime) -> int:
    """Send the invitation; how many are invited, none when they already were. Raises as `invite`, AlreadyAsked."""
    with transaction.atomic():
        invited = invite(campaign_id=campaign_id, at=at)
        if invited:
            _ask(campaign_id, "Invitations", actor, at)
    return invited


def _ask(campaign_id: int, label: str, actor: Actor, at: datetime) -> None:
    key = progress_key(campaign_id)
    args = {"campaign_id": campaign_id, "asked_by": actor.agent_id}
    # An invitation asked while the surveys still wait has its own turn.
    job = defer(SENDS_OUT, queue=QUEUE, lock=key, queueing_lock=f"{key}:{label}", args=args)
    JobProgress.objects.bulk_create(
        [JobProgress(key=progress_key(campaign_id, job), label=label, state="WAITING", updated_at=at)]
    )
