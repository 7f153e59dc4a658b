"""Opinions on occupations in a sitting: the secretary's votes and opinions, what a member reads. By pseudonym."""

from typing import Final

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from palier.attribution.access import SittingNotFound
from palier.attribution.operations.opinions import (
    OpinionNotFound,
    record_opinion,
    record_opinion_votes,
    take_review_off_agenda,
)
from palier.attribution.operations.tracing import trace_opinions
from palier.attribution.queries.commission import attendance_of
from palier.attribution.queries.reviews import (
    PointRow,
    persons_of_opinions,
    points_of,
    recused_from_opinions,
    voices_of,
)
from palier.attribution.rules.voting import recusal_fr
from palier.attribution.rules.words import OPINIONS, PROTECTIONS
from palier.demandes.rules.eligibility import ceiling_note
from palier.desk.commission_words import VOICES
from palier.desk.navigation import framed
from palier.desk.tables_estate import FINANCINGS
from palier.desk.views_commission import found_sitting
from palier.foundation.clock import now
from palier.foundation.errors import Refusal
from palier.privacy.declare import Role
from palier.web.amounts import sent_number
from palier.web.components import Link
from palier.web.requests import ActorRequest

_HERE: Final = ("PRESENT", "REMOTE", "REPRESENTED")
_SCREEN: Final = "avis sur l’occupation"


def sitting_opinions(request: ActorRequest, sitting_id: int) -> HttpResponse:
    """The opinions of one sitting, with the votes while it is open."""
    return _show(request, sitting_id)


def sitting_opinion_do(request: ActorRequest, sitting_id: int, opinion_id: int) -> HttpResponseBase:
    """The voices on one opinion, the opinion itself, or off the agenda."""
    asked = request.POST.get("geste", "")
    if opinion_id not in {point.id for point in points_of(sitting_id)} or asked not in ("voter", "avis", "retirer"):
        raise Http404
    try:
        if asked == "voter":
            votes = {
                row.member_id: choice
                for row in attendance_of(sitting_id)
                if (choice := request.POST.get(f"voix-{row.member_id}", ""))
            }
            against = record_opinion_votes(
                opinion_id=opinion_id, version=sent_number(request, "version"), votes=votes, at=now()
            )
            if against:
                messages.warning(request, against)
        elif asked == "avis":
            record_opinion(
                opinion_id=opinion_id,
                version=sent_number(request, "version"),
                opinion=request.POST.get("avis", ""),
                by=request.actor.agent_id or 0,
                at=now(),
            )
        else:
            take_review_off_agenda(sitting_id=sitting_id, opinion_id=opinion_id)
    except (OpinionNotFound, SittingNotFound) as stranger:
        raise Http404 from stranger
    except Refusal as refusal:
        return _show(request, sitting_id, refused=str(refusal))
    messages.success(request, "Enregistré.")
    return HttpResponseRedirect(reverse("desk:sitting_opinions", args=[sitting_id]))


def my_opinions(request: ActorRequest, sitting_id: int) -> HttpResponse:
    """What a member reads; the reading is told to the tenants by the database itself."""
    here = found_sitting(sitting_id)
    trace_opinions(sitting_id, screen=_SCREEN)
    request.reading.traced_by_database()
    context: dict[str, object] = {
        "here": here,
        "points": [_told(point) for point in points_of(sitting_id)],
        "crumbs": [
            Link(label="Commission", url=reverse("desk:my_sittings")),
            Link(label=f"Séance {here.number}", url=reverse("desk:my_sitting", args=[here.id])),
            Link(label="Avis sur l’occupation"),
        ],
    }
    return framed(request, "desk/sitting_opinions.html", context)


def _show(request: ActorRequest, sitting_id: int, *, refused: str = "") -> HttpResponse:
    here = found_sitting(sitting_id)
    request.reading.saw(persons_of_opinions(sitting_id))
    is_secretary, voices = request.actor.role == Role.COMMISSION_SECRETARY, voices_of(sitting_id)
    attendance = attendance_of(sitting_id)
    voting = [row for row in attendance if row.has_vote and row.state in _HERE]
    recused = recused_from_opinions(sitting_id) if is_secretary else {}
    context: dict[str, object] = {
        "here": here,
        "points": [
            {
                **_told(point),
                "voting": [
                    (row, voices.get((point.id, row.member_id), ""))
                    for row in voting
                    if not {row.member_id, row.proxy_to_id} & recused.get(point.id, set())
                ],
                "recused": [
                    recusal_fr(row.name, [each.name for each in attendance if each.proxy_to_id == row.member_id])
                    for row in attendance
                    if row.member_id in recused.get(point.id, ())
                ],
            }
            for point in points_of(sitting_id)
        ],
        "may_decide": is_secretary and here.state == "OPEN",
        "may_remove": is_secretary and here.state == "DRAFT",
        "opinions": OPINIONS,
        "voices": VOICES,
        "refused": refused,
        "crumbs": [
            Link(label="Commission", url=reverse("desk:sittings")),
            Link(label=f"Séance {here.number}", url=reverse("desk:sitting", args=[here.id])),
            Link(label="Avis sur l’occupation"),
        ],
    }
    return framed(request, "desk/sitting_opinions.html", context, status=422 if refused else 200)


def _told(point: PointRow) -> dict[str, object]:
    facts = point.facts
    size = [f"T{facts['rooms']}" if facts["rooms"] else "", f"{facts['floor_area_m2']}\u00a0m²".replace(".", ",")]
    return {
        "point": point,
        "dwelling": ", ".join(each for each in (facts["city"], *size, _financing(facts["financing"])) if each),
        "scope": facts["scope"],
        "ceiling_note": ceiling_note(facts["financing"]),
        "findings": [each["sentence"] for each in facts["findings"] if each["answer"] == "FOUND"],
        "others": [each["sentence"] for each in facts["findings"] if each["answer"] != "FOUND"],
        "protections": ", ".join(PROTECTIONS[code] for code in facts["protections"]),
        "opinion": OPINIONS.get(point.opinion, "à rendre"),
    }


def _financing(code: str) -> str:
    return FINANCINGS.get(code, code)
