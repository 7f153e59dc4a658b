"""Where and when a sitting is held: what the convocation must say (CCH R441-9 leaves the rest to the landlord)."""

import re
from datetime import time
from typing import Final

from palier.foundation.errors import Refusal

# A room or an address: neither a link nor a mail address, which would be printed and kept with the minutes.
_PLACE: Final = re.compile(r"[0-9A-Za-zÀ-ÖØ-öø-ÿŒœ ’'.,()°-]{3,120}")


class HourMissing(Refusal):
    """Dites à quelle heure la séance commence : la convocation la porte."""


class PlaceMissing(Refusal):
    """Dites où la séance se tient : une salle, une adresse. La convocation le porte."""


class PlaceOfRemote(Refusal):
    """Une séance à distance n’a pas de lieu : laissez-le vide. Le lien est envoyé aux membres à part."""


class NotAPlace(Refusal):
    """Un lieu est une salle ou une adresse, de 3 à 120 caractères : ni lien, ni adresse de courriel."""


def refuse_bad_meeting(*, mode: str, hour: time | None, place: str) -> None:
    """Raises HourMissing, PlaceMissing, PlaceOfRemote, NotAPlace."""
    if hour is None:
        raise HourMissing
    if mode == "REMOTE":
        if place:
            raise PlaceOfRemote
        return
    if not place:
        raise PlaceMissing
    if not _PLACE.fullmatch(place) or "www." in place.lower():
        raise NotAPlace


def meeting_fr(*, mode: str, hour: time | None, place: str) -> str:
    """« à 14 h 30, en salle : 3 rue des Arbres », after the day; what was not said is left out."""
    at = f"à {hour.hour}\u00a0h\u00a0{hour.minute:02d}, " if hour else ""
    kind = {"ROOM": "en salle", "REMOTE": "à distance", "MIXED": "en salle et à distance"}[mode]
    return f"{at}{kind}\u00a0: {place}" if place else f"{at}{kind}"
