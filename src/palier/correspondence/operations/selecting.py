"""What a sending is made of: one lease, the leases that a list's filter keeps, or those of a sending to withdraw.

The choice is frozen: whoever enters the list tomorrow gets no letter of today's sending.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db import IntegrityError, transaction

from palier.correspondence.access import (
    MAY_WRITE_MANY,
    MAY_WRITE_ONE,
    require_function,
    sending_in_scope,
)
from palier.correspondence.models import Letter, Sending, TemplateVersion
from palier.correspondence.operations.templates import TemplateNotFound, TemplateRetired
from palier.correspondence.writing import Writing
from palier.foundation.errors import Refusal
from palier.foundation.reading import fetch_count
from palier.leases.access import LeaseNotFound
from palier.leases.listed import list_for
from palier.leases.models import Lease
from palier.leases.queries.lists import LeaseFilter
from palier.privacy.actor import Actor

MOST_LEASES: Final = 150_000


class NobodyChosen(Refusal):
    """Ce filtre ne garde aucun bail : retirez un filtre, puis recommencez."""


class TooManyChosen(Refusal):
    """Ce filtre garde {count} baux ; un envoi en a {most} au plus : ajoutez un filtre."""


class DayMissing(Refusal):
    """Ce modèle nomme {what} : donnez-le avant de continuer."""


class NothingToWithdraw(Refusal):
    """Aucune lettre de cet envoi n’est à retirer : il n’est pas parti, ou ses lettres sont déjà retirées."""


class AlreadyWithdrawn(Refusal):
    """Un envoi de retrait existe déjà pour cet envoi."""


class NotAWithdrawal(Refusal):
    """Ce modèle nomme une lettre retirée : il ne sert qu’à retirer un envoi."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """What is typed for a whole sending: a day, a moment of a closed list."""

    event_on: date | None = None
    slot: str = ""


_CHOOSE = """
WITH chosen AS (
    INSERT INTO correspondence_letter (sending_id, lease_id, residence_id)
    SELECT %(sending)s, l.id, l.residence_id FROM leases_lease AS l WHERE {where} RETURNING 1
) SELECT count(*) FROM chosen
"""
_CHOOSE_AGAIN = """
WITH chosen AS (
    INSERT INTO correspondence_letter (sending_id, lease_id, residence_id, withdraws_id)
    SELECT %(sending)s, w.lease_id, w.residence_id, w.id FROM correspondence_letter AS w
    WHERE w.sending_id = %(withdrawn)s AND w.number <> '' AND w.withdrawn_on IS NULL RETURNING 1
) SELECT count(*) FROM chosen
"""


def choose_leases(*, version_id: int, kept: LeaseFilter, occasion: Occasion, actor: Actor, at: datetime) -> Sending:
    """Freeze the leases that a filter keeps today, of those in one's scope. Their dry run is asked for apart.

    Raises FunctionMayNotWrite, ListUnknown, TemplateNotFound, TemplateRetired, DayMissing, NotAWithdrawal,
    NobodyChosen, TooManyChosen.
    """
    require_function(actor, MAY_WRITE_MANY)
    if kept.listed is not None:
        list_for(kept.listed, actor.role)
    version = _version(version_id, occasion)
    where, parameters = kept.where(of_tenants=False)
    with transaction.atomic():
        sending = _opened(version, occasion, actor, at)
        sending.lease_state, sending.payment_mode, sending.lease_kind = kept.state, kept.payment_mode, kept.kind
        sending.filter_agency_id = kept.agency_id
        if kept.listed is not None:
            sending.list_code, sending.list_of, sending.list_on = kept.listed.code, kept.listed.of, kept.listed.on
            sending.list_word, sending.list_view = kept.listed.word, kept.listed.view
        sending.save(force_insert=True)
        facts = {**parameters, "today": at.date(), "sending": sending.pk}
        count = fetch_count(_CHOOSE.format(where=where), facts)
        if not count:
            raise NobodyChosen
        if count > MOST_LEASES:
            raise TooManyChosen(count=count, most=MOST_LEASES)
        return _counted(sending, count)


def choose_one(*, version_id: int, lease_id: int, occasion: Occasion, actor: Actor, at: datetime) -> Sending:
    """A letter to one lease, tried at once: what stands in its way is refused here.

    Raises FunctionMayNotWrite, LeaseNotFound, TemplateNotFound, TemplateRetired, DayMissing, NotAWithdrawal, and the
    refusals of a letter.
    """
    require_function(actor, MAY_WRITE_ONE)
    residence_id = Lease.objects.filter(pk=lease_id).values_list("residence_id", flat=True).first()
    if residence_id is None:
        raise LeaseNotFound
    version = _version(version_id, occasion)
    with transaction.atomic():
        sending = _opened(version, occasion, actor, at)
        sending.is_single, sending.state, sending.checked_at = True, "CHECKED", at
        written = Writing(sending, [lease_id], on=at.date()).letter(lease_id, "PROJET")
        sending.selected_count = 1
        sending.save(force_insert=True)
        Letter.objects.create(
            sending=sending,
            lease_id=lease_id,
            residence_id=residence_id,
            channel=written.channel,
            is_tried=True,
        )
        return sending


def choose_withdrawn(*, sending_id: int, version_id: int, occasion: Occasion, actor: Actor, at: datetime) -> Sending:
    """Letters that say that those of a sending no longer hold, to whoever got one. Nothing sent is unsent otherwise.

    Raises FunctionMayNotWrite, SendingNotFound, NothingToWithdraw, AlreadyWithdrawn, TemplateNotFound, DayMissing.
    """
    withdrawn = sending_in_scope(sending_id, actor=actor)
    require_function(actor, MAY_WRITE_ONE if withdrawn.is_single else MAY_WRITE_MANY)
    if withdrawn.state != "MADE":
        raise NothingToWithdraw
    version = _version(version_id, occasion, withdraws=True)
    with transaction.atomic():
        sending = _opened(version, occasion, actor, at)
        sending.withdraws, sending.agency_id = withdrawn, withdrawn.agency_id
        sending.is_single = withdrawn.is_single
        try:
            with transaction.atomic():
                sending.save(force_insert=True)
        except IntegrityError as twice:
            raise AlreadyWithdrawn from twice
        count = fetch_count(_CHOOSE_AGAIN, {"sending": sending.pk, "withdrawn": withdrawn.pk})
        if not count:
            raise NothingToWithdraw
        return _counted(sending, count)


def _version(version_id: int, occasion: Occasion, *, withdraws: bool = False) -> TemplateVersion:
    version = TemplateVersion.objects.select_related("template").filter(pk=version_id).first()
    if version is None:
        raise TemplateNotFound
    if version.template.retired_at is not None:
        raise TemplateRetired(name=version.template.name)
    if "envoi.jour" in version.fields and occasion.event_on is None:
        raise DayMissing(what="un jour")
    if "envoi.creneau" in version.fields and not occasion.slot:
        raise DayMissing(what="un moment de la journée")
    if not withdraws and any(code.startswith("retrait.") for code in version.fields):
        raise NotAWithdrawal
    return version


def _opened(version: TemplateVersion, occasion: Occasion, actor: Actor, at: datetime) -> Sending:
    return Sending(
        version=version,
        event_on=occasion.event_on,
        event_slot=occasion.slot,
        needs_two=version.needs_two,
        agency_id=actor.agency_id,
        selected_by=actor.agent_id or 0,
        selected_at=at,
    )


def _counted(sending: Sending, count: int) -> Sending:
    sending.selected_count = count
    Sending.objects.filter(pk=sending.pk).update(selected_count=count)
    return sending
