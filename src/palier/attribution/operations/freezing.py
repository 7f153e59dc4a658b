"""What a sitting freezes: the inputs of the rules by pseudonym, canonical, sealed under the sitting's own key.

The key is random and wrapped by the installation's. When the law erases one of its applications, retention empties both
columns: the digest stays, and backups hold noise. Nothing frozen names a person or an application.
"""

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import Enum
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import IntegrityError, transaction

from palier.attribution.models import Frozen, Sitting
from palier.attribution.rules.deciding import Verdict
from palier.attribution.rules.sheets import DwellingFacts, Json, Score
from palier.attribution.rules.voting import Presence, Seat, Ways
from palier.demandes.rules.facts import Composition, Current, Facts, Path, Proof, Resources, Stated, Stay, Wish
from palier.foundation.errors import Refusal
from palier.mail.keys import unwrapped, wrapped

# The form of what is sealed: a later one reads an earlier one.
FORM = 1
_KEY_BITS = 256
_NONCE_BYTES = 12


class AlreadyFrozen(Refusal):
    """Cette séance est déjà figée."""


class NotFrozen(Refusal):
    """Cette séance n’a rien figé : elle n’a pas été levée."""


class InputsErased(Refusal):
    """Les données de cette séance ont été effacées le {day} ; leur empreinte est gardée : {digest}."""


