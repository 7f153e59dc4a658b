"""Reservation holders and their conventions: dated, one at a time for a holder and a territory, 100 % in all."""

import re
from datetime import date
from typing import Literal

from django.db import IntegrityError, connection, transaction

from palier.attribution.models import Holder, ReservationConvention
from palier.attribution.rules.flow import (
    LANDLORD,
    STATE,
    STATE_AGENTS,
    UNRESERVED,
    WHOLE_BP,
    percent_fr,
    prefet_exceeds,
)
from palier.attribution.rules.territory import department_of, is_territory
from palier.attribution.rules.words import CONTINGENTS
from palier.foundation.errors import Refusal
from palier.foundation.periods import day_fr

_CODE = re.compile(r"[A-Z0-9_]{2,20}")
MOST_DAYS = 365


class HolderCodeRefused(Refusal):
    """Le code d’un réservataire a de deux à vingt capitales ou chiffres, par exemple ALS ou VILLE_PARIS."""


class HolderNameRefused(Refusal):
    """Le nom du réservataire est vide ou trop long."""


class HolderKnown(Refusal):
    """Un réservataire porte déjà ce code. Rien n’a été changé."""


class HolderNotFound(Refusal):
    """Ce réservataire n’existe pas."""


class ContingentUnknown(Refusal):
    """Ce contingent n’est pas un de ceux du répertoire des logements (RPLS)."""


class UnreservedHasNoConvention(Refusal):
    """La part non réservée est ce que les conventions laissent : elle n’a pas de convention."""


class TerritoryUnknown(Refusal):
    """Ce territoire n’est pas le code d’un département (75), ni celui d’une commune (75056)."""


class ShareRefused(Refusal):
    """Une part va de 0,01 % à 100 %."""


class PrefetShareTooHigh(Refusal):
    """La part du préfet, agents de l’État compris, ne dépasse pas 30 % du flux, et celle des agents de l’État 5 % (CCH,
    art. R441-5)."""


class SharesAboveWhole(Refusal):
    """Le {day}, les parts réservées de ce territoire feraient {total} : elles ne dépassent pas 100 %."""


class ConventionOverlaps(Refusal):
    """Ce réservataire a déjà une convention sur ce territoire pendant ces jours. Rien n’a été changé."""


class ConventionDaysRefused(Refusal):
    """La convention finit après son premier jour, et son délai de proposition va de 1 à 365 jours."""


class ConventionNotFound(Refusal):
    """Cette convention n’existe pas, ou elle est déjà finie."""


def add_holder(*, code: str, name: str, contingent: str) -> Holder:
    """Raises HolderCodeRefused, HolderNameRefused, ContingentUnknown, HolderKnown."""
    if _CODE.fullmatch(code) is None:
        raise HolderCodeRefused
    if not name.strip() or len(name) > 80:
        raise HolderNameRefused
    if contingent not in CONTINGENTS:
        raise ContingentUnknown
    try:
        with transaction.atomic():
            return Holder.objects.create(code=code, name=name.strip(), contingent=contingent)
    except IntegrityError:
        raise HolderKnown from None


def landlord_holder() -> Holder:
    """Who stands for what nobody reserves, made when first needed."""
    found = Holder.objects.filter(contingent=UNRESERVED).order_by("pk").first()
    if found is not None:
        return found
    try:
        return add_holder(code=LANDLORD, name="part non réservée", contingent=UNRESERVED)
    except HolderKnown:
        return Holder.objects.get(code=LANDLORD)


def add_convention(
    *,
    holder_id: int,
    territory: str,
    first_day: date,
    last_day: date | None,
    share_bp: int,
    propose_within_days: int,
    managed_in: Literal["FLOW", "STOCK"] = "FLOW",
) -> ReservationConvention:
    """Write a convention: its share of the flow in hundredths of a percent, its days to propose.

    Raises HolderNotFound, UnreservedHasNoConvention, TerritoryUnknown, ShareRefused, PrefetShareTooHigh,
    ConventionDaysRefused, SharesAboveWhole, ConventionOverlaps.
    """
    holder = Holder.objects.filter(pk=holder_id).first()
    if holder is None:
        raise HolderNotFound
    _refuse_terms(holder, territory, share_bp)
    if (last_day is not None and last_day < first_day) or not 1 <= propose_within_days <= MOST_DAYS:
        raise ConventionDaysRefused
    convention = ReservationConvention(
        holder=holder,
        territory=territory,
        first_day=first_day,
        last_day=last_day,
        share_bp=share_bp,
        propose_within_days=propose_within_days,
        managed_in=managed_in,
    )
    with transaction.atomic():
        with connection.cursor() as cursor:
            # Two conventions written at once would each fit alone.
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('palier.reservations'))")
        try:
            with transaction.atomic():
                convention.save(force_insert=True)
        except IntegrityError:
            raise ConventionOverlaps from None
        _refuse_above_limits(territory, first_day, last_day)
    return convention


def end_convention(*, convention_id: int, last_day: date) -> None:
    """A running convention ends on a day: from the next one, its share falls to the préfet.

    Raises ConventionNotFound, ConventionDaysRefused.
    """
    with transaction.atomic():
        convention = (
            ReservationConvention.objects.select_for_update().filter(pk=convention_id, last_day__isnull=True).first()
        )
        if convention is None:
            raise ConventionNotFound
        if last_day < convention.first_day:
            raise ConventionDaysRefused
        convention.last_day = last_day
        convention.save(update_fields=["last_day"])


def _refuse_terms(holder: Holder, territory: str, share_bp: int) -> None:
    if holder.contingent == UNRESERVED:
        raise UnreservedHasNoConvention
    if not is_territory(territory):
        raise TerritoryUnknown
    if not 1 <= share_bp <= WHOLE_BP:
        raise ShareRefused


def _refuse_above_limits(territory: str, first_day: date, last_day: date | None) -> None:
    """A commune's dwellings are its département's too: their shares add up.

    Raises SharesAboveWhole, PrefetShareTooHigh.
    """
    department = department_of(territory)
    held = list(
        ReservationConvention.objects.filter(managed_in="FLOW", territory__startswith=department).select_related(
            "holder"
        )
    )
    days = {first_day, *(each.first_day for each in held)}
    for day in sorted(each for each in days if first_day <= each and (last_day is None or each <= last_day)):
        running = [each for each in held if each.first_day <= day and (each.last_day is None or day <= each.last_day)]
        for place in sorted({department, *(each.territory for each in running)}):
            there = [each for each in running if each.territory in (department, place)]
            total = sum(each.share_bp for each in there)
            if total > WHOLE_BP:
                raise SharesAboveWhole(day=day_fr(day), total=percent_fr(total))
            if prefet_exceeds(
                prefet_bp=sum(each.share_bp for each in there if each.holder.contingent == STATE),
                state_agents_bp=sum(each.share_bp for each in there if each.holder.contingent == STATE_AGENTS),
            ):
                raise PrefetShareTooHigh
