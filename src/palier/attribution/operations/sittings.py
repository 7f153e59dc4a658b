"""The life of a sitting: drawn up, convened, opened with its quorum, closed; or cancelled."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import F

from palier.attribution.access import keeper_id, refuse_moved, sitting_in_sight, sitting_to_change
from palier.attribution.models import Attendance, Handover, Item, Opinion, Recusal, Sitting, Vacancy, Vote
from palier.attribution.operations.agenda import make_sheets, refuse_unready_item, release_item
from palier.attribution.operations.closing import close_items, what_was_used
from palier.attribution.operations.commission import members_on, rules_on
from palier.attribution.operations.freezing import freeze_sitting
from palier.attribution.operations.opinions import (
    close_opinions,
    frozen_opinions,
    recuse_from_opinion,
    release_opinions,
    take_away_opinion_voices,
)
from palier.attribution.queries.seats import presences_of, seats_of, ways_of
from palier.attribution.rules.meeting import refuse_bad_meeting
from palier.attribution.rules.voting import (
    Presence,
    heard,
    refuse_bad_proxies,
    refuse_remote,
    refuse_without_quorum,
    unheard,
)
from palier.foundation.errors import Refusal
from palier.screening.queries import judged


class NotInThatState(Refusal):
    """Cela ne se fait plus, ou pas encore : l’état de cette séance est « {state} »."""


class AlreadyHeld(Refusal):
    """Vous tenez déjà cette séance."""


class NumberTaken(Refusal):
    """Une séance porte déjà le numéro {number}."""


class EmptyAgenda(Refusal):
    """L’ordre du jour est vide : ajoutez au moins un logement ou un examen de l’occupation."""


class TooLateToConvene(Refusal):
    """Le règlement intérieur demande de convoquer {days} jours avant la séance."""


class NotItsDay(Refusal):
    """Une séance s’ouvre le jour pour lequel elle est convoquée : le {day}."""


class NobodySits(Refusal):
    """Aucun membre n’a de mandat le {day} : donnez les sièges d’abord."""


class NotConvened(Refusal):
    """Ce membre n’est pas convoqué à cette séance."""


class NotInAPlace(Refusal):
    """Un lieu est une salle ou une adresse : « {found} » ne peut pas être gardé."""


class PresidentNotHere(Refusal):
    """La séance est présidée par un membre présent qui a voix délibérative : choisissez-le."""


def draft_sitting(*, number: str, held_on: date, hour: time, mode: str, place: str, by: int) -> int:
    """A sitting to come, under the rules of its day. Raises NumberTaken, NoRulesYet, what makes the place wrong."""
    _refuse_meeting(mode=mode, hour=hour, place=place)
    if Sitting.objects.filter(number=number).exists():
        raise NumberTaken(number=number)
    rules = rules_on(held_on)
    return Sitting.objects.create(
        number=number, held_on=held_on, hour=hour, mode=mode, place=place, rules=rules, secretary_id=by
    ).pk


@transaction.atomic
def correct_sitting(
    *, sitting_id: int, version: int, held_on: date, hour: time, mode: str, place: str, at: datetime
) -> None:
    """Another day, hour, place, before the members are called: the sheets are those of the new day.

    Raises ChangedMeanwhile, NotInThatState, NoRulesYet, what makes the place wrong, NoFactsYet.
    """
    sitting = in_state(sitting_id, version, "DRAFT")
    _refuse_meeting(mode=mode, hour=hour, place=place)
    moved = held_on != sitting.held_on
    _moved(sitting, held_on=held_on, hour=hour, mode=mode, place=place, rules=rules_on(held_on))
    for item in Item.objects.filter(sitting=sitting) if moved else ():
        make_sheets(item_id=item.pk, at=at)


@transaction.atomic
def take_over_sitting(*, sitting_id: int, version: int, by: int, at: datetime) -> None:
    """Whoever takes it over acts on it from now on, and reads whose sheets these are: it is noted.

    In any state: whoever held one that is sealed may have left. Raises SittingNotFound, ChangedMeanwhile, AlreadyHeld.
    """
    sitting = Sitting.objects.select_for_update().filter(pk=sitting_id).first() or sitting_in_sight(sitting_id)
    refuse_moved(sitting, version)
    keeper = keeper_id(sitting)
    if keeper == by:
        raise AlreadyHeld
    Handover.objects.create(sitting=sitting, left_by_id=keeper, taken_by_id=by, taken_at=at)
    if sitting.state != "SEALED":
        _moved(sitting, secretary_id=by)


@transaction.atomic
def convene_sitting(*, sitting_id: int, version: int, on: date) -> None:
    """Call the members; what is on the agenda is complete. Raises the refusals of an item, TooLateToConvene."""
    sitting = in_state(sitting_id, version, "DRAFT")
    items = list(Item.objects.filter(sitting=sitting).order_by("rank"))
    refuse_bad_meeting(mode=sitting.mode, hour=sitting.hour, place=sitting.place)
    if not items and not Opinion.objects.filter(sitting=sitting).exists():
        raise EmptyAgenda
    for item in items:
        refuse_unready_item(item, sitting)
    if on + timedelta(days=sitting.rules.convened_days_before) > sitting.held_on:
        raise TooLateToConvene(days=sitting.rules.convened_days_before)
    members = members_on(sitting.held_on)
    if not members:
        raise NobodySits(day=f"{sitting.held_on:%d/%m/%Y}")
    Attendance.objects.bulk_create(Attendance(sitting=sitting, member=member) for member in members)
    _moved(sitting, state="CONVENED", convened_on=on)


@transaction.atomic
def note_attendance(*, sitting_id: int, version: int, presences: Mapping[int, Presence]) -> None:
    """Who came, remotely or not, and who gave their voice to whom: voices of who is no longer heard are taken away.

    Raises NotConvened and the rules on proxies.
    """
    sitting = in_state(sitting_id, version, "CONVENED", "OPEN")
    convened = {each.member_id: each for each in Attendance.objects.filter(sitting=sitting)}
    if not presences.keys() <= convened.keys():
        raise NotConvened
    whole = {member: Presence(state=each.state, proxy_to=each.proxy_to_id) for member, each in convened.items()}
    whole.update(presences)
    refuse_remote(whole, ways_of(sitting), mode=sitting.mode)
    refuse_bad_proxies(seats_of(sitting.pk), whole, ways_of(sitting))
    for member, presence in presences.items():
        Attendance.objects.filter(sitting=sitting, member_id=member).update(
            state=presence.state, proxy_to_id=presence.proxy_to
        )
    _take_away_voices(sitting, whole)
    take_away_opinion_voices(sitting, whole)
    _moved(sitting)


@transaction.atomic
def open_sitting(*, sitting_id: int, version: int, president_id: int, on: date, at: datetime) -> None:
    """Open on its day, with its quorum, under a president who is there.

    Raises NotItsDay, QuorumNotReached, PresidentNotHere and the rules on proxies.
    """
    sitting = in_state(sitting_id, version, "CONVENED")
    if on != sitting.held_on:
        raise NotItsDay(day=f"{sitting.held_on:%d/%m/%Y}")
    seats, presences, ways = seats_of(sitting.pk), presences_of(sitting.pk), ways_of(sitting)
    refuse_bad_proxies(seats, presences, ways)
    refuse_without_quorum(seats, presences, ways)
    here = presences.get(president_id)
    if here is None or here.state not in ("PRESENT", "REMOTE") or not seats[president_id].has_vote:
        raise PresidentNotHere
    Attendance.objects.filter(sitting=sitting, state="CONVENED").update(state="ABSENT")
    _moved(sitting, state="OPEN", opened_at=at, president_id=president_id)


@transaction.atomic
def close_sitting(*, sitting_id: int, version: int, by: int, at: datetime) -> None:
    """Every item is whole: what the rules read is frozen, and nothing is corrected any more.

    Raises QuorumNotReached, what an unfinished item raises, SheetOutdated, OpinionMissing.
    """
    sitting = in_state(sitting_id, version, "OPEN")
    refuse_without_quorum(seats_of(sitting.pk), presences_of(sitting.pk), ways_of(sitting))
    seats, ways = seats_of(sitting.pk), ways_of(sitting)
    opinions = close_opinions(sitting, seats=seats, ways=ways)
    items = close_items(sitting, seats=seats, ways=ways, by=by, at=at, may_be_none=opinions > 0)
    freeze_sitting(
        sitting,
        items,
        opinions=frozen_opinions(sitting, seats),
        seats=seats,
        presences=presences_of(sitting.pk),
        ways=ways,
        used=what_was_used(sitting.held_on, opinions=opinions > 0),
        at=at,
    )
    _moved(sitting, state="CLOSED", closed_at=at)


@transaction.atomic
def cancel_sitting(*, sitting_id: int, version: int) -> None:
    """Before it opens, or while nothing is decided for good: its dwellings go back to be matched."""
    sitting = in_state(sitting_id, version, "DRAFT", "CONVENED", "OPEN")
    vacancies = Item.objects.filter(sitting=sitting).values_list("vacancy_id", flat=True)
    Vacancy.objects.filter(pk__in=list(vacancies), state="AGENDA").update(state="MATCHED")
    release_opinions(sitting)
    _moved(sitting, state="CANCELLED")


@transaction.atomic
def postpone_item(*, item_id: int, sitting_id: int, version: int, at: datetime) -> None:
    """Send a dwelling back to another sitting: nothing is decided on it in this one."""
    sitting = in_state(sitting_id, version, "CONVENED", "OPEN")
    release_item(item_id, sitting, at=at)
    _moved(sitting)


def in_state(sitting_id: int, version: int, *states: str) -> Sitting:
    """The sitting as whoever acts saw it, and keeps it.

    Raises SittingNotFound, SittingOfAnother, ChangedMeanwhile, NotInThatState.
    """
    sitting = sitting_to_change(sitting_id)
    _refuse_moved(sitting, version, *states)
    return sitting


def _refuse_moved(sitting: Sitting, version: int, *states: str) -> None:
    refuse_moved(sitting, version)
    if sitting.state not in states:
        raise NotInThatState(state=sitting.get_state_display())


@transaction.atomic
def note_recusal(*, item_id: int, member_id: int, sitting_id: int, version: int, by: int, at: datetime) -> None:
    """A member takes no part in one item, and reads nothing of it from now on. Raises NotConvened."""
    sitting = in_state(sitting_id, version, "CONVENED", "OPEN")
    if not Attendance.objects.filter(sitting=sitting, member_id=member_id).exists():
        raise NotConvened
    if not Item.objects.filter(pk=item_id, sitting=sitting).exists():
        raise NotConvened
    # What they voted before they left counts no more, for themself or for whom they represent.
    silent = unheard({member_id}, presences_of(sitting_id))
    Vote.objects.filter(sheet__item_id=item_id, member_id__in=silent).delete()
    Item.objects.filter(pk=item_id).update(version=F("version") + 1)
    Recusal.objects.get_or_create(item_id=item_id, member_id=member_id, defaults={"noted_by_id": by, "noted_at": at})
    _moved(sitting)


@transaction.atomic
def note_opinion_recusal(
    *, opinion_id: int, member_id: int, sitting_id: int, version: int, by: int, at: datetime
) -> None:
    """The same for an opinion on an occupation. Raises NotConvened, OpinionNotFound."""
    sitting = in_state(sitting_id, version, "CONVENED", "OPEN")
    if not Attendance.objects.filter(sitting=sitting, member_id=member_id).exists():
        raise NotConvened
    recuse_from_opinion(opinion_id=opinion_id, sitting=sitting, member_id=member_id, by=by, at=at)
    _moved(sitting)


def _take_away_voices(sitting: Sitting, presences: Mapping[int, Presence]) -> None:
    """On each dwelling, those of who left, or is represented by who takes no part in it."""
    recused: dict[int, set[int]] = defaultdict(set)
    for item, member in Recusal.objects.filter(item__sitting=sitting).values_list("item_id", "member_id"):
        recused[item].add(member)
    for item in Item.objects.filter(sitting=sitting).values_list("pk", flat=True):
        given = Vote.objects.filter(sheet__item_id=item).exclude(member_id__in=heard(recused[item], presences))
        if given.delete()[0]:
            Item.objects.filter(pk=item).update(version=F("version") + 1)


def _moved(sitting: Sitting, **changes: object) -> None:
    Sitting.objects.filter(pk=sitting.pk).update(version=sitting.version + 1, **changes)


def _refuse_meeting(*, mode: str, hour: time, place: str) -> None:
    refuse_bad_meeting(mode=mode, hour=hour, place=place)
    found = judged(place) if place else None
    if found is not None and found.decision == "block":
        first = found.findings[0]
        raise NotInAPlace(found=place[first.start : first.end])
