"""The figures of a year, computed for the public and kept: the public page reads them and nothing else."""

from datetime import datetime

from django.db import connection, transaction

from palier.attribution.models import PublishedFigure
from palier.attribution.queries.figures import figures_of, shown_to_all
from palier.foundation.errors import Refusal

FIRST_YEAR = 2020


class YearNotPublished(Refusal):
    """Les chiffres se publient de {first} à l’année en cours."""


def publish_figures(*, year: int, at: datetime) -> int:
    """Replace what the public reads of a year. How many figures. Run by the job of allocation; safe to run twice.

    Raises YearNotPublished.
    """
    if not FIRST_YEAR <= year <= at.year:
        raise YearNotPublished(first=FIRST_YEAR)
    shown = shown_to_all(figures_of(year))
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('palier.figures'), %s)", [year])
        PublishedFigure.objects.filter(year=year).delete()
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
