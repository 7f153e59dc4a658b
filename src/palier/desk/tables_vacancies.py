"""The table of vacancies, and the words of their states."""

from datetime import date
from functools import cache
from typing import Final

from palier.attribution.models import Orientation, ReservationConvention, Vacancy
from palier.attribution.operations.vacancies import TAKEN_BACK
from palier.attribution.queries.vacancies import VacancyRow
from palier.attribution.rules.words import WITHDRAWALS
from palier.desk.labels import labels_of
from palier.desk.navigation import address
from palier.desk.tables_estate import FINANCINGS, place, rooms_label
from palier.privacy.declare import Batch, Role
from palier.web.components import Tag, Tone
from palier.web.tables import Column, Filter, Kind, OnPhone, Table

STATES: Final[dict[str, str]] = labels_of(Vacancy, "state")
REASONS: Final[dict[str, str]] = labels_of(Orientation, "reason")
MANAGED: Final[dict[str, str]] = labels_of(ReservationConvention, "managed_in")
_VIEWS: Final = {"RETARD": "délai dépassé", "DANS_LE_FLUX": "dans le flux", "HORS_FLUX": "hors du flux"}
_TONES: Final = {"OPEN": Tone.WARN, "LET": Tone.OK, "WITHDRAWN": Tone.NEUTRAL}


def state_tag(row: VacancyRow, *, on: date) -> Tag:
    """Where the vacancy stands; what is late is said so."""
    if row.state == "ORIENTED" and row.due_on is not None and row.due_on < on:
        return Tag(label="délai dépassé", tone=Tone.BAD)
    if row.withdrawn_for == TAKEN_BACK and row.state != "WITHDRAWN":
        return Tag(label="congé repris", tone=Tone.BAD)
    if row.state == "OPEN" and row.withdrawn_for:
        return Tag(label="hors du flux", tone=Tone.INFO)
    return Tag(label=STATES[row.state], tone=_TONES.get(row.state, Tone.INFO))


def door_of(row: VacancyRow) -> str:
    """« A-304 »."""
    return place(row.building, row.staircase, row.door)


@cache
def vacancies_table(role: Role | Batch, on: date) -> Table[VacancyRow]:
    return Table[VacancyRow](
        code="vacances",
        caption="Logements qui se libèrent, avec leur date, leur loyer et leur réservataire",
        default_sort="libre",
        filters=(
            Filter(code="etat", label="État", choices=STATES),
            Filter(code="vue", label="Vue", choices=_VIEWS),
            Filter(code="reservataire", label="Réservataire"),
        ),
        columns=(
            Column(
                code="logement",
                label="Logement",
                value=door_of,
                url=lambda row: address(role, "vacancy", row.id),
                fixed=True,
                on_phone=OnPhone.TITLE,
            ),
            Column(
                code="residence",
                label="Résidence",
                value=lambda row: row.residence,
                sortable=True,
                on_phone=OnPhone.SHOWN,
            ),
            Column(code="ville", label="Ville", value=lambda row: f"{row.postcode} {row.city}"),
            Column(code="qpv", label="QPV", value=lambda row: "oui" if row.is_qpv else "non", chosen=False),
            Column(code="taille", label="Taille", value=lambda row: rooms_label(row.rooms), on_phone=OnPhone.SHOWN),
            Column(
                code="financement",
                label="Financement",
                value=lambda row: FINANCINGS.get(row.financing, row.financing),
            ),
            Column(
                code="loyer",
                label="Loyer et charges",
                kind=Kind.MONEY,
                value=lambda row: row.monthly_cents,
                on_phone=OnPhone.LABELLED,
            ),
            Column(
                code="libre",
                label="Disponible",
                kind=Kind.DATE,
                value=lambda row: row.available_on,
                sortable=True,
                on_phone=OnPhone.LABELLED,
            ),
            Column(
                code="etat",
                label="État",
                kind=Kind.TAG,
                value=lambda row: state_tag(row, on=on),
                on_phone=OnPhone.SHOWN,
            ),
            Column(
                code="reservataire",
                label="Réservataire",
                value=lambda row: row.holder or WITHDRAWALS.get(row.withdrawn_for),
                on_phone=OnPhone.LABELLED,
            ),
        ),
    )
