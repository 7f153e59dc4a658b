"""The stock: residences, one residence door by door, a dwelling, and the areas that are missing."""

from dataclasses import replace
from itertools import groupby
from typing import Final

from django.contrib import messages
from django.http import HttpResponseBase, HttpResponseRedirect

from palier.desk.answers import strangers_get_404
from palier.desk.explained import dwelling_explanation
from palier.desk.forms_estate import MeasuresForm
from palier.desk.labels import labels_of
from palier.desk.lists_to_write import write_url
from palier.desk.navigation import address, framed, opens
from palier.desk.tables_estate import (
    VIEW_LABELS,
    doors_table,
    place_of,
    residences_table,
    rooms_label,
    to_complete_table,
)
from palier.estate.access import dwelling_in_scope, residence_in_scope
from palier.estate.models import Residence
from palier.estate.operations.complete_dwelling import DwellingChangedMeanwhile, complete_dwelling, measures_of
from palier.estate.queries import agency_names, count_to_complete, dwellings_to_complete
from palier.foundation.clock import now, today
from palier.foundation.errors import Refusal
from palier.foundation.periods import Month
from palier.leases.listed import Listed
from palier.leases.queries.lease import leases_of_dwelling, running_lease
from palier.leases.queries.residences import ResidenceFilter, residence_rows, residence_totals
from palier.privacy.declare import Verb
from palier.privacy.rights import may_write
from palier.quittancement.models import Run
from palier.quittancement.queries.residence import (
    DoorFilter,
    FacadeDoor,
    ResidenceSummary,
    door_rows,
    facade_doors,
    residence_summary,
)
from palier.web import words
from palier.web.components import Link, Shortcut, Window
from palier.web.exports import ROW_LIMIT, export_response
from palier.web.requests import ActorRequest
from palier.web.table_view import view_of
from palier.web.tables import TableState, page_of, read_state

PAGE_ROWS: Final = 60
DOOR_ROWS: Final = 200
KEYS: Final = (
    Shortcut(keys=("↑", "↓"), label="ligne"),
    Shortcut(keys=("↵",), label="ouvrir"),
    Shortcut(keys=("E",), label="exporter"),
    Shortcut(keys=("/",), label="rechercher"),
)
RUN_STATES: Final = labels_of(Run, "state")


def _residence_filter(request: ActorRequest, state: TableState) -> ResidenceFilter:
    agency = state.one("agence")
    return ResidenceFilter(
        agency_id=int(agency) if agency.isdigit() else None,
        nature=state.one("nature"),
        words=request.GET.get("nom", "")[:80],
    )


def residences(request: ActorRequest) -> HttpResponseBase:
    """Every residence in scope, with its counts."""
    role, on = request.actor.role, today()
    agencies = agency_names()
    table = residences_table(role)
    table = replace(table, filters=(table.filters[0], replace(table.filters[1], choices=agencies)))
    state = read_state(table, request.GET)
    kept = _residence_filter(request, state)
    cursor = int(str(state.cursor[0])) if state.cursor else None
    found = residence_rows(
        kept,
        today=on,
        sort=state.sort,
        descending=state.descending,
        cursor=cursor,
        backwards=state.backwards,
        limit=PAGE_ROWS,
    )
    totals = residence_totals(kept, today=on)
    page = page_of(table, state, found, limit=PAGE_ROWS, key=lambda row: (row.id,), total=totals.residences)
    label = words.count(totals.residences, "résidence")
    view = view_of(
        table,
        state,
        page.rows,
        totals={
            "logements": totals.dwellings,
            "baux": totals.leases,
            "vacants": max(0, totals.dwellings - totals.leases),
            "incomplets": totals.to_complete,
        },
        totals_label=label,
        pager=page.pager,
    )
    context: dict[str, object] = {
        "view": view,
        "totals": totals,
        "name": kept.words,
        "agencies": agencies if len(agencies) > 1 else {},
        "agency": state.one("agence"),
        "natures": table.filters[0].choices,
        "nature": state.one("nature"),
        "export_url": address(role, "residences_export", "xlsx"),
        "to_complete_url": address(role, "to_complete"),
        "shortcuts": KEYS,
    }
    return framed(request, "desk/residences.html", context)


def residences_export(request: ActorRequest, wanted: str) -> HttpResponseBase:
    """The same list, whole, with the same filter."""
    table = residences_table(request.actor.role)
    state = read_state(table, request.GET)
    found = residence_rows(
        _residence_filter(request, state),
        today=today(),
        sort=state.sort,
        descending=state.descending,
        cursor=None,
        backwards=False,
        limit=ROW_LIMIT,
    )
    return export_response(table, state, found, wanted=wanted, name="residences", on=today())


# --- One residence ---------------------------------------------------------------------------------------------------


