"""The caretaker's round: the residences, and the doors of one of them with what is to be done there today."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from palier.agents.models import User
from palier.field.frame import framed, residence_or_404
from palier.field.today import things_to_do
from palier.foundation.clock import now, today
from palier.leases.round import (
    Behind,
    DoorFact,
    RoundDoor,
    SharedContact,
    doors_of_residence,
    persons_of_residence,
    residences_of_round,
)
from palier.maintenance.queries.site import running_round
from palier.people.facts.kinds import KINDS, LANGUAGES
from palier.privacy.declare import Role
from palier.web import signin, words
from palier.web.components import Tag, Tone
from palier.web.requests import ActorRequest
from palier.web.sites import FIELD


def _is_caretaker(user: User) -> bool:
    return user.agent is not None and user.agent.role == Role.CARETAKER


WAY: Final = signin.WayIn(site=FIELD, home="field:home", may_enter=_is_caretaker)
# An arrival is news for a month; afterwards its date is told quietly.
_NEWS = timedelta(days=31)
_CHANNELS: Final = {
    "PHONE": ("Accepte un appel", "tel:"),
    "SMS": ("Accepte un SMS", "sms:"),
    "EMAIL": ("Accepte un courriel", "mailto:"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """A contact as it is tapped: « Accepte un SMS », the number, its link."""

    label: str
    value: str
    url: str
    # An address may be cut at the edge of the screen; a number may not.
    is_long: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A name on the door, since when, how to reach them, and what is news."""

    name: str
    since: str
    contacts: tuple[Reach, ...]
    tags: tuple[Tag, ...]
    # What each coded fact asks of whoever knocks.
    instructions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorShown:
    code: str
    names: tuple[Name, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Landing:
    """The doors of one staircase on a floor. `staircase` empty where the building has only one."""

    staircase: str
    doors: tuple[DoorShown, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FloorShown:
    """A floor, staircase by staircase: a door is its staircase and its number."""

    number: int | None
    landings: tuple[Landing, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildingShown:
    code: str
    floors: tuple[FloorShown, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """An arrival or a departure of the month: a door, a name, a day."""

    door: str
    name: str
    day: date


def enter(request: HttpRequest) -> HttpResponse:
    return signin.sign_in(request, WAY)


def leave(request: HttpRequest) -> HttpResponse:
    return signin.sign_out(request, WAY)


def home(request: ActorRequest) -> HttpResponse:
    """The residences to choose from; the only one opens by itself."""
    residences = residences_of_round()
    if len(residences) == 1:
        return HttpResponseRedirect(reverse("field:doors", args=[residences[0].id]))
    return framed(request, "field/home.html", {"choices": residences})


def doors(request: ActorRequest, residence_id: int) -> HttpResponse:
    """What is to be done today, then the doors of a residence, by building, floor and staircase."""
    residence = residence_or_404(residence_id)
    on, at = today(), now()
    found = doors_of_residence(residence_id)
    told = any(one.facts for door in found for one in door.behind)
    request.reading.saw(persons_of_residence(residence_id), *(("SIGNALEMENTS",) if told else ()))
    arrivals, departures = moves_of_month(found, on=on)
    context: dict[str, object] = {
        "residence": residence,
        "things": things_to_do(residence_id, at=at),
        "round": running_round(at),
        "buildings": list(buildings_shown(found, on=on)),
        "arrivals": arrivals,
        "departures": departures,
        "month": on,
        "today": words.day_long(on, with_year=False),
        "at": at,
    }
    return framed(request, "field/doors.html", context, residence_id=residence_id, here="doors")


def moves_of_month(doors: Iterable[RoundDoor], *, on: date) -> tuple[list[Move], list[Move]]:
    """Who arrives and who leaves in the month of that day: names and dates, nothing else."""
    arrivals, departures = set[Move](), set[Move]()
    for door in doors:
        where = f"bâtiment {door.building}, escalier {door.staircase}, porte {door.door}"
        for one in door.behind:
            if (one.moved_in_on.year, one.moved_in_on.month) == (on.year, on.month):
                arrivals.add(Move(door=where, name=one.door_name, day=one.moved_in_on))
            left = one.moved_out_on
            if left is not None and (left.year, left.month) == (on.year, on.month):
                departures.add(Move(door=where, name=one.door_name, day=left))
    return _by_day(arrivals), _by_day(departures)


def _by_day(moves: Iterable[Move]) -> list[Move]:
    return sorted(moves, key=lambda move: (move.day, move.door, move.name))


def buildings_shown(doors: Iterable[RoundDoor], *, on: date) -> Iterable[BuildingShown]:
    """The doors as they are walked past: building by building, from the top floor down, a staircase after the other."""
    for code, of_building in groupby(doors, key=lambda door: door.building):
        here = list(of_building)
        has_several = len({door.staircase for door in here}) > 1
        floors = tuple(
            FloorShown(number=number, landings=_landings(of_floor, on=on, named=has_several))
            for number, of_floor in groupby(here, key=lambda door: door.floor)
        )
        yield BuildingShown(code=code, floors=floors)


def _landings(doors: Iterable[RoundDoor], *, on: date, named: bool) -> tuple[Landing, ...]:
    return tuple(
        Landing(staircase=code if named else "", doors=tuple(_door_shown(door, on) for door in of_staircase))
        for code, of_staircase in groupby(doors, key=lambda door: door.staircase)
    )


def _door_shown(door: RoundDoor, on: date) -> DoorShown:
    """Those who share a name and their dates stand on one line: a household is not counted here."""
    together: dict[tuple[str, date, date | None], tuple[dict[SharedContact, None], dict[DoorFact, None]]] = {}
    for one in door.behind:
        contacts, facts = together.setdefault((one.door_name, one.moved_in_on, one.moved_out_on), ({}, {}))
        contacts.update(dict.fromkeys(one.contacts))
        facts.update(dict.fromkeys(one.facts))
    names = tuple(
        _name_shown(
            Behind(door_name=name, moved_in_on=came, moved_out_on=leaves, contacts=tuple(contacts), facts=tuple(facts)),
            on,
        )
        for (name, came, leaves), (contacts, facts) in together.items()
    )
    return DoorShown(code=door.door, names=names)


def _name_shown(one: Behind, on: date) -> Name:
    is_news = one.moved_in_on > on - _NEWS
    tags = []
    if is_news:
        tags.append(Tag(label=f"Arrivée le {_day(one.moved_in_on, on)}", tone=Tone.OK))
    if one.moved_out_on is not None:
        tags.append(Tag(label=f"Départ le {_day(one.moved_out_on, on)}", tone=Tone.WARN))
    tags += [_fact_tag(fact, on) for fact in one.facts]
    return Name(
        name=one.door_name,
        since="" if is_news else f"Depuis le {words.day_short(one.moved_in_on)}",
        contacts=tuple(_reach(contact) for contact in one.contacts),
        tags=tuple(tags),
        instructions=tuple(dict.fromkeys(KINDS[fact.code].instruction for fact in one.facts)),
    )


def _fact_tag(fact: DoorFact, on: date) -> Tag:
    """« Interprète utile : arabe »; a restricted one says its last day."""
    kind = KINDS[fact.code]
    label = f"{kind.label}\u00a0: {LANGUAGES[fact.language]}" if fact.language else kind.label
    if kind.is_restricted:
        return Tag(label=f"{label}, jusqu’au {_day(fact.last_day, on)}", tone=Tone.BAD)
    return Tag(label=label, tone=Tone.INFO)


def _reach(contact: SharedContact) -> Reach:
    label, scheme = _CHANNELS[contact.channel]
    address = contact.value
    if contact.channel != "EMAIL":
        address = "".join(sign for sign in address if sign.isdigit() or sign == "+")
    return Reach(label=label, value=contact.value, url=f"{scheme}{address}", is_long=contact.channel == "EMAIL")


def _day(day: date, on: date) -> str:
    return words.day_brief(day) if day.year == on.year else words.day_short(day)
