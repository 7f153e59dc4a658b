"""A sitting held against the database for an auditor: a job, for the files behind the sheets are not theirs to read."""

from dataclasses import dataclass
from datetime import date

from palier.attribution.operations.replaying import replay
from palier.foundation.errors import Refusal
from palier.oversight.operations.missions import NoMissionRuns, refuse_without_mission
from palier.oversight.queries.missions import my_running_mission
from palier.privacy.actor import Actor, batch
from palier.privacy.declare import Batch
from palier.privacy.deferring import defer

QUEUE = "rights"
COMPARES = "palier.oversight.tasks.compare_sitting"


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedSitting:
    """How many candidates and opinions were compared, and what differs, without a value: those are the person's."""

    candidates: int
    opinions: int
    named: tuple[str, ...]


class InputsGone(Refusal):
    """Les données de cette séance sont effacées : il reste son empreinte, {digest}."""


def replay_key(number: str, sitting: str) -> str:
    """The name under which the comparison shows, for one mission."""
    return f"audit-replay:{number}:{sitting}"


def ask_comparison(*, sitting: str, actor: Actor) -> int:
    """The auditor asks for the comparison; the job's number. Raises NoMissionRuns, AlreadyAsked."""
    mission = my_running_mission()
    if mission is None:
        raise NoMissionRuns
    return defer(
        COMPARES,
        queue=QUEUE,
        queueing_lock=replay_key(mission.number, sitting),
        args={"number": mission.number, "sitting": sitting, "asked_by": actor.agent_id},
    )


def compare_with_database(*, number: str, sitting: str, auditor_id: int, operator: str, on: date) -> ComparedSitting:
    """What a sitting froze beside what the database says.

    Raises MissionNotFound, SittingUnknown, NothingFrozen, FrozenBroken, InputsGone.
    """
    refuse_without_mission(number=number, auditor_id=auditor_id, operator=operator, on=on)
    with batch(Batch.ALLOCATION, operator=operator, motive="AUDIT", command="séance comparée, audit"):
        found = replay(sitting)
    if found.identical is None:
        raise InputsGone(digest=found.digest)
    return ComparedSitting(
        candidates=found.candidates,
        opinions=found.opinions or 0,
        named=tuple(each.named for each in found.differences),
    )
