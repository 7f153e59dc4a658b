"""The figures of a closed year, computed for the public once and kept: the public page reads them and nothing else.

Never those of the running year, nor the same year twice: two states of one count, subtracted, would tell of the few
who came between them.
"""

from datetime import date, datetime
from typing import Final

from django.db import connection, transaction

from palier.attribution.models import PublishedFigure
from palier.attribution.queries.figures import figures_of, shown_to_all
from palier.foundation.errors import Refusal

FIRST_YEAR: Final = 2020
# With the yearly reports to the holders, sent before 28 February (CCH R441-5-1): what was signed late is in.
_MONTH_PUBLISHED: Final = 3


class YearNotPublished(Refusal):
    """Les chiffres se publient de {first} à {last}, dernière année close : le 1er mars qui suit une année, une fois."""


def last_closed_year(on: date) -> int:
    """The latest year whose figures may be published that day."""
    return on.year - (1 if on.month >= _MONTH_PUBLISHED else 2)


def publish_figures(*, year: int, at: datetime) -> int:
    """Write what the public reads of a closed year; how many figures. Nothing when it is there, or nobody signed.

    Run by the job of allocation; safe to run twice. Raises YearNotPublished.
    """
    last = last_closed_year(at.date())
    if not FIRST_YEAR <= year <= last:
        raise YearNotPublished(first=FIRST_YEAR, last=last)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('palier.figures'), %s)", [year])
        if PublishedFigure.objects.filter(year=year).exists():
            return 0
        figures = figures_of(year)
        shown = shown_to_all(figures) if figures.total else ()
        PublishedFigure.objects.bulk_create(
            PublishedFigure(
                year=year,
                family=each.family,
                code=each.code,
                of=each.of,
                counted=each.counted,
                target=each.target,
                median_days=each.median_days,
                computed_at=at,
            )
            for each in shown
        )
    return len(shown)


def withdraw_running_figures(*, at: datetime) -> int:
    """Take away what an earlier version published of a year that is not closed. How many figures."""
    return PublishedFigure.objects.filter(year__gt=last_closed_year(at.date())).delete()[0]
