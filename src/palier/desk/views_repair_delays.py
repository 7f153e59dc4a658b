"""How long repairs took in one's own residences: of the figures that everyone reads on the tenants' site, these."""

from datetime import timedelta
from typing import Final

from django.http import HttpResponse

from palier.desk.navigation import framed
from palier.desk.views_maintenance import tabs_of
from palier.foundation.clock import now
from palier.maintenance.delays import delays
from palier.maintenance.queries.agency import residences_to_choose
from palier.maintenance.queries.published import LEAST_SHOWN, repair_delays_of, residences_with_delays
from palier.maintenance.words import CATEGORIES, CATEGORIES_SHORT, URGENCIES
from palier.web import words
from palier.web.components import Bar
from palier.web.requests import ActorRequest

_YEAR: Final = timedelta(days=365)


def repair_delays(request: ActorRequest) -> HttpResponse:
    """Medians and nine in ten by residence, beside what the landlord promises."""
    since, promised = now() - _YEAR, delays()
    whole = repair_delays_of(0, since=since)
    mine = {residence.id for residence in residences_to_choose()}
    context: dict[str, object] = {
        "tabs": tabs_of(request, "repair_delays"),
        "bars": [
            Bar(label=CATEGORIES_SHORT[row.category], value=row.median_days, text=words.count(row.median_days, "jour"))
            for row in whole
        ],
        "tables": [
            ("Toutes les résidences", [(CATEGORIES[row.category], row) for row in whole]),
            *(
                (each.name, [(CATEGORIES[row.category], row) for row in repair_delays_of(each.id, since=since)])
                for each in [each for each in residences_with_delays(since) if each.id in mine][:50]
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
