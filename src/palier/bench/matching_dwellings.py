"""How long a vacant dwelling takes to be matched: the product's own job, dwelling by dwelling, commit included."""

import time
from datetime import date, timedelta
from typing import Final

_ON: Final = date(2026, 11, 23)
_COMMAND: Final = "bench matching"
# A usual rent of social housing, in cents for a square metre a month, when the stock says the floor area.
_RENT_PER_M2: Final = 700
_USUAL_AREA: Final = 60


def match_times(count: int) -> list[float]:
    """Seconds of each of `count` matchings, of dwellings taken evenly over the stock and announced as vacant."""
    from palier.attribution.operations.matching import match_vacancy
    from palier.foundation.clock import now
    from palier.privacy.actor import batch
    from palier.privacy.declare import Batch

    seconds = []
    for vacancy_id in _vacancies(count):
        began = time.perf_counter()
        with batch(Batch.ALLOCATION, operator="bench", motive="MESURE", command=_COMMAND):
            match_vacancy(vacancy_id=vacancy_id, on=_ON, at=now())
        seconds.append(time.perf_counter() - began)
    return seconds


def _vacancies(count: int) -> list[int]:
    """So many vacancies, announced in dwellings that have none: their number."""
    from palier.attribution.models import Vacancy
    from palier.estate.models import Dwelling
    from palier.privacy.actor import batch
    from palier.privacy.declare import Batch

    with batch(Batch.IMPORT, operator="bench", motive="MESURE", command=_COMMAND, categories=()):
        taken = Vacancy.objects.exclude(state__in=["LET", "WITHDRAWN"]).values("dwelling_id")
        described = (
            Dwelling.objects.filter(rooms__isnull=False)
            .exclude(residence__commune="")
            .exclude(pk__in=taken)
            .order_by("id")
            .values_list("id", "residence_id", "floor_area_m2")
        )
        rows = list(described)
        step = max(1, len(rows) // count)
        made = Vacancy.objects.bulk_create(
            [
                Vacancy(
                    dwelling_id=dwelling,
                    residence_id=residence,
                    announced_on=_ON - timedelta(days=30),
                    expected_on=_ON,
                    available_on=_ON + timedelta(days=30),
                    rent_cents=int(area or _USUAL_AREA) * _RENT_PER_M2,
                    charges_cents=0,
                    state="ORIENTED",
                )
                for dwelling, residence, area in rows[::step][:count]
            ]
        )
        return [vacancy.pk for vacancy in made]