@strangers_get_404
def residence(request: ActorRequest, residence_id: int) -> HttpResponseBase:
    """Every door of a residence: who lives there, what the month asks, what is owed."""
    role, on = request.actor.role, today()
    here = residence_in_scope(residence_id)
    table = doors_table(role, on)
    state = read_state(table, request.GET)
    kept = DoorFilter(residence_id=residence_id, building=state.one("bat"), view=state.one("vue"))
    cursor = int(str(state.cursor[0])) if state.cursor else None
    found = door_rows(
        kept,
        today=on,
        sort=state.sort,
        descending=state.descending,
        cursor=cursor,
        backwards=state.backwards,
        limit=DOOR_ROWS,
    )
    summary = residence_summary(kept, today=on)
    page = page_of(table, state, found, limit=DOOR_ROWS, key=lambda row: (row.dwelling_id,), total=summary.kept)
    request.reading.saw(row.person_id for row in page.rows if row.person_id is not None)
    doors = facade_doors(residence_id, today=on)
    view = view_of(
        replace(table, caption=f"Logements et baux de la résidence {here.name}, montants en euros"),
        state,
        page.rows,
        totals=_door_totals(summary),
        totals_label=_door_label(summary),
        pager=page.pager,
    )
    chosen = kept.building or (doors[0].building if doors else "")
    context: dict[str, object] = {
        "residence": here,
        "view": view,
        "summary": summary,
        "views": _views(state, summary),
        "facts": _facts(here, summary),
        "buildings": _building_chips(state, doors, kept.building),
        "windows": _windows(doors, chosen),
        "windows_label": _windows_label(doors, chosen),
        "export_url": address(role, "residence_export", residence_id, "xlsx"),
        "export_csv_url": address(role, "residence_export", residence_id, "csv"),
        "write_url": write_url(role, Listed(code="RESIDENCE", of=residence_id, word=kept.building, view=kept.view))
        if summary.kept_leases
        else "",
        "crumbs": [
            Link(label="Patrimoine", url=address(role, "residences")),
            Link(label=here.agency.name, url=f"{address(role, 'residences')}?agence={here.agency_id}"),
            Link(label=here.name),
        ],
        "shortcuts": KEYS,
    }
    return framed(request, "desk/residence.html", context)


@strangers_get_404
def residence_export(request: ActorRequest, residence_id: int, wanted: str) -> HttpResponseBase:
    """The doors of the screen's filter, whole."""
    here = residence_in_scope(residence_id)
    table = doors_table(request.actor.role, today())
    state = read_state(table, request.GET)
    kept = DoorFilter(residence_id=residence_id, building=state.one("bat"), view=state.one("vue"))
    found = door_rows(
        kept,
        today=today(),
        sort=state.sort,
        descending=state.descending,
        cursor=None,
        backwards=False,
        limit=ROW_LIMIT,
    )
    request.reading.saw(row.person_id for row in found if row.person_id is not None)
    return export_response(table, state, found, wanted=wanted, name=f"baux {here.name}", on=today())


def _door_totals(summary: ResidenceSummary) -> dict[str, int | None]:
    return {
        "loyer": summary.rent_cents,
        "charges": summary.charges_cents,
        "rls": summary.rls_cents,
        "apl": summary.apl_cents,
        "apayer": summary.due_cents,
        "solde": -summary.balance_cents,
    }


def _door_label(summary: ResidenceSummary) -> str:
    vacant = summary.kept - summary.kept_leases
    parts = [words.count(summary.kept, "logement"), words.count(summary.kept_leases, "bail", "baux")]
    return ", ".join([*parts, words.count(vacant, "vacant")] if vacant else parts)


def _facts(here: Residence, summary: ResidenceSummary) -> str:
    counts = f"{words.count(summary.dwellings, 'logement')}, {words.count(summary.leases, 'bail', 'baux')}"
    parts = [f"{here.address}, {here.postcode} {here.city}", counts]
    if summary.month is not None:
        state = RUN_STATES.get(summary.run_state or "", "")
        parts.append(f"mois de {Month.of(summary.month).label_fr()}" + (f", {state}" if state else ""))
    return " · ".join(parts)


def _views(state: TableState, summary: ResidenceSummary) -> list[Link]:
    counts = {
        "": summary.dwellings,
        "RETARD": summary.late,
        "ENTREES": summary.arrivals,
        "PREAVIS": summary.notices,
        "SANS_PRELEVEMENT": summary.without_debit,
        "A_COMPLETER": summary.to_complete,
    }
    building = {"bat": [state.one("bat")]} if state.one("bat") else {}
    return [
        Link(
            label=label,
            count=counts[code],
            url=state.address(filters={**building, **({"vue": [code]} if code else {})}),
            current=state.one("vue") == code,
        )
        for code, label in VIEW_LABELS.items()
    ]


def _building_chips(state: TableState, doors: list[FacadeDoor], chosen: str) -> list[Link]:
    """The other buildings, when there are several: the chosen one is already a chip of the table."""
    codes = list(dict.fromkeys(door.building for door in doors))
    if len(codes) < 2:
        return []
    view = {"vue": [state.one("vue")]} if state.one("vue") else {}
    return [
        Link(label=f"Bâtiment {code}", url=state.address(filters={**view, "bat": [code]}))
        for code in codes
        if code != chosen
    ][:12]


