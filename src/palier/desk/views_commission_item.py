"""One dwelling of the agenda: its sheets side by side, the five decisions, the votes, corrected live."""

from dataclasses import replace
from datetime import date

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.urls import reverse

from palier.attribution.access import ItemNotFound, SheetNotFound
from palier.attribution.minutes import why_of
from palier.attribution.operations.agenda import add_to_agenda, make_sheets, state_exception
from palier.attribution.operations.deciding import record_decision, record_votes
from palier.attribution.operations.tracing import trace_protected
from palier.attribution.queries.commission import (
    ItemRow,
    SheetRow,
    SittingRow,
    attendance_of,
    item_row,
    items_of,
    persons_of_items,
    sheets_of,
)
from palier.attribution.queries.engaged import engaged_on
from palier.attribution.queries.priority import passed_over_on
from palier.attribution.queries.verdicts import decided_on, recused_from, voices_on
from palier.attribution.rules.deciding import Verdict
from palier.attribution.rules.words import DECISIONS
from palier.demandes.rules.eligibility import ceiling_note
from palier.demandes.rules.living_rest import formula_fr
from palier.desk.commission_words import VOICES, SheetLine, cards_of, dwelling_line, sheet_lines
from palier.desk.forms_commission import ExceptionForm, VerdictForm
from palier.desk.forms_matching import CandidateForm
from palier.desk.navigation import address, framed
from palier.desk.views_commission import found_sitting, is_open
from palier.desk.views_matching import warn_of
from palier.foundation.clock import now, today
from palier.foundation.errors import Refusal
from palier.privacy.declare import Role
from palier.screening.fields import verdicts_of
from palier.screening.operations.texts import note_justified, note_refusal
from palier.web.amounts import sent_number
from palier.web.components import Link
from palier.web.requests import ActorRequest


def commission_item(request: ActorRequest, item_id: int) -> HttpResponse:
    """One dwelling and its candidates."""
    return show_item(request, item_id)


def show_item(
    request: ActorRequest,
    item_id: int,
    *,
    refused: str = "",
    sent: dict[int, VerdictForm] | None = None,
    candidate: CandidateForm | None = None,
) -> HttpResponse:
    """The page of a dwelling, with what was refused and what was sent."""
    item = found_item(item_id)
    here, sheets = found_sitting(item.sitting_id), sheets_of(item_id)
    request.reading.saw(persons_of_items([item_id]))
    trace_protected([item_id], screen="fiches de la commission")
    context: dict[str, object] = {
        **table_of(item, sheets, on=here.held_on),
        "here": here,
        "decisions": _decisions(request, here, item, sheets, sent or {}),
        "exception_form": ExceptionForm(initial={"exception": item.exception}),
        "candidate_form": candidate or CandidateForm(initial={"source": "OFFICER"}),
        "matching_url": address(request.actor.role, "matching", item.vacancy_id),
        "may_state": here.state == "DRAFT" and request.actor.role == Role.COMMISSION_SECRETARY,
        "may_redraw": here.state in ("DRAFT", "CONVENED", "OPEN") and request.actor.role == Role.COMMISSION_SECRETARY,
        "engaged": _engaged(request, here, item, sheets),
        "passed_over": passed_over_on([item_id], on=here.held_on).get(item_id, ()) if is_open(request, here) else (),
        "refused": refused,
        "crumbs": [
            Link(label="Commission", url=reverse("desk:sittings")),
            Link(label=f"Séance {here.number}", url=reverse("desk:sitting", args=[here.id])),
            Link(label=f"Point {item.rank}"),
        ],
    }
    return framed(request, "desk/sitting_item.html", context, status=422 if refused or sent or candidate else 200)


