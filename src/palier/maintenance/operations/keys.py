"""Sets of keys: a new one, and each time one changes hands."""

import re
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from palier.agents.access import agent_of
from palier.estate.models import Dwelling, Residence
from palier.foundation.errors import Refusal
from palier.maintenance.models import KeyMovement, KeySet
from palier.maintenance.operations.rounds import ResidenceNotYours
from palier.maintenance.operations.sendings import is_first_time
from palier.maintenance.words import HOLDERS, KEY_KINDS, TRADES
from palier.privacy.actor import Actor

_TAG = re.compile(r"[A-Z0-9-]{1,12}")


class KeyNotFound(Refusal):
    """Ce trousseau n’existe pas, ou n’est pas dans vos résidences."""


class KeyTagRefused(Refusal):
    """L’étiquette d’un trousseau porte des lettres, des chiffres et des tirets, douze au plus : « A-006 »."""


class KeyTagTaken(Refusal):
    """Un trousseau porte déjà l’étiquette {tag} dans cette résidence."""


class KeyKindUnknown(Refusal):
    """Choisissez dans la liste ce que le trousseau ouvre."""


class DoorElsewhere(Refusal):
    """Cette porte n’est pas dans cette résidence : choisissez-en une autre."""


class HolderRefused(Refusal):
    """Choisissez dans la liste qui tient la clé, et le métier de l’entreprise."""


def add_key_set(*, residence_id: int, kind: str, tag: str, dwelling_id: int | None, actor: Actor, at: datetime) -> int:
    """A new set, at the lodge to begin with.

    Raises KeyTagRefused, KeyKindUnknown, ResidenceNotYours, DoorElsewhere, KeyTagTaken.
    """
    wanted = tag.strip().upper()
    if not _TAG.fullmatch(wanted):
        raise KeyTagRefused
    if kind not in KEY_KINDS:
        raise KeyKindUnknown
    if not Residence.objects.filter(pk=residence_id).exists():
        raise ResidenceNotYours
    if dwelling_id is not None and not Dwelling.objects.filter(pk=dwelling_id, residence_id=residence_id).exists():
        raise DoorElsewhere
    try:
        with transaction.atomic():
            made = KeySet.objects.create(residence_id=residence_id, kind=kind, tag=wanted, dwelling_id=dwelling_id)
            KeyMovement.objects.create(
                key_set=made, residence_id=residence_id, holder="LODGE", agent_id=agent_of(actor), at=at
            )
    except IntegrityError as error:
        if "key_set_once" not in str(error):
            raise
        raise KeyTagTaken(tag=wanted) from error
    return made.pk


def move_key(*, key_set_id: int, holder: str, trade: str, key: UUID, actor: Actor, at: datetime) -> int:
    """Note who holds a set from now on; gives its residence. Raises KeyNotFound, HolderRefused."""
    is_contractor = holder == "CONTRACTOR"
    if holder not in HOLDERS or (is_contractor and trade not in TRADES):
        raise HolderRefused
    with transaction.atomic():
        residence_id = KeySet.objects.filter(pk=key_set_id).values_list("residence_id", flat=True).first()
        if residence_id is None:
            raise KeyNotFound
        if is_first_time(key, actor=actor, at=at):
            KeyMovement.objects.create(
                key_set_id=key_set_id,
                residence_id=residence_id,
                holder=holder,
                trade=trade if is_contractor else "",
                agent_id=agent_of(actor),
                at=at,
            )
    return residence_id
