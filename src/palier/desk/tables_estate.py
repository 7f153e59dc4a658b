"""The tables of the stock: residences, the doors of one, the dwellings that lack an area."""

from datetime import date
from functools import cache

from palier.desk.labels import labels_of
from palier.desk.navigation import address
from palier.estate.models import Dwelling, Residence
from palier.estate.queries import DwellingToComplete
from palier.leases.models import Lease
from palier.leases.queries.residences import ResidenceRow
from palier.privacy.declare import Batch, Role
from palier.quittancement.queries.residence import DoorRow
from palier.web import words
from palier.web.components import Tag, Tone
from palier.web.tables import Column, Filter, Kind, OnPhone, Table

NATURES: dict[str, str] = labels_of(Residence, "nature")
FINANCINGS: dict[str, str] = labels_of(Dwelling, "financing")
PAYMENT_MODES: dict[str, str] = labels_of(Lease, "payment_mode")
# Views of a residence, in the order shown.
VIEW_LABELS = {
    "": "Tous",
    "RETARD": "En retard",
    "ENTREES": "Entrées du mois",
    "PREAVIS": "Préavis",
    "SANS_PRELEVEMENT": "Sans prélèvement",
    "A_COMPLETER": "À compléter",
}


def place(building: str, staircase: str, door: str) -> str:
    """ "A-304", "A2-304" in the second staircase: a door already named after its building is not named twice."""
    before = building if staircase in ("", "1") else f"{building}{staircase}"
    return door if not before or door.startswith((f"{building}-", f"{before}-")) else f"{before}-{door}"


def place_of(dwelling: Dwelling) -> str:
    """The same, of a dwelling read with its staircase and building."""
    return place(dwelling.staircase.building.code, dwelling.staircase.code, dwelling.door)


def rooms_label(rooms: int | None) -> str | None:
    return None if rooms is None else f"T{rooms}"


@cache
def residences_table(role: Role | Batch) -> Table[ResidenceRow]:
    return Table[ResidenceRow](
        code="residences",
        caption="Résidences, avec leurs logements et leurs baux en cours",
        default_sort="nom",
        filters=(Filter(code="nature", label="Nature", choices=NATURES), Filter(code="agence", label="Agence")),
        columns=(
            Column(
                code="nom",
                label="Résidence",
                value=lambda row: row.name,
                url=lambda row: address(role, "residence", row.id),
                sortable=True,
                fixed=True,
                on_phone=OnPhone.TITLE,
            ),
            Column(code="code", label="Code", value=lambda row: row.code, sortable=True),
            Column(code="adresse", label="Adresse", value=lambda row: row.address, on_phone=OnPhone.SHOWN),
            Column(
                code="ville",
                label="Ville",
                value=lambda row: f"{row.postcode} {row.city}",
                sortable=True,
                on_phone=OnPhone.SHOWN,
            ),
            Column(code="agence", label="Agence", value=lambda row: row.agency),
            Column(code="nature", label="Nature", value=lambda row: NATURES.get(row.nature, row.nature), chosen=False),
            Column(
                code="annee",
                label="Livrée",
                # A year is not a quantity: no thousands.
                value=lambda row: str(row.delivered_year) if row.delivered_year else None,
                sortable=True,
            ),
            Column(
                code="logements",
                label="Logements",
                value=lambda row: row.dwellings,
                kind=Kind.NUMBER,
                on_phone=OnPhone.LABELLED,
            ),
            Column(
                code="baux", label="Baux", value=lambda row: row.leases, kind=Kind.NUMBER, on_phone=OnPhone.LABELLED
            ),
            Column(code="vacants", label="Vacants", value=lambda row: row.vacant or None, kind=Kind.NUMBER),
            Column(code="incomplets", label="À compléter", value=lambda row: row.to_complete or None, kind=Kind.NUMBER),
        ),
    )


def signals(row: DoorRow, today: date) -> tuple[Tag, ...]:
    """What a rent officer should see of a door at a glance."""
    found: list[Tag] = []
    if row.late_cents > 0:
        found.append(Tag(label="Retard", tone=Tone.WARN))
    if row.lease_id is not None and row.ends_on is not None:
        found.append(Tag(label=f"Départ, {row.ends_on:%d/%m}", tone=Tone.INFO))
    if row.starts_on is not None and row.starts_on >= today.replace(day=1):
        found.append(Tag(label=f"Entrée, {row.starts_on:%d/%m}", tone=Tone.INFO))
    if row.set_aside:
        found.append(Tag(label="Mis de côté", tone=Tone.BAD))
    if row.floor_area_m2 is None:
        found.append(Tag(label="Surface à compléter"))
    return tuple(found)


