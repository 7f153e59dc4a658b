"""The figures of allocation for everyone, signed in or not: already computed, small numbers already hidden."""

from collections.abc import Sequence
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext, gettext_noop, ngettext

from palier.attribution.models import PublishedFigure
from palier.attribution.queries.figures import LARGEST, published, published_years
from palier.attribution.rules.quotas import LEAST_SHOWN, Quota
from palier.attribution.rules.words import CONTINGENTS, CONTINGENTS_SHORT
from palier.estate.models import Landlord
from palier.web import words
from palier.web.amounts import row_number
from palier.web.components import Bar, Link
from palier.web.languages import told

HIDDEN: Final = gettext_noop("moins de %(least)s, ou caché avec un autre")


def allocation_figures(request: HttpRequest) -> HttpResponse:
    """One year, the latest unless another is asked; a year that was not published does not exist."""
    years = published_years()
    asked = request.GET.get("annee", "")
    year = row_number(asked) if asked else next(iter(years), None)
    if asked and year not in years:
        raise Http404
    rows = published(year) if year is not None else []
    # Outside QPV first, as the law names them.
    shares = [row for family in _PLACES for row in rows if row.family == family]
    contingents = [row for row in rows if row.family == "PRIORITY"]
    delays = [row for row in rows if row.family == "DELAY"]
    total = next((row.of for row in rows if row.family == "ALL"), None)
    context: dict[str, object] = {
        "site_label": Landlord.objects.values_list("name", flat=True).first() or "",
        "year": year,
        "years": [Link(label=str(each), url=f"?annee={each}", current=each == year) for each in years],
        "total": None if total is None else _signed(total),
        "has_rows": bool(rows),
        "computed_at": max((row.computed_at for row in rows), default=None),
        "hidden": gettext(HIDDEN) % {"least": LEAST_SHOWN},
        "least": LEAST_SHOWN,
        "places": [_share(row, gettext(_PLACES[row.family])) for row in shares],
        "place_bars": _share_bars(shares),
        "contingents": [_share(row, words.capital(told(CONTINGENTS[row.code]))) for row in contingents],
        "contingent_bars": _contingent_bars(contingents),
        "delays": [(_size(row.code), row) for row in delays],
        "delay_bars": [
            Bar(label=_size(row.code), value=row.median_days, text=gettext("%(n)s\u00a0j") % {"n": row.median_days})
            for row in delays
            if row.median_days is not None
        ],
    }
    return TemplateResponse(request, "home/allocation_figures.html", context)


_PLACES = {
    "OUTSIDE_QPV": gettext_noop(
        "Hors quartier prioritaire\u00a0: aux ménages du premier quartile de ressources, ou relogés"
    ),
    "IN_QPV": gettext_noop("En quartier prioritaire\u00a0: aux ménages des trois autres quartiles"),
}
_SHORT = {"OUTSIDE_QPV": gettext_noop("Hors quartier"), "IN_QPV": gettext_noop("En quartier")}


def _quota(row: PublishedFigure) -> Quota | None:
    if row.of is None or row.counted is None:
        return None
    return Quota(counted=row.counted, of=row.of, target=row.target)


def _share(row: PublishedFigure, label: str) -> dict[str, object]:
    quota = _quota(row)
    percent = None if quota is None else quota.shown_percent
    return {
        "label": label,
        "of": row.of,
        "counted": row.counted,
        "percent": "" if percent is None else words.percent(percent),
        "target": row.target,
    }


def _bar(row: PublishedFigure, label: str) -> Bar | None:
    quota = _quota(row)
    if quota is None or quota.shown_percent is None:
        return None
    return Bar(label=label, value=int(quota.shown_percent * 10), text=words.percent(quota.shown_percent))


def _share_bars(rows: Sequence[PublishedFigure]) -> list[Bar]:
    bars = (_bar(row, gettext(_SHORT[row.family])) for row in rows)
    return [bar for bar in bars if bar is not None]


def _contingent_bars(rows: Sequence[PublishedFigure]) -> list[Bar]:
    bars = (_bar(row, told(CONTINGENTS_SHORT[row.code])) for row in rows)
    return [bar for bar in bars if bar is not None]


def _size(code: str) -> str:
    persons = int(code)
    if persons >= LARGEST:
        return gettext("%(n)s personnes et plus") % {"n": persons}
    return ngettext("%(n)s personne", "%(n)s personnes", persons) % {"n": persons}


def _signed(number: int) -> str:
    return ngettext("%(n)s bail signé", "%(n)s baux signés", number) % {"n": words.number(number)}
