"""What the data protection officer decides on screen: quotas, motives, thresholds. The matrix changes by a file."""

from datetime import datetime

from palier.agents.models import OpeningAlarm, PolicySetting
from palier.foundation.errors import Refusal
from palier.privacy.actor import Actor
from palier.privacy.catalogue import AGENCY, OPENING_MOTIVES
from palier.privacy.journal.alarms import BOUNDS
from palier.privacy.models import AlarmKind

HIGHEST_QUOTA = 200


class QuotaOutOfBounds(Refusal):
    """Un quota va de 0 à 200 dossiers par jour."""


class ThresholdOutOfBounds(Refusal):
    """Le seuil « {label} » va de {least} à {most} : en dessous tout alarme, au-dessus plus rien."""


class UnknownSetting(Refusal):
    """Ce réglage n’existe pas : rechargez la page."""


class EmergencyStaysOpen(Refusal):
    """Le motif d’urgence ne se ferme pas : il est annoncé à chaque fois."""


class AlarmNotFound(Refusal):
    """Cette alerte n’existe pas, ou quelqu’un l’a déjà vue."""


def set_quota(*, role: str, per_day: int, actor: Actor, at: datetime) -> None:
    """How many files outside their portfolio someone in this role opens in a day. Raises QuotaOutOfBounds."""
    if role not in {str(each) for each in AGENCY}:
        raise UnknownSetting
    if not 0 <= per_day <= HIGHEST_QUOTA:
        raise QuotaOutOfBounds
    _decide("QUOTA", role, per_day, actor, at)


def set_motive(*, motive: str, is_open: bool, actor: Actor, at: datetime) -> None:
    """Open or close a motive of the closed list. Raises UnknownSetting, EmergencyStaysOpen."""
    if motive not in OPENING_MOTIVES:
        raise UnknownSetting
    if motive == "URGENCE":
        raise EmergencyStaysOpen
    _decide("MOTIVE", motive, int(is_open), actor, at)


def set_threshold(*, kind: str, count: int, actor: Actor, at: datetime) -> None:
    """From which count an alarm of the journal is raised. Raises UnknownSetting, ThresholdOutOfBounds."""
    if kind not in AlarmKind.values:
        raise UnknownSetting
    least, most = BOUNDS[AlarmKind(kind)]
    if not least <= count <= most:
        raise ThresholdOutOfBounds(label=AlarmKind(kind).label, least=least, most=most)
    _decide("ALARM", kind, count, actor, at)


def _decide(kind: str, code: str, value: int, actor: Actor, at: datetime) -> None:
    """Each decision is a row of its own: what it was before stays readable."""
    if actor.agent_id is None:
        raise UnknownSetting
    PolicySetting.objects.bulk_create(
        [PolicySetting(kind=kind, code=code, value=value, changed_by_id=actor.agent_id, at=at)]
    )


def acknowledge_alarm(*, alarm_id: int, actor: Actor, at: datetime) -> None:
    """The data protection officer has seen it. Raises AlarmNotFound."""
    waiting = OpeningAlarm.objects.filter(pk=alarm_id, seen_at__isnull=True)
    if waiting.update(seen_at=at, seen_by_id=actor.agent_id) != 1:
        raise AlarmNotFound
