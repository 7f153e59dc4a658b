"""The opinions of a sitting as an export carries them, and the same examined again without the database.

Inputs are numbers and yes or no, under the sitting's pseudonyms: no name, no lease, no address.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from palier.attribution.rules.frozen import FrozenSitting
from palier.attribution.rules.occupation import examine, from_inputs
from palier.attribution.rules.replay import Difference
from palier.attribution.rules.voting import Seat, counted

_WHAT = "examen de l’occupation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opined:
    """One opinion: what the rule read, what the members read, the voices by seat of the sitting, what was advised."""

    pseudonym: str
    inputs: Mapping[str, Any]
    inputs_sha256: str
    examined_on: str
    due_on: str
    city: str
    places: Sequence[str]
    content: Mapping[str, Any]
    digest: str
    votes: Mapping[str, str]
    opinion: str


def content_told(
    inputs: Mapping[str, Any], *, on: date, due_on: date, city: str, places: Sequence[str]
) -> dict[str, Any]:
    """What the members read of a review: the dwelling by its size and commune, the situations, what protects."""
    found = examine(from_inputs(inputs), on=on)
    return {
        "city": city,
        "places": list(places),
        "rooms": inputs["rooms"],
        "floor_area_m2": inputs["floor_area_m2"],
        "financing": inputs["financing"],
        "is_qpv": inputs["is_qpv"],
        "due_on": due_on.isoformat(),
        "scope": found.scope.sentence,
        "findings": [
            {"code": each.code, "answer": each.answer.value, "sentence": each.sentence} for each in found.findings
        ],
        "protections": list(found.protections),
    }


def digest_told(said: object) -> str:
    """SHA-256 of canonical JSON."""
    raw = json.dumps(said, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return sha256(raw.encode("utf-8")).hexdigest()


def opinions_again(opinions: Sequence[Opined], sitting: FrozenSitting) -> Iterator[Difference]:
    """Each examined again from its own inputs, then its voices counted by the rules and seats of the sitting."""
    for each in opinions:
        found = digest_told(each.inputs)
        if found != each.inputs_sha256:
            yield Difference(where=each.pseudonym, what=_WHAT, frozen=each.inputs_sha256[:12], found=found[:12])
        again = content_told(
            each.inputs,
            on=date.fromisoformat(each.examined_on),
            due_on=date.fromisoformat(each.due_on),
            city=each.city,
            places=each.places,
        )
        if digest_told(again) != each.digest or digest_told(each.content) != each.digest:
            yield Difference(where=each.pseudonym, what=_WHAT, frozen=each.digest[:12], found=digest_told(again)[:12])
        if not _is_carried(each, sitting):
            yield Difference(
                where=each.pseudonym, what="voix", frozen=each.opinion, found="avis que les voix ne portent pas"
            )


def _is_carried(each: Opined, sitting: FrozenSitting) -> bool:
    seats = {
        seat.number: Seat(
            member=seat.number,
            quality=seat.quality,
            has_vote=seat.has_vote,
            is_president=seat.is_president,
            communes=seat.communes,
        )
        for seat in sitting.seats
    }
    votes = {int(seat): choice for seat, choice in each.votes.items()}
    count = counted(votes, seats, sitting.ways, places=tuple(each.places))
    return bool(count.carried) or not count.votes_for + count.against + count.abstained
