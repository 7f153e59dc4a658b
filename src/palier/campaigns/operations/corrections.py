"""A past amount of a lease corrected: the terms, then the difference of each sealed month on the next bill."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from palier.campaigns.rules.correction import Billed, Correction, corrections
from palier.foundation.money import euros_fr
from palier.foundation.periods import Month
from palier.leases.access import LeaseNotFound
from palier.leases.models import Lease, Term
from palier.leases.operations.change import change_term
from palier.leases.operations.create import NewTerm
from palier.privacy.actor import Actor
from palier.quittancement.models import OneOffLine, SuspensionOrder
from palier.quittancement.queries.billing import billed_months, next_open_month
from palier.quittancement.rules.month import Charge, LeaseFacts, LineKind, suspension_window


def correct_term(
    *, lease_id: int, term: NewTerm, first_day: date, seen_change_id: int, actor: Actor, at: datetime
) -> list[Correction]:
    """Change an amount from a day on; the difference of each sealed month is billed once, in the next open month.

    A day to come changes the lease and bills nothing. Raises the refusals of `change_term` and of the month's rule.
    """
    with transaction.atomic():
        lease = Lease.objects.select_for_update().filter(pk=lease_id).first()
        if lease is None:
            raise LeaseNotFound
        billed = [
            Billed(
                month=each.month,
                due_on=each.due_on,
                cents=each.cents + _corrected(lease_id, term.kind, each.month),
            )
            for each in billed_months(lease_id, kind=term.kind, since=first_day)
        ]
        change_term(
            lease_id=lease_id, term=term, first_day=first_day, seen_change_id=seen_change_id, actor=actor, at=at
        )
        if not billed:
            return []
        found = corrections(_facts(lease, billed), term.kind, billed, on=at.date(), motive=term.basis)
        month = next_open_month(at.date())
        for each in found:
            OneOffLine.objects.create(
                lease=lease,
                residence_id=lease.residence_id,
                month=month.first_day,
                label=_label(term.kind, each.month),
                amount_cents=each.difference_cents,
                basis=f"{euros_fr(each.due_cents)} dus, {euros_fr(each.billed_cents)} appelés",
                origin="TERMS",
                source_key=_key(lease_id, term.kind, each.month) + str(_rank(lease_id, term.kind, each.month)),
                created_by=actor.agent_id or 0,
                created_at=at,
            )
        return found


def _label(kind: str, month: date) -> str:
    return f"{LineKind[kind].label}, {Month.of(month).label_fr()}"


def _key(lease_id: int, kind: str, month: date) -> str:
    return f"TERMS:{lease_id}:{kind}:{month:%Y-%m}:"


def _rank(lease_id: int, kind: str, month: date) -> int:
    return 1 + OneOffLine.objects.filter(source_key__startswith=_key(lease_id, kind, month)).count()


def _corrected(lease_id: int, kind: str, month: date) -> int:
    """What earlier corrections of that month already asked or gave back, in cents."""
    rows = OneOffLine.objects.filter(source_key__startswith=_key(lease_id, kind, month))
    return sum(rows.values_list("amount_cents", flat=True))


def _facts(lease: Lease, billed: Sequence[Billed]) -> dict[date, LeaseFacts]:
    """The lease as pricing needs it for each month, its corrected terms read again."""
    charges = tuple(
        Charge(LineKind[term.kind], term.label, term.amount_cents, term.first_day, term.last_day, term.basis)
        for term in Term.objects.filter(lease=lease).order_by("first_day", "id")
    )
    orders = list(SuspensionOrder.objects.filter(lease=lease).order_by("notified_on"))
    return {
        each.month: LeaseFacts(lease.starts_on, lease.ends_on, charges, *_window(orders, Month.of(each.month)))
        for each in billed
    }


def _window(orders: Sequence[SuspensionOrder], month: Month) -> tuple[date | None, date | None]:
    """The window of the order that held that month, as the month's own computing finds it: an earlier order, lifted
    since, still excuses its own months."""
    found: tuple[date | None, date | None] = (None, None)
    for order in orders:
        begins, ends = suspension_window(notified_on=order.notified_on, lifted_on=order.lifted_on)
        if order.notified_on < month.first_day and (ends is None or ends >= month.last_day):
            found = begins, ends
    return found
