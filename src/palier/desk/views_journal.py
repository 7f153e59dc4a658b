"""The journal's keeping, for the DPO: what looks like an extraction, the seals, the months gone, the vendor's help."""

from http import HTTPStatus
from typing import Final

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from palier.agents.access import agent_of
from palier.agents.operations.policy_settings import set_threshold
from palier.agents.queries import setting_history, thresholds_in_force
from palier.desk.navigation import framed
from palier.desk.views_privacy import privacy_tabs
from palier.foundation.clock import day_of, now
from palier.foundation.errors import Refusal
from palier.privacy.journal import alarms as kept
from palier.privacy.journal.help_windows import windows
from palier.privacy.journal.queries import publications, seal_state, tombstones
from palier.privacy.models import AlarmAnswer, AlarmKind, HelpPurpose, PublicationChannel
from palier.web import words
from palier.web.requests import ActorRequest

SHOWN: Final = 200
PUBLICATIONS_SHOWN: Final = 20
# What each refusal of a publication means, told where the command is not at hand.
REFUSALS: Final = {
    "AuthoritySilent": "l’autorité n’a pas répondu",
    "AuthorityUnknown": "le certificat de l’autorité manque",
    "AnswerUnreadable": "la réponse n’est pas un horodatage",
    "TimestampRefused": "l’autorité a refusé",
    "TimestampOfAnother": "l’horodatage porte sur autre chose",
    "SignatureNotTheirs": "la signature n’est pas celle de l’autorité",
}


class AnswerForm(forms.Form):
    """The closed list of answers to an alarm."""

    reponse = forms.ChoiceField(
        label="Réponse",
        choices=[("", "Choisir"), *AlarmAnswer.choices],
        error_messages={"required": "Choisissez une réponse.", "invalid_choice": "Choisissez une réponse."},
    )


def alarms(request: ActorRequest) -> HttpResponseBase:
    """The alarms, those without an answer first; the thresholds, one decision a form, each kept."""
    error, status = "", HTTPStatus.OK
    if request.method == "POST":
        try:
            _decide_threshold(request)
        except Refusal as refusal:
            error, status = str(refusal), HTTPStatus.UNPROCESSABLE_ENTITY
        else:
            messages.success(request, "Le seuil est en vigueur dès le prochain compte, et gardé à votre nom.")
            return HttpResponseRedirect(reverse("desk:journal_alarms"))
    rows = [
        {
            "alarm": each,
            "kind": AlarmKind(each.kind).label,
            "answer": AlarmAnswer(each.answer).label if each.answer else "",
            "readings": f"{reverse('desk:readings')}?agent={each.agent_id}"
            f"&du={day_of(each.first_at).isoformat()}&au={day_of(each.until_at).isoformat()}",
        }
        for each in kept.alarms(limit=SHOWN)
    ]
    context: dict[str, object] = {
        "tabs": privacy_tabs(request, "journal_alarms"),
        "rows": rows,
        "answers": AlarmAnswer.choices,
        "error": error,
        "thresholds": [
            {"code": kind.value, "label": kind.label, "count": count, "bounds": kept.BOUNDS[kind]}
            for kind, count in thresholds_in_force().items()
        ],
        "history": [
            {"what": AlarmKind(row.code).label, "count": row.value, "by": row.decided_by, "at": words.instant(row.at)}
            for row in setting_history("ALARM")
        ],
    }
    return framed(request, "desk/journal_alarms.html", context, status=status)


def _decide_threshold(request: ActorRequest) -> None:
    """Raises the refusals of policy_settings."""
    typed = request.POST.get("value", "").strip()
    # Seven figures are more than any bound: what is not a number is refused with the bounds.
    count = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) <= 7 else -1
    set_threshold(kind=request.POST.get("code", "")[:24], count=count, actor=request.actor, at=now())


def alarm_answer(request: ActorRequest, alarm_id: int) -> HttpResponseBase:
    """Close an alarm with one answer of the list, in the DPO's own name."""
    form = AnswerForm(request.POST)
    # An answer outside the list is refused in its own words (kept.UnknownAnswer).
    answer = form.cleaned_data["reponse"] if form.is_valid() else ""
    kept.answer_alarm(alarm_id, answer=answer, agent_id=agent_of(request.actor), at=now())
    messages.success(request, "La réponse est gardée à votre nom.")
    return HttpResponseRedirect(reverse("desk:journal_alarms"))


def seals(request: ActorRequest) -> HttpResponse:
    """Where the seals are, where heads went, which months are gone, who helped."""
    context: dict[str, object] = {
        "tabs": privacy_tabs(request, "journal_seals"),
        "state": seal_state(),
        "publications": [
            {
                "publication": each,
                "channel": PublicationChannel(each.channel).label,
                "refusal": REFUSALS.get(each.refusal, "non publiée") if each.refusal else "",
            }
            for each in publications(limit=PUBLICATIONS_SHOWN)
        ],
        "tombstones": tombstones(),
        "windows": [
            {"window": each, "purpose": HelpPurpose(each.purpose).label, "is_open": each.is_open(now())}
            for each in windows(limit=PUBLICATIONS_SHOWN)
        ],
    }
    return framed(request, "desk/journal_seals.html", context)
