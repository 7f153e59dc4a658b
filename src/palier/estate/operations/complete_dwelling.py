"""Giving a dwelling the area it lacked: from then on it can be let at a rent per m²."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from palier.estate.access import DwellingNotFound
from palier.estate.models import Dwelling
from palier.foundation.errors import Refusal
from palier.foundation.money import decimal_fr
from palier.privacy.actor import Actor

# Outside these an area is a slip of the keyboard: the smallest rooms of old hostels, the largest flats.
LEAST_AREA_M2 = Decimal(7)
MOST_AREA_M2 = Decimal(500)


class AreaOutOfBounds(Refusal):
    """Une surface habitable va de 7 à 500 m² : {area} m² est refusé."""


class DwellingChangedMeanwhile(Refusal):
    """Le logement {door} a été modifié pendant que vous le lisiez : il a maintenant {now}. Rien n’a été changé."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """Areas in m², number of main rooms."""

    floor_area_m2: Decimal | None
    annex_area_m2: Decimal
    rooms: int | None

    def label_fr(self) -> str:
        known = self.floor_area_m2
        area = "aucune surface" if known is None else f"{decimal_fr(known)}\u00a0m² habitables"
        if self.rooms is None:
            rooms = "nombre de pièces inconnu"
        else:
            rooms = f"{self.rooms} pièces" if self.rooms > 1 else f"{self.rooms} pièce"
        return f"{area}, {decimal_fr(self.annex_area_m2)}\u00a0m² d’annexes, {rooms}"


def measures_of(dwelling: Dwelling) -> Measures:
    """What a form starts from."""
    return Measures(floor_area_m2=dwelling.floor_area_m2, annex_area_m2=dwelling.annex_area_m2, rooms=dwelling.rooms)


def complete_dwelling(*, dwelling_id: int, seen: Measures, measured: Measures, actor: Actor, at: datetime) -> Dwelling:
    """Write the measures of a dwelling, if it still has those that the form had shown.

    Raises DwellingNotFound, AreaOutOfBounds, DwellingChangedMeanwhile.
    """
    area = measured.floor_area_m2
    if area is None or not LEAST_AREA_M2 <= area <= MOST_AREA_M2:
        raise AreaOutOfBounds(area="–" if area is None else decimal_fr(area))
    with transaction.atomic():
        dwelling = Dwelling.objects.select_for_update().filter(pk=dwelling_id).first()
        if dwelling is None:
            raise DwellingNotFound
        now = measures_of(dwelling)
        if now != seen:
            raise DwellingChangedMeanwhile(door=dwelling.door, now=now.label_fr())
        dwelling.floor_area_m2, dwelling.annex_area_m2, dwelling.rooms = area, measured.annex_area_m2, measured.rooms
        dwelling.save(update_fields=["floor_area_m2", "annex_area_m2", "rooms"])
    return dwelling
