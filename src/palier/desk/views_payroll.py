"""The payroll office: batches received, the register, the words of the pages, the closing of the service."""

import tempfile
from collections.abc import Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Final

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import content_disposition_header

from palier.admission.operations.digests import new_code
from palier.agents.access import agent_of
from palier.desk.forms_payroll import ClosingForm, LayoutForm, PayFileForm, RegisterForm
from palier.desk.month_page import when
from palier.desk.navigation import framed, tabs_among
from palier.desk.payroll_sheets import Sheet, sheets_pdf
from palier.foundation.clock import now, today
from palier.foundation.errors import Refusal
from palier.foundation.periods import Month, day_fr
from palier.foundation.tabular.checking import Remark
from palier.foundation.tabular.outcome import Outcome
from palier.foundation.tabular.reading import open_table
from palier.mail.store import DocumentStore
from palier.payroll.operations.admitting import open_accounts, sheets_to_make
from palier.payroll.operations.batches import GivenBatch
from palier.payroll.operations.closing import announce_closing, withdraw_closing
from palier.payroll.operations.giving import give_pay_file
from palier.payroll.operations.layouts import LayoutUnknown, declare_layout, layout_in_force
from palier.payroll.operations.register import import_register
from palier.payroll.pay_file import LARGEST_BYTES
from palier.payroll.queries import batches, closing_announced, given_pay_files, register_count, register_rows
from palier.payroll.rules.splitting import Layout
from palier.web import words
from palier.web.components import Link, Tag, Tone
from palier.web.recovery import SHEET_LASTS, give_password_link, plain_code
from palier.web.recovery_views import where_links_lead
from palier.web.requests import ActorRequest

STATES: Final = {
    "READ": Tag(label="À relire", tone=Tone.WARN),
    "REVIEWED": Tag(label="Relu, à diffuser", tone=Tone.INFO),
    "RELEASED": Tag(label="Diffusé", tone=Tone.OK),
    "UNDONE": Tag(label="Annulé"),
}
GIVEN_STATES: Final = {
    "WAITING": Tag(label="en lecture", tone=Tone.INFO),
    "REFUSED": Tag(label="refusé", tone=Tone.BAD),
    "LEFT": Tag(label="laissé"),
}
MEANS: Final = {"RECOMMANDE": "recommandé", "REMISE": "remise contre signature", "EMBAUCHE": "à l’embauche"}
_TABS: Final = {"payroll": "Lots", "payroll_register": "Registre", "payroll_layout": "Mise en page"}
_SHOWN_BATCHES: Final = 60
_SHOWN_EMPLOYEES: Final = 100
_SHOWN_REMARKS: Final = 50


def payroll(request: ActorRequest) -> HttpResponse:
    """The batches, the latest first, and where a file is given."""
    return _payroll_page(request, PayFileForm(initial={"issued_on": today()}), ClosingForm())


def payroll_upload(request: ActorRequest) -> HttpResponse:
    """Keep a file of the payroll for the job that takes it."""
    form = PayFileForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        given = GivenBatch(
            content=file.read(LARGEST_BYTES + 1),
            name=Path(file.name or "bulletins.pdf").name,
            month=form.cleaned_data["month"],
            issued_on=form.cleaned_data["issued_on"],
        )
        try:
            kept = give_pay_file(given, store=DocumentStore(settings.DOCUMENT_ROOT), actor=request.actor, at=now())
        except Refusal as refusal:
            form.add_error("file", str(refusal))
        else:
            return HttpResponseRedirect(reverse("desk:payroll_given", args=[kept.pk]))
    return _payroll_page(request, form, ClosingForm(), status=HTTPStatus.UNPROCESSABLE_ENTITY)


