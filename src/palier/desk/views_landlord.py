"""The landlord's sheet, its IBAN with four eyes, its agencies: each change is kept with who asked for it."""

from collections import Counter
from collections.abc import Iterable
from http import HTTPStatus
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.timezone import localtime

from palier.agents.access import agent_of
from palier.agents.operations.landlord_iban import confirm_landlord_iban
from palier.agents.staffing import ChangeRow, agencies_with_agents, landlord_history
from palier.desk.forms_setup import AgencyForm, IbanForm, LogoForm, SheetForm, sheet_of
from palier.desk.labels import labels_of
from palier.desk.navigation import framed, tabs_among
from palier.estate.logo import LARGEST_BYTES
from palier.estate.models import Landlord, LandlordChange
from palier.estate.operations.agencies import open_agency, rename_agency
from palier.estate.operations.landlord import ask_iban, change_sheet, refuse_iban
from palier.estate.operations.landlord_logo import keep_logo, remove_logo
from palier.foundation.antivirus import AntivirusMisdescribed, antivirus_state
from palier.foundation.clock import now, today
from palier.foundation.errors import Refusal
from palier.oversight.adapters import ADAPTERS, Adapter, State
from palier.privacy.declare import Role
from palier.web import words
from palier.web.amounts import row_number
from palier.web.components import Fig, LifeEvent, Link, Tag, Tone
from palier.web.requests import ActorRequest

TABS: Final = {
    "landlord": "Fiche",
    "landlord_iban": "IBAN",
    "agencies": "Agences",
    "staff": "Agents",
    "connectors": "Connecteurs",
}
_ADAPTER_TONES: Final = {
    State.REAL: Tone.OK,
    State.SIMULATED: Tone.WARN,
    State.NOT_VERIFIED: Tone.WARN,
    State.ABSENT: Tone.NEUTRAL,
}
SUBJECTS: Final = labels_of(LandlordChange, "subject")
# Who did what the installation did.
BY_COMMAND: Final = "commande d’administration"
STATES: Final = labels_of(LandlordChange, "state")


def setup_tabs(request: ActorRequest, here: str) -> list[Link]:
    """The views of the landlord's set-up."""
    return tabs_among(request, TABS, here=here)


def landlord(request: ActorRequest) -> HttpResponse:
    """The sheet, as documents print it."""
    form = SheetForm(request.POST if request.method == "POST" else None, initial=sheet_of(_landlord()), label_suffix="")
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            try:
                count = change_sheet(form.sheet, by=agent_of(request.actor), at=now())
            except Refusal as refusal:
                form.add_error(None, str(refusal))
            else:
                _say_changed(request, count)
                return HttpResponseRedirect(reverse("desk:landlord"))
    return _sheet_page(request, form, LogoForm(label_suffix=""), status=status)


