"""The demonstration's three-year reviews: those that are due, a sitting that advised on some, one that waits. Once.

By the product's own operations, on what the leases of the demonstration are.
"""

from datetime import datetime, timedelta
from typing import Final

from palier.agents.models import Agent
from palier.attribution.models import CommissionMember, OccupationReview, Opinion, Sitting
from palier.attribution.operations.minutes import seal_minutes
from palier.attribution.operations.notifying import make_letters
from palier.attribution.operations.opinions import put_review_on_agenda, record_opinion, record_opinion_votes
from palier.attribution.operations.reviewing import note_solution, open_reviews
from palier.attribution.operations.sittings import (
    close_sitting,
    convene_sitting,
    draft_sitting,
    note_attendance,
    open_sitting,
)
from palier.attribution.rules.voting import Presence
from palier.demo.commission import HOUR, PLACE, next_number
from palier.demo.loading import OPERATOR
from palier.foundation.periods import after_months
from palier.privacy.actor import batch
from palier.privacy.declare import Batch, Role

_MOTIVE, _COMMAND = "DEMONSTRATION", "demo"
_ADVISED: Final = 3
# What the commission advises on the first situation that is found.
_OPINIONS: Final = {
    "is_under_occupied": "SMALLER",
    "is_overcrowded": "LARGER",
    "is_above_ceiling": "BUY",
}


def review_occupations(*, at: datetime) -> None:
    """Open the reviews that are due and hold a sitting on a few of them; nothing when it is done already."""
    on = at.date()
    first_day = after_months(on.replace(day=1), -1)
    last_day = after_months(on.replace(day=1), 2) - timedelta(days=1)
    with batch(Batch.ALLOCATION, operator=OPERATOR, motive=_MOTIVE, command=_COMMAND):
        if OccupationReview.objects.exists():
            return
        open_reviews(first_day=first_day, last_day=last_day, on=on)
        found = list(OccupationReview.objects.filter(state="FOUND").order_by("due_on", "pk"))
    with batch(Batch.IMPORT, operator=OPERATOR, motive=_MOTIVE, command=_COMMAND):
        secretary = Agent.objects.filter(role=Role.COMMISSION_SECRETARY.value).order_by("pk").first()
        if secretary is None or not found or not CommissionMember.objects.exists():
            return
        sitting = _sit(found[:_ADVISED], secretary.pk, at=at)
        waiting = Sitting.objects.filter(state="DRAFT").order_by("pk").first()
        if waiting is not None and len(found) > _ADVISED:
            put_review_on_agenda(sitting_id=waiting.pk, review_id=found[_ADVISED].pk, version=1, at=at)
    with batch(Batch.LETTERS, operator=OPERATOR, motive=_MOTIVE, command=_COMMAND):
        make_letters(sitting_id=sitting, by=secretary.pk, at=at)
    with batch(Batch.IMPORT, operator=OPERATOR, motive=_MOTIVE, command=_COMMAND):
        first = OccupationReview.objects.get(pk=found[0].pk)
        note_solution(review_id=first.pk, version=first.version, solution="TRANSFER", is_agreed=True, met_on=on, on=on)


def _sit(reviews: list[OccupationReview], secretary_id: int, *, at: datetime) -> int:
    on = at.date()
    sitting = draft_sitting(number=next_number(on), held_on=on, hour=HOUR, mode="ROOM", place=PLACE, by=secretary_id)
    for review in reviews:
        put_review_on_agenda(sitting_id=sitting, review_id=review.pk, version=1, at=at)
    convene_sitting(sitting_id=sitting, version=_version(sitting), on=on)
    members = list(CommissionMember.objects.order_by("pk"))
    note_attendance(
        sitting_id=sitting,
        version=_version(sitting),
        presences={member.pk: Presence(state="PRESENT") for member in members},
    )
    president = next(member.pk for member in members if member.is_president)
    open_sitting(sitting_id=sitting, version=_version(sitting), president_id=president, on=on, at=at)
    for point in Opinion.objects.filter(sitting=sitting).select_related("review").order_by("rank"):
        votes = {member.pk: "FOR" for member in members}
        record_opinion_votes(opinion_id=point.pk, version=1, votes=votes, at=at)
        advised = next((each for column, each in _OPINIONS.items() if getattr(point.review, column)), "STAY")
        record_opinion(opinion_id=point.pk, version=2, opinion=advised, by=secretary_id, at=at)
    close_sitting(sitting_id=sitting, version=_version(sitting), by=secretary_id, at=at)
    seal_minutes(sitting_id=sitting, version=_version(sitting), by=secretary_id, on=on, at=at)
    return sitting


def _version(sitting: int) -> int:
    return Sitting.objects.values_list("version", flat=True).get(pk=sitting)