def _engaged(request: ActorRequest, here: SittingRow, item: ItemRow, sheets: list[SheetRow]) -> list[tuple[str, str]]:
    """The candidates who hold something elsewhere, for the secretary alone: members are told nothing of a person."""
    if here.state not in ("DRAFT", "CONVENED", "OPEN") or request.actor.role != Role.COMMISSION_SECRETARY:
        return []
    held = engaged_on(item.id, but=item.vacancy_id)
    return [(sheet.pseudonym, held[sheet.id]) for sheet in sheets if sheet.id in held]


def table_of(item: ItemRow, sheets: list[SheetRow], *, on: date) -> dict[str, object]:
    """The dwelling, its sheets compared and what is decided, for whoever may read them."""
    decided = decided_on(item.id)
    told = SheetLine(label="Décision", values=tuple(_told(decided.get(sheet.id)) for sheet in sheets), is_decision=True)
    lines = [told, *sheet_lines(sheets)]
    return {
        "around": _around(item),
        "item": item,
        "dwelling": dwelling_line(item),
        "sheets": sheets,
        "lines": lines,
        "cards": cards_of([sheet.pseudonym for sheet in sheets], lines),
        "formula": formula_fr(on),
        "ceiling_note": ceiling_note(item.financing),
    }


def _around(item: ItemRow) -> dict[str, int]:
    """The points before and after, among those that whoever asks may read."""
    points = [each.id for each in items_of(item.sitting_id)]
    place = points.index(item.id)
    found = {"before": points[place - 1] if place else 0, "after": points[place + 1] if points[place + 1 :] else 0}
    return {side: number for side, number in found.items() if number}


def sheet_decide(request: ActorRequest, item_id: int, candidate_sheet_id: int) -> HttpResponseBase:
    """One of the five decisions; it replaces the one before it."""
    form = _form(candidate_sheet_id, request.POST)
    valid = form.is_valid()
    for verdict in verdicts_of(form).values():
        if verdict.decision == "block":
            note_refusal(verdict, field="precision", site="desk", actor=request.actor, at=now())
    if not valid:
        return show_item(request, item_id, sent={candidate_sheet_id: form})
    try:
        twice = record_decision(
            item_id=item_id,
            version=sent_number(request, "version"),
            sheet_id=candidate_sheet_id,
            verdict=form.verdict,
            by=request.actor.agent_id or 0,
            at=now(),
        )
    except (ItemNotFound, SheetNotFound) as stranger:
        raise Http404 from stranger
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return show_item(request, item_id, sent={candidate_sheet_id: form})
    for verdict in verdicts_of(form).values():
        note_justified(
            verdict,
            justification=form.cleaned_data["justification"],
            field="precision",
            site="desk",
            actor=request.actor,
            at=now(),
        )
    messages.success(request, "Décision enregistrée.")
    if twice:
        messages.warning(request, twice)
    return HttpResponseRedirect(f"{reverse('desk:commission_item', args=[item_id])}#f{candidate_sheet_id}")


def sheet_vote(request: ActorRequest, item_id: int, candidate_sheet_id: int) -> HttpResponseBase:
    """The voices on one sheet, when the commission votes."""
    item = found_item(item_id)
    votes = {}
    for row in attendance_of(item.sitting_id):
        choice = request.POST.get(f"voix-{row.member_id}", "")
        if choice:
            votes[row.member_id] = choice
    try:
        against = record_votes(
            item_id=item_id, version=sent_number(request, "version"), sheet_id=candidate_sheet_id, votes=votes, at=now()
        )
    except (ItemNotFound, SheetNotFound) as stranger:
        raise Http404 from stranger
    except Refusal as refusal:
        return show_item(request, item_id, refused=str(refusal))
    messages.success(request, "Votes enregistrés.")
    if against:
        messages.warning(request, f"{against} Changez la décision, ou les voix.")
    return HttpResponseRedirect(f"{reverse('desk:commission_item', args=[item_id])}#f{candidate_sheet_id}")


