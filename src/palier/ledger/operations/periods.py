"""Closing a month of the books, opening it again, locking it: asked by one person, signed by another."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from palier.foundation.errors import Refusal
from palier.foundation.periods import Month
from palier.ledger.models import PERIOD_ACTS, Period, PeriodAct
from palier.privacy.actor import Actor


class PeriodNotOpen(Refusal):
    """La période {of_month} n’est plus ouverte : elle est {state}."""


class PeriodNotClosed(Refusal):
    """La période {of_month} n’est pas close : elle est {state}. Il n’y a rien à rouvrir ni à verrouiller."""


class PeriodIsLocked(Refusal):
    """Le mois {of_month} est verrouillé : il ne rouvre jamais. Corrigez par une écriture dans un mois ouvert."""


class EarlierPeriodOpen(Refusal):
    """Le mois {of_month} attend un mois plus ancien : {earlier} n’est pas encore {state}."""


class LaterPeriodClosed(Refusal):
    """Le mois {of_month} ne rouvre pas avant {later}, qui est clos après lui : rouvrez d’abord le plus récent."""


class OtherActAsked(Refusal):
    """Pour le mois {of_month}, une {act} attend déjà sa seconde signature. Signez-la ou abandonnez-la d’abord."""


class SamePersonAsksAndSigns(Refusal):
    """Vous avez demandé cette {act} : une autre personne doit la signer."""


class NothingAsked(Refusal):
    """Rien n’est demandé pour le mois {of_month} : il n’y a rien à abandonner."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Where the month stands after an act: `is_signed` false, it waits for a second person."""

    month: Month
    state: str
    is_signed: bool


_ACTS = dict(PERIOD_ACTS)
_BECOMES = {"CLOSE": "CLOSED", "REOPEN": "OPEN", "LOCK": "LOCKED"}


def close_period(*, month: Month, reason: str, actor: Actor, at: datetime) -> Outcome:
    """Close an open month: the first call asks, the second, by someone else, closes.

    Raises PeriodNotOpen, PeriodIsLocked, EarlierPeriodOpen, OtherActAsked, SamePersonAsksAndSigns.
    """
    period = _held(month)
    if period.state != "OPEN":
        raise PeriodNotOpen(of_month=month.of_fr(), state=period.get_state_display())
    before = month.previous()
    # The books begin with the first month that was closed: what is older than all of them has no row.
    earlier = Period.objects.filter(month__lt=month.first_day, state="OPEN").order_by("month").first()
    if earlier is not None and Period.objects.filter(month__lt=month.first_day).exclude(state="OPEN").exists():
        raise EarlierPeriodOpen(of_month=month.of_fr(), earlier=Month.of(earlier.month).label_fr(), state="clos")
    has_gap = (
        Period.objects.filter(month__lt=before.first_day).exists()
        and not Period.objects.filter(month=before.first_day).exists()
    )
    if has_gap:
        raise EarlierPeriodOpen(of_month=month.of_fr(), earlier=before.label_fr(), state="clos")
    return _asked_or_signed(period, "CLOSE", reason=reason, actor=actor, at=at)


def reopen_period(*, month: Month, reason: str, actor: Actor, at: datetime) -> Outcome:
    """Open a closed month again, the most recent first: asked by one person, signed by another.

    Raises PeriodNotClosed, PeriodIsLocked, LaterPeriodClosed, OtherActAsked, SamePersonAsksAndSigns.
    """
    period = _held_closed(month)
    later = Period.objects.filter(month__gt=month.first_day).exclude(state="OPEN").order_by("-month").first()
    if later is not None:
        raise LaterPeriodClosed(of_month=month.of_fr(), later=Month.of(later.month).label_fr())
    return _asked_or_signed(period, "REOPEN", reason=reason, actor=actor, at=at)


def lock_period(*, month: Month, reason: str, actor: Actor, at: datetime) -> Outcome:
    """Lock a closed month for ever, the oldest first: asked by one person, signed by another.

    Raises PeriodNotClosed, PeriodIsLocked, EarlierPeriodOpen, OtherActAsked, SamePersonAsksAndSigns.
    """
    period = _held_closed(month)
    earlier = Period.objects.filter(month__lt=month.first_day).exclude(state="LOCKED").order_by("month").first()
    if earlier is not None:
        raise EarlierPeriodOpen(of_month=month.of_fr(), earlier=Month.of(earlier.month).label_fr(), state="verrouillé")
    return _asked_or_signed(period, "LOCK", reason=reason, actor=actor, at=at)


def abandon_act(*, month: Month) -> None:
    """Forget what was asked and not signed. Raises NothingAsked."""
    period = _held(month)
    if not period.asked:
        raise NothingAsked(of_month=month.of_fr())
    _forget(period)


def _held(month: Month) -> Period:
    """The period, held until the transaction ends; what is being posted ends first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('palier.periods'))")
    period, _ = Period.objects.get_or_create(month=month.first_day)
    return period


def _held_closed(month: Month) -> Period:
    period = _held(month)
    if period.state == "LOCKED":
        raise PeriodIsLocked(of_month=month.of_fr())
    if period.state != "CLOSED":
        raise PeriodNotClosed(of_month=month.of_fr(), state=period.get_state_display())
    return period


def _asked_or_signed(period: Period, act: str, *, reason: str, actor: Actor, at: datetime) -> Outcome:
    month, by = Month.of(period.month), actor.agent_id
    if by is None:
        raise SamePersonAsksAndSigns(act=_ACTS[act])
    if not period.asked:
        period.asked, period.asked_reason, period.asked_by, period.asked_at = act, reason, by, at
        period.clean_fields()
        period.save(update_fields=["asked", "asked_reason", "asked_by", "asked_at"])
        return Outcome(month=month, state=period.state, is_signed=False)
    if period.asked != act:
        raise OtherActAsked(of_month=month.of_fr(), act=_ACTS[period.asked])
    if period.asked_by is None or period.asked_by == by:
        raise SamePersonAsksAndSigns(act=_ACTS[act])
    PeriodAct.objects.create(
        period=period,
        act=act,
        reason=period.asked_reason,
        asked_by=period.asked_by,
        signed_by=by,
        signed_at=at,
    )
    period.state = _BECOMES[act]
    _forget(period)
    return Outcome(month=month, state=period.state, is_signed=True)


def _forget(period: Period) -> None:
    period.asked, period.asked_reason, period.asked_by, period.asked_at = "", "", None, None
    period.save(update_fields=["state", "asked", "asked_reason", "asked_by", "asked_at"])
