"""What leaves: a month's sendings by channel and state, what stopped and what to do, the letters that came back."""

from dataclasses import dataclass
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from palier.desk.lists_to_write import write_url
from palier.desk.month_page import job_of
from palier.desk.navigation import framed, opens
from palier.desk.views_month import month_or_404
from palier.dispatch.adapters.remote import ProviderMisdescribed
from palier.dispatch.channels import (
    CHANNELS,
    NATURE_LABELS,
    OUTSIDE,
    RETURN_LABELS,
    STATE_LABELS,
    STATES,
    Nature,
)
from palier.dispatch.operations.asking import OUTBOX_KEY, ask_hand_over
from palier.dispatch.operations.installed import natures
from palier.dispatch.operations.printing import holders_of
from palier.dispatch.operations.returns import (
    NothingToCheck,
    mark_of_picture,
    mark_of_text,
    note_checked,
    note_return,
)
from palier.dispatch.queries.outbox import (
    FaultRow,
    faults_of_month,
    months_sent,
    returns_to_check,
    sendings_of_month,
)
from palier.foundation.clock import now, today
from palier.foundation.errors import Refusal
from palier.foundation.periods import Month
from palier.foundation.queries import latest_work
from palier.leases.listed import Listed
from palier.mail.models import DOCUMENT_KINDS
from palier.web import words
from palier.web.components import Fig, Link, Tag, Tone
from palier.web.requests import ActorRequest

_KIND_LABELS: Final = dict(DOCUMENT_KINDS)
_NATURE_TONES: Final = {Nature.REAL: Tone.OK, Nature.SIMULATED: Tone.WARN, Nature.NOT_VERIFIED: Tone.INFO}
# In the order of a document's life; a column that is empty for all is left out.
_SHOWN_STATES: Final = tuple(code for code, _ in STATES)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelLine:
    """One channel of the month: how many in each state."""

    label: str
    nature: Tag | None
    counts: tuple[tuple[str, int], ...]
    total: int
    write_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultLine:
    """What stopped, in words."""

    channel: str
    state: str
    row: FaultRow


def sendings(request: ActorRequest) -> HttpResponse:
    """A month's sendings; the latest month without one in the address."""
    months = months_sent()
    wanted = request.GET.get("mois", "")
    month = month_or_404(wanted).first_day if wanted else (months[0] if months else Month.of(today()).first_day)
    rows = sendings_of_month(month)
    counts = {(row.channel, row.state): row.sendings for row in rows}
    states = [state for state in _SHOWN_STATES if any(row.state == state for row in rows)]
    try:
        of_channels = natures()
    except ProviderMisdescribed as refusal:
        messages.error(request, str(refusal))
        of_channels = {}
    totals = {code: sum(row.sendings for row in rows if row.channel == code) for code, _ in CHANNELS}
    lines = [
        ChannelLine(
            label=label,
            nature=_nature(of_channels.get(code)),
            counts=tuple((STATE_LABELS[state], counts.get((code, state), 0)) for state in states),
            total=totals[code],
            write_url=write_url(request.actor.role, Listed(code="CHANNEL", word=code, on=month))
            if totals[code]
            else "",
        )
        for code, label in CHANNELS
        if code in of_channels or totals[code]
    ]
    returns = returns_to_check()
    waiting = sum(row.sendings for row in rows if row.channel in OUTSIDE and row.state in ("WAITING", "UNKNOWN"))
    context: dict[str, object] = {
        "month": Month.of(month).label_fr(),
        "states": [STATE_LABELS[state] for state in states],
        "lines": lines,
        "may_write": any(line.write_url for line in lines),
        "faults": [
            FaultLine(channel=dict(CHANNELS)[row.channel], state=STATE_LABELS[row.state], row=row)
            for row in faults_of_month(month)
        ],
        "months": [
            Link(label=words.capital(Month.of(each).label_fr()), url=f"?mois={Month.of(each)}", current=each == month)
            for each in months
        ],
        "figs": _figs(rows_total=sum(row.sendings for row in rows), waiting=waiting, returned=len(returns)),
        "may_hand_over": opens(request.actor.role, "sendings_hand_over"),
        "may_print": opens(request.actor.role, "print_lots"),
        "waiting": waiting,
        "job": job_of(latest_work(OUTBOX_KEY), poll_url="", page_url=reverse("desk:sendings"), at=now()),
    }
    return framed(request, "desk/sendings.html", context)


def sendings_hand_over(request: ActorRequest) -> HttpResponse:
    """Ask for what waits outside to be handed over."""
    try:
        ask_hand_over(actor=request.actor, at=now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "La remise est demandée\u00a0: ce qui est sans réponse est d’abord redemandé.")
    return HttpResponseRedirect(reverse("desk:sendings"))


def returned_mail(request: ActorRequest) -> HttpResponse:
    """The letters that came back, and where one more is noted: by the code of its sheet, typed or on a photo."""
    if request.method == "POST":
        return _noted(request)
    rows = returns_to_check()
    request.reading.saw(holders_of([row.lease_id for row in rows]))
    context: dict[str, object] = {
        "rows": [(row, _KIND_LABELS[row.kind], RETURN_LABELS[row.return_reason]) for row in rows],
        "reasons": list(RETURN_LABELS.items()),
        "crumbs": [Link(label="Envois", url=reverse("desk:sendings")), Link(label="Courrier revenu")],
    }
    return framed(request, "desk/returned_mail.html", context)


def returned_checked(request: ActorRequest, returned_id: int) -> HttpResponse:
    """The address was looked at."""
    try:
        lease_id = note_checked(returned_id, actor=request.actor, at=now())
    except NothingToCheck as error:
        raise Http404 from error
    request.reading.saw(holders_of([lease_id]))
    messages.success(request, "Adresse vérifiée\u00a0: ce pli n’est plus à regarder. Rien n’est renvoyé de soi-même.")
    return HttpResponseRedirect(reverse("desk:returned_mail"))


def _noted(request: ActorRequest) -> HttpResponse:
    photo = request.FILES.get("photo")
    try:
        mark = mark_of_picture(photo.read()) if photo is not None else mark_of_text(request.POST.get("code", "")[:60])
        sending = note_return(mark, reason=request.POST.get("raison", ""), actor=request.actor, at=now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        request.reading.saw(holders_of([sending.lease_id]))
        told = f"{sending.document.number}, bail {sending.lease.reference}"
        messages.success(request, f"Noté revenu\u00a0: {told}. L’adresse est à vérifier.")
    return HttpResponseRedirect(reverse("desk:returned_mail"))


def _figs(*, rows_total: int, waiting: int, returned: int) -> list[Fig]:
    return [
        Fig(label="Envois du mois", value=words.number(rows_total)),
        Fig(label="À remettre ou sans réponse", value=words.number(waiting)),
        Fig(label="Plis revenus à vérifier", value=words.number(returned), url=reverse("desk:returned_mail")),
    ]


def _nature(nature: Nature | None) -> Tag | None:
    return None if nature is None else Tag(label=NATURE_LABELS[nature], tone=_NATURE_TONES[nature])
