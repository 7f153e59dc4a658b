"""A review before the commission: put on the agenda by pseudonym, voted on, advised on; neither rank nor motive."""

import secrets
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from palier.attribution.access import refuse_of_another, sitting_to_change
from palier.attribution.models import Attendance, OccupationReview, Opinion, OpinionRecusal, OpinionVote, Sitting, Vote
from palier.attribution.operations.agenda import AgendaClosed, digest_of
from palier.attribution.operations.freezing import numbers_of_seats
from palier.attribution.operations.reviewing import (
    ReviewNotFound,
    ReviewNotInThatState,
    changed,
)
from palier.attribution.queries.seats import opinion_seats, presences_of, seats_of, ways_of
from palier.attribution.rules.frozen import FrozenOpinion, FrozenSitting, plain
from palier.attribution.rules.opined import content_told
from palier.attribution.rules.replay import Difference, by_situation, compared
from palier.attribution.rules.voting import Count, Presence, Seat, Ways, counted, heard, refuse_without_quorum, unheard
from palier.attribution.rules.words import OPINIONS
from palier.foundation.errors import Refusal

_CHOICES = frozenset(code for code, _ in Vote._meta.get_field("choice").choices or ())


class OpinionNotFound(Refusal):
    """Cet avis n’est pas à l’ordre du jour."""


class OpinionChangedMeanwhile(Refusal):
    """Quelqu’un d’autre a modifié cet avis pendant que vous le lisiez : rien n’a été enregistré, rechargez la page."""


class OpinionUnknown(Refusal):
    """Choisissez l’avis dans la liste."""


class OpinionOutOfSitting(Refusal):
    """On ne vote et on ne rend un avis que pendant la séance : elle est {state}."""


class OpinionAgainstVotes(Refusal):
    """{pseudonym} : les voix données ne sont pas en faveur de cet avis."""


class OpinionMissing(Refusal):
    """{pseudonym} : la commission n’a pas encore rendu son avis. Rendez-le avant de lever la séance."""


class VoiceNotHeard(Refusal):
    """Un vote est celui d’un membre présent ou représenté, qui a voix délibérative pour cette commune et ne s’est pas
    déporté ; le pouvoir donné à un membre déporté n’est pas compté sur ce point."""


@transaction.atomic
def put_review_on_agenda(*, sitting_id: int, review_id: int, version: int, at: datetime) -> int:
    """Put a review on the agenda of a sitting that is still drawn up.

    Raises SittingNotFound, AgendaClosed, ReviewNotFound, ReviewNotInThatState.
    """
    sitting = _drawn_up(sitting_id)
    review = OccupationReview.objects.select_for_update().filter(pk=review_id).first()
    if review is None:
        raise ReviewNotFound
    if review.state != "FOUND" or review.version != version:
        raise ReviewNotInThatState(state=review.get_state_display())
    last = Opinion.objects.filter(sitting=sitting).aggregate(last=Max("rank"))["last"] or 0
    content = content_of(review)
    made = Opinion.objects.create(
        sitting=sitting,
        review=review,
        rank=last + 1,
        pseudonym=_drawn(set(Opinion.objects.filter(sitting=sitting).values_list("pseudonym", flat=True))),
        content=content,
        digest=digest_of(content),
        made_at=at,
    )
    changed(review, state="AGENDA")
    return made.pk


@transaction.atomic
def take_review_off_agenda(*, sitting_id: int, opinion_id: int) -> None:
    """Before the members are convened. Raises SittingNotFound, AgendaClosed, OpinionNotFound."""
    sitting = _drawn_up(sitting_id)
    point = Opinion.objects.select_related("review").filter(pk=opinion_id, sitting=sitting).first()
    if point is None:
        raise OpinionNotFound
    changed(point.review, state="FOUND")
    point.delete()


@transaction.atomic
def record_opinion_votes(*, opinion_id: int, version: int, votes: Mapping[int, str], at: datetime) -> str:
    """The voices on one opinion; those given before are replaced. Gives what they contradict, in words, or nothing.

    Raises OpinionNotFound, OpinionChangedMeanwhile, OpinionOutOfSitting, QuorumNotReached, VoiceNotHeard.
    """
    point = _being_examined(opinion_id, version)
    seats = opinion_seats(point, seats_of(point.sitting_id))
    here = set(
        Attendance.objects.filter(sitting=point.sitting_id, state__in=["PRESENT", "REMOTE", "REPRESENTED"]).values_list(
            "member_id", flat=True
        )
    )
    for member, choice in votes.items():
        seat = seats.get(member)
        heard = seat is not None and seat.has_vote and seat.sits_for(_places(point))
        if not heard or member not in here or choice not in _CHOICES:
            raise VoiceNotHeard
    OpinionVote.objects.filter(point=point).delete()
    OpinionVote.objects.bulk_create(
        OpinionVote(point=point, member_id=member, choice=choice, cast_at=at)
        for member, choice in sorted(votes.items())
    )
    Opinion.objects.filter(pk=point.pk).update(version=point.version + 1)
    return _contradicted(point) if point.opinion else ""


