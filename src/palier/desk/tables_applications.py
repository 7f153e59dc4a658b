"""The table of applications: a number and what orders it; a name beside one's own files alone."""

from functools import cache

from django.urls import reverse

from palier.demandes.queries.applications import ApplicationRow
from palier.demandes.rules.words import PRIORITIES
from palier.desk.application_words import PATHS, STATES
from palier.web.components import Tag, Tone
from palier.web.tables import Column, Filter, Kind, OnPhone, Table


def _priorities(row: ApplicationRow) -> tuple[Tag, ...]:
    """The first in law, and how many more: the whole list is in the file."""
    if not row.priorities:
        return ()
    ordered = [code for code in PRIORITIES if code in row.priorities]
    shown = Tag(label="DALO" if ordered[0] == "DALO" else "Prioritaire", tone=Tone.WARN)
    return (shown, Tag(label=f"+ {len(ordered) - 1}")) if len(ordered) > 1 else (shown,)


@cache
def applications_table() -> Table[ApplicationRow]:
    return Table[ApplicationRow](
        code="demandes",
        caption="Demandes de logement, par ancienneté",
        default_sort="depot",
        filters=(
            Filter(code="etat", label="État", choices=STATES),
            Filter(code="parcours", label="Parcours", choices=PATHS),
            Filter(code="priorite", label="Priorité", choices=PRIORITIES),
            Filter(code="commune", label="Commune"),
            Filter(code="numero", label="Numéro"),
            Filter(code="vue", label="Vue", choices={"miens": "Mes dossiers", "echeances": "Bientôt à échéance"}),
        ),
        columns=(
            Column(
                code="numero",
                label="Numéro unique",
                value=lambda row: row.number,
                url=lambda row: reverse("desk:application", args=[row.id]),
                detail=lambda row: row.name,
                fixed=True,
                on_phone=OnPhone.TITLE,
            ),
            Column(
                code="depot",
                label="Déposée le",
                value=lambda row: row.filed_on,
                kind=Kind.DATE,
                sortable=True,
                on_phone=OnPhone.LABELLED,
            ),
            Column(code="parcours", label="Parcours", value=lambda row: PATHS[row.path]),
            Column(
                code="personnes",
                label="Personnes",
                value=lambda row: row.persons,
                kind=Kind.NUMBER,
                on_phone=OnPhone.LABELLED,
            ),
            Column(code="priorites", label="Priorités", value=_priorities, kind=Kind.TAG, on_phone=OnPhone.SHOWN),
            Column(code="points", label="Points (contrôle)", value=lambda row: row.points, kind=Kind.NUMBER),
            Column(
                code="echeance",
                label="Valable jusqu’au",
                value=lambda row: row.expires_on,
                kind=Kind.DATE,
                sortable=True,
                on_phone=OnPhone.LABELLED,
            ),
            Column(
                code="etat",
                label="État",
                value=lambda row: Tag(
                    label=STATES[row.state],
                    tone=Tone.OK if row.state == "ACTIVE" else Tone.NEUTRAL,
                ),
                kind=Kind.TAG,
                on_phone=OnPhone.SHOWN,
            ),
        ),
    )
