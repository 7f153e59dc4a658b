"""Handing residences to a colleague for a time: a replacement begins and ends by its dates."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from django.db import models

from palier.agents.models import Agent, Opening
from palier.estate.models import Residence
from palier.foundation.clock import PARIS
from palier.foundation.errors import Refusal
from palier.privacy.actor import Actor

LONGEST = timedelta(days=92)


class ReplacementTooLong(Refusal):
    """Un remplacement dure trois mois au plus : au-delà, changez l’agent d’agence."""


class ReplacementEndsBeforeItStarts(Refusal):
    """Le dernier jour vient avant le premier : corrigez les dates."""


class NotAColleague(Refusal):
    """Choisissez un gestionnaire ou un responsable d’agence en fonction, autre que vous."""


class NotYourResidence(Refusal):
    """Une des résidences n’est pas dans votre portefeuille : rechargez la page."""


class AssignmentNotFound(Refusal):
    """Ce remplacement n’existe pas, ou n’est pas de votre agence."""


def colleagues(*, but: int | None, on: date) -> list[Agent]:
    """Those who may replace: officers and managers in post, whoever asks left out."""
    in_post = Agent.objects.filter(role__in=["rent_officer", "agency_manager"]).filter(
        models.Q(left_on__isnull=True) | models.Q(left_on__gte=on)
    )
    return [agent for agent in in_post.order_by("last_name", "first_name", "pk")[:500] if agent.pk != but]


def assign_residences(
    *, agent_id: int, residence_ids: Sequence[int], first_day: date, last_day: date, actor: Actor, on: date
) -> int:
    """Open these residences to a colleague between two days, both included; how many were.

    Raises NotAColleague, NotYourResidence, ReplacementEndsBeforeItStarts, ReplacementTooLong.
    """
    if last_day < first_day or last_day < on:
        raise ReplacementEndsBeforeItStarts
    if last_day - first_day > LONGEST:
        raise ReplacementTooLong
    if agent_id not in {agent.pk for agent in colleagues(but=actor.agent_id, on=on)}:
        raise NotAColleague
    wanted = set(residence_ids)
    # Row security answers with the residences of whoever asks.
    if not wanted or Residence.objects.filter(pk__in=wanted).count() != len(wanted):
        raise NotYourResidence
    Opening.objects.bulk_create(
        [
            Opening(
                agent_id=agent_id,
                kind="ASSIGNMENT",
                residence_id=residence_id,
                motive="REMPLACEMENT",
                first_at=datetime.combine(first_day, time.min, tzinfo=PARIS),
                until_at=datetime.combine(last_day + timedelta(days=1), time.min, tzinfo=PARIS),
                assigned_by_id=actor.agent_id,
            )
            for residence_id in sorted(wanted)
        ]
    )
    return len(wanted)


def end_assignment(*, opening_id: int, at: datetime) -> None:
    """Close a replacement before its end. Raises AssignmentNotFound."""
    found = Opening.objects.filter(pk=opening_id, kind="ASSIGNMENT", until_at__gt=at).first()
    if found is None:
        raise AssignmentNotFound
    # One that has not begun ends where it would have begun.
    if Opening.objects.filter(pk=opening_id).update(until_at=max(at, found.first_at)) != 1:
        raise AssignmentNotFound
