"""How long repairs took, for everyone, signed in or not: a residence or the whole landlord, twelve months."""

from datetime import timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext

from palier.estate.models import Landlord
from palier.foundation.clock import now
from palier.maintenance.queries.published import LEAST_SHOWN, repair_delays_of, residences_with_delays
from palier.maintenance.words import CATEGORIES, CATEGORIES_SHORT
from palier.web import words
from palier.web.amounts import row_number
from palier.web.components import Bar

YEAR = timedelta(days=365)


def repair_delays(request: HttpRequest) -> HttpResponse:
    """Medians and nine in ten, by family of troubles; a residence that has too few repairs to tell does not exist."""
    since = now() - YEAR
    residences = residences_with_delays(since)
    asked = request.GET.get("residence", "")
    chosen = next((each for each in residences if str(each.id) == asked), None)
    if asked and (row_number(asked) is None or chosen is None):
        raise Http404
    rows = repair_delays_of(chosen.id if chosen else 0, since=since)
    told = [(gettext(CATEGORIES[row.category]), row) for row in rows]
    context: dict[str, object] = {
        "site_label": Landlord.objects.values_list("name", flat=True).first() or "",
        "residences": residences,
        "chosen": chosen,
        "rows": told,
        "bars": [
            Bar(label=gettext(CATEGORIES_SHORT[row.category]), value=row.median_days, text=days(row.median_days))
            for row in rows
        ],
        "least": LEAST_SHOWN,
        "counted": sum(row.counted for row in rows),
    }
    return TemplateResponse(request, "home/repair_delays.html", context)


def days(number: int) -> str:
    """« 3 jours »."""
    return words.count(number, gettext("jour"), gettext("jours"))
