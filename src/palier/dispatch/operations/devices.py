"""A device that its owner asks to be told on, and no longer. Whether anything is said there is another agreement."""

import logging
from datetime import datetime
from typing import Final

from django.db import connection

from palier.dispatch.adapters.push import is_allowed_endpoint, push_settings
from palier.dispatch.adapters.remote import ProviderMisdescribed
from palier.foundation.errors import Refusal
from palier.privacy.actor import Actor
from palier.privacy.ended import Ends, keep_ends

logger = logging.getLogger("palier.dispatch")

# More devices than a person has.
_MOST: Final = 10


class DeviceNotKnown(Refusal):
    """Cet appareil ne peut pas être prévenu : son navigateur passe par un service que nous ne connaissons pas."""


class TooManyDevices(Refusal):
    """Dix appareils sont déjà prévenus : retirez-les d’abord."""


def tell_device(*, endpoint: str, actor: Actor, at: datetime) -> None:
    """Keep where to knock for whoever acts; said twice, it is kept once. Raises DeviceNotKnown, TooManyDevices."""
    try:
        hosts = push_settings().hosts
    except ProviderMisdescribed as misdescribed:
        logger.error("%s", misdescribed)
        raise DeviceNotKnown from misdescribed
    if len(endpoint) > 500 or not is_allowed_endpoint(endpoint, hosts):
        raise DeviceNotKnown
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO dispatch_pushpoint (person_id, endpoint, made_at)
               SELECT %(person)s, %(endpoint)s, %(at)s
               WHERE (SELECT count(*) FROM dispatch_pushpoint WHERE person_id = %(person)s) < %(most)s
               ON CONFLICT (person_id, endpoint) DO NOTHING""",
            {"person": actor.person_id, "endpoint": endpoint, "at": at, "most": _MOST},
        )
        if not cursor.rowcount and devices_of(actor) >= _MOST:
            raise TooManyDevices


def forget_devices(*, actor: Actor, at: datetime) -> int:
    """Forget every device of whoever acts; how many."""
    gone = delete_devices_of(actor.person_id or 0)
    keep_ends(Ends.DEVICE, gone, at=at)
    return len(gone)


def delete_devices_of(person_id: int) -> list[tuple[int, datetime]]:
    """Delete every device of a person; each with its birth, that whoever calls keeps their ends once nothing refuses.

    As the login too: an account entered again may have another's.
    """
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM dispatch_pushpoint WHERE person_id = %s RETURNING id, made_at", [person_id])
        gone: list[tuple[int, datetime]] = cursor.fetchall()
    return gone


def devices_of(actor: Actor) -> int:
    """How many devices whoever acts is told on."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM dispatch_pushpoint WHERE person_id = %s", [actor.person_id])
        (found,) = cursor.fetchone()
        return int(found)
