"""The leases that a person holds or held, with the columns that a tenant may read."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext

from palier.foundation.reading import fetch
from palier.leases.queries.consents import agreed_since_sql

# In the person’s language: the door, then the address as it is.
PLACE: Final = "Logement %(door)s, %(address)s, %(city)s"


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnLease:
    """A lease of one's own and the place it is for. Amounts in cents, area in m²."""

    id: int
    reference: str
    kind: str
    account_id: int
    account_reference: str
    starts_on: date
    ends_on: date | None
    deposit_cents: int
    payment_mode: str
    debit_day: int | None
    iban_last4: str
    notices_online_since: date | None
    residence: str
    address: str
    postcode: str
    city: str
    agency: str
    door: str
    floor: int | None
    rooms: int | None
    floor_area_m2: Decimal | None

    def has_ended(self, on: date) -> bool:
        return self.ends_on is not None and self.ends_on < on

    @property
    def place(self) -> str:
        """« Logement 204, 8 rue des Échantillons, Villefictive »."""
        return gettext(PLACE) % {"door": self.door, "address": self.address, "city": self.city}


# Row security leaves out the lease that a holder left before its end: what came after is not theirs.
_OWN = f"""
SELECT l.id, l.reference, l.kind, l.account_id, coalesce(a.reference, '') AS account_reference, l.starts_on, l.ends_on,
       l.deposit_cents, l.payment_mode, l.debit_day, l.iban_last4,
       {agreed_since_sql(family="'NOTICES'", on="%(on)s::date")} AS notices_online_since,
       r.name AS residence, r.address, r.postcode, r.city, g.name AS agency, d.door, d.floor, d.rooms, d.floor_area_m2
FROM leases_occupant AS o
JOIN leases_lease AS l ON l.id = o.lease_id
JOIN ledger_account AS a ON a.id = l.account_id
JOIN estate_residence AS r ON r.id = l.residence_id
JOIN estate_agency AS g ON g.id = r.agency_id
JOIN estate_dwelling AS d ON d.id = l.dwelling_id
WHERE o.person_id = %(person)s AND o.role IN ('HOLDER', 'COHOLDER')
ORDER BY l.ends_on IS NOT NULL AND l.ends_on < %(on)s, l.starts_on DESC, l.id DESC LIMIT 20
"""


def own_leases(person_id: int, *, on: date) -> list[OwnLease]:
    """Every lease the person holds, those in force first, the newest before the others."""
    return fetch(OwnLease, _OWN, {"person": person_id, "on": on})
