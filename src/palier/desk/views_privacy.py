"""Personal data: who sees what, why and for how long; and for the DPO the journal of readings."""

from datetime import date
from typing import Final

from django import forms
from django.http import Http404, HttpResponse, HttpResponseBase
from django.utils import timezone

from palier.agents.readings import ReadingFilter, ReadingRow
from palier.agents.readings import readings as readings_found
from palier.desk.navigation import framed, tabs_among
from palier.desk.views_review import single_cursor
from palier.foundation.clock import today
from palier.foundation.text import impersonal
from palier.privacy.catalogue import CATEGORIES, MOTIVES, PURPOSES
from palier.privacy.declare import ROLE_LABELS, Batch, Role
from palier.retention.by_category import kept_by_category
from palier.web import words
from palier.web.components import Chip, Link
from palier.web.exports import export_response
from palier.web.requests import ActorRequest
from palier.web.rights_words import has_a_room, pages_of, purposes_of, rights_by_category
from palier.web.table_view import view_of
from palier.web.tables import Column, Filter, OnPhone, Table, page_of, read_state

PAGE_ROWS: Final = 60
EVERYTHING: Final = 200_001
BATCHES: Final = {
    Batch.IMPORT: "Tâche, reprise",
    Batch.RENT: "Tâche, quittancement",
    Batch.MAIL: "Tâche, courrier",
    Batch.RETENTION: "Tâche, conservation",
    Batch.RIGHTS: "Tâche, droits des personnes",
    Batch.JOURNAL: "Tâche, journal des lectures",
    Batch.OPERATOR: "Opérateur de la machine",
    Batch.VENDOR: "Assistance de l’éditeur",
    Batch.AUDIT: "Tâche, audit sans nom",
    Batch.ALLOCATION: "Tâche, demandes et attribution",
    Batch.LETTERS: "Tâche, lettres d’attribution",
    Batch.PAYROLL: "Tâche, paie",
}
READERS: Final[dict[str, str]] = {
    **{role.value: label for role, label in ROLE_LABELS.items()},
    **{job.value: label for job, label in BATCHES.items()},
}


def privacy_tabs(request: ActorRequest, here: str) -> list[Link]:
    """The pages about personal data that the function opens."""
    tabs = {
        "privacy": "Qui peut voir quoi",
        "purposes": "Finalités et durées",
        "readings": "Journal des lectures",
        "journal_alarms": "Alarmes",
        "journal_seals": "Sceaux",
        "rights": "Demandes des personnes",
        "policy": "Quotas, motifs, alertes",
        "screening": "Filtrage des textes",
    }
    return tabs_among(request, tabs, here=here)


def who_sees(request: ActorRequest) -> HttpResponse:
    """The declared policy in words, whole or for one function. It names no one."""
    wanted = request.GET.get("fonction", "")
    if wanted and wanted not in set(Role):
        raise Http404
    role = Role(wanted) if wanted else None
    context: dict[str, object] = {
        "tabs": privacy_tabs(request, "privacy"),
        "chips": [
            Chip(label=label, url="?" if each is role else f"?fonction={each.value}", on=each is role)
            for each, label in ROLE_LABELS.items()
        ],
        "role_label": ROLE_LABELS[role] if role else "",
        "categories": rights_by_category(role),
        "screens": pages_of(role) if role else [],
        "purposes": purposes_of(role) if role else [],
        "is_to_come": role is not None and not has_a_room(role),
    }
    return framed(request, "desk/who_sees.html", context)


def purposes(request: ActorRequest) -> HttpResponse:
    """Why data are processed, on what ground, and how long each category is kept."""
    durations = kept_by_category()
    context: dict[str, object] = {
        "tabs": privacy_tabs(request, "purposes"),
        "purposes": [
            {
                "purpose": purpose,
                "roles": ", ".join(_acting_for(role) for role in purpose.roles),
            }
            for purpose in PURPOSES.values()
        ],
        "categories": [
            {"label": impersonal(each.label), "lines": durations[each.code]} for each in CATEGORIES.values()
        ],
    }
    return framed(request, "desk/purposes.html", context)


def _acting_for(role: Role | Batch) -> str:
    """A function of a purpose; one that has no page yet is said as such."""
    is_to_come = isinstance(role, Role) and not has_a_room(role)
    return f"{READERS[role.value]} (pas encore ouvert)" if is_to_come else READERS[role.value]


# --- The journal -----------------------------------------------------------------------------------------------------


