"""The two suites compared: totals by cause, where they are, and the gaps one by one, owed to tenants first."""

from typing import Final

from django.http import Http404, HttpResponse, HttpResponseBase
from django.urls import reverse

from palier.desk.navigation import address, framed
from palier.desk.tables_takeover import gaps_table
from palier.foundation.clock import today
from palier.foundation.periods import Month
from palier.takeover.papers import CAUSE_LABELS, comparison_report
from palier.takeover.queries.comparisons import (
    ComparisonNotFound,
    ComparisonRow,
    causes_of,
    comparison_row,
    comparison_rows,
    count_gaps,
    gap_rows,
    residences_of,
)
from palier.web import words
from palier.web.components import Fig, Link
from palier.web.exports import ROW_LIMIT, export_response
from palier.web.requests import ActorRequest
from palier.web.table_view import view_of
from palier.web.tables import Pager, read_state

SHOWN_GAPS: Final = 200
SHOWN_RESIDENCES: Final = 40


def parallels(request: ActorRequest) -> HttpResponse:
    """The comparisons that were made, newest first."""
    context: dict[str, object] = {
        "comparisons": [
            {"row": row, "url": reverse("desk:parallel", args=[row.id]), "months": _months(row),
             "made": words.instant(row.made_at), "differing": row.line_count - row.equal_count}
            for row in comparison_rows()
        ]
    }  # fmt: skip
    return framed(request, "desk/parallels.html", context)


def _months(row: ComparisonRow) -> str:
    return f"{Month.of(row.first_month).label_fr()} à {Month.of(row.last_month).label_fr()}"


def parallel(request: ActorRequest, comparison_id: int) -> HttpResponse:
    """One comparison: what is owed to tenants, by cause and by residence."""
    row = _comparison_or_404(comparison_id)
    causes = causes_of(comparison_id)
    gaps_url = reverse("desk:parallel_gaps", args=[comparison_id])
    unexplained = sum(cause.line_count for cause in causes if cause.cause == "UNEXPLAINED")
    over = sum(cause.over_cents for cause in causes)
    context: dict[str, object] = {
        "crumbs": [Link(label="Marche en double", url=reverse("desk:parallels")), Link(label=row.file_name)],
        "comparison": row,
        "months": _months(row),
        "figs": [
            Fig(label="Dû aux locataires", value=words.euros(over), debt=over > 0),
            Fig(label="Dû par eux", value=words.euros(sum(cause.under_cents for cause in causes))),
            Fig(
                label="Lignes égales",
                value=words.number(row.equal_count),
                note=f"sur {words.number(row.line_count)}",
            ),
            Fig(label="Non expliqués", value=words.number(unexplained), debt=unexplained > 0),
        ],
        "causes": [
            {"row": cause, "label": CAUSE_LABELS[cause.cause], "url": f"{gaps_url}?cause={cause.cause}"}
            for cause in causes
        ],
        "residences": [
            {"row": each, "cause": CAUSE_LABELS[each.cause]}
            for each in residences_of(comparison_id, limit=SHOWN_RESIDENCES)
        ],
        "gaps_url": gaps_url,
    }
    return framed(request, "desk/parallel.html", context)


def _comparison_or_404(comparison_id: int) -> ComparisonRow:
    try:
        return comparison_row(comparison_id)
    except ComparisonNotFound as absent:
        raise Http404 from absent


def parallel_gaps(request: ActorRequest, comparison_id: int) -> HttpResponseBase:
    """The gaps, the most that is owed to a tenant first; whole as a file."""
    comparison = _comparison_or_404(comparison_id)
    role = request.actor.role
    table = gaps_table(lambda lease_id: address(role, "lease", lease_id))
    state = read_state(table, request.GET)
    cause, wanted = state.one("cause"), request.GET.get("format", "")
    rows = gap_rows(comparison_id, cause=cause, limit=ROW_LIMIT if wanted else SHOWN_GAPS)
    request.reading.saw(row.person_id for row in rows if row.person_id is not None)
    if wanted:
        return export_response(table, state, rows, wanted=wanted, name="marche en double", on=today())
    total = count_gaps(comparison_id, cause=cause)
    shown = f"{words.number(len(rows))} premiers sur {words.number(total)}" if total > len(rows) else ""
    view = view_of(table, state, rows, totals_label=words.count(total, "écart"), pager=Pager(label=shown))
    context: dict[str, object] = {
        "crumbs": [
            Link(label="Marche en double", url=reverse("desk:parallels")),
            Link(label=comparison.file_name, url=reverse("desk:parallel", args=[comparison_id])),
            Link(label="Écarts"),
        ],
        "title": "Écarts",
        "month": _months(comparison),
        "facts": CAUSE_LABELS.get(cause, ""),
        "is_whole": True,
        "view": view,
        "empty_title": "Aucun écart",
        "empty_text": "Les deux logiciels donnent les mêmes montants.",
    }
    return framed(request, "desk/month_list.html", context)


def parallel_pdf(request: ActorRequest, comparison_id: int) -> HttpResponse:
    """The report to the board: no name, no number of a lease."""
    _comparison_or_404(comparison_id)
    return HttpResponse(
        comparison_report(comparison_id),
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="marche-en-double-{comparison_id}.pdf"'},
    )
