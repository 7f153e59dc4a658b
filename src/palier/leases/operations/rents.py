"""What a dwelling may be let for: the convention's maximum, as the rule of the estate gives it."""

from datetime import date

from palier.estate.models import Dwelling
from palier.estate.rules import highest_rent_on, useful_area
from palier.foundation.errors import Refusal
from palier.foundation.money import Cents, euros_fr


class RentAboveConvention(Refusal):
    """Le loyer de {rent} dépasse le maximum de la convention pour ce logement, {most} par mois."""


def highest_rent(dwelling: Dwelling, *, on: date) -> Cents | None:
    """The maximum rent of the dwelling's convention that day, in cents a month; None without one or an area."""
    convention = dwelling.convention
    if convention is None or dwelling.floor_area_m2 is None:
        return None
    return highest_rent_on(
        useful_area_m2=useful_area(floor_area_m2=dwelling.floor_area_m2, annex_area_m2=dwelling.annex_area_m2),
        rent_per_m2_cents=convention.max_rent_per_m2_cents,
        coefficient=convention.coefficient,
        valued_on=convention.max_rent_on,
        on=on,
    )


def refuse_rent_above_convention(dwelling: Dwelling, rent_cents: Cents, *, on: date) -> None:
    """Raises RentAboveConvention (CCH, art. L353-2: the convention sets the maximum rent)."""
    most = highest_rent(dwelling, on=on)
    if most is not None and rent_cents > most:
        raise RentAboveConvention(rent=euros_fr(rent_cents), most=euros_fr(most))
