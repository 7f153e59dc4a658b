"""What a person decides about their own data."""

from datetime import datetime

from django.db import transaction

from palier.foundation.errors import Refusal
from palier.people.models import Contact
from palier.privacy.actor import Actor
from palier.privacy.ended import Ends, keep_ends


class ContactNotFound(Refusal):
    """Cette coordonnée n’existe pas, ou n’est pas la vôtre."""


def share_contact(*, contact_id: int, shared: bool, actor: Actor, at: datetime) -> None:
    """Let the caretaker see one way to reach the person who acts, or take it back.

    Dated, and kept in the history with who changed it. The same choice again changes nothing: the first date stays.
    Raises ContactNotFound when it is not the actor's own.
    """
    if actor.person_id is None:
        raise ContactNotFound
    with transaction.atomic():
        own = Contact.objects.select_for_update().filter(pk=contact_id, person_id=actor.person_id).first()
        if own is None:
            raise ContactNotFound
        if own.shared_with_caretaker is not shared:
            set_sharing(own, shared=shared, at=at)


def set_sharing(contact: Contact, *, shared: bool, at: datetime) -> None:
    """Write whether the caretaker sees a contact that the caller holds; taken back, it is so after a restoration too.

    Inside a transaction.
    """
    if contact.shared_at is not None and not shared:
        keep_ends(Ends.SHARING, [(contact.pk, contact.shared_at)], at=at)
    contact.shared_with_caretaker, contact.shared_at = shared, at if shared else None
    contact.save(update_fields=["shared_with_caretaker", "shared_at"])