@transaction.atomic
def record_opinion(*, opinion_id: int, version: int, opinion: str, by: int, at: datetime) -> None:
    """What the commission advises, corrected until the sitting is closed.

    Raises OpinionNotFound, OpinionChangedMeanwhile, OpinionOutOfSitting, QuorumNotReached, OpinionUnknown,
    OpinionAgainstVotes.
    """
    point = _being_examined(opinion_id, version)
    if opinion not in OPINIONS:
        raise OpinionUnknown
    _refuse_against(point, count_of(point, seats_of(point.sitting_id), ways_of(point.sitting)))
    Opinion.objects.filter(pk=point.pk).update(
        opinion=opinion, decided_at=at, decided_by_id=by, version=point.version + 1
    )


def recuse_from_opinion(*, opinion_id: int, sitting: Sitting, member_id: int, by: int, at: datetime) -> None:
    """The member takes no part in it, and reads nothing of it from now on. Raises OpinionNotFound."""
    point = Opinion.objects.select_for_update().filter(pk=opinion_id, sitting=sitting).first()
    if point is None:
        raise OpinionNotFound
    # What they voted before they left counts no more, for themself or for whom they represent.
    silent = unheard({member_id}, presences_of(sitting.pk))
    OpinionVote.objects.filter(point=point, member_id__in=silent).delete()
    OpinionRecusal.objects.get_or_create(point=point, member_id=member_id, defaults={"noted_by_id": by, "noted_at": at})
    Opinion.objects.filter(pk=point.pk).update(version=point.version + 1)


def take_away_opinion_voices(sitting: Sitting, presences: Mapping[int, Presence]) -> None:
    """On each opinion, those of who left, or is represented by who takes no part in it."""
    for point in Opinion.objects.filter(sitting=sitting):
        recused = set(OpinionRecusal.objects.filter(point=point).values_list("member_id", flat=True))
        given = OpinionVote.objects.filter(point=point).exclude(member_id__in=heard(recused, presences))
        if given.delete()[0]:
            Opinion.objects.filter(pk=point.pk).update(version=point.version + 1)


def close_opinions(sitting: Sitting, *, seats: Mapping[int, Seat], ways: Ways) -> int:
    """Each opinion is given and follows its voices: the reviews have it; how many. Raises OpinionMissing."""
    points, reviews = list(Opinion.objects.filter(sitting=sitting).order_by("rank")), _reviews_of(sitting)
    for point in points:
        if not point.opinion:
            raise OpinionMissing(pseudonym=point.pseudonym)
        _refuse_against(point, count_of(point, seats, ways))
        if point.review_id in reviews:
            changed(reviews[point.review_id], state="GIVEN", opinion=point.opinion, opinion_on=sitting.held_on)
    return len(points)


def release_opinions(sitting: Sitting) -> None:
    """A sitting that is cancelled gives its reviews back."""
    for point in Opinion.objects.filter(sitting=sitting, review__state="AGENDA").select_related("review"):
        changed(point.review, state="FOUND")


def opinions_differ(sitting: Sitting, frozen: FrozenSitting) -> Iterator[Difference]:
    """Each opinion of the database held against what the sitting froze of it; one that is missing, or one more."""
    present = {each.pseudonym: each for each in frozen_opinions(sitting, seats_of(sitting.pk), as_of=frozen)}
    if present and not frozen.has_opinions:
        found = f"{len(present)} en base"
        yield Difference(where=f"séance {sitting.number}", what="avis", frozen="non figés", found=found)
        return
    held = {each.pseudonym: each for each in frozen.opinions}
    for pseudonym in sorted(held.keys() | present.keys()):
        before, after = held.get(pseudonym), present.get(pseudonym)
        if before is None or after is None:
            there = ("absent", "présent") if before is None else ("présent", "absent")
            yield Difference(where=pseudonym, what="avis", frozen=there[0], found=there[1])
            continue
        yield from compared(pseudonym, "voix", _voices(before), _voices(after))
        yield from compared(pseudonym, "avis en base", _told(before), _told(after))
    reviews = Opinion.objects.filter(sitting=sitting, pseudonym__in=list(held)).order_by("pseudonym")
    for pseudonym, opinion, day in reviews.values_list("pseudonym", "review__opinion", "review__opinion_on"):
        if held[pseudonym].inputs:
            yield from compared(pseudonym, "avis noté à l’examen", held[pseudonym].opinion, opinion)
            if day is not None:
                yield from compared(pseudonym, "jour de l’avis", frozen.held_on.isoformat(), day.isoformat())


def _voices(each: FrozenOpinion) -> dict[str, str]:
    return {f"siège {seat}": choice for seat, choice in each.votes}


