"""The survey of resources at the desk: open, write to those who wait, keep an answer, exclude a residence."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from palier.campaigns.models import EXEMPTIONS, FILE_STATES
from palier.campaigns.operations.mailing import MAY_PREPARE, OF_A_SURVEY
from palier.campaigns.operations.presenting import note_reached
from palier.campaigns.operations.survey import answer_survey, open_survey
from palier.campaigns.queries.mailing import MailingRow, mailings_of_survey
from palier.campaigns.queries.survey import (
    SLICES,
    FileRow,
    SupplementSlice,
    SurveyRow,
    file_of,
    files,
    spread,
    states,
    survey_before,
    survey_row,
)
from palier.campaigns.rules.survey import answer_due_on, notice_over_on
from palier.desk.forms_campaigns import AnswerForm, ReachedForm, SurveyForm
from palier.desk.navigation import framed
from palier.desk.views_campaign_letters import KINDS, mailing_tag
from palier.foundation.clock import now
from palier.foundation.errors import Refusal
from palier.privacy.declare import Role
from palier.web import words
from palier.web.components import Fig, Link, Tag, Tone
from palier.web.requests import ActorRequest

_TONES: Final = {
    "TO_SEND": Tone.NEUTRAL,
    "SENT": Tone.NEUTRAL,
    "REMINDED": Tone.WARN,
    "NOTICED": Tone.WARN,
    "PROVISIONAL": Tone.BAD,
    "ANSWERED": Tone.OK,
    "EXEMPT": Tone.NEUTRAL,
}
# Where the files are that the letter is for; the law's delays are looked at when the letters are prepared.
_FROM: Final = {
    "SLS_ENQUETE": ("TO_SEND",),
    "SLS_RELANCE": ("SENT",),
    "SLS_DEMEURE": ("SENT", "REMINDED"),
    "SLS_PROVISOIRE": ("NOTICED",),
    "SLS_DECOMPTE": ("ANSWERED",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A survey beside the one before: label, this year, the year before."""

    year: int
    before: int | None
    lines: list[tuple[str, str, str]]
    slices: list[tuple[str, str, str]]


