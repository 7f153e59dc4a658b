"""One batch of payslips: what was matched, what was set aside and why, then its review, its release or its undoing."""

from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import content_disposition_header

from palier.agents.access import agent_of
from palier.desk.answers import tell
from palier.desk.navigation import framed
from palier.desk.views_payroll import STATES
from palier.foundation.clock import now
from palier.foundation.errors import Refusal
from palier.foundation.money import euros_fr
from palier.foundation.periods import Month
from palier.mail.store import DocumentStore
from palier.payroll.access import PayslipNotFound, batch_in_scope, payslip_in_scope, quarantined_in_scope
from palier.payroll.models import PayBatch
from palier.payroll.noting import noted_of
from palier.payroll.operations.batches import (
    BatchNotFound,
    match_again,
    release_batch,
    return_pages,
    review_batch,
    undo_batch,
)
from palier.payroll.queries import aside_of, counts_of, lots_of_batch, slips_of
from palier.payroll.rules.splitting import REASONS_FR, Reason
from palier.web import words
from palier.web.components import Fig, Link, Tag, Tone
from palier.web.requests import ActorRequest
from palier.web.traces import traced

_SHOWN_SLIPS: Final = 100
_SHOWN_ASIDE: Final = 200
_OUTCOMES: Final = {"MATCHED": "rattachée depuis", "RETURNED": "rendue à la paie"}
_ROUTES: Final = {
    "OWN_SPACE": Tag(label="espace du salarié", tone=Tone.OK),
    "OPPOSED": Tag(label="papier\u00a0: s’est opposé", tone=Tone.INFO),
    "NOT_TOLD": Tag(label="papier\u00a0: pas informé depuis un mois", tone=Tone.WARN),
}


def payroll_batch(request: ActorRequest, pay_batch_id: int) -> HttpResponse:
    """What a batch holds; the buttons are those that its state and its reader allow."""
    batch = _batch_or_404(pay_batch_id)
    after = request.GET.get("apres", "")[:20]
    rows = slips_of(batch.pk, limit=_SHOWN_SLIPS + 1, after=after)
    shown = rows[:_SHOWN_SLIPS]
    request.reading.saw(row.person_id for row in shown)
    counts = counts_of(batch.pk)
    me = agent_of(request.actor)
    context: dict[str, object] = {
        "batch": batch,
        "month": Month.of(batch.month).label_fr(),
        "state": STATES[batch.state],
        "is_open": batch.state in ("READ", "REVIEWED"),
        "may_release": batch.state == "REVIEWED"
        and not counts.waiting
        and me not in (batch.imported_by, batch.reviewed_by),
        "needs_another": batch.state == "REVIEWED" and me in (batch.imported_by, batch.reviewed_by),
        "counts": counts,
        "lots": lots_of_batch(batch.pk),
        "figs": _figs(batch, counts.own_space, counts.paper, counts.waiting),
        "slips": [
            {"row": row, "route": _ROUTES[row.paper_reason or row.route], "net": _net(row.net_cents)} for row in shown
        ],
        "aside": [
            {
                "row": row,
                "reason": REASONS_FR[Reason(row.reason)],
                "net": _net(row.net_cents),
                "outcome": _OUTCOMES.get(row.outcome, ""),
            }
            for row in aside_of(batch.pk, limit=_SHOWN_ASIDE)
        ],
        "following": f"?apres={shown[-1].number}" if len(rows) > len(shown) else "",
        "crumbs": [Link(label="Paie", url=reverse("desk:payroll")), Link(label=f"Lot n°\u00a0{batch.pk}")],
    }
    return framed(request, "desk/payroll_batch.html", context)


def payroll_review(request: ActorRequest, pay_batch_id: int) -> HttpResponse:
    """Sign the review."""
    return _done(
        request,
        pay_batch_id,
        lambda: review_batch(batch_id=pay_batch_id, by=agent_of(request.actor), at=now()),
        "Le lot est relu. Une autre personne de la paie le diffuse.",
    )


