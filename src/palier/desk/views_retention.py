"""How long data are kept: the table, what a duration would end, what is held back, and the certificates."""

from typing import Final

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from palier.agents.access import agent_of
from palier.desk.forms_retention import DurationsForm, HoldForm
from palier.desk.navigation import framed, tabs_among
from palier.foundation.clock import now, today
from palier.foundation.errors import Refusal
from palier.foundation.text import impersonal
from palier.mail.store import DocumentStore
from palier.privacy.catalogue import CATEGORIES
from palier.retention.models import GROUNDS
from palier.retention.operations.certifying import number_of
from palier.retention.operations.deciding import decide, hold, lift
from palier.retention.queries import (
    Decided,
    HoldRow,
    RuleInForce,
    certificate,
    count_archived_leases,
    decisions_on,
    due_by_forecast,
    holds,
    purges,
    rules_in_force,
)
from palier.retention.rules.schedule import ACTIONS_FR, STATUSES_FR, TRIGGERS_FR, EndAction, Status
from palier.web import words
from palier.web.components import Link
from palier.web.requests import ActorRequest

_GROUNDS: Final = dict(GROUNDS)


def _tabs(request: ActorRequest, here: str) -> list[Link]:
    tabs = {
        "retention": "Durées de conservation",
        "retention_holds": "Données retenues",
        "retention_certificates": "Certificats",
    }
    return tabs_among(request, tabs, here=here)


def retention(request: ActorRequest) -> HttpResponse:
    """The table of durations, with what is due today by the last measure. It names no one."""
    on = today()
    lines = []
    measured = None
    for code, each in rules_in_force().items():
        due = due_by_forecast(code, months=each.rule.months, on=on)
        measured = max(filter(None, (measured, due.measured_on)), default=None)
        lines.append(
            {
                "rule": each.rule,
                "category": impersonal(CATEGORIES[each.rule.category].label),
                "trigger": TRIGGERS_FR[each.rule.trigger],
                "action": ACTIONS_FR[each.rule.action],
                "is_confirmed": each.rule.status is Status.OFFICIAL,
                "status": STATUSES_FR[each.rule.status],
                "is_decided": each.rank > 0,
                "due": words.number(due.rows) if due.measured_on else "",
                "held": words.number(due.held) if due.held else "",
            }
        )
    context = {
        "tabs": _tabs(request, "retention"),
        "lines": lines,
        "measured": measured,
        "archived": words.number(count_archived_leases()),
    }
    return framed(request, "desk/retention.html", context)


def retention_rule(request: ActorRequest, code: str) -> HttpResponseBase:
    """One duration: what it ends, its history, and the decision that changes it."""
    current = rules_in_force().get(code)
    if current is None:
        raise Http404
    form = DurationsForm(request.POST if request.method == "POST" else None, rule=current.rule, rank=current.rank)
    status = 200
    if request.method == "POST":
        if form.is_valid() and _decided(request, code, form):
            messages.success(request, "La durée est en vigueur. La décision est gardée à votre nom.")
            return HttpResponseRedirect(reverse("desk:retention_rule", args=[code]))
        status = 422
    return framed(request, "desk/retention_rule.html", _rule_context(request, current, form), status=status)


def _decided(request: ActorRequest, code: str, form: DurationsForm) -> bool:
    replaces = form.cleaned_data["replaces"]
    try:
        decide(code, form.durations(), replaces=replaces, by=agent_of(request.actor), on=today(), at=now())
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def _rule_context(request: ActorRequest, current: RuleInForce, form: DurationsForm) -> dict[str, object]:
    rule, on = current.rule, today()
    # What each of some durations would end today, so that a decision is taken knowing what it touches.
    proposed = sorted({0, 6, 12, 24, 36, 60, 120, rule.months})
    if form.is_bound and form.is_valid():
        wanted = form.durations()
        proposed = sorted({*proposed, wanted.active_months + wanted.archive_months})
    counts = [(months, due_by_forecast(rule.code, months=months, on=on)) for months in proposed]
    return {
        "crumbs": [Link(label="Durées de conservation", url=reverse("desk:retention")), Link(label=rule.label)],
        "rule": rule,
        "category": impersonal(CATEGORIES[rule.category].label),
        "trigger": TRIGGERS_FR[rule.trigger],
        "action": ACTIONS_FR[rule.action],
        "status": STATUSES_FR[rule.status],
        "is_confirmed": rule.status is Status.OFFICIAL,
        "form": form,
        "measured": max(filter(None, (due.measured_on for _, due in counts)), default=None),
        "counts": [
            {"months": months, "rows": due.rows, "held": due.held, "current": months == rule.months}
            for months, due in counts
            if rule.minimum_months <= months <= rule.maximum_months
        ],
        "history": [_told(decision) for decision in decisions_on(rule.code)],
    }


