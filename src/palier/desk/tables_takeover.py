"""The table of the gaps between two suites: on screen and in the files."""

from collections.abc import Callable

from palier.foundation.periods import Month
from palier.takeover.papers import CAUSE_LABELS, HEADING_LABELS
from palier.takeover.queries.comparisons import GapRow
from palier.web.tables import Column, Filter, Kind, OnPhone, Table


def gaps_table(lease_url: Callable[[int], str]) -> Table[GapRow]:
    """One gap a row. Positive: the old suite asked too much."""
    return Table[GapRow](
        code="ecarts-marche-en-double",
        caption="Écarts avec l’ancien logiciel, les plus dus aux locataires d’abord, en euros",
        default_sort="-ecart",
        filters=(Filter(code="cause", label="Cause", choices=CAUSE_LABELS),),
        columns=(
            Column(
                code="bail",
                label="Bail",
                value=lambda row: row.reference,
                url=lambda row: "" if row.lease_id is None else lease_url(row.lease_id),
                fixed=True,
                on_phone=OnPhone.TITLE,
            ),
            Column(code="residence", label="Résidence", value=lambda row: row.residence, on_phone=OnPhone.SHOWN),
            Column(
                code="mois",
                label="Mois",
                value=lambda row: Month.of(row.month).label_fr(),
                on_phone=OnPhone.SHOWN,
            ),
            Column(code="rubrique", label="Rubrique", value=lambda row: HEADING_LABELS[row.heading]),
            Column(code="ancien", label="Ancien", unit="€", value=lambda row: row.theirs_cents, kind=Kind.MONEY),
            Column(code="palier", label="Palier", unit="€", value=lambda row: row.ours_cents, kind=Kind.MONEY),
            Column(
                code="ecart",
                label="Écart",
                unit="€",
                value=lambda row: row.gap_cents,
                kind=Kind.MONEY,
                signed=True,
                on_phone=OnPhone.LABELLED,
            ),
            Column(code="cause", label="Cause", value=lambda row: CAUSE_LABELS[row.cause], on_phone=OnPhone.SHOWN),
            Column(code="detail", label="Explication", value=lambda row: row.detail, wrap=True),
        ),
    )
