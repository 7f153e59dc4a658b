"""What a freeze of data closes (RGPD, art. 18): a lease whose person asked for it is read, and no longer changed."""

from django.db import DatabaseError

from palier.foundation.errors import Refusal
from palier.rights.queries.people import people_of_lease
from palier.rights.queries.requests import frozen_persons


class DataFrozen(Refusal):
    """Les données d’une personne de ce bail sont gelées à sa demande (RGPD, art. 18) : rien ne s’y modifie avant que le
    délégué à la protection des données lève ce gel."""


def told_as_frozen(error: DatabaseError) -> DataFrozen | None:
    """The refusal that the database gave in its own words (privacy/sql/frozen_rows.sql): the freeze came in between."""
    refusal = DataFrozen()
    return refusal if str(refusal) in str(error) else None


def refuse_frozen(lease_id: int) -> None:
    """Refuse a change to a lease while the data of one of its persons are frozen. Raises DataFrozen."""
    if frozen_persons([each.person_id for each in people_of_lease(lease_id)]):
        raise DataFrozen
