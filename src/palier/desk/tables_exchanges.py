"""The table of threads, and the words of where each stands."""

from datetime import date
from functools import cache
from typing import Final

from palier.desk.navigation import address
from palier.exchanges.queries.agency import ThreadRow
from palier.exchanges.words import STATES, SUBJECTS
from palier.foundation.clock import day_of
from palier.privacy.declare import Batch, Role
from palier.web.components import Tag, Tone
from palier.web.tables import Column, Filter, Kind, OnPhone, Table

VIEWS: Final[dict[str, str]] = {
    "TO_ANSWER": "À répondre",
    "LATE": "En retard",
    "MINE": "Les miens",
    "OPEN": "En cours",
    "CLOSED": "Terminés",
}


def thread_tag(row: ThreadRow, *, on: date) -> Tag:
    """What is owed, and whether it is late."""
    if row.is_late(on):
        return Tag(label="en retard", tone=Tone.BAD)
    if row.answer_by is not None:
        return Tag(label="à répondre", tone=Tone.WARN)
    return Tag(label="répondu", tone=Tone.OK) if row.state == "OPEN" else Tag(label=STATES["CLOSED"].lower())


@cache
def threads_table(role: Role | Batch, on: date) -> Table[ThreadRow]:
    return Table[ThreadRow](
        code="echanges",
        caption="Échanges avec les locataires, avec le jour pour lequel une réponse est promise",
        default_sort="promise",
        filters=(
            Filter(code="vue", label="Vue", choices=VIEWS),
            Filter(code="sujet", label="Sujet", choices=SUBJECTS),
        ),
        columns=(
            Column(
                code="locataire",
                label="Locataire",
                value=lambda row: row.holder or row.lease,
                url=lambda row: address(role, "one_thread", row.id),
                fixed=True,
                on_phone=OnPhone.TITLE,
            ),
            Column(code="sujet", label="Sujet", value=lambda row: SUBJECTS[row.subject], on_phone=OnPhone.SHOWN),
            Column(code="residence", label="Résidence", value=lambda row: row.residence, on_phone=OnPhone.SHOWN),
            Column(code="porte", label="Porte", value=lambda row: row.door),
            Column(
                code="promise",
                label="Réponse promise",
                kind=Kind.DATE,
                value=lambda row: row.answer_by,
                on_phone=OnPhone.LABELLED,
            ),
            Column(
                code="etat",
                label="État",
                kind=Kind.TAG,
                value=lambda row: thread_tag(row, on=on),
                on_phone=OnPhone.SHOWN,
            ),
            Column(code="suivi", label="Suivi par", value=lambda row: row.agent or None, on_phone=OnPhone.LABELLED),
            Column(code="dernier", label="Dernier message", kind=Kind.DATE, value=lambda row: day_of(row.last_at)),
        ),
    )
