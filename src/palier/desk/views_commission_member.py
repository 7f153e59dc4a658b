"""What a member of the commission reads, tenants' representatives included: sheets and decisions, and nobody's name."""

from typing import Final

from django.http import HttpResponse
from django.urls import reverse

from palier.attribution.operations.tracing import trace_sheets
from palier.attribution.queries.commission import items_of, own_recusals, sheets_of, sittings
from palier.desk.commission_words import STATES, dwelling_line, meeting_of
from palier.desk.navigation import framed
from palier.desk.views_commission import TONES, found_sitting
from palier.desk.views_commission_item import found_item, table_of
from palier.web.components import Link, Tag
from palier.web.requests import ActorRequest

_SCREEN: Final = "fiches de la commission"


def my_sittings(request: ActorRequest) -> HttpResponse:
    """The sittings to which the member is convened."""
    context: dict[str, object] = {
        "sittings": [
            (each, Tag(label=STATES[each.state], tone=TONES[each.state]), meeting_of(each)) for each in sittings()
        ],
    }
    return framed(request, "desk/my_sittings.html", context)


def my_sitting(request: ActorRequest, sitting_id: int) -> HttpResponse:
    """The agenda, less what the member takes no part in."""
    here = found_sitting(sitting_id)
    context: dict[str, object] = {
        "here": here,
        "state": Tag(label=STATES[here.state], tone=TONES[here.state]),
        "meeting": meeting_of(here),
        "items": [(item, dwelling_line(item)) for item in items_of(sitting_id)],
        "recused": own_recusals(sitting_id),
        "crumbs": [Link(label="Commission", url=reverse("desk:my_sittings")), Link(label=f"Séance {here.number}")],
    }
    return framed(request, "desk/my_sitting.html", context)


def my_item(request: ActorRequest, item_id: int) -> HttpResponse:
    """The sheets of one dwelling, by pseudonym; the reading is told to the persons by the database itself."""
    item = found_item(item_id)
    here = found_sitting(item.sitting_id)
    trace_sheets([item_id], screen=_SCREEN)
    request.reading.traced_by_database()
    context: dict[str, object] = {
        **table_of(item, sheets_of(item_id), on=here.held_on),
        "here": here,
        "crumbs": [
            Link(label="Commission", url=reverse("desk:my_sittings")),
            Link(label=f"Séance {here.number}", url=reverse("desk:my_sitting", args=[here.id])),
            Link(label=f"Point {item.rank}"),
        ],
    }
    return framed(request, "desk/my_item.html", context)
