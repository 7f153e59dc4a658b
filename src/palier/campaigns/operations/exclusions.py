"""Residences where no supplement is due: an act says so, from a day to another. Surveys opened later leave them out."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction

from palier.campaigns.models import ExcludedArea
from palier.estate.models import Residence
from palier.foundation.errors import Refusal
from palier.foundation.fields import check_values
from palier.foundation.periods import day_fr
from palier.privacy.actor import Actor
from palier.privacy.declare import Role
from palier.quittancement.access import require_function

MAY_EXCLUDE = (Role.HEADQUARTERS,)


class ExcludedResidenceNotFound(Refusal):
    """Aucune résidence ne porte le code « {code} » : il est sur la fiche de la résidence."""


class ExclusionNotFound(Refusal):
    """Ce secteur exclu n’existe pas."""


class AlreadyExcluded(Refusal):
    """Cette résidence est déjà exclue pour cette raison depuis le {first_day} : mettez fin à l’exclusion avant d’en
    noter une autre."""


class ExclusionEndsBeforeItBegins(Refusal):
    """L’exclusion commence le {first_day} : son dernier jour ne peut pas être avant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """What the act says: why, its reference, from which day. No last day: until further notice."""

    reason: str
    act_reference: str
    first_day: date


def exclude_residence(*, code: str, exclusion: Exclusion, actor: Actor, at: datetime) -> ExcludedArea:
    """Note that a residence owes no supplement. Raises FunctionMayNot, ExcludedResidenceNotFound, AlreadyExcluded."""
    require_function(Role(actor.role.value), MAY_EXCLUDE)
    residence_id = Residence.objects.filter(code=code).values_list("id", flat=True).first()
    if residence_id is None:
        raise ExcludedResidenceNotFound(code=code)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('palier.exclusion'))")
        same = ExcludedArea.objects.filter(residence_id=residence_id, reason=exclusion.reason)
        running = same.exclude(last_day__lt=exclusion.first_day).first()
        if running is not None:
            raise AlreadyExcluded(first_day=day_fr(running.first_day))
        area = ExcludedArea(
            residence_id=residence_id,
            reason=exclusion.reason,
            act_reference=exclusion.act_reference,
            first_day=exclusion.first_day,
            recorded_by=actor.agent_id or 0,
            recorded_at=at,
        )
        check_values(area)
        area.save(force_insert=True)
        return area


def end_exclusion(*, exclusion_id: int, last_day: date, actor: Actor, at: datetime) -> ExcludedArea:
    """Say on which day an exclusion ends. Raises FunctionMayNot, ExclusionNotFound, ExclusionEndsBeforeItBegins."""
    require_function(Role(actor.role.value), MAY_EXCLUDE)
    with transaction.atomic():
        area = ExcludedArea.objects.select_for_update().filter(pk=exclusion_id, last_day=None).first()
        if area is None:
            raise ExclusionNotFound
        if last_day < area.first_day:
            raise ExclusionEndsBeforeItBegins(first_day=day_fr(area.first_day))
        area.last_day = last_day
        area.save(update_fields=["last_day"])
        return area