def landlord_logo(request: ActorRequest) -> HttpResponse:
    """Another logo, or none."""
    here = HttpResponseRedirect(reverse("desk:landlord"))
    if request.POST.get("acte") == "retirer":
        try:
            remove_logo(by=agent_of(request.actor), at=now())
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, "Le logo est retiré\u202f: les prochains documents n’en portent plus.")
        return here
    form = LogoForm(request.POST, request.FILES, label_suffix="")
    if form.is_valid():
        try:
            # One byte more than the most: what is read beyond is of no use.
            keep_logo(form.cleaned_data["file"].read(LARGEST_BYTES + 1), by=agent_of(request.actor), at=now())
        except Refusal as refusal:
            form.add_error("file", str(refusal))
        else:
            messages.success(request, "Le logo est en place\u202f: les prochains documents le portent.")
            return here
    sheet = SheetForm(initial=sheet_of(_landlord()), label_suffix="")
    return _sheet_page(request, sheet, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def landlord_logo_image(request: ActorRequest) -> HttpResponse:
    """The logo as documents print it."""
    kept = _landlord().logo
    if kept is None:
        raise Http404
    return HttpResponse(bytes(kept.png), content_type="image/png", headers={"Cache-Control": "no-store"})


def landlord_iban(request: ActorRequest) -> HttpResponse:
    """Where the rents go: asked for by one, confirmed by another at headquarters."""
    form = IbanForm(request.POST if request.POST.get("acte") == "demander" else None, label_suffix="")
    status = HTTPStatus.OK
    if request.method == "POST":
        try:
            if _decided_or_asked(request, form):
                return HttpResponseRedirect(reverse("desk:landlord_iban"))
        except Refusal as refusal:
            messages.error(request, str(refusal))
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    history = landlord_history(subject="IBAN")
    waiting = next((row for row in history if row.state == "WAITING"), None)
    actor = request.actor
    context: dict[str, object] = {
        "tabs": setup_tabs(request, "landlord_iban"),
        "form": form,
        "iban": iban_shown(_landlord().iban),
        "waiting": waiting,
        "wanted": iban_shown(waiting.after) if waiting else "",
        "decides": waiting is not None and actor.role is Role.HEADQUARTERS,
        "confirms": waiting is not None and waiting.asked_by != actor.agent_id,
        "events": events(row for row in history if row.state != "WAITING"),
    }
    return framed(request, "desk/landlord_iban.html", context, status=status)


def _decided_or_asked(request: ActorRequest, form: IbanForm) -> bool:
    """True when it is done; False when the form has a fault to show. Raises the refusals of each."""
    act, number = request.POST.get("acte", ""), row_number(request.POST.get("changement", ""))
    if act == "demander":
        if not form.is_valid():
            return False
        try:
            ask_iban(form.cleaned_data["iban"], by=agent_of(request.actor), at=now())
        except Refusal as refusal:
            form.add_error("iban", str(refusal))
            return False
        messages.success(request, "Le nouvel IBAN attend qu’une autre personne du siège le confirme.")
        return True
    if request.actor.role is not Role.HEADQUARTERS or act not in ("confirmer", "refuser") or number is None:
        raise Http404
    if act == "confirmer":
        confirm_landlord_iban(change_id=number, actor=request.actor, at=now())
        messages.success(request, "Le nouvel IBAN est en vigueur\u202f: les prochains avis le portent.")
    else:
        refuse_iban(change_id=number, by=agent_of(request.actor), at=now())
        messages.success(request, "Le changement est refusé\u202f: l’IBAN reste le même.")
    return True


def agencies(request: ActorRequest) -> HttpResponse:
    """The agencies, a new one, another name."""
    renamed = request.POST.get("agence", "")
    agency_id = row_number(renamed)
    if renamed and agency_id is None:
        raise Http404
    form = AgencyForm(request.POST if request.method == "POST" and not renamed else None, label_suffix="")
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        try:
            if agency_id is not None:
                rename_agency(
                    agency_id=agency_id, name=request.POST.get("nom", "")[:80], by=agent_of(request.actor), at=now()
                )
                messages.success(request, "Le nom est changé.")
                return HttpResponseRedirect(reverse("desk:agencies"))
            if form.is_valid():
                made = open_agency(
                    code=form.cleaned_data["code"], name=form.cleaned_data["name"], by=agent_of(request.actor), at=now()
                )
                messages.success(request, f"{made.name} est ouverte.")
                return HttpResponseRedirect(reverse("desk:agencies"))
        except Refusal as refusal:
            if renamed:
                messages.error(request, str(refusal))
            else:
                form.add_error(None, str(refusal))
    context: dict[str, object] = {
        "tabs": setup_tabs(request, "agencies"),
        "form": form,
        "rows": agencies_with_agents(today()),
        "events": events(landlord_history(subject="AGENCY")),
    }
    return framed(request, "desk/agencies.html", context, status=status)


def connectors(request: ActorRequest) -> HttpResponse:
    """What joins Palier to the outside world, and how far each join was proven."""
    groups: dict[str, list[tuple[Adapter, Tag]]] = {}
    for each in ADAPTERS:
        tag = Tag(label=each.state.value, tone=_ADAPTER_TONES[each.state])
        groups.setdefault(each.subject, []).append((each, tag))
    counts = Counter(each.state for each in ADAPTERS)
    context: dict[str, object] = {
        "tabs": setup_tabs(request, "connectors"),
        "groups": list(groups.items()),
        "antivirus": antivirus_said(),
        "figs": [Fig(label=state.value.capitalize(), value=words.number(counts[state])) for state in State],
    }
    return framed(request, "desk/connectors.html", context)


def antivirus_said() -> str:
    """What looks at the files received, today, on this machine."""
    try:
        state = antivirus_state()
    except AntivirusMisdescribed as refused:
        return str(refused)
    if not state.is_configured:
        return "aucun (PALIER_CLAMD). Les fichiers reçus sont refaits de leurs points et de leurs pages."
    return f"{state.version}, {state.address}" if state.version else f"{state.address} ne répond pas, rien n’est pris."


def events(rows: Iterable[ChangeRow]) -> list[LifeEvent]:
    """One line of history each, the latest first."""
    return [
        LifeEvent(
            when=f"{words.instant(localtime(row.at))}, {row.by or BY_COMMAND}",
            title=words.capital(SUBJECTS[row.subject]),
            text=_told(row),
        )
        for row in rows
    ]


def iban_shown(number: str) -> str:
    """By groups of four, as it is read aloud; empty when there is none."""
    return words.NBSP.join(number[at : at + 4] for at in range(0, len(number), 4))


def _told(row: ChangeRow) -> str:
    before, after = row.before, row.after
    if row.subject == "IBAN":
        before, after = iban_shown(before), iban_shown(after)
    told = f"{before} → {after}" if before else after
    if row.state == "REFUSED":
        return f"{told}, refusé par {row.decided_by}"
    if row.decided_by:
        return f"{told}, confirmé par {row.decided_by}"
    return told if row.state == "APPLIED" else f"{told}, {STATES[row.state]}"


def _sheet_page(request: ActorRequest, form: SheetForm, logo_form: LogoForm, *, status: int) -> HttpResponse:
    present = _landlord()
    context: dict[str, object] = {
        "tabs": setup_tabs(request, "landlord"),
        "form": form,
        "logo_form": logo_form,
        "landlord": present,
        "iban": iban_shown(present.iban),
        "events": events(landlord_history()),
    }
    return framed(request, "desk/landlord.html", context, status=status)


def _landlord() -> Landlord:
    found = Landlord.objects.select_related("logo").order_by("id").first()
    if found is None:
        raise Http404
    return found


def _say_changed(request: ActorRequest, count: int) -> None:
    if count:
        messages.success(request, f"{words.count(count, 'ligne changée', 'lignes changées')} dans la fiche.")
    else:
        messages.info(request, "Rien n’a changé.")
