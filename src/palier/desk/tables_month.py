"""The tables of the month: what each column holds, on screen and in the files."""

from palier.desk.month_page import ANOMALY_KINDS, CAUSES, VERDICT_TONES, VERDICTS
from palier.desk.navigation import address
from palier.privacy.declare import Batch, Role
from palier.quittancement.queries.review import AnomalyRow, BillRow, DifferenceRow, MovedLease, SetAsideRow
from palier.web.components import Tag, Tone
from palier.web.tables import Column, Filter, Kind, OnPhone, Table

Reader = Role | Batch


def differences_table() -> Table[DifferenceRow]:
    """What moved, by cause: for the file, the screen shows it beside its bars."""
    return Table[DifferenceRow](
        code="ecarts",
        caption="Écarts avec le mois précédent par cause, en euros",
        default_sort="effet",
        columns=(
            Column(code="cause", label="Cause", value=lambda row: CAUSES[row.cause], fixed=True),
            Column(code="baux", label="Baux", value=lambda row: row.lease_count, kind=Kind.NUMBER),
            Column(
                code="effet", label="Écart", unit="€", value=lambda row: row.amount_cents, kind=Kind.MONEY, signed=True
            ),
        ),
    )


def moved_table(role: Reader) -> Table[MovedLease]:
    """The leases behind one cause."""
    return Table[MovedLease](
        code="baux-de-l-ecart",
        caption="Baux concernés, par effet décroissant, en euros",
        default_sort="-effet",
        columns=(
            Column(
                code="locataire", label="Locataire", value=lambda row: row.holder, fixed=True, on_phone=OnPhone.TITLE
            ),
            Column(
                code="bail",
                label="Bail",
                value=lambda row: row.lease_reference,
                url=lambda row: address(role, "lease", row.lease_id),
                on_phone=OnPhone.SHOWN,
            ),
            Column(code="residence", label="Résidence", value=lambda row: row.residence, on_phone=OnPhone.SHOWN),
            Column(
                code="effet",
                label="Écart",
                unit="€",
                value=lambda row: row.amount_cents,
                kind=Kind.MONEY,
                signed=True,
                on_phone=OnPhone.LABELLED,
            ),
        ),
    )


def anomalies_table(role: Reader) -> Table[AnomalyRow]:
    """What surprises, for the file; on screen each row carries its verdict (_anomalies.html)."""
    return Table[AnomalyRow](
        code="anomalies",
        caption="Anomalies, par effet décroissant, en euros",
        default_sort="-effet",
        filters=(
            Filter(code="avis", label="Avis", choices={code: label.capitalize() for code, label in VERDICTS.items()}),
            Filter(code="nature", label="Nature", choices=ANOMALY_KINDS),
        ),
        columns=(
            Column(
                code="locataire", label="Anomalie de", value=lambda row: row.holder, fixed=True, on_phone=OnPhone.TITLE
            ),
            Column(
                code="bail",
                label="Bail",
                value=lambda row: row.lease_reference,
                url=lambda row: address(role, "lease", row.lease_id),
                on_phone=OnPhone.SHOWN,
            ),
            Column(code="residence", label="Résidence", value=lambda row: row.residence, on_phone=OnPhone.DROPPED),
            Column(code="nature", label="Ce qui surprend", value=lambda row: ANOMALY_KINDS[row.kind]),
            Column(
                code="effet", label="Effet", unit="€", value=lambda row: row.effect_cents, kind=Kind.MONEY, signed=True
            ),
            Column(
                code="avis",
                label="Avis du relecteur",
                value=lambda row: Tag(label=VERDICTS[row.verdict].capitalize(), tone=VERDICT_TONES[row.verdict]),
                kind=Kind.TAG,
            ),
        ),
    )


def set_aside_table(role: Reader) -> Table[SetAsideRow]:
    """The leases that could not be priced, with the reason in a sentence."""
    return Table[SetAsideRow](
        code="mis-de-cote",
        caption="Baux mis de côté et leurs raisons",
        default_sort="ordre",
        columns=(
            Column(
                code="locataire", label="Locataire", value=lambda row: row.holder, fixed=True, on_phone=OnPhone.TITLE
            ),
            Column(
                code="bail",
                label="Bail",
                value=lambda row: row.lease_reference,
                url=lambda row: address(role, "lease", row.lease_id),
                on_phone=OnPhone.SHOWN,
            ),
            Column(code="residence", label="Résidence", value=lambda row: row.residence, on_phone=OnPhone.SHOWN),
            Column(code="raison", label="Raison", value=lambda row: row.reason, wrap=True, on_phone=OnPhone.SHOWN),
        ),
    )


def bills_table(role: Reader, *, is_sealed: bool) -> Table[BillRow]:
    """Every bill of a run. The number of the avis exists once the month is sealed."""
    return Table[BillRow](
        code="avis",
        caption="Avis du mois, en euros",
        default_sort="ordre",
        filters=(Filter(code="residence", label="Résidence n°"),),
        columns=(
            Column(
                code="ordre",
                label="Avis" if is_sealed else "Ébauche",
                value=lambda row: row.number or f"n°\u00a0{row.sequence}",
                url=lambda row: address(role, "bill", row.id),
                sortable=True,
                fixed=True,
                on_phone=OnPhone.SHOWN,
            ),
            Column(code="locataire", label="Locataire", value=lambda row: row.holder, on_phone=OnPhone.TITLE),
            Column(
                code="bail",
                label="Bail",
                value=lambda row: row.lease_reference,
                url=lambda row: address(role, "lease", row.lease_id),
            ),
            Column(code="residence", label="Résidence", value=lambda row: row.residence, on_phone=OnPhone.SHOWN),
            Column(code="du", label="Du", value=lambda row: row.first_day, kind=Kind.DATE),
            Column(code="au", label="Au", value=lambda row: row.last_day, kind=Kind.DATE),
            Column(code="echeance", label="Échéance", value=lambda row: row.due_on, kind=Kind.DATE),
            Column(
                code="total",
                label="Total",
                unit="€",
                value=lambda row: row.total_cents,
                kind=Kind.MONEY,
                sortable=True,
                on_phone=OnPhone.LABELLED,
            ),
            Column(
                code="etat",
                label="État",
                value=lambda row: Tag(label="Contre-écriture", tone=Tone.WARN) if row.is_taken_back else None,
                kind=Kind.TAG,
                on_phone=OnPhone.SHOWN,
            ),
        ),
    )
