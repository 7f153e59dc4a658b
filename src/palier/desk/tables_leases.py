"""The tables of tenants, of leases and of one account."""

from functools import cache

from palier.desk.labels import labels_of
from palier.desk.navigation import address
from palier.desk.tables_estate import PAYMENT_MODES, place
from palier.leases.models import Lease
from palier.leases.queries.lists import LeaseRow, TenantRow
from palier.privacy.declare import Batch, Role
from palier.web.components import Tag, Tone
from palier.web.tables import Column, Filter, Kind, OnPhone, Table

LEASE_KINDS: dict[str, str] = labels_of(Lease, "kind")
STATES = {"EN_COURS": "en cours", "PREAVIS": "en préavis", "A_VENIR": "à venir", "FINI": "finis"}
_FILTERS = (
    Filter(code="etat", label="Bail", choices=STATES),
    Filter(code="paiement", label="Paiement", choices=PAYMENT_MODES),
    Filter(code="nature", label="Nature", choices=LEASE_KINDS),
    Filter(code="agence", label="Agence"),
)


def _lease_tags(row: TenantRow | LeaseRow) -> tuple[Tag, ...]:
    if row.ends_on is None:
        return ()
    label = f"Départ, {row.ends_on:%d/%m/%Y}"
    return (Tag(label=label, tone=Tone.INFO),)


@cache
def tenants_table(role: Role | Batch) -> Table[TenantRow]:
    return Table[TenantRow](
        code="locataires",
        caption="Locataires, titulaires et cotitulaires, soldes en euros",
        default_sort="nom",
        filters=_FILTERS,
        columns=(
            Column(
                code="nom",
                label="Locataire",
                value=lambda row: row.display_name,
                url=lambda row: address(role, "account", row.account_id),
                detail=lambda row: "cotitulaire" if row.role == "COHOLDER" else "",
                sortable=True,
                fixed=True,
                on_phone=OnPhone.TITLE,
            ),
            Column(
                code="porte",
                label="Porte",
                value=lambda row: place(row.building, row.staircase, row.door),
                on_phone=OnPhone.SHOWN,
            ),
            Column(code="residence", label="Résidence", value=lambda row: row.residence, on_phone=OnPhone.SHOWN),
            Column(code="ville", label="Ville", value=lambda row: row.city, chosen=False),
            Column(
                code="bail",
                label="Bail",
                value=lambda row: row.reference,
                url=lambda row: address(role, "lease", row.lease_id),
            ),
            Column(code="entree", label="Entrée", value=lambda row: row.starts_on, kind=Kind.DATE, sortable=True),
            Column(code="paiement", label="Paiement", value=lambda row: PAYMENT_MODES[row.payment_mode].capitalize()),
            Column(
                code="solde",
                label="Solde",
                value=lambda row: -row.balance_cents,
                kind=Kind.MONEY,
                signed=True,
                debt=True,
                on_phone=OnPhone.LABELLED,
            ),
            Column(code="signaux", label="Signaux", value=_lease_tags, kind=Kind.TAG),
        ),
    )


@cache
def leases_table(role: Role | Batch) -> Table[LeaseRow]:
    return Table[LeaseRow](
        code="baux",
        caption="Baux et contrats d’occupation, montants en euros",
        default_sort="bail",
        filters=_FILTERS,
        columns=(
            Column(
                code="bail",
                label="Bail",
                value=lambda row: row.reference,
                url=lambda row: address(role, "lease", row.id),
                sortable=True,
                fixed=True,
                on_phone=OnPhone.TITLE,
            ),
            Column(code="nature", label="Nature", value=lambda row: LEASE_KINDS[row.kind].capitalize(), chosen=False),
            Column(code="locataire", label="Locataire", value=lambda row: row.holder, on_phone=OnPhone.TITLE),
            Column(
                code="porte",
                label="Porte",
                value=lambda row: place(row.building, row.staircase, row.door),
                on_phone=OnPhone.SHOWN,
            ),
            Column(code="residence", label="Résidence", value=lambda row: row.residence, on_phone=OnPhone.SHOWN),
            Column(code="entree", label="Entrée", value=lambda row: row.starts_on, kind=Kind.DATE, sortable=True),
            Column(code="fin", label="Fin", value=lambda row: row.ends_on, kind=Kind.DATE, sortable=True),
            Column(code="loyer", label="Loyer", value=lambda row: row.rent_cents, kind=Kind.MONEY),
            Column(code="paiement", label="Paiement", value=lambda row: PAYMENT_MODES[row.payment_mode].capitalize()),
            Column(
                code="solde",
                label="Solde",
                value=lambda row: -row.balance_cents,
                kind=Kind.MONEY,
                signed=True,
                debt=True,
                url=lambda row: address(role, "account", row.account_id),
                on_phone=OnPhone.LABELLED,
            ),
        ),
    )
