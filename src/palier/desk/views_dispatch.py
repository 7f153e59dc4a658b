"""What leaves: a month's sendings by channel and state, what stopped and what to do, the letters that came back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from palier.admission.operations.coming_back import is_of_a_letter, note_letter_checked, note_letter_return
from palier.admission.queries import LetterBackRow, letters_back
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
    CountRow,
    FaultRow,
    ReturnRow,
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
from palier.mail.print_lot import SheetMark
from palier.web import words
from palier.web.components import Fig, Link, Tag, Tone
from palier.web.requests import ActorRequest

_ACCESS: Final = ("CONNEXION",)
_KIND_LABELS: Final = dict(DOCUMENT_KINDS)
_NATURE_TONES: Final = {Nature.REAL: Tone.OK, Nature.SIMULATED: Tone.WARN, Nature.NOT_VERIFIED: Tone.INFO}
# In the order of a document's life; a column that is empty for all is left out.
_SHOWN_STATES: Final = tuple(code for code, _ in STATES)
_SERVED: Final = (
    "Ce code a servi avant le retour de la lettre\u00a0: appelez la personne, et fermez l’accès si ce n’est pas elle."
)
# By whether the code of a letter had served before it came back.
_CODE_SAID: Final = {
    False: "Lettre d’accès, son code ne sert plus",
    True: "Lettre d’accès, son code a servi avant le retour\u00a0: appelez la personne",
}


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


@dataclass(frozen=True, slots=True, kw_only=True)
class BackLine:
    """One letter that came back, in words, and where its address is said to be right."""

    row: ReturnRow | LetterBackRow
    kind: str
    reason: str
    checked_url: str


def sendings(request: ActorRequest) -> HttpResponse:
    """A month's sendings; the latest month without one in the address."""
    months = months_sent()
    wanted = request.GET.get("mois", "")
    month = month_or_404(wanted).first_day if wanted else (months[0] if months else Month.of(today()).first_day)
    rows = sendings_of_month(month)
    states = [state for state in _SHOWN_STATES if any(row.state == state for row in rows)]
    back = len(returns_to_check()) + len(_letters(request))
    waiting = sum(row.sendings for row in rows if row.channel in OUTSIDE and row.state in ("WAITING", "UNKNOWN"))
    lines = _channel_lines(request, rows, month=month, states=states, of_channels=_natures_told(request))
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
        "figs": _figs(rows_total=sum(row.sendings for row in rows), waiting=waiting, returned=back),
        "may_hand_over": opens(request.actor.role, "sendings_hand_over"),
        "may_print": opens(request.actor.role, "print_lots"),
        "waiting": waiting,
        "job": job_of(latest_work(OUTBOX_KEY), poll_url="", page_url=reverse("desk:sendings"), at=now()),
    }
    return framed(request, "desk/sendings.html", context)


def _natures_told(request: ActorRequest) -> dict[str, Nature]:
    try:
        return natures()
    except ProviderMisdescribed as refusal:
        messages.error(request, str(refusal))
        return {}


