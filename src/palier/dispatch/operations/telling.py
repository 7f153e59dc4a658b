"""Telling one person, outside, that something of theirs waits inside: by the channels that they agreed to for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db import connection

from palier.dispatch.channels import EMAIL, MESSAGE_KIND, PUSH, Answer, Channel, Parcel, Said
from palier.dispatch.operations.outbox import FAMILIES, REACHES
from palier.leases.queries.consents import told_persons

# By these alone: a message is written in no vault and on no paper.
BY: Final = (EMAIL, PUSH)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What waits for a person. `key`: said again, it is the same notice."""

    key: str
    lease_id: int
    person_id: int


def parcels_of(waiting: Sequence[Waiting], channel: str, *, on: date) -> list[Parcel]:
    """What to say on a channel, to those alone who agreed to it for themselves. Asked under a job that reads mail."""
    told = told_persons([each.lease_id for each in waiting], FAMILIES[channel], on=on)
    wanted = [each for each in waiting if each.person_id in told.get(each.lease_id, ())]
    places: dict[int, list[tuple[str, str]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(REACHES[channel], [sorted({each.person_id for each in wanted})])
        for person, place, language in cursor.fetchall():
            places.setdefault(person, []).append((place, language))
    return [
        Parcel(
            sending_id=0,
            key=each.key,
            label="",
            kind=MESSAGE_KIND,
            reaches=tuple(place for place, _ in places[each.person_id]),
            spoken=tuple(language for _, language in places[each.person_id]),
        )
        for each in wanted
        if each.person_id in places
    ]


def forget_gone(answers: Sequence[Answer]) -> None:
    """Devices that are no more are knocked at no more."""
    gone = [place for answer in answers for place in answer.gone]
    if gone:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM dispatch_pushpoint WHERE endpoint = ANY (%s::text[])", [gone])


def say(channel: Channel, parcels: Sequence[Parcel]) -> dict[str, Answer]:
    """Say it on one channel, outside any transaction; by key, what the outside world answered."""
    return {parcel.key: channel.send(parcel) for parcel in parcels}


def is_over(answer: Answer) -> bool:
    """True when saying it again would change nothing."""
    return answer.said in (Said.ACCEPTED, Said.DELIVERED, Said.REFUSED)
