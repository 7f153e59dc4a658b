"""The commission at the desk: its rules and members, its sittings, one sitting from the agenda to the minutes."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from palier.attribution.access import ItemNotFound, NamesOfAnother, SittingNotFound, refuse_names
from palier.attribution.operations.agenda import put_on_agenda, take_off_agenda
from palier.attribution.operations.commission import adopt_rules, end_mandate, seat_member
from palier.attribution.operations.minutes import MinutesNotSealed, convocation_pdf, minutes_pdf, seal_minutes
from palier.attribution.operations.opinions import OpinionNotFound
from palier.attribution.operations.sittings import (
    cancel_sitting,
    close_sitting,
    convene_sitting,
    note_attendance,
    note_opinion_recusal,
    note_recusal,
    open_sitting,
    postpone_item,
    take_over_sitting,
)
from palier.attribution.queries.commission import (
    Conflict,
    SittingRow,
    agents_to_seat,
    attendance_of,
    conflicts_of,
    handovers_of,
    identities_of,
    items_of,
    keeper_of,
    members,
    persons_of_items,
    recused_in,
    rules_versions,
    sitting_row,
    vacancies_ready,
)
from palier.attribution.queries.commission import (
    sittings as sitting_rows,
)
from palier.attribution.queries.priority import passed_over_on
from palier.attribution.queries.reviews import points_of
from palier.attribution.rules.voting import Presence
from palier.desk.commission_words import CASTING, PRESENCES, QUALITIES, STATES, dwelling_line, meeting_of, presences_in
from palier.desk.forms_commission import AgendaForm, MandateEndForm, RulesForm, SeatForm
from palier.desk.navigation import framed, tabs_among
from palier.desk.views_maintenance import SentIncomplete
from palier.foundation.clock import now, today
from palier.foundation.errors import Refusal
from palier.privacy.declare import Role
from palier.web.amounts import row_number, sent_number
from palier.web.components import Link, Tag, Tone
from palier.web.requests import ActorRequest

TONES: Final = {
    "DRAFT": Tone.NEUTRAL, "CONVENED": Tone.INFO, "OPEN": Tone.WARN, "CLOSED": Tone.INFO, "SEALED": Tone.OK,
    "CANCELLED": Tone.BAD,
}  # fmt: skip
_TABS: Final = {"sittings": "Séances", "sitting_new": "Nouvelle séance", "commission": "Règlement et membres"}
# What the choice of a point gives before the number of an opinion.
_OPINION: Final = "avis-"
_HERE: Final = ("PRESENT", "REMOTE", "REPRESENTED")


def tabs_of(request: ActorRequest, here: str) -> list[Link]:
    """The views of « Commission »."""
    return tabs_among(request, _TABS, here=here)


def sittings(request: ActorRequest) -> HttpResponse:
    """Every sitting, the latest first."""
    context: dict[str, object] = {
        "tabs": tabs_of(request, "sittings"),
        "sittings": [(each, _state(each), meeting_of(each)) for each in sitting_rows()],
    }
    return framed(request, "desk/sittings.html", context)


def sitting(request: ActorRequest, sitting_id: int) -> HttpResponse:
    """One sitting: its agenda, who is called and who came, what comes next."""
    return show_sitting(request, sitting_id)


def show_sitting(
    request: ActorRequest, sitting_id: int, *, refused: str = "", sent: Mapping[int, Presence] | None = None
) -> HttpResponse:
    """The page of a sitting, with what was refused at its top, and the attendance that was sent with it."""
    here = found_sitting(sitting_id)
    rows = attendance_of(sitting_id)
    names = {row.member_id: row.name for row in rows}
    items, is_secretary = items_of(sitting_id), request.actor.role == Role.COMMISSION_SECRETARY
    keeper = keeper_of(sitting_id)
    ranks = {item.id: item.rank for item in items}
    passed = _passed_over(request, here, [item.id for item in items if not item.is_postponed])
    context: dict[str, object] = {
        "tabs": tabs_of(request, "sittings"),
        "here": here,
        "state": _state(here),
        "meeting": meeting_of(here),
        "items": [(item, dwelling_line(item)) for item in items],
        "passed_over": [(item.id, item.rank, passed[item.id]) for item in items if item.id in passed],
        "opinions": [(f"{_OPINION}{point.id}", point.pseudonym) for point in points_of(sitting_id)],
        "attendance": [
            (row, QUALITIES[row.quality], PRESENCES[row.state], (sent or {}).get(row.member_id, row.presence))
            for row in rows
        ],
        "presences": presences_in(here.mode),
        "voices": sum(1 for row in rows if row.has_vote and row.state in _HERE),
        "presidents": [row for row in rows if row.has_vote and row.state in ("PRESENT", "REMOTE")],
        "agenda_form": AgendaForm(None, vacancies=vacancies_ready()) if here.state == "DRAFT" else None,
        "conflicts": [(ranks[each.item_id], names[each.member_id], each) for each in _conflicts(request, sitting_id)],
        "is_of_another": is_secretary and keeper.agent_id != request.actor.agent_id,
        "keeper": keeper.name,
        "handovers": handovers_of(sitting_id),
        "recused": [(row.what, names[row.member_id]) for row in recused_in(sitting_id)] if is_secretary else [],
        "is_secretary": is_secretary,
        "may_note": here.state in ("CONVENED", "OPEN"),
        "refused": refused,
        "crumbs": [Link(label="Commission", url=reverse("desk:sittings")), Link(label=f"Séance {here.number}")],
    }
    return framed(request, "desk/sitting.html", context, status=422 if refused else 200)


def sitting_do(request: ActorRequest, sitting_id: int) -> HttpResponseBase:
    """The next step of a sitting: convene, open, close, seal, cancel."""
    asked, version = request.POST.get("etape", ""), sent_number(request, "version")
    by = request.actor.agent_id or 0
    steps: dict[str, tuple[str, Callable[[], None]]] = {
        "convoquer": (
            "Membres convoqués\u00a0: les fiches leur sont ouvertes.",
            lambda: convene_sitting(sitting_id=sitting_id, version=version, on=today()),
        ),
        "ouvrir": (
            "Séance ouverte.",
            lambda: open_sitting(
                sitting_id=sitting_id,
                version=version,
                president_id=sent_number(request, "preside"),
                on=today(),
                at=now(),
            ),
        ),
        "lever": (
            "Séance levée\u00a0: les décisions sont figées.",
            lambda: close_sitting(sitting_id=sitting_id, version=version, by=by, at=now()),
        ),
        "sceller": (
            "Procès-verbal scellé.",
            lambda: seal_minutes(sitting_id=sitting_id, version=version, by=by, on=today(), at=now()),
        ),
        "reprendre": (
            "Séance reprise\u00a0: vous la tenez désormais.",
            lambda: take_over_sitting(sitting_id=sitting_id, version=version, by=by, at=now()),
        ),
        "annuler": ("Séance annulée.", lambda: cancel_sitting(sitting_id=sitting_id, version=version)),
    }
    if asked not in steps:
        raise Http404
    told, step = steps[asked]
    return done(request, sitting_id, step, told)


def sitting_agenda(request: ActorRequest, sitting_id: int) -> HttpResponseBase:
    """A dwelling put on the agenda or taken off it, sent back, a member who takes no part in it."""
    asked, version = request.POST.get("geste", ""), sent_number(request, "version")
    item_id = sent_number(request, "point")
    steps: dict[str, tuple[str, Callable[[], object]]] = {
        "inscrire": (
            "Logement inscrit\u00a0: ses fiches sont établies.",
            lambda: put_on_agenda(
                sitting_id=sitting_id, vacancy_id=sent_number(request, "vacancy"), version=version, at=now()
            ),
        ),
        "retirer": (
            "Logement retiré.",
            lambda: take_off_agenda(item_id=item_id, sitting_id=sitting_id, version=version),
        ),
        "renvoyer": (
            "Logement renvoyé à une autre séance.",
            lambda: postpone_item(item_id=item_id, sitting_id=sitting_id, version=version, at=now()),
        ),
        "deporter": (
            "Déport noté\u00a0: ce membre ne lit plus rien de ce point.",
            lambda: _recuse(request, sitting_id, version),
        ),
    }
    if asked not in steps:
        raise Http404
    told, step = steps[asked]
    return done(request, sitting_id, step, told)


def _recuse(request: ActorRequest, sitting_id: int, version: int) -> None:
    """From a dwelling, or from an opinion on an occupation: the page gives the latter under a prefix."""
    member, by, at = sent_number(request, "membre"), request.actor.agent_id or 0, now()
    sent = request.POST.get("point", "")
    if sent.startswith(_OPINION):
        point = row_number(sent.removeprefix(_OPINION)) or 0
        note_opinion_recusal(opinion_id=point, member_id=member, sitting_id=sitting_id, version=version, by=by, at=at)
        return
    note_recusal(
        item_id=sent_number(request, "point"), member_id=member, sitting_id=sitting_id, version=version, by=by, at=at
    )


def sitting_attendance(request: ActorRequest, sitting_id: int) -> HttpResponseBase:
    """Who came, in the room, remotely, or by a proxy."""
    presences, rows = {}, attendance_of(sitting_id)
    for row in rows:
        state = request.POST.get(f"presence-{row.member_id}", "")
        if state in PRESENCES:
            proxy = sent_number(request, f"pouvoir-{row.member_id}") if state == "REPRESENTED" else 0
            presences[row.member_id] = Presence(state=state, proxy_to=proxy or None)
    note = partial(note_attendance, sitting_id=sitting_id, version=sent_number(request, "version"), presences=presences)
    names: dict[object, str] = {row.member_id: row.name for row in rows}
    return done(request, sitting_id, note, "Présences notées.", names=names, sent=presences)


def sitting_convocation(request: ActorRequest, sitting_id: int) -> HttpResponse:
    """The convocation with its agenda, for the members and the préfet."""
    here = found_sitting(sitting_id)
    return _pdf(convocation_pdf(sitting_id, on=today()), f"convocation-{here.number}.pdf")


def sitting_minutes(request: ActorRequest, sitting_id: int) -> HttpResponse:
    """The sealed minutes."""
    here = found_sitting(sitting_id)
    try:
        return _pdf(minutes_pdf(sitting_id), f"proces-verbal-{here.number}.pdf")
    except MinutesNotSealed as early:
        raise Http404 from early


def sitting_identities(request: ActorRequest, sitting_id: int) -> HttpResponse:
    """Who is behind each pseudonym: the secretary's list, apart from the minutes."""
    here = found_sitting(sitting_id)
    try:
        refuse_names(sitting_id)
    except NamesOfAnother as refusal:
        return show_sitting(request, sitting_id, refused=str(refusal))
    rows = identities_of(sitting_id)
    request.reading.saw(row.person_id for row in rows if row.person_id is not None)
    context: dict[str, object] = {
        "here": here,
        "rows": rows,
        "crumbs": [
            Link(label="Commission", url=reverse("desk:sittings")),
            Link(label=f"Séance {here.number}", url=reverse("desk:sitting", args=[sitting_id])),
            Link(label="Liste nominative"),
        ],
    }
    return framed(request, "desk/sitting_identities.html", context)


