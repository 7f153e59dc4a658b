"""Votes and decisions, corrected live until the sitting is closed: each state is kept."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from palier.attribution.access import ItemChangedMeanwhile, item_to_change, refuse_of_another, sheet_of_item
from palier.attribution.models import Attendance, Decision, Item, Sheet, Sitting, Vote
from palier.attribution.queries.dwellings import dwelling_facts, place_of
from palier.attribution.queries.seats import presences_of, seats_of, voting_seats, ways_of
from palier.attribution.rules.deciding import Verdict, refuse_against_votes, refuse_bad_verdict
from palier.attribution.rules.sheets import established_by
from palier.attribution.rules.voting import counted, refuse_without_quorum
from palier.demandes.rules.pieces import PIECES
from palier.foundation.errors import Refusal
from palier.screening.queries import judged


class SittingNotOpen(Refusal):
    """On ne vote et on ne décide que pendant la séance : elle est {state}."""


class ItemPostponed(Refusal):
    """Ce logement est renvoyé à une autre séance."""


class MayNotVote(Refusal):
    """Un vote est celui d’un membre présent ou représenté, qui a voix délibérative et ne s’est pas déporté ; le
    pouvoir donné à un membre déporté n’est pas compté sur ce point."""


class VoteUnknown(Refusal):
    """Un vote est « pour », « contre » ou « abstention »."""


class RankGivenTwice(Refusal):
    """{place} : le rang {rank} est aussi donné à {other}. Changez l’un des deux avant de lever la séance."""


class PrecisionRefused(Refusal):
    """La précision d’une décision est un fait : « {found} » ne peut pas être gardé."""


_CHOICES = frozenset(code for code, _ in Vote._meta.get_field("choice").choices or ())


@transaction.atomic
def record_votes(*, item_id: int, version: int, sheet_id: int, votes: Mapping[int, str], at: datetime) -> str:
    """The voices on one sheet; those given before are replaced. Gives what they contradict, in words, or nothing.

    Raises ItemChangedMeanwhile, QuorumNotReached, MayNotVote.
    """
    item, sitting = _being_examined(item_id, version)
    sheet = sheet_of_item(sheet_id, item_id)
    places = dwelling_facts(item.vacancy_id).places
    seats = voting_seats(item, seats_of(sitting.pk))
    here = set(
        Attendance.objects.filter(sitting=sitting, state__in=["PRESENT", "REMOTE", "REPRESENTED"]).values_list(
            "member_id", flat=True
        )
    )
    for member, choice in votes.items():
        if choice not in _CHOICES:
            raise VoteUnknown
        seat = seats.get(member)
        if member not in here or seat is None or not seat.has_vote or not seat.sits_for(places):
            raise MayNotVote
    Vote.objects.filter(sheet=sheet).delete()
    Vote.objects.bulk_create(
        Vote(sheet=sheet, member_id=member, choice=choice, cast_at=at) for member, choice in sorted(votes.items())
    )
    _changed(item)
    return _contradicted(sheet, item, sitting)


@transaction.atomic
def record_decision(*, item_id: int, version: int, sheet_id: int, verdict: Verdict, by: int, at: datetime) -> str:
    """One of the five decisions on one sheet; a later one replaces it, and both are kept.

    Gives in words what is still to put right before the end: a rank given twice. Raises ItemChangedMeanwhile,
    SittingNotOpen, QuorumNotReached, PrecisionRefused, and what makes the decision invalid.
    """
    item, sitting = _being_examined(item_id, version)
    sheet = sheet_of_item(sheet_id, item_id)
    refuse_bad_verdict(
        verdict,
        pseudonym=sheet.pseudonym,
        established=established_by(sheet.content),
        held_on=sitting.held_on,
        pieces=PIECES,
    )
    _refuse_against_votes(verdict, sheet, item, sitting)
    _refuse_unsaid(verdict.precision)
    Decision.objects.filter(sheet=sheet, replaced_at__isnull=True).update(replaced_at=at)
    Decision.objects.create(
        sheet=sheet,
        kind=verdict.kind,
        rank=verdict.rank,
        condition_piece=verdict.condition_piece,
        condition_due_on=verdict.condition_due_on,
        motive=verdict.motive,
        other_motive=verdict.other_motive,
        precision=verdict.precision,
        decided_at=at,
        decided_by_id=by,
    )
    _changed(item)
    return _given_twice(verdict, sheet, item)


def votes_of(sheet: Sheet) -> dict[int, str]:
    """The voices on one sheet, by number of member."""
    return dict(Vote.objects.filter(sheet=sheet).values_list("member_id", "choice"))


def _refuse_against_votes(verdict: Verdict, sheet: Sheet, item: Item, sitting: Sitting) -> None:
    count = counted(
        votes_of(sheet),
        voting_seats(item, seats_of(sitting.pk)),
        ways_of(sitting),
        places=dwelling_facts(item.vacancy_id).places,
    )
    refuse_against_votes(verdict, count, pseudonym=sheet.pseudonym)


def _contradicted(sheet: Sheet, item: Item, sitting: Sitting) -> str:
    kind = Decision.objects.filter(sheet=sheet, replaced_at=None).values_list("kind", flat=True).first()
    if kind is None:
        return ""
    try:
        _refuse_against_votes(Verdict(kind=kind), sheet, item, sitting)
    except Refusal as contradicted:
        return str(contradicted)
    return ""


def _given_twice(verdict: Verdict, sheet: Sheet, item: Item) -> str:
    others = Decision.objects.filter(sheet__item=item, replaced_at=None, rank=verdict.rank).exclude(sheet=sheet)
    taken = None if verdict.rank is None else others.values_list("sheet__pseudonym", flat=True).first()
    return "" if taken is None else str(RankGivenTwice(place=place_of(item), rank=verdict.rank, other=taken))


def _refuse_unsaid(precision: str) -> None:
    if precision:
        found = judged(precision)
        if found.decision == "block":
            first = found.findings[0]
            raise PrecisionRefused(found=precision[first.start : first.end])


def _being_examined(item_id: int, version: int) -> tuple[Item, Sitting]:
    item = item_to_change(item_id)
    sitting = item.sitting
    refuse_of_another(sitting)
    if item.version != version:
        raise ItemChangedMeanwhile
    if sitting.state != "OPEN":
        raise SittingNotOpen(state=sitting.get_state_display())
    if item.is_postponed:
        raise ItemPostponed
    refuse_without_quorum(seats_of(sitting.pk), presences_of(sitting.pk), ways_of(sitting))
    return item, sitting


def _changed(item: Item) -> None:
    Item.objects.filter(pk=item.pk).update(version=item.version + 1)