def _windows(doors: list[FacadeDoor], building: str, lit: int | None = None) -> list[list[Window]]:
    """The building's landings, top floor first."""
    inside = [door for door in doors if door.building == building]
    return [
        [
            Window.LIT if door.dwelling_id == lit else Window.OCCUPIED if door.is_let else Window.VACANT
            for door in landing
        ]
        for _, landing in groupby(inside, key=lambda door: door.floor)
    ]


def _windows_label(doors: list[FacadeDoor], building: str) -> str:
    inside = [door for door in doors if door.building == building]
    let = sum(door.is_let for door in inside)
    vacant = len(inside) - let
    return f"Bâtiment {building}{words.NBSP}: {words.count(let, 'occupé')}, {words.count(vacant, 'vacant')}"


# --- What is missing -------------------------------------------------------------------------------------------------


def to_complete(request: ActorRequest) -> HttpResponseBase:
    """The worklist: dwellings without an area, by residence."""
    role = request.actor.role
    table = to_complete_table(role)
    state = read_state(table, request.GET)
    wanted = state.one("residence")
    residence_id = int(wanted) if wanted.isdigit() else None
    cursor = (int(str(state.cursor[0])), int(str(state.cursor[1]))) if state.cursor else None
    found = dwellings_to_complete(residence_id=residence_id, cursor=cursor, backwards=state.backwards, limit=PAGE_ROWS)
    total = count_to_complete(residence_id)
    page = page_of(table, state, found, limit=PAGE_ROWS, key=lambda row: (row.residence_id, row.id), total=total)
    context: dict[str, object] = {
        "view": view_of(table, state, page.rows, pager=page.pager),
        "total": total,
        "crumbs": [Link(label="Patrimoine", url=address(role, "residences")), Link(label="À compléter")],
        "residences_url": address(role, "residences"),
        "shortcuts": KEYS[:2],
    }
    return framed(request, "desk/to_complete.html", context)


@strangers_get_404
def dwelling_area(request: ActorRequest, dwelling_id: int) -> HttpResponseBase:
    """Give a dwelling its area; the next one of the residence follows."""
    role = request.actor.role
    here = dwelling_in_scope(dwelling_id)
    form = MeasuresForm(request.POST or None, measures=measures_of(here))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                complete_dwelling(
                    dwelling_id=dwelling_id, seen=form.seen, measured=form.measured, actor=request.actor, at=now()
                )
            except DwellingChangedMeanwhile as changed:
                form.start_again(measures_of(dwelling_in_scope(dwelling_id)))
                form.add_error(None, str(changed))
            except Refusal as refusal:
                form.add_error("floor_area_m2", str(refusal))
            else:
                messages.success(request, f"La surface du logement {here.door} est enregistrée.")
                return HttpResponseRedirect(address(role, "to_complete"))
    context: dict[str, object] = {
        "dwelling": here,
        "place": place_of(here),
        "form": form,
        "back_url": address(role, "to_complete"),
        "crumbs": [
            Link(label="Patrimoine", url=address(role, "residences")),
            Link(label="À compléter", url=address(role, "to_complete")),
            Link(label=f"{here.residence.name}, {here.door}"),
        ],
    }
    return framed(request, "desk/dwelling_area.html", context, status=status)


@strangers_get_404
def dwelling(request: ActorRequest, dwelling_id: int) -> HttpResponseBase:
    """A dwelling: its measures, its convention and maximum rent explained, its leases without names."""
    role, on = request.actor.role, today()
    here = dwelling_in_scope(dwelling_id)
    leases = leases_of_dwelling(dwelling_id)
    running = running_lease(leases, on=on)
    doors = facade_doors(here.residence_id, today=on)
    building = here.staircase.building.code
    can_let = (running is None or running.ends_on is not None) and opens(role, "lease_create")
    context: dict[str, object] = {
        "dwelling": here,
        "place": place_of(here),
        "rooms": rooms_label(here.rooms),
        "leases": [(lease, address(role, "lease", lease.id)) for lease in leases],
        "running": running,
        "explanation": dwelling_explanation(here, on=today()),
        "lease_create_url": address(role, "lease_create", dwelling_id) if can_let else "",
        "area_url": address(role, "dwelling_area", dwelling_id)
        if may_write(role, "estate_dwelling", Verb.UPDATE)
        else "",
        "windows": _windows(doors, building, lit=dwelling_id),
        "windows_label": f"{place_of(here)}, bâtiment {building}",
        "crumbs": [
            Link(label="Patrimoine", url=address(role, "residences")),
            Link(label=here.residence.name, url=address(role, "residence", here.residence_id)),
            Link(label=place_of(here)),
        ],
    }
    return framed(request, "desk/dwelling.html", context)