def _channel_lines(
    request: ActorRequest,
    rows: Sequence[CountRow],
    *,
    month: date,
    states: Sequence[str],
    of_channels: Mapping[str, Nature],
) -> list[ChannelLine]:
    counts = {(row.channel, row.state): row.sendings for row in rows}
    totals = {code: sum(row.sendings for row in rows if row.channel == code) for code, _ in CHANNELS}
    return [
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
    status = 200
    if request.method == "POST":
        if _is_noted(request):
            return HttpResponseRedirect(reverse("desk:returned_mail"))
        status = 422
    rows, letters = returns_to_check(), _letters(request)
    request.reading.saw(holders_of([row.lease_id for row in rows], on=today()))
    if letters:
        request.reading.saw([letter.person_id for letter in letters], *_ACCESS)
    back = [
        *(_back_line(row, _envelope(row), "returned_checked") for row in rows),
        *(_back_line(letter, _CODE_SAID[letter.had_served], "returned_letter_checked") for letter in letters),
    ]
    context: dict[str, object] = {
        "rows": sorted(back, key=lambda line: line.row.returned_at, reverse=True),
        "reasons": list(RETURN_LABELS.items()),
        # What a refusal leaves as it was typed; a photo has to be chosen again.
        "typed": {"code": request.POST.get("code", "")[:60], "reason": request.POST.get("raison", "")},
        "crumbs": [Link(label="Envois", url=reverse("desk:sendings")), Link(label="Courrier revenu")],
    }
    return framed(request, "desk/returned_mail.html", context, status=status)


def _letters(request: ActorRequest) -> list[LetterBackRow]:
    """Of access, for those who may act on them."""
    return letters_back() if opens(request.actor.role, "returned_letter_checked") else []


def _envelope(row: ReturnRow) -> str:
    with_it = f", et {words.count(row.with_it, 'feuille')} de la même enveloppe" if row.with_it else ""
    return f"{_KIND_LABELS[row.kind]}{with_it}"


def _back_line(row: ReturnRow | LetterBackRow, kind: str, checked: str) -> BackLine:
    return BackLine(
        row=row,
        kind=kind,
        reason=RETURN_LABELS[row.return_reason],
        checked_url=reverse(f"desk:{checked}", args=[row.id]),
    )


def returned_checked(request: ActorRequest, returned_id: int) -> HttpResponse:
    """The address was looked at."""
    try:
        lease_id = note_checked(returned_id, actor=request.actor, at=now())
    except NothingToCheck as error:
        raise Http404 from error
    request.reading.saw(holders_of([lease_id], on=today()))
    messages.success(request, "Adresse vérifiée\u00a0: ce pli n’est plus à regarder. Rien n’est renvoyé de soi-même.")
    return HttpResponseRedirect(reverse("desk:returned_mail"))


def returned_letter_checked(request: ActorRequest, access_letter_id: int) -> HttpResponse:
    """The address of a letter of access was looked at: another may be prepared."""
    try:
        person_id = note_letter_checked(access_letter_id, actor=request.actor, at=now())
    except NothingToCheck as error:
        raise Http404 from error
    request.reading.saw([person_id])
    messages.success(request, "Adresse vérifiée\u00a0: préparez une autre lettre si la personne est bien là.")
    return HttpResponseRedirect(reverse("desk:returned_mail"))


def _is_noted(request: ActorRequest) -> bool:
    """Whether it was; the sentence says it either way."""
    photo = request.FILES.get("photo")
    try:
        mark = mark_of_picture(photo.read()) if photo is not None else mark_of_text(request.POST.get("code", "")[:60])
        told = _note(request, mark, reason=request.POST.get("raison", ""))
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return False
    messages.add_message(request, *told)
    return True


def _note(request: ActorRequest, mark: SheetMark, *, reason: str) -> tuple[int, str]:
    if is_of_a_letter(mark):
        letter = note_letter_return(mark, reason=reason, actor=request.actor, at=now())
        request.reading.saw([letter.person_id], *_ACCESS)
        if letter.had_served:
            return messages.WARNING, f"Noté revenu\u00a0: {letter.number}. {_SERVED}"
        told = f"Noté revenu\u00a0: {letter.number}. Son code ne sert plus, l’adresse est à vérifier."
        return messages.SUCCESS, told
    sending = note_return(mark, reason=reason, actor=request.actor, at=now())
    request.reading.saw(holders_of([sending.lease_id], on=today()))
    told = f"{sending.document.number}, bail {sending.lease.reference}"
    return messages.SUCCESS, f"Noté revenu\u00a0: {told}. L’adresse est à vérifier."


def _figs(*, rows_total: int, waiting: int, returned: int) -> list[Fig]:
    return [
        Fig(label="Envois du mois", value=words.number(rows_total)),
        Fig(label="À remettre ou sans réponse", value=words.number(waiting)),
        Fig(label="Plis revenus à vérifier", value=words.number(returned), url=reverse("desk:returned_mail")),
    ]


def _nature(nature: Nature | None) -> Tag | None:
    return None if nature is None else Tag(label=NATURE_LABELS[nature], tone=_NATURE_TONES[nature])
