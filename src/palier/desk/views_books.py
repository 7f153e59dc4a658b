"""The books on screen: trial balance, general ledger of an account, manual entries, chart of accounts."""

from dataclasses import dataclass
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from palier.banking.operations.manual import enter_by_hand, sign_entry_by_hand
from palier.desk.book_papers import PRINTED_LINES, as_pdf, balance_paper, ledger_paper
from palier.desk.forms_books import REASONS, ManualEntryForm
from palier.desk.navigation import address, framed
from palier.desk.views_month import month_or_404
from palier.foundation.clock import now, today
from palier.foundation.errors import Refusal
from palier.foundation.money import euros_fr
from palier.foundation.periods import Month
from palier.ledger.books import (
    BalanceRow,
    LedgerLine,
    chart,
    general_ledger,
    numbers_of_accounts,
    opening_of,
    trial_balance,
)
from palier.ledger.chart import TENANTS_CODE
from palier.ledger.models import Account, ManualEntry
from palier.ledger.operations.manual import SECOND_SIGNATURE_CENTS
from palier.ledger.operations.numbering import number_account
from palier.privacy.declare import Role
from palier.web import words
from palier.web.components import Link
from palier.web.exports import ROW_LIMIT, export_response
from palier.web.requests import ActorRequest
from palier.web.table_view import view_of
from palier.web.tables import Column, Kind, OnPhone, Table, read_state

SHOWN_MANUAL: Final = 60


def book_tabs(here: str) -> list[Link]:
    """The pages of the books."""
    tabs = {
        "books": "Balance",
        "books_periods": "Périodes et clôture",
        "books_manual": "Écritures manuelles",
        "books_chart": "Plan de comptes",
    }
    return [Link(label=label, url=reverse(f"desk:{name}"), current=name == here) for name, label in tabs.items()]


def _month_asked(request: ActorRequest) -> Month:
    asked = request.GET.get("mois", "")
    return month_or_404(asked) if asked else Month.of(today())


# --- Trial balance ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberedRow:
    """A row of the balance with its number in the chart."""

    number: str
    row: BalanceRow
    month: Month


def _account_url(line: NumberedRow) -> str:
    if line.row.code == TENANTS_CODE:
        return ""
    return f"{reverse('desk:books_account')}?code={line.row.code}&mois={line.month}"


BALANCE: Final = Table[NumberedRow](
    code="balance",
    caption="Balance générale, montants en euros",
    default_sort="numero",
    columns=(
        Column(code="numero", label="Numéro", value=lambda line: line.number or "sans numéro", on_phone=OnPhone.SHOWN),
        Column(
            code="compte",
            label="Compte",
            value=lambda line: line.row.label,
            url=_account_url,
            fixed=True,
            on_phone=OnPhone.TITLE,
        ),
        Column(code="report", label="Report", value=lambda line: line.row.opening_cents, kind=Kind.MONEY),
        Column(code="debit", label="Débit", value=lambda line: line.row.debit_cents, kind=Kind.MONEY),
        Column(code="credit", label="Crédit", value=lambda line: line.row.credit_cents, kind=Kind.MONEY),
        Column(
            code="solde",
            label="Solde",
            value=lambda line: line.row.closing_cents,
            kind=Kind.MONEY,
            on_phone=OnPhone.LABELLED,
        ),
    ),
)


