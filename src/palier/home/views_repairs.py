"""« Signaler »: what is wrong, in a few taps; what was promised, before sending and after; the answer to the end."""

import logging
from uuid import uuid4

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext

from palier.foundation.clock import now, today
from palier.foundation.errors import Refusal
from palier.home import repair_words
from palier.home.below import told
from palier.home.forms_repairs import PHOTOS, FollowForm, RepairForm
from palier.home.navigation import me, page, trail
from palier.leases.queries.tenant import OwnLease, own_leases
from palier.mail.store import UNREADABLE, DocumentStore
from palier.maintenance.access import RepairNotFound, VisitNotFound
from palier.maintenance.delays import delays
from palier.maintenance.guide import Problem, ProblemUnknown, problem_of, problems_of
from palier.maintenance.operations.opinions import rate_repair, reopen_repair
from palier.maintenance.operations.requests import Asking, TicketNotToFollow, ask_repair, follow_ticket
from palier.maintenance.operations.visits import accept_visit, ask_other_visit
from palier.maintenance.queries.tenant import (
    OwnRepair,
    own_photo,
    own_repair,
    own_repairs,
    photos_of_repair,
    reported_nearby,
    steps_of_repair,
    visits_of_repair,
)
from palier.maintenance.words import CATEGORIES, COMPLAINTS, WISHES
from palier.web.languages import said as why_refused
from palier.web.requests import ActorRequest

logger = logging.getLogger("palier.home")


def repairs(request: ActorRequest) -> HttpResponse:
    """The door: danger first, what one asked already, then the families of troubles."""
    rows = own_repairs()
    context: dict[str, object] = {
        "crumbs": trail((gettext("Signaler"), "")),
        "emergencies": repair_words.emergencies(delays()),
        "categories": told(CATEGORIES) if _living(request) else [],
        "open": [_line(row) for row in rows if row.state != "CLOSED"],
        "closed": [_line(row) for row in rows if row.state == "CLOSED"],
    }
    return page(request, "home/repairs.html", context)


def repair_category(request: ActorRequest, category: str) -> HttpResponse:
    """The troubles of one family."""
    if category not in CATEGORIES:
        raise Http404
    context: dict[str, object] = {
        "crumbs": trail((gettext("Signaler"), reverse("home:repairs")), (gettext(CATEGORIES[category]), "")),
        "title": gettext(CATEGORIES[category]),
        "emergencies": repair_words.emergencies(delays(), category=category),
        "problems": [(problem.code, gettext(problem.label)) for problem in problems_of(category)],
    }
    return page(request, "home/repair_category.html", context)


def repair_new(request: ActorRequest, problem: str) -> HttpResponse:
    """The questions of one trouble: what is promised, what neighbours reported, then what only this home can say."""
    try:
        asked = problem_of(problem)
    except ProblemUnknown as unknown:
        raise Http404 from unknown
    leases = _living(request)
    if not leases:
        raise Http404
    is_sent = request.method == "POST"
    form = RepairForm(
        request.POST if is_sent else None,
        request.FILES if is_sent else None,
        problem=asked,
        leases=leases,
        initial={"envoi": uuid4(), "bail": leases[0].id, "danger": ""},
    )
    if is_sent and form.is_valid():
        try:
            number = ask_repair(
                asking=_asking(request, form.cleaned_data["bail"]),
                answers=form.answers,
                key=form.cleaned_data["envoi"],
                store=DocumentStore(settings.DOCUMENT_ROOT),
                at=now(),
            )
        except Refusal as refusal:
            form.add_error(None, why_refused(refusal))
        else:
            messages.success(
                request, gettext("C’est reçu. Votre demande porte le numéro %(number)s.") % {"number": number}
            )
            return HttpResponseRedirect(reverse("home:repair", args=[number]))
    answer = page(request, "home/repair_new.html", _questions(asked, leases[0], form))
    answer.status_code = 422 if form.errors else 200
    return answer


def _questions(asked: Problem, lease: OwnLease, form: RepairForm) -> dict[str, object]:
    figures = delays()
    promise = figures.promised(asked.category, asked.urgency, at=now())
    category = gettext(CATEGORIES[asked.category])
    near = [] if asked.is_inside else reported_nearby(lease.id, equipment=asked.equipment)
    return {
        "crumbs": trail(
            (gettext("Signaler"), reverse("home:repairs")),
            (category, reverse("home:repair_category", args=[asked.category])),
            (gettext(asked.label), ""),
        ),
        "title": gettext(asked.label),
        "place": repair_words.place(asked.place),
        "emergencies": repair_words.emergencies(figures, category=asked.category),
        "who": repair_words.who_comes(asked),
        "answer_by": repair_words.will_answer(localtime(promise.answer_by).date()),
        "repair_on": promise.repair_on,
        "near": [
            (row, repair_words.title(row.equipment, row.symptom), repair_words.place(row.place), uuid4())
            for row in near
        ],
        "lease": lease,
        "form": form,
        "photos": [form[name] for name in PHOTOS],
        "questions": [field for field in form.visible_fields() if field.name not in PHOTOS],
    }


