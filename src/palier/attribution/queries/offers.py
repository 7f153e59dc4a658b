"""Letters and offers as the desk shows them: numbers of applications, dwellings, clocks; no name."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db.models import F

from palier.attribution.models import Notification, Offer, Sitting, Vacancy
from palier.foundation.money import Cents

SHOWN: Final = 300
_VACANCY: Final = "decision__sheet__item__vacancy"
RUNNING: Final = ("SENT", "ACCEPTED")


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterRow:
    """One letter of a sitting: for which application and dwelling, when it was made and received."""

    id: int
    number: str
    kind: str
    application: str
    dwelling: str
    made_at: datetime
    notified_on: date | None
    means: str
    is_erased: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferRow:
    """One offer and its clock. Amounts in cents a month."""

    id: int
    application_id: int | None
    application: str
    vacancy_id: int
    sitting_id: int
    dwelling: str
    rank: int
    days: int
    notified_on: date
    expires_on: date
    visit_at: datetime | None
    visited_on: date | None
    state: str
    # It stopped because the tenant stayed, who leaves again.
    is_again: bool
    answered_on: date | None
    refusal: str
    lease_id: int | None
    rent_cents: Cents
    charges_cents: Cents
    available_on: date
    condition: str
    condition_due_on: date | None


def letters_of(sitting_id: int) -> list[LetterRow]:
    """The letters of one sitting, in the order of its agenda."""
    rows = (
        Notification.objects.filter(decision__sheet__item__sitting=sitting_id)
        .select_related("application", f"{_VACANCY}__residence", f"{_VACANCY}__dwelling")
        .defer("content", "decision__sheet__content")
        .order_by("decision__sheet__item__rank", "decision__rank", "id")
    )
    return [
        LetterRow(
            id=row.pk,
            number=row.number,
            kind=row.kind,
            application=row.application.number if row.application else "",
            dwelling=_dwelling(row.decision.sheet.item.vacancy),
            made_at=row.made_at,
            notified_on=row.notified_on,
            means=row.means,
            is_erased=row.application_id is None,
        )
        for row in rows[:SHOWN]
    ]


def sitting_of_letter(letter: Notification) -> int:
    """The sitting whose decision it tells."""
    return Sitting.objects.values_list("pk", flat=True).get(item__sheet__decision=letter.decision_id)


def offers_running() -> list[OfferRow]:
    """The offers that wait for an answer or for a lease, the most urgent first."""
    return _rows(state__in=RUNNING, lease_id=None)


def offers_closed() -> list[OfferRow]:
    """The last offers that ended: let, refused, without an answer."""
    closed = Offer.objects.exclude(state__in=RUNNING, lease_id=None)
    return _rows(pk__in=closed.order_by("-notified_on").values("pk")[:SHOWN])


def offer_shown(offer_id: int) -> OfferRow | None:
    """One offer, or nothing when it is not in sight."""
    return next(iter(_rows(pk=offer_id)), None)


def offers_of_vacancy(vacancy_id: int) -> list[OfferRow]:
    """The offers made on one dwelling, by rank."""
    return sorted(_rows(vacancy=vacancy_id), key=lambda row: row.rank)


def running_elsewhere(application_id: int | None, *, but: int) -> list[OfferRow]:
    """The other offers that the person holds: one alone can end in a lease."""
    if application_id is None:
        return []
    return [row for row in _rows(application=application_id, state__in=RUNNING, lease_id=None) if row.id != but]


def _rows(**which: object) -> list[OfferRow]:
    rows = (
        Offer.objects.filter(**which)
        .annotate(sitting_id=F("decision__sheet__item__sitting_id"))
        .select_related("application", "decision", "vacancy__residence", "vacancy__dwelling")
        .order_by("expires_on", "id")
    )
    return [
        OfferRow(
            id=row.pk,
            application_id=row.application_id,
            application=row.application.number if row.application else "",
            vacancy_id=row.vacancy_id,
            sitting_id=row.sitting_id,
            dwelling=_dwelling(row.vacancy),
            rank=row.rank,
            days=row.days,
            notified_on=row.notified_on,
            expires_on=row.expires_on,
            visit_at=row.visit_at,
            visited_on=row.visited_on,
            state=row.state,
            is_again=row.state == "STAYS" and row.vacancy.withdrawn_for != "CONGE",
            answered_on=row.answered_on,
            refusal=row.refusal,
            lease_id=row.lease_id,
            rent_cents=row.vacancy.rent_cents,
            charges_cents=row.vacancy.charges_cents,
            available_on=row.vacancy.available_on,
            condition=row.decision.condition_piece,
            condition_due_on=row.decision.condition_due_on,
        )
        for row in rows[:SHOWN]
    ]


def _dwelling(vacancy: Vacancy) -> str:
    rooms = f"T{vacancy.dwelling.rooms}, " if vacancy.dwelling.rooms else ""
    return f"{rooms}{vacancy.residence.name}, porte {vacancy.dwelling.door}"
