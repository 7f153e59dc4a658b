"""Who is convened to a sitting, who came, and under which rules of the landlord, as the rules know it."""

from collections.abc import Mapping
from dataclasses import replace

from palier.attribution.models import (
    Attendance,
    CommissionMember,
    Item,
    Opinion,
    OpinionRecusal,
    Recusal,
    Sitting,
)
from palier.attribution.rules.voting import Presence, Seat, Ways, unheard


def seats_of(sitting_id: int) -> dict[int, Seat]:
    """Who is convened, by number."""
    presiding = Sitting.objects.filter(pk=sitting_id).values_list("president_id", flat=True).first()
    found = CommissionMember.objects.filter(attendance__sitting_id=sitting_id).order_by("pk")
    seats = {each.pk: seat_of(each) for each in found}
    if presiding is None:
        return seats
    # Whoever presides has the casting voice that the rules give to the president, elected or not.
    return {number: replace(seat, is_president=number == presiding) for number, seat in seats.items()}


def voting_seats(item: Item, seats: Mapping[int, Seat]) -> dict[int, Seat]:
    """Those whose voice is counted on one item: neither who takes no part in it, nor whom they represent."""
    recused = set(Recusal.objects.filter(item=item).values_list("member_id", flat=True))
    return _heard(seats, recused, item.sitting_id)


def opinion_seats(point: Opinion, seats: Mapping[int, Seat]) -> dict[int, Seat]:
    """The same for an opinion on an occupation."""
    recused = set(OpinionRecusal.objects.filter(point=point).values_list("member_id", flat=True))
    return _heard(seats, recused, point.sitting_id)


def _heard(seats: Mapping[int, Seat], recused: set[int], sitting_id: int) -> dict[int, Seat]:
    silent = unheard(recused, presences_of(sitting_id)) if recused else set()
    return {member: seat for member, seat in seats.items() if member not in silent}


def seat_of(member: CommissionMember) -> Seat:
    """The seat, without the name of who holds it."""
    return Seat(
        member=member.pk,
        quality=member.quality,
        has_vote=member.has_vote,
        is_president=member.is_president,
        communes=tuple(member.communes),
    )


def presences_of(sitting_id: int) -> dict[int, Presence]:
    """Who came, by number of member."""
    return {
        each.member_id: Presence(state=each.state, proxy_to=each.proxy_to_id)
        for each in Attendance.objects.filter(sitting_id=sitting_id)
    }


def ways_of(sitting: Sitting) -> Ways:
    """The rules under which the sitting is held."""
    rules = sitting.rules
    return Ways(
        quorum=rules.quorum,
        quorum_in_person=rules.quorum_in_person,
        casting=rules.casting,
        least_candidates=rules.least_candidates,
        proxies_each=rules.proxies_each,
        remote_allowed=rules.remote_allowed,
    )