class FrozenBroken(Refusal):
    """Les données figées de cette séance ont changé depuis : leur empreinte n’est plus la leur."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenCandidate:
    """One sheet: the facts that the rules read, what they made of them, the voices and the decision."""

    pseudonym: str
    facts: Facts
    scores: tuple[Score, ...]
    sheet: Mapping[str, Json]
    # By number of seat in the sitting.
    votes: tuple[tuple[int, str], ...]
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenItem:
    """One dwelling and its candidates, in the order of their pseudonyms."""

    rank: int
    exception: str
    dwelling: DwellingFacts
    # Seats that took no part in it.
    recused: tuple[int, ...]
    candidates: tuple[FrozenCandidate, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenSeat:
    """A seat by its number in the sitting: whose it was is said by the minutes alone."""

    number: int
    quality: str
    has_vote: bool
    is_president: bool
    communes: tuple[str, ...]
    state: str
    proxy_to: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """A rule, a table of legal values, a grid or a version of the landlord's rules, with the digest of what it says."""

    kind: str
    name: str
    digest: str
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenSitting:
    """All that a replay reads."""

    form: int
    number: str
    held_on: date
    ways: Ways
    rules_version: str
    seats: tuple[FrozenSeat, ...]
    items: tuple[FrozenItem, ...]
    used: tuple[Used, ...]

    def canonical(self) -> bytes:
        """Keys sorted, no space, UTF-8."""
        return json.dumps(_plain(asdict(self)), ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode(
            "utf-8"
        )

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical bytes."""
        return sha256(self.canonical()).hexdigest()


def freeze_sitting(
    sitting: Sitting,
    items: Iterable[FrozenItem],
    *,
    seats: Mapping[int, Seat],
    presences: Mapping[int, Presence],
    ways: Ways,
    used: Iterable[Used],
    at: datetime,
) -> FrozenSitting:
    """Seal what the rules read. Raises AlreadyFrozen."""
    frozen = FrozenSitting(
        form=FORM,
        number=sitting.number,
        held_on=sitting.held_on,
        ways=ways,
        rules_version=sitting.rules.version,
        seats=tuple(frozen_seats(seats, presences)),
        items=tuple(items),
        used=tuple(sorted(used, key=lambda one: (one.kind, one.name))),
    )
    raw, digest = frozen.canonical(), frozen.digest
    key = AESGCM.generate_key(_KEY_BITS)
    try:
        with transaction.atomic():
            Frozen.objects.create(
                sitting=sitting, sealed=_sealed(raw, key, digest), wrapped=wrapped(key), digest=digest, frozen_at=at
            )
    except IntegrityError as error:
        raise AlreadyFrozen from error
    return frozen


def opened(sitting_id: int) -> FrozenSitting:
    """What a sitting froze. Raises NotFrozen, InputsErased, FrozenBroken, KeyUnreadable."""
    kept = Frozen.objects.filter(sitting_id=sitting_id).first()
    if kept is None:
        raise NotFrozen
    if kept.sealed is None or kept.wrapped is None:
        day = kept.erased_on
        raise InputsErased(day=f"{day:%d/%m/%Y}" if day else "une date inconnue", digest=kept.digest)
    sealed = bytes(kept.sealed)
    try:
        raw = AESGCM(unwrapped(bytes(kept.wrapped))).decrypt(
            sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], kept.digest.encode("ascii")
        )
    except InvalidTag as error:
        raise FrozenBroken from error
    return read_frozen(raw, digest=kept.digest)


def read_frozen(raw: bytes, *, digest: str) -> FrozenSitting:
    """The sitting behind canonical bytes, from the database or from an export. Raises FrozenBroken."""
    if sha256(raw).hexdigest() != digest:
        raise FrozenBroken
    said: dict[str, Any] = json.loads(raw)
    return FrozenSitting(
        form=said["form"],
        number=said["number"],
        held_on=date.fromisoformat(said["held_on"]),
        ways=Ways(**said["ways"]),
        rules_version=said["rules_version"],
        seats=tuple(FrozenSeat(**{**each, "communes": tuple(each["communes"])}) for each in said["seats"]),
        items=tuple(_item(each) for each in said["items"]),
        used=tuple(Used(**each) for each in said["used"]),
    )


def numbers_of_seats(seats: Mapping[int, Seat]) -> dict[int, int]:
    """Members of a sitting by their number in it, from 1: a frozen seat says nothing of whose it is elsewhere."""
    return {member: number for number, member in enumerate(sorted(seats), start=1)}


def frozen_seats(seats: Mapping[int, Seat], presences: Mapping[int, Presence]) -> list[FrozenSeat]:
    """Each seat with who came, by its number in the sitting."""
    numbers = numbers_of_seats(seats)
    return [
        FrozenSeat(
            number=number,
            quality=seats[member].quality,
            has_vote=seats[member].has_vote,
            is_president=seats[member].is_president,
            communes=seats[member].communes,
            state=presences[member].state,
            proxy_to=numbers.get(presences[member].proxy_to or 0),
        )
        for member, number in numbers.items()
    ]


def facts_from(said: Mapping[str, Any]) -> Facts:
    """Facts as they were frozen, back to what the rules read."""
    return Facts(
        filed_on=date.fromisoformat(said["filed_on"]),
        path=Path(said["path"]),
        composition=Composition(**said["composition"]),
        resources=Resources(**{**said["resources"], "proof": Proof(said["resources"]["proof"])}),
        stay=Stay(said["stay"]),
        current=Current(**said["current"]),
        wish=Wish(**{**said["wish"], "communes": tuple(said["wish"]["communes"])}),
        motives=_stated(said["motives"]),
        priorities=_stated(said["priorities"]),
        needs=_stated(said["needs"]),
        refused_offers=said["refused_offers"],
    )


def _item(said: Mapping[str, Any]) -> FrozenItem:
    return FrozenItem(
        rank=said["rank"],
        exception=said["exception"],
        dwelling=DwellingFacts(**{**said["dwelling"], "places": tuple(said["dwelling"]["places"])}),
        recused=tuple(said["recused"]),
        candidates=tuple(_candidate(each) for each in said["candidates"]),
    )


def _candidate(said: Mapping[str, Any]) -> FrozenCandidate:
    verdict = said["verdict"]
    due = verdict["condition_due_on"]
    return FrozenCandidate(
        pseudonym=said["pseudonym"],
        facts=facts_from(said["facts"]),
        scores=tuple(Score(**{**each, "scored_on": date.fromisoformat(each["scored_on"])}) for each in said["scores"]),
        sheet=said["sheet"],
        votes=tuple((seat, choice) for seat, choice in said["votes"]),
        verdict=Verdict(**{**verdict, "condition_due_on": None if due is None else date.fromisoformat(due)}),
    )


def _stated(said: Iterable[Mapping[str, Any]]) -> tuple[Stated, ...]:
    return tuple(Stated(code=each["code"], proof=Proof(each["proof"])) for each in said)


def _sealed(raw: bytes, key: bytes, digest: str) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, raw, digest.encode("ascii"))


def _plain(value: object) -> object:
    """Days as texts, codes as their values: what JSON carries."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value
