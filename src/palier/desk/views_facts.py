"""Coded facts at the agency: those of a lease's occupants, and what waits (contested, to announce, to review)."""

from datetime import timedelta
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from palier.desk.answers import strangers_get_404
from palier.desk.forms_facts import AnnounceForm, AnswerForm, FactForm
from palier.desk.navigation import address, framed
from palier.desk.views_maintenance import refuse_unless_valid, tabs_of
from palier.foundation.clock import now, today
from palier.foundation.errors import Refusal
from palier.leases.access import lease_in_scope
from palier.leases.queries.lease import occupants_of
from palier.people.facts.kinds import (
    ANNOUNCEMENTS,
    CONTEST_ANSWERS,
    CONTEST_GROUNDS,
    KINDS,
    LANGUAGES,
    Source,
)
from palier.people.facts.operations import FactNotFound, announce_fact, answer_contest, end_fact, may_decide, state_fact
from palier.people.facts.queries import FactRow, facts_of_persons, facts_to_review
from palier.privacy.declare import Role
from palier.privacy.rights import may_open
from palier.web.components import Link, Tag, Tone
from palier.web.requests import ActorRequest

# A fact that ends within that time is looked at again before it goes.
_SOON: Final = timedelta(days=15)
SOURCES: Final = {
    Source.PERSON: "la personne",
    Source.AGENT: "l’agence, à sa demande",
    Source.MANAGER: "le responsable d’agence",
}


def facts(request: ActorRequest) -> HttpResponse:
    """What waits: contested first, then to announce, to review, about to end."""
    on = today()
    waiting = facts_to_review(on=on, soon=on + _SOON)
    request.reading.saw(each.person_id for each in waiting)
    context: dict[str, object] = {
        "tabs": tabs_of(request, "facts"),
        "waiting": [
            (
                each,
                KINDS[each.code].label,
                f"Contestée\u00a0: {CONTEST_GROUNDS[each.contest_ground].lower()}" if each.contest_ground else "",
                KINDS[each.code].is_restricted and each.announced_on is None,
                address(request.actor.role, "lease_facts", each.lease_id),
            )
            for each in waiting
        ],
        "on": on,
    }
    return framed(request, "desk/facts.html", context)


@strangers_get_404
def lease_facts(request: ActorRequest, lease_id: int) -> HttpResponseBase:
    """The coded facts about the occupants of a lease; a new one."""
    here = lease_in_scope(lease_id, actor=request.actor)
    on = today()
    occupants = [each for each in occupants_of(lease_id) if each.moved_out_on is None or each.moved_out_on >= on]
    persons = {each.person_id: each.display_name for each in occupants}
    request.reading.saw(persons)
    role = Role(request.actor.role)
    form = FactForm(request.POST if request.method == "POST" else None, persons=persons.items(), role=role)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                state_fact(person_id=form.cleaned_data["person"], fact=form.fact, actor=request.actor, at=now())
            except Refusal as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, "La consigne est enregistrée. La personne la voit dans son espace.")
                return HttpResponseRedirect(reverse("desk:lease_facts", args=[lease_id]))
    context: dict[str, object] = {
        "lease": here,
        "names": ", ".join(persons.values()) or "Sans occupant",
        "lines": [_line(row, persons[row.person_id], role) for row in facts_of_persons(list(persons))],
        "form": form,
        "announcements": ANNOUNCEMENTS,
        "answers": {code: label for code, (label, _) in CONTEST_ANSWERS.items()},
        "crumbs": [
            Link(label="Baux", url=address(role, "leases")),
            Link(label=here.reference, url=address(role, "lease", lease_id)),
            Link(label="Consignes"),
        ],
    }
    return framed(request, "desk/lease_facts.html", context, status=status)


def _line(row: FactRow, name: str, role: Role) -> dict[str, object]:
    """A fact with what may be done about it."""
    kind, on = KINDS[row.code], today()
    runs = row.ended_on is None and not row.has_expired(on)
    detail = LANGUAGES[row.language] if row.language else dict(kind.reasons).get(row.reason, "")
    return {
        "row": row,
        "name": name,
        "label": f"{kind.label}\u00a0: {detail.lower()}" if detail else kind.label,
        "source": SOURCES[Source(row.source)],
        "state": _state(row),
        "ground": CONTEST_GROUNDS[row.contest_ground] if row.contest_due_on else "",
        "ends": runs and may_decide(kind, role),
        "announces": runs and kind.is_restricted and row.announced_on is None and may_open(role, "desk:fact_announce"),
        "answers": runs and row.contest_due_on is not None and may_open(role, "desk:contest_answer"),
    }


def _state(row: FactRow) -> Tag:
    on = today()
    if row.ended_on is not None or row.has_expired(on):
        return Tag(label="Finie")
    if row.suspended_at is not None:
        return Tag(label="Suspendue", tone=Tone.WARN)
    return Tag(label="En cours", tone=Tone.OK)


def fact_end(request: ActorRequest, fact_id: int) -> HttpResponseBase:
    """End a fact at once."""
    try:
        request.reading.saw([end_fact(fact_id=fact_id, actor=request.actor, at=now())])
    except FactNotFound as stranger:
        raise Http404 from stranger
    messages.success(request, "La consigne est retirée.")
    return HttpResponseRedirect(_back(request))


def fact_announce(request: ActorRequest, fact_id: int) -> HttpResponseBase:
    """Note how the person was told of a restricted fact."""
    form = AnnounceForm(request.POST)
    refuse_unless_valid(form)
    try:
        request.reading.saw(
            [announce_fact(fact_id=fact_id, way=form.cleaned_data["way"], actor=request.actor, at=now())]
        )
    except FactNotFound as stranger:
        raise Http404 from stranger
    messages.success(request, "L’annonce est notée.")
    return HttpResponseRedirect(_back(request))


def contest_answer(request: ActorRequest, contest_id: int) -> HttpResponseBase:
    """The manager keeps a contested fact or ends it."""
    form = AnswerForm(request.POST)
    refuse_unless_valid(form)
    try:
        request.reading.saw(
            [answer_contest(contest_id=contest_id, answer=form.cleaned_data["answer"], actor=request.actor, at=now())]
        )
    except FactNotFound as stranger:
        raise Http404 from stranger
    messages.success(request, "La réponse est enregistrée. La personne la lit dans son espace.")
    return HttpResponseRedirect(_back(request))


def _back(request: ActorRequest) -> str:
    """The lease whose form was sent, or the list of what waits."""
    lease_id = request.POST.get("bail", "")
    return reverse("desk:lease_facts", args=[int(lease_id)]) if lease_id.isdecimal() else reverse("desk:facts")
