"""The commission itself: the landlord's rules by versions, who sits in it and for how long."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Q

from palier.agents.models import Agent
from palier.attribution.models import CommissionMember, CommissionRules
from palier.foundation.errors import Refusal
from palier.privacy.declare import Role

# CCH R441-3: the landlord may ask more, never fewer.
LEAST_CANDIDATES: Final = 3


class VersionTaken(Refusal):
    """La version « {version} » des règles existe déjà : une version adoptée ne change plus, donnez-en un autre nom."""


class RulesNotInOrder(Refusal):
    """Des règles s’appliquent après leur adoption et après celles qui sont en vigueur ({last})."""


class RulesOutOfBounds(Refusal):
    """Le quorum est d’au moins une voix, le nombre de candidats d’au moins trois (CCH, R441-3) ; pouvoirs et délai
    ne sont pas négatifs."""


class NoRulesYet(Refusal):
    """Aucune règle de la commission n’est en vigueur le {day} : enregistrez le règlement intérieur."""


class NotAMember(Refusal):
    """Un siège se donne à un agent dont le métier est « membre de la commission »."""


class SeatTaken(Refusal):
    """Cette personne a déjà un siège à cette date."""


class PresidentAlready(Refusal):
    """La commission a déjà un président à cette date : mettez fin à son mandat d’abord."""


class PresidentWithoutVote(Refusal):
    """Le président est élu parmi les membres qui ont voix délibérative."""


class MandateNotFound(Refusal):
    """Ce mandat n’existe pas."""


class EndBeforeStart(Refusal):
    """Un mandat finit après son début."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Adopted:
    """What the règlement intérieur says."""

    version: str
    first_day: date
    adopted_on: date
    quorum: int
    casting: str
    least_candidates: int
    proxies_each: int
    remote_allowed: bool
    convened_days_before: int
    quorum_in_person: bool = False


def adopt_rules(adopted: Adopted) -> int:
    """A new version of the landlord's rules, from its first day on. Raises VersionTaken, RulesNotInOrder and bounds."""
    if CommissionRules.objects.filter(version=adopted.version).exists():
        raise VersionTaken(version=adopted.version)
    last = CommissionRules.objects.order_by("-first_day").values_list("first_day", flat=True).first()
    if adopted.first_day < adopted.adopted_on or (last is not None and adopted.first_day <= last):
        raise RulesNotInOrder(last=f"{last:%d/%m/%Y}" if last else "aucune")
    if adopted.quorum < 1 or adopted.least_candidates < LEAST_CANDIDATES:
        raise RulesOutOfBounds
    if min(adopted.proxies_each, adopted.convened_days_before) < 0:
        raise RulesOutOfBounds
    return CommissionRules.objects.create(
        version=adopted.version,
        first_day=adopted.first_day,
        adopted_on=adopted.adopted_on,
        quorum=adopted.quorum,
        quorum_in_person=adopted.quorum_in_person,
        casting=adopted.casting,
        least_candidates=adopted.least_candidates,
        proxies_each=adopted.proxies_each,
        remote_allowed=adopted.remote_allowed,
        convened_days_before=adopted.convened_days_before,
    ).pk


def rules_on(day: date) -> CommissionRules:
    """The rules in force on that day. Raises NoRulesYet."""
    found = CommissionRules.objects.filter(first_day__lte=day).order_by("-first_day").first()
    if found is None:
        raise NoRulesYet(day=f"{day:%d/%m/%Y}")
    return found


def seat_member(
    *,
    agent_id: int,
    quality: str,
    has_vote: bool,
    is_president: bool,
    communes: tuple[str, ...],
    first_day: date,
) -> int:
    """Give a seat. Raises NotAMember, SeatTaken, PresidentAlready, PresidentWithoutVote."""
    role = Agent.objects.filter(pk=agent_id).values_list("role", flat=True).first()
    if role != Role.COMMISSION_MEMBER:
        raise NotAMember
    running = CommissionMember.objects.filter(Q(last_day__isnull=True) | Q(last_day__gte=first_day))
    if running.filter(agent_id=agent_id).exists():
        raise SeatTaken
    if is_president and not has_vote:
        raise PresidentWithoutVote
    if is_president and running.filter(is_president=True).exists():
        raise PresidentAlready
    return CommissionMember.objects.create(
        agent_id=agent_id,
        quality=quality,
        has_vote=has_vote,
        is_president=is_president,
        communes=list(communes),
        first_day=first_day,
    ).pk


def end_mandate(*, member_id: int, last_day: date) -> None:
    """A mandate ends with that day. Raises MandateNotFound, EndBeforeStart."""
    first_day = CommissionMember.objects.filter(pk=member_id).values_list("first_day", flat=True).first()
    if first_day is None:
        raise MandateNotFound
    if last_day < first_day:
        raise EndBeforeStart
    CommissionMember.objects.filter(pk=member_id).update(last_day=last_day)


def members_on(day: date) -> list[CommissionMember]:
    """Who sits on that day."""
    return list(
        CommissionMember.objects.filter(Q(last_day__isnull=True) | Q(last_day__gte=day), first_day__lte=day).order_by(
            "pk"
        )
    )
