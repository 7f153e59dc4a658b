"""The demonstration's vacancies: holders within a whole, dwellings to orient, figures published; made once."""

from typing import TYPE_CHECKING

from tests.conftest import WORLD_MADE_AT

from palier.attribution.models import Holder, Orientation, PublishedFigure, ReservationConvention, Vacancy
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