def books(request: ActorRequest) -> HttpResponseBase:
    """The trial balance of a month, on screen, as a sheet, as a PDF."""
    period = _month_asked(request)
    numbers = numbers_of_accounts()
    found = trial_balance(first_day=period.first_day, last_day=period.last_day)
    rows = sorted(
        (NumberedRow(number=numbers.get(row.code, ""), row=row, month=period) for row in found),
        key=lambda line: (line.number, line.row.code),
    )
    wanted = request.GET.get("format", "")
    state = read_state(BALANCE, request.GET)
    if wanted == "pdf":
        return as_pdf(balance_paper(period, [(line.number, line.row) for line in rows]))
    if wanted:
        return export_response(BALANCE, state, rows, wanted=wanted, name=f"balance {period}", on=today())
    totals = {
        "report": sum(line.row.opening_cents for line in rows),
        "debit": sum(line.row.debit_cents for line in rows),
        "credit": sum(line.row.credit_cents for line in rows),
        "solde": sum(line.row.closing_cents for line in rows),
    }
    context: dict[str, object] = {
        "title": f"Balance {period.of_fr()}",
        "month": str(period),
        "tabs": book_tabs("books"),
        "view": view_of(BALANCE, state, rows, totals=totals, totals_label="Ensemble"),
        "pdf": True,
        "is_empty": not rows,
    }
    return framed(request, "desk/books.html", context)


# --- General ledger --------------------------------------------------------------------------------------------------

LEDGER: Final = Table[LedgerLine](
    code="grand-livre",
    caption="Grand livre d’un compte, montants en euros, solde progressif",
    default_sort="date",
    columns=(
        Column(code="date", label="Date", value=lambda line: line.booked_on, kind=Kind.DATE, on_phone=OnPhone.SHOWN),
        Column(
            code="piece",
            label="Pièce",
            value=lambda line: f"{line.journal}-{line.number}",
            fixed=True,
            on_phone=OnPhone.TITLE,
        ),
        Column(code="libelle", label="Libellé", value=lambda line: line.label, on_phone=OnPhone.SHOWN),
        Column(
            code="debit",
            label="Débit",
            value=lambda line: max(line.amount_cents, 0) or None,
            kind=Kind.MONEY,
            on_phone=OnPhone.LABELLED,
        ),
        Column(
            code="credit",
            label="Crédit",
            value=lambda line: max(-line.amount_cents, 0) or None,
            kind=Kind.MONEY,
            on_phone=OnPhone.LABELLED,
        ),
        Column(
            code="solde",
            label="Solde",
            value=lambda line: line.balance_cents,
            kind=Kind.MONEY,
            on_phone=OnPhone.LABELLED,
        ),
    ),
)
SHOWN_LINES: Final = 200


def books_account(request: ActorRequest) -> HttpResponseBase:
    """The general ledger of one general account over a month; a tenant's account has its own page."""
    period = _month_asked(request)
    account = Account.objects.filter(code=request.GET.get("code", ""), kind="GENERAL").first()
    if account is None:
        raise Http404
    wanted = request.GET.get("format", "")
    lines = general_ledger(
        account.pk,
        first_day=period.first_day,
        last_day=period.last_day,
        limit=ROW_LIMIT if wanted else PRINTED_LINES + 1,
    )
    state = read_state(LEDGER, request.GET)
    opening = opening_of(account.pk, on=period.first_day)
    # A longer month is a file, not a paper: the link to it is not shown.
    may_print = len(lines) <= PRINTED_LINES
    if wanted == "pdf":
        if not may_print:
            raise Http404
        number = numbers_of_accounts().get(account.code, "")
        return as_pdf(ledger_paper(period, f"{number} {account.label}".strip(), opening, lines, code=account.code))
    if wanted:
        name = f"grand livre {account.code} {period}"
        return export_response(LEDGER, state, lines, wanted=wanted, name=name, on=today())
    context: dict[str, object] = {
        "title": f"{account.label}, {period.label_fr()}",
        "facts": f"report {euros_fr(opening)}",
        "month": str(period),
        "code": account.code,
        "tabs": book_tabs("books_account"),
        "view": view_of(LEDGER, state, lines[:SHOWN_LINES]),
        "is_empty": not lines,
        "is_cut": len(lines) > SHOWN_LINES,
        "pdf": may_print,
        "crumbs": [Link(label="Balance", url=f"{reverse('desk:books')}?mois={period}"), Link(label=account.label)],
    }
    return framed(request, "desk/books.html", context)