def payroll_closing(request: ActorRequest) -> HttpResponse:
    """Announce that the service closes."""
    form = ClosingForm(request.POST)
    if form.is_valid():
        try:
            announce_closing(closes_on=form.cleaned_data["closes_on"], by=agent_of(request.actor), on=today())
        except Refusal as refusal:
            form.add_error("closes_on", str(refusal))
        else:
            messages.success(request, "La fermeture est annoncée\u00a0: chaque salarié la lit sur sa première page.")
            return HttpResponseRedirect(reverse("desk:payroll"))
    return _payroll_page(request, PayFileForm(), form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def payroll_closing_withdraw(request: ActorRequest) -> HttpResponse:
    """Take the announcement back."""
    try:
        withdraw_closing(by=agent_of(request.actor), on=today())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return HttpResponseRedirect(reverse("desk:payroll"))


def _payroll_page(
    request: ActorRequest, form: PayFileForm, closing_form: ClosingForm, *, status: int = HTTPStatus.OK
) -> HttpResponse:
    context: dict[str, object] = {
        "tabs": tabs_among(request, _TABS, here="payroll"),
        "form": form,
        "closing_form": closing_form,
        "closing": closing_announced(),
        "given": [(row, GIVEN_STATES[row.state]) for row in given_pay_files()],
        "batches": [
            {
                "row": row,
                "state": STATES[row.state],
                "month": Month.of(row.month).label_fr(),
                "received": when(row.imported_at),
                "url": reverse("desk:payroll_batch", args=[row.id]),
            }
            for row in batches(limit=_SHOWN_BATCHES)
        ],
    }
    return framed(request, "desk/payroll.html", context, status=status)


def payroll_register(request: ActorRequest) -> HttpResponse:
    """Who is on the payroll, and whether each was told of their right to oppose."""
    return _register_page(request, RegisterForm())


def payroll_register_upload(request: ActorRequest) -> HttpResponse:
    """Take in the rows that hold; give the others back with their cells."""
    form = RegisterForm(request.POST, request.FILES)
    outcome: Outcome | None = None
    if form.is_valid():
        file = form.cleaned_data["file"]
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "registre"
            path.write_bytes(file.read())
            try:
                outcome = import_register(open_table(path))
            except Refusal as refusal:
                form.add_error("file", str(refusal))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors or (outcome and outcome.refused) else HTTPStatus.OK
    return _register_page(request, form, outcome=outcome, status=status)


def payroll_sheets(request: ActorRequest) -> HttpResponse:
    """A sheet for each employee who has not entered yet: an identifier, and a code that serves once."""
    at = now()
    try:
        admitted = open_accounts(lasts=SHEET_LASTS, at=at, again=request.POST.get("matricules", "").split())
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(reverse("desk:payroll_register"))
    request.reading.saw(each.person_id for each in admitted)
    if not admitted:
        messages.success(request, "Chaque salarié du registre est entré, ou a une feuille qui sert encore.")
        return HttpResponseRedirect(reverse("desk:payroll_register"))
    sheets = [Sheet(employee=each, code=new_code()) for each in admitted]
    for sheet in sheets:
        give_password_link(sheet.employee.user_id, lasts=SHEET_LASTS, at=at, token=plain_code(sheet.code))
    pdf = sheets_pdf(
        sheets,
        site=f"{where_links_lead(request)}{reverse('partner:first_access')}",
        until=day_fr((at + SHEET_LASTS).date()),
        on=today(),
    )
    headers = {"Content-Disposition": content_disposition_header(as_attachment=True, filename="feuilles.pdf") or ""}
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)


def _register_page(
    request: ActorRequest, form: RegisterForm, *, outcome: Outcome | None = None, status: int = HTTPStatus.OK
) -> HttpResponse:
    after = request.GET.get("apres", "")[:20]
    rows = register_rows(limit=_SHOWN_EMPLOYEES + 1, after=after)
    shown = rows[:_SHOWN_EMPLOYEES]
    request.reading.saw(row.person_id for row in shown)
    remarks: Sequence[Remark] = outcome.remarks[:_SHOWN_REMARKS] if outcome else ()
    context: dict[str, object] = {
        "tabs": tabs_among(request, _TABS, here="payroll_register"),
        "form": form,
        "count": words.number(register_count()),
        "sheets_left": sheets_to_make(lasts=SHEET_LASTS, at=now()),
        "outcome": outcome,
        "remarks": remarks,
        "rows": [{"row": row, "means": MEANS.get(row.notice_means, "")} for row in shown],
        "following": f"?apres={shown[-1].number}" if len(rows) > len(shown) else "",
    }
    return framed(request, "desk/payroll_register.html", context, status=status)


def payroll_layout(request: ActorRequest) -> HttpResponse:
    """The words of the pages, as they stand; declared anew for the batches to come."""
    if request.method == "POST":
        form = LayoutForm(request.POST)
        if form.is_valid():
            try:
                declare_layout(Layout(**form.cleaned_data), by=agent_of(request.actor), at=now())
            except Refusal as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, "La mise en page est déclarée, pour les prochains lots.")
                return HttpResponseRedirect(reverse("desk:payroll_layout"))
    else:
        form = LayoutForm(initial=_layout_words())
    context: dict[str, object] = {
        "tabs": tabs_among(request, _TABS, here="payroll_layout"),
        "form": form,
        "crumbs": [Link(label="Paie", url=reverse("desk:payroll")), Link(label="Mise en page")],
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return framed(request, "desk/payroll_layout.html", context, status=status)


def _layout_words() -> dict[str, str]:
    try:
        layout = layout_in_force()
    except LayoutUnknown:
        return {}
    return {
        "number_label": layout.number_label,
        "net_label": layout.net_label,
        "totals_label": layout.totals_label,
        "count_label": layout.count_label,
        "sum_label": layout.sum_label,
    }