def item_agenda(request: ActorRequest, item_id: int) -> HttpResponseBase:
    """One more candidate, the exception of the law, or the sheets drawn again from the files as they stand."""
    if request.POST.get("geste") == "candidat":
        return _add_candidate(request, item_id)
    try:
        if request.POST.get("geste") == "fiches":
            make_sheets(item_id=item_id, version=sent_number(request, "version"), at=now())
            messages.success(request, "Fiches établies de nouveau.")
        else:
            form = ExceptionForm(request.POST)
            if not form.is_valid():
                raise Http404
            state_exception(
                item_id=item_id, version=sent_number(request, "version"), exception=form.cleaned_data["exception"]
            )
            messages.success(request, "Exception enregistrée.")
    except ItemNotFound as stranger:
        raise Http404 from stranger
    except Refusal as refusal:
        return show_item(request, item_id, refused=str(refusal))
    return HttpResponseRedirect(reverse("desk:commission_item", args=[item_id]))


def _add_candidate(request: ActorRequest, item_id: int) -> HttpResponseBase:
    form = CandidateForm(request.POST)
    if form.is_valid():
        number, source = form.cleaned_data["number"], form.cleaned_data["source"]
        try:
            added = add_to_agenda(
                item_id=item_id,
                version=sent_number(request, "version"),
                number=number,
                source=source,
                actor=request.actor,
                on=today(),
                at=now(),
            )
        except ItemNotFound as stranger:
            raise Http404 from stranger
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"La demande {number.upper()} est candidate\u00a0: sa fiche est établie.")
            warn_of(request, application_id=added.application_id, vacancy_id=added.vacancy_id, refused=added.refused)
            return HttpResponseRedirect(reverse("desk:commission_item", args=[item_id]))
    return show_item(request, item_id, candidate=form)


def found_item(item_id: int) -> ItemRow:
    """The dwelling of the agenda, or 404."""
    found = item_row(item_id)
    if found is None:
        raise Http404
    return found


def _decisions(
    request: ActorRequest, here: SittingRow, item: ItemRow, sheets: list[SheetRow], sent: dict[int, VerdictForm]
) -> list[dict[str, object]]:
    """One form a sheet, while the sitting is open, for its secretary."""
    if item.is_postponed or not is_open(request, here):
        return []
    decided, voices, recused = decided_on(item.id), voices_on(item.id), recused_from(item.id)
    voting = [
        row
        for row in attendance_of(here.id)
        if row.has_vote
        and row.state in ("PRESENT", "REMOTE", "REPRESENTED")
        and not {row.member_id, row.proxy_to_id} & recused
    ]
    # One candidate at a time: the one just refused, otherwise the next to decide.
    opened = next(iter(sent), 0) or next((sheet.id for sheet in sheets if sheet.id not in decided), 0)
    lines = sheet_lines(sheets)
    return [
        {
            "sheet": sheet,
            "is_open": sheet.id == opened,
            "facts": [(line.label, line.values[place]) for line in lines],
            "form": sent.get(sheet.id) or _form(sheet.id, None, decided.get(sheet.id)),
            "told": _told(decided.get(sheet.id)),
            "voting": [(row, voices.get((sheet.id, row.member_id), "")) for row in voting],
            "voices": VOICES,
        }
        for place, sheet in enumerate(sheets)
    ]


def _form(sheet_id: int, data: QueryDict | None, verdict: Verdict | None = None) -> VerdictForm:
    known = verdict or Verdict(kind="")
    initial = {name: getattr(known, name) for name in Verdict.__dataclass_fields__}
    return VerdictForm(data, initial=initial, auto_id=f"s{sheet_id}_%s")


def _told(verdict: Verdict | None) -> str:
    if verdict is None:
        return "à décider"
    said = DECISIONS[verdict.kind]
    if verdict.rank:
        said += f", rang {verdict.rank}"
    why = why_of(replace(verdict, rank=None))
    return said if why == "–" else f"{said}\u00a0: {why}"
