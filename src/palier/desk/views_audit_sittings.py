"""What an auditor reads of the commission: each sealed sitting, each dwelling, why its first candidate came first."""

from typing import Final

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localtime

from palier.attribution.rules.explaining import ToldCandidate, quorum_told, told_item
from palier.attribution.rules.frozen import FrozenBroken, FrozenItem, FrozenSitting
from palier.attribution.rules.replay import recomputed, voices_on
from palier.attribution.rules.words import OPINIONS
from palier.demandes.rules.eligibility import ceiling_note
from palier.desk.commission_words import CASTING, PRESENCES, QUALITIES, VOICES, cards_of, fact_lines
from palier.desk.labels import labels_of
from palier.desk.month_page import job_of
from palier.desk.navigation import framed
from palier.desk.tables_estate import FINANCINGS
from palier.desk.views_audit import audit_tabs, running_mission
from palier.estate.models import Residence
from palier.foundation.clock import now
from palier.foundation.errors import Refusal
from palier.foundation.money import euros_fr
from palier.foundation.queries import latest_work
from palier.mail.keys import KeyUnreadable
from palier.oversight.operations.replays import ask_comparison, replay_key
from palier.oversight.queries.sittings import OpenedSitting, audited_sitting, audited_sittings
from palier.screening.engine import screen
from palier.web import words
from palier.web.components import JobProgress, Link
from palier.web.requests import ActorRequest

_ZONES: Final = labels_of(Residence, "zone_ceiling")
_KINDS: Final = {"rule": "règle", "bareme": "barème", "grid": "grille"}


def sittings(request: ActorRequest) -> HttpResponse:
    """The sealed sittings, the latest first, each with its digest."""
    running_mission()
    context: dict[str, object] = {"tabs": audit_tabs(request, "audit_sittings"), "rows": audited_sittings()}
    return framed(request, "desk/audit_sittings.html", context)


def sitting(request: ActorRequest, sitting: str) -> HttpResponse:
    """One sitting: what it froze, computed again in this request, and its dwellings."""
    mission = running_mission()
    here, broken = _opened(request, sitting)
    work = latest_work(replay_key(mission.number, sitting))
    context: dict[str, object] = {
        "tabs": audit_tabs(request, "audit_sittings"),
        "number": sitting,
        "here": here,
        "broken": broken,
        "job": _job(mission.number, sitting),
        "compared": f"{work.phase}, le {words.instant(localtime(work.updated_at))}. {work.message}"
        if work is not None and work.state == "DONE"
        else "",
        "crumbs": [Link(label="Commissions", url=reverse("desk:audit_sittings")), Link(label=sitting)],
    }
    if here is not None and here.frozen is not None:
        context |= _told(here.frozen)
    return framed(request, "desk/audit_sitting.html", context)


def item(request: ActorRequest, sitting: str, rank: int) -> HttpResponse:
    """One dwelling: why the first came first, the sheets as they were frozen, voices by seat, points line by line."""
    running_mission()
    here, _broken = _opened(request, sitting)
    frozen = None if here is None else here.frozen
    found = next((each for each in frozen.items if each.rank == rank), None) if frozen is not None else None
    if frozen is None or found is None:
        # A sitting that was erased or altered is told on its own page.
        raise Http404
    told = told_item(frozen, found)
    by_name = {each.pseudonym: each for each in found.candidates}
    ordered = [by_name[each.pseudonym] for each in told.candidates]
    lines = fact_lines([each.sheet for each in ordered])
    context: dict[str, object] = {
        "tabs": audit_tabs(request, "audit_sittings"),
        "number": sitting,
        "told": told,
        "dwelling": dwelling_of(found),
        "candidates": [
            {
                "told": each,
                "voices": [(seat, VOICES.get(choice, choice)) for seat, choice in each.voices],
                "precision": _precision(each, by_name[each.pseudonym].verdict.precision),
            }
            for each in told.candidates
        ],
        "lines": lines,
        "ceiling_note": ceiling_note(found.dwelling.financing),
        "cards": cards_of([each.pseudonym for each in ordered], lines),
        "recused": len(found.recused),
        "crumbs": [
            Link(label="Commissions", url=reverse("desk:audit_sittings")),
            Link(label=sitting, url=reverse("desk:audit_sitting", args=[sitting])),
            Link(label=f"Logement {rank}"),
        ],
    }
    return framed(request, "desk/audit_sitting_item.html", context)