def payroll_release(request: ActorRequest, pay_batch_id: int) -> HttpResponse:
    """Open the payslips to their employees."""
    return _done(
        request,
        pay_batch_id,
        lambda: release_batch(batch_id=pay_batch_id, by=agent_of(request.actor), at=now()),
        "Le lot est diffusé\u00a0: chaque salarié lit son bulletin. Imprimez ceux qui partent sur papier.",
    )


def payroll_undo(request: ActorRequest, pay_batch_id: int) -> HttpResponse:
    """Undo the batch wholly."""
    return _done(
        request,
        pay_batch_id,
        lambda: undo_batch(batch_id=pay_batch_id, by=agent_of(request.actor), at=now()),
        "Le lot est annulé\u00a0: aucun salarié n’en a rien vu, et il n’en reste que cette ligne.",
    )


def payroll_match(request: ActorRequest, pay_batch_id: int) -> HttpResponse:
    """Match again what was set aside, after the register changed."""
    try:
        matched = match_again(batch_id=pay_batch_id, by=agent_of(request.actor), at=now())
    except BatchNotFound as stranger:
        raise Http404 from stranger
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request, f"Depuis le registre\u00a0: {words.count(matched, 'bulletin rattaché', 'bulletins rattachés')}."
        )
    return HttpResponseRedirect(reverse("desk:payroll_batch", args=[pay_batch_id]))


def payroll_aside_return(request: ActorRequest, quarantined_id: int) -> HttpResponse:
    """Give pages set aside back to the payroll."""
    try:
        aside = quarantined_in_scope(quarantined_id)
    except PayslipNotFound as stranger:
        raise Http404 from stranger
    return _done(
        request,
        aside.batch_id,
        lambda: return_pages(quarantined_id=quarantined_id, by=agent_of(request.actor), at=now()),
        "Ces pages sont rendues à la paie, qui éditera un bulletin corrigé.",
    )


def payroll_slip(request: ActorRequest, payslip_id: int) -> HttpResponse:
    """The exact bytes of a payslip."""
    try:
        payslip = payslip_in_scope(payslip_id)
    except PayslipNotFound as stranger:
        raise Http404 from stranger
    request.reading.saw([payslip.person_id])
    traced(request, noted_of([payslip], "READ"))
    return _pdf(DocumentStore(settings.DOCUMENT_ROOT).open(payslip.kept), f"bulletin-{payslip.pk}.pdf")


def payroll_aside(request: ActorRequest, quarantined_id: int) -> HttpResponse:
    """The pages set aside, to see whose they could be."""
    try:
        aside = quarantined_in_scope(quarantined_id)
    except PayslipNotFound as stranger:
        raise Http404 from stranger
    return _pdf(DocumentStore(settings.DOCUMENT_ROOT).open(aside.kept), f"quarantaine-page-{aside.first_page}.pdf")


def _figs(batch: PayBatch, own_space: int, paper: int, waiting: int) -> list[Fig]:
    told = "—" if batch.told_net_cents is None else euros_fr(batch.told_net_cents)
    return [
        Fig(label="Bulletins lus", value=words.number(batch.found_count)),
        Fig(label="Dans l’espace du salarié", value=words.number(own_space)),
        Fig(label="Sur papier", value=words.number(paper)),
        Fig(label="En quarantaine", value=words.number(waiting)),
        Fig(label="Total des nets lus", value=euros_fr(batch.found_net_cents)),
        Fig(label="Total annoncé par la paie", value=told),
    ]


def _done(request: ActorRequest, batch_id: int, act: Callable[[], object], said: str) -> HttpResponse:
    tell(request, act, said, strangers=(BatchNotFound,))
    return HttpResponseRedirect(reverse("desk:payroll_batch", args=[batch_id]))


def _batch_or_404(batch_id: int) -> PayBatch:
    try:
        return batch_in_scope(batch_id)
    except BatchNotFound as stranger:
        raise Http404 from stranger


def _net(cents: int | None) -> str:
    return words.NOTHING if cents is None else euros_fr(cents)


def _pdf(content: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": content_disposition_header(as_attachment=False, filename=name) or ""}
    return HttpResponse(content, content_type="application/pdf", headers=headers)