def survey_open(request: ActorRequest) -> HttpResponse:
    """Open a year's survey."""
    form = SurveyForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Donnez une année, et des frais de 25,00\u00a0€ au plus.")
        return HttpResponseRedirect(reverse("desk:campaigns"))
    try:
        opened = open_survey(year=form.cleaned_data["year"], fee_cents=form.fee_cents, actor=request.actor, at=now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(reverse("desk:campaigns"))
    return _back(opened.pk)


def survey(request: ActorRequest, survey_id: int) -> HttpResponse:
    """A survey: where it stands, and who is waited for."""
    row = _or_404(survey_id)
    wanted = request.GET.get("etat", "")
    if wanted not in ("", *_TONES):
        raise Http404
    found = files(survey_id, state=wanted)
    request.reading.saw([each.person_id for each in found if each.person_id])
    labels, reasons = dict(FILE_STATES), dict(EXEMPTIONS)
    counts, mailings = states(survey_id), mailings_of_survey(survey_id)
    context: dict[str, object] = {
        "row": row,
        "figs": _figs(row),
        "files": [(each, Tag(label=labels[each.state], tone=_TONES[each.state]), _next_day(each)) for each in found],
        "comparison": _comparison(row, survey_before(row.year)),
        "exempt": [(reasons[each.exemption].capitalize(), each.files) for each in counts if each.state == "EXEMPT"],
        "views": [
            Link(label="Tous", url=reverse("desk:survey", args=[survey_id]), current=not wanted),
            *(
                Link(
                    label=f"{labels[each.state].capitalize()} ({words.number(each.files)})",
                    url=f"?etat={each.state}",
                    current=wanted == each.state,
                )
                for each in counts
                if each.state != "EXEMPT"
            ),
        ],
        "steps": _steps({each.state: each.files for each in counts}, mailings),
        "mailings": [(each, KINDS[each.kind], mailing_tag(each)) for each in mailings],
        "may_prepare": request.actor.role in MAY_PREPARE,
        "may_answer": request.actor.role != Role.ACCOUNTANT,
        "crumbs": _crumbs(f"Enquête {row.year}"),
    }
    return framed(request, "desk/survey.html", context)


def survey_answer(request: ActorRequest, survey_id: int, lease_id: int) -> HttpResponse:
    """Keep the answer of a household."""
    row, file = _or_404(survey_id), file_of(survey_id, lease_id)
    if file is None:
        raise Http404
    request.reading.saw([file.person_id] if file.person_id else [])
    form = AnswerForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                kept = answer_survey(
                    survey_id=survey_id, lease_id=lease_id, answer=form.answer, actor=request.actor, at=now()
                )
            except Refusal as refusal:
                form.add_error(None, str(refusal))
            else:
                due = words.euros(kept.supplement_cents)
                messages.success(request, f"Réponse notée, supplément\u00a0: {due} par mois.")
                return _back(survey_id)
    labels = dict(FILE_STATES)
    context: dict[str, object] = {
        "row": row,
        "file": file,
        "state": Tag(label=labels[file.state], tone=_TONES[file.state]),
        "form": form,
        "reached": ReachedForm() if file.state == "NOTICED" else None,
        "may_answer": file.answered_on is None and file.state != "EXEMPT",
        "crumbs": [*_crumbs(f"Enquête {row.year}", reverse("desk:survey", args=[row.id])), Link(label=file.reference)],
    }
    return framed(request, "desk/survey_answer.html", context, status=status)


def survey_reached(request: ActorRequest, survey_id: int, lease_id: int) -> HttpResponse:
    """Note the day that the slip of the formal notice bears."""
    _or_404(survey_id)
    if file_of(survey_id, lease_id) is None:
        raise Http404
    form = ReachedForm(request.POST)
    back = HttpResponseRedirect(reverse("desk:survey_answer", args=[survey_id, lease_id]))
    if not form.is_valid():
        messages.error(request, "Donnez le jour que porte l’avis de réception.")
        return back
    try:
        file = note_reached(
            survey_id=survey_id,
            lease_id=lease_id,
            reached_on=form.cleaned_data["reached_on"],
            actor=request.actor,
            at=now(),
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return back
    if file.reached_on is not None:
        over = words.day_short(notice_over_on(file.reached_on))
        messages.success(request, f"Jour noté\u00a0: le délai de quinze jours court jusqu’au {over}.")
    return back


def _steps(counts: dict[str, int], mailings: list[MailingRow]) -> list[tuple[str, str, int, bool]]:
    """Each letter of the survey: its code, its name, how many files are at that step, whether it may be prepared."""
    busy = {each.kind for each in mailings if each.state in ("PREPARED", "LAUNCHED")}
    found = []
    for kind in OF_A_SURVEY:
        count = sum(counts.get(state, 0) for state in _FROM[kind])
        found.append((kind, KINDS[kind].capitalize(), count, bool(count) and kind not in busy))
    return found


def _next_day(file: FileRow) -> str:
    if file.state in ("SENT", "REMINDED") and file.sent_on:
        return f"réponse avant le {words.day_short(answer_due_on(file.sent_on))}"
    if file.state == "NOTICED" and file.reached_on:
        return f"délai jusqu’au {words.day_short(notice_over_on(file.reached_on))}"
    if file.state == "NOTICED":
        return "avis de réception à noter"
    return ""


def _comparison(row: SurveyRow, before: SurveyRow | None) -> Comparison:
    """This survey beside the one of the year before, line by line; nothing is invented for a year without a survey."""
    here = {each.from_euros: each for each in spread(row.id)}
    there = {each.from_euros: each for each in spread(before.id)} if before is not None else None
    lines = [
        (label, value(row), value(before) if before is not None else "–")
        for label, value in (
            ("Enquêtés", lambda each: words.number(each.surveyed)),
            ("Répondus", _answered),
            ("Facturés", lambda each: words.number(each.charged)),
            ("dont au supplément provisoire", lambda each: words.number(each.provisional)),
            ("Suppléments par mois", lambda each: words.euros(each.supplement_cents)),
        )
    ]
    slices = [
        (label, _slice_told(here.get(first)), _slice_told(there.get(first)) if there is not None else "–")
        for first, label in zip(SLICES, _slice_labels(), strict=True)
    ]
    return Comparison(year=row.year, before=before.year if before else None, lines=lines, slices=slices)


def _answered(row: SurveyRow) -> str:
    share = f" ({words.number(row.answered * 100 // row.surveyed)}\u00a0%)" if row.surveyed else ""
    return f"{words.number(row.answered)}{share}"


def _slice_labels() -> list[str]:
    """« aucun supplément », « moins de 25 € », « de 25 à 50 € », « 200 € et plus »."""
    bounds = SLICES[2:]
    between = [f"de {low} à moins de {high}\u00a0€" for low, high in pairwise(bounds)]
    return ["aucun supplément", f"moins de {bounds[0]}\u00a0€", *between, f"{bounds[-1]}\u00a0€ et plus"]


def _slice_told(found: SupplementSlice | None) -> str:
    if found is None:
        return "0"
    return f"{words.number(found.files)}, {words.euros(found.cents)}" if found.cents else words.number(found.files)


def _figs(row: SurveyRow) -> list[Fig]:
    return [
        Fig(label="Enquêtés", value=words.number(row.surveyed)),
        Fig(label="Répondus", value=words.number(row.answered)),
        Fig(label="Suppléments provisoires", value=words.number(row.provisional)),
        Fig(label="Non enquêtés", value=words.number(row.exempt)),
        Fig(label="Suppléments", value=words.euros(row.supplement_cents), note="par mois"),
    ]


def _or_404(survey_id: int) -> SurveyRow:
    row = survey_row(survey_id)
    if row is None:
        raise Http404
    return row


def _back(survey_id: int) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("desk:survey", args=[survey_id]))


def _crumbs(here: str, url: str = "") -> list[Link]:
    return [Link(label="Campagnes", url=reverse("desk:campaigns")), Link(label=here, url=url)]