def compare(request: ActorRequest, sitting: str) -> HttpResponseBase:
    """Ask for the sitting to be held against the database."""
    running_mission()
    if sitting not in {each.number for each in audited_sittings()}:
        raise Http404
    try:
        ask_comparison(sitting=sitting, actor=request.actor)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "La comparaison se fait. Son résultat s’affiche ici.")
    return HttpResponseRedirect(reverse("desk:audit_sitting", args=[sitting]))


def progress(request: ActorRequest, sitting: str) -> HttpResponseBase:
    """How far the comparison is: the fragment that asks for itself."""
    job = _job(running_mission().number, sitting)
    if not request.htmx:
        return HttpResponseRedirect(reverse("desk:audit_sitting", args=[sitting]))
    if job is None or not job.running:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "web/_progress.html", {"job": job})


def dwelling_of(found: FrozenItem) -> str:
    """« T3, 60 m², PLUS, zone Île-de-France, 420,00 € + 90,00 € de charges »: no address."""
    dwelling = found.dwelling
    parts = (
        f"T{dwelling.rooms}" if dwelling.rooms else "",
        f"{dwelling.floor_area_m2} m²".replace(".", ",") if dwelling.floor_area_m2 else "",
        FINANCINGS.get(dwelling.financing, dwelling.financing),
        f"zone {_ZONES.get(dwelling.zone, dwelling.zone)}" if dwelling.zone else "",
        "en quartier prioritaire" if dwelling.is_qpv else "",
        f"{euros_fr(dwelling.rent_cents)} + {euros_fr(dwelling.charges_cents)} de charges",
    )
    return ", ".join(part for part in parts if part)


def _opened(request: ActorRequest, number: str) -> tuple[OpenedSitting | None, str]:
    """What it froze, or the sentence on why it does not open."""
    try:
        here = audited_sitting(number)
    except (FrozenBroken, KeyUnreadable) as refusal:
        request.reading.traced_by_database()
        return None, str(refusal)
    if here is None:
        raise Http404
    request.reading.traced_by_database()
    return here, ""


def _told(frozen: FrozenSitting) -> dict[str, object]:
    differences = recomputed(frozen)
    seated: dict[tuple[str, str], int] = {}
    for seat in frozen.seats:
        told = (QUALITIES.get(seat.quality, seat.quality), PRESENCES.get(seat.state, seat.state))
        seated[told] = seated.get(told, 0) + 1
    return {
        "frozen": frozen,
        "differences": [each.sentence() for each in differences],
        "opinions": [
            (each.pseudonym, OPINIONS.get(each.opinion, each.opinion), voices_on(frozen, each))
            for each in frozen.opinions
        ],
        "unread": sum(not each.inputs for each in frozen.opinions),
        "candidates": sum(len(each.candidates) for each in frozen.items),
        "quorum": quorum_told(frozen),
        "casting": CASTING.get(frozen.ways.casting, frozen.ways.casting),
        "seated": [(quality, state, count) for (quality, state), count in sorted(seated.items())],
        "items": [(each, dwelling_of(each), told_item(frozen, each).why[0]) for each in frozen.items],
        "used": [(_KINDS.get(each.kind, each.kind), each.name, each.digest) for each in frozen.used],
    }


def _precision(told: ToldCandidate, text: str) -> str:
    """A text on a person: counted and screened again, never shown."""
    if not text:
        return ""
    verdict = screen(text)
    said = "le filtre n’y relève rien" if verdict.decision == "accept" else "le filtre y relève quelque chose"
    return f"Une précision de {words.count(told.precision_length, 'signe')}\u00a0: {said}."


def _job(mission: str, number: str) -> JobProgress | None:
    return job_of(
        latest_work(replay_key(mission, number)),
        poll_url=reverse("desk:audit_sitting_progress", args=[number]),
        page_url=reverse("desk:audit_sitting", args=[number]),
        at=now(),
    )
