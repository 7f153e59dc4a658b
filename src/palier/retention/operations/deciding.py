"""What the DPO decides: a duration, a hold. Each decision is kept; the next one replaces it."""

from datetime import date, datetime

from django.db import IntegrityError, transaction

from palier.foundation.errors import Refusal
from palier.retention.models import Decision, Hold
from palier.retention.queries import declared_rules, due_by_forecast, rules_in_force
from palier.retention.rules.schedule import Durations


class NoSuchRule(Refusal):
    """Cette durée n’est pas dans la table : rouvrez la page."""


class DecidedMeanwhile(Refusal):
    """Cette durée vient d’être changée par quelqu’un d’autre : rouvrez la page, puis décidez d’après ce qu’elle dit."""


class NothingChanges(Refusal):
    """Cette durée est déjà celle de la table : il n’y a rien à décider."""


class HoldWithoutSubject(Refusal):
    """Donnez un numéro de personne ou un numéro de bail, et un seul : c’est ce qui sera retenu."""


class HoldEndsBeforeItBegins(Refusal):
    """La retenue ne peut pas finir avant de commencer : corrigez une des deux dates."""


class NoSuchHold(Refusal):
    """Cette retenue n’existe pas ou a déjà été levée : rouvrez la page."""


def decide(rule_code: str, durations: Durations, *, replaces: int, by: int, on: date, at: datetime) -> Decision:
    """Replace a duration. `replaces` is the rank of the decision that the DPO had before their eyes (0: the file's).

    Raises NoSuchRule, NothingChanges, DecidedMeanwhile, DurationTooShort, DurationTooLong, EndNotOffered.
    """
    current = rules_in_force().get(rule_code)
    declared = {rule.code: rule for rule in declared_rules()}.get(rule_code)
    if current is None or declared is None:
        raise NoSuchRule
    if current.rank != replaces:
        raise DecidedMeanwhile
    decided = declared.decided(durations)
    if decided == current.rule:
        raise NothingChanges
    before = due_by_forecast(rule_code, months=current.rule.months, on=on)
    after = due_by_forecast(rule_code, months=decided.months, on=on)
    is_measured = before.measured_on is not None
    try:
        with transaction.atomic():
            return Decision.objects.create(
                rule=rule_code,
                rank=replaces + 1,
                active_months=durations.active_months,
                archive_months=durations.archive_months,
                action=durations.action.value,
                status=durations.status.value,
                due_before=before.rows if is_measured else None,
                due_after=after.rows if is_measured else None,
                decided_by=by,
                decided_at=at,
            )
    except IntegrityError as error:
        raise DecidedMeanwhile from error


def hold(
    *,
    person_id: int | None,
    lease_id: int | None,
    ground: str,
    first_day: date,
    last_day: date | None,
    by: int,
    at: datetime,
) -> Hold:
    """Hold back the data of a person or of a lease. Raises HoldWithoutSubject, HoldEndsBeforeItBegins."""
    if (person_id is None) == (lease_id is None):
        raise HoldWithoutSubject
    if last_day is not None and last_day < first_day:
        raise HoldEndsBeforeItBegins
    return Hold.objects.create(
        person_id=person_id,
        lease_id=lease_id,
        ground=ground,
        first_day=first_day,
        last_day=last_day,
        placed_by=by,
        placed_at=at,
    )


def lift(hold_id: int, *, by: int, on: date, at: datetime) -> None:
    """End a hold: its data follow their time again. Raises NoSuchHold."""
    lifted = Hold.objects.filter(pk=hold_id, lifted_at=None).update(last_day=on, lifted_by=by, lifted_at=at)
    if not lifted:
        raise NoSuchHold
