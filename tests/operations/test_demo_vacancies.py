"""The demonstration's vacancies and commission: dwellings to orient and to match, every decision voted; made once."""

from typing import TYPE_CHECKING

from tests.conftest import WORLD_MADE_AT

from palier.attribution.models import (
    Decision,
    Holder,
    Orientation,
    PublishedFigure,
    ReservationConvention,
    Sitting,
    Vacancy,
    Vote,
)
from palier.demo.vacancies import free_dwellings
from palier.privacy.actor import batch
from palier.privacy.declare import Batch

if TYPE_CHECKING:
    from palier.demo.operations import Made


def counted() -> tuple[int, ...]:
    models = (Holder, ReservationConvention, Vacancy, Orientation, PublishedFigure)
    with batch(Batch.ALLOCATION, operator="essai", motive="ATTRIBUTION", command="essai", categories=()):
        return tuple(model.objects.count() for model in models)


def test_the_demonstration_has_dwellings_to_orient_and_figures(fresh_world: "Made") -> None:
    holders, conventions, vacancies, orientations, figures = made = counted()
    assert (holders, conventions) == (5, 4)
    assert vacancies > orientations
    # Three years, and at least their total each.
    assert figures >= 3
    free_dwellings(at=WORLD_MADE_AT)
    assert counted() == made
    with batch(Batch.IMPORT, operator="essai", motive="ATTRIBUTION", command="essai", categories=()):
        numbers = list(Sitting.objects.order_by("number").values_list("number", flat=True))
        assert numbers == [f"CAL-2026-{rank:02d}" for rank in range(1, len(numbers) + 1)]
        # Five seats, one of them represented: five voices on each decision.
        voices = {
            sheet: Vote.objects.filter(sheet=sheet).count()
            for sheet in Decision.objects.values_list("sheet_id", flat=True)
        }
        assert set(voices.values()) == {5}
