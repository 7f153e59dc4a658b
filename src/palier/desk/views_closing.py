"""The periods of the books, and the closing of a month: what is missing, the bank to the cent, two signatures."""

from dataclasses import dataclass
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from palier.closing.models import Waiver
from palier.closing.operations.close import close_month, waive_item
from palier.closing.operations.stating import state_by_hand
from palier.closing.queries import Reconciled, Unmatched, closing_list, reconciled, signed_acts, unmatched
from palier.closing.rules import Item, ItemState
from palier.desk.book_papers import PRINTED_LINES, as_pdf, reconciliation_paper
from palier.desk.forms_books import StatedForm
from palier.desk.labels import labels_of
from palier.desk.navigation import address, framed
from palier.desk.views_books import book_tabs
from palier.desk.views_month import month_or_404
from palier.foundation.clock import now, today
from palier.foundation.errors import Refusal
from palier.foundation.money import cents_from_text
from palier.foundation.periods import Month
from palier.ledger.models import PERIOD_ACTS, Period, PeriodAct
from palier.ledger.operations.periods import abandon_act, lock_period, reopen_period
from palier.web import words
from palier.web.components import Link, Tag, Tone
from palier.web.requests import ActorRequest

ACTS: Final = dict(PERIOD_ACTS)
REASONS: Final = labels_of(PeriodAct, "reason")
WAIVERS: Final = labels_of(Waiver, "reason")
STATES: Final = labels_of(Period, "state")
SHOWN_MONTHS: Final = 14
SHOWN_DIFFERENCES: Final = 50
_TONES: Final = {"OPEN": Tone.NEUTRAL, "CLOSED": Tone.OK, "LOCKED": Tone.INFO}
# Where each line of the list is worked on; one that is done outside the desk is said without a link.
_PAGES: Final = {
    "RUN": "month",
    "SET_ASIDE": "month",
    "NOTICES": "month",
    "DEBITS": "debits",
    "STATEMENTS": "bank",
    "TO_REVIEW": "bank_worklist",
    "MANUAL": "books_manual",
    "SUSPENSE": "books_account",
    "AID": "books_account",
    "BOOKS": "books",
}
_ACCOUNTS: Final = {"SUSPENSE": "ATT-BANQUE", "AID": "CAF-APL"}
_MARKS: Final = {
    ItemState.DONE: Tag(label="fait", tone=Tone.OK),
    ItemState.MISSING: Tag(label="manque", tone=Tone.WARN),
    ItemState.WAIVED: Tag(label="écarté", tone=Tone.INFO),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodLine:
    """A month in the list of periods."""

    month: str
    label: str
    url: str
    tag: Tag
    state: str
    asked: str
    asked_code: str
    may_sign: bool
    acts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckLine:
    """A line of the list, and where it is worked on."""

    item: Item
    tag: Tag
    url: str

    @property
    def is_missing(self) -> bool:
        return self.item.state is ItemState.MISSING


@dataclass(frozen=True, slots=True, kw_only=True)
class BankLine:
    """A bank account beside the books, and the form that states what its paper says."""

    row: Reconciled
    form: StatedForm
    agrees: bool


# --- Periods ---------------------------------------------------------------------------------------------------------


def books_periods(request: ActorRequest) -> HttpResponseBase:
    """The last months and their state; reopening and locking, asked by one and signed by another."""
    if request.method == "POST":
        return _acted(request)
    known = {each.month: each for each in Period.objects.order_by("-month")[:120]}
    month = Month.of(today())
    lines: list[PeriodLine] = []
    while len(lines) < SHOWN_MONTHS:
        lines.append(_period_line(request, month, known.get(month.first_day)))
        month = month.previous()
    context: dict[str, object] = {
        "tabs": book_tabs("books_periods"),
        "periods": lines,
        "history": [
            (
                words.instant(each.signed_at),
                f"{ACTS[each.act].capitalize()} {Month.of(each.month).of_fr()}",
                REASONS[each.reason],
                f"demandée par {each.asked_by}, signée par {each.signed_by}",
            )
            for each in signed_acts()
        ],
    }
    return framed(request, "desk/books_periods.html", context)


def _period_line(request: ActorRequest, month: Month, period: Period | None) -> PeriodLine:
    state = period.state if period is not None else "OPEN"
    asked = period.asked if period is not None else ""
    return PeriodLine(
        month=str(month),
        label=month.label_fr().capitalize(),
        url=reverse("desk:books_close", args=[str(month)]),
        tag=Tag(label=STATES[state], tone=_TONES[state]),
        state=state,
        asked=f"{ACTS[asked]} demandée" if asked else "",
        asked_code=asked,
        may_sign=bool(asked) and period is not None and period.asked_by != request.actor.agent_id,
        acts=("REOPEN", "LOCK") if state == "CLOSED" and not asked else (),
    )


def _acted(request: ActorRequest) -> HttpResponseRedirect:
    month, act = month_or_404(request.POST.get("mois", "")), request.POST.get("acte", "")
    try:
        if act == "REOPEN":
            outcome = reopen_period(month=month, reason="ERROR", actor=request.actor, at=now())
        elif act == "LOCK":
            outcome = lock_period(month=month, reason="YEAR_END", actor=request.actor, at=now())
        elif act == "ABANDON":
            abandon_act(month=month)
            messages.success(request, "La demande est abandonnée.")
            return HttpResponseRedirect(reverse("desk:books_periods"))
        else:
            raise Http404
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        said = f"La période est {STATES[outcome.state]}." if outcome.is_signed else "Une autre personne doit signer."
        messages.success(request, said)
    return HttpResponseRedirect(reverse("desk:books_periods"))


# --- Closing ---------------------------------------------------------------------------------------------------------


def books_close(request: ActorRequest, month: str) -> HttpResponseBase:
    """What a month lacks, each line with its page; waiving, stating a balance, closing."""
    period = month_or_404(month)
    if request.method == "POST":
        return _worked(request, period)
    if request.GET.get("format") == "pdf":
        found = [(row, _explained(row, limit=PRINTED_LINES + 1)) for row in reconciled(on=period.last_day)]
        return as_pdf(reconciliation_paper(period, found))
    return _close_page(request, period)


def _explained(row: Reconciled, *, limit: int) -> list[Unmatched]:
    """What one side has and the other has not, when the account differs."""
    return unmatched(row.bank_account_id, on=row.on, limit=limit) if row.difference_cents else []


def _close_page(
    request: ActorRequest, period: Month, wrong: StatedForm | None = None, *, status: int = 200
) -> HttpResponseBase:
    found = closing_list(period)
    held = Period.objects.filter(month=period.first_day).first()
    banks = reconciled(on=period.last_day)
    state = held.state if held is not None else "OPEN"
    context: dict[str, object] = {
        "title": f"Clôture {period.of_fr()}",
        "month": str(period),
        "tag": Tag(label=STATES[state], tone=_TONES[state]),
        "is_open": state == "OPEN",
        "lines": [
            CheckLine(item=item, tag=_MARKS[item.state], url=_where(request, item.code, period)) for item in found.items
        ],
        "missing": words.count(len(found.missing), "point manque", "points manquent") if found.missing else "",
        "waivers": [(code, words.capital(label)) for code, label in WAIVERS.items()],
        "is_asked": held is not None and held.asked == "CLOSE",
        "asked_by_me": held is not None and held.asked_by == request.actor.agent_id,
        "banks": [_bank_line(each, wrong) for each in banks],
        "differences": [line for each in banks for line in _explained(each, limit=SHOWN_DIFFERENCES)],
        "crumbs": [
            Link(label="Périodes", url=reverse("desk:books_periods")),
            Link(label=period.label_fr().capitalize()),
        ],
    }
    return framed(request, "desk/books_close.html", context, status=status)


def _bank_line(row: Reconciled, wrong: StatedForm | None) -> BankLine:
    is_wrong = wrong is not None and wrong["bank_account"].value() == str(row.bank_account_id)
    fresh = StatedForm(initial={"bank_account": row.bank_account_id}, label_suffix="", prefix=None)
    return BankLine(row=row, form=wrong if wrong is not None and is_wrong else fresh, agrees=row.difference_cents == 0)


def _where(request: ActorRequest, code: str, period: Month) -> str:
    name = _PAGES.get(code)
    if name is None:
        return ""
    if name == "month":
        return address(request.actor.role, name, str(period))
    place = address(request.actor.role, name)
    if code in _ACCOUNTS:
        return f"{place}?code={_ACCOUNTS[code]}&mois={period}" if place else ""
    return place


def _worked(request: ActorRequest, period: Month) -> HttpResponseBase:
    here = HttpResponseRedirect(reverse("desk:books_close", args=[str(period)]))
    act = request.POST.get("acte", "")
    if act == "SOLDE":
        form = StatedForm(request.POST, label_suffix="")
        if not form.is_valid():
            return _close_page(request, period, form, status=422)
    try:
        if act == "ECARTER":
            waive_item(
                month=period,
                item=request.POST.get("point", ""),
                reason=_known(request.POST.get("motif", "")),
                actor=request.actor,
                at=now(),
            )
            messages.success(request, "Le point est écarté pour ce mois.")
        elif act == "CLORE":
            outcome = close_month(month=period, reason="MONTH_END", actor=request.actor, at=now())
            messages.success(
                request, "Le mois est clos." if outcome.is_signed else "La clôture attend une autre personne."
            )
        elif act == "SOLDE":
            state_by_hand(
                bank_account_id=form.cleaned_data["bank_account"],
                on=form.cleaned_data["on"],
                balance_cents=cents_from_text(form.cleaned_data["balance"].replace(",", ".").replace("\u2212", "-")),
                actor=request.actor,
                at=now(),
            )
            messages.success(request, "Le solde du relevé est gardé.")
        else:
            raise Http404
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return here


def _known(reason: str) -> str:
    if reason not in WAIVERS:
        raise Http404
    return reason
