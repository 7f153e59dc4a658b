"""Reservation holders: their conventions, what each is due, given and signed this year, and the yearly report."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from http import HTTPStatus
from typing import Final

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.urls import reverse

from palier.attribution.models import Holder
from palier.attribution.operations.reservations import add_convention, add_holder, end_convention
from palier.attribution.queries.holder_report import HolderReport, HolderReportNotFound, ReportLine, holder_report
from palier.attribution.queries.reservations import ConventionRow, TerritoryCounters, conventions, counters, holders
from palier.attribution.rules.flow import (
    STATE,
    STATE_AGENTS,
    UNRESERVED,
    Claim,
    dwellings_fr,
    percent_fr,
    prefet_exceeds,
)
from palier.attribution.rules.words import CONTINGENTS
from palier.desk.book_papers import as_pdf
from palier.desk.forms_vacancies import ConventionForm, HolderForm
from palier.desk.navigation import framed
from palier.desk.tables_vacancies import MANAGED
from palier.foundation.clock import today
from palier.foundation.errors import Refusal
from palier.foundation.periods import day_fr, parse_day
from palier.mail.report import Block, Facts, Grid, Heading, Report, Text
from palier.mail.sender import landlord_as_sender
from palier.web import words
from palier.web.amounts import row_number
from palier.web.components import Bar, Link, Tag, Tone
from palier.web.exports import export_response
from palier.web.requests import ActorRequest
from palier.web.tables import Column, Kind, Table, read_state

FIRST_YEAR: Final = 2020


def year_asked(request: ActorRequest, *, otherwise: int) -> int:
    """The year of the address; what is not one is a page that does not exist."""
    asked = request.GET.get("annee", "")
    if not asked:
        return otherwise
    year = row_number(asked)
    if year is None or not FIRST_YEAR <= year <= today().year:
        raise Http404
    return year


# --- Counters and conventions ----------------------------------------------------------------------------------------


def reservations(request: ActorRequest) -> HttpResponseBase:
    """Counters of the year by territory, the conventions, the holders."""
    if request.method == "POST":
        return _acted(request)
    return _page(request, HolderForm(label_suffix=""), _convention_form(None))


def _page(
    request: ActorRequest, holder_form: HolderForm, convention_form: ConventionForm, *, status: int = 200
) -> HttpResponse:
    on, known = today(), holders()
    year = year_asked(request, otherwise=on.year)
    context: dict[str, object] = {
        "year": year,
        "years": years_to_choose(year),
        "territories": [_territory(each) for each in counters(year, on=min(on, date(year, 12, 31)))],
        "conventions": [_convention(each) for each in conventions()],
        "holders": [
            {
                "name": each.name,
                "code": each.code,
                "contingent": CONTINGENTS[each.contingent],
                "pdf": _report_url(each, "pdf", year),
                "csv": _report_url(each, "csv", year),
            }
            for each in known
        ],
        "holder_form": holder_form,
        "convention_form": convention_form,
    }
    return framed(request, "desk/reservations.html", context, status=status)


def years_to_choose(shown: int) -> list[Link]:
    """The last years, for a choice by links."""
    this = today().year
    shown_years = range(this, max(this - 5, FIRST_YEAR), -1)
    return [Link(label=str(year), url=f"?annee={year}", current=year == shown) for year in shown_years]


def _report_url(holder: Holder, wanted: str, year: int) -> str:
    return f"{reverse('desk:reservation_report', args=[holder.pk, wanted])}?annee={year}"


def _territory(each: TerritoryCounters) -> dict[str, object]:
    bars = [
        Bar(label=_short(claim.name), value=claim.behind_e4, text=f"{'+' if claim.behind_e4 < 0 else ''}{_gap(claim)}")
        for claim in each.claims
    ]
    return {
        "code": each.territory,
        "flow": each.flow,
        "lapsed": each.lapsed,
        "claims": [_claim(claim, among=each.claims) for claim in each.claims],
        "bars": bars,
        "chart": f"retard-{each.territory}",
    }


def _short(name: str) -> str:
    return name if len(name) <= 18 else f"{name[:17]}…"


def _gap(claim: Claim) -> str:
    return dwellings_fr(abs(claim.behind_e4))


def _claim(claim: Claim, *, among: Sequence[Claim]) -> dict[str, object]:
    late = claim.behind_e4
    too_much = claim.contingent == STATE and prefet_exceeds(
        prefet_bp=claim.share_bp,
        state_agents_bp=sum(other.share_bp for other in among if other.contingent == STATE_AGENTS),
    )
    return {
        "name": claim.name,
        "contingent": CONTINGENTS[claim.contingent],
        "share": percent_fr(claim.share_bp),
        "due": dwellings_fr(claim.due_e4),
        "oriented": claim.oriented,
        "signed": claim.signed,
        "tag": Tag(label="plus de 30\u00a0%", tone=Tone.BAD) if too_much else _standing(late),
        # What is given of what is due, out of a hundred, for the bar.
        "percent": min(100, claim.oriented * 1_000_000 // claim.due_e4) if claim.due_e4 else 0,
    }


def _standing(late: int) -> Tag:
    if late > 0:
        return Tag(label=f"en retard de {dwellings_fr(late)}", tone=Tone.WARN)
    return Tag(label="à jour" if not late else f"en avance de {dwellings_fr(-late)}", tone=Tone.OK)


def _convention(row: ConventionRow) -> dict[str, object]:
    runs = row.runs_on(today())
    return {
        "id": row.id,
        "name": row.name,
        "territory": row.territory,
        "share": percent_fr(row.share_bp),
        "days": row.propose_within_days,
        "first_day": row.first_day,
        "last_day": row.last_day,
        "managed": MANAGED[row.managed_in],
        "tag": Tag(label="en vigueur", tone=Tone.OK) if runs else Tag(label="finie ou à venir"),
        "may_end": row.last_day is None,
    }


def _convention_form(data: QueryDict | None) -> ConventionForm:
    form = ConventionForm(data or None, label_suffix="", auto_id="convention_%s")
    form.offer([(str(each.pk), each.name) for each in holders() if each.contingent != UNRESERVED])
    return form


def _acted(request: ActorRequest) -> HttpResponseBase:
    act = request.POST.get("acte", "")
    here = HttpResponseRedirect(reverse("desk:reservations"))
    holder_form, convention_form = HolderForm(label_suffix=""), _convention_form(None)
    form: forms.Form | None = None
    if act == "RESERVATAIRE":
        form = holder_form = HolderForm(request.POST, label_suffix="")
    elif act == "CONVENTION":
        form = convention_form = _convention_form(request.POST)
    elif act != "FIN":
        raise Http404
    if form is not None and not form.is_valid():
        return _page(request, holder_form, convention_form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        _work(request, act, form)
    except Refusal as refusal:
        if form is None:
            messages.error(request, str(refusal))
            return here
        form.add_error(None, str(refusal))
        return _page(request, holder_form, convention_form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    messages.success(request, _SAID[act])
    return here


_SAID: Final = {
    "RESERVATAIRE": "Le réservataire est ajouté.",
    "CONVENTION": "La convention est écrite.",
    "FIN": "La convention a son dernier jour.",
}


def _work(request: ActorRequest, act: str, form: forms.Form | None) -> None:
    if form is None:
        number = row_number(request.POST.get("convention", "")) or 0
        end_convention(convention_id=number, last_day=parse_day(request.POST.get("dernier_jour", "")))
        return
    said = form.cleaned_data
    if act == "RESERVATAIRE":
        add_holder(code=said["code"].strip().upper(), name=said["name"], contingent=said["contingent"])
        return
    share: Decimal = said["share"]
    add_convention(
        holder_id=int(said["holder"]),
        territory=said["territory"].strip().upper(),
        first_day=said["first_day"],
        last_day=said["last_day"],
        share_bp=int(share * 100),
        propose_within_days=said["propose_within_days"],
        managed_in="STOCK" if said["managed_in"] == "STOCK" else "FLOW",
    )


# --- The yearly report -----------------------------------------------------------------------------------------------


def reservation_report(request: ActorRequest, holder_id: int, wanted: str) -> HttpResponseBase:
    """The report of a year to one holder, owed before 28 February of the next: a PDF, or a CSV to work on."""
    try:
        found = holder_report(holder_id, year=year_asked(request, otherwise=today().year))
    except HolderReportNotFound as unknown:
        raise Http404 from unknown
    if wanted == "pdf":
        return as_pdf(report_paper(found))
    lines = [_ReportCell(table=table.title, line=line) for table in found.tables for line in table.lines]
    state = read_state(_REPORT, request.GET)
    return export_response(_REPORT, state, lines, wanted=wanted, name=f"bilan {found.year} {found.holder}", on=today())


@dataclass(frozen=True, slots=True, kw_only=True)
class _ReportCell:
    """One line of the report as a sheet holds it."""

    table: str
    line: ReportLine


_REPORT: Final = Table[_ReportCell](
    code="bilan",
    caption="Bilan annuel d’un réservataire",
    default_sort="critere",
    columns=(
        Column(code="critere", label="Critère", value=lambda row: row.table, sortable=True, fixed=True),
        Column(code="valeur", label="Valeur", value=lambda row: row.line.label),
        Column(code="proposes", label="Proposés", kind=Kind.NUMBER, value=lambda row: row.line.proposed),
        Column(code="attribues", label="Attribués", kind=Kind.NUMBER, value=lambda row: row.line.attributed),
    ),
)


def report_paper(found: HolderReport) -> Report:
    """The report on paper."""
    blocks: list[Block] = [
        Facts(
            (
                ("Réservataire", found.holder),
                ("Contingent (RPLS)", CONTINGENTS[found.contingent]),
                ("Année", str(found.year)),
                ("Logements proposés", str(found.proposed)),
                ("Logements attribués, bail signé", str(found.attributed)),
            )
        ),
        Text(
            "Bilan annuel de la gestion en flux (CCH, art. R441-5-1), à transmettre avant le "
            f"{day_fr(found.due_before)}. Un logement proposé puis remis à disposition reste compté parmi les proposés."
        ),
    ]
    for table in found.tables:
        blocks.append(Heading(table.title))
        if not table.lines:
            blocks.append(Text("Aucun logement cette année-là."))
            continue
        blocks.append(
            Grid(
                columns=(table.title, "Proposés", "Attribués"),
                widths=(6, 2, 2),
                figures=frozenset({1, 2}),
                rows=(
                    *((line.label, str(line.proposed), str(line.attributed)) for line in table.lines),
                    ("Ensemble", str(found.proposed), str(found.attributed)),
                ),
            )
        )
    return Report(
        number=f"BILAN-RESERVATION-{found.year}-{found.holder_id}",
        title=f"Bilan {found.year} des réservations",
        subtitle=words.capital(found.holder),
        issued_on=today(),
        sender=landlord_as_sender(),
        blocks=blocks,
    )
