"""What the data protection officer decides on screen, each decision kept; and the alarms of openings, to be seen."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.timezone import localtime

from palier.agents.models import OpeningAlarm
from palier.agents.operations.policy_settings import HIGHEST_QUOTA, acknowledge_alarm, set_motive, set_quota
from palier.agents.queries import (
    SettingRow,
    open_motives,
    protection_count,
    quota_of,
    setting_history,
    waiting_alarms,
)
from palier.desk.labels import labels_of
from palier.desk.navigation import framed
from palier.desk.views_privacy import privacy_tabs
from palier.foundation.clock import now, today
from palier.foundation.errors import Refusal
from palier.privacy.catalogue import AGENCY, OPENING_MOTIVES
from palier.privacy.declare import ROLE_LABELS, Role
from palier.web import words
from palier.web.requests import ActorRequest

ALARMS = labels_of(OpeningAlarm, "kind")


def policy(request: ActorRequest) -> HttpResponseBase:
    """Quotas, motives, their history, and the alarms that nobody has seen."""
    error, status = "", 200
    if request.method == "POST":
        try:
            said = _decide(request, request.POST)
        except Refusal as refusal:
            error, status = str(refusal), 422
        else:
            messages.success(request, said)
            return HttpResponseRedirect(reverse("desk:policy"))
    still_open = set(open_motives(list(OPENING_MOTIVES)))
    protected = protection_count(today())
    context: dict[str, object] = {
        "tabs": privacy_tabs(request, "policy"),
        "error": error,
        "highest": HIGHEST_QUOTA,
        "quotas": [(role.value, ROLE_LABELS[role], quota_of(role.value)) for role in AGENCY],
        "motives": [
            {"code": code, "label": label, "is_open": code in still_open, "closes": code != "URGENCE"}
            for code, label in OPENING_MOTIVES.items()
        ],
        "alarms": [
            {
                "row": each,
                "kind": ALARMS[each.kind].capitalize(),
                "motive": OPENING_MOTIVES.get(each.motive, ""),
                "at": words.instant(localtime(each.at)),
            }
            for each in waiting_alarms()
        ],
        "history": [_told(row) for row in setting_history("QUOTA", "MOTIVE")],
        "protected": words.count(protected.running, "adresse protégée", "adresses protégées"),
    }
    return framed(request, "desk/policy.html", context, status=status)


def _decide(request: ActorRequest, posted: QueryDict) -> str:
    """One decision a form: a quota, or a motive. Raises the refusals of policy_settings."""
    code = posted.get("code", "")[:24]
    value = posted.get("value", "")[:4]
    decisions: dict[str, Callable[[], None]] = {
        "quota": lambda: set_quota(
            role=code, per_day=int(value) if value.isdecimal() else -1, actor=request.actor, at=now()
        ),
        "motive": lambda: set_motive(motive=code, is_open=value == "1", actor=request.actor, at=now()),
    }
    decision = decisions.get(posted.get("kind", ""))
    if decision is None:
        raise Http404
    decision()
    return "La décision est en vigueur, et gardée à votre nom."


def _told(row: SettingRow) -> dict[str, str]:
    if row.kind == "QUOTA":
        what, value = f"Quota, {ROLE_LABELS[Role(row.code)].lower()}", f"{row.value} par jour"
    else:
        what, value = f"Motif « {OPENING_MOTIVES.get(row.code, row.code)} »", "ouvert" if row.value else "fermé"
    return {"what": what, "value": value, "by": row.decided_by, "at": words.instant(localtime(row.at))}


def alarm_seen(request: ActorRequest, alarm_id: int) -> HttpResponseBase:
    """The data protection officer has seen an alarm."""
    try:
        acknowledge_alarm(alarm_id=alarm_id, actor=request.actor, at=now())
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    return HttpResponseRedirect(reverse("desk:policy"))
