"""Letters of a campaign, posted as two people and a job would: prepared, launched by another, written."""

from datetime import UTC, date, datetime

import psycopg

from palier.campaigns.models import Mailing
from palier.campaigns.operations.lettering import write_block
from palier.campaigns.operations.mailing import NobodyWaits, launch_mailing, prepare_survey_mailing
from palier.campaigns.operations.presenting import note_reached
from palier.privacy.actor import Actor, acting, batch
from palier.privacy.declare import Batch, Role

PREPARER = 5


def preparing(agent_id: int) -> Actor:
    return Actor(role=Role.ACCOUNTANT, purpose="QUITTANCEMENT", agent_id=agent_id)


def launched(kind: str, survey_id: int, siege: Actor, at: datetime, *, by: int = PREPARER) -> int | None:
    """The mailing, launched by headquarters; None when nobody waits for it."""
    with acting(preparing(by)) as reading:
        try:
            mailing = prepare_survey_mailing(survey_id=survey_id, kind=kind, actor=reading.actor, at=at)
        except NobodyWaits:
            return None
    with acting(siege):
        launch_mailing(mailing_id=mailing.pk, actor=siege, at=at)
    return mailing.pk


def written(mailing_id: int, at: datetime) -> int:
    """Its letters frozen, without their PDF; how many leases were looked at."""
    with batch(Batch.MAIL, operator="tests", motive="CAMPAGNE", command="lettres"):
        looked_at = write_block(mailing_id=mailing_id, at=at)
        Mailing.objects.filter(pk=mailing_id).update(state="MADE", made_at=at)
        return looked_at


def posted(kind: str, survey_id: int, siege: Actor, at: datetime) -> int:
    """How many leases the letter went to, that day."""
    mailing = launched(kind, survey_id, siege, at)
    return 0 if mailing is None else written(mailing, at)


def reached(survey_id: int, siege: Actor, on: date, *leases: int) -> None:
    """The slips of the formal notices, noted as they came back."""
    with acting(siege):
        for lease_id in leases:
            note_reached(
                survey_id=survey_id,
                lease_id=lease_id,
                reached_on=on,
                actor=siege,
                at=datetime(on.year, on.month, on.day, 12, tzinfo=UTC),
            )


def register(superuser: psycopg.Connection) -> list[tuple[int, str, str]]:
    return superuser.execute("SELECT lease_id, number, channel FROM campaigns_letter ORDER BY id").fetchall()
