"""How long repairs took in one's own residences: of the figures that everyone reads on the tenants' site, these."""

from datetime import timedelta
from typing import Final

from django.http import HttpResponse

from palier.desk.navigation import framed
from palier.desk.views_maintenance import tabs_of
from palier.foundation.clock import now
from palier.maintenance.delays import delays
from palier.maintenance.queries.agency import residences_to_choose
from palier.maintenance.queries.published import LEAST_SHOWN, repair_delays_by_residence, repair_delays_of
from palier.maintenance.words import CATEGORIES, CATEGORIES_SHORT, URGENCIES
from palier.web import words
from palier.web.components import Bar
from palier.web.requests import ActorRequest

_YEAR: Final = timedelta(days=365)
_MOST_RESIDENCES: Final = 50


def repair_delays(request: ActorRequest) -> HttpResponse:
    """Medians and nine in ten by residence, beside what the landlord promises."""
    since, promised = now() - _YEAR, delays()
    whole = repair_delays_of(0, since=since)
    told = repair_delays_by_residence(since=since)
    mine = [residence for residence in residences_to_choose() if residence.id in told]
    context: dict[str, object] = {
        "tabs": tabs_of(request, "repair_delays"),
        "bars": [
            Bar(label=CATEGORIES_SHORT[row.category], value=row.median_days, text=words.count(row.median_days, "jour"))
            for row in whole
        ],
        "tables": [
            ("Toutes les résidences", [(CATEGORIES[row.category], row) for row in whole]),
            *(
                (each.name, [(CATEGORIES[row.category], row) for row in told[each.id]])
                for each in mine[:_MOST_RESIDENCES]
            ),
        ],
        "fixed_by": promised.fixed_by,
        "promises": [
            (label, [promised.days(code, urgency) for urgency in URGENCIES]) for code, label in CATEGORIES.items()
        ],
        "answers": [promised.answer_hours[urgency] for urgency in URGENCIES],
        "urgencies": URGENCIES.values(),
        "least": LEAST_SHOWN,
    }
    return framed(request, "desk/repair_delays.html", context)