class ReadingsForm(forms.Form):
    """What the journal is asked for. A person is named by their number: a search by name would be one reading more."""

    du = forms.DateField(label="Du", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    au = forms.DateField(label="Au", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    role = forms.ChoiceField(label="Fonction", required=False, choices=[("", "toutes"), *READERS.items()])
    ecran = forms.CharField(label="Écran", required=False, max_length=40)
    agent = forms.IntegerField(label="Agent n°", required=False, min_value=1)
    personne = forms.IntegerField(label="Personne n°", required=False, min_value=1)


def _who(row: ReadingRow) -> str:
    """An agent by number, service and function; a tenant by number; a command by its operator."""
    if row.agent_id is not None:
        place = ", ".join(part for part in (row.service, row.function) if part)
        agent = f"Agent n°\u00a0{row.agent_id}" + (f", {place}" if place else "")
        return (
            f"{row.operator.split(',')[0]}, pour l’agent n°\u00a0{row.agent_id}"
            if row.is_mass and row.operator
            else agent
        )
    if row.person_id is not None:
        return f"La personne n°\u00a0{row.person_id}, son propre dossier"
    return row.operator


def _named(codes: list[str]) -> list[str]:
    return [impersonal(CATEGORIES[code].label) if code in CATEGORIES else code for code in codes]


READINGS: Final = Table[ReadingRow](
    code="lectures",
    caption="Lectures de dossiers, les dernières d’abord",
    default_sort="-quand",
    filters=tuple(
        Filter(code=code, label=label)
        for code, label in (
            ("du", "Du"), ("au", "Au"), ("role", "Fonction"), ("ecran", "Écran"), ("agent", "Agent"),
            ("personne", "Personne"),
        )
    ),
    columns=(
        Column(
            code="quand",
            label="Quand",
            value=lambda row: words.instant(timezone.localtime(row.at)),
            fixed=True,
            on_phone=OnPhone.TITLE,
        ),
        Column(code="qui", label="Qui", value=_who, wrap=True, on_phone=OnPhone.SHOWN),
        Column(code="fonction", label="Rôle", value=lambda row: READERS.get(row.role, row.role), chosen=False),
        Column(code="finalite", label="Finalité", value=lambda row: PURPOSES[row.purpose].label),
        Column(code="motif", label="Motif", value=lambda row: MOTIVES.get(row.motive), chosen=False),
        Column(code="ecran", label="Écran", value=lambda row: row.screen, on_phone=OnPhone.SHOWN),
        Column(
            code="personnes",
            label="Personnes",
            value=lambda row: "tous les dossiers du périmètre" if row.is_mass else words.number(row.subject_count),
            on_phone=OnPhone.LABELLED,
        ),
        Column(code="donnees", label="Données", value=lambda row: ", ".join(_named(row.categories)), wrap=True),
        Column(code="cherche", label="Recherche", value=lambda row: row.terms or None, chosen=False),
    ),
)  # fmt: skip


def readings(request: ActorRequest) -> HttpResponseBase:
    """The journal of readings, filtered; reading it is itself a reading."""
    form = ReadingsForm(request.GET)
    if not form.is_valid():
        return framed(
            request, "desk/readings.html", {"tabs": privacy_tabs(request, "readings"), "form": form}, status=422
        )
    asked = _asked(form)
    state = read_state(READINGS, request.GET)
    wanted = request.GET.get("format", "")
    limit = EVERYTHING if wanted else PAGE_ROWS
    rows = readings_found(
        asked,
        cursor=None if wanted else single_cursor(state),
        backwards=state.backwards and not wanted,
        limit=limit,
    )
    if wanted:
        return export_response(READINGS, state, rows, wanted=wanted, name="journal des lectures", on=today())
    page = page_of(READINGS, state, rows, limit=limit, key=lambda row: (row.id,))
    view = view_of(READINGS, state, page.rows, pager=page.pager)
    context: dict[str, object] = {"tabs": privacy_tabs(request, "readings"), "form": form, "view": view}
    return framed(request, "desk/readings.html", context)


def _asked(form: ReadingsForm) -> ReadingFilter:
    cleaned = form.cleaned_data
    first: date | None = cleaned["du"]
    last: date | None = cleaned["au"]
    return ReadingFilter(
        first_day=first,
        last_day=last,
        role=cleaned["role"],
        screen=cleaned["ecran"].strip(),
        agent_id=cleaned["agent"],
        subject=cleaned["personne"],
    )
