"""Vacant dwellings as the rules of matching see them."""

from collections.abc import Collection
from dataclasses import dataclass

from palier.attribution.models import Vacancy
from palier.attribution.rules.suiting import Offered
from palier.foundation.errors import Refusal

# Until a commission takes it: a dwelling may still be proposed to somebody.
STILL_OPEN = ("OPEN", "ORIENTED", "MATCHED", "AGENDA")


class DwellingNotDescribed(Refusal):
    """Le nombre de pièces ou la commune de ce logement manque : complétez la fiche du patrimoine, puis recommencez."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A vacancy and its dwelling; `offered` is none while the stock does not say its rooms or its commune."""

    vacancy_id: int
    dwelling_id: int
    state: str
    withdrawn_for: str
    residence: str
    city: str
    door: str
    rooms: int | None
    financing_label: str
    cost_cents: int
    offered: Offered | None

    def described(self) -> Offered:
        """Raises DwellingNotDescribed."""
        if self.offered is None:
            raise DwellingNotDescribed
        return self.offered


def placed(vacancy_id: int) -> Placed | None:
    """One vacancy, or none: row security answers, not this function."""
    found = _read(ids=(vacancy_id,))
    return found[0] if found else None


def placed_open() -> list[Placed]:
    """Every vacancy that may still be proposed, the first available first."""
    return _read()


def _read(*, ids: Collection[int] | None = None) -> list[Placed]:
    rows = Vacancy.objects.select_related("dwelling__staircase", "residence").order_by("available_on", "id")
    rows = rows.filter(state__in=STILL_OPEN) if ids is None else rows.filter(pk__in=ids)
    return [_placed(row) for row in rows.only(*_COLUMNS)]


_COLUMNS = (
    "state", "withdrawn_for", "rent_cents", "charges_cents", "residence__name", "residence__city", "residence__commune",
    "residence__zone_ceiling", "dwelling__door", "dwelling__floor", "dwelling__rooms", "dwelling__floor_area_m2",
    "dwelling__financing", "dwelling__staircase__has_lift",
)  # fmt: skip


def _placed(row: Vacancy) -> Placed:
    dwelling, residence = row.dwelling, row.residence
    cost = row.rent_cents + row.charges_cents
    offered = None
    if dwelling.rooms is not None and residence.commune:
        offered = Offered(
            commune=residence.commune,
            rooms=dwelling.rooms,
            floor_area_m2=dwelling.floor_area_m2,
            cost_cents=cost,
            financing=dwelling.financing,
            zone=residence.zone_ceiling,
            floor=dwelling.floor,
            has_lift=dwelling.staircase.has_lift,
        )
    return Placed(
        vacancy_id=row.pk,
        dwelling_id=dwelling.pk,
        state=row.state,
        withdrawn_for=row.withdrawn_for,
        residence=residence.name,
        city=residence.city,
        door=dwelling.door,
        rooms=dwelling.rooms,
        financing_label=dwelling.get_financing_display(),
        cost_cents=cost,
        offered=offered,
    )
