"""The landlord’s two long lists, tenants and leases, and their files."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from django.http import HttpResponseBase

from palier.desk.navigation import address, framed
from palier.desk.tables_estate import PAYMENT_MODES
from palier.desk.tables_leases import STATES, leases_table, tenants_table
from palier.desk.views_estate import KEYS
from palier.estate.queries import agency_names
from palier.foundation.clock import today
from palier.leases.queries.lists import LeaseFilter, count_leases, count_tenants, lease_rows, tenant_rows
from palier.web import words
from palier.web.components import Link
from palier.web.exports import ROW_LIMIT, export_response
from palier.web.requests import ActorRequest
from palier.web.table_view import TableView, view_of
from palier.web.tables import RowT, Table, TableState, page_of, read_state

PAGE_ROWS: Final = 60


def tenants(request: ActorRequest) -> HttpResponseBase:
    """Holders and co-holders by name."""
    role, on, agencies = request.actor.role, today(), agency_names()
    table = _with_agencies(tenants_table(role), agencies)
    state = read_state(table, request.GET)
    kept = _kept(request, state)
    found = tenant_rows(
        kept,
        today=on,
        sort=state.sort,
        descending=state.descending,
        cursor=_cursor(state),
        backwards=state.backwards,
        limit=PAGE_ROWS,
    )
    total = count_tenants(kept, today=on)
    page = page_of(table, state, found, limit=PAGE_ROWS, key=lambda row: (row.id,), total=total)
    request.reading.saw(row.person_id for row in page.rows)
    if kept.words:
        request.reading.searched(kept.words)
    view = view_of(table, state, page.rows, totals_label=words.count(total, "locataire"), pager=page.pager)
    return _list_page(request, "Locataires", view, state, agencies, export_url=address(role, "tenants_export", "xlsx"))


def tenants_export(request: ActorRequest, wanted: str) -> HttpResponseBase:
    """The tenants of the screen's filter, whole."""
    table = _with_agencies(tenants_table(request.actor.role), agency_names())
    state = read_state(table, request.GET)
    kept = _kept(request, state)
    found = tenant_rows(
        kept,
        today=today(),
        sort=state.sort,
        descending=state.descending,
        cursor=None,
        backwards=False,
        limit=ROW_LIMIT,
    )
    request.reading.saw(row.person_id for row in found)
    request.reading.searched(kept.words)
    return export_response(table, state, found, wanted=wanted, name="locataires", on=today())


def leases(request: ActorRequest) -> HttpResponseBase:
    """Leases and occupancy contracts by reference."""
    role, on, agencies = request.actor.role, today(), agency_names()
    table = _with_agencies(leases_table(role), agencies)
    state = read_state(table, request.GET)
    kept = replace(_kept(request, state), words="")
    found = lease_rows(
        kept,
        today=on,
        sort=state.sort,
        descending=state.descending,
        cursor=_cursor(state),
        backwards=state.backwards,
        limit=PAGE_ROWS,
    )
    total = count_leases(kept, today=on)
    page = page_of(table, state, found, limit=PAGE_ROWS, key=lambda row: (row.id,), total=total)
    request.reading.saw(row.person_id for row in page.rows if row.person_id is not None)
    view = view_of(table, state, page.rows, totals_label=words.count(total, "bail", "baux"), pager=page.pager)
    export_url = address(role, "leases_export", "xlsx")
    write_url = address(role, "mail_sending_new") if total else ""
    return _list_page(request, "Baux", view, state, agencies, export_url=export_url, write_url=write_url)


def leases_export(request: ActorRequest, wanted: str) -> HttpResponseBase:
    """The leases of the screen's filter, whole."""
    table = _with_agencies(leases_table(request.actor.role), agency_names())
    state = read_state(table, request.GET)
    found = lease_rows(
        replace(_kept(request, state), words=""),
        today=today(),
        sort=state.sort,
        descending=state.descending,
        cursor=None,
        backwards=False,
        limit=ROW_LIMIT,
    )
    request.reading.saw(row.person_id for row in found if row.person_id is not None)
    return export_response(table, state, found, wanted=wanted, name="baux", on=today())


def _list_page(
    request: ActorRequest,
    title: str,
    view: TableView,
    state: TableState,
    agencies: Mapping[str, str],
    *,
    export_url: str,
    write_url: str = "",
) -> HttpResponseBase:
    states = [("", "Tous"), *((code, label.capitalize()) for code, label in STATES.items())]
    others = {code: values for code, values in state.filters.items() if code != "etat"}
    context: dict[str, object] = {
        "title": title,
        "view": view,
        "views": [
            Link(
                label=label,
                url=state.address(filters={**others, **({"etat": [code]} if code else {})}),
                current=state.one("etat") == code,
            )
            for code, label in states
        ],
        "with_name": title == "Locataires",
        "name": request.GET.get("nom", "")[:80],
        "modes": PAYMENT_MODES,
        "mode": state.one("paiement"),
        "agencies": agencies if len(agencies) > 1 else {},
        "agency": state.one("agence"),
        "state": state.one("etat"),
        "export_url": export_url,
        "write_url": write_url,
        "shortcuts": KEYS,
    }
    return framed(request, "desk/list.html", context)


def _kept(request: ActorRequest, state: TableState) -> LeaseFilter:
    agency = state.one("agence")
    return LeaseFilter(
        state=state.one("etat"),
        payment_mode=state.one("paiement"),
        kind=state.one("nature"),
        agency_id=int(agency) if agency.isdigit() else None,
        words=request.GET.get("nom", "").strip()[:80],
    )


def _cursor(state: TableState) -> int | None:
    return int(str(state.cursor[0])) if state.cursor else None


def _with_agencies(table: Table[RowT], agencies: Mapping[str, str]) -> Table[RowT]:
    return replace(
        table,
        filters=tuple(replace(each, choices=agencies) if each.code == "agence" else each for each in table.filters),
    )
