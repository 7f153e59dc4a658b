"""Missions of audit, for those who decide: the DPO declares and ends, headquarters confirm; neither reads by one."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse

from palier.agents.queries import auditors_in_post
from palier.desk.navigation import framed
from palier.foundation.clock import now, today
from palier.foundation.errors import Refusal
from palier.oversight.models import MISSION_PURPOSES
from palier.oversight.operations.missions import DeclaredMission, confirm_mission, declare_mission, end_mission
from palier.oversight.queries.missions import MissionRow, missions
from palier.privacy.rights import may_open
from palier.web.choices import offer
from palier.web.components import Tag, Tone
from palier.web.requests import ActorRequest

_STATES = {
    "WAITING": Tag(label="à confirmer", tone=Tone.WARN),
    "TO_COME": Tag(label="à venir", tone=Tone.INFO),
    "RUNNING": Tag(label="en cours", tone=Tone.OK),
    "OVER": Tag(label="finie", tone=Tone.NEUTRAL),
}


class MissionForm(forms.Form):
    """Who audits, why, between which days: closed lists and dates."""

    auditeur = forms.TypedChoiceField(
        label="Auditeur",
        coerce=int,
        choices=(),
        error_messages={"required": "Choisissez un auditeur.", "invalid_choice": "Choisissez un auditeur."},
    )
    objet = forms.ChoiceField(
        label="Objet",
        choices=[("", "Choisir"), *MISSION_PURPOSES.items()],
        error_messages={"required": "Choisissez un objet.", "invalid_choice": "Choisissez un objet."},
    )
    du = forms.DateField(
        label="Du",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Donnez un jour.", "invalid": "Donnez un jour."},
    )
    au = forms.DateField(
        label="Au",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Donnez un jour.", "invalid": "Donnez un jour."},
    )

    def __init__(self, data: QueryDict | None, *, auditors: list[tuple[int, str]]) -> None:
        super().__init__(data, label_suffix="")
        offer(self, "auditeur", [("", "Choisir"), *auditors])


def missions_page(request: ActorRequest) -> HttpResponse:
    """Every mission, the latest first, with what waits for a decision."""
    return _page(request, MissionForm(None, auditors=auditors_in_post()))


def declare(request: ActorRequest) -> HttpResponse:
    """Declare a mission."""
    form = MissionForm(request.POST, auditors=auditors_in_post())
    if form.is_valid():
        typed = form.cleaned_data
        declared = DeclaredMission(
            purpose=typed["objet"], auditor_id=typed["auditeur"], first_day=typed["du"], last_day=typed["au"]
        )
        try:
            made = declare_mission(declared=declared, actor=request.actor, on=today(), at=now())
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{made.number} est déclarée. Le siège la confirme, puis elle s’ouvre.")
            return _back()
    return _page(request, form, status=422)


def confirm(request: ActorRequest, number: str) -> HttpResponse:
    """The second pair of eyes."""
    confirm_mission(number=number, actor=request.actor, at=now())
    messages.success(request, f"{number} est confirmée.")
    return _back()


def end(request: ActorRequest, number: str) -> HttpResponse:
    """End a mission now."""
    end_mission(number=number, actor=request.actor, at=now())
    messages.success(request, f"{number} est finie\u00a0: l’auditeur ne lit plus rien.")
    return _back()


def _page(request: ActorRequest, form: MissionForm, *, status: int = 200) -> HttpResponse:
    role, on = request.actor.role, today()
    names = dict(auditors_in_post())
    context: dict[str, object] = {
        "rows": [_told(row, names, row.state(on)) for row in missions()],
        "form": form,
        "declares": may_open(role, "desk:audit_mission_declare"),
        "confirms": may_open(role, "desk:audit_mission_confirm"),
    }
    return framed(request, "desk/audit_missions.html", context, status=status)


def _told(row: MissionRow, names: dict[int, str], state: str) -> dict[str, object]:
    return {
        "row": row,
        "purpose": MISSION_PURPOSES[row.purpose],
        "auditor": names.get(row.auditor_id, f"Agent n°\u00a0{row.auditor_id}"),
        "state": _STATES[state],
        "waits": state == "WAITING",
        "is_over": state == "OVER",
    }


def _back() -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("desk:audit_missions"))