# --- Manual entries --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ManualLine:
    """A manual entry as the list shows it: a tenant's side is a link to their account, never its number."""

    id: int
    booked_on: object
    reason: str
    debit: Link
    credit: Link
    amount_cents: int
    state: str
    may_sign: bool


def books_manual(request: ActorRequest) -> HttpResponseBase:
    """The manual entries, the most recent first; the form for another; the signature of those that wait."""
    form, status = ManualEntryForm(request.POST or None, label_suffix=""), 200
    if request.method == "POST":
        signing = request.POST.get("signer", "")
        if signing:
            return _signed(request, signing)
        status = 422
        if form.is_valid() and _prepared(request, form):
            return HttpResponseRedirect(reverse("desk:books_manual"))
    found = ManualEntry.objects.select_related("debit", "credit").order_by("-id")[:SHOWN_MANUAL]
    context: dict[str, object] = {
        "tabs": book_tabs("books_manual"),
        "form": form,
        "threshold": euros_fr(SECOND_SIGNATURE_CENTS),
        "rows": [_manual_line(request, each) for each in found],
    }
    return framed(request, "desk/books_manual.html", context, status=status)


def _manual_line(request: ActorRequest, manual: ManualEntry) -> ManualLine:
    return ManualLine(
        id=manual.pk,
        booked_on=manual.booked_on,
        reason=REASONS[manual.reason].capitalize(),
        debit=_side(request, manual.debit),
        credit=_side(request, manual.credit),
        amount_cents=manual.amount_cents,
        state="enregistrée" if manual.entry_id else "à signer",
        may_sign=manual.entry_id is None and manual.prepared_by != request.actor.agent_id,
    )


def _side(request: ActorRequest, account: Account) -> Link:
    if account.kind == "TENANT":
        return Link(label="compte d’un bail", url=address(request.actor.role, "account", account.pk))
    return Link(label=account.label, url=f"{reverse('desk:books_account')}?code={account.code}")


def _prepared(request: ActorRequest, form: ManualEntryForm) -> bool:
    given = form.cleaned_data
    try:
        manual = enter_by_hand(
            reason=given["reason"],
            debit_code=given["debit"],
            credit_code=given["credit"],
            amount_cents=given["amount"],
            booked_on=given["booked_on"],
            actor=request.actor,
            at=now(),
        )
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return False
    said = "L’écriture est enregistrée." if manual.entry_id else "L’écriture attend la signature d’une autre personne."
    messages.success(request, said)
    return True


def _signed(request: ActorRequest, number: str) -> HttpResponseRedirect:
    if not number.isdecimal() or len(number) > 18:
        raise Http404
    try:
        sign_entry_by_hand(manual_id=int(number), actor=request.actor, at=now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "L’écriture est signée et enregistrée.")
    return HttpResponseRedirect(reverse("desk:books_manual"))


# --- Chart -----------------------------------------------------------------------------------------------------------


def books_chart(request: ActorRequest) -> HttpResponseBase:
    """The chart of accounts: a proposed number is « à confirmer » until the accountant gives theirs."""
    may_number = request.actor.role is Role.ACCOUNTANT
    if request.method == "POST":
        if not may_number:
            raise Http404
        try:
            number_account(
                code=request.POST.get("code", ""), number=request.POST.get("numero", ""), actor=request.actor, at=now()
            )
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, "Le numéro est donné. L’ancien reste dans l’histoire du compte.")
        return HttpResponseRedirect(reverse("desk:books_chart"))
    rows = sorted(chart(), key=lambda row: row.number)
    context: dict[str, object] = {
        "tabs": book_tabs("books_chart"),
        "rows": rows,
        "unsure": words.count(sum(not row.is_confirmed for row in rows), "numéro à confirmer", "numéros à confirmer"),
        "may_number": may_number,
    }
    return framed(request, "desk/books_chart.html", context)
