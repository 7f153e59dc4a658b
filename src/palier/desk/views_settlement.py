"""The lettering of an account: which payment settled which debt and why, each term’s paper, what agents did by hand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from palier.banking.models import Payment, Settlement
from palier.banking.queries.payments import CreditRow, Credits, PaymentRow, Payments, Settled, credits_of, payments_of
from palier.desk.account_tabs import account_tabs
from palier.desk.answers import strangers_get_404
from palier.desk.labels import labels_of
from palier.desk.navigation import address, framed
from palier.desk.tracing import trace_of
from palier.desk.views_leases import _crumbs, _facts, _names, _verb
from palier.foundation.clock import day_of, now, today
from palier.foundation.errors import Refusal
from palier.foundation.money import euros_fr
from palier.foundation.periods import day_fr
from palier.leases.access import account_in_scope
from palier.leases.queries.lease import occupants_of
from palier.privacy.rights import may_open
from palier.quittancement.models import RECEIPT_KINDS, Lettering
from palier.quittancement.operations.lettering import LetteringNotFound, letter, part
from palier.quittancement.queries.settlement import Debt, LetteringRow, debts_of, letterings_of
from palier.quittancement.rules.lettering import letters
from palier.web.choices import CHOOSE, offer
from palier.web.components import Tag, Tone
from palier.web.requests import ActorRequest

GROUNDS: Final = labels_of(Settlement, "ground")
MEANS: Final = labels_of(Payment, "means")
REASONS: Final = labels_of(Lettering, "reason")
UNDONE: Final = labels_of(Lettering, "undone_reason")
# What an agent says when they part them; the third reason is the register's own.
PARTED: Final = ("MISTAKE", "REVOKED")
PAPERS: Final = dict(RECEIPT_KINDS)
_LATEST: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class DebtLine:
    """A debt as the page shows it: its state, its letter, what settled it and the paper that proves it."""

    debt: Debt
    letter: str
    state: Tag
    settled: tuple[tuple[str, int, str], ...]
    paper: str
    paper_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentLine:
    """A payment, its letter and what is left of it."""

    row: PaymentRow
    letter: str
    means: str
    left_cents: int
    settled: tuple[tuple[Settled, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditLine:
    """What the landlord owes without a payment, its letter and what is left of it."""

    row: CreditRow
    letter: str
    left_cents: int
    settled: tuple[tuple[Settled, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LetteringLine:
    """What an agent put together, and what became of it."""

    row: LetteringRow
    reason: str
    suite: str


class LetteringForm(forms.Form):
    """A payment, a debt of the same amount, and why the agent departs from the order of the law."""

    payment = forms.TypedChoiceField(label="Paiement", coerce=int, choices=[], error_messages=CHOOSE)
    debt = forms.TypedChoiceField(label="Dette du même montant", coerce=int, choices=[], error_messages=CHOOSE)
    reason = forms.ChoiceField(
        label="Raison",
        choices=[("", "Choisir"), *((code, label[0].upper() + label[1:]) for code, label in REASONS.items())],
        error_messages=CHOOSE,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Account:
    """All that the page reads of an account."""

    paid: Payments
    credits: Credits
    debts: Sequence[Debt]
    letterings: Sequence[LetteringRow]

    @property
    def agreeing(self) -> tuple[list[PaymentRow], list[Debt]]:
        """The payments and the debts that some other side equals and that no agent has lettered yet."""
        held = [row for row in self.letterings if row.holds]
        payments = [
            row
            for row in self.paid.rows
            if row.taken_back_on is None and row.id not in {each.payment_id for each in held}
        ]
        debts = [
            debt
            for debt in self.debts
            if debt.amount_cents > 0 and not debt.is_taken_back and debt.entry_id not in {each.debt_id for each in held}
        ]
        amounts = {row.amount_cents for row in payments} & {debt.amount_cents for debt in debts}
        return (
            [row for row in payments if row.amount_cents in amounts],
            [debt for debt in debts if debt.amount_cents in amounts],
        )


@strangers_get_404
def account_settlement(request: ActorRequest, account_id: int) -> HttpResponseBase:
    """Each debt with what settled it and by which step of the law, each payment with what it settled."""
    return _page(request, account_id, LetteringForm())


@strangers_get_404
def account_letter(request: ActorRequest, account_id: int) -> HttpResponseBase:
    """Put a payment and a debt together, for a reason of the list."""
    account_in_scope(account_id)
    form = LetteringForm(request.POST)
    _offer(form, _read(account_id))
    if form.is_valid():
        try:
            letter(
                account_id=account_id,
                payment_id=form.cleaned_data["payment"],
                debt_id=form.cleaned_data["debt"],
                reason=form.cleaned_data["reason"],
                actor=request.actor,
                at=now(),
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Le paiement et la dette sont lettrés. Le reste suit l’ordre de la loi.")
            return HttpResponseRedirect(reverse("desk:account_settlement", args=[account_id]))
    return _page(request, account_id, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@strangers_get_404
def account_part(request: ActorRequest, account_id: int, lettering_id: int) -> HttpResponseBase:
    """Undo a lettering by the opposite settlement."""
    account_in_scope(account_id)
    reason = request.POST.get("motif", "")
    if reason not in PARTED:
        raise Http404
    try:
        part(lettering_id=lettering_id, account_id=account_id, reason=reason, actor=request.actor, at=now())
    except LetteringNotFound as stranger:
        raise Http404 from stranger
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Le lettrage est défait. L’ordre de la loi s’applique de nouveau.")
    return HttpResponseRedirect(reverse("desk:account_settlement", args=[account_id]))


def _read(account_id: int) -> _Account:
    return _Account(
        paid=payments_of(account_id, open_entries=[], limit=_LATEST),
        credits=credits_of(account_id, limit=_LATEST),
        debts=debts_of(account_id, limit=_LATEST),
        letterings=letterings_of(account_id),
    )


def _offer(form: LetteringForm, known: _Account) -> bool:
    """Offer the pairs that agree; False when there is none."""
    payments, debts = known.agreeing
    offer(
        form,
        "payment",
        [
            ("", "Choisir"),
            *(
                (row.id, f"{day_fr(row.received_on)}, {MEANS[row.means]}, {euros_fr(row.amount_cents)}")
                for row in payments
            ),
        ],
    )
    offer(
        form,
        "debt",
        [
            ("", "Choisir"),
            *((debt.entry_id, f"{debt.label}, {euros_fr(debt.amount_cents)}") for debt in debts),
        ],
    )
    return bool(payments)


def _page(request: ActorRequest, account_id: int, form: LetteringForm, *, status: int = HTTPStatus.OK) -> HttpResponse:
    role = request.actor.role
    here = account_in_scope(account_id)
    occupants = occupants_of(here.id)
    request.reading.saw(occupant.person_id for occupant in occupants if occupant.role != "OCCUPANT")
    known = _read(account_id)
    agrees = _offer(form, known)
    may_write = may_open(role, "desk:account_letter")
    names = _names(occupants)
    codes = _letters(known)
    context: dict[str, object] = {
        "names": names,
        "facts": _facts(here),
        "account_id": account_id,
        "tabs": account_tabs(role, lease_id=here.id, account_id=account_id, here="account_settlement"),
        "debts": [_debt_line(request, debt, known, codes) for debt in known.debts],
        "payments": [_payment_line(row, known, codes) for row in known.paid.rows],
        "credits": [_credit_line(row, known, codes) for row in known.credits.rows],
        "letterings": [_lettering_line(row) for row in known.letterings],
        "form": form if may_write and (agrees or form.errors) else None,
        "may_write": may_write,
        "parted": [(code, UNDONE[code]) for code in PARTED],
        "trace": trace_of(request),
        "verb": _verb(occupants),
        "crumbs": _crumbs(request, here, names),
    }
    return framed(request, "desk/account_settlement.html", context, status=status)


def _letters(known: _Account) -> Mapping[tuple[str, int], str]:
    pairs = [
        ((kind, part.source_id), ("debt", part.debt_id))
        for kind, settled in (("payment", known.paid.settled), ("credit", known.credits.settled))
        for parts in settled.values()
        for part in parts
    ]
    left: dict[tuple[str, int], int] = {("debt", debt.entry_id): debt.left_cents for debt in known.debts}
    left |= {("payment", row.id): _left(row, known) for row in known.paid.rows}
    left |= {("credit", row.id): _left_of_credit(row, known) for row in known.credits.rows}
    order = [("debt", debt.entry_id) for debt in reversed(known.debts)]
    order += [("payment", row.id) for row in reversed(known.paid.rows)]
    order += [("credit", row.id) for row in reversed(known.credits.rows)]
    return letters(pairs, left, order)


def _left(row: PaymentRow, known: _Account) -> int:
    if row.taken_back_on:
        return 0
    return row.amount_cents - sum(part.cents for part in known.paid.settled.get(row.id, ()))


def _left_of_credit(row: CreditRow, known: _Account) -> int:
    if row.is_taken_back:
        return 0
    return row.amount_cents - sum(part.cents for part in known.credits.settled.get(row.id, ()))


def _debt_line(request: ActorRequest, debt: Debt, known: _Account, codes: Mapping[tuple[str, int], str]) -> DebtLine:
    told = {row.id: f"{MEANS[row.means].capitalize()} du {day_fr(row.received_on)}" for row in known.paid.rows}
    owed = {row.id: f"{row.label}, du {day_fr(row.credited_on)}" for row in known.credits.rows}
    settled = [
        (names[part.source_id], part.cents, GROUNDS[part.ground])
        for names, settled_by in ((told, known.paid.settled), (owed, known.credits.settled))
        for parts in settled_by.values()
        for part in parts
        if part.debt_id == debt.entry_id
    ]
    may_see = debt.document_id is not None and debt.has_pdf
    return DebtLine(
        debt=debt,
        letter=codes.get(("debt", debt.entry_id), ""),
        state=_state(debt),
        settled=tuple(settled),
        paper=f"{PAPERS[debt.receipt_kind].capitalize()} {debt.receipt_number}" if debt.receipt_kind else "",
        paper_url=address(request.actor.role, "document_pdf", debt.document_id) if may_see else "",
    )


def _state(debt: Debt) -> Tag:
    if debt.is_taken_back:
        return Tag(label="avis repris")
    if debt.amount_cents <= 0:
        return Tag(label="rien à payer", tone=Tone.OK)
    if debt.left_cents <= 0:
        return Tag(label="soldé", tone=Tone.OK)
    if debt.left_cents < debt.amount_cents:
        return Tag(label="réglé en partie", tone=Tone.WARN)
    return Tag(label="en retard", tone=Tone.BAD) if debt.due_on < today() else Tag(label="à venir")


def _payment_line(row: PaymentRow, known: _Account, codes: Mapping[tuple[str, int], str]) -> PaymentLine:
    return PaymentLine(
        row=row,
        letter=codes.get(("payment", row.id), ""),
        means=MEANS[row.means].capitalize(),
        left_cents=_left(row, known),
        settled=tuple((part, GROUNDS[part.ground]) for part in known.paid.settled.get(row.id, ())),
    )


def _credit_line(row: CreditRow, known: _Account, codes: Mapping[tuple[str, int], str]) -> CreditLine:
    return CreditLine(
        row=row,
        letter=codes.get(("credit", row.id), ""),
        left_cents=_left_of_credit(row, known),
        settled=tuple((part, GROUNDS[part.ground]) for part in known.credits.settled.get(row.id, ())),
    )


def _lettering_line(row: LetteringRow) -> LetteringLine:
    if row.undone_at is not None:
        suite = f"défait le {day_fr(day_of(row.undone_at))}\u00a0: {UNDONE[row.undone_reason]}"
    else:
        suite = "" if row.holds else UNDONE["LAPSED"]
    return LetteringLine(row=row, reason=REASONS[row.reason], suite=suite)
