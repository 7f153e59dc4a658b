"""Keeping the photos of a defect: sealed each under a key of its own, in the store of documents."""

from collections.abc import Sequence
from datetime import datetime

from palier.mail.store import DocumentStore
from palier.mail.vault.noting import Noted, Owner, doer, note
from palier.maintenance.models import TicketPhoto
from palier.maintenance.photos import Photo
from palier.privacy.actor import Actor


def keep_photos(
    photos: Sequence[Photo],
    *,
    ticket_id: int,
    residence_id: int,
    lease_id: int | None,
    store: DocumentStore,
    actor: Actor,
    at: datetime,
) -> None:
    """Keep photos beside their ticket; those of a household are noted in its journal of documents.

    Raises NotKeptNow: then the request is not received either.
    """
    if not photos:
        return
    for photo, kept in zip(photos, store.deposit_given([photo.image for photo in photos]), strict=True):
        made = TicketPhoto(
            ticket_id=ticket_id, residence_id=residence_id, lease_id=lease_id, width=photo.width, height=photo.height
        )
        made.hold(kept)
        made.save(force_insert=True)
        if lease_id is not None:
            owner = Owner(lease_id=lease_id, residence_id=residence_id)
            note([Noted(kind="DEPOSITED", sha256=kept.digest, owner=owner)], by=doer(actor), at=at)
