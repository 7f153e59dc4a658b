"""What a person decides about their own data."""

from datetime import datetime

from django.db import transaction

from palier.foundation.errors import Refusal
from palier.people.models import Contact
from palier.privacy.actor import Actor


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
        own = Contact.objects.select_for_update().filter(pk=contact_id, person_id=actor.person_id)
        known = own.values_list("shared_with_caretaker", flat=True).first()
        if known is None:
            raise ContactNotFound
        if known is not shared:
            own.update(shared_with_caretaker=shared, shared_at=at if shared else None)