def repair_follow(request: ActorRequest, ticket_id: int) -> HttpResponse:
    """« Moi aussi »: follow what a neighbour reported, in one tap."""
    form = FollowForm(request.POST)
    if not form.is_valid():
        raise Http404
    try:
        number = follow_ticket(
            asking=_asking(request, form.cleaned_data["bail"]),
            ticket_id=ticket_id,
            key=form.cleaned_data["envoi"],
            at=now(),
        )
    except TicketNotToFollow as gone:
        raise Http404 from gone
    request.reading.saw([me(request)])
    messages.success(request, gettext("C’est noté. Vous suivez cette demande avec vos voisins."))
    return HttpResponseRedirect(reverse("home:repair", args=[number]))


def repair(request: ActorRequest, repair_id: int) -> HttpResponse:
    """One request: where it stands, the appointment, each step with its day, and the opinion at the end."""
    found = _own(repair_id)
    visits = visits_of_repair(found)
    context: dict[str, object] = {
        "crumbs": trail(
            (gettext("Signaler"), reverse("home:repairs")), (gettext("Demande %(number)s") % {"number": found.id}, "")
        ),
        "repair": found,
        "title": repair_words.title(found.equipment, found.symptom),
        "place": repair_words.place(found.place),
        "standing": repair_words.standing(found, on=today()),
        "stairs": repair_words.stairs(found),
        "events": repair_words.events(steps_of_repair(found)),
        "emergencies": repair_words.emergencies(delays(), danger=found.danger)
        if found.danger and found.state == "OPEN"
        else [],
        "proposed": [
            (visit, repair_words.between(visit.starts_at, visit.ends_at))
            for visit in visits
            if visit.state == "PROPOSED"
        ],
        "accepted": next((visit for visit in visits if visit.state == "ACCEPTED" and visit.starts_at > now()), None),
        "wishes": told(WISHES),
        "complaints": told(COMPLAINTS),
        "photos": photos_of_repair(found),
        "may_rate": found.state == "CLOSED" and found.closing != "DUPLICATE" and not found.rating,
        "may_reopen": found.closed_at is not None
        and found.closing != "DUPLICATE"
        and delays().may_reopen(found.closed_at, at=now()),
    }
    return page(request, "home/repair.html", context)


def repair_photo(request: ActorRequest, photo_id: int) -> HttpResponse:
    """A photo that one sent: our own drawing of it."""
    kept = own_photo(photo_id)
    if kept is None:
        raise Http404
    request.reading.saw([me(request)])
    try:
        content = DocumentStore(settings.DOCUMENT_ROOT).open(kept)
    except UNREADABLE as fault:
        logger.error("%s", fault)
        raise Http404 from fault
    return HttpResponse(content, content_type="image/jpeg")


def visit_accept(request: ActorRequest, visit_id: int) -> HttpResponse:
    """Take one of the moments proposed."""
    try:
        ticket_id = accept_visit(visit_id=visit_id, at=now())
    except VisitNotFound as gone:
        raise Http404 from gone
    messages.success(request, gettext("C’est noté\u00a0: nous venons à ce moment."))
    return _back(request, ticket_id)


def visit_other(request: ActorRequest, visit_id: int) -> HttpResponse:
    """None of them suits: say when rather."""
    try:
        ticket_id = ask_other_visit(visit_id=visit_id, wish=request.POST.get("wish", ""), at=now())
    except VisitNotFound as gone:
        raise Http404 from gone
    messages.success(request, gettext("C’est noté\u00a0: nous vous proposons un autre moment."))
    return _back(request, ticket_id)


def repair_rate(request: ActorRequest, repair_id: int) -> HttpResponse:
    """Is it settled? Yes in one tap, no in two."""
    complaint = request.POST.get("complaint", "")
    try:
        ticket_id = rate_repair(
            repair_id=repair_id,
            rating="NO" if complaint else request.POST.get("rating", ""),
            complaint=complaint,
            at=now(),
        )
    except RepairNotFound as stranger:
        raise Http404 from stranger
    messages.success(request, gettext("Merci. Votre avis est noté."))
    return _back(request, ticket_id)


def repair_reopen(request: ActorRequest, repair_id: int) -> HttpResponse:
    """It is not repaired: open again."""
    try:
        ticket_id = reopen_repair(repair_id=repair_id, at=now())
    except RepairNotFound as stranger:
        raise Http404 from stranger
    messages.success(request, gettext("Votre demande est rouverte."))
    return _back(request, ticket_id)


def _living(request: ActorRequest) -> list[OwnLease]:
    """The leases in force of who acts: one reports for where one lives."""
    return [lease for lease in own_leases(me(request), on=today()) if not lease.has_ended(today())]


def _asking(request: ActorRequest, lease_id: int) -> Asking:
    return Asking(lease_id=lease_id, person_id=me(request), source="TENANT", actor=request.actor)


def _own(repair_id: int) -> OwnRepair:
    found = own_repair(repair_id)
    if found is None:
        raise Http404
    return found


def _back(request: ActorRequest, ticket_id: int) -> HttpResponse:
    """The page of one's own request for that ticket."""
    request.reading.saw([me(request)])
    mine = next((row.id for row in own_repairs() if row.ticket_id == ticket_id), None)
    return HttpResponseRedirect(reverse("home:repair", args=[mine]) if mine else reverse("home:repairs"))


def _line(row: OwnRepair) -> dict[str, object]:
    return {
        "row": row,
        "title": repair_words.title(row.equipment, row.symptom),
        "place": repair_words.place(row.place),
        "standing": repair_words.standing(row, on=today()),
    }
