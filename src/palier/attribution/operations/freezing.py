"""What a sitting freezes (rules/frozen.py), sealed under the sitting's own key.

The key is random and wrapped by the installation's. When the law erases one of its applications, retention empties both
columns: the digest stays, and backups hold noise. Nothing frozen names a person or an application.
"""

import hmac
import os
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import IntegrityError, transaction

from palier.attribution.models import Frozen, Item, OccupationReview, Sheet, Sitting
from palier.attribution.rules.frozen import (
    FORM,
    FrozenBroken,
    FrozenItem,
    FrozenOpinion,
    FrozenSeat,
    FrozenSitting,
    Used,
    read_frozen,
)
from palier.attribution.rules.voting import Presence, Seat, Ways
from palier.foundation.errors import Refusal
from palier.mail.keys import unwrapped, wrapped

_KEY_BITS = 256
_NONCE_BYTES = 12
_RULES_HELD = "règlement intérieur"


class AlreadyFrozen(Refusal):
    """Cette séance est déjà figée."""


class NotFrozen(Refusal):
    """Cette séance n’a rien figé : elle n’a pas été levée."""


class InputsErased(Refusal):
    """Les données de cette séance ont été effacées le {day} ; leur empreinte est gardée : {digest}."""


def freeze_sitting(
    sitting: Sitting,
    items: Iterable[FrozenItem],
    *,
    opinions: Iterable[FrozenOpinion],
    seats: Mapping[int, Seat],
    presences: Mapping[int, Presence],
    ways: Ways,
    used: Iterable[Used],
    at: datetime,
) -> FrozenSitting:
    """Seal what the rules read. Raises AlreadyFrozen."""
    held, examined = tuple(opinions), tuple(items)
    key = AESGCM.generate_key(_KEY_BITS)
    told = {each.pseudonym for each in held}
    told |= {candidate.pseudonym for item in examined for candidate in item.candidates}
    told |= {_RULES_HELD, *(named_by_rank(item.rank) for item in examined)}
    postponed = Item.objects.filter(sitting=sitting, is_postponed=True).values_list("rank", flat=True)
    frozen = FrozenSitting(
        form=FORM,
        number=sitting.number,
        held_on=sitting.held_on,
        ways=ways,
        rules_version=sitting.rules.version,
        seats=tuple(frozen_seats(seats, presences)),
        items=examined,
        used=tuple(sorted(used, key=lambda one: (one.kind, one.name))),
        opinions=held,
        advised=tuple((each.pseudonym, each.digest_of_all) for each in held),
        mode=sitting.mode,
        postponed=tuple(sorted(postponed)),
        bonds=tuple(sorted((name, bond) for name, bond in _bonds(sitting.pk, key).items() if name in told)),
    )
    raw, digest = frozen.canonical(), frozen.digest
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
    return read_sealed(bytes(kept.sealed), bytes(kept.wrapped), digest=kept.digest)


def read_sealed(sealed: bytes, key: bytes, *, digest: str) -> FrozenSitting:
    """What is behind the two columns of a sitting. Raises FrozenBroken, KeyUnreadable."""
    try:
        raw = AESGCM(unwrapped(key)).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], digest.encode("ascii"))
    except InvalidTag as error:
        raise FrozenBroken from error
    return read_frozen(raw, digest=digest)


def bonds_today(sitting_id: int) -> dict[str, str]:
    """What each point of a sitting that is frozen stands for today, under its key. Raises KeyUnreadable."""
    kept = Frozen.objects.get(sitting_id=sitting_id)
    return _bonds(sitting_id, unwrapped(bytes(kept.wrapped or b"")))


def named_by_rank(rank: int) -> str:
    """A dwelling of a sitting, where what differs is told."""
    return f"logement {rank}"


def _bonds(sitting_id: int, key: bytes) -> dict[str, str]:
    """Those hidden from who reads are left out, and those whose application the law erased."""
    items = Item.objects.filter(sitting_id=sitting_id)
    sheets = Sheet.objects.filter(item__sitting_id=sitting_id, candidate__application_id__isnull=False)
    reviews = OccupationReview.objects.filter(points__sitting_id=sitting_id)
    numbers: dict[str, list[Any]] = {
        named_by_rank(rank): found for rank, *found in items.values_list("rank", "vacancy_id", "vacancy__dwelling_id")
    }
    numbers[_RULES_HELD] = list(Sitting.objects.filter(pk=sitting_id).values_list("rules_id", flat=True))
    numbers |= {name: found for name, *found in sheets.values_list("pseudonym", "candidate__application_id")}
    numbers |= {
        name: found for name, *found in reviews.values_list("points__pseudonym", "lease_id", "person_id", "dwelling_id")
    }
    return {name: hmac.digest(key, f"{name}:{found}".encode(), "sha256").hex() for name, found in numbers.items()}


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


def _sealed(raw: bytes, key: bytes, digest: str) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, raw, digest.encode("ascii"))