def _told(decision: Decided) -> dict[str, object]:
    touched = ""
    if decision.due_before is not None and decision.due_after is not None:
        touched = f"{words.number(decision.due_before)} → {words.number(decision.due_after)}"
    return {
        "at": words.instant(decision.decided_at),
        "months": f"{decision.active_months} + {decision.archive_months}",
        "action": ACTIONS_FR[EndAction(decision.action)],
        "status": STATUSES_FR[Status(decision.status)],
        "touched": touched,
        "by": decision.decided_by,
    }


# --- What is held back ------------------------------------------------------------------------------------------------


def retention_holds(request: ActorRequest) -> HttpResponseBase:
    """Persons and leases whose data wait; one form to add one."""
    form = HoldForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        if form.is_valid() and _held(request, form):
            messages.success(request, "Retenue : ces données attendront, quelle que soit leur durée.")
            return HttpResponseRedirect(reverse("desk:retention_holds"))
        status = 422
    found = holds()
    request.reading.saw(row.person_id for row in found if row.person_id is not None)
    context = {"tabs": _tabs(request, "retention_holds"), "form": form, "rows": [_hold_row(row) for row in found]}
    return framed(request, "desk/retention_holds.html", context, status=status)


def _held(request: ActorRequest, form: HoldForm) -> bool:
    cleaned = form.cleaned_data
    try:
        hold(
            person_id=cleaned["person_id"],
            lease_id=cleaned["lease_id"],
            ground=cleaned["ground"],
            first_day=cleaned["first_day"],
            last_day=cleaned["last_day"],
            by=agent_of(request.actor),
            at=now(),
        )
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def _hold_row(row: HoldRow) -> dict[str, object]:
    subject = f"Personne n°\u00a0{row.person_id}" if row.person_id is not None else f"Bail n°\u00a0{row.lease_id}"
    return {
        "id": row.id,
        "subject": subject,
        "ground": _GROUNDS[row.ground],
        "first": row.first_day,
        "last": row.last_day,
        "placed": f"{words.instant(row.placed_at)}, {row.placed_by}" if row.placed_by else words.instant(row.placed_at),
        "is_open": row.lifted_at is None,
        "lifted": f"{words.instant(row.lifted_at)}, {row.lifted_by}" if row.lifted_by else words.instant(row.lifted_at),
    }


def retention_hold_lift(request: ActorRequest, hold_id: int) -> HttpResponseBase:
    """The data follow their time again."""
    try:
        lift(hold_id, by=agent_of(request.actor), on=today(), at=now())
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, "La retenue est levée : ces données suivent de nouveau leur durée.")
    return HttpResponseRedirect(reverse("desk:retention_holds"))


# --- The certificates -------------------------------------------------------------------------------------------------


def retention_certificates(request: ActorRequest) -> HttpResponse:
    """The purges that were made, and their certificates."""
    rows = [
        {
            "number": each.number,
            "name": number_of(each.number) if each.number else "",
            "day": each.day,
            "count": each.row_count,
            "operator": each.operator,
        }
        for each in purges()
    ]
    context = {"tabs": _tabs(request, "retention_certificates"), "rows": rows}
    return framed(request, "desk/retention_certificates.html", context)


def retention_certificate(request: ActorRequest, number: int) -> HttpResponse:
    """The exact bytes of a certificate. Raises Http404, DocumentMissing."""
    issued = certificate(number)
    if issued is None:
        raise Http404
    return HttpResponse(
        DocumentStore(settings.DOCUMENT_ROOT).read(issued.pdf_sha256),
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{number_of(number)}.pdf"'},
    )


def retention_certificate_data(request: ActorRequest, number: int) -> HttpResponse:
    """The same as data, whose digest the table keeps."""
    issued = certificate(number)
    if issued is None:
        raise Http404
    return HttpResponse(
        bytes(issued.data),
        content_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{number_of(number)}.json"'},
    )
