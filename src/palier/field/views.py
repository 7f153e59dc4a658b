"""The caretaker's two pages. What they show is what `palier.leases.round` reads, and it reads nothing else."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from palier.agents.models import User
from palier.foundation.clock import now, today
from palier.leases.round import (
    Behind,
    RoundDoor,
    RoundResidence,
    SharedContact,
    doors_of_residence,
    persons_of_residence,
    residence_of_round,
    residences_of_round,
)
from palier.privacy.declare import Role
from palier.web import signin, words
from palier.web.components import Frame, Link, Tag, Tone
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


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorShown:
    code: str
    names: tuple[Name, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FloorShown:
    """A floor, landing by landing: doors numbered twice on a floor stand apart."""

    number: int | None
    landings: tuple[tuple[DoorShown, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildingShown:
    code: str
    floors: tuple[FloorShown, ...]


def enter(request: HttpRequest) -> HttpResponse:
    return signin.sign_in(request, WAY)


def leave(request: HttpRequest) -> HttpResponse:
    return signin.sign_out(request, WAY)


def home(request: ActorRequest) -> HttpResponse:
    """The residences to choose from; the only one opens by itself."""
    residences = residences_of_round()
    if len(residences) == 1:
        return HttpResponseRedirect(reverse("field:doors", args=[residences[0].id]))
    return TemplateResponse(request, "field/home.html", {"frame": _frame(request), "residences": residences})


def doors(request: ActorRequest, residence_id: int) -> HttpResponse:
    """The doors of a residence, by building and by floor."""
    residence = residence_of_round(residence_id)
    if residence is None:
        raise Http404
    request.reading.saw(persons_of_residence(residence_id))
    buildings = list(buildings_shown(doors_of_residence(residence_id), on=today()))
    return TemplateResponse(
        request,
        "field/doors.html",
        {
            "frame": _frame(request),
            "residence": residence,
            "residences": _links(residences_of_round(), residence_id),
            "buildings": buildings,
            "today": words.day_long(today(), with_year=False),
            "at": now(),
        },
    )


def buildings_shown(doors: Iterable[RoundDoor], *, on: date) -> Iterable[BuildingShown]:
    """The doors as they are walked past: building by building, from the top floor down."""
    for code, of_building in groupby(doors, key=lambda door: door.building):
        floors = tuple(
            FloorShown(number=number, landings=_landings([_door_shown(door, on) for door in of_floor]))
            for number, of_floor in groupby(of_building, key=lambda door: door.floor)
        )
        yield BuildingShown(code=code, floors=floors)


def _landings(doors: list[DoorShown]) -> tuple[tuple[DoorShown, ...], ...]:
    """Doors come staircase after staircase: where the numbers start again, so does the landing."""
    landings: list[list[DoorShown]] = []
    for door in doors:
        if not landings or door.code <= landings[-1][-1].code:
            landings.append([])
        landings[-1].append(door)
    return tuple(tuple(landing) for landing in landings)


def _door_shown(door: RoundDoor, on: date) -> DoorShown:
    """Those who share a name and their dates stand on one line: a household is not counted here."""
    together: dict[tuple[str, date, date | None], dict[SharedContact, None]] = {}
    for one in door.behind:
        contacts = together.setdefault((one.door_name, one.moved_in_on, one.moved_out_on), {})
        contacts.update(dict.fromkeys(one.contacts))
    names = tuple(
        _name_shown(Behind(door_name=name, moved_in_on=came, moved_out_on=leaves, contacts=tuple(contacts)), on)
        for (name, came, leaves), contacts in together.items()
    )
    return DoorShown(code=door.door, names=names)


def _name_shown(one: Behind, on: date) -> Name:
    is_news = one.moved_in_on > on - _NEWS
    tags = []
    if is_news:
        tags.append(Tag(label=f"Arrivée le {_day(one.moved_in_on, on)}", tone=Tone.OK))
    if one.moved_out_on is not None:
        tags.append(Tag(label=f"Départ le {_day(one.moved_out_on, on)}", tone=Tone.WARN))
    return Name(
        name=one.door_name,
        since="" if is_news else f"Depuis le {words.day_short(one.moved_in_on)}",
        contacts=tuple(_reach(contact) for contact in one.contacts),
        tags=tuple(tags),
    )


def _reach(contact: SharedContact) -> Reach:
    label, scheme = _CHANNELS[contact.channel]
    address = contact.value
    if contact.channel != "EMAIL":
        address = "".join(sign for sign in address if sign.isdigit() or sign == "+")
    return Reach(label=label, value=contact.value, url=f"{scheme}{address}", is_long=contact.channel == "EMAIL")


def _day(day: date, on: date) -> str:
    return words.day_brief(day) if day.year == on.year else words.day_short(day)


def _links(residences: list[RoundResidence], shown: int) -> list[Link]:
    """The other residences, one tap away; nothing to choose when there is one."""
    if len(residences) < 2:
        return []
    return [
        Link(label=each.residence, url=reverse("field:doors", args=[each.id]), current=each.id == shown)
        for each in residences
    ]


def _frame(request: ActorRequest) -> Frame:
    return Frame(
        site_label="Terrain",
        home_url=reverse("field:home"),
        account_name=request.actor.name,
        signout_url=reverse("field:sign_out"),
        preferences_url=reverse("field:preferences"),
    )
