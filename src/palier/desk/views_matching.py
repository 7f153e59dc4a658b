"""Matching: a vacant dwelling with the applications it suits and why; an application with the dwellings open today."""

from typing import Final

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from palier.attribution.models import Vacancy
from palier.attribution.operations.matching import (
    add_candidate,
    ask_matching,
    matching_key,
    takes_candidates,
    withdraw_candidate,
)
from palier.attribution.queries.commission import item_in_preparation
from palier.attribution.queries.engaged import engaged_elsewhere
from palier.attribution.queries.matching import (
    MatchRow,
    application_numbered,
    candidate_rows,
    match_rows,
    matching_of,
    open_vacancies,
    refused_for,
    sentences_of,
    vacancies_for,
    why,
)
from palier.attribution.queries.offered import STILL_OPEN, Placed, placed
from palier.attribution.rules.suiting import Suiting
from palier.demandes.queries.file import composition_of, situation_of
from palier.demandes.queries.members import members_of
from palier.demandes.rules.eligibility import VERDICTS_FR, Verdict, ceiling_note
from palier.desk.forms_matching import SOURCES, WITHDRAWALS, CandidateForm, WithdrawForm
from palier.desk.labels import labels_of
from palier.desk.month_page import job_of
from palier.desk.navigation import address, framed
from palier.desk.views_applications import file_frame, found_application
from palier.desk.views_maintenance import refuse_unless_valid
from palier.foundation.clock import now, today
from palier.foundation.errors import Refusal
from palier.foundation.queries import latest_work
from palier.web import words
from palier.web.components import JobProgress, Link, Tag, Tone
from palier.web.requests import ActorRequest

_MOST_VACANCIES: Final = 300
_NUMBER_LENGTH: Final = 18
_STATES: Final = {code: words.capital(label) for code, label in labels_of(Vacancy, "state").items()}
_TONES: Final = {
    Verdict.ELIGIBLE: Tone.OK,
    Verdict.TO_COMPLETE: Tone.WARN,
    Verdict.NOT_ELIGIBLE: Tone.BAD,
}
_SUITS: Final = Tag(label="Convient", tone=Tone.OK)
_SUITS_NOT: Final = Tag(label="Ne convient pas", tone=Tone.NEUTRAL)


def matchings(request: ActorRequest) -> HttpResponse:
    """The vacancies that may still be proposed, with how far each is. Nobody's data."""
    rows = [(row, _STATES[row.state]) for row in open_vacancies(limit=_MOST_VACANCIES)]
    return framed(request, "desk/matchings.html", {"rows": rows})


def matching(request: ActorRequest, vacancy_id: int) -> HttpResponse:
    """One vacancy: who was examined, in order, and why each is kept or not; its candidates; why not that one."""
    return _show(request, vacancy_id)


def _show(request: ActorRequest, vacancy_id: int, *, sent: CandidateForm | None = None) -> HttpResponse:
    """The page, with the candidate that was refused."""
    here = _found(vacancy_id)
    with_others = request.GET.get("vue") == "toutes"
    rows, candidates = match_rows(vacancy_id, with_others=with_others), candidate_rows(vacancy_id)
    request.reading.saw({row.person_id for row in rows} | {row.person_id for row in candidates})
    asked = request.GET.get("numero", "").strip()[:_NUMBER_LENGTH]
    seen = {row.application_id for row in rows} | {row.application_id for row in candidates}
    engaged = engaged_elsewhere(seen, but=vacancy_id)
    context: dict[str, object] = {
        **_frame(here),
        "told": matching_of(vacancy_id),
        "rows": [
            (
                row,
                _verdict(Verdict(row.verdict)),
                _SUITS if row.suits else _SUITS_NOT,
                engaged.get(row.application_id, ""),
            )
            for row in rows
        ],
        "with_others": with_others,
        "candidates": [
            (
                row,
                SOURCES[row.source],
                WITHDRAWALS.get(row.withdrawn_for, ""),
                "" if row.withdrawn_on else engaged.get(row.application_id, ""),
                "" if row.withdrawn_on else _refused(request, here, row.number),
            )
            for row in candidates
        ],
        "asked": asked,
        "answer": _why(request, here, asked, rows) if asked else None,
        "job": _job(here),
        "may_match": here.state in STILL_OPEN and here.offered is not None,
        "takes_candidates": takes_candidates(here.state, withdrawn_for=here.withdrawn_for),
        "form": sent or CandidateForm(),
        "prepared_url": _prepared(request, vacancy_id) if here.state == "AGENDA" else None,
        "withdraw": WithdrawForm(),
    }
    return framed(request, "desk/matching.html", context, status=422 if sent else 200)


def matching_ask(request: ActorRequest, vacancy_id: int) -> HttpResponse:
    """Ask for the matching: a job reads the resources that the agent does not."""
    _found(vacancy_id)
    ask_matching(vacancy_id=vacancy_id, actor=request.actor, at=now())
    return _back(vacancy_id)


def matching_progress(request: ActorRequest, vacancy_id: int) -> HttpResponse:
    """How far the job is, as the fragment that asks for itself."""
    job = _job(_found(vacancy_id))
    if not request.htmx:
        return _back(vacancy_id)
    if job is None or not job.running:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "web/_progress.html", {"job": job})