def commission(request: ActorRequest) -> HttpResponse:
    """The règlement intérieur by versions, and who sits."""
    return _show_commission(request)


def commission_rules(request: ActorRequest) -> HttpResponseBase:
    """A new version of the rules."""
    form = RulesForm(request.POST)
    return _added(request, form, lambda: adopt_rules(form.adopted), "Version enregistrée.", rules=form)


def commission_seat(request: ActorRequest) -> HttpResponseBase:
    """A seat given."""
    form = SeatForm(request.POST, agents=agents_to_seat(today()))
    return _added(
        request,
        form,
        lambda: seat_member(
            agent_id=form.cleaned_data["agent"],
            quality=form.cleaned_data["quality"],
            has_vote=form.cleaned_data["has_vote"],
            is_president=form.cleaned_data["is_president"],
            communes=tuple(form.cleaned_data["communes"].split()),
            first_day=form.cleaned_data["first_day"],
        ),
        "Siège donné.",
        seat=form,
    )


def commission_seat_end(request: ActorRequest, member_id: int) -> HttpResponseBase:
    """A mandate that ends."""
    form = MandateEndForm(request.POST)
    return _added(
        request,
        form,
        lambda: end_mandate(member_id=member_id, last_day=form.cleaned_data["last_day"]),
        "Fin de mandat notée.",
    )


