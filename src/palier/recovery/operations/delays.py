"""A delay from its request to its end: asked by a holder, answered by the agency, accepted, withdrawn, ended.

Nothing here moves an amount of the account: a plan says when what is late will be paid.
"""

from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from palier.agents.access import agent_of
from palier.foundation.clock import day_of
from palier.foundation.errors import Refusal
from palier.leases.models import Lease
from palier.leases.queries.tenant import OwnLease
from palier.ledger.standing import standing_of
from palier.privacy.actor import Actor
from palier.recovery.models import REFUSALS, Delay, PlanPart
from palier.recovery.rules.delays import answer_due_on, counts_for, first_days, parts_of

_RUNNING = ("ASKED", "OFFERED")


class NothingLate(Refusal):
    """Rien n’est en retard sur ce compte : il n’y a pas de délai à demander."""


class DelayAlreadyAsked(Refusal):
    """Une demande est déjà en cours pour ce bail : attendez notre réponse, ou retirez-la."""


class PlanRunning(Refusal):
    """Un plan est déjà en cours pour ce bail : appelez-nous s’il ne vous convient plus."""


class DelayOutOfBounds(Refusal):
    """Choisissez dans les listes le nombre de paiements et le jour du premier."""


class DelayNotFound(Refusal):
    """Cette demande n’existe pas, ou n’est pas dans vos résidences."""


class DelayMovedOn(Refusal):
    """Cette demande a changé entre-temps : relisez-la, rien n’a été modifié."""


class RefusalGroundNeeded(Refusal):
    """Choisissez dans la liste pourquoi ce délai est refusé : le locataire lit cette raison."""


def ask_delay(*, lease: OwnLease, person_id: int, parts: int, first_on: date, key: UUID, at: datetime) -> int:
    """Ask for time to pay what is late, for a lease of one's own; gives the request's number. Sent twice, it is one.

    Raises NothingLate, DelayOutOfBounds, PlanRunning, DelayAlreadyAsked.
    """
    on = day_of(at)
    already = Delay.objects.filter(person_id=person_id, key=key).values_list("id", flat=True).first()
    if already is not None:
        return already
    debt_cents = standing_of(lease.account_id, on=on).late_cents
    if debt_cents <= 0:
        raise NothingLate
    if parts not in counts_for(debt_cents) or first_on not in first_days(on):
        raise DelayOutOfBounds
    if PlanPart.objects.filter(lease_id=lease.id, delay__state="AGREED", due_on__gte=on).exists():
        raise PlanRunning
    residence_id = _residence_of(lease.id)
    try:
        with transaction.atomic():
            made = Delay.objects.create(
                lease_id=lease.id,
                account_id=lease.account_id,
                residence_id=residence_id,
                person_id=person_id,
                key=key,
                debt_cents=debt_cents,
                parts=parts,
                first_on=first_on,
                asked_at=at,
                answer_due_on=answer_due_on(on),
            )
    except IntegrityError as error:
        if "delay_one_at_a_time" in str(error) or "delay_asked_once" in str(error):
            raise DelayAlreadyAsked from error
        raise
    return made.pk


def withdraw_delay(*, delay_id: int, at: datetime) -> None:
    """The tenant gives up a request, or an offer. Raises DelayNotFound, DelayMovedOn."""
    with transaction.atomic():
        held = _held(delay_id, states=_RUNNING)
        Delay.objects.filter(pk=held.pk).update(state="WITHDRAWN", closed_at=at)


def accept_offer(*, delay_id: int, at: datetime) -> None:
    """The tenant takes the delay that the agency offers instead. Raises DelayNotFound, DelayMovedOn."""
    with transaction.atomic():
        held = _held(delay_id, states=("OFFERED",))
        Delay.objects.filter(pk=held.pk).update(state="AGREED", closed_at=at)


def agree_to_delay(*, delay_id: int, actor: Actor, at: datetime) -> int:
    """Agree to what was asked; gives its person. Raises DelayNotFound, DelayMovedOn, DelayOutOfBounds."""
    with transaction.atomic():
        held = _held(delay_id, states=("ASKED",))
        return _planned(held, held.parts, held.first_on, "AGREED", actor, at)


def offer_delay(*, delay_id: int, parts: int, first_on: date, actor: Actor, at: datetime) -> int:
    """Offer another delay, which holds once the tenant accepts it; gives its person.

    Raises DelayNotFound, DelayMovedOn, DelayOutOfBounds.
    """
    with transaction.atomic():
        held = _held(delay_id, states=("ASKED",))
        if parts not in counts_for(held.debt_cents) or first_on not in first_days(day_of(at)):
            raise DelayOutOfBounds
        return _planned(held, parts, first_on, "OFFERED", actor, at)


def refuse_delay(*, delay_id: int, ground: str, actor: Actor, at: datetime) -> int:
    """Refuse, for a reason that the tenant reads; gives its person.

    Raises RefusalGroundNeeded, DelayNotFound, DelayMovedOn.
    """
    if ground not in dict(REFUSALS):
        raise RefusalGroundNeeded
    with transaction.atomic():
        held = _held(delay_id, states=("ASKED",))
        Delay.objects.filter(pk=held.pk).update(
            state="REFUSED", ground=ground, answered_by=agent_of(actor), answered_at=at, closed_at=at
        )
    return held.person_id


def end_plan(*, delay_id: int, at: datetime) -> int:
    """End a plan that is no longer followed: what is late is due at once again; gives its person.

    Raises DelayNotFound, DelayMovedOn.
    """
    with transaction.atomic():
        held = _held(delay_id, states=("AGREED",))
        Delay.objects.filter(pk=held.pk).update(state="ENDED", closed_at=at)
    return held.person_id


def _planned(held: Delay, parts: int, first_on: date, state: str, actor: Actor, at: datetime) -> int:
    plan = parts_of(debt_cents=held.debt_cents, count=parts, first_on=first_on)
    if plan[0].due_on < day_of(at):
        # Asked days ago, its first payment is past: another day is offered instead.
        raise DelayOutOfBounds
    PlanPart.objects.bulk_create(
        PlanPart(
            delay_id=held.pk,
            lease_id=held.lease_id,
            residence_id=held.residence_id,
            rank=part.rank,
            due_on=part.due_on,
            amount_cents=part.amount_cents,
        )
        for part in plan
    )
    Delay.objects.filter(pk=held.pk).update(
        state=state,
        parts=parts,
        first_on=first_on,
        answered_by=agent_of(actor),
        answered_at=at,
        closed_at=at if state == "AGREED" else None,
    )
    return held.person_id


def _held(delay_id: int, *, states: tuple[str, ...]) -> Delay:
    """The request, locked, as row security lets it be seen. Raises DelayNotFound, DelayMovedOn."""
    held = Delay.objects.select_for_update(of=("self",)).filter(pk=delay_id).first()
    if held is None:
        raise DelayNotFound
    if held.state not in states:
        raise DelayMovedOn
    return held


def _residence_of(lease_id: int) -> int:
    return int(Lease.objects.values_list("residence_id", flat=True).get(pk=lease_id))
