"""The figures of a year for those who allocate: whole, beside what the law asks. What the public reads is elsewhere."""

from django.http import HttpResponse

from palier.attribution.queries.figures import LARGEST, Delay, figures_of
from palier.attribution.rules.quotas import Quota
from palier.attribution.rules.words import CONTINGENTS, CONTINGENTS_SHORT
from palier.desk.navigation import framed
from palier.desk.views_reservations import year_asked, years_to_choose
from palier.foundation.clock import today
from palier.web import words
from palier.web.components import Bar, Tag, Tone
from palier.web.requests import ActorRequest


def equity(request: ActorRequest) -> HttpResponse:
    """First quartile outside QPV, others in QPV, DALO and priority by contingent, delays by size."""
    year = year_asked(request, otherwise=today().year)
    found = figures_of(year)
    contingents = [(CONTINGENTS[code], quota) for code, quota in found.priority.items()]
    context: dict[str, object] = {
        "year": year,
        "years": years_to_choose(year),
        "total": found.total,
        "total_label": words.count(found.total, "bail signé", "baux signés"),
        "places": [
            _line("Premier quartile ou relogés, hors QPV", found.outside_qpv),
            _line("Trois autres quartiles, en QPV", found.in_qpv),
        ],
        "place_bars": [_bar("Hors QPV", found.outside_qpv), _bar("En QPV", found.in_qpv)],
        "contingents": [_line(words.capital(label), quota) for label, quota in contingents],
        "contingent_bars": [_bar(CONTINGENTS_SHORT[code], quota) for code, quota in found.priority.items()],
        "delays": [(size_label(delay.persons), delay) for delay in found.delays],
        "delay_bars": [_delay_bar(delay) for delay in found.delays],
    }
    return framed(request, "desk/equity.html", context)


def size_label(persons: int) -> str:
    """« 1 personne », « 6 personnes et plus »."""
    return words.count(persons, "personne") + (" et plus" if persons >= LARGEST else "")


def _line(label: str, quota: Quota) -> dict[str, object]:
    if quota.is_met is None or not quota.target:
        tag = Tag(label="aucune attribution" if quota.is_met is None else "sans part à atteindre")
    else:
        tag = Tag(label="atteint", tone=Tone.OK) if quota.is_met else Tag(label="sous la part", tone=Tone.WARN)
    return {
        "label": label,
        "quota": quota,
        "percent": words.percent(quota.shown_percent),
        "tag": tag,
    }


def _bar(label: str, quota: Quota) -> Bar:
    percent = quota.shown_percent
    if percent is None:
        return Bar(label=label, value=0, text="–")
    return Bar(label=label, value=int(percent * 10), text=words.percent(percent))


def _delay_bar(delay: Delay) -> Bar:
    return Bar(label=size_label(delay.persons)[:18], value=delay.median_days, text=f"{delay.median_days}\u00a0j")