def found_sitting(sitting_id: int) -> SittingRow:
    """The sitting, or 404."""
    found = sitting_row(sitting_id)
    if found is None:
        raise Http404
    return found


def done(
    request: ActorRequest,
    sitting_id: int,
    step: Callable[[], object],
    told: str,
    *,
    names: Mapping[object, str] | None = None,
    sent: Mapping[int, Presence] | None = None,
) -> HttpResponseBase:
    """A step of the sitting: told and shown again, or refused in words on its page, which name whom they are about."""
    try:
        step()
    except (SittingNotFound, ItemNotFound, OpinionNotFound) as stranger:
        raise Http404 from stranger
    except Refusal as refusal:
        why, name = str(refusal), (names or {}).get(refusal.facts.get("member"), "")
        refused = f"{name}\u00a0: {why[:1].lower()}{why[1:]}" if name else why
        return show_sitting(request, sitting_id, refused=refused, sent=sent)
    messages.success(request, told)
    return HttpResponseRedirect(reverse("desk:sitting", args=[sitting_id]))


def _show_commission(
    request: ActorRequest, *, rules: RulesForm | None = None, seat: SeatForm | None = None, refused: str = ""
) -> HttpResponse:
    context: dict[str, object] = {
        "tabs": tabs_of(request, "commission"),
        "rules": [(row, CASTING[row.casting]) for row in rules_versions()],
        "members": [(row, QUALITIES[row.quality]) for row in members()],
        "rules_form": rules or RulesForm(auto_id="r_%s"),
        "seat_form": seat or SeatForm(None, agents=agents_to_seat(today())),
        "refused": refused,
    }
    failed = refused or (rules and rules.errors) or (seat and seat.errors)
    return framed(request, "desk/commission.html", context, status=422 if failed else 200)