def _told(each: FrozenOpinion) -> dict[str, object]:
    """Without its voices, which are told seat by seat."""
    said = {name: plain(value) for name, value in asdict(each).items() if name != "votes"}
    return {**said, "content": plain(by_situation(each.content))}


def content_of(review: OccupationReview) -> dict[str, Any]:
    """What the members read of a review."""
    return content_told(
        review.inputs,
        on=review.examined_on or review.due_on,
        due_on=review.due_on,
        city=review.residence.city,
        places=_known_places(review),
    )


def frozen_opinions(
    sitting: Sitting, seats: Mapping[int, Seat], *, as_of: FrozenSitting | None = None
) -> list[FrozenOpinion]:
    """The opinions of a sitting as it freezes them: seats by number, no lease, no address.

    A review may be hidden from who reads, when the tenant's address is protected: nothing is then said of its inputs,
    or what was frozen of them, `as_of`.
    """
    numbers, presences, reviews = numbers_of_seats(seats), presences_of(sitting.pk), _reviews_of(sitting)
    held = {} if as_of is None else {each.pseudonym: each for each in as_of.opinions}
    made = []
    for point in Opinion.objects.filter(sitting=sitting).order_by("rank"):
        review, before = reviews.get(point.review_id), held.get(point.pseudonym)
        # Hidden now, or hidden from who closed: there is nothing to hold it against.
        read = before if before is not None and (review is None or not before.inputs) else review
        recused = set(OpinionRecusal.objects.filter(point=point).values_list("member_id", flat=True))
        votes = OpinionVote.objects.filter(point=point).values_list("member_id", "choice")
        made.append(
            FrozenOpinion(
                rank=point.rank,
                pseudonym=point.pseudonym,
                examined_on=_day_of(read) or sitting.held_on,
                inputs={} if read is None else read.inputs,
                inputs_sha256="" if read is None else read.inputs_sha256,
                content=point.content,
                digest=point.digest,
                recused=_numbered(recused, numbers),
                unheard=_numbered(unheard(recused, presences), numbers),
                votes=tuple(sorted((numbers.get(member, 0), choice) for member, choice in votes)),
                opinion=point.opinion,
            )
        )
    return made


def _numbered(members: Collection[int], numbers: Mapping[int, int]) -> tuple[int, ...]:
    # Written by hand, a member may have no seat there.
    return tuple(sorted(numbers.get(member, 0) for member in members))


def _day_of(read: OccupationReview | FrozenOpinion | None) -> date | None:
    if isinstance(read, OccupationReview):
        return read.examined_on or read.due_on
    return None if read is None else read.examined_on


def _reviews_of(sitting: Sitting) -> dict[int, OccupationReview]:
    """The reviews on its agenda, less those that are hidden from who reads."""
    return {each.pk: each for each in OccupationReview.objects.filter(points__sitting=sitting)}


def _known_places(review: OccupationReview) -> list[str]:
    return [place for place in (review.residence.commune, review.residence.postcode) if place]


def count_of(point: Opinion, seats: Mapping[int, Seat], ways: Ways) -> Count:
    """The voices on one opinion."""
    votes = dict(OpinionVote.objects.filter(point=point).values_list("member_id", "choice"))
    return counted(votes, opinion_seats(point, seats), ways, places=_places(point))


def _refuse_against(point: Opinion, count: Count) -> None:
    if count.votes_for + count.against + count.abstained and not count.carried:
        raise OpinionAgainstVotes(pseudonym=point.pseudonym)


def _contradicted(point: Opinion) -> str:
    try:
        _refuse_against(point, count_of(point, seats_of(point.sitting_id), ways_of(point.sitting)))
    except OpinionAgainstVotes as contradicted:
        return str(contradicted)
    return ""


def _places(point: Opinion) -> Collection[str]:
    # Five digits may be one city's code and another's postcode: the postcode only where the code is not known.
    return tuple(point.content["places"][:1])


def _being_examined(opinion_id: int, version: int) -> Opinion:
    point = (
        Opinion.objects.select_for_update(of=("self",)).select_related("sitting__rules").filter(pk=opinion_id).first()
    )
    if point is None:
        raise OpinionNotFound
    refuse_of_another(point.sitting)
    if point.version != version:
        raise OpinionChangedMeanwhile
    if point.sitting.state != "OPEN":
        raise OpinionOutOfSitting(state=point.sitting.get_state_display())
    refuse_without_quorum(seats_of(point.sitting_id), presences_of(point.sitting_id), ways_of(point.sitting))
    return point


def _drawn_up(sitting_id: int) -> Sitting:
    sitting = sitting_to_change(sitting_id)
    if sitting.state != "DRAFT":
        raise AgendaClosed(state=sitting.get_state_display())
    return sitting


def _drawn(taken: set[str]) -> str:
    """A pseudonym that says nothing of the order of arrival."""
    free = [f"O-{number:02d}" for number in range(1, 100 + 2 * len(taken)) if f"O-{number:02d}" not in taken]
    return secrets.choice(free)