def candidate_add(request: ActorRequest, vacancy_id: int) -> HttpResponse:
    """Propose an application for the vacancy, under a title of the list."""
    here = _found(vacancy_id)
    form = CandidateForm(request.POST)
    if not form.is_valid():
        return _show(request, vacancy_id, sent=form)
    number = form.cleaned_data["number"]
    try:
        add_candidate(
            vacancy_id=vacancy_id, number=number, source=form.cleaned_data["source"], actor=request.actor, on=today()
        )
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return _show(request, vacancy_id, sent=form)
    messages.success(request, f"La demande {number.upper()} est candidate pour ce logement.")
    added = application_numbered(number)
    if added is not None:
        request.reading.saw([added.person_id], *(["RESSOURCES"] if added.is_mine else []))
        refused = refused_for(added, here, on=today())
        warn_of(request, application_id=added.id, vacancy_id=vacancy_id, refused=refused)
    return _back(vacancy_id)


def _refused(request: ActorRequest, here: Placed, number: str) -> str:
    """Why the rules refuse a candidate, for as long as it is one."""
    named = application_numbered(number)
    if named is None:
        return ""
    if named.is_mine:
        request.reading.saw([named.person_id], "RESSOURCES")
    return words.capital(refused_for(named, here, on=today()))


def warn_of(request: ActorRequest, *, application_id: int, vacancy_id: int, refused: str) -> None:
    """Say at once what speaks against a candidate just added: nothing of it bars them, the commission decides."""
    if refused:
        messages.warning(request, f"Cette demande est {refused}. La commission décide.")
    if held := engaged_elsewhere([application_id], but=vacancy_id).get(application_id):
        messages.warning(request, held)


def candidate_withdraw(request: ActorRequest, vacancy_id: int, candidate_id: int) -> HttpResponse:
    """Withdraw a candidate before the commission."""
    _found(vacancy_id)
    form = WithdrawForm(request.POST)
    refuse_unless_valid(form)
    withdraw_candidate(vacancy_id=vacancy_id, candidate_id=candidate_id, motive=form.cleaned_data["motive"], on=today())
    messages.success(request, "La candidature est retirée, avec son motif.")
    return _back(vacancy_id)


def application_matching(request: ActorRequest, application_id: int) -> HttpResponse:
    """The dwellings open today and why each suits the household or not: for who instructs the file."""
    here = found_application(request, application_id)
    if not here.is_mine:
        raise Http404
    rows = vacancies_for(application_id, on=today())
    context: dict[str, object] = {
        **file_frame(request, here, members_of(application_id), "application_matching", "Logements"),
        "rows": [
            (each, _SUITS if found.suits else _SUITS_NOT, _verdict(found.verdict), sentences_of(found))
            for each, found in rows
        ],
        "suited": sum(found.suits for _, found in rows),
        "missing": None if rows else _missing(request, application_id),
    }
    return framed(request, "desk/application_matching.html", context)


def _missing(request: ActorRequest, application_id: int) -> tuple[str, str, str]:
    """Why no dwelling is examined for a file: what is missing, the page that mends it and its name."""
    for heading, label, is_said in (
        ("attendus", "Le ménage n’est pas encore décrit.", composition_of(application_id) is not None),
        ("logement", "Le logement actuel n’est pas encore dit.", situation_of(application_id) is not None),
    ):
        if not is_said:
            return label, reverse("desk:application_change", args=[application_id, heading]), "Le dire"
    told = "Aucun logement vacant n’est décrit en entier\u00a0: pièces, commune, loyer, financement."
    return told, address(request.actor.role, "vacancies"), "Voir les logements vacants"


def _why(request: ActorRequest, here: Placed, number: str, rows: list[MatchRow]) -> dict[str, object]:
    """Why that application is in the list or not, as far as whoever asks may read it."""
    asked = application_numbered(number)
    if asked is None or here.offered is None:
        return {"unknown": True}
    request.reading.saw([asked.person_id])
    found = why(asked, here, on=today())
    listed = next((row for row in rows if row.application_id == asked.id), None)
    return {
        "unknown": False,
        "number": asked.number,
        "is_over": asked.state != "ACTIVE",
        "is_mine": asked.is_mine,
        "place": listed.place if listed else None,
        "suits": found is not None and found.suits,
        "is_described": found is not None,
        "sentences": sentences_of(found) if found is not None else (),
        "verdict": _verdict_of(found),
        "url": address(request.actor.role, "application", asked.id),
    }


def _verdict_of(found: Suiting | None) -> Tag | None:
    return _verdict(found.verdict) if found is not None else None


def _verdict(verdict: Verdict | None) -> Tag | None:
    return Tag(label=words.capital(VERDICTS_FR[verdict]), tone=_TONES[verdict]) if verdict is not None else None


def _frame(here: Placed) -> dict[str, object]:
    title = f"{here.residence}, porte {here.door}"
    return {
        "here": here,
        "title": title,
        "state_label": _STATES[here.state],
        "ceiling_note": ceiling_note(here.offered.financing) if here.offered else "",
        "crumbs": [Link(label="Rapprochement", url=reverse("desk:matchings")), Link(label=title)],
    }


def _job(here: Placed) -> JobProgress | None:
    return job_of(
        latest_work(matching_key(here.vacancy_id, None)),
        poll_url=reverse("desk:matching_progress", args=[here.vacancy_id]),
        page_url=reverse("desk:matching", args=[here.vacancy_id]),
        at=now(),
    )


def _prepared(request: ActorRequest, vacancy_id: int) -> str | None:
    """Where a candidate may still be added: none once the members are called; empty for who may not."""
    item = item_in_preparation(vacancy_id)
    return None if item is None else address(request.actor.role, "commission_item", item)


def _found(vacancy_id: int) -> Placed:
    here = placed(vacancy_id)
    if here is None:
        raise Http404
    return here


def _back(vacancy_id: int) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("desk:matching", args=[vacancy_id]))