def _added(
    request: ActorRequest,
    form: Form,
    add: Callable[[], object],
    told: str,
    *,
    rules: RulesForm | None = None,
    seat: SeatForm | None = None,
) -> HttpResponseBase:
    refused = ""
    if form.is_valid():
        try:
            add()
        except Refusal as refusal:
            refused = str(refusal)
        else:
            messages.success(request, told)
            return HttpResponseRedirect(reverse("desk:commission"))
    elif rules is None and seat is None:
        refused = str(SentIncomplete())
    return _show_commission(request, rules=rules, seat=seat, refused=refused)


def _conflicts(request: ActorRequest, sitting_id: int) -> list[Conflict]:
    """The secretary's alone: the database answers nobody else."""
    return conflicts_of(sitting_id) if request.actor.role == Role.COMMISSION_SECRETARY else []


def is_open(request: ActorRequest, here: SittingRow) -> bool:
    """Whether it is being held, and whoever asks is a secretary."""
    return here.state == "OPEN" and request.actor.role == Role.COMMISSION_SECRETARY


def _passed_over(request: ActorRequest, here: SittingRow, items: list[int]) -> dict[int, tuple[str, ...]]:
    """What an auditor would read of who was set aside, while it may still be put right."""
    found = passed_over_on(items, on=here.held_on) if is_open(request, here) else {}
    request.reading.saw(persons_of_items(list(found)))
    return found


def _state(row: SittingRow) -> Tag:
    return Tag(label=STATES[row.state], tone=TONES[row.state])


def _pdf(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response