def vacancy(row: DoorRow) -> str:
    if row.lease_id is not None:
        return ""
    return f"Vacant, loué à partir du {words.day_short(row.next_starts_on)}" if row.next_starts_on else "Vacant"


def _payment(row: DoorRow) -> str | None:
    return PAYMENT_MODES[row.payment_mode].capitalize() if row.payment_mode else None


@cache
def doors_table(role: Role | Batch, today: date) -> Table[DoorRow]:
    """The page of a residence. A balance is written as the tenant's: below zero, it is owed."""

    def door_url(row: DoorRow) -> str:
        if row.account_id is not None:
            return address(role, "account", row.account_id)
        return address(role, "dwelling", row.dwelling_id)

    return Table[DoorRow](
        code="portes",
        caption="Logements et baux de la résidence, montants en euros",
        default_sort="porte",
        filters=(
            Filter(code="vue", label="Vue", choices={code: label for code, label in VIEW_LABELS.items() if code}),
            Filter(code="bat", label="Bâtiment"),
        ),
        remark=vacancy,
        remark_from="locataire",
        columns=(
            Column(
                code="porte",
                label="Porte",
                value=lambda row: place(row.building, row.staircase, row.door),
                url=door_url,
                sortable=True,
                fixed=True,
                on_phone=OnPhone.TITLE,
            ),
            Column(
                code="type",
                label="Type",
                value=lambda row: rooms_label(row.rooms),
                sortable=True,
                on_phone=OnPhone.SHOWN,
            ),
            Column(code="surface", label="m²", value=lambda row: row.floor_area_m2, kind=Kind.SURFACE, sortable=True),
            Column(
                code="locataire",
                label="Locataire",
                value=lambda row: row.holder,
                sortable=True,
                on_phone=OnPhone.TITLE,
            ),
            Column(
                code="bail",
                label="Bail",
                value=lambda row: row.reference,
                url=lambda row: address(role, "lease", row.lease_id),
                sortable=True,
            ),
            Column(code="entree", label="Entrée", value=lambda row: row.starts_on, kind=Kind.DATE, sortable=True),
            *_amounts(),
            Column(code="paiement", label="Paiement", value=_payment, sortable=True),
            Column(code="signaux", label="Signaux", value=lambda row: signals(row, today), kind=Kind.TAG),
            Column(
                code="financement",
                label="Financement",
                value=lambda row: FINANCINGS.get(row.financing, row.financing),
                chosen=False,
            ),
            Column(code="etage", label="Étage", value=lambda row: row.floor, kind=Kind.NUMBER, chosen=False),
        ),
    )


def _amounts() -> tuple[Column[DoorRow], ...]:
    return (
        Column(code="loyer", label="Loyer", value=lambda row: row.rent_cents, kind=Kind.MONEY, sortable=True),
        Column(code="charges", label="Charges", value=lambda row: row.charges_cents, kind=Kind.MONEY, sortable=True),
        Column(code="rls", label="RLS", value=lambda row: row.rls_cents, kind=Kind.MONEY, sortable=True),
        Column(code="apl", label="APL", value=lambda row: row.apl_cents, kind=Kind.MONEY, sortable=True),
        Column(
            code="apayer",
            label="À payer",
            value=lambda row: row.due_cents,
            kind=Kind.MONEY,
            sortable=True,
            on_phone=OnPhone.LABELLED,
        ),
        Column(
            code="solde",
            label="Solde",
            value=lambda row: -row.balance_cents if row.account_id else None,
            kind=Kind.MONEY,
            signed=True,
            debt=True,
            sortable=True,
            on_phone=OnPhone.LABELLED,
        ),
    )


@cache
def to_complete_table(role: Role | Batch) -> Table[DwellingToComplete]:
    return Table[DwellingToComplete](
        code="a-completer",
        caption="Logements sans surface habitable",
        default_sort="residence",
        filters=(Filter(code="residence", label="Résidence"),),
        columns=(
            Column(
                code="porte",
                label="Porte",
                value=lambda row: place(row.building, row.staircase, row.door),
                url=lambda row: address(role, "dwelling_area", row.id),
                fixed=True,
                on_phone=OnPhone.TITLE,
            ),
            Column(
                code="residence",
                label="Résidence",
                value=lambda row: row.residence,
                url=lambda row: address(role, "residence", row.residence_id),
                on_phone=OnPhone.SHOWN,
            ),
            Column(code="ville", label="Ville", value=lambda row: row.city),
            Column(code="etage", label="Étage", value=lambda row: row.floor, kind=Kind.NUMBER),
            Column(code="type", label="Type", value=lambda row: rooms_label(row.rooms), on_phone=OnPhone.SHOWN),
            Column(
                code="financement", label="Financement", value=lambda row: FINANCINGS.get(row.financing, row.financing)
            ),
        ),
    )
