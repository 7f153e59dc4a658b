"""The dwellings offered to who reads, their clocks, the letters of the commission: by row security, theirs alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from palier.attribution.letters import dwelling_named, placed
from palier.attribution.models import Notification, Offer
from palier.attribution.rules.words import OFFER_REFUSALS
from palier.demandes.rules.pieces import PIECES
from palier.foundation.money import Cents
from palier.foundation.reading import fetch

_MOST: Final = 20
_OFFERS: Final = """
SELECT o.id, o.application_id, o.vacancy_id, o.rank, o.days, o.notified_on, o.expires_on, o.visit_at,
       CASE WHEN o.state IN ('SENT', 'ACCEPTED') AND v.withdrawn_for = 'CONGE' THEN 'STAYS' ELSE o.state END AS state,
       o.state = 'STAYS' AND v.withdrawn_for <> 'CONGE' AS is_again,
       o.answered_on, o.refusal, o.lease_id, v.rent_cents, v.charges_cents, v.available_on, r.name AS residence,
       r.address, r.postcode, r.city, d.door, d.floor, d.rooms, d.floor_area_m2,
       coalesce(c.condition_piece, '') AS condition_piece, c.condition_due_on
FROM attribution_offer AS o
JOIN attribution_vacancy AS v ON v.id = o.vacancy_id
JOIN estate_residence AS r ON r.id = v.residence_id
JOIN estate_dwelling AS d ON d.id = v.dwelling_id
LEFT JOIN attribution_decision AS c ON c.id = o.decision_id
WHERE o.application_id = %(application_id)s ORDER BY o.state <> 'SENT', o.id DESC LIMIT %(most)s
"""
_LETTERS: Final = """
SELECT n.id, n.kind, n.made_at, n.notified_on, n.content, coalesce(r.name, '') AS residence
FROM attribution_notification AS n
LEFT JOIN attribution_decision AS d ON d.id = n.decision_id
LEFT JOIN attribution_sheet AS s ON s.id = d.sheet_id
LEFT JOIN attribution_candidate AS c ON c.id = s.candidate_id
LEFT JOIN attribution_vacancy AS v ON v.id = c.vacancy_id
LEFT JOIN estate_residence AS r ON r.id = v.residence_id
WHERE n.application_id = %(application_id)s ORDER BY n.id DESC LIMIT %(most)s
"""
_STATES: Final = dict(Offer._meta.get_field("state").choices or ())


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnOffer:
    """One's own offer: the dwelling, its clock, the answer. Amounts in cents a month."""

    id: int
    application_id: int
    vacancy_id: int
    rank: int
    days: int
    notified_on: date
    expires_on: date
    visit_at: datetime | None
    state: str
    # It stopped because the tenant stayed, who leaves again.
    is_again: bool
    answered_on: date | None
    refusal: str
    lease_id: int | None
    rent_cents: Cents
    charges_cents: Cents
    available_on: date
    residence: str
    address: str
    postcode: str
    city: str
    door: str
    floor: int | None
    rooms: int | None
    floor_area_m2: Decimal | None
    condition_piece: str
    condition_due_on: date | None

    @property
    def total_cents(self) -> Cents:
        return self.rent_cents + self.charges_cents

    @property
    def place(self) -> str:
        """Which dwelling, by its residence and its address; without its door."""
        return f"{self.residence}, {self.address}, {self.postcode} {self.city}"

    @property
    def is_held(self) -> bool:
        """It waits for an answer or for its lease."""
        return self.state in ("SENT", "ACCEPTED") and self.lease_id is None

    @property
    def waits_for_lease(self) -> bool:
        """Accepted, and its lease is to be signed."""
        return self.state == "ACCEPTED" and self.lease_id is None

    @property
    def state_label(self) -> str:
        return "sans suite" if self.is_again else str(_STATES[self.state])

    @property
    def refusal_label(self) -> str:
        return OFFER_REFUSALS.get(self.refusal, "")

    @property
    def condition(self) -> str:
        """The piece that the decision waits for, in French; empty without one."""
        return PIECES[self.condition_piece].label if self.condition_piece in PIECES else self.condition_piece

    def may_be_answered(self, on: date) -> bool:
        """Open, and its last day is not over."""
        return self.state == "SENT" and on <= self.expires_on


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnLetter:
    """A letter of the commission to who reads."""

    id: int
    kind: str
    made_at: datetime
    notified_on: date | None
    content: bytes | None
    residence: str

    @property
    def dwelling(self) -> str:
        """Which dwelling, as the letter names it, after its residence; empty once it is erased."""
        return placed(self.residence, dwelling_named(self.content))


def own_offers(application_id: int) -> list[OwnOffer]:
    """Twenty at most, the one that waits for an answer first."""
    return fetch(OwnOffer, _OFFERS, {"application_id": application_id, "most": _MOST})


def accepted_of(offers: Sequence[OwnOffer]) -> OwnOffer | None:
    """The dwelling to which the person said yes, while its lease is to be signed; none can be accepted beside it."""
    return next((offer for offer in offers if offer.waits_for_lease), None)


def own_letters(application_id: int) -> list[OwnLetter]:
    """Twenty at most, the last first."""
    return fetch(OwnLetter, _LETTERS, {"application_id": application_id, "most": _MOST})


def own_letter_content(application_id: int, letter_id: int) -> bytes | None:
    """What one's own letter was made of; none when it is erased or somebody else's."""
    raw = (
        Notification.objects.filter(pk=letter_id, application=application_id).values_list("content", flat=True).first()
    )
    return bytes(raw) if raw is not None else None
